"""What went wrong at Telegram's Bot API, in the project's own errors; only `messenger` needs to know the library's."""

from concurrent.futures import CancelledError
from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    NotFoundError,
    OutcomeUnknownError,
    RejectedError,
    ReputationBotError,
    RetryLaterError,
)

# these fail before the first byte of the request leaves
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NO_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol)
_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "chat not found",
    "peer_id_invalid",
    "user not found",
    "member not found",
    "participant_id_invalid",
)
_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_closed")
_NO_RIGHT = ("not enough rights", "have no rights", "chat_write_forbidden", "chat_restricted")
_MAX_WORDS = 300


class ChatMovedError(NotFoundError):
    """The group became a supergroup: what was in it stays behind under the old number."""

    def __init__(self, new_chat: int) -> None:
        super().__init__(
            f"the group has become a supergroup: its number is now {new_chat} (telegram.chat in rules.yaml)"
        )
        self.new_chat = new_chat


class TopicGoneError(NotFoundError):
    """The chat is there, its topic is deleted or closed."""


class UnchangedError(RejectedError):
    """The message already looks so."""


class TooOldError(RejectedError):
    """The press is too long ago for a pop-up."""


def of_send(error: Exception, token: str) -> ReputationBotError:
    """For a request that must not be made twice: whatever may have arrived is OutcomeUnknownError."""
    return _certain(error, token) or OutcomeUnknownError(f"Telegram did not answer: {words(error, token)}")


def of_question(error: Exception, token: str) -> ReputationBotError:
    """For a request that may be made again: no answer is RetryLaterError, an answer that cannot be read BadAnswerError."""
    if found := _certain(error, token):
        return found
    if isinstance(error, NetworkError | CancelledError):
        return RetryLaterError(f"Telegram did not answer: {words(error, token)}")
    return BadAnswerError(f"Telegram's answer cannot be read: {words(error, token)}")


def words(error: Exception, token: str) -> str:
    """What the library says, short and without the token or its secret half."""
    text = str(error) or type(error).__name__
    for secret in (token, token.partition(":")[2]):
        text = text.replace(secret, "<token>") if secret else text
    return text[:_MAX_WORDS]


def _certain(error: Exception, token: str) -> ReputationBotError | None:  # noqa: PLR0911  # one line per case
    """What is clear whatever the request was; None: it may have been done."""
    text = words(error, token)
    match error:
        case RetryAfter():
            return RetryLaterError(text, _wait(error))
        case ChatMigrated():
            return ChatMovedError(error.new_chat_id)
        case Conflict():
            return AccessError(
                "another program asks for this bot's updates, or a webhook is set: stop it, or use another bot's token"
            )
        case InvalidToken():
            return AccessError(
                f"Telegram does not know this bot ({text}): check REPUTATION_BOT_TOKEN and REPUTATION_BOT_API"
            )
        case Forbidden():
            return AccessError(f"Telegram refuses the bot: {text}")
        case BadRequest():
            return _refused(text)
        case NetworkError():
            return _undelivered(error, text)
    return None


def _refused(text: str) -> ReputationBotError:
    said = text.lower()
    if "is not modified" in said:
        return UnchangedError(text)
    if "query is too old" in said:
        return TooOldError(text)
    if any(sign in said for sign in _TOPIC_GONE):
        return TopicGoneError(text)
    if any(sign in said for sign in _GONE):
        return NotFoundError(text)
    if any(sign in said for sign in _NO_RIGHT):
        return AccessError(f"Telegram refuses the bot: {text}")
    return RejectedError(text)


def _undelivered(error: NetworkError, text: str) -> ReputationBotError | None:
    cause = error.__cause__
    if isinstance(cause, _NO_ADDRESS):
        return AccessError("REPUTATION_BOT_API is no web address")
    if isinstance(cause, _UNSENT):
        return RetryLaterError(f"no connection to Telegram: {text}")
    if text.lower().startswith("too many requests"):
        return RetryLaterError(text)
    if text.lower().startswith("request entity too large"):
        return RejectedError(text)
    return None


def _wait(error: RetryAfter) -> timedelta:
    after = error.retry_after  # a number of seconds unless PTB_TIMEDELTA is set
    return after if isinstance(after, timedelta) else timedelta(seconds=after)
