"""A Bot API that answers as a test tells it to."""

import json
import threading
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from reputation_bot.ports import Message
from tests.fake_server import Answer, FakeServer, Request, json_answer

TOKEN = "123456:SECRET-token_of-the-bot"
CHAT, NEW_CHAT = -100, -1009
HELLO = Message("<b>Ciao</b> &lt;3")
ME = {"id": 7, "is_bot": True, "first_name": "Bottega", "username": "bottega_bot"}
ANNA = {"id": 1001, "is_bot": False, "first_name": "Anna", "last_name": "Neri"}
NO_WAIT = timedelta()


def ok(result: object) -> Answer:
    return json_answer({"ok": True, "result": result})


def refused(status: int, description: str, **parameters: int) -> Answer:
    body = {"ok": False, "error_code": status, "description": description}
    return json_answer(body | ({"parameters": parameters} if parameters else {}), status)


def a_message(chat: int = CHAT, message_id: int = 5, **more: Any) -> dict[str, Any]:
    group = {"id": chat, "type": "supergroup", "title": "Staff"}
    return {"message_id": message_id, "date": 1, "chat": group} | more


MIGRATED = refused(
    400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=NEW_CHAT
)


class FakeTelegram(FakeServer):
    """Answers each method with what `results` holds for it."""

    def __init__(self) -> None:
        super().__init__(self._serve)
        self.asked = threading.Event()  # some request has come
        self.results: dict[str, Answer] = {
            "getMe": ok({**ME, "can_read_all_group_messages": True}),
            "sendMessage": ok(a_message(message_id=42, text="Ciao <3")),
            "editMessageText": ok(a_message(message_id=42, text="Ciao <3 di nuovo")),
            "answerCallbackQuery": ok(True),
            "getUpdates": ok([]),
        }

    def answer(self, request: Request) -> Answer:
        self.asked.set()
        return super().answer(request)

    def _serve(self, request: Request) -> Answer:
        token, method = request.path.removeprefix("/bot").rsplit("/", 1)
        return self.results[method] if token == TOKEN else refused(401, "Unauthorized")

    def sent(self, index: int = -1) -> dict[str, Any]:
        """The parameters of a request, those that are JSON read."""
        fields = parse_qs(self.requests[index].body.decode(), strict_parsing=True)
        return {name: _value(values[0]) for name, values in fields.items()}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
