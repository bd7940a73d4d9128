"""What goes out in parts, and what happens to it when the author writes, people pause publishing, or half of it fails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from reputation_bot import outbox, pausing
from reputation_bot.errors import OutcomeUnknownError, RejectedError, RetryLaterError
from reputation_bot.listening import intake, threads
from reputation_bot.model import (
    CaseStatus,
    Mention,
    Purpose,
    Receipt,
    Reply,
    ReplyState,
    Thread,
    Visibility,
)
from reputation_bot.ports import Storage
from reputation_bot.settings import ChannelSettings, Promises
from reputation_bot.telegram.buttons import Act
from tests.acting import Office
from tests.factories import NOW, make_mention
from tests.fakes import FakeClock, FakePlatform

BOTH = [("private", "Ciao, opening"), ("public", "Ciao, invitation")]


class Messages(FakePlatform):
    """Answers come to a conversation of their own; something else may happen while a post is on its way."""

    def __init__(self, meanwhile: Callable[[], object] = int) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        self._meanwhile()
        return replace(super().post(reply, mention), thread="dm-7")


@pytest.fixture
def office(storage: Storage, clock: FakeClock) -> Office:
    office = Office(storage, clock)
    office.put()
    return office


@pytest.fixture
def handed_off(office: Office) -> Office:
    """Both parts approved, nothing out yet."""
    office.press(Act.HAND_OFF)
    office.press(Act.PUBLISH)
    return office


def write_again(office: Office, mention: Mention) -> None:
    """The author goes on, as the poll records it."""
    channel = ChannelSettings(connector="rss", own=True)
    with office.storage.read() as view:
        judged = intake.judge_news(
            view, [mention], judge=office.judge, channel=channel, options_of=office.platform.options
        )
    with office.storage.transaction() as tx:
        intake.record_batch(tx, [mention], judged, promises=Promises(), now=office.clock())


def test_the_private_part_goes_first_and_the_public_one_after_it_arrived(handed_off: Office) -> None:
    handed_off.publish()
    assert handed_off.posted() == BOTH[:1]
    assert handed_off.case().status is CaseStatus.WAITING
    handed_off.publish()
    assert handed_off.posted() == BOTH
    case = handed_off.case()
    assert (case.opening, case.drafts, case.due_at) == (None, (), None)


def test_the_public_part_waits_as_long_as_the_private_one_does(handed_off: Office) -> None:
    handed_off.platform.faults = [RetryLaterError("slow down", timedelta(minutes=5))]
    handed_off.publish()
    handed_off.publish(60)
    assert handed_off.posted() == []
    handed_off.publish(300)
    handed_off.publish()
    assert handed_off.posted() == BOTH


def test_when_the_private_part_is_refused_the_public_one_never_goes(handed_off: Office) -> None:
    handed_off.platform.faults = [RejectedError("takes no messages from strangers")]
    for _ in range(3):
        handed_off.publish()
    assert handed_off.posted() == []
    assert [reply.state for reply in handed_off.replies()] == [ReplyState.FAILED, ReplyState.CANCELLED]
    assert handed_off.replies()[1].problem == "the private message did not go out"
    case = handed_off.case()
    assert case.status is CaseStatus.OPEN
    assert case.due_at is not None
    assert case.opening is not None
    assert handed_off.moves()[-2:] == ["reply_refused", "reply_refused"]


def test_after_that_both_can_be_approved_anew(handed_off: Office) -> None:
    handed_off.platform.faults = [RejectedError("takes no messages from strangers")]
    handed_off.publish()
    handed_off.publish()
    handed_off.press(Act.PUBLISH)
    handed_off.publish()
    handed_off.publish()
    assert handed_off.posted() == BOTH


def test_while_nobody_knows_of_the_private_part_the_public_one_waits(handed_off: Office) -> None:
    handed_off.platform.faults, handed_off.platform.visible = [OutcomeUnknownError("no answer")], False
    for _ in range(5):
        handed_off.publish(600)
    assert handed_off.posted() == []
    assert handed_off.replies()[1].state is ReplyState.PENDING
    handed_off.press(Act.CONFIRM_SENT, revision=handed_off.replies()[0].revision)
    handed_off.publish()
    assert handed_off.posted() == BOTH[1:]


def test_a_private_part_that_was_given_up_takes_the_public_one_with_it(handed_off: Office) -> None:
    handed_off.platform.faults, handed_off.platform.visible = [OutcomeUnknownError("no answer")], False
    handed_off.publish()
    handed_off.press(Act.DROP_REPLY, revision=handed_off.replies()[0].revision)
    handed_off.publish()
    assert handed_off.replies()[1].state is ReplyState.CANCELLED
    assert handed_off.posted() == []


def test_when_the_public_part_fails_nothing_private_is_repeated(handed_off: Office) -> None:
    handed_off.publish()
    handed_off.platform.faults = [RejectedError("closed")]
    handed_off.publish()
    case = handed_off.case()
    assert case.opening is None
    assert (case.draft and case.draft.text) == "Ciao, invitation"
    handed_off.press(Act.PUBLISH)
    handed_off.publish()
    assert handed_off.posted() == BOTH


def test_after_the_private_part_left_undo_takes_back_the_public_one(handed_off: Office) -> None:
    handed_off.publish()
    handed_off.press(Act.UNDO)
    handed_off.publish()
    assert handed_off.posted() == BOTH[:1]
    assert handed_off.replies()[1].state is ReplyState.CANCELLED


def test_the_private_conversation_that_a_receipt_names_belongs_to_the_case(
    handed_off: Office,
) -> None:
    handed_off.platform = Messages()
    handed_off.publish()
    assert handed_off.case().threads == (Thread("piazza", "dm-7", "u1", Visibility.PRIVATE),)
    answer = make_mention("dm1", thread="dm-7", visibility=Visibility.PRIVATE, text="Grazie!")
    with handed_off.storage.read() as view:
        found = threads.case_of(view, answer)
    assert found
    assert found.id == 1
    write_again(handed_off, answer)
    assert handed_off.case().mention_keys == ("piazza:m1", "piazza:dm1")


def test_the_closing_line_closes_the_case_once_it_is_out(handed_off: Office) -> None:
    handed_off.publish()
    handed_off.publish()
    handed_off.press(Act.CLOSE_PUBLICLY)
    draft = handed_off.case().draft
    assert draft
    assert (draft.purpose, draft.visibility) == (Purpose.CLOSING, Visibility.PUBLIC)
    handed_off.press(Act.PUBLISH)
    assert handed_off.case().status is CaseStatus.WAITING
    handed_off.publish()
    case = handed_off.case()
    assert (case.status, case.closed_at) == (CaseStatus.RESOLVED, handed_off.clock())
    assert handed_off.moves()[-2:] == ["answered", "resolve"]


def test_a_closing_line_that_failed_closes_nothing(office: Office) -> None:
    office.press(Act.CLOSE_PUBLICLY)
    office.press(Act.PUBLISH)
    office.platform.faults = [RejectedError("no")]
    office.publish()
    assert office.case().status is CaseStatus.OPEN


def test_words_written_before_the_answer_went_out_are_owed_one_of_their_own(office: Office) -> None:
    office.press(Act.PUBLISH)
    write_again(office, make_mention("m2", thread="m1", text="E la fattura?"))
    due_at = office.case().due_at
    office.publish()
    assert len(office.posted()) == 1
    case = office.case()
    assert (case.status, case.due_at, case.answered_at) == (CaseStatus.OPEN, due_at, NOW)
    assert case.drafts == office.judge.drafts
    assert office.moves()[-2:] == ["answered", "author_wrote"]


def test_a_closing_line_overtaken_by_the_author_closes_nothing(office: Office) -> None:
    office.press(Act.CLOSE_PUBLICLY)
    office.press(Act.PUBLISH)
    write_again(office, make_mention("m2", thread="m1", text="Invece no."))
    office.publish()
    assert office.case().status is CaseStatus.OPEN


def test_nothing_leaves_while_publishing_is_paused_and_all_of_it_afterwards(handed_off: Office) -> None:
    handed_off.write("/pause")
    for _ in range(3):
        assert handed_off.publish() == 0
    assert [reply.state for reply in handed_off.replies()] == [ReplyState.PENDING] * 2
    handed_off.write("/resume")
    handed_off.publish()
    handed_off.publish()
    assert handed_off.posted() == BOTH


def test_a_pause_that_comes_after_the_reading_and_before_the_claim_counts(office: Office) -> None:
    office.press(Act.PUBLISH)
    office.clock.go_on(seconds=11)
    times = 0

    def paused_meanwhile() -> datetime:
        """The publisher asks for the time once when it reads what is due, and again for each claim."""
        nonlocal times
        times += 1
        if times == 2:
            with office.storage.transaction() as tx:
                pausing.pause(tx, who="anna", now=office.clock())
        return office.clock()

    tried = outbox.post_due(
        office.storage,
        lambda _: office.platform,
        owner="bot@here:1:1",
        clock=paused_meanwhile,
    )
    assert (tried, office.posted()) == (0, [])
    assert office.reply().state is ReplyState.PENDING


def test_what_was_claimed_before_the_pause_arrives_and_is_written_down(
    office: Office,
) -> None:
    office.press(Act.PUBLISH)

    def pause() -> None:
        with office.storage.transaction() as tx:
            pausing.pause(tx, who="anna", now=office.clock())

    office.platform = Messages(meanwhile=pause)
    office.publish()
    assert office.reply().state is ReplyState.SENT
    assert office.case().status is CaseStatus.WAITING
