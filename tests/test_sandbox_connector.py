"""The sandbox's connector against a small fake of the sandbox's network."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.http import Limits
from connectors.sandbox import SandboxConnector, SandboxOptions
from reputation_bot.errors import OutcomeUnknownError
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import (
    PATIENT,
    SECRET,
    ReplierContract,
    approved,
    check_whole,
    fresh_http,
    texts,
)
from tests.fake_server import Answer, FakeServer, Request, json_answer

BRAND = "Bottega Aurora"


class FakeNetwork:
    """Keeps posts as the sandbox shows them."""

    def __init__(self) -> None:
        self.posts: list[Any] = []
        self.server = FakeServer(self.answer)
        self.secret_url = self.server.url.replace("//", f"//anna:{SECRET}@")

    def connect(self, url: str | None = None, limits: Limits = PATIENT) -> SandboxConnector:
        options = SandboxOptions(api=url or self.server.url)
        return SandboxConnector(Channel("piazza", BRAND), options, fresh_http(options.address, limits))

    def publish(self, text: str, *, created_at: datetime | None = None, **more: Any) -> None:
        self._add({"author": "Giulia", "text": text, **more}, created_at or datetime.now(UTC))

    def edit(self, old: str, new: str) -> None:
        for post in self.posts:
            if post["text"] == old:
                post["text"] = new

    def delete(self, text: str) -> None:
        for post in self.posts:
            if post["text"] == text:
                post.update(deleted=True, text="")

    def publish_broken(self) -> None:
        self.posts.append({"id": 17, "author": None})

    def answers(self) -> list[tuple[str, Visibility]]:
        ours = [post for post in self.posts if post["author"] == BRAND]
        return [(post["text"], Visibility.PRIVATE if post["private"] else Visibility.PUBLIC) for post in ours]

    def answer(self, request: Request) -> Answer:
        if request.method == "POST":
            return json_answer({"id": self._add(request.json(), datetime.now(UTC))}, 201)
        if request.path == "/api/posts":
            return json_answer(self.posts)
        found = [post for post in self.posts if request.path == f"/api/posts/{post['id']}"]
        return json_answer({**found[0], "replies": []}) if found else json_answer({"error": "gone"}, 404)

    def _add(self, fields: dict[str, Any], created_at: datetime) -> str:
        post_id = f"p{len(self.posts) + 1}"
        defaults = {"rating": None, "lang": None, "reply_to": None, "private": False, "deleted": False}
        made = {"id": post_id, "created_at": created_at.isoformat(), "url": f"/#post-{post_id}"}
        self.posts.append({**defaults, **fields, **made})
        return post_id


@pytest.fixture
def platform() -> Iterator[FakeNetwork]:
    network = FakeNetwork()
    with network.server.running():
        yield network


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    exempt: ClassVar[Mapping[str, str]] = {
        "test_endless_pages_come_to_an_end": "the network answers with all its posts at once"
    }


def test_fields_of_a_post_become_those_of_a_mention(platform: FakeNetwork) -> None:
    platform.publish("Pessimo", rating=1, lang="it", created_at=datetime(2026, 11, 21, 9, tzinfo=UTC))
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.channel, mention.external_id, mention.thread) == ("piazza", "p1", "p1")
    assert (mention.author.name, mention.rating, mention.lang) == ("Giulia", 1.0, "it")
    assert mention.created_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert mention.url == f"{platform.server.url}/#post-p1"
    assert platform.connect().options(mention).open_url == mention.url


def test_answers_at_any_depth_belong_to_the_thread_of_the_first_post(platform: FakeNetwork) -> None:
    platform.publish("Prima")
    platform.publish("Risposta", reply_to="p1")
    platform.publish("In privato", reply_to="p2", private=True)
    mentions = platform.connect().poll(None).mentions
    assert [mention.thread for mention in mentions] == ["p1", "p1", "p1"]
    assert mentions[2].visibility is Visibility.PRIVATE


def test_answers_in_a_circle_or_under_nothing_are_still_mentions(platform: FakeNetwork) -> None:
    platform.publish("Uno", reply_to="p2")
    platform.publish("Due", reply_to="p1")
    platform.publish("Tre", reply_to="p3")
    platform.publish("Quattro", reply_to="p99")
    assert len(platform.connect().poll(None).mentions) == 4


def test_deleted_posts_are_no_mentions_but_hold_their_thread_together(platform: FakeNetwork) -> None:
    platform.publish("Prima")
    platform.publish("Seconda", reply_to="p1")
    platform.publish("Terza", reply_to="p2")
    platform.posts[1].update(deleted=True, text="")
    batch = platform.connect().poll(None)
    assert texts(batch) == {"Prima", "Terza"}
    assert {mention.thread for mention in batch.mentions} == {"p1"}
    assert batch.notices == []


def test_account_of_the_settings_is_ours_instead_of_the_brand(platform: FakeNetwork) -> None:
    platform.publish("Scritto dalla marca")
    platform.posts[0]["author"] = BRAND
    options = SandboxOptions(api=platform.server.url, account="Servizio Clienti")
    connector = SandboxConnector(Channel("piazza", BRAND), options, fresh_http(options.address, PATIENT))
    (mention,) = connector.poll(None).mentions
    connector.post(approved(), mention)
    assert platform.posts[-1]["author"] == "Servizio Clienti"
    assert connector.poll(None).mentions == [mention]


def test_unchanged_network_costs_no_work(platform: FakeNetwork) -> None:
    platform.publish("Prima")
    connector = platform.connect()
    cursor = connector.poll(None).cursor
    assert connector.poll(cursor).mentions == []


def test_restarted_sandbox_is_read_from_its_beginning(platform: FakeNetwork) -> None:
    for index in range(5):
        platform.publish(f"Prima {index}")
    connector = platform.connect()
    cursor = connector.poll(None).cursor
    platform.posts.clear()
    platform.publish("Dopo il riavvio")
    assert texts(connector.poll(cursor)) == {"Dopo il riavvio"}


def test_answer_that_was_taken_but_is_not_shown_is_unknown(platform: FakeNetwork) -> None:
    platform.publish("Prima")
    connector = platform.connect()
    (mention,) = connector.poll(None).mentions
    platform.server.handler = lambda request: (
        json_answer({"id": "p9"}) if request.method == "POST" else json_answer({"error": "none"}, 404)
    )
    with pytest.raises(OutcomeUnknownError, match="does not show it"):
        connector.post(approved(), mention)


def test_answer_that_cannot_be_read_back_has_its_receipt_all_the_same(platform: FakeNetwork) -> None:
    platform.publish("Prima")
    connector = platform.connect()
    (mention,) = connector.poll(None).mentions
    platform.server.handler = lambda request: (
        json_answer({"id": "p9"}) if request.method == "POST" else Answer(500)
    )
    assert connector.post(approved(), mention).external_id == "p9"


def test_answer_made_by_a_clock_a_little_behind_is_found(platform: FakeNetwork) -> None:
    platform.publish("Prima")
    connector = platform.connect()
    (mention,) = connector.poll(None).mentions
    reply = approved()
    connector.post(reply, mention)
    platform.posts[-1]["created_at"] = (reply.approved_at - timedelta(seconds=30)).isoformat()
    assert connector.find(reply, mention) is not None


@pytest.mark.parametrize("name", ["api", "url"])
def test_the_address_goes_by_either_name(name: str) -> None:
    assert SandboxOptions.model_validate({name: "http://127.0.0.1:8800/"}).address == "http://127.0.0.1:8800"


@pytest.mark.parametrize(
    "options",
    [
        {"url": f"ftp://{SECRET}"},
        {"api": f"ftp://{SECRET}"},
        {"url": "x", "color": SECRET},
        {"api": f"http://{SECRET}", "url": f"http://{SECRET}"},
        {},
    ],
)
def test_wrong_options_are_refused_without_repeating_them(options: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        SandboxOptions.model_validate(options)
    assert SECRET not in str(caught.value)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
ALMOST_POST = st.fixed_dictionaries(
    {
        "id": st.text(max_size=4) | ANY_JSON,
        "author": st.text(max_size=4) | ANY_JSON,
        "text": st.text(max_size=9) | ANY_JSON,
    },
    optional={
        name: ANY_JSON | st.text(max_size=4) | st.datetimes().map(str)
        for name in ("rating", "lang", "reply_to", "private", "created_at", "url", "deleted")
    },
)


@pytest.fixture(scope="module")
def wild_network() -> Iterator[FakeNetwork]:
    """One server for all examples."""
    network = FakeNetwork()
    with network.server.running():
        yield network


@settings(deadline=None)
@given(posts=st.lists(ALMOST_POST | ANY_JSON, max_size=6))
def test_whatever_the_network_answers_mentions_are_whole(
    wild_network: FakeNetwork, posts: list[object]
) -> None:
    wild_network.posts = posts
    connector = wild_network.connect()
    batch = connector.poll(None)
    for mention in batch.mentions:
        check_whole(mention)
        assert connector.options(mention).public.allowed
    assert len({mention.key for mention in batch.mentions}) == len(batch.mentions)
