"""Whatever platforms of reviews and videos send in place of a good record, a whole mention comes of it or it is left out."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.connector import check_whole
from tests.fake_play import FakePlay
from tests.fake_server import json_answer
from tests.test_app_store import FakeConnect
from tests.test_google_business import FakeBusiness
from tests.test_trustpilot import TOKEN_PATH, FakeTrustpilot
from tests.test_youtube import FakeYouTube

ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(
        ["\ud800", "\x00", " ", "\u202e", "9" * 5000, "2026-11-22T09:00:00Z", "https://[", 10**400]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def almost(good: Any) -> st.SearchStrategy[Any]:
    """The same shape, with anything in place of any part, and parts missing."""
    shape: st.SearchStrategy[Any]
    match good:
        case dict():
            shape = st.fixed_dictionaries({}, optional={name: almost(part) for name, part in good.items()})
        case list():
            shape = st.tuples(*map(almost, good)).map(list)
        case _:
            shape = st.just(good)
    return st.one_of(st.just(good), shape, ANY_JSON)


class Wild:
    """A fake platform whose list holds what the test says."""

    def __init__(self, fake: Any, good: Any, serve: Callable[[list[Any]], Any]) -> None:
        self.fake, self.good, self.serve = fake, good, serve
        self.connector = fake.connect()


def play() -> Wild:
    fake = FakePlay()
    fake.publish("Titolo\tSi chiude", originalText="Si chiude")
    fake.reply_by_hand("Ci dispiace")
    (good,) = fake.reviews

    def serve(records: list[Any]) -> None:
        fake.google.api = lambda _request: json_answer({"reviews": records})

    return Wild(fake, good, serve)


def business() -> Wild:
    fake = FakeBusiness()
    fake.publish("Pessimo")
    fake.reply("Ci dispiace")
    (good,) = fake.reviews

    def serve(records: list[Any]) -> None:
        fake.google.api = lambda _request: json_answer({"reviews": records})

    return Wild(fake, good, serve)


def app_store() -> Wild:
    fake = FakeConnect()
    fake.publish("Si chiude")
    fake.respond(fake.reviews[0]["id"], "Ci dispiace")
    good = fake.related(fake.reviews[0])

    def serve(records: list[Any]) -> None:
        fake.server.handler = lambda _request: json_answer({"data": records, "links": {"next": "//x"}})

    return Wild(fake, good, serve)


def trustpilot() -> Wild:
    fake = FakeTrustpilot()
    fake.publish("Mai arrivato")
    fake.reply("Ci dispiace")
    (good,) = fake.reviews

    def serve(records: list[Any]) -> None:
        fake.server.handler = lambda request: (
            fake.token(request) if request.path == TOKEN_PATH else json_answer({"reviews": records})
        )

    return Wild(fake, good, serve)


def youtube() -> Wild:
    fake = FakeYouTube()
    fake.publish("Quando arriva?")
    fake.reply("Anche il mio")
    good = fake.with_replies(fake.threads[0])

    def serve(records: list[Any]) -> None:
        fake.google.api = lambda _request: json_answer({"items": records})

    return Wild(fake, good, serve)


MAKERS = {make.__name__: make for make in (play, business, app_store, trustpilot, youtube)}


@pytest.fixture(scope="module")
def platforms() -> Iterator[dict[str, Wild]]:
    """One server each for all examples."""
    wild = {name: make() for name, make in MAKERS.items()}
    with ExitStack() as stack:
        for one in wild.values():
            stack.enter_context(one.fake.server.running())
        yield wild


@pytest.mark.parametrize("name", MAKERS)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_mentions_are_whole_whatever_a_record_holds(
    platforms: dict[str, Wild], name: str, data: st.DataObject
) -> None:
    platform = platforms[name]
    records = data.draw(st.lists(almost(platform.good), max_size=3))
    platform.serve(records)
    batch = platform.connector.poll(None)
    for mention in batch.mentions:
        check_whole(mention)
        options = platform.connector.options(mention)
        assert options.public.allowed == (options.public.why_not is None)
    assert len({mention.key for mention in batch.mentions}) == len(batch.mentions)
    assert len(json.dumps(batch.cursor)) < 10_000


@pytest.mark.parametrize("name", MAKERS)
def test_good_record_beside_wild_ones_is_read(platforms: dict[str, Wild], name: str) -> None:
    platform = platforms[name]
    platform.serve([None, [], {"id": {}, "reviewId": 7}, platform.good])
    batch = platform.connector.poll(None)
    assert batch.mentions
    assert any("left out" in notice for notice in batch.notices)
