"""The Telegram message of a case: what happened, how bad, until when, what we would say; its buttons are `keyboard`'s job.

An unchanged case gives the same message whenever it is rendered: times of day instead of ages, no countdowns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import accumulate

from reputation_bot.corrections import BY_HAND, judged_of
from reputation_bot.history import History, repeats
from reputation_bot.i18n import translator
from reputation_bot.model import (
    CLOSED,
    UNFINISHED,
    Case,
    CaseStatus,
    Category,
    Menu,
    Permission,
    Purpose,
    Reason,
    Record,
    Reply,
    ReplyState,
    Verdict,
    Visibility,
)
from reputation_bot.outgoing.finding import PERSONAL
from reputation_bot.outgoing.of_case import Checked
from reputation_bot.pausing import Pause
from reputation_bot.ports import Message
from reputation_bot.telegram import answers, keyboard, menus
from reputation_bot.telegram.html import Quote, clean, compose, first_address, line, link, units, visible
from reputation_bot.telegram.lists import render_list
from reputation_bot.telegram.words import Words, category, message_mark, priority, reason, stars, topic

__all__ = ["CardView", "bare", "follow_up", "render", "render_list"]

_NEWEST_SHOWN = 2  # of what the author wrote after the first mention
_REASONS_SHOWN = 4
_NOTES_SHOWN = 2
_AMPLE = 400  # characters: every ready answer has a form that fits
_COPIES_SHOWN = 4
_CALLED = 3  # people; of a longer list nobody feels meant
_REASONS_LINE = 46  # units
_MAX_REASON, _MAX_FIRST_WORDS, _MAX_COST, _MAX_NOTE, _MAX_WHY_NOT = 40, 90, 20, 200, 60  # units
_NO_RULES = frozenset({"default", BY_HAND})  # what the trace names when none did

Part = str | Quote


@dataclass(frozen=True, slots=True)
class CardView:
    """All that a card shows: records oldest first, replies by approval time, the author's other cases oldest first."""

    case: Case
    records: Sequence[Record]
    replies: Sequence[Reply]
    menu: Menu = Menu.MAIN
    history: History = field(default_factory=History)
    checked: Checked = field(default_factory=Checked)
    pause: Pause | None = None
    needs_two: bool = False  # different people must approve
    operators: Mapping[str, int] = field(default_factory=dict)  # numbers at Telegram by key
    replaced: str | None = None  # address of the older message of this card
    looked_after_by: Sequence[str] = ()  # keys of the operators whom this topic concerns


def render(
    view: CardView,
    *,
    now: datetime,
    people: Mapping[str, str],
    channels: Mapping[str, str],
    language: str,
    timezone: tzinfo,
) -> Message:
    """The card as it is now. `people` has names by operator's key, `channels` titles by channel name; both may lack any.

    Raises ConfigError for a language that the interface does not speak; never for anything in the case.
    """
    words = Words(translator(language), now, timezone, people, channels)
    hand = _hand(view)
    parts = _folded(view, words) if view.case.status in CLOSED else _whole(view, hand, words)
    return Message(compose(parts), keyboard.rows(view.case, view.menu, hand, words))


def follow_up(
    case: Case,
    record: Record,
    *,
    now: datetime,
    people: Mapping[str, str],
    channels: Mapping[str, str],
    language: str,
    timezone: tzinfo,
) -> Message:
    """What the author wrote since, as an answer to the card: an edit of the card makes no sound."""
    words = Words(translator(language), now, timezone, people, channels)
    author = words.author(case.author.name, case.author.handle)
    return Message(
        compose([f"{_again(record, words)} · {author} · <b>#{case.id}</b>", *_quoted(record, 0, words)])
    )


def awake(
    case: Case,
    *,
    now: datetime,
    people: Mapping[str, str],
    channels: Mapping[str, str],
    language: str,
    timezone: tzinfo,
) -> Message:
    """A snoozed case is back: an edit of the card makes no sound."""
    words = Words(translator(language), now, timezone, people, channels)
    _ = words.translate
    author = words.author(case.author.name, case.author.handle)
    who = f" · 👤 {words.person(case.assignee)}" if case.assignee else ""
    again = _("It is time again")
    return Message(f"⏰ {again} · {author} · <b>#{case.id}</b>{who}")


