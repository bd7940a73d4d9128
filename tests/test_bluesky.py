"""The Bluesky connector against a small fake of a server, built as the published lexicons say: the contract, and what is read of posts."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.bluesky import BlueskyOptions, posts
from reputation_bot.model import Mention, Visibility
from tests.bluesky_bench import Bluesky
from tests.contracts.connector import SECRET, AnsweringPlatform, ReplierContract, texts
from tests.fake_bluesky import GIULIA, HANDLES, SESSIONS, US
from tests.fake_server import Answer, Request, json_answer


@pytest.fixture
def platform() -> Iterator[Bluesky]:
    fake = Bluesky()
    with fake.server.running():
        yield fake


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    exempt: ClassVar[Mapping[str, str]] = {
        "test_edited_mention_comes_again_under_its_id": "nobody can edit a post on Bluesky",
    }
    refusal = Answer(400, b'{"error": "InvalidRequest", "message": "Too rude for this place"}')
    idempotent = True

    def changes(self, request: Request) -> bool:
        return request.method == "POST" and request.path not in SESSIONS

    def answerable(self, platform: AnsweringPlatform, visibility: Visibility) -> Mention:
        platform.publish("Ordine mai arrivato")
        (mention,) = platform.connect().poll(None).mentions
        return mention  # type: ignore[no-any-return]  # of the contract's Any


def test_fields_of_a_post_become_those_of_a_mention(platform: Bluesky) -> None:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    root = platform.add("Inizio", at=at)
    uri = platform.add("Mai arrivato", at=at, parent=root)
    mention = next(one for one in platform.connect().poll(None).mentions if one.external_id == uri)
    assert (mention.text, mention.thread, mention.lang, mention.created_at) == (
        "Mai arrivato",
        root,
        "it",
        at,
    )
    assert (mention.author.name, mention.author.handle, mention.author.key) == (
        "Giulia",
        "giulia.example.org",
        GIULIA,
    )
    assert mention.url == f"https://bsky.app/profile/{GIULIA}/post/{uri.rpartition('/')[2]}"
    assert mention.author.url == f"https://bsky.app/profile/{GIULIA}"


def test_search_is_read_too_without_what_we_wrote_and_nothing_comes_twice(platform: Bluesky) -> None:
    platform.add("La bottega aurora è bella")
    platform.add("La bottega aurora siamo noi", US)
    batch = platform.connect(query='"bottega aurora"').poll(None)
    assert [one.text for one in batch.mentions] == ["La bottega aurora è bella"]


def test_likes_told_by_an_older_server_are_left_out(platform: Bluesky) -> None:
    platform.add("Mai arrivato")
    (post,) = platform.posts.values()
    like = {**post, "uri": f"at://{GIULIA}/app.bsky.feed.like/3k1", "reason": "like", "record": {}}
    both = {"notifications": [like, {**post, "reason": "mention"}]}
    platform.server.fail(json_answer(both), only=lambda request: "Notifications" in request.path)
    batch = platform.connect().poll(None)
    assert (texts(batch), batch.notices) == ({"Mai arrivato"}, [])


@given(
    st.text()
    | st.from_regex(
        r"at://did:(plc|web):[a-z0-9.:_%-]+/([a-z.]+|app\.bsky\.feed\.post)(/\S*)?", fullmatch=True
    )
)
def test_address_of_anything_else_than_a_post_is_none(text: str) -> None:
    url, key = posts.url_of(text), posts.key_of(text)
    assert (url is None) == (key == "")
    assert url is None or re.fullmatch(r"https://bsky\.app/profile/did:[^/?#\s]+/post/[^/?#\s]+", url)
    assert url is None or text.endswith(f"/{posts.POST}/{key}")


def test_address_of_a_post_leads_to_it() -> None:
    for did in ("did:plc:giulia", "did:web:bottega.example.org", "did:web:localhost%3A8080"):
        uri = f"at://{did}/{posts.POST}/3k2a~b:c_d"
        assert posts.key_of(uri) == "3k2a~b:c_d"
        assert posts.url_of(uri) == f"https://bsky.app/profile/{did.replace('%', '%25')}/post/3k2a~b%3Ac_d"
    for other in (
        f"at://did:plc:x/{posts.POST}/",
        "at://giulia.example/app.bsky.feed.post/3k",
        "at://did:plc:x/app.bsky.feed.like/3k",
        "3k",
    ):
        assert posts.url_of(other) is None


@pytest.mark.parametrize(
    "wrong", [{"account": "@bottega"}, {"query": "x"}, {"api": "bsky"}, {"colour": SECRET}]
)
def test_wrong_options_are_refused_without_repeating_them(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        BlueskyOptions.model_validate({"account": HANDLES[US], "password": SECRET, **wrong})
    assert SECRET not in str(caught.value)
