"""The lower half of a card: the draft that waits for approval, or how far a reply has got; the upper half is `cards`' job."""

from typing import assert_never

from reputation_bot.model import Case, CaseStatus, Draft, Reply, ReplyState, Visibility
from reputation_bot.telegram import keyboard
from reputation_bot.telegram.html import Quote, clean, line, link
from reputation_bot.telegram.words import Words, draft_mark

_MAX_ORIGIN, _MAX_PROBLEM = 40, 240  # units


def reply_line(reply: Reply, case: Case, words: Words) -> str:
    """One line on how far a reply has got, by whom and when."""
    _ = words.translate
    who = words.person(reply.approved_by)
    private = reply.visibility is Visibility.PRIVATE
    mark = f"<b>{draft_mark(reply.visibility, _)}</b> · " if private else ""
    match reply.state:
        case ReplyState.PENDING:
            sign, text = _pending(reply, who, words)
        case ReplyState.SENDING:
            sign, text = "📤", _("being sent · approved by {name}").format(name=who)
        case ReplyState.SENT:
            return "✅ " + _sent(reply, who, words)
        case ReplyState.FAILED:
            problem = line(reply.problem or "", _MAX_PROBLEM)
            sign = "⛔"
            text = _("not published: {problem}").format(problem=problem) if problem else _("not published")
        case ReplyState.UNKNOWN:
            sign, text = "❓", _("sent {when}, but no confirmation came: look whether it is on {channel}")
            when = words.at(reply.claimed_at or reply.approved_at)
            text = text.format(when=when, channel=words.channel(case.channel))
        case ReplyState.CANCELLED:
            sign, text = "✖️", _("taken back")
        case _:
            assert_never(reply.state)
    return f"{sign} {mark}{text}"


def draft_parts(case: Case, hand: keyboard.Hand, words: Words) -> list[str | Quote]:
    """The draft with all that must be known before it is published; nothing while a reply is under way."""
    _ = words.translate
    if hand.reply or (hand.draft is None and case.status is CaseStatus.WAITING):
        return []
    by_hand = keyboard.only_by_hand(case, words.now)
    lines: list[str | Quote] = [_why_by_hand(case, words)] if by_hand else []
    if case.draft is None or hand.draft is None:
        return [*lines, "✍️ " + _("No draft: answer this message with the text.")]
    obstacle = "" if by_hand else _obstacle(case, case.draft, words)
    lines += [_draft_head(case, case.draft, words), *filter(None, [obstacle])]
    return [*lines, full(hand.draft, words, code=by_hand and keyboard.copy_text(hand.draft) is None)]


def full(text: str, words: Words, *, code: bool = False) -> Quote:
    """An answer of ours: of all that a card quotes it is cut last, and says so. Nobody shall approve what is folded away."""
    _ = words.translate
    whole = len(clean(text))
    if_cut = "✂️ " + _("cut here on the card only; {number} characters in all").format(number=whole)
    return Quote(clean(text) or _("(no text)"), 0, code=code, folds=False, if_cut=if_cut)


def _pending(reply: Reply, who: str, words: Words) -> tuple[str, str]:
    """Sign and text: the platform asked to wait, a person sent it again, or it can still be undone."""
    _ = words.translate
    when = words.at(reply.not_before)
    if reply.problem:
        text = _("not out yet: {problem} · next try {when}")
        return "🕒", text.format(problem=line(reply.problem, _MAX_PROBLEM), when=when)
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
    seen = link(_("see it"), receipt.url) if receipt else None
    return " · ".join(filter(None, [text.format(when=when, name=who), seen]))


def _why_by_hand(case: Case, words: Words) -> str:
    _ = words.translate
    why = line(case.options.public.why_not or case.options.private.why_not or "", _MAX_PROBLEM)
    text = _("Only a person can answer there")
    return f"✋ {text}: {why}" if why else f"✋ {text}"


def _draft_head(case: Case, draft: Draft, words: Words) -> str:
    _ = words.translate
    position = f" {case.shown_draft + 1}/{len(case.drafts)}" if len(case.drafts) > 1 else ""
    if draft.by:
        origin = _("written by {name}").format(name=words.person(draft.by))
    else:
        origin = _("ready answer «{name}»").format(name=line(draft.origin, _MAX_ORIGIN))
    title = _("Draft") + position
    parts = [f"✍️ <b>{title} · {draft_mark(draft.visibility, _)}</b>", origin]
    limit = case.options.at(draft.visibility).max_chars
    if limit is not None:
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
    why = line(permission.why_not or "", _MAX_PROBLEM)
    return f"⛔ {text}: {why}" if why else f"⛔ {text}"