def bare(
    case: Case,
    *,
    now: datetime,
    people: Mapping[str, str],
    channels: Mapping[str, str],
    language: str,
    timezone: tzinfo,
) -> Message:
    """A card without anything that came from outside, for when Telegram refuses the full one."""
    words = Words(translator(language), now, timezone, people, channels)
    _ = words.translate
    notice = _("Telegram refused the full card. On the server it can be read with: {command}")
    hand = keyboard.Hand(reply=None, draft=None, visibility=Visibility.PUBLIC, open_url=None)
    command = f"<code>reputation-bot case {case.id}</code>"
    parts = [_head(case, words), words.channel(case.channel), notice.format(command=command)]
    return Message(compose(parts), keyboard.rows(case, Menu.MAIN, hand, words))


def _hand(view: CardView) -> keyboard.Hand:
    """Of several unfinished replies, the one that most needs a person."""
    urgency = [ReplyState.UNKNOWN, ReplyState.PENDING, ReplyState.SENDING]
    busy = sorted(_unfinished(view), key=lambda reply: urgency.index(reply.state))
    draft = None if busy or view.case.status in CLOSED else view.case.draft
    addresses = [record.mention.url for record in reversed(view.records)]
    is_public = draft is not None and draft.visibility is Visibility.PUBLIC
    sent = [reply for reply in view.replies if reply.state is ReplyState.SENT]
    return keyboard.Hand(
        reply=busy[0] if busy else None,
        draft=draft.text if draft and clean(draft.text) else None,
        visibility=draft.visibility if draft else Visibility.PUBLIC,
        open_url=first_address([view.case.options.open_url, *addresses]),
        opening=view.case.opening.text if draft and view.case.opening else None,
        is_blocked=bool(view.checked.blocked),
        may_move=is_public and any(one.kind in PERSONAL for one in view.checked.draft),
        went_private=any(reply.visibility is Visibility.PRIVATE for reply in sent),
        operators=view.operators,
        others=[one for one in view.history.others if one.status not in CLOSED],
    )


def _whole(view: CardView, hand: keyboard.Hand, words: Words) -> list[Part]:
    lines = [_why(view.case, words), _correction(view, words), _promise(view.case, words)]
    asked = "" if hand.reply else menus.asked(view.menu, words)
    closing = [f"<b>{asked}</b>"] if asked else []
    return [
        _head(view.case, words),
        *_mentions(view, words),
        *filter(None, lines),
        "",
        *(_assignee(view.case, words) or _concerned(view, words)),
        *_notes(view.case, words),
        *_replies(view, hand, words),
        *answers.draft_parts(view.case, hand, words),
        *answers.check_lines(view.checked, hand, words),
        *_approvals(view, hand, words),
        *closing,
        *_former(view, words),
    ]


def _notes(case: Case, words: Words) -> list[Part]:
    """The newest ones; all stand in the case's record."""
    hidden = len(case.notes) - _NOTES_SHOWN
    more: list[Part] = [f"📝 … +{hidden}"] if hidden > 0 else []
    shown = [
        f"📝 <b>{words.person(note.who)}</b>: {line(note.text, _MAX_NOTE)}"
        for note in case.notes[-_NOTES_SHOWN:]
    ]
    return [*more, *shown]


def _approvals(view: CardView, hand: keyboard.Hand, words: Words) -> list[Part]:
    """Who has approved what needs two people."""
    _ = words.translate
    if not view.needs_two or hand.reply or hand.draft is None or keyboard.only_by_hand(view.case, words.now):
        return []
    if not view.case.approvers:
        return ["👥 " + _("Two different people have to approve this answer.")]
    names = ", ".join(words.person(key) for key in view.case.approvers)
    return ["👥 " + _("Approved by {names}: another person has to approve too.").format(names=names)]


