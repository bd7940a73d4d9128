"""The RSS connector: when it fetches, and what it keeps between two looks; what it makes of a body is in `test_feeds`."""

import gzip
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from connectors.http import Limits
from connectors.rss import RssConnector, RssOptions
from connectors.rss.discovery import usual_places
from connectors.rss.way import Way
from reputation_bot.errors import AccessError, BadAnswerError, RetryLaterError
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, ConnectorContract, fresh_http, keys, texts
from tests.fake_server import Answer, FakeServer, Request, redirect, refused_url

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


@pytest.fixture
def platform() -> Iterator[FakeFeed]:
    feed = FakeFeed()
    with feed.server.running():
        yield feed


class TestContract(ConnectorContract):
    """All that holds for every connector."""

    exempt: ClassVar[Mapping[str, str]] = {
        "test_deleted_mention_is_told_and_shown_no_more": "a feed holds its newest entries only: what is missing may just be old",
        "test_endless_pages_come_to_an_end": "a feed is one page",
    }


class TestUnchanged:
    def test_server_that_knows_conditions_sends_nothing_twice(self, platform: FakeFeed) -> None:
        platform.headers = {"etag": '"v1"', "Last-Modified": "Sat, 21 Nov 2026 09:00:00 GMT"}
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        second = connector.poll(cursor)
        asked = platform.server.requests[1].headers
        assert asked["if-none-match"] == '"v1"'
        assert asked["if-modified-since"] == "Sat, 21 Nov 2026 09:00:00 GMT"
        assert second.mentions == []
        platform.headers["etag"] = '"v2"'
        platform.publish("Secondo")
        assert texts(connector.poll(second.cursor)) == {"Secondo"}

    def test_equal_body_of_a_server_without_conditions_is_not_read_again(self, platform: FakeFeed) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        assert connector.poll(cursor).mentions == []

    def test_unasked_304_is_a_bad_answer(self, platform: FakeFeed) -> None:
        platform.server.fail(Answer(304))
        with pytest.raises(BadAnswerError):
            platform.connect().poll(None)

    def test_feed_dated_anew_keeps_its_ids(self, platform: FakeFeed) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        first = connector.poll(None)
        platform.items[0]["pubDate"] = format_datetime(datetime.now(UTC) - timedelta(days=3))
        assert keys(connector.poll(first.cursor)) == keys(first)

    def test_cursor_of_another_address_is_not_used(self, platform: FakeFeed) -> None:
        platform.headers = {"etag": '"v1"'}
        platform.publish("Primo")
        cursor = platform.connect().poll(None).cursor
        other = platform.connect(f"{platform.server.url}/other.xml")
        assert texts(other.poll(cursor)) == {"Primo"}
        assert "if-none-match" not in platform.server.requests[-1].headers

    def test_tag_that_cannot_be_sent_back_is_ignored(self, platform: FakeFeed) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        assert isinstance(cursor, dict)
        batch = connector.poll({**cursor, "etag": "x\r\nCookie: y", "modified": "€", "body": "", "known": {}})
        assert texts(batch) == {"Primo"}
        assert "if-none-match" not in platform.server.requests[-1].headers

    def test_looking_at_an_unchanged_feed_loads_no_parser(self) -> None:
        code = "import sys, connectors.rss; sys.exit('feedparser' in sys.modules or 'connectors.rss.feeds' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestMoved:
    @pytest.fixture
    def moved(self, platform: FakeFeed) -> FakeFeed:
        """Everything but /new.xml redirects there for good."""
        serve = platform.answer
        platform.server.handler = lambda request: (
            serve(request) if request.path == "/new.xml" else redirect("/new.xml", 301)
        )
        platform.publish("Primo")
        return platform

    def test_new_address_is_told_once_and_asked_from_then_on(self, moved: FakeFeed) -> None:
        connector = moved.connect()
        first = connector.poll(None)
        assert [f"{moved.server.url}/new.xml" in notice for notice in first.notices] == [True]
        second = connector.poll(first.cursor)
        assert second.notices == []
        assert [request.path for request in moved.server.requests] == ["/feed.xml", "/new.xml", "/new.xml"]

    def test_ids_outlive_the_move(self, platform: FakeFeed) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        before = connector.poll(None)
        with FakeServer(platform.answer).running() as elsewhere:
            platform.server.handler = lambda request: redirect(f"{elsewhere.url}/new.xml", 301)
            platform.publish("Secondo")
            named = RssOptions(url=platform.url)
            door = fresh_http(platform.url, PATIENT)
            door._named |= {("127.0.0.1", elsewhere.port)}
            after = RssConnector(Channel("news", "B"), named, door).poll(before.cursor)
        assert texts(after) == {"Secondo"}, "the first one is known by its id"

    def test_configured_address_is_asked_again_when_the_new_one_fails(self, moved: FakeFeed) -> None:
        connector = moved.connect()
        cursor = connector.poll(None).cursor
        for fault in (Answer(404), Answer(500), Answer(body=b"<html>parked</html>")):
            moved.server.handler = lambda request, fault=fault: (  # type: ignore[misc]
                fault if request.path == "/new.xml" else moved.answer(request)
            )
            batch = connector.poll(cursor)
            assert texts(batch) == {"Primo"}
            assert "fails" in batch.notices[0]
            moved.server.requests.clear()
            connector.poll(batch.cursor)
            assert [request.path for request in moved.server.requests] == ["/feed.xml"]

    def test_new_address_that_asks_for_patience_gets_it(self, moved: FakeFeed) -> None:
        connector = moved.connect()
        cursor = connector.poll(None).cursor
        moved.server.requests.clear()
        moved.server.fail(Answer(429, headers={"Retry-After": "60"}))
        with pytest.raises(RetryLaterError):
            connector.poll(cursor)
        assert [request.path for request in moved.server.requests] == ["/new.xml"]

    def test_failure_of_both_addresses_is_that_of_the_configured_one(self, moved: FakeFeed) -> None:
        connector = moved.connect()
        cursor = connector.poll(None).cursor
        moved.server.handler = lambda request: Answer(404 if request.path == "/new.xml" else 401)
        with pytest.raises(AccessError, match=r"feed\.xml refuses us"):
            connector.poll(cursor)

    def test_address_that_may_hold_a_key_is_told_once_but_not_kept(self, platform: FakeFeed) -> None:
        serve = platform.answer
        platform.server.handler = lambda request: (
            serve(request) if request.path == "/new.xml" else redirect(f"/new.xml?key={SECRET}", 301)
        )
        platform.publish("Primo")
        connector = platform.connect(platform.secret_url)
        first = connector.poll(None)
        assert SECRET not in repr(first)
        assert len(first.notices) == 1
        assert connector.poll(first.cursor).notices == []
        assert platform.server.requests[-1].query == {"key": [SECRET]}

    def test_temporary_redirect_is_followed_and_forgotten(self, platform: FakeFeed) -> None:
        platform.publish("Primo")
        platform.server.fail(redirect("/elsewhere.xml", 302))
        batch = platform.connect().poll(None)
        assert texts(batch) == {"Primo"}
        assert batch.notices == []
        assert "elsewhere" not in repr(batch.cursor)


