"""A small Facebook as Meta's documentation describes it: a Page with posts and comments, and the connector that reads it."""

from datetime import datetime
from typing import Any

from connectors.http import Limits
from connectors.meta.facebook import FacebookConnector, FacebookOptions
from connectors.meta.facebook_posts import NESTED
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, fresh_http
from tests.fake_meta import GIULIA, FakeGraph, gone, stamp
from tests.fake_server import Answer, Request, json_answer

PAGE = "100200300"


class FakeFacebook(FakeGraph):
    """A Page with one post of its own; people write comments under it, and posts on the Page."""

    def __init__(self) -> None:
        super().__init__(PAGE, PAGE)
        self.posts: list[dict[str, Any]] = []
        self.tagged: list[dict[str, Any]] = []
        self.first = self.post("Le nostre novità", PAGE)

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> FacebookConnector:
        options = FacebookOptions.model_validate(
            {"page": PAGE, "token": SECRET, "messages": True, "api": url or self.server.url, **more}
        )
        return FacebookConnector(Channel("fb", "Bottega"), options, fresh_http(options.api, limits))

    def record(self, node: str, text: str, author: str, at: datetime | None) -> dict[str, Any]:
        name = "Bottega Aurora" if author == PAGE else "Giulia Rossi"
        return {
            "id": node,
            "message": text,
            "created_time": stamp(at),
            "from": {"id": author, "name": name},
            "permalink_url": f"https://www.facebook.com/{node}",
        }

    def post(self, text: str, author: str = GIULIA) -> dict[str, Any]:
        self.posts.insert(0, self.record(f"{PAGE}_{self.number()}", text, author, None))
        return self.posts[0]

    def comment(
        self,
        text: str,
        author: str = GIULIA,
        *,
        under: str | None = None,
        parent: str | None = None,
        at: datetime | None = None,
        **fields: Any,
    ) -> dict[str, Any]:
        post = under or self.first["id"]
        made = self.record(f"{post.rpartition('_')[2]}_{self.number()}", text, author, at)
        made |= {"can_comment": True, "can_reply_privately": True, "post": post, **fields}
        if parent:
            made["parent"] = {"id": parent}
        self.comments.insert(0, made)
        return made

    def delete(self, text: str) -> None:
        super().delete(text)
        self.posts = [one for one in self.posts if one["message"] != text]

    def author_of(self, node: str) -> str | None:
        found = [one for one in [*self.posts, *self.comments] if one["id"] == node]
        return found[0]["from"]["id"] if found else None

    def is_post(self, node: str) -> bool:
        return node in {one["id"] for one in self.posts}

    def under(self, node: str) -> list[dict[str, Any]]:
        """Newest first, answers to comments among them."""
        return [one for one in self.comments if node in (one["post"], one.get("parent", {}).get("id"))]

    def about(self, parts: list[str], request: Request) -> Answer:
        match parts:
            case [node, "feed"]:
                assert node == PAGE
                fields = request.query["fields"][0]
                assert f"comments.limit({NESTED})" in fields
                return json_answer(self.page([self.with_comments(one) for one in self.posts], request))
            case [_, "tagged"]:
                return json_answer(self.page(self.tagged, request))
            case [node, "comments"]:
                return self.about_comments(node, request)
        return json_answer({"id": parts[0]}) if self.author_of(parts[0]) else gone()

    def with_comments(self, post: dict[str, Any]) -> dict[str, Any]:
        found = self.under(post["id"])
        if not found:
            return post
        return {**post, "comments": {"data": found[:NESTED], "summary": {"total_count": len(found)}}}

    def about_comments(self, node: str, request: Request) -> Answer:
        if self.author_of(node) is None:
            return gone()
        if request.method == "GET":
            return json_answer(self.page(self.under(node), request))
        posts = {one["id"] for one in self.posts}
        parent = None if node in posts else node
        above = node if node in posts else next(one["post"] for one in self.comments if one["id"] == node)
        made = self.comment(request.json()["message"], PAGE, under=above, parent=parent)
        return json_answer({"id": made["id"]})
