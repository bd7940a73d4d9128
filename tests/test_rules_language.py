"""Which language a text is taken to be in, and what decided."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_bot.rules import language
from tests.shared import SHARED, needs_shared

BOTH = ("it", "en")


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
    assert judged(text) == (lang, "language model")


@pytest.mark.parametrize(
    "text", ["", "?", "ok", "👍👍👍", "12345 678", "@giulia #bello", "https://example.com/il-mio-ordine"]
)
def test_text_that_tells_nothing_falls_back_and_says_so(text: str) -> None:
    assert judged(text, channel="en") == ("en", "unclear: the channel's language")
    assert judged(text) == ("it", "unclear: the first of languages")
    assert judged(text, channel="fr") == ("it", "unclear: the first of languages")


def test_platform_is_believed_only_about_configured_languages() -> None:
    assert judged("Where is my order?", platform="it") == ("it", "platform")
    assert judged("Where is my order?", platform="fr") == ("en", "language model")


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
    ("name", "least"), [("umsab_it", 0.96), ("umsab_en", 0.99), ("amazon_it_leoco", 0.99)]
)
def test_real_texts_are_told_apart(name: str, least: float) -> None:
    lines = (SHARED / "eval" / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    right = sum(
        judged(row["text"], channel="it" if row["lang"] == "en" else "en")[0] == row["lang"] for row in rows
    )
    assert right / len(rows) >= least