def page(*links: str, body: str = "") -> Answer:
    head = "".join(f"<link rel='alternate' {link}>" for link in links)
    return Answer(body=f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode())


RSS, ATOM = "type='application/rss+xml'", "type='application/atom+xml'"


class TestPages:
    """Channels whose address is that of a web page."""

    @pytest.fixture
    def home(self, platform: FakeFeed) -> FakeFeed:
        """Its home page names the feed, and before it that of the comments."""
        serve = platform.answer
        self.page = page(
            f"{RSS} title='Commenti' href='/comments/feed'", f"{ATOM} href='/feed.xml?a=1&amp;b=2'"
        )
        platform.server.handler = lambda request: self.page if request.path == "/" else serve(request)
        platform.publish("Primo")
        return platform

    def test_feed_that_the_page_names_is_read_and_told_once(self, home: FakeFeed) -> None:
        connector = home.connect(f"{home.server.url}/")
        first = connector.poll(None)
        assert texts(first) == {"Primo"}
        assert [f"{home.url} is read" in notice for notice in first.notices] == [True]
        home.publish("Secondo")
        home.server.requests.clear()
        second = connector.poll(first.cursor)
        assert (texts(second), second.notices) == ({"Secondo"}, [])
        assert [(request.path, request.query) for request in home.server.requests] == [
            ("/feed.xml", {"a": ["1"], "b": ["2"]})
        ]

    def test_page_is_asked_again_when_its_feed_is_gone(self, home: FakeFeed) -> None:
        connector = home.connect(f"{home.server.url}/")
        cursor = connector.poll(None).cursor
        serve = home.answer
        self.page = page(f"{RSS} href='/blog.xml'")
        home.server.handler = lambda request: (
            self.page
            if request.path == "/"
            else Answer(404)
            if request.path == "/feed.xml"
            else serve(request)
        )
        batch = connector.poll(cursor)
        assert texts(batch) == {"Primo"}
        assert "blog.xml is read" in " ".join(batch.notices)

    def test_feed_of_a_page_that_names_none_is_found_in_the_usual_place(self, home: FakeFeed) -> None:
        self.page = page(body="Benvenuti")
        batch = home.connect(f"{home.server.url}/").poll(None)
        assert texts(batch) == {"Primo"}

    def test_usual_places_are_not_tried_once_the_channel_has_answered(self, platform: FakeFeed) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.server.requests.clear()
        platform.server.fail(page(body="Torniamo presto"))
        with pytest.raises(BadAnswerError, match="a web page"):
            connector.poll(cursor)
        assert len(platform.server.requests) == 1

    def test_page_without_a_feed_anywhere_is_a_bad_answer(self, platform: FakeFeed) -> None:
        platform.server.handler = lambda request: page(f"{RSS} href='/no.xml'")
        with pytest.raises(BadAnswerError, match="it names its feed"):
            platform.connect(f"{platform.server.url}/").poll(None)

    def test_feed_found_behind_an_address_that_may_hold_a_key_is_not_kept(self, home: FakeFeed) -> None:
        self.page = page(f"{RSS} href='/feed.xml?key={SECRET}'")
        batch = home.connect(f"{home.server.url}/?key={SECRET}").poll(None)
        assert texts(batch) == {"Primo"}
        assert SECRET not in repr(batch)

    def test_page_cannot_lead_into_our_own_network(self, home: FakeFeed) -> None:
        with FakeServer(lambda request: Answer(body=home.body())).running() as inside:
            self.page = page(f"{RSS} href='{inside.url}/feed.xml'")
            home.server.handler = lambda request: self.page
            with pytest.raises(BadAnswerError):
                home.connect(f"{home.server.url}/").poll(None)
            assert inside.requests == []

    def test_feeds_of_a_page_are_listed_for_a_person(self, home: FakeFeed) -> None:
        address = f"{home.url}?a=1&b=2"
        assert RssConnector.feeds_at(f"{home.server.url}/") == [(address, "Il blog")]
        assert RssConnector.feeds_at(home.url) == [(home.url, "Il blog")]


