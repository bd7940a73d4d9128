"""Plans what of a FAQ from elsewhere goes into rules.yaml, and what does not and why; reading it and writing the file are for others."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from reputation_bot.drafts.checks import unknown_variable
from reputation_bot.faq.same import as_asked
from reputation_bot.faq.table import Row
from reputation_bot.ports import for_staff
from reputation_bot.settings import FaqEntry, Settings

_TOPIC = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Plan:
    """`entries` are as they are written into rules.yaml, in the order of the table; what is left out has its line and a reason."""

    entries: tuple[dict[str, Any], ...]
    known: tuple[tuple[Row, str], ...]  # asked already: nothing is lost
    unusable: tuple[tuple[Row, str], ...]  # a person should look


def plan_import(rows: Iterable[Row], settings: Settings, lang: str) -> Plan:
    """A question that rules.yaml asks already, in any language and in other capitals or signs, stays as it is there."""
    asked = {as_asked(text): for_staff("is in rules.yaml already") for text in _asked(settings)}
    entries, known, unusable = [], [], []
    for row in rows:
        entry = _entry(row, lang)
        question = as_asked(row.question)
        if problem := _problem(row, entry):
            unusable.append((row, problem))
        elif question in asked:
            known.append((row, asked[question]))
        else:
            asked[question] = for_staff(f"is in line {row.line} already")
            entries.append(entry)
    return Plan(tuple(entries), tuple(known), tuple(unusable))


def _asked(settings: Settings) -> Iterator[str]:
    for entry in settings.faq:
        yield from entry.question.values()
        for texts in entry.variants.values():
            yield from texts


def _entry(row: Row, lang: str) -> dict[str, Any]:
    topic = row.topic.lower()
    return (
        {"question": {lang: " ".join(row.question.split())}, "answer": {lang: row.answer}}
        | ({"topic": topic} if _TOPIC.fullmatch(topic) else {})
        | ({"link": row.link} if row.link else {})
    )


def _problem(row: Row, entry: dict[str, Any]) -> str | None:
    if not as_asked(row.question):
        return for_staff("there is no question")
    if not row.answer:
        return for_staff("there is no answer")
    if (name := unknown_variable(row.answer)) is not None:
        return for_staff(f"the answer has {{{name}}}, and no variable is called so: change the braces")
    try:
        FaqEntry.model_validate(entry)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)[0]
        why = details["msg"].removeprefix("Value error, ")
        return for_staff(f"the {details['loc'][0]} does not fit: {why}")
    return None
