"""What staff may do to a case, each as one step inside a transaction; who may do what is `telegram.access`'s job."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from reputation_bot import corrections
from reputation_bot.model import (
    CLOSED,
    UNFINISHED,
    Case,
    CaseStatus,
    Correction,
    DismissReason,
    Draft,
    Mention,
    Move,
    Priority,
    Receipt,
    Reply,
    ReplyOptions,
    ReplyState,
    Verdict,
    Visibility,
)
from reputation_bot.ports import Transaction
from reputation_bot.transitions import ReplyMove, move_case, move_reply

# what we would answer to a mention if its verdict were this
Redraft = Callable[[Mention, Verdict, ReplyOptions], tuple[Draft, ...]]
DueAt = Callable[[Priority, datetime], datetime]  # until when an answer to what came in then is promised


class Result(StrEnum):
    """What came of it. The first group changed the case, the second refused and says why."""

    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    DRAFT_CHANGED = "draft_changed"
    APPROVED = "approved"
    UNDONE = "undone"
    DISMISSED = "dismissed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CONFIRMED_SENT = "confirmed_sent"
    SENDING_AGAIN = "sending_again"
    REPLY_DROPPED = "reply_dropped"
    RECLASSIFIED = "reclassified"

    ALREADY_DONE = "already_done"  # a second press: `by` did it
    STALE = "stale"  # the card showed an older draft
    CLOSED = "closed"
    NO_DRAFT = "no_draft"
    NO_OTHER_DRAFT = "no_other_draft"
    NOT_ALLOWED_HERE = "not_allowed_here"  # the platform takes no answer of this visibility
    TOO_LONG = "too_long"
    EMPTY = "empty"
    UNDER_WAY = "under_way"  # another reply is not finished yet
    TOO_LATE = "too_late"  # nothing left to undo


CHANGES = frozenset(list(Result)[: list(Result).index(Result.ALREADY_DONE)])


@dataclass(frozen=True, slots=True)
class Outcome:
    """`by` is the operator's key that a refusal names; `limit` the most characters the platform takes."""

    result: Result
    by: str | None = None
    limit: int | None = None


def take(tx: Transaction, case: Case, *, who: str, now: datetime) -> Outcome:
    """Whoever takes a taken case takes it over; the event names both."""
    if case.assignee == who:
        return Outcome(Result.ALREADY_DONE, by=who)
    if case.status in CLOSED:
        return Outcome(Result.CLOSED)
    _move(tx, case, Move.TAKE, who=who, now=now, detail=_from(case.assignee), assignee=who, assigned_at=now)
    return Outcome(Result.TAKEN)


def give_back(tx: Transaction, case: Case, *, who: str, now: datetime) -> Outcome:
    """Nobody has it afterwards."""
    if case.assignee is None:
        return Outcome(Result.ALREADY_DONE)
    if case.status in CLOSED:
        return Outcome(Result.CLOSED)
    _move(tx, case, Move.TAKE, who=who, now=now, detail="given back", assignee=None, assigned_at=None)
    return Outcome(Result.GIVEN_BACK)


def other_draft(tx: Transaction, case: Case, revision: int, *, who: str, now: datetime) -> Outcome:
    """Shows the next of the drafts; after the last comes the first."""
    if refusal := _draft_refusal(tx, case, revision):
        return refusal
    if len(case.drafts) < 2:  # noqa: PLR2004  # one draft has no other
        return Outcome(Result.NO_OTHER_DRAFT)
    index = (case.shown_draft + 1) % len(case.drafts)
    _change_draft(tx, case, Move.OTHER_DRAFT, case.drafts, index, who=who, now=now)
    return Outcome(Result.DRAFT_CHANGED)


def edit(tx: Transaction, case: Case, text: str, *, who: str, now: datetime) -> Outcome:
    """Puts the operator's text in front of the drafts, with the visibility and language of the one on the card."""
    text = text.strip()
    if not text:
        return Outcome(Result.EMPTY)
    if refusal := _draft_refusal(tx, case, case.revision):
        return refusal
    visibility = case.draft.visibility if case.draft else _visibility_of_answer(tx, case)
    limit = case.options.at(visibility).max_chars
    if limit is not None and len(text) > limit:
        return Outcome(Result.TOO_LONG, limit=limit)
    lang = case.draft.lang if case.draft else case.verdict.lang
    draft = Draft(text, visibility, lang, origin="operator", by=who)
    others = tuple(other for other in case.drafts if other.text != text)
    _change_draft(tx, case, Move.EDIT, (draft, *others), 0, who=who, now=now)
    return Outcome(Result.DRAFT_CHANGED)


