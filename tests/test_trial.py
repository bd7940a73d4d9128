"""Verdicts on mentions that nobody tuned for, with five languages switched on and none told.

`kept.jsonl` holds mentions that were read while the packs were written: each is a promise. `measured.jsonl` holds the other half
of the same trial, whose errors are not read: what it tells is a share, so a line that fails there is no reason to write a pattern.
Whoever reads one of its errors moves that line to the promises and puts a new one in its place.

`plain.jsonl` and `unfamiliar.jsonl` are measured only too: in the first stand complaints told without a judgement, spam and praise as
Italian shops get them, written at one time with mentions that became promises; those of the second were written afterwards, about other
facts.

`spam.jsonl` and `spam_later.jsonl` hold spam beside mentions of customers who speak of links, giveaways, followers and money. Of both, the
half for which `bench.labelled.is_for_tuning` holds was read while the rules of spam were written. The other half was not, yet one person
wrote the mentions and the rules: that the later ones are found nearly always says less than that 8 of its 40 were by rules that had only
seen the first file.
"""

import json
from functools import lru_cache
from pathlib import Path

import pytest

from bench.accuracy import LANGUAGES
from reputation_bot.model import Category
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Settings
from tests.factories import make_mention

FOLDER = Path(__file__).parent / "promises" / "trial"
FLOOR = (
    88.0  # per cent, reached: 89.5; 63 before the packs knew hypotheticals, denials, irony and plain facts
)
COMPLAINTS_FLOOR = 88.0
PLAIN_FLOOR = 73.0  # reached: 74.4; 62.4 before the packs knew facts told without a judgement
PLAIN_COMPLAINTS_FLOOR = 78.0
UNFAMILIAR_FLOOR = 33.0  # reached: 35.3; what is told about facts that no rule knows is mostly filed as other
SPAM_FLOOR = 95.0  # reached: 98.8; 51.3 before
LATER_SPAM_FLOOR = 90.0  # reached: 95; 15 before
LANGUAGES_COVERED = set(LANGUAGES)

Line = dict[str, str]


def read(name: str) -> list[Line]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


KEPT, MEASURED = read("kept.jsonl"), read("measured.jsonl")
PLAIN, UNFAMILIAR = read("plain.jsonl"), read("unfamiliar.jsonl")
SPAM, LATER_SPAM = read("spam.jsonl"), read("spam_later.jsonl")


@lru_cache(maxsize=1)
def classifier() -> Classifier:
    return Classifier(
        Settings.model_validate(
            {"brand": {"name": "Bottega Aurora"}, "telegram": {"chat": -1}, "languages": list(LANGUAGES)}
        )
    )


@lru_cache(maxsize=512)
def category(text: str) -> Category:
    return classifier().classify(make_mention(text=text, rating=None, lang=None, title=None)).category


def share_right(lines: list[Line]) -> float:
    return 100 * sum(category(line["text"]) == line["category"] for line in lines) / len(lines)


@pytest.mark.parametrize("line", KEPT, ids=lambda line: f"{line['lang']}-{line['text'][:40]}")
def test_mention_of_the_trial_keeps_its_category(line: Line) -> None:
    assert category(line["text"]) == line["category"]


def test_share_of_right_categories_stays_above_the_floor() -> None:
    assert share_right(MEASURED) >= FLOOR


def test_complaints_are_found() -> None:
    assert share_right([line for line in MEASURED if line["category"] == "complaint"]) >= COMPLAINTS_FLOOR


def test_few_complaints_are_filed_as_praise() -> None:
    complaints = [line for line in MEASURED if line["category"] == "complaint"]
    as_praise = [line for line in complaints if category(line["text"]) is Category.PRAISE]
    assert len(as_praise) <= len(complaints) / 20


def test_share_of_right_categories_of_plain_tales_stays_above_the_floor() -> None:
    assert share_right(PLAIN) >= PLAIN_FLOOR
    assert share_right([line for line in PLAIN if line["category"] == "complaint"]) >= PLAIN_COMPLAINTS_FLOOR


def test_share_of_right_categories_of_unfamiliar_facts_stays_above_the_floor() -> None:
    assert share_right(UNFAMILIAR) >= UNFAMILIAR_FLOOR


def test_few_plain_complaints_are_filed_as_praise() -> None:
    complaints = [line for line in PLAIN + UNFAMILIAR if line["category"] == "complaint"]
    as_praise = [line for line in complaints if category(line["text"]) is Category.PRAISE]
    assert len(as_praise) <= len(complaints) / 20


def test_plain_talk_and_questions_are_not_filed_as_complaints() -> None:
    harmless = [line for line in PLAIN + UNFAMILIAR if line["category"] in {"other", "question"}]
    as_complaints = [line for line in harmless if category(line["text"]) is Category.COMPLAINT]
    assert len(as_complaints) <= len(harmless) / 5


@pytest.mark.parametrize(("lines", "floor"), [(SPAM, SPAM_FLOOR), (LATER_SPAM, LATER_SPAM_FLOOR)])
def test_spam_is_found(lines: list[Line], floor: float) -> None:
    assert share_right([line for line in lines if line["category"] == "spam"]) >= floor


@pytest.mark.parametrize("lines", [SPAM, LATER_SPAM])
def test_few_customers_are_taken_for_spam(lines: list[Line]) -> None:
    customers = [line for line in lines if line["category"] != "spam"]
    as_spam = [line for line in customers if category(line["text"]) is Category.SPAM]
    assert len(as_spam) <= len(customers) / 20


def test_trial_covers_every_category_and_language() -> None:
    assert {line["category"] for line in MEASURED} == set(Category)
    assert {line["lang"] for line in MEASURED} == LANGUAGES_COVERED
    measured = [line["text"] for line in MEASURED + PLAIN + UNFAMILIAR + SPAM + LATER_SPAM]
    assert len(measured) == len({*measured})
    assert not {*measured} & {line["text"] for line in KEPT}
