"""Publishes approved replies exactly once: each is claimed on disk before its first byte leaves."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    ConflictError,
    OutcomeUnknownError,
    RejectedError,
    ReputationBotError,
    RetryLaterError,
)
from reputation_bot.model import CLOSED, UNFINISHED, Mention, Purpose, Reply, ReplyState
from reputation_bot.outbox.settling import (
    Attempt,
    Lost,
    Posted,
    Postponed,
    Refused,
    cancel_needless,
    settle,
)
from reputation_bot.pausing import paused
from reputation_bot.ports import Reader, Replier, Storage, for_staff
from reputation_bot.transitions import ReplyMove, move_reply

log = logging.getLogger(__name__)

MOST_AT_ONCE = 8  # threads: a platform that answers slowly does not hold up the others

Clock = Callable[[], datetime]
# by channel name; raises ConfigError for one that is not configured or cannot answer
ReplierOf = Callable[[str], Replier]


def post_due(storage: Storage, replier_of: ReplierOf, *, owner: str, clock: Clock) -> int:
    """Posts the replies that are due and that this process could claim, side by side. Returns how many it tried."""
    with storage.read() as view:
        now = clock()
        due = [reply for reply in view.replies(states={ReplyState.PENDING}) if _is_due(view, reply, now)]
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


def mention_of(storage: Storage, reply: Reply) -> Mention:
    """What the reply answers. Raises ReputationBotError when the store has lost it."""
    with storage.read() as view:
        record = view.record(reply.mention_key)
    if record is None:
        raise ReputationBotError(f"the mention of reply {reply.id} is not in the store")
    return record.mention


def _is_due(view: Reader, reply: Reply, now: datetime) -> bool:
    if reply.not_before > now or paused(view):
        return False
    before = view.reply(reply.after) if reply.after else None
    return before is None or before.state not in UNFINISHED


def _needless(view: Reader, reply: Reply) -> str | None:
    """Why an approved reply is not to go out any more, if so."""
    before = view.reply(reply.after) if reply.after else None
    if before and before.state is not ReplyState.SENT:
        return for_staff("the private message did not go out")
    if reply.purpose is Purpose.ACKNOWLEDGEMENT:
        case = view.case(reply.case_id)
        others = [one for one in view.replies(case_id=case.id, states=UNFINISHED) if one.id != reply.id]
        if others or case.answered_at or case.status in CLOSED:
            return for_staff("it has been answered already")
    return None


def _claim(storage: Storage, reply_id: str, *, owner: str, now: datetime) -> Reply | None:
    """The reply in SENDING, on disk before the first byte leaves; None if it is no longer to be sent or somebody else has it."""
    try:
        with storage.transaction() as tx:
            reply = tx.reply(reply_id)
            if reply is None or reply.state is not ReplyState.PENDING or not _is_due(tx, reply, now):
                return None
            if why := _needless(tx, reply):
                cancel_needless(tx, reply, why, now=now)
                return None
            attempts = reply.attempts + 1
            claimed = move_reply(
                reply, ReplyMove.CLAIM, claimed_by=owner, claimed_at=now, attempts=attempts, problem=None
            )
            tx.put_reply(claimed, expected=ReplyState.PENDING)
            return claimed
    except ConflictError:
        return None


def _attempt(storage: Storage, replier_of: ReplierOf, reply: Reply) -> Attempt:
    try:
        mention = mention_of(storage, reply)
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
