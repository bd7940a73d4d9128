"""What the store knows of the messages in the chat: a send is noted before it leaves and settled after, so a crash leaves a trace."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from reputation_bot import history
from reputation_bot.history import History
from reputation_bot.model import Card, Case, Menu
from reputation_bot.pausing import paused
from reputation_bot.ports import Message, Reader, Storage, Transaction
from reputation_bot.telegram import prompts
from reputation_bot.telegram.audit import hanging
from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.cards import CardView
from reputation_bot.telegram.jumps import message_address
from reputation_bot.telegram.prompts import Prompt

# value: what left in the last minute, and the waits that Telegram asked for; kept with each card, so that no crash forgets them
PACE = "telegram.pace"
_REMEMBERED = 200  # messages of ours that are no cards: enough to cover what follows a crash


@dataclass(frozen=True, slots=True)
class Due:
    """A case whose card is behind. A card without message id was never sent by itself."""

    case: Case
    card: Card

    @property
    def is_new(self) -> bool:
        """Needs a message of its own, or a line in a list."""
        return self.card.message_id is None


def digest(message: Message) -> str:
    """Equal for messages that look the same."""
    return hashlib.blake2b(repr(message).encode("utf-8", "replace"), digest_size=8).hexdigest()


def view_of(storage: Storage, case_id: int, menu: Menu) -> CardView:
    """All that a card shows, as it is now."""
    with storage.read() as view:
        return _view(view, case_id, menu)


def begin(
    storage: Storage, items: Sequence[Due], *, owner: str, now: datetime, seen: int, pace: object
) -> list[CardView]:
    """Notes that these cards are about to be sent, and after which message; returns what they show.

    `seen` is the highest message id that this process has seen in the chat.
    """
    with storage.transaction() as tx:
        for item in items:
            card = _card(tx, item)
            last = max(int(_chat(tx, card.chat)["last"]), seen)
            tx.put_card(replace(card, sending_since=now, sending_by=owner, sending_after=last))
        tx.put_value(PACE, pace)
        return [_view(tx, item.case.id, item.card.menu) for item in items]


def give_up(storage: Storage, items: Sequence[Due]) -> None:
    """Certainly nothing was sent."""
    with storage.transaction() as tx:
        for item in items:
            tx.put_card(_at_rest(_card(tx, item)))


def settle(
    storage: Storage, view: CardView, message: Message, *, chat: int, message_id: int, pace: object
) -> None:
    """The card shows this version of its case in this message. What changed meanwhile stays due."""
    with storage.transaction() as tx:
        card = tx.card(view.case.id) or Card(view.case.id, chat)
        shown = view.case.version if card.menu is view.menu else 0
        tx.put_card(
            replace(
                _at_rest(card),
                message_id=message_id,
                shown_version=shown,
                shown_digest=digest(message),
                announced=max(card.announced, len(view.records)),
            )
        )
        _note(tx, chat, message_id)
        tx.put_value(PACE, pace)


def settle_list(
    storage: Storage, views: Sequence[CardView], *, chat: int, message_id: int, pace: object
) -> None:
    """These cases stand in this list; their own cards come when somebody asks or something happens."""
    with storage.transaction() as tx:
        for view in views:
            card = tx.card(view.case.id) or Card(view.case.id, chat)
            listed = replace(_at_rest(card), listed_in=message_id, shown_version=view.case.version)
            tx.put_card(replace(listed, announced=len(view.records)))
        _note(tx, chat, message_id, ours=True)
        tx.put_value(PACE, pace)


def announced(storage: Storage, case_id: int, *, chat: int, message_id: int) -> None:
    """The chat was told of one more mention of the case. An answer to that message is one to the card."""
    with storage.transaction() as tx:
        card = tx.card(case_id)
        if card:
            tx.put_card(replace(card, announced=max(card.announced, 1) + 1))
            prompts.put(tx, chat, message_id, Prompt(Act.EDIT, case_id, 0))
        _note(tx, chat, message_id, ours=True)


def forget(storage: Storage, case_id: int) -> None:
    """The card's message is gone from the chat: the case needs a new one."""
    with storage.transaction() as tx:
        card = tx.card(case_id)
        if card:
            tx.put_card(replace(_at_rest(card), message_id=None, shown_version=0, shown_digest=""))


