"""The chat through Telegram's Bot API: python-telegram-bot behind blocking calls; what is sent, and when, is decided elsewhere.

The bot's token stands in the address of every request. It leaves this module in no error, log line or repr.
"""

import logging
import os
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from anyio.from_thread import start_blocking_portal

from reputation_bot.errors import AccessError, ReputationBotError, RetryLaterError
from reputation_bot.ports import Button, ChatMoved, ChatText, Ignored, Message, Press, Update
from reputation_bot.telegram.html import clip, one_line, visible

if TYPE_CHECKING:
    import telegram

log = logging.getLogger(__name__)

T = TypeVar("T")
Failure = Callable[[Exception, str], ReputationBotError]

MAX_POP_UP = 200  # core.telegram.org/bots/api#answercallbackquery, 2026-11
_CONNECT, _READ, _WRITE, _POOL = 10.0, 20.0, 20.0, 5.0  # seconds
_CONNECTIONS = 8
_WANTED = ("message", "callback_query")
_MAX_NAME = 60  # units
_MAX_TOPIC = 128  # core.telegram.org/bots/api#createforumtopic, 2026-11


@dataclass(frozen=True, slots=True)
class BotInfo:
    """Who the bot is. Without `can_read_all_group_messages` it still sees the answers to its own messages."""

    id: int
    username: str
    can_read_all_group_messages: bool


@dataclass(frozen=True, slots=True)
class ChatInfo:
    """`type` is private, group, supergroup or channel."""

    title: str
    type: str
    is_forum: bool


