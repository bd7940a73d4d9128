"""The RSS connector: when it fetches, and what it keeps between two looks; what it makes of a body is in `test_feeds`."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import ClassVar

import pytest
from pydantic import ValidationError

from connectors.rss import RssOptions
from reputation_bot.errors import BadAnswerError
from tests.contracts.connector import SECRET, ConnectorContract, keys, texts
from tests.fake_feed import FakeFeed
from tests.fake_server import Answer, refused_url


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

    def test_looking_at_an_unchanged_feed_loads_no_parser(self, platform: FakeFeed) -> None:
        platform.publish("Primo")
        assert parsers_loaded(platform, None), "a new feed needs them"
        for headers in ({}, {"etag": '"v1"'}):
            platform.headers = headers
            cursor = platform.connect().poll(None).cursor
            assert parsers_loaded(platform, cursor) == []


def parsers_loaded(platform: FakeFeed, cursor: object) -> list[str]:
    """By a process of its own that looks at the feed once."""
    code = (
        "import json, sys\n"
        "from connectors.rss import RssConnector, RssOptions\n"
        "from reputation_bot.ports import Channel\n"
        "connector = RssConnector(Channel('news', 'Bottega Aurora'), RssOptions(url=sys.argv[1]))\n"
        "connector.poll(json.loads(sys.argv[2]))\n"
        "print(*{'feedparser', 'connectors.rss.feeds'}.intersection(sys.modules))\n"
    )
    command = [sys.executable, "-c", code, platform.url, json.dumps(cursor)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


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