def renew(storage: Storage, case_id: int) -> None:
    """The card's message can no longer be edited: the case needs a new one, with a link to that."""
    with storage.transaction() as tx:
        card = tx.card(case_id)
        if card:
            fresh = replace(_at_rest(card), message_id=None, shown_version=0, shown_digest="")
            tx.put_card(replace(fresh, replaces=card.message_id))


def in_topic(storage: Storage, item: Due, topic: int) -> Due:
    """Notes to which topic the card goes, before it is sent."""
    with storage.transaction() as tx:
        card = replace(_card(tx, item), topic=topic)
        tx.put_card(card)
    return replace(item, card=card)


def told_of_waking(storage: Storage, case_id: int, woken_at: datetime) -> None:
    """The chat is about to be told that the case is back."""
    with storage.transaction() as tx:
        card = tx.card(case_id)
        if card:
            tx.put_card(replace(card, told_of_waking=woken_at))


def mark_needless(storage: Storage, items: Sequence[Due]) -> None:
    """Closed before anybody saw a card: nothing to show until it is reopened."""
    with storage.transaction() as tx:
        for item in items:
            tx.put_card(replace(_card(tx, item), shown_version=item.case.version))


def unknown_ids(storage: Storage, card: Card, most: int) -> Iterator[int]:
    """Message ids right after a send began that are no message we know of: one of them may be the card."""
    with storage.read() as view:
        ours = set(_chat(view, card.chat)["ours"])
        first = card.sending_after + 1
        ids = [
            one
            for one in range(first, first + most)
            if one not in ours and not view.card_of_message(card.chat, one)
        ]
    return iter(ids)


def chat_now(view: Reader, chat: int) -> int:
    """The number under which a chat of rules.yaml is found: a group that becomes a supergroup gets a new one."""
    moved = view.value(f"telegram.moved.{chat}")
    return int(moved) if moved is not None else chat


def chat_moved(storage: Storage, chat: int, new_chat: int) -> None:
    """Kept until rules.yaml says the new number. Message ids start anew there: all cards are sent again."""
    with storage.transaction() as tx:
        tx.put_value(f"telegram.moved.{chat}", new_chat)


def said(storage: Storage, chat: int, message_id: int, prompt: Prompt | None = None) -> None:
    """We sent a message that is no card; with a prompt, it asks for something, or shows the audit of a case."""
    with storage.transaction() as tx:
        if prompt and prompt.act is Act.AUDIT:
            hanging.hangs(tx, chat, prompt.case_id, message_id)
        elif prompt:
            prompts.put(tx, chat, message_id, prompt)
        _note(tx, chat, message_id, ours=True)


def _view(view: Reader, case_id: int, menu: Menu) -> CardView:
    case = view.case(case_id)
    return CardView(
        case,
        view.records(case_id),
        view.replies(case_id=case_id),
        menu,
        history=History(history.of_author(view, case)),
        pause=paused(view),
        replaced=_replaced(view.card(case_id)),
    )


def _replaced(card: Card | None) -> str | None:
    return message_address(card.chat, card.replaces, card.topic) if card and card.replaces else None


def _card(view: Reader, item: Due) -> Card:
    """As stored, unless that one hangs in the chat's former place."""
    stored = view.card(item.case.id)
    return stored if stored and stored.chat == item.card.chat else item.card


def _at_rest(card: Card) -> Card:
    return replace(card, sending_since=None, sending_by=None)


def _chat(view: Reader, chat: int) -> dict[str, Any]:
    return view.value(f"telegram.chat.{chat}") or {"last": 0, "ours": []}


def _note(tx: Transaction, chat: int, message_id: int, *, ours: bool = False) -> None:
    known = _chat(tx, chat)
    messages = [*known["ours"], message_id][-_REMEMBERED:] if ours else known["ours"]
    tx.put_value(f"telegram.chat.{chat}", {"last": max(known["last"], message_id), "ours": messages})
