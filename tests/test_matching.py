"""Which mentions are about the brand, and by which words."""

import re
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.brand.matching import BrandMatcher
from reputation_bot.brand.terms import MANY, Line, OneOf
from reputation_bot.config import parse
from reputation_bot.errors import ConfigError
from reputation_bot.settings import Brand
from reputation_bot.text import fold
from tests.factories import make_mention


def found(
    text: str, *terms: str | dict[str, Any], title: str | None = None, channel: str = "news", **brand: Any
) -> tuple[str, ...] | None:
    matcher = BrandMatcher(Brand.model_validate({"name": "Bottega Aurora", "terms": list(terms), **brand}))
    return matcher.match(make_mention(text=text, title=title, channel=channel))


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        ("bottega aurora", "Ieri alla BOTTEGA AURORA, che bello", "BOTTEGA AURORA"),
        ("bottega aurora", "la Bottega-Aurora di Lecce", "Bottega-Aurora"),
        ("bottega aurora", "la bottega\naurora", "bottega\naurora"),
        ("bottega aurora", "Bottéga Auròra", "Bottéga Auròra"),
        ("bottega aurora", "evviva #BottegaAurora", "BottegaAurora"),
        ("bottega aurora", "grazie @bottegaaurora", "bottegaaurora"),
        ("bottega aurora", "vedi https://www.bottegaaurora.it/vasi?x=1", "bottegaaurora"),
        ("aurora", "amo l’Aurora", "Aurora"),
        ("aurora", "Aurora's shop", "Aurora"),
        ("caffè l'orto", "Al Caffe L’Orto", "Caffe L’Orto"),
        ("h&m", "da H & M ieri", "H & M"),
        ("LI", "la LI di Bari", "LI"),
        ("@bottega", "scusa @Bottega, dove siete", "@Bottega"),
        ("#aurora", "bella #Aurora", "#Aurora"),
        ("bottegaaurora.it", "shop.bottegaaurora.it chiude", "bottegaaurora.it"),
        ("bottegaaurora.it", "scrivi a info@bottegaaurora.it.", "bottegaaurora.it"),
        ("боттега аврора", "Вот БОТТЕГА АВРОРА!", "БОТТЕГА АВРОРА"),
        ("Ωραία", "η ΩΡΑΊΑ αγορά", "ΩΡΑΊΑ"),
        ("tv più", "guardo TV Più", "TV Più"),
    ],
)
def test_term_is_found_however_people_write_it(term: str, text: str, words: str) -> None:
    assert found(text, term) == (words,)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("LI", "alitalia è lì, vai li, LÌ"),
        ("LI", "LI\u0300"),
        ("aurora", "auroras e auroralia"),
        ("aurora", "@aurora_rossi"),
        ("bottega aurora", "Sono in bottega. Aurora dorme"),
        ("bottega aurora", "la bottega di aurora"),
        ("la mia", "una lamia"),
        ("@bottega", "scrivi a info@bottega.it"),
        ("@bottega", "la bottega"),
        ("#aurora", "l'aurora boreale"),
        ("aurora.it", "aurora.it.example.org"),
        ("aurora.it", "www.la-aurora.it"),
        ("aurora.it", "Amo Aurora. It is nice"),
    ],
)
def test_other_words_are_not_taken_for_the_term(term: str, text: str) -> None:
    assert found(text, term) is None


def test_invisible_characters_do_not_hide_a_term() -> None:
    assert found("la bot\u200btega au\u00adrora", "bottega aurora") is not None
    assert found("la L\u200bI", "LI") == ("LI",)


def test_title_counts_as_text() -> None:
    assert found("Che bei vasi", "bottega aurora", title="Bottega Aurora apre") == ("Bottega Aurora",)


def test_without_terms_the_name_of_the_brand_is_looked_for() -> None:
    assert found("alla bottega aurora") == ("bottega aurora",)
    assert found("alla bottega") is None


def test_all_and_not_narrow_what_is_ours() -> None:
    brand: dict[str, Any] = {"all": ["lecce"], "not": ["aurora boreale"]}
    assert found("aurora a Lecce", "aurora", **brand) == ("aurora", "Lecce")
    assert found("aurora a Bari", "aurora", **brand) is None
    assert found("aurora boreale a Lecce", "aurora", **brand) is None


def test_every_term_found_is_told_once() -> None:
    assert found("Aurora e @aurora_lecce: aurora, AURORA", "aurora", "@aurora_lecce") == (
        "Aurora",
        "@aurora_lecce",
        "aurora",
        "AURORA",
    )


