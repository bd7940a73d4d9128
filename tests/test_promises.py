"""What the packs promise: mentions as people write them, one file of JSON lines a language, each with the verdict that it must get.

A line holds `text`, `category`, `topic` (null: not promised), `note` (what makes it hard, or empty) and, where they matter,
`priority` and `rating`.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from reputation_bot import packs
from reputation_bot.model import Category, Verdict
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Settings
from tests.factories import make_mention

FOLDER = Path(__file__).parent / "promises"
LEAST = {"it": 300, "en": 150}
FIELDS = {"text", "category", "topic", "priority", "rating", "note"}

Promise = dict[str, Any]


def read(path: Path) -> list[Promise]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


PROMISES = {path.stem: read(path) for path in sorted(FOLDER.glob("*.jsonl"))}
LINES = [(lang, promise) for lang, lines in PROMISES.items() for promise in lines]
IDS = [f"{lang}-{promise['category']}-{promise['text'][:40]}" for lang, promise in LINES]


@lru_cache(maxsize=1)
def classifier() -> Classifier:
    return Classifier(
        Settings.model_validate(
            {"brand": {"name": "Bottega Aurora"}, "telegram": {"chat": -1}, "languages": list(PROMISES)}
        )
    )


def verdict(lang: str, promise: Promise) -> Verdict:
    return classifier().classify(make_mention(text=promise["text"], rating=promise.get("rating"), lang=lang))


@pytest.mark.parametrize(("lang", "promise"), LINES, ids=IDS)
def test_mention_gets_the_promised_verdict(lang: str, promise: Promise) -> None:
    found = verdict(lang, promise)
    wanted = {name: promise[name] for name in ("category", "topic", "priority") if promise.get(name)}
    assert {name: getattr(found, name) for name in wanted} == wanted, found.trace


@pytest.mark.parametrize("lang", PROMISES)
def test_promises_are_many_and_each_is_made_once(lang: str) -> None:
    texts = [promise["text"] for promise in PROMISES[lang]]
    assert len(texts) >= LEAST.get(lang, 0)
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("lang", PROMISES)
def test_promises_cover_every_category_and_every_topic_of_the_pack(lang: str) -> None:
    assert {promise["category"] for promise in PROMISES[lang]} == set(Category)
    assert {promise["topic"] for promise in PROMISES[lang]} - {None} == packs.names(lang).topics.keys()


@pytest.mark.parametrize(("lang", "promise"), LINES, ids=IDS)
def test_promise_is_written_in_the_known_form(lang: str, promise: Promise) -> None:
    assert promise.keys() <= FIELDS
    assert {"text", "category", "topic", "note"} <= promise.keys()
    assert promise["text"].strip() == promise["text"]
