"""Writes down what came of a claimed reply, and moves its case; getting there is `posting`'s and `looking`'s job."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from reputation_bot.cases import note_answer
from reputation_bot.listening.intake import BOT
from reputation_bot.model import Case, Move, Purpose, Receipt, Reply, ReplyState, Thread, Visibility
from reputation_bot.owner import is_gone
from reputation_bot.ports import Storage, Transaction, for_staff
from reputation_bot.transitions import ReplyMove, move_case, move_reply

LONGEST_POST = timedelta(minutes=10)  # a reply claimed for longer was left behind by whoever claimed it
FIRST_LOOK = timedelta(seconds=20)  # after publishing: is it really there?


@dataclass(frozen=True, slots=True)
class Posted:
    """The platform gave a receipt."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Postponed:
    """Certainly not posted; worth another try `after` (None: our own pace)."""

    why: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not posted, and never will be as it is."""

    why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """It may have been posted."""

    why: str


Attempt = Posted | Postponed | Refused | Lost


def settle(storage: Storage, reply_id: str, attempt: Attempt, *, now: datetime) -> None:
    """Nothing happens unless the reply is still in SENDING."""
    with storage.transaction() as tx:
        reply = tx.reply(reply_id)
        if reply is None or reply.state is not ReplyState.SENDING:
            return  # taken for lost meanwhile; what to do about it is a person's decision
        match attempt:
            case Posted(receipt):
                arrived(tx, reply, ReplyMove.ARRIVE, receipt, now=now)
            case Postponed(why, after):
                _postpone(tx, reply, why, now + (after or pause_after(reply.attempts)), now=now)
            case Refused(why):
                _refuse(tx, reply, why, now=now)
            case Lost(why):
                _lose(tx, reply, why, now=now)
            case _:
                assert_never(attempt)


def recover(storage: Storage, *, now: datetime) -> int:
    """Replies found in SENDING whose process is gone become UNKNOWN: nobody can say whether they left. Returns how many."""
    with storage.read() as view:
        left = [reply.id for reply in view.replies(states={ReplyState.SENDING}) if _left_behind(reply, now)]
    for reply_id in left:
        settle(storage, reply_id, Lost(for_staff("the program stopped while sending")), now=now)
    return len(left)


def arrived(tx: Transaction, reply: Reply, move: ReplyMove, receipt: Receipt, *, now: datetime) -> None:
    """The reply is on the platform: the case has its answer, and from now on the reply is looked after."""
    sent = move_reply(reply, move, receipt=receipt, problem=None, look_at=receipt.posted_at + FIRST_LOOK)
    tx.put_reply(sent, expected=reply.state)
    case = tx.case(reply.case_id)
    threads = _threads(tx, case, reply, receipt)
    if reply.purpose is Purpose.ACKNOWLEDGEMENT:
        move_of_case(tx, reply, Move.ACKNOWLEDGED, now=now, threads=threads)
        return
    same = {"threads": threads, "urged_at": case.urged_at}
    note_answer(tx, case, reply, Move.ANSWERED, who=BOT, now=now, posted_at=receipt.posted_at, **same)


def move_of_case(
    tx: Transaction, reply: Reply, move: Move, *, now: datetime, detail: str = "", **changes: Any
) -> None:
    """Moves the reply's case in the bot's own name."""
    case = tx.case(reply.case_id)
    moved, event = move_case(case, move, who=BOT, now=now, detail=f"{reply.id} {detail}".strip(), **changes)
    tx.put_case(moved)
    tx.append_event(reply.case_id, event)


def cancel_needless(tx: Transaction, reply: Reply, why: str, *, now: datetime) -> None:
    """What is not to go out after all: the part before it failed, or somebody has answered already."""
    tx.put_reply(move_reply(reply, ReplyMove.CANCEL, problem=why), expected=ReplyState.PENDING)
    revision = tx.case(reply.case_id).revision + 1
    move_of_case(tx, reply, Move.REPLY_REFUSED, now=now, detail=why, revision=revision)


def pause_after(attempts: int) -> timedelta:
    """30 s after the first attempt, doubling to half an hour."""
    doublings = min(max(attempts - 1, 0), 6)
    return min(timedelta(seconds=30 << doublings), timedelta(minutes=30))


def _threads(tx: Transaction, case: Case, reply: Reply, receipt: Receipt) -> tuple[Thread, ...]:
    """With the place where follow-ups come: on the channel, and by the author, of the very mention that was answered."""
    record = tx.record(reply.mention_key)
    if record is None or not receipt.thread or receipt.thread == record.mention.thread:
        return case.threads
    mention = record.mention
    private = Thread(mention.channel, receipt.thread, mention.author.key, Visibility.PRIVATE)
    return tuple(dict.fromkeys([*case.threads, private]))


def _postpone(tx: Transaction, reply: Reply, why: str, until: datetime, *, now: datetime) -> None:
    changes = {"claimed_by": None, "claimed_at": None, "not_before": until, "problem": why}
    tx.put_reply(move_reply(reply, ReplyMove.POSTPONE, **changes), expected=ReplyState.SENDING)
    move_of_case(tx, reply, Move.REPLY_POSTPONED, now=now, detail=why)


def _refuse(tx: Transaction, reply: Reply, why: str, *, now: datetime) -> None:
    """A new revision, so that the same draft can be approved again once the cause is gone."""
    tx.put_reply(move_reply(reply, ReplyMove.REFUSE, problem=why), expected=ReplyState.SENDING)
    revision = tx.case(reply.case_id).revision + 1
    move_of_case(tx, reply, Move.REPLY_REFUSED, now=now, detail=why, revision=revision)


def _lose(tx: Transaction, reply: Reply, why: str, *, now: datetime) -> None:
    if reply.purpose is Purpose.ACKNOWLEDGEMENT:  # not worth a person's time, and never sent twice
        tx.put_reply(move_reply(reply, ReplyMove.REFUSE, problem=why), expected=ReplyState.SENDING)
    else:
        lost = move_reply(reply, ReplyMove.LOSE, problem=why)
        tx.put_reply(replace(lost, not_before=now), expected=ReplyState.SENDING)
    move_of_case(tx, reply, Move.REPLY_LOST, now=now, detail=why)


def _left_behind(reply: Reply, now: datetime) -> bool:
    gone = reply.claimed_by is not None and is_gone(reply.claimed_by)
    return gone or reply.claimed_at is None or now - reply.claimed_at > LONGEST_POST