def switch_visibility(tx: Transaction, case: Case, revision: int, *, who: str, now: datetime) -> Outcome:
    """Turns the draft on the card from public to private or back: a new revision, so nothing old can publish it."""
    if refusal := _draft_refusal(tx, case, revision):
        return refusal
    if case.draft is None:
        return Outcome(Result.NO_DRAFT)
    target = Visibility.PRIVATE if case.draft.visibility is Visibility.PUBLIC else Visibility.PUBLIC
    if not case.options.at(target).allowed:
        return Outcome(Result.NOT_ALLOWED_HERE)
    limit = case.options.at(target).max_chars
    if limit is not None and len(case.draft.text) > limit:
        return Outcome(Result.TOO_LONG, limit=limit)
    drafts = list(case.drafts)
    drafts[case.shown_draft] = replace(case.draft, visibility=target)
    _change_draft(tx, case, Move.EDIT, tuple(drafts), case.shown_draft, who=who, now=now, detail=target.value)
    return Outcome(Result.DRAFT_CHANGED)


def approve(
    tx: Transaction, case: Case, revision: int, *, who: str, now: datetime, undo: timedelta
) -> Outcome:
    """Makes the reply of this revision, due after the undo delay. A second approval of the same revision does nothing."""
    if known := tx.reply(f"{case.id}.{revision}"):
        return Outcome(Result.ALREADY_DONE, by=known.approved_by)
    if refusal := _draft_refusal(tx, case, revision):
        return refusal
    draft = case.draft
    if draft is None:
        return Outcome(Result.NO_DRAFT)
    if not case.options.at(draft.visibility).allowed:
        return Outcome(Result.NOT_ALLOWED_HERE)
    reply = Reply(
        id=case.reply_id,
        case_id=case.id,
        revision=revision,
        mention_key=case.mention_keys[-1],
        visibility=draft.visibility,
        text=draft.text,
        lang=draft.lang,
        state=ReplyState.PENDING,
        approved_by=who,
        approved_at=now,
        not_before=now + undo,
    )
    tx.put_reply(reply, expected=None)
    _move(tx, case, Move.APPROVE, who=who, now=now, detail=f"{reply.id} {draft.visibility}")
    return Outcome(Result.APPROVED)


def approve_in_private(
    tx: Transaction, case: Case, revision: int, *, who: str, now: datetime, undo: timedelta
) -> Outcome:
    """Approves the text on the card as a private message: a revision of its own, so that no other button can publish it."""
    if case.draft and case.draft.visibility is Visibility.PUBLIC:
        switched = switch_visibility(tx, case, revision, who=who, now=now)
        if switched.result is not Result.DRAFT_CHANGED:
            return switched
        case = tx.case(case.id)
        revision = case.revision
    return approve(tx, case, revision, who=who, now=now, undo=undo)


def undo(tx: Transaction, case: Case, *, who: str, now: datetime) -> Outcome:
    """Takes back what has not left yet; the draft stays on the card under a new revision, so that it can be approved again."""
    pending = tx.replies(case_id=case.id, states={ReplyState.PENDING})
    if not pending:
        return Outcome(Result.TOO_LATE)
    _cancel(tx, pending)
    revision = case.revision + 1
    _move(tx, case, Move.UNDO, who=who, now=now, detail=_ids(pending), revision=revision)
    return Outcome(Result.UNDONE)


def resolve(tx: Transaction, case: Case, *, who: str, now: datetime) -> Outcome:
    """Closes a case as done; what waits to be published is taken back."""
    return _close(tx, case, Move.RESOLVE, None, who=who, now=now)


