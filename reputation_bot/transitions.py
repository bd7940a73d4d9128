"""The legal moves of a case and of a reply, and the functions that apply one; who may ask for a move is `telegram.access`'s job."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from reputation_bot.errors import MoveError
from reputation_bot.model import Case, CaseEvent, CaseStatus, Move, Reply, ReplyState

_OPEN, _WAITING, _SNOOZED = CaseStatus.OPEN, CaseStatus.WAITING, CaseStatus.SNOOZED
_RESOLVED, _DISMISSED = CaseStatus.RESOLVED, CaseStatus.DISMISSED
_LIVE = {_OPEN: _OPEN, _WAITING: _WAITING, _SNOOZED: _SNOOZED}
_ANY = _LIVE | {_RESOLVED: _RESOLVED, _DISMISSED: _DISMISSED}
# a reply that was on its way arrives whatever was decided meanwhile; only a live case changes by it
_ANSWERED = {
    _OPEN: _WAITING,
    _WAITING: _WAITING,
    _SNOOZED: _WAITING,
    _RESOLVED: _RESOLVED,
    _DISMISSED: _DISMISSED,
}

CASE_MOVES: dict[Move, dict[CaseStatus, CaseStatus]] = {
    Move.OPEN: {_OPEN: _OPEN},
    # the author's new words reopen everything but what a person has put aside as not ours
    Move.AUTHOR_WROTE: {
        _OPEN: _OPEN,
        _WAITING: _OPEN,
        _SNOOZED: _OPEN,
        _RESOLVED: _OPEN,
        _DISMISSED: _DISMISSED,
    },
    Move.COPY_FOUND: _ANY,
    Move.MENTION_EDITED: _ANY,
    Move.MENTION_DELETED: _ANY,
    Move.TAKE: _LIVE,
    Move.GIVE_BACK: _LIVE,
    Move.ASSIGN: _LIVE,
    Move.NOTE: _ANY,
    Move.EDIT: _LIVE,
    Move.OTHER_DRAFT: _LIVE,
    Move.HAND_OFF: _LIVE,
    Move.APPROVE_FIRST: _LIVE,
    Move.APPROVE: _LIVE,
    Move.OVERRULE: _LIVE,
    Move.ACKNOWLEDGE: {_OPEN: _OPEN},
    Move.ACKNOWLEDGED: _ANY,  # the customer was told that we have read it; the answer is still owed
    Move.UNDO: _LIVE,
    Move.ANSWERED: _ANSWERED,
    Move.REPLY_POSTPONED: _ANY,
    Move.REPLY_REFUSED: _ANY,
    Move.REPLY_LOST: _ANY,
    Move.SEND_AGAIN: _LIVE,
    Move.CONFIRM_SENT: _ANSWERED,
    Move.DROP_REPLY: _ANY,
    Move.DONE_BY_HAND: {_OPEN: _WAITING, _WAITING: _WAITING, _SNOOZED: _WAITING},
    Move.REPLY_CHANGED: _ANY,
    Move.PAUSE: _ANY,
    Move.RESUME: _ANY,
    Move.SNOOZE: {_OPEN: _SNOOZED, _WAITING: _SNOOZED, _SNOOZED: _SNOOZED},
    Move.WAKE: {_SNOOZED: _OPEN},
    Move.REMIND: {_OPEN: _OPEN},
    Move.ESCALATE: {_OPEN: _OPEN},
    Move.MERGE: _LIVE,
    Move.SPLIT: _LIVE,
    Move.RESOLVE: {_OPEN: _RESOLVED, _WAITING: _RESOLVED, _SNOOZED: _RESOLVED},
    Move.DISMISS: {_OPEN: _DISMISSED, _WAITING: _DISMISSED, _SNOOZED: _DISMISSED},
    Move.REOPEN: {_RESOLVED: _OPEN, _DISMISSED: _OPEN},
    Move.RECLASSIFY: _LIVE,
}


class ReplyMove(StrEnum):
    """Everything that can happen to a reply."""

    CLAIM = "claim"
    ARRIVE = "arrive"  # the platform gave a receipt
    POSTPONE = "postpone"  # certainly not posted
    REFUSE = "refuse"
    LOSE = "lose"  # answer lost, or found in SENDING after a crash
    FIND = "find"  # read back from the platform, or seen there by a person
    CANCEL = "cancel"
    SEND_AGAIN = "send_again"  # a person's decision only
    DROP = "drop"


REPLY_MOVES: dict[ReplyMove, dict[ReplyState, ReplyState]] = {
    ReplyMove.CLAIM: {ReplyState.PENDING: ReplyState.SENDING},
    ReplyMove.ARRIVE: {ReplyState.SENDING: ReplyState.SENT},
    ReplyMove.POSTPONE: {ReplyState.SENDING: ReplyState.PENDING},
    ReplyMove.REFUSE: {ReplyState.SENDING: ReplyState.FAILED},
    ReplyMove.LOSE: {ReplyState.SENDING: ReplyState.UNKNOWN},
    ReplyMove.FIND: {ReplyState.UNKNOWN: ReplyState.SENT},
    ReplyMove.CANCEL: {ReplyState.PENDING: ReplyState.CANCELLED},
    ReplyMove.SEND_AGAIN: {ReplyState.UNKNOWN: ReplyState.PENDING},
    ReplyMove.DROP: {ReplyState.UNKNOWN: ReplyState.FAILED},
}


def move_case(
    case: Case,
    move: Move,
    *,
    who: str,
    now: datetime,
    detail: str = "",
    before: str = "",
    after: str = "",
    **changes: Any,
) -> tuple[Case, CaseEvent]:
    """The case after the move, with the given fields changed, and the event to append. Raises MoveError if it is not legal."""
    try:
        status = CASE_MOVES[move][case.status]
    except KeyError:
        raise MoveError(f"case #{case.id} is {case.status}: {move} is not possible") from None
    event = CaseEvent(at=now, who=who, move=move, detail=detail, before=before, after=after)
    return replace(case, status=status, **changes), event


def move_reply(reply: Reply, move: ReplyMove, **changes: Any) -> Reply:
    """The reply after the move, with the given fields changed. Raises MoveError if it is not legal."""
    try:
        state = REPLY_MOVES[move][reply.state]
    except KeyError:
        raise MoveError(f"reply {reply.id} is {reply.state}: {move} is not possible") from None
    return replace(reply, state=state, **changes)
