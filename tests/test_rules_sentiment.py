"""Sentiment: equal to vaderSentiment for English, by the same reasoning for the packs' lexicons, in bounded time."""

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from reputation_bot.rules import english
from reputation_bot.rules.reading import Reading
from reputation_bot.rules.sentiment import scored_by, sentiment
from tests.shared import SHARED, needs_shared


def mood(text: str, lang: str = "it") -> float:
    return sentiment(Reading(text), lang)


@cache
def vader() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


words = st.sampled_from(
    "good great bad not never so this without doubt least at very kind of but BUT GOOD the shit no isn't nor or :) 😡 ❤️ ! ?? , word".split()
)


@settings(deadline=None, max_examples=300)
@given(st.lists(words, max_size=25).map(" ".join))
def test_english_equals_vadersentiment(text: str) -> None:
    assert mood(text, "en") == vader().polarity_scores(text)["compound"]


@settings(deadline=None)
@given(st.text(max_size=150))
def test_english_equals_vadersentiment_on_any_short_text(text: str) -> None:
    text = Reading(text).text
    assert mood(text, "en") == vader().polarity_scores(text)["compound"]


@needs_shared("eval")
@pytest.mark.parametrize("name", ["vader_tweets", "airline"])
def test_english_equals_vadersentiment_on_real_texts(name: str) -> None:
    lines = (SHARED / "eval" / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines[:1500]]
    assert [mood(text, "en") for text in texts] == [
        vader().polarity_scores(text)["compound"] for text in texts
    ]


def test_long_english_text_is_scored_by_its_beginning() -> None:
    beginning = "good " * (english.MAX_CHARS // 5)
    assert mood(f"{beginning}{'terrible ' * 2000}", "en") == mood(beginning, "en")
    assert mood(f"{'👍' * english.MAX_EMOJI}{'😡' * 5000}", "en") == mood("👍" * english.MAX_EMOJI, "en")


@pytest.mark.parametrize(
    "text",
    [
        "Ottimo negozio",
        "OTTIMO!",
        "non male davvero, niente male",
        "nessun problema",
        "❤️❤️",
        "grazie :)",
        "lento, ma bellissimo",
        "perfetto",
    ],
)
def test_italian_praise_is_positive(text: str) -> None:
    assert mood(text) >= 0.05


@pytest.mark.parametrize(
    "text",
    [
        "Pessimo servizio",
        "non è buono",
        "non mi è piaciuto per niente",
        "bello, ma si è rotto subito",
        "che schifo",
        "😡",
        "mai più",
        "uffa :-(",
    ],
)
def test_italian_displeasure_is_negative(text: str) -> None:
    assert mood(text) <= -0.05


@pytest.mark.parametrize("text", ["", "il tavolo è marrone", "?!", "12", "non", "molto", "ma"])
def test_text_without_moody_words_is_neutral(text: str) -> None:
    assert mood(text) == 0


def test_boosters_negation_and_emphasis_move_the_score() -> None:
    assert mood("molto buono") > mood("buono") > mood("abbastanza buono") > 0
    assert mood("buono!!!") > mood("buono!") > mood("buono")
    assert mood("buono") > 0 > mood("non è molto buono")
    assert mood("non è mai buono") < 0, "two negators are one negation in Italian"
    assert mood("non so. buono") > 0, "a negation ends with its sentence"
    assert mood("non uno due tre buono") > 0, "and reaches three words far"
    assert mood("buono ma lento") < mood("lento ma buono")


def test_language_without_a_lexicon_has_the_mood_of_its_emoji() -> None:
    assert mood("sehr schlecht", "de") == 0
    assert mood("sehr schlecht 😡", "de") < 0
    assert scored_by("de") == "emoji only: no lexicon for this language"
    assert (scored_by("it"), scored_by("en")) == ("lexicon it", "vaderSentiment")


@given(st.text(), st.sampled_from(["it", "de"]))
def test_every_score_lies_between_minus_one_and_one(text: str, lang: str) -> None:
    assert -1 <= mood(text, lang) <= 1
