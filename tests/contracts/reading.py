"""What every connector must do that reads; how a subclass says in what its platform differs is told in `connector`."""

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from reputation_bot.errors import AccessError, BadAnswerError, PlatformError, RetryLaterError
from reputation_bot.model import Mention
from reputation_bot.ports import Batch
from tests.contracts.faults import TROUBLES, Trouble, each_trouble, echo
from tests.contracts.platform import SECRET, Platform, limits_for
from tests.fake_server import Answer, FakeServer, redirect, refused_url


class ConnectorContract:
    """Subclasses give a fixture `platform`."""

    exempt: ClassVar[Mapping[str, str]] = {}  # test: why it cannot apply
    errors: ClassVar[Mapping[str, type[PlatformError] | None]] = {}  # name of a Trouble: its error
    late_by: ClassVar[timedelta] = timedelta(days=40)  # a mention indexed that late must still be found
    max_requests: ClassVar[int] = 60  # of one poll, however many pages there are
    mark: ClassVar[str] = (
        ""  # put by `publish` before each text, where only texts that hold it may be answered
    )
    refusals: ClassVar[int] = (
        1  # how many 401 in a row mean no: 2 where the first makes it ask for a new token
    )
    wish: ClassVar[Answer] = Answer(429, headers={"Retry-After": "90"})  # to be left alone for 90 seconds

    @pytest.fixture(autouse=True)
    def _apply(self, request: pytest.FixtureRequest) -> None:
        name = request.function.__name__
        if reason := self.exempt.get(request.node.name) or self.exempt.get(name):
            pytest.skip(f"cannot apply here: {reason}")

    def test_exemptions_and_errors_name_what_there_is(self) -> None:
        assert {name.partition("[")[0] for name in self.exempt} <= set(dir(self))
        assert all(len(reason) > 10 for reason in self.exempt.values())
        assert set(self.errors) <= {trouble.name for trouble in TROUBLES}

    def fail(self, platform: Platform, answer: Answer, **how: Any) -> None:
        """The next request fails so; after a 401, as many as it takes."""
        platform.server.faults.clear()
        platform.server.fail(answer, times=self.refusals if answer.status == 401 else 1, **how)

    def bare(self, mention: Mention) -> str:
        """A mention's text without `mark`."""
        return mention.text.removeprefix(self.mark)

    def texts(self, batch: Batch) -> set[str]:
        """Of its mentions, without `mark`."""
        return {self.bare(mention) for mention in batch.mentions}

    def error_for(self, trouble: Trouble) -> type[PlatformError] | None:
        return self.errors.get(trouble.name, trouble.error)

    def test_mentions_are_whole_and_their_times_are_past(self, platform: Platform) -> None:
        platform.publish("Ordine mai arrivato, nessuno risponde.")
        platform.publish("Tutto perfetto & veloce", created_at=datetime.now(UTC) + timedelta(hours=2))
        platform.publish("Aiuto!", created_at=datetime.now(UTC) + timedelta(days=900))
        mentions = platform.connect().poll(None).mentions
        assert {self.bare(mention) for mention in mentions} == {
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
        assert "Secondo" in self.texts(platform.connect().poll(stored))

    @pytest.mark.parametrize(
        "cursor", [None, {}, [], "x", 7, {"address": 1, "body": [], "shared": 3}, {"read_at": "x"}]
    )
    def test_lost_or_foreign_cursor_costs_duplicates_only(self, platform: Platform, cursor: object) -> None:
        platform.publish("Primo")
        platform.publish("Secondo")
        connector = platform.connect()
        first = connector.poll(None)
        assert keys(connector.poll(cursor)) == keys(first)

    def test_cursor_with_other_kinds_of_values_inside_costs_duplicates_only(self, platform: Platform) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        first = connector.poll(None)
        for name in first.cursor if isinstance(first.cursor, dict) else ():
            for value in (None, 7, -1e300, "x", [], [[1]], {}, {"x": {"y": 1}}, "9999-99-99"):
                connector.poll({**first.cursor, name: value})

    def test_late_indexed_mention_is_found(self, platform: Platform) -> None:
        platform.publish("Oggi", created_at=datetime.now(UTC) - timedelta(minutes=1))
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.publish("Indicizzato tardi", created_at=datetime.now(UTC) - self.late_by)
        assert "Indicizzato tardi" in self.texts(connector.poll(cursor))

    def test_edited_mention_comes_again_under_its_id(self, platform: Platform) -> None:
        platform.publish("Ordine in ritardo")
        connector = platform.connect()
        first = connector.poll(None)
        platform.edit("Ordine in ritardo", "Ordine mai arrivato!")
        second = connector.poll(first.cursor)
        assert self.texts(second) == {"Ordine mai arrivato!"}
        assert keys(second) == keys(first)

    def test_deleted_mention_is_told_and_shown_no_more(self, platform: Platform) -> None:
        platform.publish("Ripensato")
        platform.publish("Resta")
        connector = platform.connect()
        first = connector.poll(None)
        assert not set(first.gone) & {mention.external_id for mention in first.mentions}
        deleted = next(mention for mention in first.mentions if self.bare(mention) == "Ripensato")
        platform.delete("Ripensato")
        second = connector.poll(first.cursor)
        assert deleted.external_id in second.gone
        assert self.texts(second) <= {"Resta"}
        stays = next(mention for mention in first.mentions if self.bare(mention) == "Resta")
        assert stays.external_id not in second.gone

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
        assert self.texts(batch) == {"Prima", "Dopo"}
        assert any("left out" in notice for notice in batch.notices)

    def test_endless_pages_come_to_an_end(self, platform: Platform) -> None:
        platform.publish("Primo")
        platform.page_endlessly()
        batch = platform.connect().poll(None)
        assert batch.mentions
        assert 1 < len(platform.server.requests) <= self.max_requests
        assert len(json.dumps(batch.cursor)) < 100_000

    @each_trouble
    def test_fault_has_its_name_and_the_cursor_still_works(
        self, platform: Platform, trouble: Trouble
    ) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.publish("Secondo")
        self.fail(platform, trouble.answer)
        hasty = platform.connect(limits=limits_for(trouble.answer))
        if error := self.error_for(trouble):
            with pytest.raises(error) as caught:
                hasty.poll(cursor)
            assert type(caught.value) is error
            assert "Secondo" in self.texts(connector.poll(cursor))
        else:
            batch = hasty.poll(cursor)
            assert "Secondo" in self.texts(batch) | self.texts(connector.poll(batch.cursor))

    def test_fault_at_any_request_of_a_poll_loses_nothing(self, platform: Platform) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.publish("Secondo")
        for passed in range(self.max_requests):
            found: set[str] = set()
            after = cursor
            platform.server.fail(Answer(500), skip=passed)
            try:
                batch = connector.poll(cursor)
            except RetryLaterError:
                pass
            else:
                found, after = self.texts(batch), batch.cursor
            if platform.server.faults:
                platform.server.faults.clear()
                return
            assert "Secondo" in found | self.texts(connector.poll(after))

    def test_wish_to_be_left_alone_is_passed_on(self, platform: Platform) -> None:
        platform.server.fail(self.wish)
        with pytest.raises(RetryLaterError) as caught:
            platform.connect().poll(None)
        assert caught.value.after is not None
        assert timedelta(seconds=80) <= caught.value.after <= timedelta(seconds=100)

    def test_refused_connection_is_try_later(self, platform: Platform) -> None:
        with pytest.raises(RetryLaterError):
            platform.connect(refused_url()).poll(None)

    def test_redirect_loop_is_a_bad_answer(self, platform: Platform) -> None:
        platform.server.fail(redirect("/round"), times=60)
        with pytest.raises(BadAnswerError):
            platform.connect().poll(None)

    def test_redirect_into_our_own_network_is_refused(self, platform: Platform) -> None:
        with FakeServer(lambda request: Answer(body=b"inside")).running() as inside:
            platform.server.fail(redirect(inside.url))
            with pytest.raises(AccessError):
                platform.connect().poll(None)
            assert inside.requests == []

    def test_no_secret_of_keys_and_address_is_shown_or_kept(
        self, platform: Platform, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        platform.publish("Primo")
        connector = platform.connect(platform.secret_url)
        batch = connector.poll(None)
        seen = [repr(batch), json.dumps(batch.cursor), repr(connector)]
        for trouble in [*TROUBLES, *(Trouble("", echo(status), PlatformError) for status in (400, 401, 422))]:
            answer, error = trouble.answer, self.error_for(trouble)
            if answer.is_silent or answer.drip is not None or error is None:
                continue
            self.fail(platform, answer)
            with pytest.raises(error) as caught:
                connector.poll(None)
            seen.append(f"{caught.value!r} {caught.value.__cause__!r}")
            assert caught.value.__suppress_context__ or caught.value.__context__ is None
        told = "".join([*seen, caplog.text])
        assert SECRET not in told, told[max(told.find(SECRET) - 300, 0) : told.find(SECRET) + 100]


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
