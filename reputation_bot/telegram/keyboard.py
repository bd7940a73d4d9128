"""Which buttons a card has, and which case and draft each is for; who may press them is `access`'s job."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reputation_bot.model import (
    CLOSED,
    Case,
    CaseStatus,
    Category,
    DismissReason,
    Menu,
    Move,
    Permission,
    Reply,
    ReplyState,
    Visibility,
)
from reputation_bot.ports import Button
from reputation_bot.telegram.buttons import TOPIC, Act, Pressed, encode
from reputation_bot.telegram.html import clean, units, visible
from reputation_bot.telegram.words import Words, category, reason, topic, topics
from reputation_bot.transitions import CASE_MOVES

MOST_TOPICS = 15  # on one card
MAX_COPY = 256  # core.telegram.org/bots/api#copytextbutton, 2026-11

Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Hand:
    """What a case offers right now: the reply that is not finished, or else the draft that may be worked on."""

    reply: Reply | None
    draft: str | None  # its text
    visibility: Visibility
    open_url: str | None


def rows(case: Case, menu: Menu, hand: Hand, words: Words) -> tuple[Row, ...]:
    """At most three rows, the topics' menu apart; what is not possible has no button."""
    _ = words.translate
    if hand.reply:
        found = _about_reply(case, hand.reply, hand, words)
    elif case.status in CLOSED:
        found = [(_act(case, Act.REOPEN, "📂 " + _("Reopen")), _open(case, hand, words))]
    elif menu is Menu.DISMISS:
        found = _reasons(case, words)
    elif menu is Menu.CLASS:
        found = _classes(case, words)
    elif menu is Menu.TOPIC:
        found = _topics(case, words)
    elif case.status is CaseStatus.WAITING and hand.draft is None:
        found = _answered(case, hand, words)
    else:
        found = _work(case, hand, words)
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


def _work(case: Case, hand: Hand, words: Words) -> list[tuple[Button | None, ...]]:
    _ = words.translate
    owner = (
        _act(case, Act.GIVE_BACK, "👋 " + _("Give back"))
        if case.assignee
        else _act(case, Act.TAKE, "🙋 " + _("Take"))
    )
    other = _act(case, Act.OTHER_DRAFT, "🔁 " + _("Other draft")) if len(case.drafts) > 1 else None
    edit = _act(case, Act.EDIT, "✏️ " + (_("Edit") if hand.draft else _("Write")))
    by_hand = only_by_hand(case, words.now)
    first = (
        [_copy(hand, words), edit]
        if by_hand
        else [_publish(case, hand, words), edit, _in_private(case, hand, words)]
    )
    done = _act(case, Act.RESOLVE, "☑️ " + (_("Done by hand") if by_hand else _("Close")))
    return [
        tuple(first),
        (other, owner, _act(case, Act.DISMISS, "🗑 " + _("Dismiss…"))),
        (done, _wrong_class(case, words), _open(case, hand, words)),
    ]


def _answered(case: Case, hand: Hand, words: Words) -> list[tuple[Button | None, ...]]:
    _ = words.translate
    close = _act(case, Act.RESOLVE, "☑️ " + _("Close"))
    more = None if only_by_hand(case, words.now) else _act(case, Act.EDIT, "✏️ " + _("Write again"))
    return [(close, more), (_wrong_class(case, words), _open(case, hand, words))]


def _about_reply(case: Case, reply: Reply, hand: Hand, words: Words) -> list[tuple[Button | None, ...]]:
    _ = words.translate

    def about(act: Act, text: str) -> Button | None:
        return _act(case, act, text, reply.revision)

    if reply.state is ReplyState.PENDING:
        return [(about(Act.UNDO, "✖️ " + _("Undo")),)]
    if reply.state is ReplyState.SENDING:
        return [(_open(case, hand, words),)]
    return [
        (
            about(Act.CONFIRM_SENT, "✅ " + _("It is there")),
            about(Act.SEND_AGAIN, "📤 " + _("Send again")),
            about(Act.DROP_REPLY, "✖️ " + _("Let it be")),
        ),
        (_open(case, hand, words),),
    ]


def _reasons(case: Case, words: Words) -> list[tuple[Button | None, ...]]:
    _ = words.translate
    choices = [_act(case, Act.DISMISS_AS, reason(why, _), extra=why.value) for why in DismissReason]
    return [*_by(2, choices), (_back(case, words),)]


