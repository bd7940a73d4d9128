"""Which buttons a card has, and which case and draft each is for; who may press them is `access`'s job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reputation_bot.model import (
    CLOSED,
    Case,
    CaseStatus,
    Menu,
    Permission,
    Purpose,
    Reply,
    ReplyState,
    Visibility,
)
from reputation_bot.ports import Button
from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.cards.menus import menu_rows
from reputation_bot.telegram.cards.pressing import Row, press
from reputation_bot.telegram.html import clean, units
from reputation_bot.telegram.words import Words

MAX_COPY = 256  # core.telegram.org/bots/api#copytextbutton, 2026-11


@dataclass(frozen=True, slots=True)
class Hand:
    """What a case offers right now: the reply that is not finished, or else the draft that may be worked on."""

    reply: Reply | None
    draft: str | None  # its text
    visibility: Visibility
    open_url: str | None
    opening: str | None = None  # the private part of a hand-off
    is_blocked: bool = False  # by the outgoing check
    may_move: bool = False  # what blocks it can go into a private message
    went_private: bool = False  # an answer of ours did: the public thread may want a closing line
    operators: Mapping[str, int] = field(default_factory=dict)  # numbers at Telegram by key
    others: Sequence[Case] = ()  # live ones of the same author


def rows(case: Case, menu: Menu, hand: Hand, words: Words) -> tuple[tuple[Button, ...], ...]:
    """At most three rows, some menus apart; what is not possible has no button. A phone shows every word whole: see `MOST_UNITS`."""
    if hand.reply:
        found = _about_reply(case, hand.reply, hand, words)
    elif case.status in CLOSED:
        found = _closed(case, hand, words)
    elif menu is not Menu.MAIN:
        found = menu_rows(case, menu, words, operators=hand.operators, others=hand.others)
    elif case.status is CaseStatus.WAITING and hand.draft is None:
        found = _answered(case, hand, words)
    else:
        found = [_answering(case, hand, words), _sharing(case, hand, words), _rest(case, hand, words)]
    kept = (tuple(button for button in row if button) for row in found)
    return tuple(row for row in kept if row)


def is_open(permission: Permission, now: datetime) -> bool:
    """Whether the platform takes an answer of this visibility now."""
    return permission.allowed and (permission.closes_at is None or permission.closes_at > now)


def only_by_hand(case: Case, now: datetime) -> bool:
    """Whether no answer at all can go out from here."""
    return not (is_open(case.options.public, now) or is_open(case.options.private, now))


def excess(permission: Permission, text: str) -> int | None:
    """The platform's limit, if the text is longer."""
    limit = permission.max_chars
    return limit if limit is not None and len(text) > limit else None


def copy_text(draft: str) -> str | None:
    """What a button can put on the clipboard; None if it is too long for that."""
    text = clean(draft)
    return text if 0 < units(text) <= MAX_COPY else None


def _answering(case: Case, hand: Hand, words: Words) -> Row:
    """The first row: what is done forty times a day."""
    _ = words.translate
    if only_by_hand(case, words.now):
        return _copy(hand, words), press(case, Act.DONE_BY_HAND, "☑️ " + _("Done by hand"))
    if hand.opening is not None:
        return _publish(case, hand, words), _owner(case, words)
    if hand.is_blocked:
        return _move(case, hand, words), _edit(case, hand, words)
    is_public = hand.visibility is Visibility.PUBLIC
    turned = _switch(case, hand, words) if is_public else None
    return _publish(case, hand, words), _edit(case, hand, words), turned


def _sharing(case: Case, hand: Hand, words: Words) -> Row:
    """The second row: whose it is, and what else could be said where."""
    _ = words.translate
    if hand.opening is not None:
        return (
            press(case, Act.EDIT_OPENING, "✏️ " + _("1 private")),
            press(case, Act.EDIT, "✏️ " + _("2 public")),
            press(case, Act.DROP_OPENING, "↩️ " + _("Only 2")),
        )
    other = press(case, Act.OTHER_DRAFT, "🔁 " + _("Other draft")) if len(case.drafts) > 1 else None
    if only_by_hand(case, words.now):
        return _edit(case, hand, words), other, _owner(case, words)
    if hand.is_blocked:
        return other, _owner(case, words), _publish(case, hand, words)
    is_public = hand.visibility is Visibility.PUBLIC
    turned = _hand_off(case, hand, words) if is_public else _switch(case, hand, words)
    return other, _owner(case, words), turned


def _edit(case: Case, hand: Hand, words: Words) -> Button | None:
    _ = words.translate
    return press(case, Act.EDIT, "✏️ " + (_("Edit") if hand.draft else _("Write")))


def _owner(case: Case, words: Words) -> Button | None:
    _ = words.translate
    if case.assignee:
        return press(case, Act.GIVE_BACK, "👋 " + _("Give back"))
    return press(case, Act.TAKE, "🙋 " + _("Take"))


