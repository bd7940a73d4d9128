"""Sentiment: equal to vaderSentiment for English, by the same reasoning for the packs' lexicons, in linear time."""

import json
from functools import cache

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bench.sentiment import generated, proof
from reputation_bot import packs
from reputation_bot.packs import LexiconSource
from reputation_bot.rules import english
from reputation_bot.rules.lexicon import Lexicon
from reputation_bot.rules.reading import Reading
from reputation_bot.rules.sentiment import by_lexicon, scored_by, sentiment
from tests.shared import SHARED, needs_shared


def mood(text: str, lang: str = "it") -> float:
    return sentiment(Reading(text), lang)


@cache
def vader() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


words = st.sampled_from(
    "good great bad not never so this without doubt least at very kind of but BUT GOOD the shit no isn't nor or :) 😡 ❤️ ! ?? , word".split()
)
LEXICON = Lexicon(
    LexiconSource(
        words={"gut": 2.0, "schlecht": -2.0, "mag": 2.0, "ganz gut": 1.0, "wunder*": 3.0, "hallo": 1.0},
        negators=("nicht",),
        boosters=("sehr", "über alles"),
        dampeners=("ein wenig",),
        contrasts=("aber",),
        negators_after=("nicht",),
        reach=2,
        reach_after=2,
    )
)


def scored(text: str) -> float:
    return by_lexicon(Reading(text), LEXICON)


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


def test_english_equals_vadersentiment_on_generated_texts() -> None:
    texts = list(generated(3000, seed=11))
    expected = [vader().polarity_scores(text)["compound"] for text in texts]
    assert [english.compound(text) for text in texts] == expected
    assert sum(map(bool, expected)) > len(texts) / 2, "the texts must have a mood to prove anything"


def test_the_proof_finds_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reputation_bot.rules.english.NEGATION", -0.75)
    monkeypatch.setattr("bench.sentiment.labelled.is_there", lambda: False)
    compared, different = proof(6000)
    assert compared > 6000
    assert different


@pytest.mark.parametrize("length", [800, 4000, 20_000])
def test_english_equals_vadersentiment_on_long_texts(length: int) -> None:
    text = " ".join(generated(2000, seed=length))[:length]
    assert english.compound(text) == vader().polarity_scores(text)["compound"]


def test_english_text_is_scored_up_to_the_last_emoji_that_counts() -> None:
    assert english.compound("👍" * english.MAX_EMOJI + "😢" * 5000) == english.compound(
        "👍" * english.MAX_EMOJI
    )
    assert english.compound("👍" * 10 + "😢" * 5000) < 0


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


def test_reasoning_reaches_as_far_as_the_pack_says() -> None:
    assert scored("nicht gut") < 0
    assert scored("nicht so gut") < 0
    assert scored("nicht das ist gut") > 0
    assert scored("mag nicht") < 0
    assert scored("mag ich nicht") < 0
    assert scored("mag ich es nicht") > 0
    assert scored("schlecht nicht") < 0, "a negation behind blame begins something else"


@pytest.mark.parametrize(
    "text", ["nicht, gut", "nicht. gut", "nicht aber gut", "mag, nicht", "mag! nicht", "mag aber nicht"]
)
def test_negation_ends_with_a_comma_a_sentence_or_a_but(text: str) -> None:
    assert scored(text) > 0


def test_capitals_count_only_among_small_letters() -> None:
    assert scored("das ist GUT") > scored("das ist gut")
    assert scored("das ist SCHLECHT") < scored("das ist schlecht")
    assert scored("DAS IST GUT") == scored("das ist gut")
    assert scored("SEHR gut") > scored("sehr gut")


def test_phrases_outweigh_their_words_and_may_boost() -> None:
    assert 0 < scored("ganz gut") < scored("gut")
    assert scored("über alles gut") > scored("gut") > scored("ein wenig gut") > 0


def test_stretched_letters_do_not_hide_a_word() -> None:
    assert scored("guuuut") == scored("gut")
    assert scored("hallooo") == scored("hallo")
    assert scored("wunderschööön") == scored("wunderschön") > 0


def test_addresses_and_handles_have_no_mood() -> None:
    assert mood("https://t.co/bello @pessimo brutto@example.com") == 0
    assert mood("uffa :/") < 0


def test_every_line_of_a_lexicon_is_read() -> None:
    for lang in ("it", "es", "fr", "de"):
        path = packs.__path__[0] + f"/{lang}/lexicon.yaml"
        with open(path, encoding="utf-8") as file:  # noqa: PTH123  # a path made of a package's own
            source = yaml.safe_load(file)
        read = packs.lexicon(lang)
        assert source["words"].items() <= read.words.items()
        assert [*read.negators, *read.boosters] == [*source["negators"], *source["boosters"]]


def test_language_without_a_lexicon_has_the_mood_of_its_emoji() -> None:
    assert mood("muito ruim", "pt") == 0
    assert mood("muito ruim 😡", "pt") < 0
    assert scored_by("pt") == "emoji only: no lexicon for this language"
    assert (scored_by("it"), scored_by("en")) == ("lexicon it", "vaderSentiment")


@given(st.text(), st.sampled_from(["it", "de", "en", "pt"]))
def test_every_score_lies_between_minus_one_and_one(text: str, lang: str) -> None:
    assert -1 <= mood(text, lang) <= 1
