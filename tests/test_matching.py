"""Which mentions are about the brand, and by which words."""

from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.errors import ConfigError
from reputation_bot.matching import BrandMatcher
from reputation_bot.settings import Brand
from tests.factories import make_mention


def found(text: str, *terms: str, title: str | None = None, **brand: Any) -> tuple[str, ...] | None:
    matcher = BrandMatcher(Brand(name="Bottega Aurora", terms=list(terms), **brand))
    return matcher.match(make_mention(text=text, title=title))


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


words = st.sampled_from("bottega aurora ieri più è 42 d'oro Lecce".split())


@given(
    st.lists(words, max_size=6), st.lists(words, max_size=6), st.sampled_from([" ", ", ", "! ", " «", "\n"])
)
def test_term_among_any_words_is_found(before: list[str], after: list[str], gap: str) -> None:
    text = gap.join([*before, "Bottega Aurora", *after])
    assert found(text, "bottega aurora") is not None


@pytest.mark.parametrize(
    "text", ["è’" * 50_000, "bottega " * 12_500, "bottega aurora " * 6_600, "\u200b" * 100_000]
)
def test_hostile_text_takes_no_time_to_speak_of(text: str) -> None:
    matcher = BrandMatcher(Brand(name="Bottega Aurora"))
    begin = perf_counter()
    matcher.match(make_mention(text=text))
    assert perf_counter() - begin < 1
