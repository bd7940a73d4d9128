"""Which mentions are about the brand, and by which words."""

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
from tests.factories import make_mention
from tests.looking_for import AURORA, found


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
