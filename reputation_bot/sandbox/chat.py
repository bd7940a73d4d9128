"""The groups of the sandbox's Telegram: their messages, topics and presses; who may ask for what is the APIs' job."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from reputation_bot.sandbox.entities import Entity
from reputation_bot.sandbox.keyboard import Keyboard
from reputation_bot.sandbox.people import BOT_ID, BRAND, person, telegram_user
from reputation_bot.sandbox.photos import Photo

DEFAULT_CHAT = -1001234567890
QUERY_LIFE = timedelta(minutes=15)  # seen in practice; Telegram does not publish it (2026-11)
_SUPERGROUPS_BELOW = -1_000_000_000_000
_TOPIC_COLOUR = 0x6FB9F0  # the first of the six that core.telegram.org/bots/api#createforumtopic lists


@dataclass(slots=True)
class Message:
    """One message of a chat. `text` is plain; a picture's caption is its text."""

    message_id: int
    sender: int
    sent_at: datetime
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    keyboard: Keyboard | None = None
    asked: dict[str, Any] | None = None  # a ForceReply: it opens the field for an answer
    reply_to: int | None = None
    topic: int | None = None
    photo: Photo | None = None
    edited_at: datetime | None = None
    service: dict[str, Any] | None = None  # what happened instead of a text: a topic was made, say
    pressable: set[str] = field(default_factory=set)  # data of every button it has ever had


@dataclass(slots=True)
class Topic:
    """One topic of a forum; its id is that of the message that made it."""

    topic_id: int
    name: str
    colour: int = _TOPIC_COLOUR
    closed: bool = False


@dataclass(slots=True)
class Chat:
    """One group. Message ids count everybody's messages, those that got lost and those deleted included."""

    chat_id: int
    title: str
    is_forum: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    members: set[int] = field(
        default_factory=set
    )  # those who wrote or pressed, beside the people known from the start
    last_id: int = 0

    def next_id(self) -> int:
        """An id for one more message."""
        self.last_id += 1
        return self.last_id

    def add(self, message: Message) -> None:
        """Shows the message to everybody."""
        self.messages[message.message_id] = message
        set_keyboard(message, message.keyboard)


@dataclass(slots=True)
class Query:
    """Somebody pressed a button and waits for the bot's answer: the text of a pop-up, and whether it must be closed by hand."""

    query_id: str
    asked_at: datetime
    answer: asyncio.Future[tuple[str, bool]]


class Chats:
    """All groups; a group is there as soon as its number is used."""

    def __init__(self) -> None:
        self._chats: dict[int, Chat] = {}
        self._queries: dict[str, Query] = {}
        self._asked = 0
        self._files = 0
        self.get(DEFAULT_CHAT)

    def get(self, chat_id: int) -> Chat:
        """The group with this (negative) number."""
        if chat_id not in self._chats:
            title = f"{BRAND} · reputazione" if chat_id == DEFAULT_CHAT else f"Group {chat_id}"
            self._chats[chat_id] = Chat(chat_id, title)
        return self._chats[chat_id]

    def in_use(self) -> Chat:
        """The default group, unless nothing was ever said there while it was in another."""
        default = self.get(DEFAULT_CHAT)
        spoken = [chat for chat in self._chats.values() if chat.last_id]
        return spoken[0] if spoken and not default.last_id else default

    def next_file_id(self) -> str:
        """An id for one more picture."""
        self._files += 1
        return f"photo{self._files}"

    def photo(self, file_id: str) -> Photo | None:
        """A picture that was sent to any group."""
        photos = (message.photo for chat in self._chats.values() for message in chat.messages.values())
        return next((photo for photo in photos if photo and photo.file_id == file_id), None)

    def ask(self, now: datetime) -> Query:
        """A new press. Called in the event loop."""
        self._asked += 1
        self._queries = {
            key: query for key, query in self._queries.items() if now - query.asked_at < QUERY_LIFE
        }
        query = Query(
            str(4_294_967_296_000_000_000 + self._asked), now, asyncio.get_running_loop().create_future()
        )
        self._queries[query.query_id] = query
        return query

    def answer(self, query_id: str, text: str, *, alert: bool, now: datetime) -> bool:
        """False when there is no such press, it is too old, or it was answered before."""
        query = self._queries.pop(query_id, None)
        if query is None or now - query.asked_at >= QUERY_LIFE:
            return False
        if not query.answer.done():
            query.answer.set_result((text, alert))
        return True


