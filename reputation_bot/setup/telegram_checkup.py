"""The part of `check` that asks Telegram: token, group, privacy mode, staff; everything else is in `checkup`."""

from collections.abc import Iterator
from typing import Protocol

from reputation_bot.errors import AccessError, NotFoundError, ReputationBotError, RetryLaterError
from reputation_bot.i18n import Translate
from reputation_bot.settings import Settings
from reputation_bot.setup.finding import Finding


class BotInfo(Protocol):
    """Who the bot is at Telegram."""

    @property
    def id(self) -> int: ...
    @property
    def username(self) -> str: ...
    @property
    def can_read_all_group_messages(self) -> bool: ...


class ChatInfo(Protocol):
    """What Telegram says of a chat; `type` is private, group, supergroup or channel."""

    @property
    def title(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def is_forum(self) -> bool: ...


class Directory(Protocol):
    """The questions to Telegram. Raises AccessError, NotFoundError, RetryLaterError, BadAnswerError, RejectedError."""

    def me(self) -> BotInfo: ...

    def chat_info(self, chat: int) -> ChatInfo: ...

    def member_status(self, chat: int, user: int) -> str: ...


def telegram_findings(settings: Settings, directory: Directory | None, _: Translate) -> Iterator[Finding]:
    """Token, group, privacy mode, staff, in this order; what cannot be asked without the one before is left out."""
    if directory is None:
        yield Finding(
            False,
            _("Telegram token"),
            _("REPUTATION_BOT_TOKEN is not set."),
            _(
                "Make a bot with @BotFather, copy its token, and put it into the environment (see .env.example)."
            ),
        )
        return
    try:
        bot = directory.me()
    except ReputationBotError as error:
        yield _token_finding(error, _)
        return
    yield Finding(True, _("Telegram takes the token: the bot is @{name}.").format(name=bot.username))
    chat = settings.telegram.chat
    try:
        info, status = directory.chat_info(chat), directory.member_status(chat, bot.id)
    except ReputationBotError as error:
        yield _chat_finding(error, chat, bot.username, _)
        return
    yield from _group(settings, info, status, bot.username, _)
    yield from _privacy(bot, _)
    yield from _staff(settings, directory, _)


def _token_finding(error: ReputationBotError, _: Translate) -> Finding:
    what, reason = _("Telegram token"), error.told(_.sentence)
    match error:
        case AccessError():
            return Finding(
                False,
                what,
                _("Telegram refuses the token."),
                _("Let @BotFather show it again (/mybots, API Token) and copy all of it."),
            )
        case RetryLaterError():
            return Finding(
                False, what, reason, _("See whether this machine reaches the internet, then check again.")
            )
        case _other:
            return Finding(
                False, what, reason, _("If REPUTATION_BOT_API is set: correct its address, or remove it.")
            )


def _chat_finding(error: ReputationBotError, chat: int, bot: str, _: Translate) -> Finding:
    what = _("Telegram group {chat}").format(chat=chat)
    if (moved_to := getattr(error, "new_chat", None)) is not None:
        return Finding(
            False,
            what,
            _("The group has a new number."),
            _("Write {chat} as telegram.chat in rules.yaml.").format(chat=moved_to),
        )
    match error:
        case NotFoundError() | AccessError():
            return Finding(
                False,
                what,
                _("The bot is not in it, or the number is not right."),
                _(
                    "Add @{bot} to the group, and see that telegram.chat in rules.yaml is the group's number."
                ).format(bot=bot),
            )
        case _other:
            return Finding(False, what, error.told(_.sentence), _("Check again in a minute."))


def _group(settings: Settings, info: ChatInfo, status: str, bot: str, _: Translate) -> Iterator[Finding]:
    what = _("Telegram group {chat}").format(chat=f"“{info.title}”")
    if status in {"left", "kicked"}:
        yield Finding(
            False, what, _("The bot is not in it any more."), _("Add @{bot} to the group.").format(bot=bot)
        )
    elif status == "restricted":
        yield Finding(
            None,
            what,
            _("The bot's rights are restricted."),
            _("Allow it to send messages, or make it an administrator."),
        )
    elif info.type == "channel":
        yield Finding(
            False, what, _("This is a channel, not a group."), _("Make a group and write its number.")
        )
    elif info.type == "private":
        yield Finding(
            None,
            what,
            _("This is a private chat: only one person sees the cards."),
            _("For a team, use a group."),
        )
    else:
        yield Finding(True, _("The bot is in the group “{title}”.").format(title=info.title))
    if settings.telegram.topic is not None and not info.is_forum:
        yield Finding(
            False,
            what,
            _("telegram.topic is given, but the group has no topics."),
            _("Turn on topics in the group, or remove telegram.topic."),
        )


def _privacy(bot: BotInfo, _: Translate) -> Iterator[Finding]:
    if bot.can_read_all_group_messages:
        yield Finding(
            True, _("Privacy mode is off: the bot sees every message of the group. It does not need that.")
        )
    else:
        yield Finding(
            True,
            _(
                "Privacy mode is on: the bot sees commands and answers to its own messages. That is all it needs."
            ),
        )


def _staff(settings: Settings, directory: Directory, _: Translate) -> Iterator[Finding]:
    missing = 0
    for key, operator in settings.operators.items():
        try:
            status = directory.member_status(settings.telegram.chat, operator.telegram)
            problem = _("This person is not in the group.") if status in {"left", "kicked"} else None
        except NotFoundError:
            problem = _("This person is not in the group.")
        except ReputationBotError as error:
            problem = error.told(_.sentence)
        if problem:
            missing += 1
            yield Finding(
                False,
                _("Operator {name}").format(name=key),
                problem,
                _(
                    "Add the person to the group, or correct operators.{name}.telegram: @userinfobot tells the number."
                ).format(name=key),
            )
    if settings.operators and not missing:
        yield Finding(True, _("All operators are in the group."))
