"""Bad Bot API requests are refused as Telegram refuses them, word by word."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest, EndPointNotFound

from reputation_bot.sandbox.server import Running
from tests.bot_api_schema import checked_sandbox
from tests.sandbox_client import CHAT, call, png, refused, say, shown, with_bot

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go:1")]])


@pytest.fixture
def sandbox() -> Iterator[Running]:
    with checked_sandbox() as running:
        yield running


def keyboard(button: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[button]])


@pytest.mark.parametrize(
    ("use", "problem"),
    [
        (lambda bot: bot.send_message(12, "a"), "Chat not found"),
        (lambda bot: bot.send_message("@piazza", "a"), "Chat not found"),
        (lambda bot: bot.send_message(CHAT, " \n "), "Message text is empty"),
        (lambda bot: bot.send_message(CHAT, "<b> </b>", parse_mode="HTML"), "Message text is empty"),
        (lambda bot: bot.send_message(CHAT, "x" * 4097), "Message is too long"),
        (
            lambda bot: bot.send_message(CHAT, "I <3 you", parse_mode="HTML"),
            'Can\'t parse entities: unsupported start tag "3" at byte offset 2',
        ),
        (lambda bot: bot.send_message(CHAT, "a", parse_mode="MarkdownV2"), "Unsupported parse_mode"),
        (lambda bot: bot.send_message(CHAT, "a", message_thread_id=9), "Message thread not found"),
        (
            lambda bot: bot.send_message(CHAT, "a", reply_parameters=ReplyParameters(99)),
            "Message to be replied not found",
        ),
        (
            lambda bot: bot.send_message(
                CHAT, "a", reply_markup=keyboard(InlineKeyboardButton("a", callback_data="é" * 33))
            ),
            "Button_data_invalid",
        ),
        (
            lambda bot: bot.send_message(CHAT, "a", reply_markup=keyboard(InlineKeyboardButton("a"))),
            "Text buttons are unallowed in the inline keyboard",
        ),
        (
            lambda bot: bot.send_message(
                CHAT, "a", reply_markup=keyboard(InlineKeyboardButton("a", url="http://localhost:1/"))
            ),
            "Inline keyboard button url 'http://localhost:1/' is invalid: wrong http url",
        ),
        (
            lambda bot: bot.send_message(
                CHAT, "a", reply_markup=keyboard(InlineKeyboardButton("a", url="ftp://a.it"))
            ),
            "Inline keyboard button url 'ftp://a.it' is invalid: unsupported url protocol",
        ),
        (
            lambda bot: bot.send_message(
                CHAT,
                "a",
                reply_markup=keyboard(InlineKeyboardButton("a", copy_text=CopyTextButton("x" * 257))),
            ),
            "Button_copy_text_invalid",
        ),
        (lambda bot: bot.send_photo(CHAT, b"no picture"), "Image_process_failed"),
        (lambda bot: bot.send_photo(CHAT, png(), caption="x" * 1025), "Message caption is too long"),
        (lambda bot: bot.send_photo(CHAT, "https://a.it/b.png"), "Wrong file identifier/http url specified"),
        (lambda bot: bot.edit_message_text("a", CHAT, 99), "Message to edit not found"),
        (lambda bot: bot.delete_message(CHAT, 99), "Message to delete not found"),
        (lambda bot: bot.send_chat_action(CHAT, "dancing"), "Wrong parameter action in request"),
        (lambda bot: bot.create_forum_topic(CHAT, "a"), "The chat is not a forum"),
        (
            lambda bot: bot.answer_callback_query("1"),
            "Query is too old and response timeout expired or query id is invalid",
        ),
        (lambda bot: bot.answer_callback_query("1", "x" * 201), "Message_too_long"),
        (lambda bot: bot.set_my_commands([BotCommand("Aiuto!", "a")]), "Bot_command_invalid"),
    ],
)
def test_bad_request_is_refused_in_telegrams_words(
    sandbox: Running, use: Callable[[Bot], Awaitable[Any]], problem: str
) -> None:
    # the client makes the first letter large; case is checked where no client is between
    assert refused(sandbox, use).lower() == problem.lower()
    assert shown(sandbox) == []


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({}, "Bad Request: chat_id is empty"),
        (
            {"chat_id": CHAT, "text": "a", "reply_markup": "{"},
            "Bad Request: can't parse reply markup JSON object",
        ),
        (
            {
                "chat_id": CHAT,
                "text": "a",
                "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": ""}]]},
            },
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            {"chat_id": CHAT, "text": "<a", "parse_mode": "html"},
            "Bad Request: can't parse entities: Unclosed start tag at byte offset 0",
        ),
        ({"chat_id": CHAT, "text": {}}, 'Bad Request: parameter "text" must be a string'),
    ],
)
def test_refusal_has_telegrams_exact_text(
    sandbox: Running, parameters: dict[str, Any], description: str
) -> None:
    answer = call(sandbox, "sendMessage", parameters)
    assert answer == {"ok": False, "error_code": 400, "description": description}


def test_equal_edit_is_refused(sandbox: Running) -> None:
    async def use(bot: Bot) -> Any:
        message = await bot.send_message(CHAT, "<b>a</b>", parse_mode="HTML", reply_markup=KEYBOARD)
        same = await bot.edit_message_text(
            "<b>b</b>", CHAT, message.message_id, parse_mode="HTML", reply_markup=KEYBOARD
        )
        assert isinstance(same, Message)
        with pytest.raises(
            BadRequest, match="Message is not modified: specified new message content and reply markup"
        ):
            await bot.edit_message_reply_markup(CHAT, message.message_id, reply_markup=KEYBOARD)
        await bot.edit_message_text(
            "<b>b</b>", CHAT, same.message_id, parse_mode="HTML", reply_markup=KEYBOARD
        )

    assert refused(sandbox, use).startswith("Message is not modified")


def test_others_message_cannot_be_edited(sandbox: Running) -> None:
    asked = say(sandbox, "mio")
    assert (
        refused(sandbox, lambda bot: bot.edit_message_text("tuo", CHAT, asked)) == "Message can't be edited"
    )


def test_text_of_a_picture_cannot_be_edited(sandbox: Running) -> None:
    async def use(bot: Bot) -> Any:
        message = await bot.send_photo(CHAT, png())
        await bot.edit_message_text("a", CHAT, message.message_id)

    assert refused(sandbox, use) == "There is no text in the message to edit"


def test_limit_counts_characters_after_entities_and_not_utf16(sandbox: Running) -> None:
    text = "<b>" + "😀" * 4096 + "</b>"
    message = with_bot(sandbox, lambda bot: bot.send_message(CHAT, text, parse_mode="HTML"))
    assert message.text
    assert (message.entities[0].length, len(message.text)) == (8192, 4096)


def test_lost_answered_message_is_no_error_when_allowed(sandbox: Running) -> None:
    parameters = ReplyParameters(99, allow_sending_without_reply=True)
    message = with_bot(sandbox, lambda bot: bot.send_message(CHAT, "a", reply_parameters=parameters))
    assert message.reply_to_message is None


def test_unknown_method_is_not_found(sandbox: Running) -> None:
    assert call(sandbox, "flyToTheMoon") == {"ok": False, "error_code": 404, "description": "Not Found"}
    with pytest.raises(EndPointNotFound):
        with_bot(sandbox, lambda bot: bot.do_api_request("fly_to_the_moon"))
