"""How a case stands on its card: until when, what the platform allows, who has it, and what people noted and approved."""

from datetime import datetime

from reputation_bot.model import Case, CaseStatus, Permission
from reputation_bot.telegram.cards import keyboard
from reputation_bot.telegram.cards.calling import bell
from reputation_bot.telegram.cards.view import CardView
from reputation_bot.telegram.html import Part, line
from reputation_bot.telegram.words import Words

_NOTES_SHOWN = 2
_AMPLE = 400  # characters: every ready answer has a form that fits
_CALLED = 3  # people; of a longer list nobody feels meant
_MAX_COST, _MAX_NOTE, _MAX_WHY_NOT = 20, 200, 60  # units


def promise(case: Case, words: Words) -> str:
    _ = words.translate
    due = _due(case, case.due_at, words) if case.due_at else ""
    if case.status is CaseStatus.WAITING or keyboard.only_by_hand(case, words.now):
        return due
    may = [
        _may(_.pgettext("answer", "public"), case.options.public, words),
        _may(_.pgettext("answer", "private"), case.options.private, words),
    ]
    return " · ".join(filter(None, [due, *may]))


def assignee(case: Case, words: Words) -> list[str]:
    _ = words.translate
    until = f" {words.until(case.snoozed_until)}" if case.snoozed_until else ""
    snoozed = ["💤 " + _("snoozed") + until] if case.status is CaseStatus.SNOOZED else []
    if not case.assignee:
        return snoozed
    since = f", {words.since(case.assigned_at)}" if case.assigned_at else ""
    return [*snoozed, f"👤 {words.person(case.assignee)}{since}"]


def concerned(view: CardView, words: Words) -> list[str]:
    """Names that make a sound on the phones of those who look after this topic, while nobody has the case and an answer is owed."""
    if view.case.due_at is None:
        return []
    bells = bell(view.looked_after_by, view.operators, words, _CALLED)
    return [bells] if bells else []


def notes(case: Case, words: Words) -> list[Part]:
    """The newest ones; all stand in the case's record."""
    hidden = len(case.notes) - _NOTES_SHOWN
    more: list[Part] = [f"📝 … +{hidden}"] if hidden > 0 else []
    shown = [
        f"📝 <b>{words.person(note.who)}</b>: {line(note.text, _MAX_NOTE)}"
        for note in case.notes[-_NOTES_SHOWN:]
    ]
    return [*more, *shown]


def approvals(view: CardView, hand: keyboard.Hand, words: Words) -> list[Part]:
    """Who has approved what needs two people."""
    _ = words.translate
    if not view.needs_two or hand.reply or hand.draft is None or keyboard.only_by_hand(view.case, words.now):
        return []
    if not view.case.approvers:
        return ["👥 " + _("Two different people have to approve this answer.")]
    names = ", ".join(words.person(key) for key in view.case.approvers)
    return ["👥 " + _("Approved by {names}: another person has to approve too.").format(names=names)]


def _due(case: Case, due_at: datetime, words: Words) -> str:
    _ = words.translate
    if due_at > words.now:
        return "⏱ " + words.by(due_at)
    escalated = " · 🚨 " + _("for the leads") if due_at in case.escalated_of else ""
    return "⏰ " + _("was due {when}").format(when=words.at(due_at)) + escalated


def _may(name: str, permission: Permission, words: Words) -> str:
    _ = words.translate
    if not keyboard.is_open(permission, words.now):
        why = line(_.sentence(permission.why_not or ""), _MAX_WHY_NOT)
        return f"{name} ✗" + (f" ({why})" if why else "")
    until = words.until(permission.closes_at) if permission.closes_at else ""
    cost = f"({line(_.sentence(permission.cost), _MAX_COST)})" if permission.cost else ""
    limit = permission.max_chars or _AMPLE
    few = _("≤ {number} characters").format(number=limit) if limit < _AMPLE else ""
    return " ".join(filter(None, [f"{name} ✓", few, until, cost]))
