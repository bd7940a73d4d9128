"""A blog's feed on a server that knows conditions where it is told to, and the connector that reads it."""

from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from connectors.http import Limits
from connectors.rss import RssConnector, RssOptions
from connectors.rss.discovery import usual_places
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, fresh_http
from tests.fake_server import Answer, FakeServer, Request

ELSEWHERE = {urlsplit(place).path for place in usual_places("https://shop.example/")} - {"/feed.xml"}


class FakeFeed:
    """A blog's feed at /feed.xml, newest first."""

    def __init__(self) -> None:
        self.items: list[dict[str, str]] = []
        self.headers: dict[str, str] = {}
        self.server = FakeServer(self.answer)
        self.url = f"{self.server.url}/feed.xml"
        self.secret_url = f"{self.url.replace('//', f'//anna:{SECRET}@')}?key={SECRET}"

    def connect(self, url: str | None = None, limits: Limits = PATIENT) -> RssConnector:
        options = RssOptions(url=url or self.url)
        return RssConnector(Channel("news", "Bottega Aurora"), options, fresh_http(options.url, limits))

    def publish(self, text: str, *, created_at: datetime | None = None) -> None:
        date = format_datetime(created_at or datetime.now(UTC))
        item = {"guid": f"g{len(self.items)}", "link": f"/p/{len(self.items)}", "pubDate": date}
        self.items.insert(0, {**item, "description": escape(text)})

    def edit(self, old: str, new: str) -> None:
        for item in self.items:
            if item.get("description") == old:
                item["description"] = new

    def publish_broken(self) -> None:
        self.items.insert(0, {"guid": "photo", "description": '<img src="a.jpg">'})

    def body(self) -> bytes:
        items = "".join(
            f"<item>{''.join(f'<{k}>{escape(v)}</{k}>' for k, v in item.items())}</item>"
            for item in self.items
        )
        return f'<rss version="2.0"><channel><title>Il blog</title>{items}</channel></rss>'.encode()

    def answer(self, request: Request) -> Answer:
        if request.path in ELSEWHERE or not request.path.endswith(".xml"):
            return Answer(404)
        if "etag" in self.headers and request.headers.get("if-none-match") == self.headers["etag"]:
            return Answer(304, headers=self.headers)
        return Answer(200, self.body(), {"Content-Type": "application/rss+xml", **self.headers})
