"""The lower half of a card: the draft that waits for approval, or how far a reply has got; the upper half is `card`'s job."""

from typing import assert_never

from reputation_bot.model import Case, CaseStatus, Draft, Reply, ReplyState, Sighting, Visibility
from reputation_bot.outgoing.of_case import Checked
from reputation_bot.outgoing.wording import said
from reputation_bot.pausing import Pause
from reputation_bot.telegram.cards import keyboard
from reputation_bot.telegram.html import Part, Quote, clean, line, link
from reputation_bot.telegram.words import Words, draft_mark

_MAX_ORIGIN, _MAX_PROBLEM, _MAX_FINDING = 30, 240, 160  # units
_MOST_FINDINGS = 3
_NEAR = 0.8  # of the platform's limit: only then its figure matters


def reply_line(reply: Reply, case: Case, words: Words, pause: Pause | None = None) -> str:
    """One line on how far a reply has got, by whom and when."""
    _ = words.translate
    who = words.person(reply.approved_by)
    private = reply.visibility is Visibility.PRIVATE
    mark = f"<b>{draft_mark(reply.visibility, _)}</b> · " if private else ""
    match reply.state:
        case ReplyState.PENDING:
            sign, text = _pending(reply, who, words, pause)
        case ReplyState.SENDING:
            sign, text = "📤", _("being sent · approved by {name}").format(name=who)
        case ReplyState.SENT:
            return "✅ " + _sent(reply, who, words)
        case ReplyState.FAILED:
            problem = line(_.sentence(reply.problem or ""), _MAX_PROBLEM)
            sign = "⛔"
            text = _("not published: {problem}").format(problem=problem) if problem else _("not published")
        case ReplyState.UNKNOWN:
            sign, text = "❓", _("sent {when}, but no confirmation came: look whether it is on {channel}")
            when = words.at(reply.claimed_at or reply.approved_at)
            text = text.format(when=when, channel=words.channel(case.channel))
        case ReplyState.CANCELLED:
            sign, text = "❌", _("taken back")
        case _:
            assert_never(reply.state)
    return f"{sign} {mark}{text}"


def draft_parts(case: Case, hand: keyboard.Hand, words: Words) -> list[Part]:
    """The draft with all that must be known before it is published; nothing while a reply is under way."""
    _ = words.translate
    if hand.reply or (hand.draft is None and case.status is CaseStatus.WAITING):
        return []
    by_hand = keyboard.only_by_hand(case, words.now)
    lines: list[Part] = [_why_by_hand(case, words)] if by_hand else []
    if case.draft is None or hand.draft is None:
        return [*lines, "✍️ " + _("No draft: answer this message with the text.")]
    obstacle = "" if by_hand else _obstacle(case, case.draft, words)
    code = by_hand and keyboard.copy_text(hand.draft) is None
    if case.opening and hand.opening is not None:
        lines += [_part_head("1", case.opening, words), full(hand.opening, words)]
        lines += [_part_head("2", case.draft, words), *filter(None, [obstacle]), full(hand.draft, words)]
        return lines
    lines += [_draft_head(case, case.draft, words), *filter(None, [_foreign(case, words), obstacle])]
    return [*lines, full(hand.draft, words, code=code)]


def _part_head(number: str, draft: Draft, words: Words) -> str:
    """Of a hand-off: the private message goes out first."""
    _ = words.translate
    return f"✍️ <b>{number}. {draft_mark(draft.visibility, _)}</b>"


def _foreign(case: Case, words: Words) -> str:
    """There was no text in the author's own language."""
    if case.draft is None or case.draft.by or case.draft.lang == case.verdict.lang:
        return ""
    _ = words.translate
    text = _("the author writes in “{theirs}”, this text is in “{ours}”")
    return "🌐 " + text.format(theirs=line(case.verdict.lang, 5), ours=line(case.draft.lang, 5))


def full(text: str, words: Words, *, code: bool = False) -> Quote:
    """An answer of ours: of all that a card quotes it is cut last, and says so. Nobody shall approve what is folded away."""
    _ = words.translate
    whole = len(clean(text))
    if_cut = "✂️ " + _("cut here on the card only; {number} characters in all").format(number=whole)
    return Quote(clean(text) or _("(no text)"), 0, code=code, folds=False, if_cut=if_cut)


def acknowledged(reply: Reply, words: Words) -> str:
    """The author knows that we have read it."""
    _ = words.translate
    when = words.at(reply.receipt.posted_at if reply.receipt else reply.approved_at)
    return "📨 " + _("told the author {when} that an answer comes").format(when=when)


