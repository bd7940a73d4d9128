"""Classifies texts for the command line: one line of JSON for each, in the order given."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import click

from reputation_bot.brand.matching import BrandMatcher
from reputation_bot.commands import as_json
from reputation_bot.model import Author, Mention, Verdict
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Settings


def classify(settings: Settings, lines: Iterable[str]) -> int:
    """Prints a line for every line of JSON given; one that cannot be read gets an "error" in its place. Returns how many did."""
    classifier, matcher = Classifier(settings), BrandMatcher(settings.brand)

    def judge(mention: Mention) -> Verdict:
        return classifier.classify(mention, matcher.match(mention) or ())

    wrong = 0
    for line in lines:
        if not line.strip():
            continue
        answer = _answer(judge, line)
        wrong += "error" in answer
        click.echo(json.dumps(answer, ensure_ascii=False))
    return wrong


def _answer(judge: Callable[[Mention], Verdict], line: str) -> dict[str, Any]:
    try:
        given = json.loads(line)
        mention = _mention(given["text"], lang=given.get("lang"), rating=given.get("rating"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return {"error": f'not an object with a "text": {error}'}
    return {**given, **as_json.verdict(judge(mention))}


def _mention(text: Any, *, lang: Any, rating: Any) -> Mention:
    if not isinstance(text, str):
        raise TypeError("the text is not a string")
    stars = None if rating is None else float(rating)
    hint = lang if isinstance(lang, str) else None
    return Mention("classify", "1", Author("?"), text, thread="1", rating=stars, lang=hint)
