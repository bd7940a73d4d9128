"""Small fakes of platforms that the JSON connector reads: a plain list, WooCommerce, Trusted Shops, Feedaty; each keeps what it is told."""

import hashlib
import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from connectors.http import Limits
from connectors.json_api import JsonConnector
from connectors.json_api.options import JsonOptions
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, fresh_http
from tests.fake_server import Answer, FakeServer, Request, json_answer


def stamp(at: datetime | None = None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class FakeApi:
    """What all have in common. `records` are newest first."""

    settings: dict[str, Any]
    text_key = "text"

    def __init__(self) -> None:
        self.records: list[Any] = []
        self.is_endless = False
        self.server = FakeServer(self.answer, spares=self.is_sign_in)
        self.secret_url = self.server.url

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> JsonConnector:
        given = {**self.settings, "api": url or self.server.url, **more}
        options = JsonOptions.model_validate(given)
        return JsonConnector(Channel("shop", "Bottega Aurora"), options, fresh_http(options.api, limits))

    def is_sign_in(self, request: Request) -> bool:
        return False

    def answer(self, request: Request) -> Answer:
        raise NotImplementedError

    def edit(self, old: str, new: str) -> None:
        for record in self.records:
            if isinstance(record, dict) and self.text_of(record) == old:
                record[self.text_key] = new

    def text_of(self, record: dict[str, Any]) -> str:
        return str(record[self.text_key])

    def publish_broken(self) -> None:
        self.records.insert(0, {"id": None, self.text_key: {"it": "x"}})

    def page_endlessly(self) -> None:
        self.is_endless = True


class FakeList(FakeApi):
    """A script of the shop's own: pages of records, deleted ones marked."""

    per_page = 50
    settings = {  # noqa: RUF012  # never changed
        "headers": {"Authorization": f"Bearer {SECRET}"},
        "read": {
            "path": "/reviews",
            "items": "reviews",
            "pages": {"by": "address", "next": "links.next"},
        },
    }

    def publish(self, text: str, *, created_at: datetime | None = None, **more: Any) -> None:
        record = {
            "id": len(self.records) + 1,
            "author": "Giulia R.",
            "text": text,
            "rating": 2,
            "created_at": stamp(created_at),
            "url": f"/prodotti/{len(self.records)}",
        }
        self.records.insert(0, {**record, **more})

    def delete(self, text: str) -> None:
        for record in self.records:
            if record["text"] == text:
                record.update(deleted=True, text="")

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {SECRET}":
            return json_answer({"error": "no"}, 401)
        start = int(request.query.get("start", ["0"])[0])
        is_more = self.is_endless or start + self.per_page < len(self.records)
        end = len(self.records) if self.is_endless else start + self.per_page
        page = self.records[0 if self.is_endless else start : end]
        links = {"next": f"/reviews?start={start + self.per_page}"} if is_more else {}
        return json_answer({"reviews": page, "links": links})


class FakeWoo(FakeApi):
    """WooCommerce's product reviews and WordPress' comments."""

    per_page = 100
    text_key = "review"
    settings = {"preset": "woocommerce", "login": {"key": "anna", "secret": SECRET}}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.comments: list[dict[str, Any]] = []
        self.may_comment = True

    def publish(self, text: str, *, created_at: datetime | None = None, **more: Any) -> None:
        at = (created_at or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()
        record = {
            "id": 20 + len(self.records),
            "date_created": at,
            "date_created_gmt": at,
            "product_id": 31,
            "product_name": "Tazza grande",
            "product_permalink": "https://shop.example/prodotto/tazza/",
            "status": "approved",
            "reviewer": "Giulia",
            "reviewer_email": "giulia@example.org",
            "review": f"<p>{text.replace('&', '&amp;')}</p>\n",
            "rating": 2,
            "verified": False,
        }
        self.records.insert(0, {**record, **more})

    def text_of(self, record: dict[str, Any]) -> str:
        return str(record["review"]).strip().removeprefix("<p>").removesuffix("</p>")

    def delete(self, text: str) -> None:
        for record in self.records:
            if self.text_of(record) == text:
                record["status"] = "trash"
        self.records = [record for record in self.records if record["status"] != "trash"]
        self.comments = [one for one in self.comments if one["content"]["raw"] != text]

    def publish_broken(self) -> None:
        self.records.insert(0, {"id": 999, "review": "", "rating": 0, "status": "hold"})

    def answers(self) -> list[tuple[str, Visibility]]:
        return [(one["content"]["raw"], Visibility.PUBLIC) for one in self.comments]

    def answer(self, request: Request) -> Answer:
        pair = b64encode(f"anna:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {pair}":
            return json_answer({"code": "woocommerce_rest_cannot_view", "message": "Sorry"}, 401)
        if request.path == "/wp-json/wp/v2/comments":
            return self.comment(request)
        if request.path == "/wp-json/wc/v3/products/reviews":
            start = 0 if self.is_endless else self.per_page * (int(request.query["page"][0]) - 1)
            assert request.query["per_page"] == ["100"]
            return json_answer(self.records[start : start + self.per_page])
        wanted = request.path.removeprefix("/wp-json/wc/v3/products/reviews/")
        for record in self.records:
            if str(record["id"]) == wanted:
                return json_answer(record)
        return json_answer(
            {"code": "woocommerce_rest_review_invalid_id", "message": "Invalid review ID."}, 404
        )

    def comment(self, request: Request) -> Answer:
        if request.method == "GET":
            parent = int(request.query["parent"][0])
            return json_answer([one for one in self.comments if one["parent"] == parent])
        if not self.may_comment:
            return json_answer(
                {"code": "rest_cannot_create", "message": "Sorry, you must be logged in."}, 401
            )
        asked = request.json()
        assert (asked["post"], set(asked)) == (31, {"post", "parent", "content"})
        raw = asked["content"]
        comment = {
            "id": 500 + len(self.comments),
            "post": asked["post"],
            "parent": int(asked["parent"]),
            "content": {"raw": raw, "rendered": f"<p>{raw.replace('...', '&#8230;')}</p>"},
            "date_gmt": datetime.now(UTC).replace(tzinfo=None, microsecond=0).isoformat(),
        }
        self.comments.append(comment)
        return json_answer(comment, 201)


class FakeTrusted(FakeApi):
    """Trusted Shops' eTrusted API. A token is given out for client credentials."""

    per_page = 100
    text_key = "comment"
    settings = {"preset": "trusted_shops"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.tokens_given = 0

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> JsonConnector:
        address = f"{url or self.server.url}/oauth/token"
        login = {"key": f"id-{SECRET}", "secret": f"secret-{SECRET}", "address": address}
        return super().connect(url, limits, login=login, **more)

    def is_sign_in(self, request: Request) -> bool:
        return request.path == "/oauth/token"

    def publish(self, text: str, *, created_at: datetime | None = None, **more: Any) -> None:
        record = {
            "id": f"rev-{len(self.records):08x}",
            "type": "SERVICE_REVIEW",
            "state": "APPROVED",
            "rating": 2,
            "title": "Titolo",
            "comment": text,
            "createdAt": stamp(created_at),
            "submittedAt": stamp(created_at),
            "customer": {"firstName": "Giulia", "fullName": "Giulia Rossi", "email": "giulia@example.org"},
            "questionnaire": {"locale": "it_IT"},
        }
        self.records.insert(0, {**record, **more})

    def delete(self, text: str) -> None:
        self.records = [record for record in self.records if record.get("comment") != text]
        for record in self.records:
            if (record.get("reply") or {}).get("comment") == text:
                del record["reply"]

    def publish_broken(self) -> None:
        self.records.insert(0, {"id": {}, "comment": 7})

    def answers(self) -> list[tuple[str, Visibility]]:
        return [(one["reply"]["comment"], Visibility.PUBLIC) for one in self.records if one.get("reply")]

    def answer(self, request: Request) -> Answer:
        if self.is_sign_in(request):
            assert parse_qs(request.body.decode()) == {
                "grant_type": ["client_credentials"],
                "client_id": [f"id-{SECRET}"],
                "client_secret": [f"secret-{SECRET}"],
                "audience": ["https://api.etrusted.com"],
            }
            self.tokens_given += 1
            return json_answer({"access_token": SECRET, "expires_in": 3600, "token_type": "Bearer"})
        if request.headers.get("authorization") != f"Bearer {SECRET}":
            return json_answer({"message": "Unauthorized"}, 401)
        if request.path == "/reviews":
            return self.page(request)
        wanted = request.path.removeprefix("/reviews/").removesuffix("/reply")
        for record in self.records:
            if record["id"] == wanted and request.method == "POST":
                asked = request.json()
                assert asked["sendNotification"] is True
                record["reply"] = {"comment": asked["comment"], "createdAt": stamp(), "updatedAt": stamp()}
                return Answer(204)
            if record["id"] == wanted:
                return json_answer(record)
        return json_answer({"message": "Not found"}, 404)

    def page(self, request: Request) -> Answer:
        start = int(request.query.get("after", ["0"])[0])
        page = self.records[:5] if self.is_endless else self.records[start : start + self.per_page]
        is_more = self.is_endless or start + self.per_page < len(self.records)
        cursor = {"after": str(start + self.per_page)} if is_more else {}
        return json_answer({"items": page, "paging": {"count": len(page), "cursor": cursor}})


class FakeFeedaty(FakeApi):
    """Feedaty's two-step sign-in and its list of product reviews."""

    settings = {"preset": "feedaty", "login": {"key": "10214", "secret": SECRET}}  # noqa: RUF012

    def is_sign_in(self, request: Request) -> bool:
        return request.path.startswith("/OAuth/")

    def publish(self, text: str) -> None:
        products = [{"SKU": "T1", "Rating": 2, "Review": text}, {"SKU": "T2", "Rating": 4, "Review": "Bello"}]
        review = {
            "ID": len(self.records) + 7,
            "OrderID": "A-1",
            "Released": "2026-11-20T09:00:00",
            "ProductsReviews": products,
        }
        self.records.insert(0, review)

    def answer(self, request: Request) -> Answer:
        if request.path == "/OAuth/RequestToken":
            return json_answer({"RequestToken": "ask-1"})
        if request.path == "/OAuth/AccessToken":
            proof = hashlib.sha1(f"ask-1{SECRET}".encode(), usedforsecurity=False).hexdigest()
            assert (
                request.headers["authorization"] == f"Basic {b64encode(f'10214:{proof}'.encode()).decode()}"
            )
            return json_answer({"AccessToken": SECRET})
        if request.headers.get("authorization") != f"Oauth {SECRET}":
            return json_answer({"Message": "Unauthorized"}, 401)
        row, count = int(request.query["row"][0]), int(request.query["count"][0])
        return json_answer(
            {
                "Data": {
                    "Reviews": json.loads(json.dumps(self.records))[row : row + count],
                    "TotalProductReviews": len(self.records),
                }
            }
        )
