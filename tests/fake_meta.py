"""What Meta's platforms share, as fakes: one Graph API that asks for a token, refuses as Meta does, holds comments and private talks."""

import hmac
import json
from datetime import UTC, datetime
from typing import Any

from connectors.http import Limits
from reputation_bot.model import Mention, Visibility
from reputation_bot.ports import Replier
from tests.contracts.platform import PATIENT, SECRET
from tests.fake_server import Answer, FakeServer, Request, json_answer

GIULIA = "5550001"
APP_SECRET = f"app-{SECRET}"
PROOF = hmac.digest(APP_SECRET.encode(), SECRET.encode(), "sha256").hex()


class FakeGraph:
    """Subclasses answer `about(parts, request)`, by the parts of the address behind the version."""

    kind = "messenger"
    text_key = "message"  # of a comment's text

    def __init__(self, ours: str, place: str) -> None:
        self.ours, self.place = ours, place
        self.comments: list[dict[str, Any]] = []
        self.talks: dict[str, list[dict[str, Any]]] = {}
        self.messaged: set[str] = set()
        self.count = 0
        self.is_endless = False
        self.wants_proof = False
        self.server = FakeServer(self.answer)
        self.secret_url = self.server.url

    def about(self, parts: list[str], request: Request) -> Answer:
        raise NotImplementedError

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> Replier:
        raise NotImplementedError

    def comment(self, text: str, *, at: datetime | None = None) -> dict[str, Any]:
        """Somebody writes it, under our first post unless something else is named."""
        raise NotImplementedError

    def author_of(self, node: str) -> str | None:
        """Who wrote what may be answered in private; None where nothing of this id is there."""
        raise NotImplementedError

    def is_post(self, node: str) -> bool:
        """Whether it is a post, and no comment."""
        return False

    def publish(self, text: str, *, created_at: datetime | None = None) -> None:
        self.comment(text, at=created_at)

    def edit(self, old: str, new: str) -> None:
        for one in self.comments:
            if one[self.text_key] == old:
                one[self.text_key] = new

    def delete(self, text: str) -> None:
        self.comments = [one for one in self.comments if one[self.text_key] != text]
        self.forget_messages(text)

    def publish_broken(self) -> None:
        self.comment("x")["id"] = None

    def page_endlessly(self) -> None:
        self.is_endless = True

    def answers(self) -> list[tuple[str, Visibility]]:
        ours = [one for one in self.comments if one["from"]["id"] == self.ours]
        return [*((one[self.text_key], Visibility.PUBLIC) for one in ours), *self.sent()]

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {SECRET}":
            return refused(190, "Error validating access token: Session has expired", 463, status=401)
        if self.wants_proof and request.query.get("appsecret_proof") != [PROOF]:
            return refused(100, "API calls from the server require an appsecret_proof argument")
        version, *parts = request.path.strip("/").split("/")
        assert version == "v26.0"
        match parts:
            case [self.place, "conversations"]:
                assert request.query["platform"] == [self.kind]
                return self.conversations(request)
            case [place, "messages"] if request.method == "POST":
                return self.send(place, request.json())
        return self.about(parts, request)

    def conversations(self, request: Request) -> Answer:
        talks = self.talks
        if "user_id" in request.query:
            mine = f"t_{request.query['user_id'][0]}"
            talks = {mine: talks[mine]} if mine in talks else {}
        found = [
            {"id": talk, "updated_time": some[0]["created_time"], "messages": {"data": some}}
            for talk, some in talks.items()
        ]
        return json_answer({"data": found})

    def send(self, place: str, body: dict[str, Any]) -> Answer:
        assert place == self.ours
        recipient = body["recipient"]
        if "id" in recipient:
            assert body["messaging_type"] == "RESPONSE"
            person: str | None = recipient["id"]
        else:
            ((name, node),) = recipient.items()
            assert (name == "post_id") == self.is_post(node)
            person = self.author_of(node)
            if person is None or node in self.messaged:
                return refused(10900, "Activity already replied to")
            self.messaged.add(node)
        made = self.message(body["message"]["text"], self.ours, f"t_{person}")
        return json_answer({"recipient_id": person, "message_id": made["id"]})

    def message(self, text: str, author: str = GIULIA, talk: str | None = None) -> dict[str, Any]:
        made = {
            "id": f"m_{self.number()}",
            "message": text,
            "from": {"id": author, "name": "Giulia"},
            "created_time": stamp(),
        }
        self.talks.setdefault(talk or f"t_{author}", []).insert(0, made)
        return made

    def number(self) -> int:
        self.count += 1
        return 7000 + self.count

    def sent(self) -> list[tuple[str, Visibility]]:
        ours = [one for some in self.talks.values() for one in some if one["from"]["id"] == self.ours]
        return [(one["message"], Visibility.PRIVATE) for one in ours]

    def forget_messages(self, text: str) -> None:
        for some in self.talks.values():
            some[:] = [one for one in some if one["message"] != text]
        self.talks = {talk: some for talk, some in self.talks.items() if some}

    def page(self, items: list[Any], request: Request) -> dict[str, Any]:
        limit, start = int(request.query["limit"][0]), int(request.query.get("after", ["0"])[0])
        assert limit <= 100
        shown = items[:limit] if self.is_endless else items[start : start + limit]
        answer: dict[str, Any] = {"data": shown, "paging": {"cursors": {"after": str(start + limit)}}}
        if self.is_endless or start + limit < len(items):
            answer["paging"]["next"] = f"{self.server.url}/x?access_token={SECRET}&after=9"
        return answer


def mention_by(platform: FakeGraph, text: str, **more: Any) -> Mention:
    """The one with this text, by a connector with these options."""
    return next(one for one in platform.connect(**more).poll(None).mentions if one.text == text)


def refused(code: int, message: str, subcode: int = 0, status: int = 400, **headers: str) -> Answer:
    """As Meta words it."""
    error = {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps({"error": error}).encode(), named)


def gone() -> Answer:
    """For an id that is not there."""
    return refused(100, "Unsupported get request. Object with ID does not exist", 33)


def stamp(at: datetime | None = None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
