"""The end of a case and the way back: what is promised afterwards, and what the audit tells of it."""

import pytest

from reputation_bot import cases
from reputation_bot.cases import Result
from reputation_bot.listening import intake
from reputation_bot.model import CaseStatus, DismissReason, Mention
from reputation_bot.ports import Storage
from reputation_bot.settings import ChannelSettings, Promises
from tests.acting import Shelf
from tests.factories import NOW, make_mention, make_options
from tests.fakes import FakeJudge


@pytest.fixture
def shelf(storage: Storage) -> Shelf:
    shelf = Shelf(storage)
    shelf.put()
    return shelf


def write_again(shelf: Shelf, mention: Mention) -> None:
    """The author goes on, as the poll records it."""
    channel = ChannelSettings(connector="rss", own=True)
    with shelf.storage.read() as view:
        judged = intake.judge_news(
            view, [mention], judge=FakeJudge(), channel=channel, options_of=lambda _: make_options()
        )
    with shelf.storage.transaction() as tx:
        intake.record_batch(tx, [mention], judged, promises=Promises(), now=NOW)


@pytest.mark.parametrize("reason", [DismissReason.NOT_US, DismissReason.SPAM])
def test_words_after_not_us_or_spam_stay_put_aside_and_nothing_is_promised(
    shelf: Shelf, reason: DismissReason
) -> None:
    shelf.do(cases.dismiss, reason)
    write_again(shelf, make_mention("m2", thread="m1"))
    case = shelf.case()
    assert (case.status, case.due_at, case.closed_at) == (CaseStatus.DISMISSED, None, NOW)
    assert case.mention_keys == ("piazza:m1", "piazza:m2")


def test_words_after_a_solved_case_open_it_again_with_a_promise(shelf: Shelf) -> None:
    shelf.do(cases.resolve)
    write_again(shelf, make_mention("m2", thread="m1"))
    case = shelf.case()
    assert (case.status, case.closed_at) == (CaseStatus.OPEN, None)
    assert case.due_at
    assert case.due_at > NOW


def test_closing_and_reopening_stand_in_the_audit_with_what_was_before(shelf: Shelf) -> None:
    shelf.do(cases.dismiss, DismissReason.SPAM, who="federica")
    shelf.do(cases.reopen, who="paolo")
    assert [(one.who, one.move.value, one.detail, one.before) for one in shelf.events()] == [
        ("federica", "dismiss", "spam", "open"),
        ("paolo", "reopen", "", "dismissed"),
    ]


def test_what_is_open_is_not_reopened_and_what_is_closed_not_closed(shelf: Shelf) -> None:
    assert shelf.do(cases.reopen).result is Result.ALREADY_DONE
    shelf.do(cases.resolve)
    assert shelf.do(cases.dismiss, DismissReason.SPAM).result is Result.ALREADY_DONE
    assert shelf.case().dismissed is None
