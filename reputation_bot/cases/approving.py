"""From a draft to a reply: approving, undoing, and what a person knows of a reply's outcome; posting it is `outbox`' job."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reputation_bot.cases.answering import note_answer
from reputation_bot.cases.outcome import Outcome, Result
from reputation_bot.cases.steps import (
    cancel,
    closed_refusal,
    draft_refusal,
    ids,
    length_refusal,
    step,
    under_way,
)
from reputation_bot.model import Approval, Case, Draft, Move, Receipt, Reply, ReplyState, Visibility
from reputation_bot.ports import Transaction
from reputation_bot.transitions import ReplyMove, move_reply


@dataclass(frozen=True, slots=True)
class Terms:
    """On what an approval depends besides the draft."""

    undo: timedelta  # time in which it can be taken back
    people: int = 1  # how many different ones must approve
    blocked: Sequence[str] = ()  # what the outgoing check forbids, as the audit is to name it
    overruled: str | None = None  # why a lead publishes in spite of it


def approve(tx: Transaction, case: Case, revision: int, *, who: str, now: datetime, terms: Terms) -> Outcome:
    """Makes the reply of this revision, due after the undo delay; with a hand-off, both replies.

    A second approval of the same revision does nothing.
    """
    if known := tx.reply(f"{case.id}.{revision}"):
        return Outcome(Result.ALREADY_DONE, by=known.approved_by)
    if refusal := draft_refusal(tx, case, revision) or _parts_refusal(case, terms):
        return refusal
    if len({*case.approvers, who}) < terms.people:
        return _approve_first(tx, case, who=who, now=now, terms=terms)
    return _approve(tx, case, who=who, now=now, terms=terms)


def undo(tx: Transaction, case: Case, *, who: str, now: datetime) -> Outcome:
    """Takes back what has not left yet; the draft stays on the card under a new revision, so that it can be approved again."""
    pending = [reply for reply in under_way(tx, case) if reply.state is ReplyState.PENDING]
    if not pending:
        return Outcome(Result.TOO_LATE)
    cancel(tx, pending)
    step(tx, replace(case, revision=case.revision + 1), Move.UNDO, who=who, now=now, detail=ids(pending))
    return Outcome(Result.UNDONE)


def done_by_hand(
    tx: Transaction, case: Case, revision: int, url: str | None, *, who: str, now: datetime
) -> Outcome:
    """A person has answered on the platform: the answer is ours, with its time and, where told, its address."""
    if known := tx.reply(f"{case.id}.{revision}"):
        return Outcome(Result.ALREADY_DONE, by=known.approved_by)
    if refusal := draft_refusal(tx, case, revision):
        return refusal
    draft = case.draft or Draft("", Visibility.PUBLIC, case.verdict.lang, origin="operator", by=who)
    receipt = Receipt(external_id="", posted_at=now, url=url)
    reply = _reply(case, draft, revision, who=who, now=now, undo=timedelta())
    tx.put_reply(replace(reply, state=ReplyState.SENT, receipt=receipt, by_hand=True), expected=None)
    texts = {"detail": " ".join(filter(None, [reply.id, url])), "after": draft.text}
    note_answer(tx, case, reply, Move.DONE_BY_HAND, who=who, now=now, posted_at=now, **texts)
    return Outcome(Result.DONE_BY_HAND)


def confirm_sent(tx: Transaction, case: Case, reply_id: str, *, who: str, now: datetime) -> Outcome:
    """A person saw on the platform the reply whose outcome was unknown."""
    reply = tx.reply(reply_id)
    if reply is None or reply.state is not ReplyState.UNKNOWN:
        return Outcome(Result.ALREADY_DONE)
    receipt = Receipt(external_id="", posted_at=reply.claimed_at or now)
    tx.put_reply(move_reply(reply, ReplyMove.FIND, receipt=receipt), expected=ReplyState.UNKNOWN)
    note_answer(tx, case, reply, Move.CONFIRM_SENT, who=who, now=now, posted_at=receipt.posted_at)
    return Outcome(Result.CONFIRMED_SENT)


def send_again(
    tx: Transaction, case: Case, reply_id: str, *, who: str, now: datetime, undo: timedelta
) -> Outcome:
    """A person decides that a reply whose outcome is unknown did not arrive. Only this makes a second attempt after a lost answer."""
    reply = tx.reply(reply_id)
    if reply is None or reply.state is not ReplyState.UNKNOWN:
        return Outcome(Result.ALREADY_DONE)
    if refusal := closed_refusal(case):
        return refusal
    again = move_reply(
        reply, ReplyMove.SEND_AGAIN, not_before=now + undo, claimed_by=None, claimed_at=None, problem=None
    )
    tx.put_reply(again, expected=ReplyState.UNKNOWN)
    step(tx, case, Move.SEND_AGAIN, who=who, now=now, detail=reply.id)
    return Outcome(Result.SENDING_AGAIN)


def drop_reply(tx: Transaction, case: Case, reply_id: str, *, who: str, now: datetime) -> Outcome:
    """Gives up a reply whose outcome is unknown; the draft can be approved anew."""
    reply = tx.reply(reply_id)
    if reply is None or reply.state is not ReplyState.UNKNOWN:
        return Outcome(Result.ALREADY_DONE)
    tx.put_reply(move_reply(reply, ReplyMove.DROP), expected=ReplyState.UNKNOWN)
    step(tx, replace(case, revision=case.revision + 1), Move.DROP_REPLY, who=who, now=now, detail=reply.id)
    return Outcome(Result.REPLY_DROPPED)


def _parts(case: Case) -> list[Draft]:
    """What approving the card publishes, in this order."""
    return list(filter(None, [case.opening, case.draft])) if case.draft else []


def _parts_refusal(case: Case, terms: Terms) -> Outcome | None:
    parts = _parts(case)
    if not parts:
        return Outcome(Result.NO_DRAFT)
    refusal = next(filter(None, (length_refusal(case, part) for part in parts)), None)
    if refusal is None and terms.blocked and terms.overruled is None:
        return Outcome(Result.BLOCKED)
    return refusal


def _approve_first(tx: Transaction, case: Case, *, who: str, now: datetime, terms: Terms) -> Outcome:
    if who in case.approvers:
        return Outcome(Result.NEEDS_ANOTHER, by=who)
    case = _overrule(tx, case, who=who, now=now, terms=terms)
    approval = Approval(who, now, case.revision)
    step(
        tx,
        case,
        Move.APPROVE_FIRST,
        who=who,
        now=now,
        detail=case.reply_id,
        approvals=(*case.approvals, approval),
    )
    return Outcome(Result.FIRST_APPROVAL)


def _approve(tx: Transaction, case: Case, *, who: str, now: datetime, terms: Terms) -> Outcome:
    """Each part has a revision of its own; a later part waits until the one before has gone out."""
    parts, before = _parts(case), None
    for number, part in enumerate(parts):
        reply = _reply(case, part, case.revision + number, who=who, now=now, undo=terms.undo)
        tx.put_reply(replace(reply, after=before), expected=None)
        before = reply.id
    case = _overrule(tx, case, who=who, now=now, terms=terms)
    detail = f"{case.reply_id} {' + '.join(part.visibility for part in parts)}"
    texts = "\n---\n".join(part.text for part in parts)
    shown = replace(case, revision=case.revision + len(parts) - 1)
    step(tx, shown, Move.APPROVE, who=who, now=now, detail=detail, after=texts)
    return Outcome(Result.APPROVED)


def _overrule(tx: Transaction, case: Case, *, who: str, now: datetime, terms: Terms) -> Case:
    """The reason and the kinds of what was found go into the audit; the words themselves stay out of it."""
    if not terms.blocked:
        return case
    why = f"{terms.overruled}: {', '.join(terms.blocked)}"
    return step(tx, case, Move.OVERRULE, who=who, now=now, detail=why)


def _reply(case: Case, draft: Draft, revision: int, *, who: str, now: datetime, undo: timedelta) -> Reply:
    return Reply(
        id=f"{case.id}.{revision}",
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
        purpose=draft.purpose,
    )