def _wrong_class(case: Case, words: Words) -> Button | None:
    _ = words.translate
    return _act(case, Act.WRONG_CLASS, "🏷 " + _("Wrong class…"))


def _classes(case: Case, words: Words) -> list[tuple[Button | None, ...]]:
    """The other categories, and the way to the topics."""
    _ = words.translate
    others = [kind for kind in Category if kind is not case.verdict.category]
    choices = [_act(case, Act.CLASS_AS, category(kind, _), extra=kind.value) for kind in others]
    about = _act(case, Act.WRONG_TOPIC, "📎 " + _("Topic…"))
    return [*_by(3, choices), (about, _back(case, words))]


def _topics(case: Case, words: Words) -> list[tuple[Button | None, ...]]:
    """The other topics: those that come with the program, and the shop's own that were found in this very text."""
    _ = words.translate
    own = filter(TOPIC.fullmatch, case.verdict.topics)
    others = [one for one in dict.fromkeys([*topics(_), *own]) if one != case.verdict.topic][:MOST_TOPICS]
    choices = [_act(case, Act.TOPIC_AS, visible(topic(one, _)), extra=one) for one in others]
    return [*_by(3, [*choices, _back(case, words)])]


def _back(case: Case, words: Words) -> Button | None:
    _ = words.translate
    return _act(case, Act.BACK, "⬅️ " + _("Back"))


def _by(size: int, buttons: list[Button | None]) -> Iterable[tuple[Button | None, ...]]:
    return (tuple(buttons[start : start + size]) for start in range(0, len(buttons), size))


def _publish(case: Case, hand: Hand, words: Words) -> Button | None:
    _ = words.translate
    permission = case.options.at(hand.visibility)
    if hand.draft is None or not is_open(permission, words.now) or excess(permission, hand.draft):
        return None
    private = hand.visibility is Visibility.PRIVATE
    return _act(case, Act.PUBLISH, "✅ " + (_("Send in private") if private else _("Publish")))


def _in_private(case: Case, hand: Hand, words: Words) -> Button | None:
    _ = words.translate
    private = case.options.private
    if hand.draft is None or hand.visibility is Visibility.PRIVATE:
        return None
    if not is_open(private, words.now) or excess(private, hand.draft):
        return None
    return _act(case, Act.PUBLISH_PRIVATE, "🔒 " + _("In private"))


def _copy(hand: Hand, words: Words) -> Button | None:
    _ = words.translate
    text = copy_text(hand.draft) if hand.draft else None
    return Button("📋 " + _("Copy text"), copy=text) if text else None


def _open(case: Case, hand: Hand, words: Words) -> Button | None:
    if not hand.open_url:
        return None
    _ = words.translate
    title = visible(words.channel(case.channel))
    return Button("↗️ " + _("Open on {channel}").format(channel=title), url=hand.open_url)


_MOVES = {
    Act.PUBLISH: Move.APPROVE,
    Act.PUBLISH_PRIVATE: Move.APPROVE,
    Act.EDIT: Move.EDIT,
    Act.OTHER_DRAFT: Move.OTHER_DRAFT,
    Act.TAKE: Move.TAKE,
    Act.GIVE_BACK: Move.TAKE,
    Act.DISMISS: Move.DISMISS,
    Act.DISMISS_AS: Move.DISMISS,
    Act.UNDO: Move.UNDO,
    Act.WRONG_CLASS: Move.RECLASSIFY,
    Act.CLASS_AS: Move.RECLASSIFY,
    Act.WRONG_TOPIC: Move.RECLASSIFY,
    Act.TOPIC_AS: Move.RECLASSIFY,
    Act.RESOLVE: Move.RESOLVE,
    Act.REOPEN: Move.REOPEN,
    Act.CONFIRM_SENT: Move.CONFIRM_SENT,
    Act.SEND_AGAIN: Move.SEND_AGAIN,
    Act.DROP_REPLY: Move.DROP_REPLY,
}


def _act(case: Case, act: Act, text: str, revision: int | None = None, *, extra: str = "") -> Button | None:
    """None where the move is not legal in the case's state."""
    move = _MOVES.get(act)
    if move and case.status not in CASE_MOVES[move]:
        return None
    asked = Pressed(act, case.id, case.revision if revision is None else revision, extra)
    return Button(text, data=encode(asked))
