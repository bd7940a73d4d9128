"""Copies told from new texts on pairs collected from recordings and labelled texts: as measured by `python -m bench copies`."""

from collections import defaultdict

import pytest

from bench import copies
from bench.pairs import Pair
from reputation_bot.copies import is_copy
from tests.shared import needs_shared

FOUND = {  # of those of one kind, at least so many in a hundred
    "one author, two channels": 98,  # the others have fewer than six words
    "repost": 97,
    "cut off": 100,
    "one record, two channels": 100,
    "posted in two places": 100,
    "article: trackers, summary": 100,
    "article: line below": 100,
    "article: other title": 100,
    "article: shared by its title": 100,
    "entry in two feeds": 100,
    "entry by its title": 100,
}
COLLECTED = {  # pairs that are never one, and how many of them there must be for the claim to mean something
    "two customers, near-equal texts": 1_500,
    "two customers of one first name": 500,
    "two customers on one page": 1_000,
    "one author, two questions": 5_000,
    "two customers, any texts": 10_000,
    "quotation with own words": 100,
    "answer with a quotation": 30,
    "one template, two things": 2_000,
    "two accounts, one template": 3_000,
    "two entries of one feed": 100,
}


@needs_shared("recordings/reddit")
@needs_shared("recordings/feeds")
@needs_shared("eval")
def test_copies_are_found_and_two_customers_never_joined() -> None:
    """In one test, because collecting takes longer than comparing."""
    by_kind: dict[str, list[Pair]] = defaultdict(list)
    for pair in copies.pairs():
        by_kind[pair.kind].append(pair)
    assert set(by_kind) == set(FOUND) | set(COLLECTED)
    found = {kind: 100 * sum(one.is_joined for one in by_kind[kind]) / len(by_kind[kind]) for kind in FOUND}
    assert {kind: share for kind, share in found.items() if share < FOUND[kind]} == {}
    assert {kind for kind in FOUND if len(by_kind[kind]) < 20} == set()
    assert {kind for kind, count in COLLECTED.items() if len(by_kind[kind]) < count} == set()
    never = [one for kind in COLLECTED for one in by_kind[kind]]
    assert [one for one in never if is_copy(one.one, one.other) or is_copy(one.other, one.one)] == []


def test_the_interval_holds_for_none_and_for_all() -> None:
    assert copies.interval(0, 100) == pytest.approx((0.0, 0.037), abs=1e-3)
    assert copies.interval(100, 100) == pytest.approx((0.963, 1.0), abs=1e-3)
    assert copies.interval(50, 100) == pytest.approx((0.404, 0.596), abs=1e-3)
