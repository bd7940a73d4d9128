"""The Bot API that python-telegram-bot meets: what it sends is understood, what it gets is what Telegram gives."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
)

from reputation_bot.sandbox.server import Running
from tests.bot_api_schema import checked_sandbox
from tests.sandbox_client import CHAT, png, refused, say, shown, with_bot

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go:1")]])


@pytest.fixture
def sandbox() -> Iterator[Running]:
    with checked_sandbox() as running:
        yield running


def test_message_comes_back_complete(sandbox: Running) -> None:
    asked = say(sandbox, "chi lo prende?")

    async def use(bot: Bot) -> Any:
        return await bot.send_message(
            CHAT, "<b>Io</b> &lt;3", parse_mode="HTML", reply_markup=KEYBOARD, reply_to_message_id=asked
        )

    message = with_bot(sandbox, use)
    assert (message.message_id, message.text, message.chat.type) == (asked + 1, "Io <3", "supergroup")
    assert message.entities == (MessageEntity("bold", 0, 2),)
    assert message.from_user.is_bot
    assert message.reply_to_message.text == "chi lo prende?"
    assert message.reply_markup == KEYBOARD


def test_chat_shows_what_the_bot_sent(sandbox: Running) -> None:
    buttons = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("Go", callback_data="go")],
            [
                InlineKeyboardButton("Open", url="http://127.0.0.1:8800/#post-1"),
                InlineKeyboardButton("Copy", copy_text=CopyTextButton("ciao")),
            ],
        ]
    )
    with_bot(sandbox, lambda bot: bot.send_message(CHAT, "<i>x</i>", parse_mode="HTML", reply_markup=buttons))
    (message,) = shown(sandbox)
    assert (message["message_id"], message["text"], message["reply_to"], message["edited"]) == (
        1,
        "x",
        None,
        False,
    )
    assert message["buttons"] == [
        [{"text": "Go", "callback_data": "go", "url": None, "copy_text": None}],
        [
            {
                "text": "Open",
                "callback_data": None,
                "url": "http://127.0.0.1:8800/#post-1",
                "copy_text": None,
            },
            {"text": "Copy", "callback_data": None, "url": None, "copy_text": "ciao"},
        ],
    ]


def test_edit_changes_text_and_takes_buttons_away(sandbox: Running) -> None:
    async def use(bot: Bot) -> Any:
        message = await bot.send_message(CHAT, "uno", reply_markup=KEYBOARD)
        return await bot.edit_message_text("due", CHAT, message.message_id)

    message = with_bot(sandbox, use)
    assert (message.text, message.reply_markup) == ("due", None)
    assert message.edit_date
    assert [(item["text"], item["buttons"], item["edited"]) for item in shown(sandbox)] == [("due", [], True)]


def test_edit_of_the_buttons_keeps_the_text(sandbox: Running) -> None:
    async def use(bot: Bot) -> Any:
        message = await bot.send_message(CHAT, "uno")
        return await bot.edit_message_reply_markup(CHAT, message.message_id, reply_markup=KEYBOARD)

    message = with_bot(sandbox, use)
    assert (message.text, message.reply_markup) == ("uno", KEYBOARD)


def test_picture_is_served_back_as_it_was(sandbox: Running) -> None:
    picture = png()
    message = with_bot(
        sandbox, lambda bot: bot.send_photo(CHAT, picture, caption="<b>Figura</b>", parse_mode="HTML")
    )
    assert (message.photo[0].width, message.photo[0].height, message.caption) == (40, 20, "Figura")
    (seen,) = shown(sandbox)
    answer = httpx.get(sandbox.url + seen["photo"])
    assert (answer.content, answer.headers["content-type"], seen["text"]) == (picture, "image/png", "Figura")


def test_picture_can_be_sent_again_by_its_id(sandbox: Running) -> None:
    async def use(bot: Bot) -> Any:
        first = await bot.send_photo(CHAT, png())
        return await bot.send_photo(CHAT, first.photo[0].file_id)

    assert with_bot(sandbox, use).photo[0].width == 40


def test_deleted_message_is_gone(sandbox: Running) -> None:
    asked = say(sandbox, "ciao")
    assert with_bot(sandbox, lambda bot: bot.delete_message(CHAT, asked)) is True
    assert shown(sandbox) == []


def test_message_ids_count_everybodys_messages(sandbox: Running) -> None:
    first = say(sandbox, "a")
    second = with_bot(sandbox, lambda bot: bot.send_message(CHAT, "b")).message_id
    with_bot(sandbox, lambda bot: bot.delete_message(CHAT, second))
    assert [first, second, say(sandbox, "c")] == [1, 2, 3]


def test_each_chat_counts_for_itself(sandbox: Running) -> None:
    async def use(bot: Bot) -> list[int]:
        return [(await bot.send_message(chat, "a")).message_id for chat in (CHAT, -1009999999999, -55, CHAT)]

    assert with_bot(sandbox, use) == [1, 1, 1, 2]
    other = httpx.get(f"{sandbox.url}/api/chat", params={"chat_id": -55}).json()
    assert [message["text"] for message in other] == ["a"]


def test_bot_chat_and_members_are_told(sandbox: Running) -> None:
    async def use(bot: Bot) -> Any:
        members = [await bot.get_chat_member(CHAT, user) for user in (1001, 1003, bot.id)]
        return await bot.get_me(), await bot.get_chat(CHAT), members, await bot.get_chat_administrators(CHAT)

    me, chat, members, administrators = with_bot(sandbox, use)
    assert me.can_read_all_group_messages
    assert (chat.id, chat.title, chat.type) == (CHAT, "Bottega Aurora · reputazione", "supergroup")
    assert [member.status for member in members] == ["creator", "member", "administrator"]
    assert {member.user.id for member in administrators} == {1001, me.id}


def test_stranger_is_a_member_once_he_has_written(sandbox: Running) -> None:
    assert refused(sandbox, lambda bot: bot.get_chat_member(CHAT, 424242)) == "User not found"
    httpx.post(f"{sandbox.url}/api/chat/send", json={"user_id": 424242, "text": "ciao"})
    member = with_bot(sandbox, lambda bot: bot.get_chat_member(CHAT, 424242))
    assert (member.status, member.user.first_name) == ("member", "user 424242")


def test_commands_are_kept_by_scope_and_language(sandbox: Running) -> None:
    async def use(bot: Bot) -> Any:
        await bot.set_my_commands([BotCommand("aiuto", "Che cosa so fare")], language_code="it")
        return await bot.get_my_commands(language_code="it"), await bot.get_my_commands()

    italian, other = with_bot(sandbox, use)
    assert ([command.command for command in italian], list(other)) == (["aiuto"], [])


def test_there_is_never_a_webhook(sandbox: Running) -> None:
    say(sandbox, "ciao")

    async def use(bot: Bot) -> Any:
        before = await bot.get_webhook_info()
        await bot.delete_webhook(drop_pending_updates=True)
        return before.pending_update_count, await bot.get_updates()

    assert with_bot(sandbox, use) == (1, ())


def test_chat_action_is_taken(sandbox: Running) -> None:
    assert with_bot(sandbox, lambda bot: bot.send_chat_action(CHAT, "typing")) is True


def test_topics_hold_their_messages(sandbox: Running) -> None:
    httpx.patch(f"{sandbox.url}/api/chat", json={"is_forum": True})

    async def use(bot: Bot) -> Any:
        topic = await bot.create_forum_topic(CHAT, "Reclami")
        await bot.edit_forum_topic(CHAT, topic.message_thread_id, name="Reclami gravi")
        message = await bot.send_message(CHAT, "qui", message_thread_id=topic.message_thread_id)
        answer = await bot.send_message(CHAT, "anche qui", reply_to_message_id=message.message_id)
        await bot.close_forum_topic(CHAT, topic.message_thread_id)
        return await bot.get_chat(CHAT), topic, message, answer

    chat, topic, message, answer = with_bot(sandbox, use)
    assert chat.is_forum
    assert message.is_topic_message
    assert message.message_thread_id == answer.message_thread_id == topic.message_thread_id
    kinds = [item["service"]["kind"] for item in shown(sandbox) if item["service"]]
    assert kinds == ["forum_topic_created", "forum_topic_edited", "forum_topic_closed"]


@pytest.mark.parametrize("form", ["query", "form", "multipart", "json"])
def test_parameters_come_in_every_form(sandbox: Running, form: str) -> None:
    url = f"{sandbox.url}/bot1:x/SENDMESSAGE"
    fields = {"chat_id": str(CHAT), "text": "è & 😀", "reply_markup": KEYBOARD.to_json()}
    match form:
        case "query":
            answer = httpx.get(url, params=fields)
        case "form":
            answer = httpx.post(url, data=fields)
        case "multipart":
            answer = httpx.post(url, files={name: (None, value) for name, value in fields.items()})
        case _:
            answer = httpx.post(url, json=fields | {"chat_id": CHAT, "reply_markup": KEYBOARD.to_dict()})
    assert answer.json()["result"]["text"] == "è & 😀"
    assert shown(sandbox)[0]["buttons"][0][0]["callback_data"] == "go:1"


def test_attached_file_is_found_under_its_name(sandbox: Running) -> None:
    answer = httpx.post(
        f"{sandbox.url}/bot1:x/sendPhoto",
        data={"chat_id": str(CHAT), "photo": "attach://figure"},
        files={"figure": ("a.png", png(), "image/png")},
    )
    assert answer.json()["result"]["photo"][0]["width"] == 40


@pytest.mark.parametrize("body", [b"[1]", b"{", b'{"chat_id": "\\ud800"}'])
def test_broken_json_is_refused(sandbox: Running, body: bytes) -> None:
    answer = httpx.post(
        f"{sandbox.url}/bot1:x/getMe", content=body, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["ok"]) == (400, False)


def test_too_large_a_request_is_refused(sandbox: Running) -> None:
    answer = httpx.post(f"{sandbox.url}/bot1:x/getMe", content=b"x" * (12 * 1024 * 1024 + 1))
    assert answer.json() == {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}
