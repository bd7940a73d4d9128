"""What is known of an author: earlier cases on the channel, praise and complaints, and the names that rules.yaml calls VIP."""

from dataclasses import replace
from typing import Any

import pytest

from reputation_bot import history
from reputation_bot.history import REMEMBERED, History
from reputation_bot.model import CaseStatus, Category, DismissReason
from reputation_bot.ports import Storage
from tests.acting import Shelf
from tests.factories import NOW, make_author, make_case, make_mention, make_verdict

PRAISE = make_verdict(category=Category.PRAISE)


@pytest.fixture
def shelf(storage: Storage) -> Shelf:
    return Shelf(storage)


def others(shelf: Shelf, number: int, **how: bool) -> list[int]:
    with shelf.storage.read() as view:
        return [case.id for case in history.of_author(view, view.case(number), **how)]


def closed(reason: DismissReason | None = None, **changes: Any) -> dict[str, Any]:
    status = CaseStatus.DISMISSED if reason else CaseStatus.RESOLVED
    return {"status": status, "dismissed": reason, "closed_at": NOW, "due_at": None, **changes}


def test_the_authors_other_cases_on_the_channel_oldest_first(shelf: Shelf) -> None:
    for number in (1, 2, 3):
        shelf.put(make_mention(f"m{number}"))
    shelf.put(make_mention("m4", author=make_author(external_id="u2")))
    shelf.put(make_mention("m5", channel="vetrina"))
    assert others(shelf, 2) == [1, 3]


def test_what_was_not_about_us_spam_or_merged_does_not_count(shelf: Shelf) -> None:
    shelf.put(make_mention("m1"))
    shelf.put(make_mention("m2"), **closed(DismissReason.NOT_US))
    shelf.put(make_mention("m3"), **closed(DismissReason.SPAM))
    shelf.put(make_mention("m4"), **closed(DismissReason.DUPLICATE, merged_into=1))
    shelf.put(make_mention("m5"), **closed(DismissReason.NO_ANSWER_NEEDED))
    shelf.put(make_mention("m6"), **closed())
    assert others(shelf, 1) == [5, 6]


def test_archived_cases_count_only_for_the_whole_story(shelf: Shelf) -> None:
    shelf.put(make_mention("m1"), **closed())
    shelf.put(make_mention("m2"))
    with shelf.storage.transaction() as tx:
        tx.archive(NOW.replace(year=2027))
    assert others(shelf, 2) == []
    assert others(shelf, 2, archived=True) == [1]


def test_of_a_name_that_stands_for_thousands_only_the_newest_are_remembered(shelf: Shelf) -> None:
    for number in range(REMEMBERED + 10):
        shelf.put(make_mention(f"m{number}"))
    found = others(shelf, REMEMBERED + 10)
    assert (len(found), found[-1]) == (REMEMBERED - 1, REMEMBERED + 9)


@pytest.mark.parametrize(
    ("names", "is_vip"),
    [
        (["GIULIA ROSSI"], True),
        (["@giulia"], True),
        (["Giulia"], True),
        (["Giùlia Rossi"], True),
        (["Rossi"], False),
        ([], False),
    ],
)
def test_a_vip_is_known_by_name_or_handle_whatever_case_and_accents(names: list[str], is_vip: bool) -> None:
    assert history.is_vip(make_author(), names) is is_vip


def test_the_third_complaint_makes_a_repeated_complainer(shelf: Shelf) -> None:
    earlier = tuple(make_case(id=number) for number in (1, 2))
    now = make_case(id=3)
    assert history.repeats(History(earlier), now)
    assert not history.repeats(History(earlier[:1]), now)
    assert not history.repeats(History((earlier[0], replace(earlier[1], verdict=PRAISE))), now)
    assert not history.repeats(History(earlier), replace(now, verdict=PRAISE)), "praise is no complaint"


def test_it_tells_how_often_and_since_when() -> None:
    story = History((make_case(verdict=PRAISE, opened_at=NOW), make_case(id=2)))
    assert (story.times(Category.PRAISE), story.times(Category.SPAM), story.since) == (1, 0, NOW)
    assert History().since is None
