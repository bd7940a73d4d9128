"""The check of a text before it leaves says what a careful colleague would say, and nothing more."""

import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_bot import packs
from reputation_bot.model import Permission, Visibility
from reputation_bot.outgoing import BLOCKING, Finding, FindingKind, Links, OutgoingCheck, Place
from reputation_bot.settings import AddressForm, Settings
from tests.outgoing_examples import EXAMPLES, PRIVATE_TALK, PUBLIC_TALK, Example

LANGUAGES = ("it", "en", "es", "fr", "de")
OUTGOING = {"order_numbers": [r"\bau\d\dx\d{3}\b"], "surnames": ["Quaranta"], "banned": ["fuori garanzia"]}


def make_settings(**changes: Any) -> Settings:
    """The shop of the examples."""
    brand = {
        "name": "Bottega Aurora",
        "contact": "ciao@bottega-aurora.example",
        "signature": "Lo staff di Bottega Aurora",
    }
    people = {
        "federica": {"telegram": 1, "name": "Federica Bianchi"},
        "paolo": {"telegram": 2, "name": "Paolo De Martino"},
        "anna": {"telegram": 3, "name": "Anna"},
    }
    source: dict[str, Any] = {
        "brand": brand,
        "telegram": {"chat": -1},
        "languages": list(LANGUAGES),
        "operators": people,
        "contacts": {"tutto": {"topic": ["shipping"], "phone": "+39 0832 123456"}},
        "outgoing": OUTGOING,
    }
    return Settings.model_validate(source | changes)


CHECK = OutgoingCheck(make_settings())
PUBLIC = Place(Visibility.PUBLIC, customer_lang="it", public_texts=PUBLIC_TALK)
PRIVATE = replace(PUBLIC, visibility=Visibility.PRIVATE)


def kinds(
    text: str, place: Place = PUBLIC, check: OutgoingCheck = CHECK, lang: str = "it"
) -> list[FindingKind]:
    """What is found, in its order."""
    return [finding.kind for finding in check.check(text, lang, place)]


def words(text: str, kind: FindingKind, place: Place = PUBLIC, check: OutgoingCheck = CHECK) -> list[str]:
    """The words of the findings of one kind."""
    return [finding.words for finding in check.check(text, "it", place) if finding.kind is kind]


def place_of(example: Example) -> Place:
    """Where an example goes."""
    return Place(
        Visibility.PUBLIC if example.is_public else Visibility.PRIVATE,
        customer_lang=example.customer_lang or example.lang,
        private_texts=PRIVATE_TALK if example.knows_private else (),
        public_texts=PUBLIC_TALK,
    )


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=[f"{each.lang}-{each.expected}-{each.text[:40]}" for each in EXAMPLES]
)
def test_example_gets_the_findings_it_names_and_no_others(example: Example) -> None:
    found = CHECK.check(example.text, example.lang, place_of(example))
    assert {finding.kind.value for finding in found} == set(example.expected.split()), found


def test_the_examples_are_many_and_cover_every_kind() -> None:
    assert len(EXAMPLES) >= 150
    told_elsewhere = {FindingKind.TOO_LONG, FindingKind.LINK}
    assert {kind for each in EXAMPLES for kind in each.expected.split()} == set(FindingKind) - told_elsewhere


@pytest.mark.parametrize("lang", LANGUAGES)
def test_canned_responses_of_the_packs_may_all_leave(lang: str) -> None:
    texts = list(canned_texts(lang))
    assert texts
    warnings = 0
    for text in texts:
        for place in (PUBLIC, PRIVATE):
            found = CHECK.check(text, lang, replace(place, customer_lang=lang))
            assert not [finding for finding in found if finding.blocking], (text, found)
            warnings += len(found)
    assert warnings <= len(texts) // 25


def canned_texts(lang: str) -> list[str]:
    """Every canned response, long and short, in every form of address, filled in."""
    values = {
        "author": "Giulia",
        "brand": "Bottega Aurora",
        "signature": "Lo staff di Bottega Aurora",
        "contact": "ciao@bottega-aurora.example",
        "link": "https://bottega-aurora.example/faq",
        "phone": "+39 0832 123456",
        "hours": "9:00-18:00",
    }
    canned = [entry for form in AddressForm for entry in packs.canned(lang, form)]
    texts = {text for entry in canned for text in (*entry.text.values(), *entry.short.values())}
    return [
        re.sub(r"\{(\w+)\}", lambda name: values.get(name[1], "Federica"), text) for text in sorted(texts)
    ]


