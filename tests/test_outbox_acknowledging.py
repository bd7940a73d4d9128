"""What the bot itself tells an author: once, never beside an answer, and never again when nobody knows what became of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reputation_bot import cases, outbox
from reputation_bot.cases import Result
from reputation_bot.errors import OutcomeUnknownError, RejectedError, RetryLaterError
from reputation_bot.model import Case, CaseStatus, Draft, Purpose, Record, ReplyState, Visibility
from reputation_bot.ports import Storage
from reputation_bot.telegram.buttons import Act
from tests.acting import Office, terms
from tests.factories import make_draft, make_mention, make_options
from tests.fakes import FakeClock

RECEIVED = "Ricevuto: rispondiamo entro un'ora."


@pytest.fixture
def office(storage: Storage, clock: FakeClock) -> Office:
    """One complaint on a channel where the bot may say that it has arrived."""
    office = Office(
        storage,
        clock,
        acknowledge={"piazza": {"when": "always"}},
        channels={"piazza": {"connector": "rss"}},
    )
    office.put(options=make_options(automatic=True))
    return office


def worded(case: Case, record: Record, visibility: Visibility, wait: timedelta) -> Draft | None:
    return make_draft(text=RECEIVED, visibility=visibility, purpose=Purpose.ACKNOWLEDGEMENT)


def acknowledge(office: Office) -> int:
    return outbox.acknowledge_due(office.storage, office.settings, worded, now=office.clock())


def test_it_goes_out_once_in_the_bots_name_and_the_answer_is_still_owed(office: Office) -> None:
    due_at = office.case().due_at
    assert [acknowledge(office), acknowledge(office)] == [1, 0]
    office.publish(0)
    assert office.posted() == [("public", RECEIVED)]
    reply, case = office.reply("1.0"), office.case()
    assert (reply.state, reply.approved_by) == (ReplyState.SENT, "bot")
    assert (case.status, case.due_at, case.answered_at) == (CaseStatus.OPEN, due_at, None)
    assert [(event.who, event.move.value) for event in office.events()] == [
        ("bot", "acknowledge"),
        ("bot", "acknowledged"),
    ]
    assert office.events()[0].after == RECEIVED
    assert acknowledge(office) == 0


def test_never_beside_an_answer_that_is_approved(office: Office) -> None:
    office.press(Act.PUBLISH)
    assert acknowledge(office) == 0


def test_an_answer_approved_before_it_left_takes_its_place(office: Office) -> None:
    acknowledge(office)
    office.press(Act.PUBLISH)
    office.publish(0)
    office.publish()
    assert office.posted() == [("public", make_draft().text)]
    assert office.reply("1.0").state is ReplyState.CANCELLED
    assert office.reply("1.0").problem == "it has been answered already"


def test_it_stands_in_nobodys_way(office: Office) -> None:
    acknowledge(office)
    assert office.do(cases.edit, "scrivo io").result is Result.DRAFT_CHANGED
    assert office.do(cases.approve, 2, terms=terms()).result is Result.APPROVED


def test_closing_takes_it_back(office: Office) -> None:
    acknowledge(office)
    office.press(Act.RESOLVE)
    office.publish(0)
    assert office.posted() == []
    assert office.reply("1.0").state is ReplyState.CANCELLED


@pytest.mark.parametrize("fault", [OutcomeUnknownError("no answer"), RejectedError("no"), KeyError("ours")])
def test_what_was_lost_or_refused_is_never_repeated_and_asks_nobody(office: Office, fault: Exception) -> None:
    acknowledge(office)
    office.platform.faults, office.platform.posts_anyway = [fault], True
    for _ in range(4):
        office.publish(600)
        acknowledge(office)
        outbox.read_back(office.storage, lambda _: office.platform, clock=office.clock)
    assert len(office.platform.posted) == 1
    assert office.reply("1.0").state is ReplyState.FAILED
    assert office.press(Act.PUBLISH).alert is False, "an answer can still be given"


def test_what_the_platform_put_off_goes_out_later_unless_somebody_answered(office: Office) -> None:
    acknowledge(office)
    office.platform.faults = [RetryLaterError("busy")]
    office.publish(0)
    assert office.reply("1.0").state is ReplyState.PENDING
    office.press(Act.PUBLISH)
    office.publish(60)
    office.publish(60)
    assert RECEIVED not in [text for _, text in office.posted()]


def test_a_process_that_died_with_it_does_not_send_it_twice(office: Office) -> None:
    acknowledge(office)
    left = replace(
        office.reply("1.0"),
        state=ReplyState.SENDING,
        claimed_by="bot@gone:1:1",
        claimed_at=office.clock(),
    )
    with office.storage.transaction() as tx:
        tx.put_reply(left, expected=ReplyState.PENDING)
    office.clock.go_on(minutes=11)
    assert outbox.recover(office.storage, now=office.clock()) == 1
    office.publish()
    assert (office.reply("1.0").state, office.posted()) == (ReplyState.FAILED, [])


def test_private_words_are_acknowledged_in_private_and_where_no_text_fits_not_at_all(office: Office) -> None:
    office.put(make_mention("m2", visibility=Visibility.PRIVATE), options=make_options(automatic=True))
    acknowledge(office)
    assert office.reply("2.0").visibility is Visibility.PRIVATE
    office.put(make_mention("m3"), options=make_options(automatic=True))
    nothing = outbox.acknowledge_due(office.storage, office.settings, lambda *_: None, now=office.clock())
    assert nothing == 0


def test_nothing_is_said_where_the_platform_forbids_it(office: Office) -> None:
    office.put(make_mention("m2"), options=make_options(automatic=False))
    assert acknowledge(office) == 1
    assert office.replies(2) == []
