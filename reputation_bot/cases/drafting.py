"""The draft on the card: another one, the operator's own, public or private, and the two parts of a hand-off."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from reputation_bot.cases.outcome import Outcome, Result
from reputation_bot.cases.steps import draft_refusal, length_refusal, step
from reputation_bot.model import Case, Draft, Move, Purpose, Visibility
from reputation_bot.ports import Transaction


def other_draft(tx: Transaction, case: Case, revision: int, *, who: str, now: datetime) -> Outcome:
    """Shows the next of the drafts; after the last comes the first."""
    if refusal := draft_refusal(tx, case, revision):
        return refusal
    if len(case.drafts) < 2:  # noqa: PLR2004  # one draft has no other
        return Outcome(Result.NO_OTHER_DRAFT)
    index = (case.shown_draft + 1) % len(case.drafts)
    _put(tx, case, Move.OTHER_DRAFT, case.drafts, index, who=who, now=now)
    return Outcome(Result.DRAFT_CHANGED)


def edit(tx: Transaction, case: Case, text: str, *, who: str, now: datetime) -> Outcome:
    """Puts the operator's text in front of the drafts, with the visibility and language of the one on the card."""
    text = text.strip()
    if not text:
        return Outcome(Result.EMPTY)
    if refusal := draft_refusal(tx, case, case.revision):
        return refusal
    purpose = case.draft.purpose if case.draft else Purpose.ANSWER
    draft = Draft(text, _visibility(tx, case), _lang(case), origin="operator", by=who, purpose=purpose)
    if refusal := _too_long(case, draft):
        return refusal
    others = tuple(other for other in case.drafts if other.text != text)
    _put(tx, case, Move.EDIT, (draft, *others), 0, who=who, now=now)
    return Outcome(Result.DRAFT_CHANGED)


def edit_opening(tx: Transaction, case: Case, text: str, *, who: str, now: datetime) -> Outcome:
    """The operator's text in place of the private part of a hand-off."""
    text = text.strip()
    if not text:
        return Outcome(Result.EMPTY)
    if refusal := draft_refusal(tx, case, case.revision):
        return refusal
    if case.opening is None:
        return Outcome(Result.NO_DRAFT)
    opening = replace(case.opening, text=text, origin="operator", by=who)
    if refusal := length_refusal(case, opening):
        return refusal
    _put(tx, case, Move.EDIT, case.drafts, case.shown_draft, who=who, now=now, opening=opening)
    return Outcome(Result.DRAFT_CHANGED)


def switch_visibility(tx: Transaction, case: Case, revision: int, *, who: str, now: datetime) -> Outcome:
    """Turns the draft on the card from public to private or back: a new revision, so nothing old can publish it."""
    if refusal := draft_refusal(tx, case, revision):
        return refusal
    if case.draft is None:
        return Outcome(Result.NO_DRAFT)
    to_private = case.draft.visibility is Visibility.PUBLIC
    turned = replace(case.draft, visibility=Visibility.PRIVATE if to_private else Visibility.PUBLIC)
    if refusal := length_refusal(case, turned):
        return refusal
    drafts = list(case.drafts)
    drafts[case.shown_draft] = turned
    detail = turned.visibility.value
    _put(tx, case, Move.EDIT, tuple(drafts), case.shown_draft, who=who, now=now, detail=detail, opening=None)
    return Outcome(Result.DRAFT_CHANGED)


def offer(tx: Transaction, case: Case, revision: int, draft: Draft, *, who: str, now: datetime) -> Outcome:
    """Puts a prepared draft, such as the closing line, in front of the others."""
    if refusal := draft_refusal(tx, case, revision) or length_refusal(case, draft):
        return refusal
    others = tuple(other for other in case.drafts if other.text != draft.text)
    _put(tx, case, Move.OTHER_DRAFT, (draft, *others), 0, who=who, now=now, opening=None)
    return Outcome(Result.DRAFT_CHANGED)


def hand_off(
    tx: Transaction, case: Case, revision: int, public: Draft, opening: Draft, *, who: str, now: datetime
) -> Outcome:
    """Prepares both parts: the public draft on the card, and the private message that is to go out before it."""
    if refusal := draft_refusal(tx, case, revision):
        return refusal
    if refusal := length_refusal(case, public) or length_refusal(case, opening):
        return refusal
    others = tuple(other for other in case.drafts if other.text != public.text)
    _put(tx, case, Move.HAND_OFF, (public, *others), 0, who=who, now=now, opening=opening)
    return Outcome(Result.HANDED_OFF)


def without_opening(tx: Transaction, case: Case, revision: int, *, who: str, now: datetime) -> Outcome:
    """Takes the private part of a hand-off away again; the public draft stays."""
    if refusal := draft_refusal(tx, case, revision):
        return refusal
    if case.opening is None:
        return Outcome(Result.ALREADY_DONE)
    _put(tx, case, Move.EDIT, case.drafts, case.shown_draft, who=who, now=now, opening=None)
    return Outcome(Result.DRAFT_CHANGED)


def _put(
    tx: Transaction,
    case: Case,
    move: Move,
    drafts: tuple[Draft, ...],
    index: int,
    *,
    who: str,
    now: datetime,
    **more: Any,
) -> None:
    """A new revision: no button for the draft before can publish this one."""
    shown = replace(case, drafts=drafts, shown_draft=index, revision=case.revision + 1)
    shown = replace(shown, opening=more.pop("opening", case.opening))
    step(tx, shown, move, who=who, now=now, before=_texts(case), after=_texts(shown), **more)


def _texts(case: Case) -> str:
    parts = [case.opening.text if case.opening else "", case.draft.text if case.draft else ""]
    return "\n---\n".join(filter(None, parts))


def _lang(case: Case) -> str:
    return case.draft.lang if case.draft else case.verdict.lang


def _too_long(case: Case, draft: Draft) -> Outcome | None:
    """A text for a place that takes none from us may be prepared all the same: to copy."""
    limit = case.options.at(draft.visibility).max_chars
    return Outcome(Result.TOO_LONG, limit=limit) if limit is not None and len(draft.text) > limit else None


def _visibility(tx: Transaction, case: Case) -> Visibility:
    """Where there is no draft to go by: what was said in private is answered in private."""
    if case.draft:
        return case.draft.visibility
    record = tx.record(case.mention_keys[-1])
    private_only = case.options.private.allowed and not case.options.public.allowed
    if private_only or (record and record.mention.visibility is Visibility.PRIVATE):
        return Visibility.PRIVATE
    return Visibility.PUBLIC
