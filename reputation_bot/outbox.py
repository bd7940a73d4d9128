"""Publishes approved replies exactly once: claim, post, settle; recovers what a crash left. Cards are shown by `telegram.showing`."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from reputation_bot.cases import after_answer
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    ConflictError,
    OutcomeUnknownError,
    RejectedError,
    ReputationBotError,
    RetryLaterError,
)
from reputation_bot.intake import BOT
from reputation_bot.model import Mention, Move, Receipt, Reply, ReplyState
from reputation_bot.owner import is_gone
from reputation_bot.ports import Replier, Storage, Transaction
from reputation_bot.transitions import ReplyMove, move_case, move_reply

log = logging.getLogger(__name__)

LONGEST_POST = timedelta(minutes=10)  # a reply claimed for longer was left behind by whoever claimed it
MOST_AT_ONCE = 8  # threads: a platform that answers slowly does not hold up the others
LOOK_FOR = timedelta(days=1)  # how long a lost reply is looked for on the platform

Clock = Callable[[], datetime]
ReplierOf = Callable[
    [str], Replier
]  # by channel name; raises ConfigError for one that is not configured or cannot answer


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


def post_due(storage: Storage, replier_of: ReplierOf, *, owner: str, clock: Clock) -> int:
    """Posts the replies that are due and that this process could claim, side by side. Returns how many it tried."""
    with storage.read() as view:
        due = [reply for reply in view.replies(states={ReplyState.PENDING}) if reply.not_before <= clock()]
    if not due:
        return 0

    def post(reply: Reply) -> bool:
        claimed = _claim(storage, reply.id, owner=owner, now=clock())
        if claimed is None:
            return False
        settle(storage, claimed.id, _attempt(storage, replier_of, claimed), now=clock())
        return True

    with ThreadPoolExecutor(min(MOST_AT_ONCE, len(due)), thread_name_prefix="post") as pool:
        return sum(pool.map(post, due))


def settle(storage: Storage, reply_id: str, attempt: Attempt, *, now: datetime) -> None:
    """Writes down what came of a claimed reply, and moves its case."""
    with storage.transaction() as tx:
        reply = tx.reply(reply_id)
        if reply is None or reply.state is not ReplyState.SENDING:
            return  # taken for lost meanwhile; what to do about it is a person's decision
        match attempt:
            case Posted(receipt):
                _arrived(tx, reply, ReplyMove.ARRIVE, receipt, now=now)
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
        settle(storage, reply_id, Lost("the program stopped while sending"), now=now)
    return len(left)


def read_back(storage: Storage, replier_of: ReplierOf, *, clock: Clock) -> int:
    """Looks on the platform for replies whose outcome is unknown. Returns how many were found; finding nothing proves nothing."""
    now = clock()
    with storage.read() as view:
        unknown = [reply for reply in view.replies(states={ReplyState.UNKNOWN}) if _worth_looking(reply, now)]
    found = 0
    for reply in unknown:
        receipt = _find(storage, replier_of, reply)
        with storage.transaction() as tx:
            current = tx.reply(reply.id)
            if current is None or current.state is not ReplyState.UNKNOWN:
                continue
            if receipt:
                _arrived(tx, current, ReplyMove.FIND, receipt, now=clock())
                found += 1
            else:
                tx.put_reply(_look_again(current, clock()), expected=ReplyState.UNKNOWN)
    return found


def pause_after(attempts: int) -> timedelta:
    """30 s after the first attempt, doubling to half an hour."""
    doublings = min(max(attempts - 1, 0), 6)
    return min(timedelta(seconds=30 << doublings), timedelta(minutes=30))


def _claim(storage: Storage, reply_id: str, *, owner: str, now: datetime) -> Reply | None:
    """The reply in SENDING, on disk before the first byte leaves; None if it is no longer to be sent or somebody else has it."""
    try:
        with storage.transaction() as tx:
            reply = tx.reply(reply_id)
            if reply is None or reply.state is not ReplyState.PENDING or reply.not_before > now:
                return None
            changes = {
                "claimed_by": owner,
                "claimed_at": now,
                "attempts": reply.attempts + 1,
                "problem": None,
            }
            claimed = move_reply(reply, ReplyMove.CLAIM, **changes)
            tx.put_reply(claimed, expected=ReplyState.PENDING)
            return claimed
    except ConflictError:
        return None


def _attempt(storage: Storage, replier_of: ReplierOf, reply: Reply) -> Attempt:
    try:
        mention = _mention(storage, reply)
        replier = replier_of(mention.channel)
    except ReputationBotError as error:
        return Postponed(str(error))
    return _post(replier, reply, mention)


def _post(replier: Replier, reply: Reply, mention: Mention) -> Attempt:
    try:
        return Posted(replier.post(reply, mention))
    except RetryLaterError as error:
        return Postponed(str(error), error.after)
    except AccessError as error:
        return Postponed(str(error))
    except RejectedError as error:
        return Refused(str(error))
    except (OutcomeUnknownError, BadAnswerError) as error:
        return Lost(str(error))
    except Exception as error:  # a connector's fault after the request left must not lead to a second one
        log.exception("replier failed unexpectedly reply=%s", reply.id)
        return Lost(type(error).__name__)


def _find(storage: Storage, replier_of: ReplierOf, reply: Reply) -> Receipt | None:
    try:
        mention = _mention(storage, reply)
        return replier_of(mention.channel).find(reply, mention)
    except ReputationBotError as error:
        log.warning("could not look for a lost reply reply=%s problem=%s", reply.id, error)
    except Exception:
        log.exception("replier failed unexpectedly while looking reply=%s", reply.id)
    return None


def _mention(storage: Storage, reply: Reply) -> Mention:
    with storage.read() as view:
        record = view.record(reply.mention_key)
    if record is None:
        raise ReputationBotError(f"the mention of reply {reply.id} is not in the store")
    return record.mention


def _arrived(tx: Transaction, reply: Reply, move: ReplyMove, receipt: Receipt, *, now: datetime) -> None:
    tx.put_reply(move_reply(reply, move, receipt=receipt, problem=None), expected=reply.state)
    changes = after_answer(tx.case(reply.case_id), receipt.posted_at)
    _move(tx, reply, Move.ANSWERED, now=now, **changes)


def _postpone(tx: Transaction, reply: Reply, why: str, until: datetime, *, now: datetime) -> None:
    changes = {"claimed_by": None, "claimed_at": None, "not_before": until, "problem": why}
    tx.put_reply(move_reply(reply, ReplyMove.POSTPONE, **changes), expected=ReplyState.SENDING)
    _move(tx, reply, Move.REPLY_POSTPONED, now=now, detail=why)


def _refuse(tx: Transaction, reply: Reply, why: str, *, now: datetime) -> None:
    tx.put_reply(move_reply(reply, ReplyMove.REFUSE, problem=why), expected=ReplyState.SENDING)
    revision = (
        tx.case(reply.case_id).revision + 1
    )  # so that the same draft can be approved again once the cause is gone
    _move(tx, reply, Move.REPLY_REFUSED, now=now, detail=why, revision=revision)


def _lose(tx: Transaction, reply: Reply, why: str, *, now: datetime) -> None:
    tx.put_reply(move_reply(reply, ReplyMove.LOSE, problem=why, not_before=now), expected=ReplyState.SENDING)
    _move(tx, reply, Move.REPLY_LOST, now=now, detail=why)


def _move(
    tx: Transaction, reply: Reply, move: Move, *, now: datetime, detail: str = "", **changes: Any
) -> None:
    case = tx.case(reply.case_id)
    moved, event = move_case(case, move, who=BOT, now=now, detail=f"{reply.id} {detail}".strip(), **changes)
    tx.put_case(moved)
    tx.append_event(reply.case_id, event)


def _left_behind(reply: Reply, now: datetime) -> bool:
    gone = reply.claimed_by is not None and is_gone(reply.claimed_by)
    return gone or reply.claimed_at is None or now - reply.claimed_at > LONGEST_POST


def _worth_looking(reply: Reply, now: datetime) -> bool:
    """`not_before` of an unknown reply is when to look next."""
    return reply.not_before <= now and now - (reply.claimed_at or reply.approved_at) < LOOK_FOR


def _look_again(reply: Reply, now: datetime) -> Reply:
    """Waits as long again as it has been lost already: soon at first, then ever more rarely."""
    lost_for = now - (reply.claimed_at or reply.approved_at)
    return replace(reply, not_before=now + max(lost_for, timedelta(seconds=5)))