def test_term_of_invisible_characters_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError) as refused:
        BrandMatcher(Brand(name="x", **{"not": ["ok", "\u200b"]}))
    assert refused.value.key == "brand.not.1"


@given(st.text(), st.text(min_size=1).filter(str.strip))
def test_no_text_and_no_term_raises_anything_undeclared(text: str, term: str) -> None:
    try:
        matcher = BrandMatcher(Brand(name="x", terms=[term]))
    except ConfigError:
        return
    matcher.match(make_mention(text=text))


AURORA = {
    "term": "aurora",
    "near": ["negozio", "ordine", "pacco", "bottega-aurora.example", "@bottegaaurora"],
    "not_near": ["boreale", "all'aurora", "#alba"],
}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Il pacco di Aurora era rotto", ("Aurora", "pacco")),
        ("aurora: due ORDINI mai arrivati", ("aurora", "ORDINI")),
        ("Aurora. Che bei negozi!", ("Aurora", "negozi")),
        (
            "Che bella Aurora https://bottega-aurora.example/vasi",
            ("Aurora", "bottega-aurora.example", "aurora"),
        ),
        ("Aurora " + "è bella " * 40 + "@bottegaaurora", ("Aurora", "@bottegaaurora")),
        (
            "Vista l'aurora boreale. " + "Poi altro. " * 10 + "Aurora mi ha perso il pacco",
            ("Aurora", "pacco"),
        ),
    ],
)
def test_namesake_in_our_company_is_ours_and_the_company_is_told(text: str, words: tuple[str, ...]) -> None:
    assert found(text, AURORA) == words


@pytest.mark.parametrize(
    "text",
    [
        "Aurora è nata ieri",
        "Il pacco è arrivato",
        "L'aurora boreale, un pacco di foto",
        "In coda in negozio all'Aurora",
        "Aurora con il pacco in mano #alba",
        "Il pacchetto di Aurora",
        "Ho un ordine. " + "E poi altro ancora. " * 5 + "Aurora dorme",
    ],
)
def test_namesake_in_other_company_is_not_ours(text: str) -> None:
    assert found(text, AURORA) is None


@pytest.mark.parametrize(("within", "is_ours"), [(2, False), (3, True)])
def test_near_is_as_many_words_away_as_the_term_says(within: int, *, is_ours: bool) -> None:
    term = {"term": "aurora", "near": ["pacco"], "within": within}
    assert (found("pacco da noi Aurora", term) is not None) is is_ours
    assert (found("Aurora a noi: pacco", term) is not None) is is_ours


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("da Aurora", ("Aurora",)),
        ("DA AURORA", ("AURORA",)),
        ("all'aurora, da Aurora", ("Aurora",)),
        ("all'aurora", None),
        ("#aurora", None),
    ],
)
def test_capital_tells_a_name_from_a_word(text: str, words: tuple[str, ...] | None) -> None:
    assert found(text, {"term": "aurora", "capitals": True}) == words


def test_script_without_capitals_has_them() -> None:
    assert found("我在欧若拉 买", {"term": "我在欧若拉", "capitals": True}) is not None


def test_term_counts_on_its_channels_only() -> None:
    term = {"term": "aurora", "channels": ["piazza"]}
    assert found("da aurora", term, channel="piazza") == ("aurora",)
    assert found("da aurora", term, channel="news") is None
    assert found("bottega aurora", term, channel="news") is None


def test_namesake_beside_a_plain_term_tells_both() -> None:
    assert found("Bottega Aurora: il pacco di Aurora", "bottega aurora", AURORA) == (
        "Bottega Aurora",
        "Aurora",
        "pacco",
    )