def test_blocking_findings_come_first_and_each_words_once() -> None:
    text = "Il pacco 4512! Ordine 4512, ordine 4512: scrivi a a@b.it o ad a@b.it. È colpa nostra!!!"
    found = CHECK.check(text, "it", PUBLIC)
    assert [finding.blocking for finding in found] == sorted((f.blocking for f in found), reverse=True)
    assert len({(finding.kind, finding.words.casefold()) for finding in found}) == len(found)
    assert [finding.kind.rank for finding in found] == sorted(finding.kind.rank for finding in found)


def test_findings_hold_the_exact_words_and_their_place() -> None:
    text = "Ciao ﬁdata Giulia 😊, scrivi a Mário@Libero.it, grazie"
    (finding,) = CHECK.check(text, "it", PUBLIC)
    assert finding.words == "Mário@Libero.it" == text[slice(*finding.span)]


def test_what_takes_time_to_load_waits_for_the_first_check() -> None:
    code = """
import sys
from reputation_bot.outgoing import OutgoingCheck
from reputation_bot.settings import Settings

check = OutgoingCheck(Settings.model_validate({"brand": {"name": "x"}, "telegram": {"chat": -1}}))
slow = {"phonenumbers", "stdnum", "fasttext"}
print(sorted(slow & set(sys.modules)))
check.load()
print(sorted(slow & set(sys.modules)))
"""
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.splitlines() == ["[]", "['fasttext', 'phonenumbers', 'stdnum']"]


def test_a_card_number_never_stands_in_a_repr() -> None:
    finding = Finding(FindingKind.CARD, "4111 1111 1111 1111", (0, 19))
    assert "4111" not in repr(finding)


# ------------------------------------------------------------------------------------------------ personal data


@pytest.mark.parametrize(
    "text",
    [
        "Costa 1.234,50 euro, grazie",
        "Grazie, 12 345 678 euro raccolti per l'ospedale",
        "Grazie: dal 2019 al 2026",
        "Grazie, il 12/11/2026 alle 10:30",
        "Grazie, dal 24.11.2026 al 30.11.2026",
        "Grazie, dalle 9.00 alle 13.00 e dalle 15.00 alle 19.30",
        "Grazie, 2.000 pezzi in 3.500 negozi",
        "Grazie, il numero verde è 800 123 456",
        "Grazie! 100% artigianale, 24 ore su 24",
        "Ordini 2026: grazie a tutti",
        "Un ordine 4000 euro, grazie!",
        "Grazie del tuo ordine 12/11/2026",
        "Grazie, piazza Sant'Oronzo 44, Lecce",
        "Grazie #Natale2025 #bottega",
        "Grazie, la stampante HL-2240 e la norma ISO 9001 e ISO20121",
        "Grazie, 2.126.521.750 visite il 06.08.13 16:00",
        "Grazie, gli anni 2024 2025 2026",
        "Grazie, il libro si chiama Alltagsrassismus",
        "Grazie, 😊😊😊 1️⃣2️⃣3️⃣",
    ],
)
def test_prices_dates_hours_and_amounts_are_no_personal_data(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Grazie, chiama 0832 123456", "0832 123456"),
        ("Grazie, chiama +39 0832-123.456", "+39 0832-123.456"),
        ("Grazie, scrivi a CIAO@bottega-aurora.example", "CIAO@bottega-aurora.example"),
        ("Grazie, chiama 02 7654321", "02 7654321"),
        ("Grazie, la nostra partita IVA è 00743110157", "00743110157"),
        ("Grazie, scrivi a resi@altra.example", "resi@altra.example"),
    ],
)
def test_what_the_shop_itself_publishes_may_be_said_however_it_is_written(text: str, own: str) -> None:
    canned = [{"name": "resi", "text": {"it": "Grazie, scrivi a resi@altra.example"}}]
    brand = {
        "name": "Aurora",
        "contact": "ciao@bottega-aurora.example o 027654321",
        "signature": "IVA 00743110157",
    }
    check = OutgoingCheck(make_settings(brand=brand, canned=canned))
    assert own in text
    assert kinds(text, check=check) == []
    stranger = OutgoingCheck(make_settings(brand={"name": "Altri"}, contacts={}))
    assert BLOCKING.intersection(kinds(text, check=stranger))


def test_numbers_are_read_as_in_the_country_of_the_shop() -> None:
    text = "Grazie, chiama 044 668 18 00"
    assert kinds(text) == []
    swiss = OutgoingCheck(make_settings(timezone="Europe/Zurich"))
    assert kinds(text, check=swiss) == [FindingKind.PHONE]


