"""A small X: posts, mentions, search, people, direct messages, built from X's recorded answers and its published description."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.http import Limits
from connectors.x import XConnector, XOptions
from connectors.x.mentions import id_at
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, fresh_http
from tests.fake_server import Answer, FakeServer, Request, json_answer

MARK = "@BottegaAurora "
US, GIULIA = "1072250532645998596", "750362064426721281"
NOT_FOUND = {
    "resource_type": "tweet",
    "parameter": "ids",
    "title": "Not Found Error",
    "type": "https://api.twitter.com/2/problems/resource-not-found",
}


class FakeX:
    """Speaks the old names of fields unless `has_new_names`."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.users = {US: ("Bottega Aurora", "BottegaAurora"), GIULIA: ("Giulia Rossi", "giulia_r")}
        self.has_new_names, self.is_endless = False, False
        self.count = 0
        self.server = FakeServer(self.answer)
        self.secret_url = self.server.url

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **changes: Any) -> XConnector:
        options = {
            "account": "BottegaAurora",
            "consumer_key": SECRET,
            "consumer_secret": f"cs-{SECRET}",
            "access_token": f"{US}-{SECRET}",
            "access_token_secret": f"ts-{SECRET}",
            "api": url or self.server.url,
        }
        made = XOptions.model_validate({**options, **changes})
        return XConnector(Channel("x", "Bottega Aurora"), made, fresh_http(made.api, limits))

    def publish(
        self, text: str, *, created_at: datetime | None = None, raw: str | None = None, **more: Any
    ) -> None:
        """A mention of us, unless `more` says otherwise."""
        at = created_at or datetime.now(UTC)
        new = {"author_id": GIULIA, "text": raw or MARK + text, "mentions_us": True, **more}
        self._add(new, min(at, datetime.now(UTC)), stamp=at)

    def edit(self, old: str, new: str) -> None:
        post = next(post for post in self.posts if post["text"] == MARK + old)
        self.posts.remove(post)
        self._add(
            {**post, "text": MARK + new, "edit_history_tweet_ids": [*post["edit_history_tweet_ids"], ""]},
            datetime.now(UTC),
        )

    def delete(self, text: str) -> None:
        self.posts = [post for post in self.posts if post.get("text") not in {text, MARK + text}]
        self.messages = [one for one in self.messages if one["text"] != text]

    def publish_broken(self) -> None:
        self._add({"author_id": None, "text": 7, "mentions_us": True}, datetime.now(UTC))

    def page_endlessly(self) -> None:
        self.is_endless = True

    def write_to_us(self, text: str, sender: str = GIULIA) -> None:
        self._message(sender, sender, text)

    def answers(self) -> list[tuple[str, Visibility]]:
        ours = [
            one for one in [*self.posts, *self.messages] if US in (one.get("author_id"), one.get("sender_id"))
        ]
        return [
            (one["text"], Visibility.PRIVATE if "sender_id" in one else Visibility.PUBLIC)
            for one in sorted(ours, key=lambda one: int(one["id"]))
        ]

    def answer(self, request: Request) -> Answer:
        if "authorization" not in request.headers:
            return json_answer({"title": "Unauthorized", "status": 401}, 401)
        if request.method == "POST":
            return self._posted(request)
        path = request.path.removeprefix("/2/")
        posts = {
            "tweets/search/recent": [post for post in self.posts if not post.get("mentions_us")],
            f"users/{US}/mentions": [post for post in self.posts if post.get("mentions_us")],
            f"users/{US}/tweets": [post for post in self.posts if post["author_id"] == US],
        }
        if path in posts:
            return self._refused_names(request) or self._page(request, posts[path])
        if path in {"users", "tweets"}:
            look = self._people if path == "users" else self._by_id
            return look(request.query["ids"][0].split(","))
        if path.endswith("dm_events"):
            return self._refused_names(request) or self._talks(path)
        return json_answer({"title": "Not Found"}, 404)

    def _people(self, ids: list[str]) -> Answer:
        found = [one for one in ids if one in self.users]
        return json_answer(
            {
                "data": [
                    {"id": one, "name": self.users[one][0], "username": self.users[one][1]} for one in found
                ]
            }
        )

    def _refused_names(self, request: Request) -> Answer | None:
        """Sender and author are fields in the old spelling and expansions in the new."""
        asked = request.query.get("expansions", [""])[0]
        is_new = "post.fields" in request.query or "sender_id" in asked
        if is_new == self.has_new_names:
            return None
        problem = "The query parameter [tweet.fields] is not one of [ids,max_results,post.fields]"
        return json_answer({"errors": [{"message": problem}], "title": "Invalid Request"}, 400)

    def _page(self, request: Request, posts: list[dict[str, Any]]) -> Answer:
        since, until = int(request.query.get("since_id", ["0"])[0]), request.query.get("until_id")
        size = int(request.query["max_results"][0])
        if self.is_endless:
            for number in range(size):
                self._add(
                    {"author_id": GIULIA, "text": f"Ancora {number}", "mentions_us": True}, datetime.now(UTC)
                )
            return json_answer(
                {
                    "data": [self._shown(post) for post in self.posts[-size:]],
                    "meta": {"next_token": f"t{self.count}"},
                }
            )
        found = [post for post in posts if since < int(post["id"]) < int(until[0] if until else 10**19)]
        start = int(request.query.get("pagination_token", request.query.get("next_token", ["0"]))[0])
        page = sorted(found, key=lambda post: -int(post["id"]))[start : start + size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if start + size < len(found):
            meta["next_token"] = str(start + size)
        return json_answer(
            {"data": [self._shown(post) for post in page], "meta": meta} if page else {"meta": meta}
        )

    def _by_id(self, ids: list[str]) -> Answer:
        found = [self._shown(post) for post in self.posts if post["id"] in ids]
        errors = [
            {**NOT_FOUND, "value": one, "resource_id": one}
            for one in ids
            if one not in {post["id"] for post in found}
        ]
        return json_answer({**({"data": found} if found else {}), **({"errors": errors} if errors else {})})

    def _talks(self, path: str) -> Answer:
        person = path.split("/")[2] if path.startswith("dm_conversations/with/") else None
        found = [one for one in self.messages if person is None or person in one["dm_conversation_id"]]
        return json_answer({"data": found[::-1], "meta": {"result_count": len(found)}})

    def _posted(self, request: Request) -> Answer:
        body = request.json()
        if request.path == "/2/tweets":
            to = next(post for post in self.posts if post["id"] == body["reply"]["in_reply_to_tweet_id"])
            shown = {
                "author_id": US,
                "text": body["text"],
                "conversation_id": to["conversation_id"],
                "referenced_tweets": [{"type": "replied_to", "id": to["id"]}],
            }
            return json_answer(
                {"data": {"id": self._add(shown, datetime.now(UTC)), "text": body["text"]}}, 201
            )
        person = request.path.split("/")[4]
        message = self._message(US, person, body["text"])
        return json_answer(
            {"data": {"dm_conversation_id": message["dm_conversation_id"], "dm_event_id": message["id"]}}, 201
        )

    def _message(self, sender: str, person: str, text: str) -> dict[str, Any]:
        self.count += 1
        self.messages.append(
            {
                "id": str(int(id_at(datetime.now(UTC))) + self.count),
                "event_type": "MessageCreate",
                "sender_id": sender,
                "dm_conversation_id": f"{person}-{US}",
                "text": text,
                "created_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",  # without fractions, as X sends it
            }
        )
        return self.messages[-1]

    def _add(self, fields: Mapping[str, Any], at: datetime, stamp: datetime | None = None) -> str:
        self.count += 1
        post_id = str(int(id_at(at)) + self.count)
        history = [*fields.get("edit_history_tweet_ids", [""])[:-1], post_id]
        made = {"id": post_id, "created_at": (stamp or at).isoformat(), "edit_history_tweet_ids": history}
        self.posts.append({"conversation_id": post_id, "lang": "it", **fields, **made})
        return post_id

    def _shown(self, post: dict[str, Any]) -> dict[str, Any]:
        shown = {name: value for name, value in post.items() if name != "mentions_us"}
        if self.has_new_names:
            shown["edit_history_post_ids"] = shown.pop("edit_history_tweet_ids")
            if "referenced_tweets" in shown:
                shown["referenced_posts"] = shown.pop("referenced_tweets")
        return shown