def _former(view: CardView, words: Words) -> list[Part]:
    """Where the card hung before."""
    _ = words.translate
    found = link(_("the older message of this card"), view.replaced)
    return [f"↖️ {found}"] if found else []


def _folded(view: CardView, words: Words) -> list[Part]:
    _ = words.translate
    case = view.case
    if case.merged_into is not None:
        state = "🔗 " + _("Part of #{id} now").format(id=case.merged_into)
    elif case.status is CaseStatus.DISMISSED:
        why = reason(case.dismissed, _).lower() if case.dismissed else ""
        state = "🗑 " + _("Dismissed") + (f" ({why})" if why else "")
    else:
        state = "☑️ " + _("Closed")
    facts = _facts(case, view.records[-1] if view.records else None, words)
    said = line(_said(view.records[0]), _MAX_FIRST_WORDS) if view.records else ""
    return [
        f"<b>{state}</b> · {_what(case.verdict, words)} · <b>#{case.id}</b>",
        facts + (f" · <i>{said}</i>" if said else ""),
        *filter(None, [_ending(view, words)]),
        *_notes(case, words),
        *(answers.reply_line(reply, case, words) for reply in _unfinished(view)),
    ]


def _ending(view: CardView, words: Words) -> str:
    _ = words.translate
    case = view.case
    parts = [_("closed {when}").format(when=words.at(case.closed_at))] if case.closed_at else []
    if case.answered_at:
        took = words.span(case.answered_at - case.opened_at)
        sent = [one for one in view.replies if one.state is ReplyState.SENT and one.revision > 0]
        text = _("answered within {time} by {name}") if sent else _("answered within {time}")
        parts.append(text.format(time=took, name=words.person(sent[0].approved_by) if sent else ""))
    return " · ".join(parts)


def _head(case: Case, words: Words) -> str:
    level = priority(case.verdict.priority, words.translate)
    return f"<b>{_what(case.verdict, words)} · {level}</b> · <b>#{case.id}</b>"


def _what(verdict: Verdict, words: Words) -> str:
    kind = category(verdict.category, words.translate)
    return f"{kind} · {topic(verdict.topic, words.translate)}" if verdict.topic else kind


def _facts(case: Case, record: Record | None, words: Words) -> str:
    """Stars, platform, author, time, and a mark if only we can read it."""
    whose = [words.channel(case.channel), words.author(case.author.name, case.author.handle)]
    if record is None:
        return " · ".join(whose)
    mention = record.mention
    rating = _rating(record)
    private = mention.visibility is Visibility.PRIVATE
    mark = [message_mark(mention.visibility, words.translate)] if private else []
    return " · ".join([*rating, *whose, words.at(mention.created_at or record.recorded_at), *mark])


def _rating(record: Record) -> list[str]:
    """The stars; where the author has changed them, before and after."""
    now, first = record.mention.rating, record.first_rating
    if now is None:
        return []
    return [f"{stars(first)} → {stars(now)}" if first is not None and first != now else stars(now)]


def _who_is_it(view: CardView, words: Words) -> str:
    """What is known of the author: how often we have heard of them, and how it was."""
    _ = words.translate
    history = view.history
    marks = ["⭐ VIP"] if history.is_vip else []
    if times := len(history.others) + 1 if history.others else 0:
        marks.append(_("has written {number} times").format(number=times))
    praised, complained = history.times(Category.PRAISE), history.times(Category.COMPLAINT)
    if praised:
        marks.append(_.ngettext("{number} praise", "{number} praises", praised).format(number=praised))
    if complained:
        text = _.ngettext("{number} complaint", "{number} complaints", complained).format(number=complained)
        marks.append(f"⚠️ {text}" if repeats(history, view.case) else text)
    return " · ".join(marks)


