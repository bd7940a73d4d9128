"""What Telegram's apps do with a question to one person, a mention, the menu of commands and a topic: the sandbox's page gets it all."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from reputation_bot.sandbox.server import Running, running
from tests.sandbox_client import CHAT, call, say, shown

MENTION = '<a href="tg://user?id=1003">Federica</a>: la tua nota?'


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    with running() as started:
        yield started


def send(sandbox: Running, text: str, **more: Any) -> dict[str, Any]:
    answer = call(sandbox, "sendMessage", {"chat_id": CHAT, "text": text, "parse_mode": "HTML", **more})
    assert answer["ok"], answer
    return next(one for one in shown(sandbox) if one["message_id"] == answer["result"]["message_id"])


def asking(**more: Any) -> dict[str, Any]:
    return {"force_reply": True, **more}


def test_a_selective_question_is_for_those_whom_it_names(sandbox: Running) -> None:
    message = send(sandbox, MENTION, reply_markup=asking(selective=True, input_field_placeholder="#7"))
    assert message["asks"] == {"placeholder": "#7", "user_ids": [1003]}


def test_a_selective_question_is_for_whoever_it_answers(sandbox: Running) -> None:
    asked = say(sandbox, "Come si fa?")
    reply = {"message_id": asked}
    message = send(sandbox, "Dimmi di più", reply_markup=asking(selective=True), reply_parameters=reply)
    assert message["asks"] == {"placeholder": None, "user_ids": [1003]}


def test_a_question_to_all_is_for_all(sandbox: Running) -> None:
    assert send(sandbox, "Chi c'è?", reply_markup=asking())["asks"] == {"placeholder": None, "user_ids": None}


def test_other_messages_ask_nobody(sandbox: Running) -> None:
    assert send(sandbox, MENTION)["asks"] is None


def test_a_placeholder_that_telegram_refuses_is_refused(sandbox: Running) -> None:
    markup = asking(input_field_placeholder="x" * 65)
    answer = call(sandbox, "sendMessage", {"chat_id": CHAT, "text": "a", "reply_markup": markup})
    assert not answer["ok"]


def test_a_link_to_a_person_becomes_a_mention(sandbox: Running) -> None:
    entities = send(sandbox, MENTION)["entities"]
    assert [(one["type"], one["user"]["first_name"]) for one in entities] == [("text_mention", "Federica")]


def test_the_menu_of_commands_is_the_groups_in_the_language_of_the_reader(sandbox: Running) -> None:
    def offer(text: str, **more: Any) -> None:
        commands = [{"command": "inbox", "description": text}]
        assert call(sandbox, "setMyCommands", {"commands": commands, **more})["ok"]

    offer("for everybody")
    offer("in this group", scope={"type": "chat", "chat_id": CHAT})
    offer("in questo gruppo", scope={"type": "chat", "chat_id": CHAT}, language_code="it")
    for language, text in {"it": "in questo gruppo", "en": "in this group"}.items():
        found = httpx.get(f"{sandbox.url}/api/commands?chat_id={CHAT}&language={language}").json()
        assert found == [{"command": "inbox", "description": text}]
    elsewhere = httpx.get(f"{sandbox.url}/api/commands?chat_id=-7").json()
    assert elsewhere == [{"command": "inbox", "description": "for everybody"}]


def test_a_message_in_a_topic_names_it(sandbox: Running) -> None:
    httpx.patch(f"{sandbox.url}/api/chat", json={"is_forum": True}).raise_for_status()
    topic = call(sandbox, "createForumTopic", {"chat_id": CHAT, "name": "Reclami"})["result"]
    message = send(sandbox, "a", message_thread_id=topic["message_thread_id"])
    assert message["topic_name"] == "Reclami"
