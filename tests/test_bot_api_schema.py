"""The check against the Bot API's description finds what it is there to find."""

from typing import Any

import pytest

from tests.bot_api_schema import call_problems
from tests.shared import needs_shared

pytestmark = needs_shared("telegram/api.json")

USER = {"id": 1, "is_bot": True, "first_name": "b"}
MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "group"}, "text": "x"}


def _send(parameters: dict[str, Any], result: Any = MESSAGE) -> list[str]:
    return call_problems("sendMessage", parameters, {"ok": True, "result": result})


def test_good_call_has_no_problems() -> None:
    keyboard = '{"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}'
    assert _send({"chat_id": "-1", "text": "12", "reply_markup": keyboard}) == []


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"chat_id": -1}, "sendMessage: text is missing"),
        ({"chat_id": -1, "text": "a", "colour": "red"}, "sendMessage: there is no parameter colour"),
        (
            {"chat_id": -1, "text": "a", "message_thread_id": "b"},
            "sendMessage.message_thread_id: 'b' is no Integer",
        ),
        (
            {"chat_id": -1, "text": "a", "reply_parameters": "{}"},
            "sendMessage.reply_parameters: ReplyParameters needs message_id",
        ),
        (
            {
                "chat_id": -1,
                "text": "a",
                "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "é" * 33}]]},
            },
            "sendMessage.reply_markup.inline_keyboard[0][0].callback_data: 66 bytes, allowed are 1 to 64",
        ),
    ],
)
def test_wrong_request_is_found(parameters: dict[str, Any], problem: str) -> None:
    assert _send(parameters) == [problem]


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        (True, "sendMessage answered: True is no Message"),
        ({**MESSAGE, "colour": 1}, "sendMessage answered: Message has no colour"),
        ({**MESSAGE, "date": "1"}, "sendMessage answered.date: '1' is no Integer"),
        ({**MESSAGE, "text": "x" * 4097}, "sendMessage answered.text: longer than Telegram stores"),
        ({"message_id": 1, "date": 1}, "sendMessage answered: Message needs chat"),
    ],
)
def test_wrong_answer_is_found(result: Any, problem: str) -> None:
    assert problem in _send({"chat_id": -1, "text": "a"}, result)


def test_long_callback_answer_is_found() -> None:
    call = {"callback_query_id": "1", "text": "x" * 201}
    problems = call_problems("answerCallbackQuery", call, {"ok": True, "result": True})
    assert problems == ["answerCallbackQuery.text: 201 characters, allowed are 0 to 200"]


def test_refusal_needs_code_and_description_but_no_good_request() -> None:
    assert (
        call_problems("sendMessage", {}, {"ok": False, "error_code": 400, "description": "Bad Request"}) == []
    )
    assert call_problems("sendMessage", {}, {"ok": False}) != []