def _rest(case: Case, hand: Hand, words: Words) -> Row:
    _ = words.translate
    dismiss = press(case, Act.DISMISS, "🗑 " + _("Dismiss…"))
    return dismiss, _more(case, words), _open(hand, words)


def _answered(case: Case, hand: Hand, words: Words) -> list[Row]:
    _ = words.translate
    close = press(case, Act.RESOLVE, "☑️ " + _("Close"))
    again = None if only_by_hand(case, words.now) else press(case, Act.EDIT, "✏️ " + _("Write again"))
    may_close = hand.went_private and is_open(case.options.public, words.now)
    publicly = press(case, Act.CLOSE_PUBLICLY, "📢 " + _("Close publicly")) if may_close else None
    return [(close, again), (publicly,), (_more(case, words), _open(hand, words))]


def _closed(case: Case, hand: Hand, words: Words) -> list[Row]:
    _ = words.translate
    again = _("Take out") if case.merged_into is not None else _("Reopen")
    history = press(case, Act.HISTORY, "📖 " + _("History"))
    audit = press(case, Act.AUDIT, "📜 " + _("Audit"))
    return [(press(case, Act.REOPEN, "📂 " + again), _open(hand, words)), (history, audit)]


def _about_reply(case: Case, reply: Reply, hand: Hand, words: Words) -> list[Row]:
    _ = words.translate

    def about(act: Act, text: str) -> Button | None:
        return press(case, act, text, reply.revision)

    if reply.state is ReplyState.PENDING:
        return [(about(Act.UNDO, "❌ " + _("Undo")),)]
    if reply.state is ReplyState.SENDING:
        return [(_open(hand, words),)]
    return [
        (
            about(Act.CONFIRM_SENT, "✅ " + _("It is there")),
            about(Act.SEND_AGAIN, "📤 " + _("Send again")),
        ),
        (about(Act.DROP_REPLY, "❌ " + _("Let it be")), _open(hand, words)),
    ]


def _publish(case: Case, hand: Hand, words: Words) -> Button | None:
    """Says who will read it, and opens the reasons where the check stops the text."""
    _ = words.translate
    texts = [(hand.visibility, hand.draft), (Visibility.PRIVATE, hand.opening or "")]
    for visibility, text in texts:
        if text is None or (text and not _fits(case, visibility, text, words)):
            return None
    if hand.is_blocked:
        return press(case, Act.OVERRULE, "⚠️ " + _("Anyway…"))
    if hand.opening is not None:
        return press(case, Act.PUBLISH, "✅ " + _("Publish both"))
    private = hand.visibility is Visibility.PRIVATE
    return press(case, Act.PUBLISH, "✅ " + (_("Send in private") if private else _("Publish")))


def _fits(case: Case, visibility: Visibility, text: str, words: Words) -> bool:
    permission = case.options.at(visibility)
    return is_open(permission, words.now) and not excess(permission, text)


def _move(case: Case, hand: Hand, words: Words) -> Button | None:
    _ = words.translate
    if not hand.may_move or not is_open(case.options.private, words.now):
        return None
    return press(case, Act.MOVE_TO_PRIVATE, "🔒 " + _("Move to private"))


def _switch(case: Case, hand: Hand, words: Words) -> Button | None:
    """To the other visibility: the card shows it before anything goes out."""
    _ = words.translate
    if hand.draft is None:
        return None
    if hand.visibility is Visibility.PRIVATE:
        is_possible = _fits(case, Visibility.PUBLIC, hand.draft, words)
        return press(case, Act.SWITCH, "📢 " + _("In public")) if is_possible else None
    is_possible = _fits(case, Visibility.PRIVATE, hand.draft, words)
    return press(case, Act.SWITCH, "🔒 " + _("In private")) if is_possible else None


def _hand_off(case: Case, hand: Hand, words: Words) -> Button | None:
    _ = words.translate
    both = is_open(case.options.public, words.now) and is_open(case.options.private, words.now)
    purpose = case.draft.purpose if case.draft else Purpose.ANSWER
    is_public = hand.visibility is Visibility.PUBLIC
    may = both and is_public and purpose is not Purpose.CLOSING
    return press(case, Act.HAND_OFF, "🤝 " + _("Hand off")) if may else None


def _more(case: Case, words: Words) -> Button | None:
    _ = words.translate
    return press(case, Act.MORE, "⋯ " + _("More"))


def _copy(hand: Hand, words: Words) -> Button | None:
    _ = words.translate
    text = copy_text(hand.draft) if hand.draft else None
    return Button("📋 " + _("Copy text"), copy=text) if text else None


def _open(hand: Hand, words: Words) -> Button | None:
    if not hand.open_url:
        return None
    _ = words.translate
    return Button("↗️ " + _("Open"), url=hand.open_url)