class TelegramMessenger:
    """Implements `ports.Messenger`; any number of threads may call it at once.

    Everything but `send` may be asked twice, and raises RetryLaterError when no answer came, BadAnswerError for one that cannot be read.
    """

    def __init__(self, token: str, api: str, *, topic: int | None = None) -> None:
        """`api` is where the Bot API is, without "/bot"; `topic` the thread that messages go to. Asks nothing yet.

        Raises AccessError without a token.
        """
        if not token.strip():
            raise AccessError("there is no bot token: set REPUTATION_BOT_TOKEN")
        os.environ.setdefault("PTB_TIMEDELTA", "true")  # else every 429 warns that its wait will change type
        from telegram import Bot  # noqa: PLC0415  # 240 ms that a poll without news does not pay

        from reputation_bot.telegram import failures  # noqa: PLC0415  # the same

        _quieten()
        self._token, self._topic, self._failures = token.strip(), topic, failures
        self._moved: dict[int, int] = {}
        self._requests = (_request(connections=2), _request(connections=_CONNECTIONS))
        self._bot = Bot(
            self._token,
            base_url=f"{api.rstrip('/')}/bot",
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )
        self._under_way: set[Future[Any]] = set()
        self._stack = ExitStack()
        self._portal = self._stack.enter_context(start_blocking_portal(name="telegram"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends calls that are under way, as if no answer had come. May be called again."""
        for future in list(self._under_way):
            future.cancel()
        for request in self._requests:
            with suppress(RuntimeError):  # closed already
                self._portal.call(request.shutdown)
        self._stack.close()

    def use_topic(self, topic: int | None) -> None:
        """Messages go to this thread from now on."""
        self._topic = topic

    def send(
        self, chat: int, message: Message, *, reply_to: int | None = None, topic: int | None = None
    ) -> int:
        """Returns the message id. A group that became a supergroup and a topic that is gone are followed, and logged."""
        topic = topic or self._topic
        try:
            return self._send(self._moved.get(chat, chat), message, reply_to, topic)
        except self._failures.ChatMovedError as error:
            log.warning("group became a supergroup chat=%s new_chat=%s", chat, error.new_chat)
            self._moved[chat] = error.new_chat
        except self._failures.TopicGoneError:
            log.warning("topic is gone, sending to the chat itself chat=%s topic=%s", chat, topic)
            self._topic, topic = None if topic == self._topic else self._topic, None
        return self._send(self._moved.get(chat, chat), message, reply_to, topic)

    def edit(self, chat: int, message_id: int, message: Message) -> str:
        """Returns the message's plain text. Raises NotFoundError also in a group that became a supergroup: its numbers began anew there."""
        try:
            edited = self._ask(
                lambda: self._bot.edit_message_text(
                    message.html,
                    chat_id=chat,
                    message_id=message_id,
                    parse_mode="HTML",
                    reply_markup=_keyboard(message),
                    link_preview_options=_no_preview(),
                ),
                self._failures.of_question,
            )
        except self._failures.UnchangedError:
            return visible(message.html)
        return (not isinstance(edited, bool) and edited.text) or visible(message.html)

    def answer(self, query_id: str, text: str, *, alert: bool = False) -> None:
        """Cuts the text to 200 characters. A press that is too long ago is no error."""
        with suppress(self._failures.TooOldError):
            self._ask(
                lambda: self._bot.answer_callback_query(query_id, clip(text, MAX_POP_UP), show_alert=alert),
                self._failures.of_question,
            )

    def updates(self, offset: int | None, *, wait: timedelta) -> list[Update]:
        """In the order of their ids, at most 100. Raises AccessError when another program asks for this bot's updates."""
        found = self._ask(
            lambda: self._bot.get_updates(offset, timeout=wait, allowed_updates=_WANTED),
            self._failures.of_question,
        )
        return [_update(update) for update in found]

    def administrators(self, chat: int) -> frozenset[int]:
        """The numbers of the people who administer the chat."""
        found = self._ask(lambda: self._bot.get_chat_administrators(chat), self._failures.of_question)
        return frozenset(member.user.id for member in found if not member.user.is_bot)

    def offer_commands(self, chat: int, commands: Mapping[str, str], language: str | None = None) -> None:
        """The menu behind the slash in this chat, for people whose Telegram speaks `language` (ISO 639-1), or for all."""
        from telegram import BotCommand, BotCommandScopeChat  # noqa: PLC0415  # loaded by now

        menu = [BotCommand(name, text) for name, text in commands.items()]
        self._ask(
            lambda: self._bot.set_my_commands(menu, BotCommandScopeChat(chat), language_code=language),
            self._failures.of_question,
        )

    def open_topic(self, chat: int, name: str) -> int:
        """A new topic of a group with topics; its message_thread_id. The name is cut to 128 characters."""
        topic = self._ask(
            lambda: self._bot.create_forum_topic(chat, clip(name, _MAX_TOPIC)), self._failures.of_send
        )
        return topic.message_thread_id

    def me(self) -> BotInfo:
        """Raises AccessError when the token is refused."""
        user = self._ask(self._bot.get_me, self._failures.of_question)
        return BotInfo(user.id, user.username or "", bool(user.can_read_all_group_messages))

    def chat_info(self, chat: int) -> ChatInfo:
        """Raises NotFoundError for a chat that the bot is not in, or that became a supergroup."""
        found = self._ask(lambda: self._bot.get_chat(chat), self._failures.of_question)
        return ChatInfo(found.title or found.full_name or "", str(found.type), bool(found.is_forum))

    def member_status(self, chat: int, user: int) -> str:
        """creator, administrator, member, restricted, left or kicked. Raises NotFoundError for a person Telegram does not know there."""
        found = self._ask(lambda: self._bot.get_chat_member(chat, user), self._failures.of_question)
        return str(found.status)

    def _send(self, chat: int, message: Message, reply_to: int | None, topic: int | None) -> int:
        from telegram import ReplyParameters  # noqa: PLC0415  # loaded by now

        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to is not None else None
        sent = self._ask(
            lambda: self._bot.send_message(
                chat,
                message.html,
                parse_mode="HTML",
                reply_markup=_markup(message),
                link_preview_options=_no_preview(),
                reply_parameters=reply,
                message_thread_id=topic,
            ),
            self._failures.of_send,
        )
        return sent.message_id

    def _ask(self, request: Callable[[], Coroutine[Any, Any, T]], failure: Failure) -> T:
        """Raises outside of the handler: the library's error holds the address, and must not hang on ours as its context."""
        try:
            future: Future[T] = self._portal.start_task_soon(request)
        except RuntimeError:
            raise RetryLaterError("the connection to Telegram is closed") from None
        self._under_way.add(future)
        try:
            return future.result()
        except Exception as error:  # noqa: BLE001  # whatever the library raises becomes one of ours
            found = failure(error, self._token)
        finally:
            self._under_way.discard(future)
        raise found


def _quieten() -> None:
    """httpx and httpcore log addresses, which hold the token; the library logs whole texts. Every error reaches the caller anyway."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("telegram.Bot", "telegram.request"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _request(*, connections: int) -> "telegram.request.HTTPXRequest":
    from telegram.request import HTTPXRequest  # noqa: PLC0415  # loaded by now

    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=_CONNECT,
        read_timeout=_READ,
        write_timeout=_WRITE,
        pool_timeout=_POOL,
    )


def _no_preview() -> "telegram.LinkPreviewOptions":
    from telegram import LinkPreviewOptions  # noqa: PLC0415  # loaded by now

    return LinkPreviewOptions(is_disabled=True)


def _markup(message: Message) -> "telegram.InlineKeyboardMarkup | telegram.ForceReply | None":
    from telegram import ForceReply  # noqa: PLC0415  # loaded by now

    if message.placeholder:
        return ForceReply(selective=True, input_field_placeholder=message.placeholder)
    return _keyboard(message)


def _keyboard(message: Message) -> "telegram.InlineKeyboardMarkup | None":
    from telegram import InlineKeyboardMarkup  # noqa: PLC0415  # loaded by now

    return (
        InlineKeyboardMarkup([[_button(button) for button in row] for row in message.buttons])
        if message.buttons
        else None
    )


def _button(button: Button) -> "telegram.InlineKeyboardButton":
    from telegram import CopyTextButton, InlineKeyboardButton  # noqa: PLC0415  # loaded by now

    copy = CopyTextButton(button.copy) if button.copy else None
    return InlineKeyboardButton(button.text, url=button.url, callback_data=button.data, copy_text=copy)


def _update(update: "telegram.Update") -> Update:
    query, message = update.callback_query, update.message
    if query and query.message and query.data is not None:
        return Press(
            update.update_id,
            query.id,
            query.message.chat.id,
            query.message.message_id,
            query.from_user.id,
            one_line(query.from_user.full_name, _MAX_NAME),
            query.data,
        )
    return _chat_update(update.update_id, message) if message else Ignored(update.update_id)


def _chat_update(update_id: int, message: "telegram.Message") -> Update:
    chat, author = message.chat.id, message.from_user
    if message.migrate_to_chat_id:
        return ChatMoved(update_id, chat, message.migrate_to_chat_id)
    if message.migrate_from_chat_id:
        return ChatMoved(update_id, message.migrate_from_chat_id, chat)
    if author is None or not message.text:
        return Ignored(update_id)
    name = one_line(author.full_name, _MAX_NAME)
    return ChatText(update_id, chat, message.message_id, author.id, name, message.text, _answered(message))


def _answered(message: "telegram.Message") -> int | None:
    """In a topic every message counts as an answer to the one that opened it."""
    answered = message.reply_to_message
    return answered.message_id if answered and not answered.forum_topic_created else None