def test_a_time_zone_without_a_country_reads_numbers_by_the_language() -> None:
    check = OutgoingCheck(make_settings(timezone="UTC"))
    assert kinds("Grazie, chiama 347 1234567", check=check) == [FindingKind.PHONE]


def test_invisible_signs_and_wide_digits_hide_nothing() -> None:
    assert kinds("Grazie, giu\u200blia@li\u00adbero.it") == [FindingKind.EMAIL]
    assert kinds("Grazie, ordine n. ４５１２") == [FindingKind.ORDER_NUMBER]
    assert kinds("Grazie, 347\u00a0123\u00a04567") == [FindingKind.PHONE]


def test_a_wrong_check_digit_makes_no_card_and_no_iban() -> None:
    assert FindingKind.CARD not in kinds("Grazie, 4111 1111 1111 1112")
    assert FindingKind.IBAN not in kinds("Grazie, IT60 X054 2811 1010 0000 0123 457")


def test_a_surname_that_everybody_can_see_is_no_secret() -> None:
    text = "Ciao Bianchi, grazie!"
    assert kinds(text) == [FindingKind.SURNAME]
    assert kinds(text, replace(PUBLIC, public_texts=["Marta Bianchi"])) == []
    assert kinds("Grazie, i piatti bianchi tornano presto") == []  # the colour
    brand = {"name": "Ceramiche Bianchi"}
    check = OutgoingCheck(make_settings(brand=brand))
    assert kinds("Grazie! Federica, Ceramiche Bianchi", check=check) == []


def test_what_was_said_in_public_too_is_no_secret() -> None:
    place = replace(PUBLIC, private_texts=["Sono Giulia Santangelo, 87,40 euro"])
    assert words("Ciao Santangelo, grazie: 87,40", FindingKind.PRIVATE_WORDS, place) == [
        "Santangelo",
        "87,40",
    ]
    known = replace(place, public_texts=["Giulia Santangelo: ho speso 87.40!"])
    assert words("Ciao Santangelo, grazie: 87,40", FindingKind.PRIVATE_WORDS, known) == []


def test_what_our_own_private_messages_say_of_us_is_no_secret() -> None:
    ours = "Ciao Giulia, sono Federica della Bottega Aurora: chiama 0832123456 o scrivi a ciao@bottega-aurora.example."
    place = replace(PUBLIC, private_texts=[ours])
    text = "Ciao Giulia, grazie: chiama lo 0832 123456 o scrivi a ciao@bottega-aurora.example. Ciao, Federica e Paolo"
    assert kinds(text, place) == []


def test_what_was_said_in_private_may_be_said_in_private() -> None:
    place = replace(PRIVATE, private_texts=PRIVATE_TALK)
    assert kinds("Ciao Giulia Santangelo, veniamo in via dei Mille 12.", place) == []


# ----------------------------------------------------------------------------------------------- the platform


def test_a_text_too_long_says_by_how_much() -> None:
    place = replace(PUBLIC, permission=Permission(allowed=True, max_chars=10))
    (finding,) = CHECK.check("Grazie, Giulia", "it", place)
    assert (finding.kind, finding.limit, finding.span) == (FindingKind.TOO_LONG, 10, (10, 14))
    assert kinds("Grazie, Gi", place) == []


@pytest.mark.parametrize(
    "link",
    ["https://bottega.example/a?b=1", "www.bottega.it", "bottega-aurora.com/resi", "HTTPS://BOTTEGA.IT"],
)
def test_a_link_is_told_only_where_the_platform_minds(link: str) -> None:
    text = f"Grazie, guarda {link}."
    assert FindingKind.LINK not in kinds(text)
    charged = replace(PUBLIC, links=Links.CHARGED, permission=Permission(allowed=True, cost="0.20 USD"))
    (finding,) = [each for each in CHECK.check(text, "it", charged) if each.kind is FindingKind.LINK]
    assert (finding.words, finding.wanted, finding.blocking) == (link, "0.20 USD", False)
    forbidden = replace(PUBLIC, links=Links.FORBIDDEN)
    assert FindingKind.LINK in kinds(text, forbidden)


def test_an_e_mail_address_is_no_link() -> None:
    place = replace(PUBLIC, links=Links.FORBIDDEN)
    assert kinds("Grazie, scrivi a ciao@bottega-aurora.example", place) == []


# -------------------------------------------------------------------------------------------------- the tone