def _mentions(view: CardView, words: Words) -> list[Part]:
    """The first, how many are left out, and the newest; of these the last is cut last."""
    _ = words.translate
    if not view.records:
        return [_facts(view.case, None, words)]
    said = [record for record in view.records if record.copy_of is None] or list(view.records)
    first, later = said[0], said[1:]
    newest = later[-_NEWEST_SHOWN:]
    known = _who_is_it(view, words)
    parts = [_facts(view.case, first, words), *filter(None, [known]), *_quoted(first, 2, words)]
    if hidden := len(later) - len(newest):
        text = _.ngettext("{number} more message", "{number} more messages", hidden)
        parts.append("… " + text.format(number=hidden))
    for record in newest:
        parts += [_again(record, words), *_quoted(record, 1 if record is newest[-1] else 3, words)]
    return [*parts, *_copies(view, words)]


def _copies(view: CardView, words: Words) -> list[Part]:
    """Where else the same text stands."""
    _ = words.translate
    found = [record.mention for record in view.records if record.copy_of is not None]
    places = [link(words.channel(one.channel), one.url) or words.channel(one.channel) for one in found]
    if not places:
        return []
    shown = ", ".join(dict.fromkeys(places[:_COPIES_SHOWN]))
    return ["🔁 " + _("also on {channels}").format(channels=shown)]


def _again(record: Record, words: Words) -> str:
    mention = record.mention
    mark = f"<b>{message_mark(mention.visibility, words.translate)}</b>"
    rating = _rating(record)
    return "↩️ " + " · ".join([mark, *rating, words.at(mention.created_at or record.recorded_at)])


def _quoted(record: Record, rank: int, words: Words) -> list[Part]:
    _ = words.translate
    parts: list[Part] = [Quote(clean(_said(record)) or _("(no text)"), rank)]
    if record.edited_at:
        when = words.at(record.edited_at)
        parts.append("✏️ " + _("edited by the author {when}").format(when=when))
    if record.gone_at:
        when = words.at(record.gone_at)
        parts.append("🗑 " + _("no longer on the platform; noticed {when}").format(when=when))
    return parts


def _said(record: Record) -> str:
    title, text = record.mention.title or "", record.mention.text
    return text if text.startswith(title) else f"{title}\n{text}"


def _why(case: Case, words: Words) -> str:
    _ = words.translate
    found = dict.fromkeys(line(piece, _MAX_REASON) for step in _deciding(case) for piece in _evidence(step))
    whole = [
        piece for piece in found if not any(piece.strip("«»") in other for other in found if other != piece)
    ]
    shown = _in_one_line([piece for piece in whole if piece][:_REASONS_SHOWN])
    return _("why: {reasons}").format(reasons=", ".join(shown)) if shown else ""


def _in_one_line(reasons: Sequence[str]) -> list[str]:
    """The first, and of the others as many as a phone shows beside it."""
    lengths = accumulate(units(visible(one)) + 2 for one in reasons)
    return [
        one
        for place, (one, length) in enumerate(zip(reasons, lengths, strict=True))
        if not place or length <= _REASONS_LINE
    ]


def _deciding(case: Case) -> list[Reason]:
    """The steps of the trace that led to what the card's first line says; what spoke for something else stays out."""
    verdict = case.verdict
    outcome = {"category": verdict.category.value, "topic": verdict.topic, "priority": verdict.priority.value}
    return [
        step
        for step in verdict.trace
        if step.field in outcome and step.value == outcome[step.field] and step.weight >= 0
    ]


def _correction(view: CardView, words: Words) -> str:
    """Who said what it really is, and what the rules had said."""
    record = judged_of(view.records, view.case)
    said = record and record.correction
    if not record or not said or not (said.category or said.topic):
        return ""
    _ = words.translate
    text = _("corrected by {name}; the rules said: {what}")
    return "🏷 " + text.format(name=words.person(said.by), what=_what(record.verdict, words))


def _evidence(step: Reason) -> list[str]:
    """The author's own words, or the name of a rule of rules.yaml that did not go by words.

    Weighed without words are stars, which stand in the line above, and mood and length, which tell a person nothing.
    """
    if step.rule in _NO_RULES or (step.weight and not step.words):
        return []
    return [f"«{word}»" for word in step.words] or [step.rule]


