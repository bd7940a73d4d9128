"""The connector of the App Store's public feed against a small fake of it, with its odd shapes."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.apple.app_store_rss import AppStoreRssConnector, AppStoreRssOptions
from connectors.http import Limits
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, ConnectorContract, check_whole, fresh_http, texts
from tests.fake_server import Answer, FakeServer, Request, json_answer

APP = "1404176564"
ITSELF = {
    "im:name": {"label": "Bottega"},
    "id": {"label": "https://itunes.apple.com/it/app/id1404176564", "attributes": {"im:id": APP}},
    "title": {"label": "Bottega - Aurora srl"},
}


class FakeStore:
    """Reviews by country, newest first, 50 on a page; each value is wrapped in a label."""

    def __init__(self) -> None:
        self.reviews: dict[str, list[Any]] = {"it": [], "de": []}
        self.is_endless = False
        self.server = FakeServer(self.answer)
        self.secret_url = self.server.url

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> AppStoreRssConnector:
        options = AppStoreRssOptions.model_validate({"app": APP, "api": url or self.server.url, **more})
        return AppStoreRssConnector(Channel("store", "Bottega"), options, fresh_http(options.api, limits))

    def publish(
        self, text: str, *, created_at: datetime | None = None, country: str = "it", **more: Any
    ) -> None:
        number = 6290024630 + sum(map(len, self.reviews.values()))
        entry = {
            "author": {
                "uri": {"label": f"https://itunes.apple.com/{country}/reviews/id{number - 5}"},
                "name": {"label": "giulia88"},
                "label": "",
            },
            "updated": {"label": (created_at or datetime.now(UTC)).isoformat()},
            "im:rating": {"label": "2"},
            "im:version": {"label": "8.2.1"},
            "id": {"label": str(number)},
            "title": {"label": "Titolo"},
            "content": {"label": text, "attributes": {"type": "text"}},
            "link": {"attributes": {"rel": "related", "href": "https://itunes.apple.com/it/review?id=1"}},
        }
        self.reviews[country].insert(0, {**entry, **more})

    def edit(self, old: str, new: str) -> None:
        for entry in self.reviews["it"]:
            if entry["content"]["label"] == old:
                entry["content"]["label"] = new

    def delete(self, text: str) -> None:
        self.reviews["it"] = [one for one in self.reviews["it"] if one["content"]["label"] != text]

    def publish_broken(self) -> None:
        self.reviews["it"].insert(0, {"id": {"label": "77"}, "content": None})

    def page_endlessly(self) -> None:
        self.is_endless = True

    def answer(self, request: Request) -> Answer:
        _, country, rss, reviews, page, app, order, form = request.path.split("/")
        assert (rss, reviews, app, order, form) == (
            "rss",
            "customerreviews",
            f"id={APP}",
            "sortby=mostrecent",
            "json",
        )
        start = 0 if self.is_endless else 50 * (int(page.removeprefix("page=")) - 1)
        assert start < 500, "the feed has ten pages"
        shown: list[Any] = self.reviews[country][start : start + 50]
        feed: dict[str, Any] = {"author": {"name": {"label": "iTunes Store"}}}
        if start == 0 and shown:
            shown = [ITSELF, *shown]
        if shown:
            feed["entry"] = shown if len(shown) > 1 else shown[0]
        return json_answer({"feed": feed})


@pytest.fixture
def platform() -> Iterator[FakeStore]:
    store = FakeStore()
    with store.server.running():
        yield store


class TestContract(ConnectorContract):
    """All that holds for every connector."""

    exempt: ClassVar[Mapping[str, str]] = {
        "test_deleted_mention_is_told_and_shown_no_more": "the feed shows the newest reviews only: one that is missing proves nothing"
    }


def test_fields_of_an_entry_become_those_of_a_mention(platform: FakeStore) -> None:
    platform.publish("Si chiude\nsempre", created_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.title, mention.text, mention.rating) == ("Titolo", "Si chiude\nsempre", 2.0)
    assert (mention.external_id, mention.thread) == ("6290024630", "6290024630")
    assert (mention.author.name, mention.author.key) == ("giulia88", "6290024625")
    assert mention.author.url == "https://itunes.apple.com/it/reviews/id6290024625"
    assert mention.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert mention.url == f"https://apps.apple.com/it/app/id{APP}"


def test_entry_without_a_date_is_a_mention_all_the_same(platform: FakeStore) -> None:
    platform.publish("Ottima", updated=None)
    (mention,) = platform.connect().poll(None).mentions
    assert mention.created_at is None


def test_each_country_is_read_and_has_its_own_memory(platform: FakeStore) -> None:
    platform.publish("Bella")
    platform.publish("Schön", country="de")
    connector = platform.connect(countries=["it", "de"])
    first = connector.poll(None)
    assert texts(first) == {"Bella", "Schön"}
    for number in range(60):
        platform.publish(f"Neu {number}", country="de")
    platform.server.requests.clear()
    assert len(connector.poll(first.cursor).mentions) == 62
    assert len([one for one in platform.server.requests if one.path.startswith("/it/")]) == 1


def test_five_hundred_reviews_are_read_at_first_and_one_page_afterwards(platform: FakeStore) -> None:
    for number in range(600):
        platform.publish(f"Recensione {number}")
    connector = platform.connect()
    first = connector.poll(None)
    assert len(first.mentions) == 500
    platform.server.requests.clear()
    connector.poll(first.cursor)
    assert len(platform.server.requests) == 1


@pytest.mark.parametrize(
    "wrong", [{"app": "x"}, {"countries": ["italy"]}, {"countries": []}, {"colour": SECRET}, {"api": SECRET}]
)
def test_wrong_options_are_refused_without_repeating_them(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        AppStoreRssOptions.model_validate({"app": APP, **wrong})
    assert SECRET not in str(caught.value)


LABEL = st.fixed_dictionaries({"label": st.text(max_size=9) | st.integers() | st.none()}) | st.none()
ALMOST_ENTRY = st.fixed_dictionaries(
    {"id": LABEL, "title": LABEL, "content": LABEL},
    optional={
        "author": st.fixed_dictionaries({"name": LABEL, "uri": LABEL}) | st.text(max_size=3),
        "updated": LABEL | st.datetimes().map(lambda at: {"label": str(at)}),
        "im:rating": LABEL | st.integers(-1, 9).map(lambda stars: {"label": str(stars)}),
    },
)


@pytest.fixture(scope="module")
def wild_store() -> Iterator[FakeStore]:
    """One server for all examples."""
    store = FakeStore()
    with store.server.running():
        yield store


@settings(deadline=None)
@given(entries=st.lists(ALMOST_ENTRY | st.integers() | st.text(max_size=3), max_size=6))
def test_whatever_the_feed_holds_mentions_are_whole(wild_store: FakeStore, entries: list[Any]) -> None:
    wild_store.reviews["it"] = entries
    batch = wild_store.connect().poll(None)
    for mention in batch.mentions:
        check_whole(mention)
    assert len({mention.key for mention in batch.mentions}) == len(batch.mentions)
    assert len(json.dumps(batch.cursor)) < 5000
