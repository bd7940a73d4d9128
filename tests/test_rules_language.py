"""Which language a text is taken to be in, and what decided."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_bot.rules import language
from reputation_bot.rules.spelling import Spelling
from tests.shared import SHARED, needs_shared

BOTH = ("it", "en")
SPELLING = Spelling(("it", "en", "de"))


def judged(
    text: str, *languages: str, platform: str | None = None, channel: str | None = None
) -> tuple[str, str]:
    return language.judge(text, languages or BOTH, platform=platform, channel=channel)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Il mio ordine non è ancora arrivato", "it"),
        ("Where is my order?", "en"),
        ("ORDINE MAI ARRIVATO!!! VERGOGNA", "it"),
        ("@BestShopEver #bestoftheday il vaso è rotto https://example.com/the-best-shop-in-the-world", "it"),
        ("non\nfunziona\x00più", "it"),
    ],
)
def test_text_decides_where_it_is_clear(text: str, lang: str) -> None:
    assert judged(text)[0] == lang
    assert judged(text)[1].startswith("its words")


def test_frequent_words_alone_decide_where_they_are_clear() -> None:
    assert judged("Il mio ordine non è ancora arrivato") == ("it", "its words")
    assert judged("Ordine arrivato") == ("it", "its words, letters and language model")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Lo odio", "it"),
        ("luminosissimo", "it"),
        ("muy limpio", "es"),
        ("très déçue", "fr"),
        ("schade", "de"),
        ("awful", "en"),
        ("thx u 2", "en"),
    ],
)
def test_a_few_letters_tell_five_languages_apart(text: str, lang: str) -> None:
    assert judged(text, "it", "en", "es", "fr", "de")[0] == lang


def test_language_without_frequent_words_leaves_the_choice_to_the_model() -> None:
    assert judged("Não gostei do produto, muito ruim", "es", "pt") == ("pt", "language model")
    assert judged("No me gustó el producto, muy malo", "es", "pt") == ("es", "language model")


@given(st.lists(st.sampled_from("il the el le der ciao hello a no è 👍 l'ordine don't".split()), max_size=12))
def test_shares_of_letters_add_up_and_words_count_once(words: list[str]) -> None:
    assert sum(SPELLING.of_letters(words)) == pytest.approx(1.0) or not any(SPELLING.of_letters(words))
    parts = " ".join(words).replace("'", " ").split()
    assert all(0 <= points <= len(parts) for points in SPELLING.of_words(words))


@pytest.mark.parametrize(
    "text", ["", "?", "👍👍👍", "12345 678", "東京", "@giulia #bello", "https://example.com/il-mio-ordine"]
)
def test_text_that_tells_nothing_falls_back_and_says_so(text: str) -> None:
    assert judged(text, channel="en") == ("en", "unclear: the channel's language")
    assert judged(text) == ("it", "unclear: the first of languages")
    assert judged(text, channel="fr") == ("it", "unclear: the first of languages")


def test_platform_is_believed_only_about_configured_languages() -> None:
    assert judged("Where is my order?", platform="it") == ("it", "platform")
    assert judged("Where is my order?", platform="fr")[0] == "en"


def test_only_configured_languages_are_looked_for() -> None:
    assert judged("Wo ist mein Paket geblieben?", "it", "en", "de")[0] == "de"
    assert judged("Wo ist mein Paket geblieben?")[0] in BOTH
    assert judged("Where is my order?", "it") == ("it", "only language")


@settings(deadline=None)
@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert judged(text)[0] in BOTH


@needs_shared("eval")
@pytest.mark.parametrize(
    ("name", "least"), [("umsab_it", 0.98), ("umsab_en", 0.99), ("amazon_it_leoco", 0.995)]
)
def test_real_texts_are_told_apart(name: str, least: float) -> None:
    lines = (SHARED / "eval" / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    right = sum(
        judged(row["text"], channel="it" if row["lang"] == "en" else "en")[0] == row["lang"] for row in rows
    )
    assert right / len(rows) >= least