def set_keyboard(message: Message, keyboard: Keyboard | None) -> None:
    """Shows other buttons. The old ones can still be pressed: a phone may not have seen the change yet."""
    message.keyboard = keyboard
    message.pressable |= {
        button["callback_data"] for row in keyboard or [] for button in row if "callback_data" in button
    }


def telegram_chat(chat: Chat) -> dict[str, Any]:
    """The Bot API's Chat object."""
    kind = "supergroup" if chat.chat_id < _SUPERGROUPS_BELOW else "group"
    return {"id": chat.chat_id, "type": kind, "title": chat.title} | (
        {"is_forum": True} if chat.is_forum else {}
    )


def telegram_message(chat: Chat, message: Message, *, with_reply: bool = True) -> dict[str, Any]:
    """The Bot API's Message object. The answered message is in it, but not the one that that one answers, as with Telegram."""
    found: dict[str, Any] = {
        "message_id": message.message_id,
        "from": telegram_user(message.sender),
        "chat": telegram_chat(chat),
        "date": int(message.sent_at.timestamp()),
    }
    if message.edited_at:
        found["edit_date"] = int(message.edited_at.timestamp())
    if message.topic:
        found |= {"message_thread_id": message.topic, "is_topic_message": True}
    answered = chat.messages.get(message.reply_to or 0)
    if answered and with_reply:
        found["reply_to_message"] = telegram_message(chat, answered, with_reply=False)
    if message.keyboard:
        found["reply_markup"] = {"inline_keyboard": message.keyboard}
    return found | _content(message)


def _content(message: Message) -> dict[str, Any]:
    if message.service:
        return message.service
    words, marks = ("caption", "caption_entities") if message.photo else ("text", "entities")
    found: dict[str, Any] = {words: message.text} if message.text else {}
    if message.entities:
        found[marks] = message.entities
    if photo := message.photo:
        size = {"width": photo.width, "height": photo.height, "file_size": len(photo.content)}
        found["photo"] = [{"file_id": photo.file_id, "file_unique_id": f"u{photo.file_id}"} | size]
    return found


def page_message(chat: Chat, message: Message) -> dict[str, Any]:
    """The message as `GET /api/chat` and the page have it."""
    sender = {"id": BOT_ID, "name": telegram_user(BOT_ID)["first_name"], "is_bot": True}
    if message.sender != BOT_ID:
        sender = {"id": message.sender, "name": person(message.sender).name, "is_bot": False}
    return {
        "message_id": message.message_id,
        "chat_id": chat.chat_id,
        "from": sender,
        "date": int(message.sent_at.timestamp()),
        "reply_to": message.reply_to,
        "topic": message.topic,
        "topic_name": chat.topics[message.topic].name if message.topic in chat.topics else None,
        "text": message.text,
        "entities": message.entities,
        "photo": f"/api/photos/{message.photo.file_id}" if message.photo else None,
        "service": _page_service(message.service),
        "buttons": [[_page_button(button) for button in row] for row in message.keyboard or []],
        "edited": message.edited_at is not None,
        "asks": _asks(chat, message),
    }


def _asks(chat: Chat, message: Message) -> dict[str, Any] | None:
    """Whom a ForceReply asks for an answer: with `selective` those whom the text names and whoever it answers, else everybody (None)."""
    if message.asked is None:
        return None
    named = {entity["user"]["id"] for entity in message.entities if entity["type"] == "text_mention"}
    answered = chat.messages.get(message.reply_to or 0)
    users = named | ({answered.sender} if answered else set()) - {BOT_ID}
    return {
        "placeholder": message.asked["placeholder"],
        "user_ids": sorted(users) if message.asked["selective"] else None,
    }


def _page_service(service: dict[str, Any] | None) -> dict[str, Any] | None:
    return {"kind": next(iter(service))} | next(iter(service.values())) if service else None


def _page_button(button: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": button["text"],
        "callback_data": button.get("callback_data"),
        "url": button.get("url"),
        "copy_text": (button.get("copy_text") or {}).get("text"),
    }
