"""A small Reddit: an inbox, comments, submissions, search and private messages, built from Reddit's recorded answers."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from connectors.http import Limits
from connectors.reddit import RedditConnector, RedditOptions
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, fresh_http
from tests.fake_server import Answer, FakeServer, Request, json_answer

US, GIULIA = "bottegaaurora", "giulia_r"
TOKEN = "/api/v1/access_token"


class FakeReddit:
    """What is published stands in our inbox as an answer to a submission of ours, unless `place` says otherwise."""

    def __init__(self) -> None:
        self.things: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.is_endless = False
        self.server = FakeServer(self.answer, spares=lambda request: request.path == TOKEN)
        self.secret_url = self.server.url

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **changes: Any) -> RedditConnector:
        address = url or self.server.url
        options = {
            "account": US,
            "client_id": SECRET,
            "client_secret": f"cs-{SECRET}",
            "refresh_token": f"rt-{SECRET}",
            "private_messages_consented": True,
            "api": address,
            "site": address,
        }
        made = RedditOptions.model_validate({**options, **changes})
        return RedditConnector(Channel("reddit", "Bottega Aurora"), made, fresh_http(address, limits))

    def publish(
        self, text: str, *, created_at: datetime | None = None, place: str = "inbox", **more: Any
    ) -> None:
        self.add({"author": GIULIA, "body": text, "place": place, **more}, created_at)

    def add(
        self, fields: dict[str, Any], created_at: datetime | None = None, kind: str = "t1"
    ) -> dict[str, Any]:
        name = f"{kind}_x{len(self.things)}"
        at = (created_at or datetime.now(UTC)).timestamp()
        made = {"name": name, "id": name[3:], "created_utc": at}
        under = {
            "link_id": "t3_ours",
            "parent_id": "t3_ours",
            "permalink": f"/r/italy/comments/ours/a/{name[3:]}/",
        }
        self.things.append({**(under if kind == "t1" else {}), **made, "kind": kind, **fields})
        return self.things[-1]

    def edit(self, old: str, new: str) -> None:
        for thing in self.things:
            if thing["body"] == old:
                thing["body"] = new

    def delete(self, text: str) -> None:
        """As Reddit does: gone from the lists, and a shell of it is left where it is asked for by name."""
        for thing in self.things:
            if thing["body"] == text:
                thing.update(author="[deleted]", body="[deleted]", place="nowhere")

    def publish_broken(self) -> None:
        self.add({"author": GIULIA, "body": None, "place": "inbox"})

    def page_endlessly(self) -> None:
        self.is_endless = True

    def answers(self) -> list[tuple[str, Visibility]]:
        ours = [thing for thing in self.things if thing["author"] == US]
        return [
            (thing["body"], Visibility.PRIVATE if thing["kind"] == "t4" else Visibility.PUBLIC)
            for thing in ours
        ]

    def answer(self, request: Request) -> Answer:
        if request.path == TOKEN:
            return json_answer(
                {"access_token": SECRET, "token_type": "bearer", "expires_in": 3600, "scope": "*"}
            )
        if request.headers.get("authorization") != f"bearer {SECRET}":
            return json_answer({"message": "Unauthorized", "error": 401}, 401)
        path = request.path.strip("/")
        if request.method == "POST":
            return self._posted(
                path, {name: value[0] for name, value in parse_qs(request.body.decode()).items()}
            )
        places = {
            "message/inbox": "inbox",
            "search": "search",
            "r/italy+roma/comments": "comments",
            "r/italy+roma/new": "new",
        }
        if path in places:
            return self._page(request, [one for one in self.things if one.get("place") == places[path]])
        return self._look(path, request)

    def _look(self, path: str, request: Request) -> Answer:
        sent = {f"user/{US}/comments": "t1", "message/sent": "t4"}
        if path in sent:
            ours = [one for one in self.things if one["author"] == US and one["kind"] == sent[path]]
            return self._listing(ours[::-1])
        if path == "api/info":
            asked = request.query["id"][0].split(",")
            return self._listing([one for one in self.things if one["name"] in asked])
        return json_answer({"message": "Not Found", "error": 404}, 404)

    def _page(self, request: Request, things: list[dict[str, Any]]) -> Answer:
        if self.is_endless:
            for number in range(100):
                self.publish(f"Ancora {number}")
            return self._listing(self.things[-100:], after=self.things[-1]["name"])
        newest = sorted(things, key=lambda one: -one["created_utc"])
        names = [thing["name"] for thing in newest]
        start = names.index(request.query["after"][0]) + 1 if "after" in request.query else 0
        page = newest[start : start + 100]
        return self._listing(page, after=names[start + 99] if len(newest) > start + 100 else None)

    def _listing(self, things: list[dict[str, Any]], after: str | None = None) -> Answer:
        children = [{"kind": one["kind"], "data": {**one, "kind": None, "place": None}} for one in things]
        answer = json_answer({"kind": "Listing", "data": {"after": after, "children": children}})
        return Answer(200, answer.body, {**answer.headers, **self.headers})

    def _posted(self, path: str, form: dict[str, str]) -> Answer:
        if path == "api/compose":
            message = {"author": US, "body": form["text"], "subject": form["subject"], "dest": form["to"]}
            self.add({**message, "parent_id": None}, kind="t4")
            return json_answer({"json": {"errors": []}})
        to = next(thing for thing in self.things if thing["name"] == form["thing_id"])
        fields = {"author": US, "body": form["text"], "parent_id": to["name"]}
        if to["kind"] == "t4":
            made = self.add({**fields, "dest": to["author"]}, kind="t4")
        else:
            made = self.add({**fields, "link_id": to.get("link_id", to["name"])})
        return json_answer(
            {"json": {"errors": [], "data": {"things": [{"kind": made["kind"], "data": made}]}}}
        )
