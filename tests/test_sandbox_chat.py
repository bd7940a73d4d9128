"""The group as scripts drive it: presses, messages, people."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from reputation_bot.sandbox import chat_api
from reputation_bot.sandbox.server import Running
from tests.bot_api_schema import checked_sandbox
from tests.sandbox_client import CHAT, call, say, shown, with_bot

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go:1")]])


@pytest.fixture
def sandbox() -> Iterator[Running]:
    with checked_sandbox() as running:
        yield running


def press(
    sandbox: Running, *, data: str = "go:1", user_id: int = 1001, message_id: int = 1
) -> httpx.Response:
    body = {"message_id": message_id, "callback_data": data, "user_id": user_id}
    return httpx.post(f"{sandbox.url}/api/chat/press", json=body, timeout=30)


async def answer_presses(bot: Bot, count: int, *, alert: bool = False) -> list[Any]:
    """The bot's side: greets everybody who presses by name."""
    presses: list[Any] = []
    offset = None
    while len(presses) < count:
        for update in await bot.get_updates(offset=offset, timeout=10):
            offset = update.update_id + 1
            query = update.callback_query
            assert query
            await query.answer(f"ciao {query.from_user.first_name}", show_alert=alert)
            presses.append(query)
    return presses


def test_press_brings_the_bots_pop_up(sandbox: Running) -> None:
    async def use(bot: Bot) -> Any:
        message = await bot.send_message(CHAT, "scheda", reply_markup=KEYBOARD)
        waiting = asyncio.create_task(asyncio.to_thread(press, sandbox))
        (query,) = await answer_presses(bot, 1, alert=True)
        return message, query, (await waiting).json()

    message, query, popup = with_bot(sandbox, use)
    assert popup == {"text": "ciao Anna", "alert": True}
    assert (query.data, query.from_user.id, query.message.message_id) == ("go:1", 1001, message.message_id)
    assert query.message.reply_markup == KEYBOARD


def test_fifty_people_press_at_once_and_each_gets_an_answer(sandbox: Running) -> None:
    def press_as(user_id: int) -> dict[str, Any]:
        popup: dict[str, Any] = press(sandbox, user_id=user_id).json()
        return popup

    with ThreadPoolExecutor(51) as pool:
        call(sandbox, "sendMessage", {"chat_id": CHAT, "text": "a", "reply_markup": KEYBOARD.to_dict()})
        popups = [pool.submit(press_as, user_id) for user_id in range(5000, 5050)]
        queries = with_bot(sandbox, lambda bot: answer_presses(bot, 50))
        found = [popup.result() for popup in popups]
    assert found == [{"text": f"ciao user {user_id}", "alert": False} for user_id in range(5000, 5050)]
    assert len({query.id for query in queries}) == 50


def test_second_answer_to_a_press_is_too_late(sandbox: Running) -> None:
    async def use(bot: Bot) -> str:
        await bot.send_message(CHAT, "scheda", reply_markup=KEYBOARD)
        waiting = asyncio.create_task(asyncio.to_thread(press, sandbox))
        (query,) = await answer_presses(bot, 1)
        await waiting
        answer = await asyncio.to_thread(
            call, sandbox, "answerCallbackQuery", {"callback_query_id": query.id}
        )
        return str(answer["description"])

    problem = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert with_bot(sandbox, use) == problem


def test_button_of_an_earlier_version_still_reaches_the_bot(sandbox: Running) -> None:
    async def use(bot: Bot) -> Any:
        message = await bot.send_message(CHAT, "scheda", reply_markup=KEYBOARD)
        await bot.edit_message_text("chiusa", CHAT, message.message_id)
        waiting = asyncio.create_task(asyncio.to_thread(press, sandbox))
        await answer_presses(bot, 1)
        return (await waiting).status_code

    assert with_bot(sandbox, use) == 200


