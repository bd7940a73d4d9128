"""A small Instagram as Meta's documentation describes it: posts, comments and tags, and the connector that reads them."""

from datetime import datetime
from typing import Any

from connectors.http import Limits
from connectors.meta.instagram import InstagramConnector, InstagramOptions
from connectors.meta.instagram_posts import NESTED
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, fresh_http
from tests.fake_meta import APP_SECRET, GIULIA, FakeGraph, gone, stamp
from tests.fake_server import Answer, Request, json_answer

USER, PAGE, ACCOUNT = "17841400000000000", "100200300", "bottegaaurora"


class FakeInstagram(FakeGraph):
    """One post of ours; people write comments under it, and tag us in posts of theirs."""

    kind = "instagram"
    text_key = "text"

    def __init__(self) -> None:
        super().__init__(USER, PAGE)
        self.wants_proof = True
        self.media: list[dict[str, Any]] = []
        self.tags: list[dict[str, Any]] = []
        self.elsewhere: list[dict[str, Any]] = []
        self.first = self.post()

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> InstagramConnector:
        about = {"user": USER, "account": ACCOUNT, "page": PAGE, "token": SECRET, "messages": True}
        about["app_secret"] = APP_SECRET
        options = InstagramOptions.model_validate({**about, "api": url or self.server.url, **more})
        return InstagramConnector(Channel("ig", "Bottega"), options, fresh_http(options.api, limits))

    def post(self) -> str:
        made = self.record("", ACCOUNT, None)
        del made["text"]
        self.media.insert(0, {**made, "permalink": f"https://www.instagram.com/p/{made['id']}/"})
        return str(made["id"])

    def tag(self, caption: str) -> dict[str, Any]:
        made = self.record("", "giulia", None)
        self.tags.insert(0, {**made, "caption": caption, "permalink": "https://www.instagram.com/p/tag/"})
        return self.tags[0]

    def record(self, text: str, name: str, at: datetime | None) -> dict[str, Any]:
        author = {"id": USER if name == ACCOUNT else GIULIA, "username": name}
        return {
            "id": f"17{self.number()}",
            "text": text,
            "timestamp": stamp(at),
            "username": name,
            "from": author,
        }

    def comment(
        self,
        text: str,
        name: str = "giulia",
        *,
        under: str | None = None,
        at: datetime | None = None,
        **fields: Any,
    ) -> dict[str, Any]:
        """Under a post, or under a comment."""
        made = {**self.record(text, name, at), "hidden": False, "under": under or self.first, **fields}
        self.comments.insert(0, made)
        return made

    def author_of(self, node: str) -> str | None:
        found = [one for one in [*self.media, *self.comments] if one["id"] == node]
        return found[0]["from"]["id"] if found else None

    def under(self, node: str) -> list[dict[str, Any]]:
        return [one for one in self.comments if one["under"] == node]

    def with_replies(self, comment: dict[str, Any]) -> dict[str, Any]:
        replies = self.under(comment["id"])[:NESTED]
        return {**comment, **({"replies": {"data": replies}} if replies else {})}

    def about(self, parts: list[str], request: Request) -> Answer:
        match parts:
            case [node, "media" | "tags" as edge]:
                assert node == USER
                media = [self.with_comments(one) for one in self.media]
                return json_answer(self.page(media if edge == "media" else self.tags, request))
            case [_, "mentions"]:
                body = request.json()
                under = body.get("comment_id", body["media_id"])
                return json_answer({"id": self.comment(body["message"], ACCOUNT, under=under)["id"]})
            case [node] if "mentioned_" in (field := request.query["fields"][0]):
                assert node == USER
                return self.named(field)
            case [node, "comments"]:
                return json_answer(self.page([self.with_replies(one) for one in self.under(node)], request))
            case [node, "replies"]:
                return self.replies(node, request)
        return json_answer({"id": parts[0]}) if self.author_of(parts[0]) else gone()

    def named(self, field: str) -> Answer:
        """As Meta answers to mentioned_media.media_id(…){…} and mentioned_comment.comment_id(…){…}."""
        kind, _, node = field.partition("{")[0].rstrip(")").replace(".", "(").split("(")
        places = {"mentioned_media": self.tags, "mentioned_comment": self.elsewhere}
        found = [one for one in places[kind] if one["id"] == node]
        return json_answer({kind: found[0], "id": USER}) if found else gone()

    def comment_elsewhere(self, text: str, name: str = "giulia", owner: str = "altri") -> tuple[str, str]:
        """Under a post of somebody; the ids of the post and of the comment."""
        post = {
            "id": f"18{self.number()}",
            "permalink": "https://www.instagram.com/p/altri/",
            "username": owner,
        }
        self.elsewhere.append({**self.record(text, name, None), "media": post})
        return post["id"], self.elsewhere[-1]["id"]

    def with_comments(self, media: dict[str, Any]) -> dict[str, Any]:
        found = [self.with_replies(one) for one in self.under(media["id"])]
        count = len(found) + sum(len(self.under(one["id"])) for one in found)
        return {**media, "comments_count": count, "comments": {"data": found[:NESTED]}}

    def replies(self, node: str, request: Request) -> Answer:
        if self.author_of(node) is None:
            return gone()
        if request.method == "GET":
            return json_answer(self.page(list(reversed(self.under(node))), request))
        return json_answer({"id": self.comment(request.json()["message"], ACCOUNT, under=node)["id"]})
