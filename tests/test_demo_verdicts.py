"""The demo's first posts get the verdicts that a person would give: a newcomer sees these before anything else."""

from datetime import UTC, datetime

import pytest

from reputation_bot.model import Category, Priority
from reputation_bot.rules.engine import Classifier
from reputation_bot.sandbox import story
from reputation_bot.sandbox.network import Network
from reputation_bot.settings import Settings
from tests.factories import make_mention

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EXPECTED: dict[str, tuple[Category, str | None]] = {
    "Chiara Fontana": (Category.PRAISE, None),  # of the cup and of its wrapping: either topic is fair
    "Emma Clarke": (Category.QUESTION, "shipping"),
    "Giulia Bianchi": (Category.QUESTION, "returns"),
    "Luca Ferri": (Category.COMPLAINT, "billing"),
    "Mario Rinaldi": (Category.COMPLAINT, "shipping"),
}
TO_SOMEBODY_ELSE = "Pietro Sala"  # looks for a plumber


def posts() -> list[tuple[str, str, float | None, str | None]]:
    network = Network()
    story.fill(network, now=NOW)
    return [(post.author, post.text, post.rating, post.lang) for post in network.all()]


def classifier(*languages: str) -> Classifier:
    return Classifier(
        Settings.model_validate(
            {"brand": {"name": "Bottega Aurora"}, "telegram": {"chat": -1}, "languages": list(languages)}
        )
    )


def test_every_post_of_the_demo_is_judged_here() -> None:
    assert {author for author, *_ in posts()} == EXPECTED.keys() | {TO_SOMEBODY_ELSE}


@pytest.mark.parametrize("languages", [("it", "en"), ("it", "en", "es", "fr", "de")], ids="+".join)
@pytest.mark.parametrize("is_told", [True, False], ids=["stars and language", "words alone"])
@pytest.mark.parametrize("post", posts(), ids=lambda post: post[0])
def test_post_of_the_demo_gets_the_verdict_a_person_would_give(
    post: tuple[str, str, float | None, str | None], is_told: bool, languages: tuple[str, ...]
) -> None:
    author, text, rating, lang = post
    if author == TO_SOMEBODY_ELSE:
        pytest.skip("not about the shop: it never gets a case")
    told = {"rating": rating, "lang": lang} if is_told else {"rating": None, "lang": None}
    found = classifier(*languages).classify(make_mention(text=text, title=None, **told))
    category, topic = EXPECTED[author]
    assert (found.category, topic or found.topic) == (category, found.topic), found.trace


def test_parcel_lost_for_weeks_is_not_an_ordinary_case() -> None:
    text, rating = next((text, rating) for author, text, rating, _ in posts() if author == "Mario Rinaldi")
    found = classifier("it", "en").classify(make_mention(text=text, rating=rating, title=None))
    assert found.priority in {Priority.HIGH, Priority.URGENT}
