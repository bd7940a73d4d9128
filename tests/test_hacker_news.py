"""The Hacker News connector against a small fake of its search."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.hacker_news import HackerNewsConnector, HackerNewsOptions
from connectors.http import Limits
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, ConnectorContract, fresh_http, texts
from tests.fake_server import Answer, FakeServer, Request, json_answer


class FakeHackerNews:
    """Stories and comments, newest first, as hn.algolia.com shows them."""

    def __init__(self) -> None:
        self.hits: list[dict[str, Any]] = []
        self.count = 42_000_000
        self.is_endless = False
        self.server = FakeServer(self.answer)
        self.secret_url = self.server.url

    def connect(
        self, url: str | None = None, limits: Limits = PATIENT, account: str | None = None
    ) -> HackerNewsConnector:
        options = HackerNewsOptions(query='"bottega aurora"', account=account, api=url or self.server.url)
        return HackerNewsConnector(Channel("hn", "Bottega Aurora"), options, fresh_http(options.api, limits))

    def publish(self, text: str, *, created_at: datetime | None = None, **fields: Any) -> None:
        self.count += 1
        at = (created_at or datetime.now(UTC)).astimezone(UTC)
        hit = {
            "objectID": str(self.count),
            "author": "giulia",
            "comment_text": text.replace("&", "&amp;"),
            "story_id": 41_000_000,
            "story_title": "Show HN: a shop",
            "parent_id": 41_000_000,
            "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "created_at_i": int(at.timestamp()),
            "_tags": ["comment", "author_giulia", "story_41000000"],
        }
        self.hits.insert(0, {**hit, **fields})

    def edit(self, old: str, new: str) -> None:
        for hit in self.hits:
            if hit.get("comment_text") == old:
                hit["comment_text"] = new

    def delete(self, text: str) -> None:
        self.hits = [hit for hit in self.hits if hit.get("comment_text") != text]

    def publish_broken(self) -> None:
        self.publish("", author=None)

    def page_endlessly(self) -> None:
        self.is_endless = True

    def answer(self, request: Request) -> Answer:
        if request.path.startswith("/api/v1/items/"):
            return self.item(request.path.rpartition("/")[2])
        assert request.path == "/api/v1/search_by_date"
        assert request.query["query"] == ['"bottega aurora"']
        assert request.query["tags"] == ["(story,comment)"]
        page, size = int(request.query["page"][0]), int(request.query["hitsPerPage"][0])
        pages = 10**6 if self.is_endless else -(-len(self.hits) // size)
        hits = self.hits if self.is_endless else self.hits[page * size : (page + 1) * size]
        return json_answer({"hits": hits, "nbHits": len(self.hits), "page": page, "nbPages": pages})

    def item(self, item_id: str) -> Answer:
        for hit in self.hits:
            if hit["objectID"] == item_id:
                return json_answer({"id": int(item_id), "author": "giulia", "text": hit["comment_text"]})
        return json_answer({"status": 404, "error": "Not Found"}, 404)


@pytest.fixture
def platform() -> Iterator[FakeHackerNews]:
    fake = FakeHackerNews()
    with fake.server.running():
        yield fake


class TestContract(ConnectorContract):
    """All that holds for every connector."""


def test_comment_becomes_a_mention_in_the_thread_of_its_story(platform: FakeHackerNews) -> None:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    platform.publish("Never arrived.<p>I &gt; wrote &quot;twice&quot;", created_at=at)
    (mention,) = platform.connect().poll(None).mentions
    assert mention.text.split("\n")[0] == "Never arrived."
    assert (mention.external_id, mention.thread, mention.title) == ("42000001", "41000000", None)
    assert mention.url == "https://news.ycombinator.com/item?id=42000001"
    assert mention.author.url == "https://news.ycombinator.com/user?id=giulia"
    assert mention.created_at == at


def test_story_that_is_a_link_holds_its_address(platform: FakeHackerNews) -> None:
    platform.publish("", title="A shop in Turin", url="https://bottega-aurora.it/x", story_id=42_000_001)
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.text, mention.title) == ("A shop in Turin\nhttps://bottega-aurora.it/x", None)
    assert mention.thread == mention.external_id == "42000001"


def test_story_with_a_text_keeps_its_title(platform: FakeHackerNews) -> None:
    platform.publish("", title="Ask HN: good?", story_text="Is <i>Bottega Aurora</i> any good?")
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.title, mention.text) == ("Ask HN: good?", "Is Bottega Aurora any good?")


def test_what_we_write_is_no_mention(platform: FakeHackerNews) -> None:
    platform.publish("Ours", author="bottega")
    platform.publish("Theirs")
    assert texts(platform.connect(account="bottega").poll(None)) == {"Theirs"}


def test_shell_of_a_deleted_comment_counts_as_gone(
    platform: FakeHackerNews, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.publish("Ripensato")
    platform.publish("Resta")
    connector = platform.connect()
    first = connector.poll(None)
    ours = platform.hits.pop()
    shell = json_answer({"id": int(ours["objectID"]), "author": None, "text": None})
    monkeypatch.setattr(platform, "item", lambda _id: shell)
    assert connector.poll(first.cursor).gone == [ours["objectID"]]


class TestManyResults:
    def test_pages_are_read_until_what_is_known(self, platform: FakeHackerNews) -> None:
        for number in range(450):
            platform.publish(f"Comment {number}")
        connector = platform.connect(limits=Limits())
        first = connector.poll(None)
        assert (len(first.mentions), first.complete_since) == (450, None)
        platform.server.requests.clear()
        assert len(connector.poll(first.cursor).mentions) == 200
        assert len(platform.server.requests) == 2

    def test_more_than_can_be_shown_is_told_as_a_hole(self, platform: FakeHackerNews) -> None:
        platform.publish("Old", created_at=datetime(2026, 11, 1, tzinfo=UTC))
        connector = platform.connect(limits=Limits())
        cursor = connector.poll(None).cursor
        for number in range(1100):
            platform.publish(f"Comment {number}", created_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
        batch = connector.poll(cursor)
        assert len(batch.mentions) == 1000
        assert batch.complete_since == datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize("wrong", [{"query": ""}, {"account": "a b"}, {"api": "hn"}, {"colour": SECRET}])
def test_wrong_options_are_refused_without_repeating_them(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        HackerNewsOptions.model_validate({"query": "aurora", **wrong})
    assert SECRET not in str(caught.value)