def dismiss(tx: Transaction, case: Case, reason: DismissReason, *, who: str, now: datetime) -> Outcome:
    """Closes a case that needs no answer; what waits to be published is taken back. NOT_US is kept with the mention, to learn from."""
    outcome = _close(tx, case, Move.DISMISS, reason, who=who, now=now)
    if outcome.result is Result.DISMISSED and reason is DismissReason.NOT_US:
        corrections.say_not_us(tx, case, who=who, now=now)
    return outcome


def reopen(tx: Transaction, case: Case, *, who: str, now: datetime) -> Outcome:
    """Takes a case back from resolved or dismissed."""
    if case.status not in CLOSED:
        return Outcome(Result.ALREADY_DONE)
    if case.dismissed is DismissReason.NOT_US:
        corrections.take_back_not_us(tx, case)
    revision = case.revision + 1
    _move(tx, case, Move.REOPEN, who=who, now=now, closed_at=None, dismissed=None, revision=revision)
    return Outcome(Result.REOPENED)


def reclassify(tx: Transaction, case: Case, said: Correction, *, redraft: Redraft, due_at: DueAt) -> Outcome:
    """Keeps with the mention what an operator says it really is, and drafts anew for that; the rules' own verdict stays beside it.

    A text that an operator wrote stays on the card. What is None in `said` stays as it was said before.
    """
    if refusal := _draft_refusal(tx, case, case.revision):
        return refusal
    record = corrections.judged_of(tx.records(case.id), case)
    is_same = said.category in {None, case.verdict.category} and said.topic in {None, case.verdict.topic}
    if record is None or is_same:
        return Outcome(Result.ALREADY_DONE, by=record.correction.by if record and record.correction else None)
    before = record.correction or Correction(said.at, said.by)
    said = replace(said, category=said.category or before.category, topic=said.topic or before.topic)
    verdict = corrections.corrected(record.verdict, said)
    tx.put_record(replace(record, correction=said))
    changes: dict[str, Any] = {"verdict": verdict}
    if case.due_at:
        changes["due_at"] = due_at(verdict.priority, record.recorded_at)
    if case.status is not CaseStatus.WAITING:
        changes |= _redrafted(case, redraft(record.mention, verdict, case.options))
    detail = f"{_class(case.verdict)} -> {_class(verdict)}"
    _move(tx, case, Move.RECLASSIFY, who=said.by, now=said.at, detail=detail, **changes)
    return Outcome(Result.RECLASSIFIED)


def confirm_sent(tx: Transaction, case: Case, reply_id: str, *, who: str, now: datetime) -> Outcome:
    """A person saw on the platform the reply whose outcome was unknown."""
    reply = tx.reply(reply_id)
    if reply is None or reply.state is not ReplyState.UNKNOWN:
        return Outcome(Result.ALREADY_DONE)
    receipt = Receipt(external_id="", posted_at=reply.claimed_at or now)
    tx.put_reply(move_reply(reply, ReplyMove.FIND, receipt=receipt), expected=ReplyState.UNKNOWN)
    answered_at = case.answered_at or receipt.posted_at
    _move(
        tx, case, Move.CONFIRM_SENT, who=who, now=now, detail=reply.id, answered_at=answered_at, due_at=None
    )
    return Outcome(Result.CONFIRMED_SENT)


def send_again(
    tx: Transaction, case: Case, reply_id: str, *, who: str, now: datetime, undo: timedelta
) -> Outcome:
    """A person decides that a reply whose outcome is unknown did not arrive. Only this makes a second attempt after a lost answer."""
    reply = tx.reply(reply_id)
    if reply is None or reply.state is not ReplyState.UNKNOWN:
        return Outcome(Result.ALREADY_DONE)
    if case.status in CLOSED:
        return Outcome(Result.CLOSED)
    again = move_reply(
        reply, ReplyMove.SEND_AGAIN, not_before=now + undo, claimed_by=None, claimed_at=None, problem=None
    )
    tx.put_reply(again, expected=ReplyState.UNKNOWN)
    _move(tx, case, Move.SEND_AGAIN, who=who, now=now, detail=reply.id)
    return Outcome(Result.SENDING_AGAIN)