def test_not_excludes_namesakes_too() -> None:
    assert found("il pacco di Aurora Motors", AURORA, **{"not": ["aurora motors"]}) is None


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        ("tazza luna", "due Tazze Luna", ("Tazze Luna",)),
        ("pacco", "i pacchi", ("pacchi",)),
        ("negozio", "i negozi", ("negozi",)),
        ("order", "my orders", ("orders",)),
        ("delivery", "two deliveries", ("deliveries",)),
        ("paket", "zwei Pakete", ("Pakete",)),
        ("bestellung", "drei Bestellungen", ("Bestellungen",)),
        ("pedido", "los pedidos", ("pedidos",)),
        ("cadeau", "des cadeaux", ("cadeaux",)),
        ("tazza luna", "una tazzina luna", None),
        ("pacco", "un pacchetto", None),
        ("mai", "mao", None),
    ],
)
def test_inflected_term_is_found_in_its_other_forms(
    term: str, text: str, words: tuple[str, ...] | None
) -> None:
    assert found(text, {"term": term, "inflections": True}) == words
    assert found(text, term) is None


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        ("bottega aurora", "alla Botega Aurora", "Botega Aurora"),
        ("bottega aurora", "Bottega Auorra", "Bottega Auorra"),
        ("bottega aurora", "Bottegga-Aurara!", "Bottegga-Aurara"),
        ("bottega aurora", "Bottega Aurore", "Bottega Aurore"),
        ("bottega aurora", "viva #BotegaAurora", "BotegaAurora"),
        ("bottega aurora", "Bótega Aurora", "Bótega Aurora"),
        ("satispay", "con satispy", "satispy"),
        ("satispay", "«satsipay»", "satsipay"),
        ("satispay", "Sattispay", "Sattispay"),
    ],
)
def test_slip_of_the_keyboard_is_forgiven_where_asked(term: str, text: str, words: str) -> None:
    assert found(text, term, misspellings=True) == (words,)
    assert found(text, {"term": term, "misspellings": True}) == (words,)
    assert found(text, term) is None
    assert found(text, {"term": term, "misspellings": False}, misspellings=True) is None


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("bottega aurora", "bottega autore"),  # another word
        ("bottega aurora", "bodega aurata"),  # two slips in one word
        ("bottega aurora", "la bottega a urora"),  # over the border of words
        ("bottega aurora", "la bottega. Aurara"),
        ("bottega aurora", "@botegaaurora"),  # another account
        ("bottega aurora", "botegaaurora.it"),
        ("bottega aurora", "info@botegaaurora.example"),
        ("aurora", "urora"),  # the first letter
        ("aurora", "auroras aurore auror"),  # another ending
        ("aurora", "auauras"),
        ("luna", "lunna"),  # too short
        ("casa luna", "cosa luna"),
        ("@bottegaaurora", "@botegaaurora"),
        ("bottega24", "botega24"),
        ("diffetto", "un difetto"),  # a word of its own
        ("perfetta", "perfecta, è perfetto"),
        ("carrera", "la mia carriera"),
    ],
)
def test_what_may_be_another_word_is_not_taken_for_a_slip(term: str, text: str) -> None:
    assert found(text, term, misspellings=True) is None


def test_misspelt_form_that_the_shop_excludes_is_no_slip() -> None:
    assert found("da Satispray", "satispay", misspellings=True) == ("Satispray",)
    assert found("da Satispray", "satispay", misspellings=True, **{"not": ["satispray blu"]}) is None


def test_misspelt_namesake_needs_its_company_as_well() -> None:
    term = {**AURORA, "misspellings": True, "capitals": True}
    assert found("Il pacco di Auorra", term) == ("Auorra", "pacco")
    assert found("Il gatto di Auorra", term) is None
    assert found("Il pacco di auorra", term) is None


def test_term_written_right_keeps_misspelt_ones_out_of_the_trace() -> None:
    assert found("Bottega Aurora, botega aurora", "bottega aurora", misspellings=True) == ("Bottega Aurora",)


@pytest.mark.parametrize(
    ("term", "key"),
    [
        ({"term": "\u200b"}, "brand.terms.1.term"),
        ({"term": "aurora", "near": ["x", "\u200b"]}, "brand.terms.1.near.1"),
        ({"term": "aurora", "not_near": ["\u200b"]}, "brand.terms.1.not_near.0"),
        ("\u200b", "brand.terms.1"),
    ],
)
def test_mistake_in_a_term_is_told_at_its_key(term: str | dict[str, Any], key: str) -> None:
    with pytest.raises(ConfigError) as refused:
        BrandMatcher(Brand.model_validate({"name": "x", "terms": ["ok", term]}))
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("term", "mistake"),
    [
        ("{term: aurora, neer: [x]}", "rules.yaml:1: brand.terms.0.neer: "),
        ("{near: [x]}", "rules.yaml:1: brand.terms.0.term: is missing"),
        ("{term: aurora, within: 0}", "rules.yaml:1: brand.terms.0.within: "),
        (
            "{term: aurora, channels: [piazzza]}",
            "rules.yaml:1: brand.terms.0.channels.0: no channel is called",
        ),
        (
            '{term: aurora, near: ["\u200b"]}',
            "rules.yaml:1: brand.terms.0.near.0: there is nothing to look for",
        ),
        ("5", "rules.yaml:1: brand.terms.0: "),
    ],
)
def test_mistake_in_a_term_is_told_with_its_line(term: str, mistake: str) -> None:
    text = f"brand: {{name: x, terms: [{term}]}}\ntelegram: {{chat: -1}}\n"
    with pytest.raises(ConfigError) as refused:
        parse(text, Path("rules.yaml"), {})
    assert str(refused.value).startswith(mistake)