class TestPatience:
    @pytest.mark.parametrize(
        ("headers", "ttl", "rest"),
        [
            ({}, "", None),
            ({"Cache-Control": "public, max-age=300"}, "", timedelta(minutes=5)),
            ({"Cache-Control": "max-age=300", "Age": "120"}, "", timedelta(minutes=3)),
            ({"Cache-Control": "max-age=300", "Age": "999"}, "", None),
            ({"Cache-Control": "max-age=999999999"}, "", timedelta(minutes=15)),
            ({"Cache-Control": "max-age=x, s-maxage=60"}, "", None),
            ({"Cache-Control": "no-cache"}, "<ttl>10</ttl>", timedelta(minutes=10)),
            ({}, "<ttl>1440</ttl>", timedelta(minutes=15)),
            ({}, "<ttl>-1</ttl>", None),
        ],
    )
    def test_wish_of_the_feed_is_passed_on_within_reason(
        self, platform: FakeFeed, headers: dict[str, str], ttl: str, rest: timedelta | None
    ) -> None:
        body = (
            f"<rss version='2.0'><channel><title>x</title>{ttl}<item><title>a</title></item></channel></rss>"
        )
        platform.server.fail(Answer(200, body.encode(), headers))
        assert platform.connect().poll(None).again_after == rest


class TestBodies:
    def test_gzip_file_that_is_not_declared_is_unpacked(self, platform: FakeFeed) -> None:
        platform.publish("Primo")
        platform.server.fail(Answer(body=gzip.compress(platform.body())))
        assert texts(platform.connect().poll(None)) == {"Primo"}

    @pytest.mark.parametrize("body", [b"\x1f\x8bnonsense", gzip.compress(bytes(20_000_000))])
    def test_gzip_file_that_is_broken_or_a_bomb_is_a_bad_answer(
        self, platform: FakeFeed, body: bytes
    ) -> None:
        platform.server.fail(Answer(body=body))
        with pytest.raises(BadAnswerError):
            platform.connect().poll(None)

    @pytest.mark.parametrize("keep", [0.55, 0.7, 0.95])
    def test_feed_that_breaks_off_gives_its_whole_entries_and_is_fetched_anew(
        self, platform: FakeFeed, keep: float
    ) -> None:
        platform.headers = {"etag": '"v1"'}
        for name in ("Uno", "Due", "Tre", "Quattro"):
            platform.publish(name)
        whole = platform.connect().poll(None)
        body = platform.body()
        platform.server.fail(Answer(body=body[: int(len(body) * keep)], headers=platform.headers))
        connector = platform.connect()
        part = connector.poll(None)
        assert keys(part) < keys(whole)
        assert any("breaks off" in notice for notice in part.notices)
        assert keys(connector.poll(part.cursor)) == keys(whole)

    def test_address_is_checked_and_never_repeated(self) -> None:
        for wrong in ({"url": f"file:///{SECRET}"}, {"url": refused_url(), "colour": SECRET}, {}):
            with pytest.raises(ValidationError) as caught:
                RssOptions.model_validate(wrong)
            assert SECRET not in str(caught.value)
        assert SECRET not in repr(RssOptions(url=f"https://example.org/?key={SECRET}"))