def test_nobody_greets_with_every_message_of_a_private_talk() -> None:
    text = "Il pacco è a Lecce."
    assert kinds(text, PRIVATE) == [FindingKind.COLD]
    assert kinds(text, replace(PRIVATE, private_texts=["Dov'è?"])) == []
    assert kinds(text, replace(PUBLIC, private_texts=["Dov'è?"])) == [FindingKind.COLD]


def test_the_brand_may_write_its_name_in_capitals() -> None:
    assert kinds("Grazie! BOTTEGA AURORA") == []


def test_a_language_without_a_pack_gets_no_word_about_its_tone() -> None:
    assert kinds("Het pakket is onderweg", lang="nl") == []
    assert kinds("Het pakket 1Z999AA10123456784", lang="nl") == [FindingKind.ORDER_NUMBER]


def test_a_jargon_word_comes_with_what_people_say() -> None:
    (finding,) = CHECK.check("Ciao, in merito al vaso: sì!", "it", PUBLIC)
    assert (finding.kind, finding.words, finding.wanted) == (FindingKind.JARGON, "in merito al", "su")


# ------------------------------------------------------------------------------------------------ rules.yaml


def test_own_order_numbers_are_looked_for_as_written_and_without_accents() -> None:
    own = {"order_numbers": [r"\pLX\d\d", r"\bcittà\d\b", r"#\d?"]}
    check = OutgoingCheck(make_settings(outgoing=own))
    text = "Grazie: ÈX12, CITTA'7, Città7, #3"
    assert words(text, FindingKind.ORDER_NUMBER, check=check) == ["ÈX12", "Città7", "#3"]


def test_own_lists_come_on_top_and_allowed_words_win() -> None:
    own = {
        "jargon": {"sinergia": "insieme"},
        "harsh": ["ovvio"],
        "admissions": ["tornio rotto"],
        "promises": ["entro N ore"],
        "banned": ["spedizione lampo"],
        "allowed": ["AB123456", "entro 24 ore", "ordine 66000"],
    }
    check = OutgoingCheck(make_settings(outgoing=own))
    found = check.check("Ciao, ovvio: sinergia, tornio rotto, entro 48 ore. Spedizione-lampo!", "it", PUBLIC)
    assert {(finding.kind.value, finding.words) for finding in found} == {
        ("banned", "Spedizione-lampo"),
        ("admission", "tornio rotto"),
        ("promise", "entro 48 ore"),
        ("harsh", "ovvio"),
        ("jargon", "sinergia"),
    }
    assert kinds("Ciao, il vaso AB123456 e l'ordine 66000, entro 24 ore", check=check) == []


# -------------------------------------------------------------------------------------------------- any text

ODD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("😊🙄\u200f\u202e\u200d\ud83d\x00\u0301 \n.,!?@#0123456789{}[]<>AÀßﬁ€«»…'"),
    ),
    max_size=200,
)
PHRASES = st.lists(
    st.sampled_from(
        [
            "Ciao Giulia,",
            "ordine n. 4512",
            "a@b.it",
            "347 1234567",
            "IT60X0542811101000000123456",
            "4111111111111111",
            "{contact}",
            "via dei Mille 12",
            "rimborso entro domani!!!",
            "\n",
        ]
    )
    | ODD,
    max_size=12,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(
    text=PHRASES,
    private=PHRASES,
    public=PHRASES,
    lang=st.sampled_from([*LANGUAGES, "nl"]),
    at=st.sampled_from(Visibility),
)
def test_any_text_is_checked_and_every_finding_points_into_it(
    text: str, private: str, public: str, lang: str, at: Visibility
) -> None:
    place = Place(at, "it", Permission(True, max_chars=50), Links.FORBIDDEN, [private], [public])
    found = CHECK.check(text, lang, place)
    assert_each_points_into(text, found)
    assert found == CHECK.check(text, lang, place)
    assert [finding.blocking for finding in found] == sorted((f.blocking for f in found), reverse=True)


def assert_each_points_into(text: str, found: Iterable[Finding]) -> None:
    for finding in found:
        begin, end = finding.span
        assert 0 <= begin <= end <= len(text)
        assert len(finding.words) == end - begin


@pytest.mark.parametrize(
    "text",
    [
        "x" * 4000,
        "1 " * 2000,
        "😊" * 4000,
        "{" * 4000,
        "! " * 2000,
        "a@" * 2000,
        "IT60" * 1000,
        "\u202e" * 4000,
    ],
)
def test_four_thousand_signs_of_one_kind_are_checked(text: str) -> None:
    assert_each_points_into(text, CHECK.check(text, "it", replace(PUBLIC, private_texts=[text])))