def check_lines(checked: Checked, hand: keyboard.Hand, words: Words) -> list[Part]:
    """What is wrong with the texts that publishing would send, the gravest first."""
    if hand.reply or hand.draft is None:
        return []
    _ = words.translate
    found = sorted([*checked.opening, *checked.draft], key=lambda one: one.kind.rank)
    shown = [one for one in found if one.blocking] or found
    shown = shown[:_MOST_FINDINGS]
    lines: list[Part] = [
        ("⛔ " if one.blocking else "⚠️ ") + line(said(one, _), _MAX_FINDING) for one in shown
    ]
    if left := len(found) - len(shown):
        lines.append(
            "… " + _.ngettext("{number} more remark", "{number} more remarks", left).format(number=left)
        )
    return lines


def _pending(reply: Reply, who: str, words: Words, pause: Pause | None) -> tuple[str, str]:
    """Sign and text: all publishing is paused, the platform asked to wait, a person sent it again, or it can still be undone."""
    _ = words.translate
    when = words.at(reply.not_before)
    if pause:
        text = _("waits: {name} has paused publishing {when}; /resume lets it go on")
        return "⏸", text.format(name=words.person(pause.by), when=words.at(pause.since))
    if reply.after:
        return "⏳", _("goes out after the private message · approved by {name}").format(name=who)
    if reply.problem:
        text = _("not out yet: {problem} · next try {when}")
        return "🕒", text.format(problem=line(_.sentence(reply.problem), _MAX_PROBLEM), when=when)
    if reply.attempts:
        return "⏳", _("goes out again {when} · approved by {name}").format(when=when, name=who)
    delay = words.span(reply.not_before - reply.approved_at)
    return "⏳", _("goes out in {delay} · approved by {name}").format(delay=delay, name=who)


def _sent(reply: Reply, who: str, words: Words) -> str:
    _ = words.translate
    receipt = reply.receipt
    when = words.at(receipt.posted_at if receipt else reply.claimed_at or reply.approved_at)
    public = reply.visibility is Visibility.PUBLIC
    text = _("published {when} by {name}") if public else _("sent in private {when} by {name}")
    if reply.by_hand:
        text = _("answered by hand {when} by {name}")
    where = link(_("see it"), receipt.url) if receipt else None
    return " · ".join(filter(None, [text.format(when=when, name=who), _sighted(reply, words), where]))


def _sighted(reply: Reply, words: Words) -> str:
    """What later looks at the platform found."""
    _ = words.translate
    match reply.sighting:
        case None:
            return ""
        case Sighting.SEEN:
            return _("seen on the platform")
        case Sighting.NOT_YET:
            return "⚠️ " + _("not visible on the platform so far")
        case Sighting.GONE:
            return "⚠️ " + _("no longer visible on the platform")
        case Sighting.EDITED:
            return "⚠️ " + _("edited on the platform since")
    assert_never(reply.sighting)


def _why_by_hand(case: Case, words: Words) -> str:
    _ = words.translate
    why_not = case.options.public.why_not or case.options.private.why_not
    why = line(_.sentence(why_not or ""), _MAX_PROBLEM)
    text = _("Only a person can answer there")
    return f"✋ {text}: {why}" if why else f"✋ {text}"


def _draft_head(case: Case, draft: Draft, words: Words) -> str:
    _ = words.translate
    position = f" {case.shown_draft + 1}/{len(case.drafts)}" if len(case.drafts) > 1 else ""
    ready = f"«{line(draft.origin, _MAX_ORIGIN)}»"
    origin = _("written by {name}").format(name=words.person(draft.by)) if draft.by else ready
    title = _("Draft") + position
    parts = [f"✍️ <b>{title} · {draft_mark(draft.visibility, _)}</b>", origin]
    limit = case.options.at(draft.visibility).max_chars
    if limit is not None and len(draft.text) > _NEAR * limit:
        parts.append(_("{used}/{limit} characters").format(used=len(draft.text), limit=limit))
    return " · ".join(parts)


def _obstacle(case: Case, draft: Draft, words: Words) -> str:
    """Why the draft cannot go out as it is."""
    _ = words.translate
    permission = case.options.at(draft.visibility)
    if keyboard.excess(permission, draft.text):
        return "⛔ " + _("too long: shorten it with Edit")
    if keyboard.is_open(permission, words.now):
        return ""
    public = draft.visibility is Visibility.PUBLIC
    text = _("not possible in public") if public else _("not possible in private")
    why = line(_.sentence(permission.why_not or ""), _MAX_PROBLEM)
    return f"⛔ {text}: {why}" if why else f"⛔ {text}"
