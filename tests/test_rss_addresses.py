"""Where the RSS connector fetches: feeds that have moved, pages that name their feed, and an address that stands for the site."""

from collections.abc import Iterator
from functools import partial

import pytest

from connectors.rss import RssConnector, RssOptions
from connectors.rss.way import Way
from reputation_bot.errors import AccessError, BadAnswerError, RetryLaterError
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, fresh_http, texts
from tests.fake_feed import FakeFeed
from tests.fake_server import Answer, FakeServer, Request, redirect


@pytest.fixture
def platform() -> Iterator[FakeFeed]:
    feed = FakeFeed()
    with feed.server.running():
        yield feed


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
            moved.server.handler = partial(_failing_where_it_moved_to, moved, fault)
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


def _failing_where_it_moved_to(moved: FakeFeed, fault: Answer, request: Request) -> Answer:
    return fault if request.path == "/new.xml" else moved.answer(request)
