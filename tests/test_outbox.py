"""Approved replies: posted once, whatever the platform answers and wherever the program dies."""

from datetime import timedelta

import pytest

from reputation_bot import outbox
from reputation_bot.errors import (
    AccessError,
    ConfigError,
    OutcomeUnknownError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.model import Case, CaseStatus, Reply, ReplyState
from reputation_bot.owner import this_process
from reputation_bot.ports import Storage
from reputation_bot.transitions import ReplyMove, move_reply
from tests.factories import make_case, make_record, make_reply
from tests.fakes import FakeClock, FakePlatform

GONE = "bot@a-machine-long-gone:1:1"


class Bench:
    """One approved reply and the platform it is for."""

    def __init__(self, storage: Storage, clock: FakeClock) -> None:
        self.storage, self.clock, self.platform = storage, clock, FakePlatform()
        with storage.transaction() as tx:
            tx.open_case(make_case())
            tx.put_record(make_record())
            tx.put_reply(make_reply(), expected=None)

    def post(self) -> int:
        return outbox.post_due(self.storage, lambda _: self.platform, owner="bot@here:1:1", clock=self.clock)

    def read_back(self) -> int:
        return outbox.read_back(self.storage, lambda _: self.platform, clock=self.clock)

    def leave_in_sending(self, owner: str) -> None:
        with self.storage.transaction() as tx:
            claimed = move_reply(make_reply(), ReplyMove.CLAIM, claimed_by=owner, claimed_at=self.clock())
            tx.put_reply(claimed, expected=ReplyState.PENDING)

    @property
    def reply(self) -> Reply:
        with self.storage.read() as view:
            found = view.reply("1.1")
        assert found
        return found

    @property
    def case(self) -> Case:
        with self.storage.read() as view:
            return view.case(1)


@pytest.fixture
def bench(storage: Storage, clock: FakeClock) -> Bench:
    return Bench(storage, clock)


@pytest.fixture
def due(bench: Bench) -> Bench:
    bench.clock.go_on(seconds=10)
    return bench


def test_nothing_leaves_before_the_undo_delay_is_over(bench: Bench) -> None:
    bench.clock.go_on(seconds=9)
    assert bench.post() == 0
    assert bench.reply.state is ReplyState.PENDING


def test_a_due_reply_is_posted_once_and_the_case_waits_for_the_author(due: Bench) -> None:
    assert due.post() == 1
    assert due.post() == 0
    assert [reply.id for reply in due.platform.posted] == ["1.1"]
    assert due.reply.state is ReplyState.SENT
    assert due.reply.receipt is not None
    assert due.case.status is CaseStatus.WAITING
    assert due.case.due_at is None
    assert due.case.drafts == ()


def test_a_refused_connection_is_tried_again_later(due: Bench) -> None:
    due.platform.faults = [RetryLaterError("no connection")]
    due.post()
    assert (due.reply.state, due.reply.problem) == (ReplyState.PENDING, "no connection")
    assert due.post() == 0, "not at once"
    due.clock.go_on(seconds=30)
    due.post()
    assert due.reply.state is ReplyState.SENT
    assert len(due.platform.posted) == 1


def test_the_platforms_own_wait_is_kept(due: Bench) -> None:
    due.platform.faults = [RetryLaterError("slow down", timedelta(minutes=7))]
    due.post()
    assert due.reply.not_before == due.clock() + timedelta(minutes=7)


@pytest.mark.parametrize("error", [AccessError("key refused"), ConfigError("no such channel")])
def test_a_refused_key_postpones_and_says_why(due: Bench, error: Exception) -> None:
    due.platform.faults = [error]
    if isinstance(error, ConfigError):

        def replier_of(_: str) -> FakePlatform:
            raise error

        outbox.post_due(due.storage, replier_of, owner="bot@here:1:1", clock=due.clock)
    else:
        due.post()
    assert due.reply.state is ReplyState.PENDING
    assert due.reply.problem == str(error)


def test_a_refusal_for_good_fails_and_the_draft_can_be_approved_anew(due: Bench) -> None:
    due.platform.faults = [RejectedError("the review is closed")]
    due.post()
    assert (due.reply.state, due.reply.problem) == (ReplyState.FAILED, "the review is closed")
    assert due.case.revision == 2
    assert due.case.draft is not None


@pytest.mark.parametrize(
    "error", [OutcomeUnknownError("no answer"), KeyError("a fault of the connector's own")]
)
def test_a_lost_answer_is_looked_for_and_never_sent_again(due: Bench, error: Exception) -> None:
    due.platform.faults, due.platform.posts_anyway, due.platform.visible = [error], True, False
    due.post()
    assert due.reply.state is ReplyState.UNKNOWN
    for _ in range(20):
        due.clock.go_on(minutes=10)
        assert (due.post(), due.read_back()) == (0, 0)
    due.platform.visible = True
    due.clock.go_on(hours=8)
    assert due.read_back() == 1
    assert (due.reply.state, due.case.status) == (ReplyState.SENT, CaseStatus.WAITING)
    assert len(due.platform.posted) == 1


def test_a_lost_reply_is_looked_for_ever_more_rarely_and_for_a_day(due: Bench) -> None:
    due.platform.faults = [OutcomeUnknownError("no answer")]
    due.post()
    looks = []
    for minute in range(2 * 24 * 60):
        before = due.reply.not_before
        due.read_back()
        if due.reply.not_before != before:
            looks.append(minute)
        due.clock.go_on(minutes=1)
    assert 5 < len(looks) < 20
    assert looks[-1] < 24 * 60
    assert due.reply.state is ReplyState.UNKNOWN


def test_what_a_dead_process_left_in_sending_becomes_unknown(due: Bench) -> None:
    host = this_process("bot").partition("@")[2].rsplit(":", 2)[0]
    due.leave_in_sending(f"bot@{host}:999999999:1")
    assert outbox.recover(due.storage, now=due.clock()) == 1
    assert due.reply.state is ReplyState.UNKNOWN
    assert due.post() == 0


def test_what_a_living_process_is_sending_is_left_alone(due: Bench) -> None:
    due.leave_in_sending(GONE)
    assert outbox.recover(due.storage, now=due.clock()) == 0
    due.clock.go_on(minutes=11)
    assert outbox.recover(due.storage, now=due.clock()) == 1, "nobody sends for eleven minutes"


def test_a_receipt_that_comes_after_the_reply_was_taken_for_lost_changes_nothing(due: Bench) -> None:
    due.leave_in_sending(GONE)
    due.clock.go_on(minutes=11)
    outbox.recover(due.storage, now=due.clock())
    receipt = due.platform.post(due.reply, make_record().mention)
    outbox.settle(due.storage, "1.1", outbox.Posted(receipt), now=due.clock())
    assert due.reply.state is ReplyState.UNKNOWN
    assert due.read_back() == 1


def test_pauses_double_up_to_half_an_hour() -> None:
    assert [outbox.pause_after(attempts).total_seconds() for attempts in (0, 1, 2, 3, 7, 99)] == [
        30,
        30,
        60,
        120,
        1800,
        1800,
    ]
