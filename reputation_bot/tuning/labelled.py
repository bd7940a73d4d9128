"""Reads texts with the labels that people gave them, one JSON object a line; comparing them with verdicts is `evaluate`'s job."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from reputation_bot.model import Author, Category, Mention

MAX_CHARS = 1 << 20  # of one line
NO_SOURCE = "not told"
# what other collections call the topics of the packs
_OUR_TOPICS = {
    "orders": "order",
    "delivery": "shipping",
    "payment": "billing",
    "returns/exchanges": "returns",
    "customer service": "service",
}
_POLARITIES = ("neg", "neu", "pos")
_YES_OR_NO = ("complaint", "question", "suggestion", "spam")  # the keys are_ `is_complaint` and so on


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text as a mention, and by task its label; no labels when the line gives none."""

    mention: Mention
    labels: dict[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be used, counted from 1, and why."""

    file: str
    line: int
    problem: str


def read(file: str, lines: Iterable[str], *, stars: bool = True) -> Iterator[Labelled | BadLine]:
    """One for every line that is not empty. Never raises for any content; `stars=False` hides them from the rules."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _labelled(_object(line), stars=stars)
            except ValueError as problem:
                yield BadLine(file, number, str(problem))


def _object(line: str) -> dict[str, Any]:
    if len(line) > MAX_CHARS:
        raise ValueError(f"is longer than {MAX_CHARS:,} characters")
    try:
        given = json.loads(line)
    except ValueError:
        raise ValueError("is not JSON") from None
    except RecursionError:
        raise ValueError("is nested too deep") from None
    if not isinstance(given, dict):
        raise ValueError('is not an object such as {"text": "…", "category": "complaint"}')
    return given


def _labelled(given: dict[str, Any], *, stars: bool) -> Labelled:
    text = given.get("text")
    if not isinstance(text, str):
        raise ValueError("has no text" if text is None else "text is not a string")
    rating = _stars(given) if stars else None
    lang = _text(given, "lang")
    mention = Mention("eval", "1", Author("?"), text, thread="1", rating=rating, lang=lang)
    return Labelled(mention, dict(_labels(given)), _text(given, "source") or NO_SOURCE)


def _labels(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    category = _one_of(given, "category", tuple(Category)) or _one_of(given, "act", tuple(Category))
    if category:
        yield "category", category
    for name in _YES_OR_NO:
        answer = given.get(f"is_{name}")
        if answer is not None and answer not in (0, 1):
            raise ValueError(f"is_{name} is neither true nor false")
        if answer is not None:
            yield name, name if answer else "not"
    if topic := _text(given, "topic"):
        yield "topic", _OUR_TOPICS.get(topic, topic)
    if polarity := _one_of(given, "polarity", _POLARITIES):
        yield "polarity", polarity


def _one_of(given: dict[str, Any], key: str, allowed: tuple[str, ...]) -> str | None:
    value = _text(given, key)
    if value is not None and value not in allowed:
        raise ValueError(f"{key} {value[:40]!r} is none of {', '.join(map(str, allowed))}")
    return value


def _text(given: dict[str, Any], key: str) -> str | None:
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key} is not a string")
    return value or None


def _stars(given: dict[str, Any]) -> float | None:
    for key in ("rating", "stars"):
        value = given.get(key)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
            raise ValueError(f"{key} is not a number")
        return float(value)
    return None
