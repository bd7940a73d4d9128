"""The Telegram message of a case: what happened, how bad, until when, what we would say; its buttons are `keyboard`'s job.

An unchanged case gives the same message whenever it is rendered: times of day instead of ages, no countdowns.
"""

from reputation_bot.model import CLOSED, Case, CaseStatus, Menu, Purpose, ReplyState, Visibility
from reputation_bot.outgoing.finding import PERSONAL
from reputation_bot.ports import Message
from reputation_bot.telegram.cards import answers, judged, keyboard, menus, said, standing
from reputation_bot.telegram.cards.view import CardView
from reputation_bot.telegram.html import Part, clean, compose, first_address, line, link
from reputation_bot.telegram.words import Words, reason

_MAX_FIRST_WORDS = 90  # units


def render(view: CardView, words: Words) -> Message:
    """The card as it is now. Nothing in the case makes it raise."""
    hand = _hand(view)
    parts = _folded(view, words) if view.case.status in CLOSED else _whole(view, hand, words)
    return Message(compose(parts), keyboard.rows(view.case, view.menu, hand, words))


def bare(case: Case, words: Words) -> Message:
    """A card without anything that came from outside, for when Telegram refuses the full one."""
    _ = words.translate
    notice = _("Telegram refused the full card. On the server it can be read with: {command}")
    hand = keyboard.Hand(reply=None, draft=None, visibility=Visibility.PUBLIC, open_url=None)
    command = f"<code>reputation-bot case {case.id}</code>"
    parts = [judged.head(case, words), words.channel(case.channel), notice.format(command=command)]
    return Message(compose(parts), keyboard.rows(case, Menu.MAIN, hand, words))


def _hand(view: CardView) -> keyboard.Hand:
    """Of several unfinished replies, the one that most needs a person."""
    urgency = [ReplyState.UNKNOWN, ReplyState.PENDING, ReplyState.SENDING]
    busy = sorted(view.unfinished, key=lambda reply: urgency.index(reply.state))
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
    lines = [judged.why(view.case, words), judged.correction(view, words), standing.promise(view.case, words)]
    asked = "" if hand.reply else menus.asked(view.menu, words)
    closing = [f"<b>{asked}</b>"] if asked else []
    return [
        judged.head(view.case, words),
        *said.mentions(view, words),
        *filter(None, lines),
        "",
        *(standing.assignee(view.case, words) or standing.concerned(view, words)),
        *standing.notes(view.case, words),
        *_replies(view, hand, words),
        *answers.draft_parts(view.case, hand, words),
        *answers.check_lines(view.checked, hand, words),
        *standing.approvals(view, hand, words),
        *closing,
        *_former(view, words),
    ]


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
    facts = said.facts(case, view.records[-1] if view.records else None, words)
    first = line(said.text_of(view.records[0]), _MAX_FIRST_WORDS) if view.records else ""
    return [
        f"<b>{state}</b> · {judged.what(case.verdict, words)} · <b>#{case.id}</b>",
        facts + (f" · <i>{first}</i>" if first else ""),
        *filter(None, [_ending(view, words)]),
        *standing.notes(case, words),
        *(answers.reply_line(reply, case, words) for reply in view.unfinished),
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


def _former(view: CardView, words: Words) -> list[Part]:
    """Where the card hung before."""
    _ = words.translate
    found = link(_("the older message of this card"), view.replaced)
    return [f"↖️ {found}"] if found else []


def _replies(view: CardView, hand: keyboard.Hand, words: Words) -> list[Part]:
    """What is under way, or else what came of the last one; its text while no newer draft stands below."""
    busy = view.unfinished
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
