"""A small Bluesky server, as the published lexicons describe it: sessions, notifications, a search, posts, direct messages."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from reputation_bot.model import Visibility
from tests.contracts.platform import SECRET
from tests.fake_server import Answer, FakeServer, Request, json_answer

US, GIULIA = "did:plc:ours", "did:plc:giulia"
HANDLES = {US: "bottegaaurora.bsky.social", GIULIA: "giulia.example.org"}
POST = "app.bsky.feed.post"
PDS = {
    "id": "#atproto_pds",
    "type": "AtprotoPersonalDataServer",
    "serviceEndpoint": "https://elsewhere.invalid",
}
SESSIONS = {"/xrpc/com.atproto.server.createSession", "/xrpc/com.atproto.server.refreshSession"}


class FakeBluesky:
    """Posts by address, newest last; a post of others is a notification for us unless it says otherwise."""

    def __init__(self) -> None:
        self.posts: dict[str, dict[str, Any]] = {}
        self.convos: dict[str, list[dict[str, Any]]] = {}
        self.count = 0
        self.is_endless = False
        self.access = token_for(timedelta(hours=2))
        self.sessions: list[str] = []
        self.incoming = "all"
        self.server = FakeServer(self.answer, spares=lambda request: request.path in SESSIONS)
        self.secret_url = self.server.url

    def add(
        self,
        text: str,
        did: str = GIULIA,
        at: datetime | None = None,
        parent: str | None = None,
        key: str | None = None,
        **record: Any,
    ) -> str:
        self.count += 1
        uri = f"at://{did}/{POST}/{key or f'3k{self.count:011}'}"
        made = {"$type": POST, "text": text, "createdAt": stamp(at), "langs": ["it"], **record}
        if parent:
            above = self.posts[parent]["record"].get("reply", {}).get("root") or self.ref(parent)
            made["reply"] = {"root": above, "parent": self.ref(parent)}
        self.posts[uri] = {
            "uri": uri,
            "cid": f"bafy{self.count}",
            "author": self.profile(did),
            "record": made,
            "indexedAt": stamp(),
            "viewer": {"replyDisabled": False},
        }
        return uri

    def ref(self, uri: str) -> dict[str, str]:
        return {"uri": uri, "cid": self.posts[uri]["cid"]}

    def profile(self, did: str) -> dict[str, Any]:
        chat = {"chat": {"allowIncoming": self.incoming}}
        return {"did": did, "handle": HANDLES[did], "displayName": "Giulia", "associated": chat}

    def publish(self, text: str, *, created_at: datetime | None = None) -> None:
        self.add(text, at=created_at)

    def delete(self, text: str) -> None:
        self.posts = {uri: one for uri, one in self.posts.items() if one["record"].get("text") != text}
        for messages in self.convos.values():
            messages[:] = [one for one in messages if one["text"] != text]

    def publish_broken(self) -> None:
        del self.posts[self.add("x")]["record"]["text"]

    def page_endlessly(self) -> None:
        self.is_endless = True

    def answers(self) -> list[tuple[str, Visibility]]:
        ours = [one for one in self.posts.values() if one["author"]["did"] == US]
        messages = [one for some in self.convos.values() for one in some if one["sender"]["did"] == US]
        return [
            *((one["record"]["text"], Visibility.PUBLIC) for one in ours),
            *((one["text"], Visibility.PRIVATE) for one in messages),
        ]

    def message(self, text: str, did: str = GIULIA, convo: str = "c1") -> dict[str, Any]:
        self.count += 1
        made = {
            "id": f"m{self.count}",
            "rev": f"r{self.count}",
            "text": text,
            "sender": {"did": did},
            "sentAt": stamp(),
        }
        self.convos.setdefault(convo, []).insert(0, made)
        return made

    def answer(self, request: Request) -> Answer:
        method = request.path.removeprefix("/xrpc/")
        if request.path in SESSIONS:
            return self.session(request)
        if request.headers.get("authorization") != f"Bearer {self.access}":
            return json_answer({"error": "ExpiredToken", "message": "Token has expired"}, 400)
        if method.startswith("chat."):
            assert request.headers["atproto-proxy"] == "did:web:api.bsky.chat#bsky_chat"
        known: dict[str, Callable[[Request], Answer]] = {
            "app.bsky.notification.listNotifications": self.notifications,
            "app.bsky.feed.searchPosts": self.search,
            "app.bsky.feed.getPosts": self.get_posts,
            "com.atproto.repo.putRecord": self.put,
            "com.atproto.repo.getRecord": self.get,
            "chat.bsky.convo.listConvos": self.list_convos,
            "chat.bsky.convo.getMessages": self.get_messages,
            "chat.bsky.convo.getConvoForMembers": self.convo_for,
            "chat.bsky.convo.sendMessage": self.send,
        }
        return known[method](request)

    def session(self, request: Request) -> Answer:
        self.sessions.append(request.path.rpartition(".")[2])
        if request.path.endswith("createSession"):
            if request.json() != {"identifier": HANDLES[US], "password": f"app-{SECRET}"}:
                return json_answer({"error": "AuthenticationRequired", "message": "Invalid password"}, 401)
        elif request.headers["authorization"] != f"Bearer refresh-{SECRET}":
            return json_answer({"error": "ExpiredToken"}, 400)
        return json_answer(self.signed_in())

    def signed_in(self) -> dict[str, Any]:
        return {
            "did": US,
            "handle": HANDLES[US],
            "accessJwt": self.access,
            "refreshJwt": f"refresh-{SECRET}",
            "didDoc": {"id": US, "service": [PDS]},
            "active": True,
        }

    def newest(self) -> list[dict[str, Any]]:
        return list(reversed(self.posts.values()))

    def notifications(self, request: Request) -> Answer:
        assert request.query["reasons"] == ["mention", "reply", "quote"]
        theirs = [one for one in self.newest() if one["author"]["did"] != US]
        found = [{**one, "reason": "mention", "isRead": False} for one in theirs]
        return self.page(request, found, "notifications")

    def search(self, request: Request) -> Answer:
        assert request.query["sort"] == ["latest"]
        words = request.query["q"][0].strip('"')
        return self.page(
            request, [one for one in self.newest() if words in one["record"].get("text", "").lower()], "posts"
        )

    def page(self, request: Request, found: list[Any], name: str) -> Answer:
        limit, start = int(request.query["limit"][0]), int(request.query.get("cursor", ["0"])[0])
        assert limit <= 100
        shown = found[:limit] if self.is_endless else found[start : start + limit]
        is_more = self.is_endless or start + limit < len(found)
        return json_answer({name: shown, **({"cursor": str(start + limit)} if is_more else {})})

    def get_posts(self, request: Request) -> Answer:
        return json_answer({"posts": [self.posts[one] for one in request.query["uris"] if one in self.posts]})

    def put(self, request: Request) -> Answer:
        body = request.json()
        assert (body["repo"], body["collection"]) == (US, POST)
        record = body["record"]
        if len(record["text"]) > 300:
            return json_answer({"error": "InvalidRequest", "message": "Record/text must not be longer"}, 400)
        uri = f"at://{US}/{POST}/{body['rkey']}"
        if uri not in self.posts:
            for side in ("root", "parent"):
                told = record["reply"][side]
                assert told == {**self.ref(told["uri"]), "$type": "com.atproto.repo.strongRef"}
            assert self.add(key=body["rkey"], did=US, **record) == uri
        return json_answer(self.ref(uri))

    def get(self, request: Request) -> Answer:
        uri = f"at://{request.query['repo'][0]}/{POST}/{request.query['rkey'][0]}"
        if uri not in self.posts:
            return json_answer({"error": "RecordNotFound", "message": f"Could not locate record: {uri}"}, 400)
        return json_answer({**self.ref(uri), "value": self.posts[uri]["record"]})

    def convo(self, convo_id: str) -> dict[str, Any]:
        messages = self.convos.get(convo_id, [])
        rev = messages[0]["rev"] if messages else "r0"
        members = [self.profile(US), self.profile(GIULIA)]
        return {"id": convo_id, "rev": rev, "members": members, "muted": False, "unreadCount": 0}

    def list_convos(self, request: Request) -> Answer:
        return json_answer({"convos": [self.convo(one) for one in self.convos]})

    def get_messages(self, request: Request) -> Answer:
        found = self.convos.get(request.query["convoId"][0], [])
        return json_answer({"messages": found[: int(request.query["limit"][0])]})

    def convo_for(self, request: Request) -> Answer:
        assert request.query["members"] == [GIULIA]
        if self.incoming != "all":
            return json_answer({"error": "NotFollowedBySender", "message": "recipient requires …"}, 400)
        return json_answer({"convo": self.convo("c1")})

    def send(self, request: Request) -> Answer:
        body = request.json()
        return json_answer(self.message(body["message"]["text"], US, body["convoId"]))


def stamp(at: datetime | None = None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def token_for(left: timedelta, number: int = 0) -> str:
    """An access token, good for so long. SECRET stands in it between signs that belong to no token: what repeats it repeats a part."""
    claims = {"sub": US, "exp": int((datetime.now(UTC) + left).timestamp()), "jti": str(number)}
    header, payload = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"typ": "at+jwt", "alg": "HS256"}, claims)
    )
    return f"{header}.{payload}.!!!!{SECRET}"
