"""A small Mastodon server as docs.joinmastodon.org describes it: notifications, a hashtag, a search, threads, posting."""

from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import parse_qs

from reputation_bot.model import Visibility
from tests.contracts.platform import SECRET
from tests.fake_server import Answer, FakeServer, Request, json_answer

US = "bottegaaurora"


class FakeMastodon:
    """Statuses by id; what names our account is a notification, what holds #bottega stands under the hashtag."""

    def __init__(self) -> None:
        self.statuses: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.count = 113_000_000_000_000_000
        self.is_endless = False
        self.max_characters = 500
        self.server = FakeServer(self.answer)
        self.secret_url = self.server.url

    def add(
        self, text: str, acct: str = "giulia@example.social", at: datetime | None = None, **fields: Any
    ) -> dict[str, Any]:
        self.count += 1
        made = {
            "id": str(self.count),
            "created_at": (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
            + "Z",
            "in_reply_to_id": None,
            "spoiler_text": "",
            "visibility": "public",
            "language": "it",
            "uri": f"https://example.social/users/x/statuses/{self.count}",
            "url": f"https://example.social/@x/{self.count}",
            "content": content(text),
            "reblog": None,
            "account": {
                "id": "7" if acct == US else "8",
                "username": acct.partition("@")[0],
                "acct": acct,
                "display_name": acct.partition("@")[0].title(),
                "url": f"https://example.social/@{acct}",
            },
            "mentions": [{"id": "7", "acct": US}],
            "text": text,
        }
        status = self.statuses[str(made["id"])] = {**made, **fields}
        return status

    def publish(self, text: str, *, created_at: datetime | None = None, **fields: Any) -> None:
        self.add(text, at=created_at, **fields)

    def edit(self, old: str, new: str) -> None:
        for status in self.statuses.values():
            if status["text"] == old:
                status.update(text=new, content=content(new), edited_at="2026-11-22T09:00:00.000Z")

    def delete(self, text: str) -> None:
        self.statuses = {
            key: one for key, one in self.statuses.items() if text not in (one["text"], bare(one["text"]))
        }

    def publish_broken(self) -> None:
        self.add("", account=None)

    def page_endlessly(self) -> None:
        self.is_endless = True

    def answers(self) -> list[tuple[str, Visibility]]:
        ours = [one for one in self.statuses.values() if one["account"] and one["account"]["acct"] == US]
        return [
            (bare(one["text"]), Visibility.PUBLIC if one["visibility"] == "public" else Visibility.PRIVATE)
            for one in ours
        ]

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {SECRET}":
            return json_answer({"error": "The access token is invalid"}, 401)
        match request.path.strip("/").split("/")[2:]:
            case ["statuses", *rest]:
                return self.about_statuses(request, rest)
            case ["notifications"]:
                assert request.query["types[]"] == ["mention"]
                theirs = [one for one in self.newest() if not one["account"] or one["account"]["acct"] != US]
                named = [one for one in theirs if one["mentions"]]
                return self.page(
                    request, [{"id": one["id"], "type": "mention", "status": one} for one in named]
                )
            case ["timelines", "tag", tag]:
                return self.page(request, [one for one in self.newest() if f"#{tag}" in one["text"]])
            case ["search"]:
                assert request.query["type"] == ["statuses"]
                start = int(request.query["offset"][0])
                found = [one for one in self.newest() if request.query["q"][0] in one["text"]]
                return json_answer({"accounts": [], "statuses": found[start : start + 40], "hashtags": []})
        assert request.path.rstrip("/") == "/api/v2/instance"
        return json_answer({"configuration": {"statuses": {"max_characters": self.max_characters}}})

    def about_statuses(self, request: Request, rest: list[str]) -> Answer:
        if not rest:
            assert request.method == "POST"
            return self.post(request)
        if rest[0] not in self.statuses:
            return json_answer({"error": "Record not found"}, 404)
        return self.context(rest[0]) if rest[1:] == ["context"] else json_answer(self.statuses[rest[0]])

    def newest(self) -> list[dict[str, Any]]:
        return list(reversed(self.statuses.values()))

    def page(self, request: Request, records: list[dict[str, Any]]) -> Answer:
        limit = int(request.query["limit"][0])
        assert limit <= 40
        before = int(request.query.get("max_id", [10**20])[0])
        shown = [one for one in records if self.is_endless or int(one["id"]) < before][:limit]
        link = f'<{self.server.url}/x?max_id={int(before) - 1 if self.is_endless else shown[-1]["id"] if shown else 0}>; rel="next"'
        is_more = self.is_endless or len(shown) == limit
        return Answer(
            200,
            json_answer(shown).body,
            {"Link": f'{link}, <{self.server.url}/x>; rel="prev"'} if is_more else {},
        )

    def context(self, status_id: str) -> Answer:
        above: list[dict[str, Any]] = []
        below: list[dict[str, Any]] = []
        parent = self.statuses[status_id]["in_reply_to_id"]
        while parent in self.statuses:
            above.insert(0, self.statuses[parent])
            parent = self.statuses[parent]["in_reply_to_id"]
        for one in self.statuses.values():
            if one["in_reply_to_id"] in {status_id, *(other["id"] for other in below)}:
                below.append(one)
        return json_answer({"ancestors": above, "descendants": below})

    def post(self, request: Request) -> Answer:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        assert set(form) <= {
            "status",
            "in_reply_to_id",
            "visibility",
            "language",
            "sensitive",
            "spoiler_text",
        }
        key = request.headers["idempotency-key"]
        if known := self.keys.get(key):
            return json_answer(self.statuses[known])
        if len(bare(form["status"])) + len("@giulia ") > self.max_characters:
            return json_answer({"error": "Validation failed: Text character limit of 500 exceeded"}, 422)
        made = self.add(
            form.pop("status"), US, in_reply_to_id=form["in_reply_to_id"], visibility=form["visibility"],
            spoiler_text=form.get("spoiler_text", ""),
        )  # fmt: skip
        self.keys[key] = made["id"]
        return json_answer(made)


def content(text: str) -> str:
    """As Mastodon shows what was typed: names without their server, paragraphs."""
    shown = escape(text, quote=False).replace(
        "@giulia@example.social",
        '<span class="h-card" translate="no"><a href="https://example.social/@giulia" class="u-url mention">'
        "@<span>giulia</span></a></span>",
    )
    return "".join(f"<p>{part}</p>" for part in shown.split("\n\n")) if text else ""


def bare(text: str) -> str:
    """Without the name to whom an answer goes."""
    return text.removeprefix("@giulia@example.social ")