def _promise(case: Case, words: Words) -> str:
    _ = words.translate
    due = _due(case.due_at, words) if case.due_at else ""
    if case.status is CaseStatus.WAITING or keyboard.only_by_hand(case, words.now):
        return due
    may = [
        _may(_.pgettext("answer", "public"), case.options.public, words),
        _may(_.pgettext("answer", "private"), case.options.private, words),
    ]
    return " · ".join(filter(None, [due, *may]))


def _due(due_at: datetime, words: Words) -> str:
    _ = words.translate
    if due_at > words.now:
        return "⏱ " + words.by(due_at)
    return "⏰ " + _("was due {when}").format(when=words.at(due_at))


def _may(name: str, permission: Permission, words: Words) -> str:
    _ = words.translate
    if not keyboard.is_open(permission, words.now):
        why = line(_(permission.why_not) if permission.why_not else "", _MAX_WHY_NOT)
        return f"{name} ✗" + (f" ({why})" if why else "")
    until = words.until(permission.closes_at) if permission.closes_at else ""
    cost = f"({line(permission.cost, _MAX_COST)})" if permission.cost else ""
    limit = permission.max_chars or _AMPLE
    few = _("≤ {number} characters").format(number=limit) if limit < _AMPLE else ""
    return " ".join(filter(None, [f"{name} ✓", few, until, cost]))


def _assignee(case: Case, words: Words) -> list[str]:
    _ = words.translate
    until = f" {words.until(case.snoozed_until)}" if case.snoozed_until else ""
    snoozed = ["💤 " + _("snoozed") + until] if case.status is CaseStatus.SNOOZED else []
    if not case.assignee:
        return snoozed
    since = f", {words.since(case.assigned_at)}" if case.assigned_at else ""
    return [*snoozed, f"👤 {words.person(case.assignee)}{since}"]


def _concerned(view: CardView, words: Words) -> list[str]:
    """Names that make a sound on the phones of those who look after this topic, while nobody has the case and an answer is owed."""
    _ = words.translate
    if view.case.due_at is None:
        return []
    called = [
        f'<a href="tg://user?id={view.operators[key]}">{words.person(key)}</a>'
        for key in view.looked_after_by
        if key in view.operators
    ][:_CALLED]
    return ["🔔 " + _("for {names}").format(names=", ".join(called))] if called else []


def _replies(view: CardView, hand: keyboard.Hand, words: Words) -> list[Part]:
    """What is under way, or else what came of the last one; its text while no newer draft stands below."""
    busy = _unfinished(view)
    told = [one for one in view.replies if one.purpose is Purpose.ACKNOWLEDGEMENT]
    rest = [one for one in view.replies if one not in told and one.state is not ReplyState.CANCELLED]
    last = rest[-2:] if len(rest) > 1 and rest[-1].after == rest[-2].id else rest[-1:]
    shown = busy or [reply for reply in last if reply.state in {ReplyState.SENT, ReplyState.FAILED}]
    if busy and busy[0].after:
        shown = [*(one for one in rest if one.id == busy[0].after and one not in busy), *busy]
    lines: list[Part] = [answers.acknowledged(one, words) for one in told if one.state is ReplyState.SENT]
    lines += [answers.reply_line(reply, view.case, words, view.pause) for reply in shown]
    text = hand.reply or next((reply for reply in reversed(shown) if reply.state is ReplyState.SENT), None)
    if text and not hand.draft and (hand.reply or view.case.status is CaseStatus.WAITING):
        lines.append(answers.full(text.text, words))
    return lines


def _unfinished(view: CardView) -> list[Reply]:
    """Of people's answers; an acknowledgement on its way stands in nobody's way."""
    busy = (reply for reply in view.replies if reply.state in UNFINISHED)
    return [reply for reply in busy if reply.purpose is not Purpose.ACKNOWLEDGEMENT]
