"""How an approved answer goes out, and what is checked before."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
)

from reputation_bot.model import Category, Priority
from reputation_bot.rules.schema import Phrase
from reputation_bot.settings.fields import Duration, Section
from reputation_bot.text import fold


class TwoPeople(Section):
    """The cases whose answers need the approval of two different people."""

    categories: list[Category] = Field(default_factory=list, description="For these categories.")
    priorities: list[Priority] = Field(default_factory=list, description="For these priorities.")


def _re2_pattern(pattern: str) -> str:
    from reputation_bot.rules.patterns import compile_regex  # noqa: PLC0415  # RE2 is loaded only where there is one

    if compile_regex(pattern).search("") is not None:
        raise ValueError("fits the empty text, and so every text")
    return pattern


def _with_a_word(phrase: str) -> str:
    """ "N" stands for a number, "…" for some words, "*" for an ending: none of them says what to look for."""
    words = (word for word in re.split(r"[\s|]+", phrase) if word != "N")
    if not any(fold(re.sub(r"[*…]|[.]{3}", "", word)).strip() for word in words):
        raise ValueError("there is no word to look for")
    return phrase


Pattern = Annotated[Phrase, AfterValidator(_re2_pattern)]
Words = Annotated[Phrase, AfterValidator(_with_a_word)]


class Outgoing(Section):
    """What the check of an answer looks for, besides what comes with the program; how phrases are written, docs/rules.md says."""

    order_numbers: list[Pattern] = Field(
        default_factory=list, description="RE2 patterns of order numbers and tracking codes: not in public."
    )
    surnames: list[Phrase] = Field(
        default_factory=list, description="Surnames of staff, besides those of operators: not in public."
    )
    banned: list[Words] = Field(default_factory=list, description="Phrases that no answer may have.")
    allowed: list[Words] = Field(
        default_factory=list,
        description="Phrases and numbers that may always be said, whatever they look like: names of products, the shop's own address.",
    )
    admissions: list[Words] = Field(
        default_factory=list, description="Phrases that admit a fault: a warning."
    )
    promises: list[Words] = Field(
        default_factory=list, description="Phrases that promise something: a warning."
    )
    harsh: list[Words] = Field(default_factory=list, description="Phrases that sound harsh: a warning.")
    jargon: dict[Words, str] = Field(
        default_factory=dict,
        description="Office language, each phrase with what people say instead: a warning.",
    )


class Publishing(Section):
    """How an approved answer goes out."""

    undo: Duration = Field(timedelta(seconds=10), description="Time in which an approval can be taken back.")
    two_people: TwoPeople = Field(
        default_factory=TwoPeople, description="When two different people must approve an answer."
    )