@given(
    st.sampled_from(["bottega aurora", "satispay", "ceramiche lecce"]),
    st.data(),
)
def test_one_swap_inside_a_long_word_is_always_forgiven(term: str, data: st.DataObject) -> None:
    word = max(term.split(), key=len)
    at = data.draw(st.integers(1, len(word) - 3))
    slip = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    text = f"ieri da {term.replace(word, slip)} con Anna"
    assert found(text, term, misspellings=True) is not None


@given(st.text(), st.booleans(), st.booleans())
def test_what_a_plain_term_finds_conditions_only_narrow(text: str, capitals: bool, has_near: bool) -> None:
    term = {"term": "a b", "capitals": capitals, "near": ["c"] if has_near else [], "not_near": ["d"]}
    if found(text, term) is not None:
        assert found(text, "a b") is not None


@given(
    st.text(st.sampled_from("abcd AB,.\u200bà\U0001f600ß"), max_size=40),
    st.integers(1, 5),
)
def test_near_holds_where_a_count_of_words_says_so(text: str, within: int) -> None:
    words = re.findall(r"\w+", fold(text))
    ours = [index for index, word in enumerate(words) if word == "ab"]
    company = [index for index, word in enumerate(words) if word == "cd"]
    near = any(abs(one - other) <= within for one in ours for other in company)
    term = {"term": "ab", "near": ["cd"], "within": within}
    spaced = " , ".join(words)  # so that no two share a sign between them
    assert (found(spaced, term) is not None) is near


words = st.sampled_from("bottega aurora ieri più è 42 d'oro Lecce".split())


@given(
    st.lists(words, max_size=6), st.lists(words, max_size=6), st.sampled_from([" ", ", ", "! ", " «", "\n"])
)
def test_term_among_any_words_is_found(before: list[str], after: list[str], gap: str) -> None:
    text = gap.join([*before, "Bottega Aurora", *after])
    assert found(text, "bottega aurora") is not None


@pytest.mark.parametrize(
    "text",
    [
        "è’" * 50_000,
        "bottega " * 12_500,
        "bottega aurora " * 6_600,
        "botega auorra " * 7_000,
        "aurora pacco boreale " * 5_000,
        "pacco " * 8_000 + "aurora " * 8_000,
        "àurora\u200b-" * 12_000,
        "bott" * 25_000,
        "\u200b" * 100_000,
    ],
)
def test_hostile_text_takes_no_time_to_speak_of(text: str) -> None:
    brand = {"name": "Bottega Aurora", "terms": ["bottega aurora", AURORA], "misspellings": True}
    matcher = BrandMatcher(Brand.model_validate(brand))
    begin = perf_counter()
    matcher.match(make_mention(text=text))
    assert perf_counter() - begin < 1


TERMS = [
    "bottega aurora",
    "aurora",
    "LI",
    "h&m",
    "❤",
    "-❤-",
    "aurora.it",
    "@bottega",
    "città",
    "è bello",
    "yoga",
]
PIECES = [
    *TERMS,
    "BottegaAurora",
    "Auròra",
    "li",
    "h & m",
    "www.aurora.it",
    "#citta",
    "e bella",
    "yoghi",
    "e",
    "❤️",
    "x",
    ",",
    "b",
]


@given(
    st.lists(st.sampled_from(TERMS), min_size=1, max_size=4),
    st.lists(st.sampled_from(PIECES), max_size=6),
    st.sampled_from([" ", "", "-"]),
    st.booleans(),
)
def test_searching_for_plain_words_first_hides_no_term(
    terms: list[str], pieces: list[str], gap: str, inflected: bool
) -> None:
    line = Line(gap.join(pieces))
    first = OneOf(terms, inflected=inflected)
    alone = OneOf([*terms, *(f"zzzz{number}" for number in range(MANY))], inflected=inflected)
    assert first.spans(line) == alone.spans(line)
    assert first.holds(line) == alone.holds(line)
