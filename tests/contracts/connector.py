"""What every connector must do, whatever its platform; each connector's tests bring a fake of theirs."""

import json
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from connectors.http import Http, Limits
from connectors.pace import Pace
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    PlatformError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.model import Mention, Reply, Visibility
from reputation_bot.ports import Batch, Replier
from tests.factories import make_reply
from tests.fake_server import Answer, FakeServer, bomb, redirect, refused_url

SECRET = "hunter2-secret"
# long enough for a busy machine; where a fault makes the connector wait, the test asks for IMPATIENT
PATIENT = Limits(max_bytes=200_000)
IMPATIENT = Limits(read=timedelta(seconds=0.3), total=timedelta(seconds=1), max_bytes=200_000)


def fresh_http(url: str, limits: Limits) -> Http:
    """A door that remembers no other test."""
    return Http([url], limits=limits, pace=Pace())


def limits_for(answer: Answer) -> Limits:
    """IMPATIENT where the answer would never come or never end."""
    return IMPATIENT if answer.is_silent or answer.drip is not None else PATIENT


class Platform(Protocol):
    """A fake platform. `secret_url` is its address with SECRET wherever this platform's addresses may hold one."""

    server: FakeServer
    secret_url: str

    def connect(self, url: str | None = None, limits: Limits = PATIENT) -> Any:
        """A connector with `fresh_http`, to this platform unless another address is given."""
        ...

    def publish(self, text: str, *, created_at: datetime | None = None) -> None: ...

    def edit(self, old: str, new: str) -> None: ...

    def publish_broken(self) -> None:
        """A record that cannot become a mention."""
        ...


class AnsweringPlatform(Platform, Protocol):
    """A fake platform that takes answers."""

    def answers(self) -> list[tuple[str, Visibility]]:
        """Text and visibility of what was posted by us, oldest first."""
        ...


WRONG_BODIES = [
    b"",
    b"\x00\xff" * 50,
    b"<html><body>Please log in</body></html>",
    b'{"error": "nope"}',
    b"[" * 50_000,
    b"null",
    b"17",
]
POLL_FAULTS: list[tuple[str, Answer, type[PlatformError]]] = [
    ("401", Answer(401), AccessError),
    ("403", Answer(403), AccessError),
    ("404", Answer(404), AccessError),
    ("410", Answer(410), AccessError),
    ("429", Answer(429), RetryLaterError),
    ("500", Answer(500, b"oops"), RetryLaterError),
    ("503", Answer(503), RetryLaterError),
    ("time-out", Answer(is_silent=True), RetryLaterError),
    ("drip", Answer(body=b"<" * 5000, drip=0.01), RetryLaterError),
    ("dropped", Answer(is_dropped=True), RetryLaterError),
    ("cut off", Answer(body=b"<" * 5000, cut_at=10), RetryLaterError),
    ("gigantic", Answer(body=b" " * 200_001), BadAnswerError),
    ("bomb", bomb(20_000_000), BadAnswerError),
    ("not packed", Answer(body=b"x", headers={"Content-Encoding": "gzip"}), BadAnswerError),
    *((f"body {body[:10]!r}", Answer(body=body), BadAnswerError) for body in WRONG_BODIES),
]
fault = pytest.mark.parametrize(
    ("answer", "error"), [case[1:] for case in POLL_FAULTS], ids=[case[0] for case in POLL_FAULTS]
)


