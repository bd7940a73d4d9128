"""What corrections propose: readable, resting on several of them, tried on the stored mentions, and honest about the harm."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.brand.matching import BrandMatcher
from reputation_bot.model import CaseStatus, Category, Correction, DismissReason
from reputation_bot.ports import Storage
from reputation_bot.rules.reading import word_line
from reputation_bot.settings import Settings
from reputation_bot.text import fold
from reputation_bot.tuning import learn as learning
from reputation_bot.tuning.history import Known, known
from reputation_bot.tuning.learn import AT_LEAST
from reputation_bot.tuning.phrases import as_written, phrase_of, phrases_in
from reputation_bot.tuning.proposal import Effect, Kind, Proposal, addition
from tests.factories import NOW, make_case, make_mention, make_record, make_verdict


def learn(settings: Settings, known: list[Known], done: Iterable[Proposal] = ()) -> list[Proposal]:
    return learning.learn(settings, known, lambda brand: BrandMatcher(brand).match, list(done))


OURS = [
    "Bottega Aurora: il vaso è bellissimo, complimenti",
    "Ho ordinato da Bottega Aurora un mese fa e nessuno risponde",
    "Bottega Aurora spedisce anche in Svizzera?",
    "Le tazze di Bottega Aurora sono arrivate in due giorni",
]
PIZZA = [
    "La pizzeria Bottega Aurora fa la margherita migliore di Lecce",
    "Ieri sera alla Pizzeria Bottega Aurora, mai più",
    "Tavolo per sei alla pizzeria bottega aurora?",
]


def make_settings(**changes: Any) -> Settings:
    return Settings.model_validate(
        {
            "brand": {"name": "Bottega Aurora", "terms": ["bottega aurora"]},
            "telegram": {"chat": -100},
            "channels": {"piazza": {"connector": "sandbox"}, "nostra": {"connector": "sandbox", "own": True}},
            **changes,
        }
    )


def seen(text: str, number: int = 0, **changes: Any) -> Known:
    mention = make_mention(f"m{number}-{crc32(text.encode())}", text=text, rating=None)
    one = Known(
        mention=mention,
        words=word_line(fold(text)),
        opened_case=True,
        category=Category.OTHER,
        topic=None,
        confirmed=False,
        not_us=False,
    )
    return replace(one, **changes)


def all_seen(texts: Iterable[str], **changes: Any) -> list[Known]:
    return [seen(text, number, **changes) for number, text in enumerate(texts)]


def test_words_that_only_the_others_have_are_proposed_for_exclusion() -> None:
    mentions = [*all_seen(OURS, confirmed=True), *all_seen(PIZZA, not_us=True)]
    assert learn(make_settings(), mentions) == [
        Proposal(Kind.NOT_US, "pizzeria", "", 3, 3, Effect(of=7, changed=3, mended=3))
    ]


def test_two_corrections_are_not_enough() -> None:
    mentions = [*all_seen(OURS, confirmed=True), *all_seen(PIZZA[:2], not_us=True)]
    assert AT_LEAST == 3
    assert learn(make_settings(), mentions) == []


def test_words_that_confirmed_mentions_have_too_are_not_proposed() -> None:
    ours = [*OURS, "Aspetto la vostra pizzeria in ceramica, Bottega Aurora"]
    mentions = [*all_seen(ours, confirmed=True), *all_seen(PIZZA, not_us=True)]
    assert "pizzeria" not in [one.words for one in learn(make_settings(), mentions)]


def test_a_confirmed_complaint_that_would_be_hidden_is_told() -> None:
    pizza = [f"{text} {word}" for text in PIZZA for word in ("uno", "due", "tre", "quattro")]
    complaint = seen(
        "Non parlo della pizzeria Bottega Aurora: il vaso è arrivato rotto",
        confirmed=True,
        category=Category.COMPLAINT,
    )
    unjudged = seen("Pizzeria Bottega Aurora stasera?")
    mentions = [*all_seen(OURS, confirmed=True), complaint, unjudged, *all_seen(pizza, not_us=True)]
    (proposal,) = learn(make_settings(), mentions)
    assert (proposal.words, proposal.corrections) == ("pizzeria", 12)
    assert proposal.effect == Effect(of=18, changed=14, mended=12, against=(("complaint", 1),))


def test_what_is_excluded_already_is_not_proposed_again() -> None:
    settings = make_settings(brand={"name": "Bottega Aurora", "not": ["pizzeria"]})
    assert learn(settings, [*all_seen(OURS, confirmed=True), *all_seen(PIZZA, not_us=True)]) == []


def test_own_channels_need_no_match_and_teach_nothing_about_it() -> None:
    pizza = all_seen(PIZZA, not_us=True)
    on_our_page = [replace(one, mention=replace(one.mention, channel="nostra")) for one in pizza]
    assert learn(make_settings(), [*all_seen(OURS, confirmed=True), *on_our_page]) == []


def test_a_refused_proposal_does_not_come_back_with_a_word_more() -> None:
    mentions = [*all_seen(OURS, confirmed=True), *all_seen(PIZZA, not_us=True)]
    (refused,) = learn(make_settings(), mentions)
    assert learn(make_settings(), mentions, [refused]) == []
    longer = replace(refused, words="pizzeria bottega aurora")
    assert learn(make_settings(), mentions, [longer]) == []
    assert learn(make_settings(), mentions, [replace(refused, words="bottega")]) == [refused]


RESTOCK = [
    "Bottega Aurora, la ciotola blu torna disponibile a dicembre",
    "Vaso grande: torna disponibile, Bottega Aurora",
    "il piatto torna disponibile presto da Bottega Aurora, vero",
]


def test_a_phrase_of_what_was_corrected_becomes_a_rule() -> None:
    asked = all_seen(RESTOCK, category=Category.SUGGESTION, said_category=Category.SUGGESTION, confirmed=True)
    found = learn(make_settings(), [*asked, *all_seen(OURS, confirmed=True)])
    (proposal,) = [one for one in found if one.kind is Kind.CATEGORY]
    assert (proposal.words, proposal.value, proposal.corrections) == ("torna disponibile", "suggestion", 3)
    assert (proposal.effect.of, proposal.effect.mended, proposal.effect.against) == (7, 3, ())


def test_what_stands_beside_the_brand_is_learned_without_it() -> None:
    texts = [f"Tazza sbeccata Bottega Aurora {word}" for word in ("ieri", "oggi", "ancora")]
    asked = all_seen(texts, topic="imballo", said_topic="imballo", confirmed=True)
    (proposal,) = learn(make_settings(), [*asked, *all_seen(OURS, confirmed=True)])
    assert (proposal.words, type(proposal.value)) == ("tazza sbeccata", str)


def test_a_topic_is_learned_as_well() -> None:
    asked = all_seen(RESTOCK, topic="scorte", said_topic="scorte", confirmed=True)
    (proposal,) = learn(make_settings(), [*asked, *all_seen(OURS, confirmed=True)])
    assert (proposal.kind, proposal.words, proposal.value) == (Kind.TOPIC, "torna disponibile", "scorte")


def test_a_phrase_is_not_proposed_where_a_rule_says_so_already() -> None:
    rule = {"name": "r", "when": "torna disponibile", "then": {"topic": "scorte"}}
    asked = all_seen(RESTOCK, topic="scorte", said_topic="scorte", confirmed=True)
    assert learn(make_settings(rules=[rule]), [*asked, *all_seen(OURS, confirmed=True)]) == []


def test_what_a_new_rule_would_spoil_is_told() -> None:
    asked = [
        seen(text, number, topic="scorte", said_topic="scorte", confirmed=True)
        for number, text in enumerate(RESTOCK * 4)
    ]
    other = seen("Bottega Aurora torna disponibile al telefono", topic="service", confirmed=True)
    (proposal,) = learn(make_settings(), [*asked, other, *all_seen(OURS, confirmed=True)])
    assert proposal.effect.mended == 12
    assert proposal.effect.against == (("service", 1),)


@given(st.permutations(range(len(PIZZA) + len(OURS))))
def test_the_order_of_mentions_changes_nothing(order: list[int]) -> None:
    mentions = [*all_seen(OURS, confirmed=True), *all_seen(PIZZA, not_us=True)]
    assert learn(make_settings(), [mentions[index] for index in order]) == learn(make_settings(), mentions)


def test_a_proposal_says_where_it_belongs_in_the_file() -> None:
    effect = Effect(1, 1, 1)
    assert addition(Proposal(Kind.NOT_US, "pizzeria", "", 3, 3, effect), make_settings()) == (
        ("brand", "not"),
        "pizzeria",
    )
    rules: list[dict[str, object]] = [
        {"name": name, "when": "x", "then": {}} for name in ("torna", "torna (2)")
    ]
    proposal = Proposal(Kind.TOPIC, "torna", "scorte", 3, 3, effect)
    assert addition(proposal, make_settings(rules=rules)) == (
        ("rules",),
        {"name": "torna (3)", "when": "torna", "then": {"topic": "scorte"}},
    )


def test_an_id_is_of_what_is_changed_not_of_how_often_it_was_asked_for() -> None:
    one = Proposal(Kind.TOPIC, "Perché no", "scorte", 3, 3, Effect(1, 1, 1))
    assert one.id == replace(one, words="perche no", corrections=9, effect=Effect(9, 9, 9)).id
    assert len({one.id, replace(one, value="order").id, replace(one, kind=Kind.NOT_US).id}) == 3


def test_phrases_begin_and_end_with_words_that_say_something() -> None:
    found = phrases_in(word_line(fold("Non è mai arrivato il pacco 12345 della Bottega")))
    assert {
        "non e mai arrivato",
        "mai arrivato",
        "arrivato",
        "pacco",
        "bottega",
        "arrivato il pacco",
    } <= found
    assert not {"il pacco", "della bottega", "non", "mai", "pacco 12345"} & found


def test_the_brand_is_in_a_phrase_whole_or_not_at_all() -> None:
    brand, words = {"bottega", "aurora"}, word_line("bottega aurora pizzeria bottega aurora")
    assert phrases_in(words, brand) == {"pizzeria"}
    whole = {
        "pizzeria",
        "pizzeria bottega aurora",
        "bottega aurora pizzeria",
        "bottega aurora pizzeria bottega",
    }
    assert phrases_in(words, brand, ["bottega aurora"]) == whole | {"aurora pizzeria bottega aurora"}


@given(st.text(max_size=200))
def test_any_text_has_phrases_that_are_found_in_it(text: str) -> None:
    mention = make_mention(text=text, title=None)
    words = word_line(fold(text))
    for phrase in phrases_in(words):
        assert f" {phrase} " in words
        assert phrase_of(as_written(phrase, [mention])) == phrase


def test_a_phrase_is_written_as_people_write_it() -> None:
    mentions = [make_mention(text=text) for text in ("PERCHÉ NO?", "perche no", "Perché, no!")]
    assert as_written("perche no", mentions) == "perché no"


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (CaseStatus.OPEN, None, (False, False, Category.COMPLAINT)),
        (CaseStatus.RESOLVED, None, (True, False, Category.COMPLAINT)),
        (CaseStatus.OPEN, Correction(NOW, "anna", Category.PRAISE), (True, False, Category.PRAISE)),
        (CaseStatus.DISMISSED, Correction(NOW, "anna", not_us=True), (False, True, Category.COMPLAINT)),
    ],
)
def test_what_people_did_says_what_a_mention_is(
    storage: Storage, status: CaseStatus, said: Correction | None, expected: tuple[bool, bool, Category]
) -> None:
    with storage.transaction() as tx:
        tx.open_case(make_case(status=status))
        tx.put_record(make_record(correction=said))
    with storage.read() as view:
        (one,) = known(view)
    assert (one.confirmed, one.not_us, one.category) == expected


def test_what_was_said_of_a_text_that_changed_since_does_not_count(storage: Storage) -> None:
    said = Correction(NOW, "anna", Category.PRAISE)
    with storage.transaction() as tx:
        tx.open_case(make_case())
        tx.put_record(make_record(correction=said, edited_at=NOW + timedelta(hours=1)))
    with storage.read() as view:
        (one,) = known(view)
    assert (one.category, one.confirmed, one.said_category) == (Category.COMPLAINT, False, None)


def test_cases_dismissed_as_not_us_before_corrections_were_kept_count(storage: Storage) -> None:
    with storage.transaction() as tx:
        tx.open_case(make_case(status=CaseStatus.DISMISSED, dismissed=DismissReason.NOT_US))
        tx.put_record(make_record(verdict=make_verdict(category=Category.OTHER)))
    with storage.read() as view:
        assert [one.not_us for one in known(view)] == [True]