def test_a_feed_that_has_turned_over_says_since_when_it_is_whole(platform: FakeFeed) -> None:
    for number in range(3):
        platform.publish(f"Prima {number}")
    connector = platform.connect()
    first = connector.poll(None)
    platform.publish("Una nuova")
    second = connector.poll(first.cursor)
    assert (first.complete_since, second.complete_since) == (None, None), "what was known is still there"
    oldest = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    platform.publish("Due ore fa", created_at=oldest)
    platform.publish("Adesso")
    del platform.items[2:]
    assert connector.poll(second.cursor).complete_since == oldest


class TestApi:
    """An address that stands for the feed's site."""

    @staticmethod
    def connect(
        platform: FakeFeed, url: str = "https://shop.example/feed.xml", path: str = ""
    ) -> RssConnector:
        api = platform.server.url + path
        options = RssOptions.model_validate({"url": url, "api": api})
        return RssConnector(Channel("news", "Bottega Aurora"), options, fresh_http(api, PATIENT))

    @pytest.mark.parametrize("path", ["", "/", "/mirror", "/mirror/"])
    def test_the_feed_is_fetched_there_and_its_links_lead_to_the_site(
        self, platform: FakeFeed, path: str
    ) -> None:
        platform.publish("Primo")
        (mention,) = self.connect(platform, path=path).poll(None).mentions
        (asked,) = platform.server.requests
        assert asked.path == path.rstrip("/") + "/feed.xml"
        assert mention.url == "https://shop.example/p/0"

    def test_query_and_password_of_the_feed_go_along_and_are_told_nobody(self, platform: FakeFeed) -> None:
        platform.publish("Primo")
        url = f"https://anna:{SECRET}@shop.example/feed.xml?key={SECRET}"
        connector = self.connect(platform, url)
        batch = connector.poll(None)
        (asked,) = platform.server.requests
        assert asked.query == {"key": [SECRET]}
        assert asked.headers["authorization"].startswith("Basic ")
        assert SECRET not in repr(batch)

    def test_where_a_feed_has_moved_is_told_as_the_site_calls_it(self, platform: FakeFeed) -> None:
        platform.publish("Primo")
        serve = platform.answer
        platform.server.handler = lambda request: (
            redirect("/new.xml", 301) if request.path == "/feed.xml" else serve(request)
        )
        connector = self.connect(platform)
        batch = connector.poll(None)
        assert any("https://shop.example/new.xml" in notice for notice in batch.notices)
        platform.publish("Secondo")
        assert texts(connector.poll(batch.cursor)) == {"Secondo"}
        assert platform.server.requests[-1].path == "/new.xml"

    def test_feed_that_a_page_names_is_fetched_there_too(self, platform: FakeFeed) -> None:
        platform.publish("Primo")
        page = b'<!doctype html><link rel="alternate" type="application/rss+xml" href="https://shop.example/blog.xml">'
        serve = platform.answer
        platform.server.handler = lambda request: Answer(200, page) if request.path == "/" else serve(request)
        assert texts(self.connect(platform, "https://shop.example/").poll(None)) == {"Primo"}
        assert platform.server.requests[-1].path == "/blog.xml"

    def test_what_is_on_another_site_is_not_asked_there(self) -> None:
        way = Way("https://shop.example/feed", "http://127.0.0.1:9000/mirror")
        assert way.there("https://other.example/feed") == "https://other.example/feed"
        assert way.back("http://127.0.0.1:9000/elsewhere") == "http://127.0.0.1:9000/elsewhere"
        assert way.back("http://127.0.0.1:9000/mirrored") == "http://127.0.0.1:9000/mirrored"
        assert (
            Way("https://shop.example/feed", None).there("https://shop.example/a") == "https://shop.example/a"
        )

    def test_it_may_be_in_our_own_network_because_the_channel_names_it(self, platform: FakeFeed) -> None:
        platform.publish("Primo")
        options = RssOptions.model_validate(
            {"url": "https://shop.example/feed.xml", "api": platform.server.url}
        )
        assert texts(RssConnector(Channel("news", "Bottega Aurora"), options).poll(None)) == {"Primo"}
