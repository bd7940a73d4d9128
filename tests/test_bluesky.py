"""The Bluesky connector against a small fake of a server, built as the published lexicons say."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.bluesky import BlueskyConnector, BlueskyOptions, posts
from connectors.bluesky.writing import facets_of
from connectors.http import Limits
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.model import Mention, Visibility
from reputation_bot.ports import Channel, Watcher
from tests.contracts.connector import (
    PATIENT,
    SECRET,
    AnsweringPlatform,
    ReplierContract,
    approved,
    fresh_http,
    texts,
)
from tests.factories import make_reply
from tests.fake_bluesky import GIULIA, HANDLES, SESSIONS, US, FakeBluesky, token_for
from tests.fake_server import Answer, Request, json_answer


class Fake(FakeBluesky):
    """With the connector that reads it."""

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> BlueskyConnector:
        options = BlueskyOptions.model_validate(
            {
                "account": HANDLES[US],
                "password": f"app-{SECRET}",
                "messages": True,
                "api": url or self.server.url,
                **more,
            }
        )
        return BlueskyConnector(Channel("bsky", "Bottega Aurora"), options, fresh_http(options.api, limits))


@pytest.fixture
def platform() -> Iterator[Fake]:
    fake = Fake()
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


def test_fields_of_a_post_become_those_of_a_mention(platform: Fake) -> None:
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


def test_search_is_read_too_without_what_we_wrote_and_nothing_comes_twice(platform: Fake) -> None:
    platform.add("La bottega aurora è bella")
    platform.add("La bottega aurora siamo noi", US)
    batch = platform.connect(query='"bottega aurora"').poll(None)
    assert [one.text for one in batch.mentions] == ["La bottega aurora è bella"]


def test_likes_told_by_an_older_server_are_left_out(platform: Fake) -> None:
    platform.add("Mai arrivato")
    (post,) = platform.posts.values()
    like = {**post, "uri": f"at://{GIULIA}/app.bsky.feed.like/3k1", "reason": "like", "record": {}}
    both = {"notifications": [like, {**post, "reason": "mention"}]}
    platform.server.fail(json_answer(both), only=lambda request: "Notifications" in request.path)
    batch = platform.connect().poll(None)
    assert (texts(batch), batch.notices) == ({"Mai arrivato"}, [])


def let_pass(connector: BlueskyConnector, time: timedelta) -> None:
    """Of the session that the connector has."""
    session = connector._client._session
    assert session is not None
    object.__setattr__(session, "begun_at", session.begun_at - time)


class TestSession:
    def test_one_sign_in_serves_many_polls(self, platform: Fake) -> None:
        connector = platform.connect()
        cursor: object = None
        for _ in range(5):
            cursor = connector.poll(cursor).cursor
        assert platform.sessions == ["createSession"]

    def test_session_is_renewed_before_it_ends(self, platform: Fake) -> None:
        platform.access = token_for(timedelta(minutes=10))
        connector = platform.connect()
        connector.poll(None)
        assert platform.sessions[0] == "createSession"
        assert set(platform.sessions[1:]) == {"refreshSession"}

    def test_session_that_the_server_has_ended_is_renewed_once(self, platform: Fake) -> None:
        connector = platform.connect()
        connector.poll(None)
        let_pass(connector, timedelta(minutes=5))
        platform.access = token_for(timedelta(hours=2), number=1)
        platform.add("Dopo")
        assert "Dopo" in texts(connector.poll(None))
        assert platform.sessions == ["createSession", "createSession"]

    def test_answer_sent_with_an_ended_session_is_posted_once(self, platform: Fake) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        let_pass(connector, timedelta(minutes=5))
        platform.server.fail(
            json_answer({"error": "ExpiredToken"}, 400), only=lambda one: "putRecord" in one.path
        )
        connector.post(approved(), mention)
        assert len(platform.answers()) == 1

    @pytest.mark.parametrize(
        "renewal",
        [
            json_answer({"error": "ExpiredToken", "message": "Token has been revoked"}, 400),
            Answer(401),
            json_answer({"did": US}),
            json_answer({"did": US, "handle": "x.y", "accessJwt": SECRET, "refreshJwt": SECRET}),
            json_answer([7]),
            Answer(body=b"<html>"),
        ],
    )
    def test_session_that_cannot_be_renewed_is_begun_anew_and_the_answer_posted_once(
        self, platform: Fake, renewal: Answer
    ) -> None:
        connector, mention = self.almost_over(platform)
        platform.server.spares = lambda one: False
        platform.server.fail(renewal, only=lambda one: "refreshSession" in one.path)
        platform.access = token_for(timedelta(hours=2), number=2)
        connector.post(approved(), mention)
        assert len(platform.answers()) == 1
        assert platform.sessions == ["createSession", "createSession"]

    @pytest.mark.parametrize("renewal", [Answer(500), Answer(is_dropped=True), Answer(429)])
    def test_renewal_that_gets_lost_means_that_nothing_was_posted(
        self, platform: Fake, renewal: Answer
    ) -> None:
        connector, mention = self.almost_over(platform)
        platform.server.spares = lambda one: False
        platform.server.fail(renewal, only=lambda one: "refreshSession" in one.path)
        with pytest.raises(RetryLaterError):
            connector.post(approved(), mention)
        assert platform.answers() == []

    def almost_over(self, platform: Fake) -> tuple[BlueskyConnector, Mention]:
        """A connector whose session the next request renews, and what it may answer."""
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        session = connector._client._session
        assert session is not None
        session.own._session.access_jwt = platform.access = token_for(timedelta(minutes=10), number=1)
        return connector, mention

    def test_sessions_that_have_ended_already_are_told_after_two(self, platform: Fake) -> None:
        platform.access = token_for(timedelta(minutes=-10))
        platform.server.spares = lambda one: False
        platform.server.fail(Answer(401), times=9, only=lambda one: "refreshSession" in one.path)
        with pytest.raises(AccessError, match="clock"):
            platform.connect().poll(None)
        assert platform.sessions == ["createSession"] * 2

    @pytest.mark.parametrize(
        "wrong",
        [{"did": US}, [7], {"did": US, "handle": "x.y", "accessJwt": SECRET, "refreshJwt": SECRET}, {}],
    )
    def test_sign_in_without_a_session_is_a_bad_answer(self, platform: Fake, wrong: object) -> None:
        platform.server.spares = lambda one: False
        platform.server.fail(json_answer(wrong))
        with pytest.raises(BadAnswerError, match="no token") as caught:
            platform.connect().poll(None)
        assert SECRET not in repr(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None

    def test_session_that_is_not_told_to_be_json_is_one(self, platform: Fake) -> None:
        platform.publish("Mai arrivato")
        platform.server.spares = lambda one: False
        platform.server.fail(Answer(body=json.dumps(platform.signed_in()).encode()))
        assert texts(platform.connect().poll(None)) == {"Mai arrivato"}
        assert platform.sessions == []

    def test_document_of_the_account_leads_to_no_other_server(self, platform: Fake) -> None:
        platform.access = token_for(timedelta(minutes=10))  # renewed with each request
        platform.publish("Mai arrivato")
        platform.message("Il mio ordine è 123")
        assert len(platform.connect().poll(None).mentions) == 2
        assert "elsewhere.invalid" in str(platform.signed_in())

    def test_threads_that_begin_together_sign_in_once(self, platform: Fake) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        with ThreadPoolExecutor(4) as pool:
            batches = list(pool.map(connector.poll, [None] * 4))
        assert all(texts(batch) == {"Mai arrivato"} for batch in batches)
        assert platform.sessions == ["createSession"]

    def test_tokens_and_password_are_shown_nowhere(self, platform: Fake) -> None:
        connector = platform.connect()
        connector.poll(None)
        client = connector._client
        session = client._session
        assert session is not None
        seen = (
            f"{vars(connector)!r} {vars(client)!r} {session!r} {vars(session.own)!r} {vars(session.chat)!r}"
        )
        assert SECRET not in seen

    def test_wrong_password_says_what_to_do(self, platform: Fake) -> None:
        with pytest.raises(AccessError, match="app password"):
            platform.connect(password="wrong").poll(None)

    def test_processes_that_end_share_the_sign_ins_of_a_day(self, platform: Fake) -> None:
        now = datetime.now(UTC)
        used = {"sign_ins": {"day": now.date().isoformat(), "used": 248}}
        batch = platform.connect().poll(used)
        assert batch.again_after is not None
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        assert timedelta() <= midnight - now - batch.again_after < timedelta(minutes=1)
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        assert connector.poll(cursor).again_after is None


class TestAnswers:
    def mention(self, platform: Fake, text: str = "Mai arrivato") -> Mention:
        uri = platform.add(text)
        return next(one for one in platform.connect().poll(None).mentions if one.external_id == uri)

    def test_answer_stands_in_the_thread_and_its_links_can_be_followed(self, platform: Fake) -> None:
        root = platform.add("Inizio")
        uri = platform.add("Mai arrivato", parent=root)
        connector = platform.connect()
        mention = next(one for one in connector.poll(None).mentions if one.external_id == uri)
        text = "Perché? Vedi https://bottega-aurora.it/resi?x=1. Grazie"
        connector.post(approved(text=text), mention)
        record = platform.newest()[0]["record"]
        assert (record["reply"]["root"]["uri"], record["reply"]["parent"]["uri"]) == (root, uri)
        (facet,) = record["facets"]
        begin, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert (
            text.encode()[begin:end].decode()
            == facet["features"][0]["uri"]
            == "https://bottega-aurora.it/resi?x=1"
        )

    @given(words=st.text(max_size=200))
    def test_each_link_covers_the_signs_that_it_was_made_of(self, words: str) -> None:
        text = f"{words} 🎁 https://bottega-aurora.it/ordini#resi"
        facets = [one.model_dump(by_alias=True) for one in facets_of(text)]
        covered = [
            text.encode()[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in facets
        ]
        assert covered[-1] == "https://bottega-aurora.it/ordini#resi" == facets[-1]["features"][0]["uri"]

    def test_tags_can_be_followed_but_no_address_that_nobody_wrote(self, platform: Fake) -> None:
        connector = platform.connect()
        text = "È stato spedito.la ringrazio! #Resi (https://shop.example/a)"
        connector.post(approved(text=text), self.mention(platform))
        features = [facet["features"][0] for facet in platform.newest()[0]["record"]["facets"]]
        assert [one.get("uri") or one.get("tag") for one in features] == ["Resi", "https://shop.example/a"]

    def test_post_that_cannot_be_pointed_to_is_not_answered(self, platform: Fake) -> None:
        mention = self.mention(platform)
        del platform.posts[mention.external_id]["cid"]
        with pytest.raises(RetryLaterError):
            platform.connect().post(approved(), mention)
        assert not [one for one in platform.server.requests if "putRecord" in one.path]

    def test_answer_is_not_found_under_another_post(self, platform: Fake) -> None:
        mention, other = self.mention(platform), self.mention(platform, "Un altro")
        connector = platform.connect()
        reply = approved()
        connector.post(reply, mention)
        assert connector.find(reply, mention) is not None
        assert connector.find(reply, other) is None

    def test_closed_post_is_told_and_refused(self, platform: Fake) -> None:
        uri = platform.add("Chiuso")
        platform.posts[uri]["viewer"]["replyDisabled"] = True
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert "answer this post" in str(connector.options(mention).public.why_not)
        with pytest.raises(RejectedError, match="answer this post"):
            platform.connect().post(approved(), mention)

    def test_post_that_is_gone_is_not_answered(self, platform: Fake) -> None:
        mention = self.mention(platform)
        platform.delete("Mai arrivato")
        with pytest.raises(RejectedError, match="does not show this any more"):
            platform.connect().post(approved(), mention)

    def test_look_that_cannot_be_understood_means_that_nothing_was_posted(self, platform: Fake) -> None:
        mention = self.mention(platform)
        platform.server.fail(Answer(body=b"<html>"), only=lambda request: "getPosts" in request.path)
        with pytest.raises(RetryLaterError):
            platform.connect().post(approved(), mention)
        assert platform.answers() == []

    def test_only_who_names_us_may_be_answered_without_a_person(self, platform: Fake) -> None:
        connector = platform.connect()
        named = self.mention(platform, f"@{HANDLES[US]} dov'è il pacco?")
        assert connector.options(named).automatic
        assert not connector.options(self.mention(platform, "La Bottega Aurora!")).automatic
        assert not connector.options(self.mention(platform, f"@{HANDLES[US]}x ciao")).automatic

    def test_look_shows_the_answer_as_it_is_now(self, platform: Fake) -> None:
        mention = self.mention(platform)
        connector = platform.connect()
        assert isinstance(connector, Watcher)
        reply = approved()
        reply = approved(approved_at=reply.approved_at, receipt=connector.post(reply, mention))
        seen = connector.look(reply, mention)
        assert seen is not None
        assert seen.text == reply.text
        platform.delete(reply.text)
        assert connector.look(reply, mention) is None

    @given(
        micros=st.integers(1_600_000_000_000_000, 4_000_000_000_000_000),
        later=st.integers(1, 10**9),
        number=st.integers(1, 10**6),
    )
    def test_keys_of_replies_are_as_bluesky_wants_them_and_rise_with_time(
        self, micros: int, later: int, number: int
    ) -> None:
        at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros)
        key = posts.reply_key(make_reply(number, approved_at=at))
        assert re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", key)
        assert key == posts.reply_key(make_reply(number, approved_at=at))
        assert key < posts.reply_key(make_reply(number, approved_at=at + timedelta(microseconds=later)))


class TestLibrary:
    """What atproto must not do to us."""

    def test_who_asks_is_us_at_the_address_of_the_channel(self, platform: Fake) -> None:
        platform.message("Il mio ordine è 123")
        platform.connect().poll(None)
        assert len(platform.server.requests) > 3
        for request in platform.server.requests:
            assert request.headers["user-agent"].startswith("reputation-bot/")
            assert request.path.startswith("/xrpc/")

    def test_broken_record_costs_no_other_of_its_page(self, platform: Fake) -> None:
        platform.add("Prima")
        (post,) = platform.posts.values()
        broken: list[object] = [
            None,
            {"uri": 7},
            {**post, "record": {"text": "\ud83d", "createdAt": float("nan")}, "uri": f"{post['uri']}x"},
            {**post, "author": {"did": "did:plc:x", "handle": None, "viewer": []}, "uri": f"{post['uri']}y"},
        ]
        page = {"notifications": [*broken, {**post, "reason": "mention"}]}
        platform.server.fail(json_answer(page), only=lambda one: "Notifications" in one.path)
        batch = platform.connect().poll(None)
        assert "Prima" in texts(batch)
        assert any("left out" in notice for notice in batch.notices)

    @pytest.mark.parametrize("body", [b'["busy"]', b'"busy"', b"17", b'{"error": {"code": 1}}', b"busy"])
    def test_refusal_of_any_shape_means_what_its_status_says(self, platform: Fake, body: bytes) -> None:
        mention = TestAnswers().mention(platform)
        for status, looking, posting in (
            (503, RetryLaterError, OutcomeUnknownError),
            (403, AccessError, AccessError),
            (400, BadAnswerError, RejectedError),
        ):
            refusal = Answer(status, body, {"Content-Type": "application/json"})
            connector = platform.connect()
            platform.server.fail(refusal, only=lambda one: "getRecord" in one.path)
            with pytest.raises(looking):
                connector.find(approved(), mention)
            platform.server.fail(refusal, only=lambda one: "putRecord" in one.path)
            with pytest.raises(posting):
                connector.post(approved(), mention)
        assert platform.answers() == []

    def test_json_that_breaks_off_is_no_answer(self, platform: Fake) -> None:
        mention = TestAnswers().mention(platform)
        broken = Answer(body=b'{"uri": "at://', headers={"Content-Type": "application/json"})
        platform.server.fail(broken, only=lambda one: "getRecord" in one.path)
        with pytest.raises(BadAnswerError):
            platform.connect().find(approved(), mention)
        platform.server.fail(broken, only=lambda one: "putRecord" in one.path, after_effect=True)
        with pytest.raises(OutcomeUnknownError):
            platform.connect().post(approved(), mention)

    def test_words_of_a_refusal_are_the_platforms_and_its_name_a_stopgap(self, platform: Fake) -> None:
        mention = TestAnswers().mention(platform)
        for answer, words in (
            ({"error": "InvalidRequest", "message": "Troppo lungo"}, r"^Troppo lungo \(400\)$"),
            ({"error": "BlobTooLarge"}, r"^BlobTooLarge \(400\)$"),
        ):
            platform.server.fail(json_answer(answer, 400), only=lambda one: "putRecord" in one.path)
            with pytest.raises(RejectedError, match=words):
                platform.connect().post(approved(), mention)

    def test_it_is_loaded_only_when_there_is_something_to_ask(self) -> None:
        code = (
            "import sys\n"
            "from reputation_bot import plugins\n"
            "from reputation_bot.ports import Channel\n"
            "from tests.factories import make_mention\n"
            "kind = plugins.load_connector('bluesky')\n"
            "options = kind.Options(account='a.example', password='x', messages=True)\n"
            "connector = kind(Channel('bluesky', 'Bottega Aurora'), options)\n"
            "assert connector.options(make_mention()).public.allowed\n"
            "heavy = [one for one in sys.modules if one.startswith('atproto')]\n"
            "sys.exit(bool(heavy))\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True)

    def test_connector_tells_of_itself_where_it_is_not_installed(self) -> None:
        code = (
            "import sys; sys.modules |= dict.fromkeys(['atproto_client', 'atproto_core', 'httpx']); "
            "from connectors.bluesky import BlueskyConnector; print(BlueskyConnector.about.extra)"
        )
        told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        assert told.stdout == "bluesky\n"


@given(st.text() | st.from_regex(r"at://did:(plc|web):[a-z0-9.:_%-]+/[a-z.]+(/[^\s]*)?", fullmatch=True))
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


class TestMessages:
    def test_messages_are_private_mentions_of_their_conversation(self, platform: Fake) -> None:
        platform.message("Il mio ordine è 123")
        platform.message("Grazie, controlliamo", US)
        (mention,) = platform.connect().poll(None).mentions
        assert (mention.text, mention.visibility, mention.thread) == (
            "Il mio ordine è 123",
            Visibility.PRIVATE,
            "c1",
        )
        assert mention.author.key == GIULIA

    def test_only_conversations_that_changed_are_read_again(self, platform: Fake) -> None:
        platform.message("Primo")
        platform.message("Altro", convo="c2")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.message("Secondo", convo="c2")
        platform.server.requests.clear()
        assert texts(connector.poll(cursor)) == {"Altro", "Secondo"}
        asked = [one for one in platform.server.requests if one.path.endswith("getMessages")]
        assert [one.query["convoId"] for one in asked] == [["c2"]]

    def test_deleted_message_is_told(self, platform: Fake) -> None:
        message = platform.message("Ripensato")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.message("Resta")
        del message["text"]
        batch = connector.poll(cursor)
        assert (list(batch.gone), texts(batch)) == ([message["id"]], {"Resta"})

    def test_private_answer_to_a_post_says_where_follow_ups_come(self, platform: Fake) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        receipt = connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert receipt.thread == "c1"
        platform.message("Ecco il numero")
        assert "c1" in {one.thread for one in connector.poll(None).mentions}

    def test_links_of_a_message_can_be_followed(self, platform: Fake) -> None:
        platform.message("Come rendo il pacco?")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        text = "Così: https://shop.example/resi"
        connector.post(approved(text=text, visibility=Visibility.PRIVATE), mention)
        sent = next(one for one in platform.server.requests if one.path.endswith("sendMessage")).json()
        assert sent["message"]["text"] == text
        (facet,) = sent["message"]["facets"]
        assert facet["features"] == [
            {"$type": "app.bsky.richtext.facet#link", "uri": "https://shop.example/resi"}
        ]

    def test_older_message_with_the_same_text_is_not_taken_for_the_answer(self, platform: Fake) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        reply = approved(visibility=Visibility.PRIVATE)
        platform.message(reply.text, US)
        assert connector.find(reply, mention) is not None
        later = approved(visibility=Visibility.PRIVATE, approved_at=datetime.now(UTC) + timedelta(hours=1))
        assert connector.find(later, mention) is None

    @pytest.mark.parametrize("lost", [Answer(500), Answer(body=b"<html>"), Answer(body=b'{"id": null}')])
    def test_lost_answer_in_private_is_unknown_until_it_is_found(self, platform: Fake, lost: Answer) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        reply = approved(visibility=Visibility.PRIVATE)
        platform.server.fail(lost, after_effect=True, only=lambda one: "sendMessage" in one.path)
        with pytest.raises(OutcomeUnknownError):
            connector.post(reply, mention)
        assert len(platform.answers()) == 1
        found = connector.find(reply, mention)
        assert found is not None
        assert found.thread == "c1"

    def test_conversation_that_cannot_be_understood_means_that_nothing_was_sent(self, platform: Fake) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.server.fail(Answer(body=b"{}"), only=lambda one: "getConvoForMembers" in one.path)
        with pytest.raises(RetryLaterError):
            connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert platform.answers() == []

    def test_app_password_without_access_to_messages_is_told_and_costs_no_sign_ins(
        self, platform: Fake
    ) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        let_pass(connector, timedelta(minutes=5))
        refusal = json_answer({"error": "InvalidToken", "message": "Bad token method"}, 400)
        platform.server.fail(refusal, only=lambda one: "listConvos" in one.path)
        with pytest.raises(AccessError, match=r"\(400\).*direct messages"):
            connector.poll(None)
        platform.server.fail(refusal, only=lambda one: "sendMessage" in one.path)
        with pytest.raises(AccessError, match=r"\(400\).*direct messages"):
            connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert platform.sessions == ["createSession"]
        assert platform.answers() == []

    def test_nothing_is_found_with_an_author_who_takes_no_messages(self, platform: Fake) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.incoming = "none"
        assert connector.find(approved(visibility=Visibility.PRIVATE), mention) is None

    def test_message_is_answered_in_its_conversation_only(self, platform: Fake) -> None:
        platform.message("Il mio ordine è 123", convo="c9")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert not connector.options(mention).public.allowed
        assert connector.post(approved(visibility=Visibility.PRIVATE), mention).thread == "c9"

    def test_author_who_takes_no_messages_is_told_before_and_after(self, platform: Fake) -> None:
        platform.incoming = "following"
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert "do not follow" in str(connector.options(mention).private.why_not)
        with pytest.raises(RejectedError, match="accounts that they do not follow"):
            platform.connect().post(approved(visibility=Visibility.PRIVATE), mention)

    def test_without_messages_none_are_read_or_sent(self, platform: Fake) -> None:
        platform.message("Il mio ordine è 123")
        platform.publish("Mai arrivato")
        connector = platform.connect(messages=False)
        (mention,) = connector.poll(None).mentions
        assert "messages: true" in str(connector.options(mention).private.why_not)
        assert not [one for one in platform.server.requests if "chat." in one.path]

    def test_broken_conversation_stops_no_other(self, platform: Fake) -> None:
        platform.message("Ciao", convo="c1")
        good = platform.convo("c1")
        platform.server.fail(json_answer({"convos": [7, good]}), only=lambda one: "listConvos" in one.path)
        batch = platform.connect().poll(None)
        assert texts(batch) == {"Ciao"}
        assert batch.notices == ["1 conversations cannot be read and were left out"]


@pytest.mark.parametrize(
    "wrong", [{"account": "@bottega"}, {"query": "x"}, {"api": "bsky"}, {"colour": SECRET}]
)
def test_wrong_options_are_refused_without_repeating_them(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        BlueskyOptions.model_validate({"account": HANDLES[US], "password": SECRET, **wrong})
    assert SECRET not in str(caught.value)