def drop_reply(tx: Transaction, case: Case, reply_id: str, *, who: str, now: datetime) -> Outcome:
    """Gives up a reply whose outcome is unknown; the draft can be approved anew."""
    reply = tx.reply(reply_id)
    if reply is None or reply.state is not ReplyState.UNKNOWN:
        return Outcome(Result.ALREADY_DONE)
    tx.put_reply(move_reply(reply, ReplyMove.DROP), expected=ReplyState.UNKNOWN)
    _move(tx, case, Move.DROP_REPLY, who=who, now=now, detail=reply.id, revision=case.revision + 1)
    return Outcome(Result.REPLY_DROPPED)


def after_answer(case: Case, posted_at: datetime) -> dict[str, Any]:
    """What a published reply changes: the promise is kept, the drafts are used up, and old buttons are stale."""
    return {
        "answered_at": case.answered_at or posted_at,
        "due_at": None,
        "drafts": (),
        "shown_draft": 0,
        "revision": case.revision + 1,
    }


def _close(
    tx: Transaction, case: Case, move: Move, reason: DismissReason | None, *, who: str, now: datetime
) -> Outcome:
    if case.status in CLOSED:
        return Outcome(Result.ALREADY_DONE)
    unfinished = tx.replies(case_id=case.id, states=UNFINISHED)
    if any(reply.state is not ReplyState.PENDING for reply in unfinished):
        return Outcome(Result.UNDER_WAY, by=unfinished[0].approved_by)
    _cancel(tx, unfinished)
    detail = reason.value if reason else ""
    _move(tx, case, move, who=who, now=now, detail=detail, closed_at=now, due_at=None, dismissed=reason)
    return Outcome(Result.DISMISSED if reason else Result.RESOLVED)


def _draft_refusal(tx: Transaction, case: Case, revision: int) -> Outcome | None:
    """Why the draft on the card cannot be worked on now, if so."""
    if case.status in CLOSED:
        return Outcome(Result.CLOSED)
    if unfinished := tx.replies(case_id=case.id, states=UNFINISHED):
        return Outcome(Result.UNDER_WAY, by=unfinished[0].approved_by)
    return Outcome(Result.STALE) if revision != case.revision else None


def _change_draft(
    tx: Transaction,
    case: Case,
    move: Move,
    drafts: tuple[Draft, ...],
    index: int,
    *,
    who: str,
    now: datetime,
    detail: str = "",
) -> None:
    revision = case.revision + 1
    _move(
        tx, case, move, who=who, now=now, detail=detail, drafts=drafts, shown_draft=index, revision=revision
    )


def _visibility_of_answer(tx: Transaction, case: Case) -> Visibility:
    """Where there is no draft to go by: what was said in private is answered in private."""
    record = tx.record(case.mention_keys[-1])
    private_only = case.options.private.allowed and not case.options.public.allowed
    if private_only or (record and record.mention.visibility is Visibility.PRIVATE):
        return Visibility.PRIVATE
    return Visibility.PUBLIC


def _redrafted(case: Case, drafts: tuple[Draft, ...]) -> dict[str, Any]:
    """An operator's own text is kept, on the card if it was there; a new revision makes old buttons stale."""
    written = tuple(draft for draft in case.drafts if draft.by)
    offered = (*written, *drafts) if case.draft and case.draft.by else (*drafts, *written)
    shown = offered.index(case.draft) if case.draft and case.draft.by else 0
    return {"drafts": offered, "shown_draft": shown, "revision": case.revision + 1}


def _class(verdict: Verdict) -> str:
    return f"{verdict.category}/{verdict.topic}" if verdict.topic else verdict.category.value


def _cancel(tx: Transaction, pending: Iterable[Reply]) -> None:
    for reply in pending:
        tx.put_reply(move_reply(reply, ReplyMove.CANCEL), expected=ReplyState.PENDING)


def _move(
    tx: Transaction, case: Case, move: Move, *, who: str, now: datetime, detail: str = "", **changes: object
) -> None:
    moved, event = move_case(case, move, who=who, now=now, detail=detail, urged_at=now, **changes)
    tx.put_case(moved)
    tx.append_event(case.id, event)


def _from(assignee: str | None) -> str:
    return f"from {assignee}" if assignee else ""


def _ids(replies: Iterable[Reply]) -> str:
    return " ".join(reply.id for reply in replies)