class ConnectorContract:
    """Subclasses give a fixture `platform`."""

    def test_mentions_are_whole_and_their_times_are_past(self, platform: Platform) -> None:
        platform.publish("Ordine mai arrivato, nessuno risponde.")
        platform.publish("Tutto perfetto & veloce", created_at=datetime.now(UTC) + timedelta(hours=2))
        platform.publish("Aiuto!", created_at=datetime.now(UTC) + timedelta(days=900))
        mentions = platform.connect().poll(None).mentions
        assert {mention.text for mention in mentions} == {
            "Ordine mai arrivato, nessuno risponde.",
            "Tutto perfetto & veloce",
            "Aiuto!",
        }
        assert len({mention.key for mention in mentions}) == 3
        for mention in mentions:
            check_whole(mention)

    def test_second_look_brings_nothing_unknown(self, platform: Platform) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        first = connector.poll(None)
        again = connector.poll(first.cursor)
        assert keys(again) <= keys(first)

    def test_cursor_survives_json(self, platform: Platform) -> None:
        platform.publish("Primo")
        first = platform.connect().poll(None)
        platform.publish("Secondo")
        stored = json.loads(json.dumps(first.cursor))
        assert "Secondo" in texts(platform.connect().poll(stored))

    @pytest.mark.parametrize(
        "cursor", [None, {}, [], "x", 7, {"address": 1, "body": [], "shared": 3}, {"read_at": "x"}]
    )
    def test_lost_or_foreign_cursor_costs_duplicates_only(self, platform: Platform, cursor: object) -> None:
        platform.publish("Primo")
        platform.publish("Secondo")
        connector = platform.connect()
        first = connector.poll(None)
        assert keys(connector.poll(cursor)) == keys(first)

    def test_late_indexed_mention_is_found(self, platform: Platform) -> None:
        platform.publish("Oggi", created_at=datetime.now(UTC) - timedelta(hours=1))
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.publish("Indicizzato tardi", created_at=datetime.now(UTC) - timedelta(days=40))
        assert "Indicizzato tardi" in texts(connector.poll(cursor))

    def test_edited_mention_comes_again_under_its_id(self, platform: Platform) -> None:
        platform.publish("Ordine in ritardo")
        connector = platform.connect()
        first = connector.poll(None)
        platform.edit("Ordine in ritardo", "Ordine mai arrivato!")
        second = connector.poll(first.cursor)
        assert texts(second) == {"Ordine mai arrivato!"}
        assert keys(second) == keys(first)

    def test_unchanged_platform_is_shown_whole_again_after_a_week(self, platform: Platform) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        first = connector.poll(None)
        old = {**first.cursor, "read_at": (datetime.now(UTC) - timedelta(days=8)).isoformat()}
        assert keys(connector.poll(old)) == keys(first)

    def test_broken_record_stops_no_other_and_is_told(self, platform: Platform) -> None:
        platform.publish("Prima")
        platform.publish_broken()
        platform.publish("Dopo")
        batch = platform.connect().poll(None)
        assert texts(batch) == {"Prima", "Dopo"}
        assert any("left out" in notice for notice in batch.notices)

    @fault
    def test_fault_has_its_name_and_the_cursor_still_works(
        self, platform: Platform, answer: Answer, error: type[PlatformError]
    ) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.publish("Secondo")
        platform.server.fail(answer)
        with pytest.raises(error) as caught:
            platform.connect(limits=limits_for(answer)).poll(cursor)
        assert type(caught.value) is error
        assert "Secondo" in texts(connector.poll(cursor))

    def test_wish_to_be_left_alone_is_passed_on(self, platform: Platform) -> None:
        platform.server.fail(Answer(429, headers={"Retry-After": "90"}))
        with pytest.raises(RetryLaterError) as caught:
            platform.connect().poll(None)
        assert caught.value.after == timedelta(seconds=90)

    def test_refused_connection_is_try_later(self, platform: Platform) -> None:
        with pytest.raises(RetryLaterError):
            platform.connect(refused_url()).poll(None)

    def test_redirect_loop_is_a_bad_answer(self, platform: Platform) -> None:
        platform.server.fail(redirect("/round"), times=20)
        with pytest.raises(BadAnswerError):
            platform.connect().poll(None)

    def test_redirect_into_our_own_network_is_refused(self, platform: Platform) -> None:
        with FakeServer(lambda request: Answer(body=b"inside")).running() as inside:
            platform.server.fail(redirect(inside.url))
            with pytest.raises(AccessError):
                platform.connect().poll(None)
            assert inside.requests == []

    def test_no_secret_of_the_address_is_shown_or_kept(
        self, platform: Platform, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        platform.publish("Primo")
        connector = platform.connect(platform.secret_url)
        batch = connector.poll(None)
        seen = [repr(batch), json.dumps(batch.cursor), repr(connector)]
        for _, answer, error in POLL_FAULTS:
            if not answer.is_silent and answer.drip is None:
                platform.server.fail(answer)
                with pytest.raises(error) as caught:
                    connector.poll(None)
                seen.append(f"{caught.value!r} {caught.value.__cause__!r}")
                assert caught.value.__suppress_context__ or caught.value.__context__ is None
        assert SECRET not in "".join([*seen, caplog.text])


class ReplierContract(ConnectorContract):
    """For connectors that answer."""

    @pytest.fixture
    def mention(self, platform: AnsweringPlatform) -> Mention:
        """One to be answered."""
        platform.publish("Ordine mai arrivato")
        mention: Mention = platform.connect().poll(None).mentions[0]
        return mention

    def test_connector_is_a_replier(self, platform: AnsweringPlatform) -> None:
        assert isinstance(platform.connect(), Replier)

    @pytest.mark.parametrize("visibility", Visibility)
    def test_answer_is_posted_once_and_read_back(
        self, platform: AnsweringPlatform, mention: Mention, visibility: Visibility
    ) -> None:
        replier: Replier = platform.connect()
        permission = replier.options(mention).at(visibility)
        assert permission.allowed
        text = ("Ci dispiace! " * 1000)[: permission.max_chars].strip()
        reply = approved(text=text, visibility=visibility)
        receipt = replier.post(reply, mention)
        assert platform.answers() == [(text, visibility)]
        assert receipt.posted_at.tzinfo is not None
        assert receipt.posted_at <= datetime.now(UTC)
        assert replier.find(reply, mention) == receipt

    def test_our_own_answer_is_no_mention(self, platform: AnsweringPlatform, mention: Mention) -> None:
        replier = platform.connect()
        replier.post(approved(), mention)
        assert texts(replier.poll(None)) == {mention.text}

    def test_answer_beyond_the_limit_is_refused_before_it_leaves(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        replier = platform.connect()
        limit = replier.options(mention).public.max_chars
        with pytest.raises(RejectedError, match=str(limit)):
            replier.post(approved(text="x" * (limit + 1)), mention)
        assert not any(request.method == "POST" for request in platform.server.requests)

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (Answer(401), AccessError),
            (Answer(429, headers={"Retry-After": "7"}), RetryLaterError),
            (Answer(422, b'{"error": "Too rude for this place"}'), RejectedError),
        ],
    )
    def test_refusal_means_that_nothing_was_posted(
        self, platform: AnsweringPlatform, mention: Mention, answer: Answer, error: type[PlatformError]
    ) -> None:
        platform.server.fail(answer)
        with pytest.raises(error) as caught:
            platform.connect().post(approved(), mention)
        assert type(caught.value) is error
        assert platform.answers() == []
        if error is RejectedError:
            assert "Too rude for this place" in str(caught.value)
        if isinstance(caught.value, RetryLaterError):
            assert caught.value.after == timedelta(seconds=7)

    def test_refused_connection_means_that_nothing_was_posted(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        with pytest.raises(RetryLaterError):
            platform.connect(refused_url()).post(approved(), mention)

    @pytest.mark.parametrize(
        "answer",
        [
            Answer(500),
            Answer(502, b"<html>Bad gateway</html>"),
            Answer(is_dropped=True),
            Answer(is_silent=True),
            Answer(body=b'{"id": "1"}', cut_at=3),
            Answer(body=b"<html>Done!</html>"),
            Answer(body=b'{"id": null}'),
            redirect("/done", 303),
        ],
    )
    def test_lost_answer_is_unknown_until_it_is_found(
        self, platform: AnsweringPlatform, mention: Mention, answer: Answer
    ) -> None:
        replier: Replier = platform.connect()
        reply = approved()
        platform.server.fail(answer, after_effect=True)
        with pytest.raises(OutcomeUnknownError):
            platform.connect(limits=limits_for(answer)).post(reply, mention)
        assert len(platform.answers()) == 1
        assert replier.find(reply, mention) is not None

    def test_nothing_is_found_where_nothing_was_posted(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        replier: Replier = platform.connect()
        platform.server.fail(Answer(500))
        with pytest.raises(OutcomeUnknownError):
            replier.post(approved(), mention)
        assert replier.find(approved(), mention) is None

    @pytest.mark.parametrize(
        "other",
        [
            {"text": "Un altro testo"},
            {"visibility": Visibility.PRIVATE},
            {"approved_at": datetime.now(UTC) + timedelta(hours=1)},
        ],
        ids=["text", "visibility", "approved later"],
    )
    def test_other_answer_of_ours_is_not_taken_for_it(
        self, platform: AnsweringPlatform, mention: Mention, other: dict[str, Any]
    ) -> None:
        replier: Replier = platform.connect()
        replier.post(approved(), mention)
        assert replier.find(approved(**other), mention) is None

    def test_same_answer_under_another_mention_is_not_taken_for_it(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        platform.publish("Un altro ordine")
        replier: Replier = platform.connect()
        other = next(one for one in replier.poll(None).mentions if one.key != mention.key)
        replier.post(approved(), other)
        assert replier.find(approved(), mention) is None

    @fault
    def test_fault_while_looking_for_an_answer_has_its_name(
        self, platform: AnsweringPlatform, mention: Mention, answer: Answer, error: type[PlatformError]
    ) -> None:
        platform.server.fail(answer)
        with pytest.raises(error):
            platform.connect(limits=limits_for(answer)).find(approved(), mention)


def approved(**changes: Any) -> Reply:
    """A reply approved just now."""
    return replace(make_reply(), **{"approved_at": datetime.now(UTC), **changes})


def check_whole(mention: Mention, now: datetime | None = None) -> None:
    """What holds for every mention of every connector, at the machine's own time unless given."""
    assert mention.external_id.strip()
    assert mention.thread.strip()
    assert mention.author.name.strip()
    assert mention.text.strip()
    for text in (mention.text, mention.title or "", mention.author.name, mention.external_id):
        text.encode()  # no lone surrogates
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    for url in (mention.url, mention.author.url):
        assert url is None or re.match(r"https?://[^/]", url)
    if mention.created_at is not None:
        assert mention.created_at.utcoffset() == timedelta()
        assert mention.created_at <= (now or datetime.now(UTC))
    assert mention.rating is None or 1 <= mention.rating <= 5
    assert mention.lang is None or re.fullmatch("[a-z]{2}", mention.lang)


def keys(batch: Batch) -> set[str]:
    """Of its mentions."""
    return {mention.key for mention in batch.mentions}


def texts(batch: Batch) -> set[str]:
    """Of its mentions."""
    return {mention.text for mention in batch.mentions}
