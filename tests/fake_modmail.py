"""A small Reddit in which people write to the moderators of r/bottegaaurora, built from Reddit's recorded answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.reddit import RedditConnector
from reputation_bot.model import Visibility
from tests.contracts.connector import PATIENT
from tests.fake_reddit import GIULIA, US, FakeReddit
from tests.fake_server import Answer, Request, json_answer

PATH = "api/mod/conversations"


class FakeModmail(FakeReddit):
    """What is published begins a conversation of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.talks: dict[str, dict[str, Any]] = {}
        self.has_endless_mail = False

    def connect(self, url: str | None = None, limits: Any = PATIENT, **changes: Any) -> RedditConnector:
        return super().connect(
            url, limits, **{"modmail": [US], "private_messages_consented": False, **changes}
        )

    def publish(self, text: str, *, created_at: datetime | None = None, place: str = "", **more: Any) -> None:
        number = f"c{len(self.talks)}"
        about = {"id": number, "subject": "Ordine 12", "isInternal": False, "isRepliable": True}
        self.talks[number] = {**about, "lastUserUpdate": None, "messages": {}}
        self.write(number, text, created_at=created_at, **more)

    def write(
        self,
        talk: str,
        text: str | None,
        *,
        author: str = GIULIA,
        created_at: datetime | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        messages = self.talks[talk]["messages"]
        number, date = f"m{len(messages)}", (created_at or datetime.now(UTC)).isoformat()
        by = {"name": author, "isMod": author != GIULIA, "isAdmin": False}
        messages[number] = {
            "id": number,
            "author": by,
            "bodyMarkdown": text,
            "date": date,
            "isInternal": False,
            **more,
        }
        if not by["isMod"]:
            self.talks[talk]["lastUserUpdate"] = date
        return {"conversation": self._about(talk), "messages": messages}

    def delete(self, text: str) -> None:
        for talk in self.talks.values():
            talk["messages"] = {
                number: one for number, one in talk["messages"].items() if one["bodyMarkdown"] != text
            }

    def publish_broken(self) -> None:
        self.publish("")

    def page_endlessly(self) -> None:
        self.has_endless_mail = True

    def answers(self) -> list[tuple[str, Visibility]]:
        messages = [one for talk in self.talks.values() for one in talk["messages"].values()]
        return [(one["bodyMarkdown"], Visibility.PRIVATE) for one in messages if one["author"]["name"] == US]

    def _posted(self, path: str, form: dict[str, str]) -> Answer:
        assert (form["isInternal"], form["isAuthorHidden"]) == ("false", "false")
        return json_answer(self.write(path.rpartition("/")[2], form["body"], author=US))

    def _look(self, path: str, request: Request) -> Answer:
        if path == PATH:
            assert (request.query["entity"], request.query["sort"]) == ([US], ["user"])
            return self._talks(request)
        talk = path.removeprefix(f"{PATH}/")
        if talk in self.talks:
            assert "markRead" not in request.query
            return json_answer({"conversation": self._about(talk), "messages": self.talks[talk]["messages"]})
        return super()._look(path, request)

    def _talks(self, request: Request) -> Answer:
        if self.has_endless_mail:
            for number in range(100):
                self.publish(
                    f"Ancora {number}", created_at=datetime.now(UTC) - timedelta(minutes=len(self.talks))
                )
        newest = sorted(self.talks, key=lambda one: self.talks[one]["lastUserUpdate"] or "", reverse=True)
        start = newest.index(request.query["after"][0]) + 1 if "after" in request.query else 0
        page = newest[start : start + 100]
        return json_answer(
            {"conversations": {one: self._about(one) for one in page}, "conversationIds": page}
        )

    def _about(self, talk: str) -> dict[str, Any]:
        return {name: value for name, value in self.talks[talk].items() if name != "messages"}