def test_press_without_a_bot_ends_with_504(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_api, "_ANSWER_SECONDS", 0.05)
    call(sandbox, "sendMessage", {"chat_id": CHAT, "text": "a", "reply_markup": KEYBOARD.to_dict()})
    answer = press(sandbox)
    assert (answer.status_code, list(answer.json())) == (504, ["error"])


@pytest.mark.parametrize(
    ("press_of", "problem"),
    [
        ({"message_id": 9}, "there is no such message"),
        ({"data": "other"}, "the message has no such button"),
    ],
)
def test_press_of_nothing_is_404(sandbox: Running, press_of: dict[str, Any], problem: str) -> None:
    call(sandbox, "sendMessage", {"chat_id": CHAT, "text": "a", "reply_markup": KEYBOARD.to_dict()})
    answer = press(sandbox, **press_of)
    assert (answer.status_code, answer.json()) == (404, {"error": problem})


def test_written_message_is_shown_with_its_answer_and_its_writer(sandbox: Running) -> None:
    first = say(sandbox, "chi lo prende?")
    second = say(sandbox, "io", reply_to=first)
    assert [(item["message_id"], item["reply_to"], item["text"]) for item in shown(sandbox)] == [
        (first, None, "chi lo prende?"),
        (second, first, "io"),
    ]
    assert shown(sandbox)[0]["from"] == {"id": 1003, "name": "Federica", "is_bot": False}


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"user_id": 1001}, 400, "text: a text is needed"),
        ({"user_id": 1001, "text": " "}, 400, "text: a text is needed"),
        ({"user_id": 1001, "text": "x" * 4097}, 400, "text: at most 4096 characters, not 4097"),
        ({"text": "a"}, 400, "user_id: a whole number is needed"),
        ({"user_id": "1001", "text": "a"}, 400, "user_id: a whole number is needed"),
        ({"user_id": 7_000_000_001, "text": "a"}, 400, "user_id: the bot speaks for itself"),
        ({"user_id": 1001, "text": "a", "chat_id": 5}, 400, "chat_id: groups have negative numbers"),
        ({"user_id": 1001, "text": "a", "reply_to": 9}, 404, "reply_to: there is no such message"),
    ],
)
def test_bad_message_is_refused_with_its_reason(
    sandbox: Running, body: dict[str, Any], status: int, problem: str
) -> None:
    answer = httpx.post(f"{sandbox.url}/api/chat/send", json=body)
    assert (answer.status_code, answer.json()) == (status, {"error": problem})


def test_people_are_the_staff_and_one_stranger(sandbox: Running) -> None:
    people = httpx.get(f"{sandbox.url}/api/people").json()
    assert [(person["user_id"], person["name"], person["role"]) for person in people] == [
        (1001, "Anna", "lead"),
        (1002, "Paolo", "approver"),
        (1003, "Federica", "agent"),
        (1004, "Vittoria", "viewer"),
        (1999, "Sconosciuto", "stranger"),
    ]


def test_chat_in_use_is_shown_when_the_default_one_is_silent(sandbox: Running) -> None:
    call(sandbox, "sendMessage", {"chat_id": -42, "text": "altrove"})
    assert [message["text"] for message in shown(sandbox)] == ["altrove"]
    assert httpx.get(f"{sandbox.url}/api/overview").json()["chat"]["chat_id"] == -42
    call(sandbox, "sendMessage", {"chat_id": CHAT, "text": "qui"})
    assert [message["text"] for message in shown(sandbox)] == ["qui"]


def test_unknown_picture_is_404(sandbox: Running) -> None:
    assert httpx.get(f"{sandbox.url}/api/photos/nothing").status_code == 404


def test_many_write_at_once_and_no_id_is_given_twice(sandbox: Running) -> None:
    with ThreadPoolExecutor(20) as pool:
        ids = list(pool.map(lambda number: say(sandbox, f"ciao {number}"), range(60)))
    assert sorted(ids) == list(range(1, 61))
