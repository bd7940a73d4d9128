"""The webhook: a post is in the store before it is answered, once, and within bounds of size, time and number."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.errors import StorageError
from reputation_bot.ports import Storage
from reputation_bot.webhook.listener import MAX_BODY, Listener, Rate, running
from tests.webhook_site import LINE, RULES, Site, loaded


@pytest.fixture
def site(storage: Storage) -> Iterator[Site]:
    with Site(storage).listening() as made:
        yield made


class TestRecording:
    def test_answer_comes_when_the_mention_is_in_the_store(self, site: Site) -> None:
        assert site.send() == (202, {"recorded": True})
        assert site.texts() == ["Ordine mai arrivato"]

    def test_same_post_again_records_nothing_and_is_no_error(self, site: Site) -> None:
        headers = site.sign(json.dumps(LINE).encode())
        site.send(headers=headers)
        assert site.send(headers=headers) == (202, {"recorded": False})
        assert site.judge.judged == 1

    def test_copies_at_the_same_moment_are_recorded_once(self, site: Site) -> None:
        site.settings = loaded(RULES.replace("per_minute: 5", "per_minute: 600")).settings
        headers = site.sign(json.dumps(LINE).encode())
        answers: list[tuple[int, Any]] = []
        threads = [
            threading.Thread(target=lambda: answers.append(site.send(headers=headers))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answer["recorded"] for _, answer in answers) == [False] * 7 + [True]
        assert site.texts() == ["Ordine mai arrivato"]

    def test_edit_and_deletion_reach_the_case(self, site: Site) -> None:
        site.send()
        site.send({**LINE, "text": "Ordine arrivato rotto"})
        assert site.texts() == ["Ordine arrivato rotto"]
        site.send({"id": "f1", "deleted": True})
        with site.storage.read() as view:
            record = view.record("forms:f1")
        assert record is not None
        assert record.gone_at is not None

    def test_remembered_posts_are_forgotten_after_their_time(self, site: Site) -> None:
        site.send()
        for minutes in range(1, 30):
            site.clock.go_on(minutes=1)
            site.send({**LINE, "id": f"n{minutes}"})
        with site.storage.read() as view:
            assert 0 < len(view.value("webhook:forms")) <= 11

    def test_store_that_fails_asks_to_send_again_and_remembers_nothing(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        headers = site.sign(json.dumps(LINE).encode())

        @contextmanager
        def broken() -> Iterator[Any]:
            raise StorageError("disk full")
            yield

        with monkeypatch.context() as patched:
            patched.setattr(site.storage, "transaction", broken)
            status, answer = site.send(headers=headers)
        assert (status, "again" in answer["error"]) == (503, True)
        assert site.send(headers=headers) == (202, {"recorded": True})

    @pytest.mark.parametrize("body", [b"", b"x", b"[", b'{"id": 1}', b"\xff", b"[1]", b"17", b"[" * 100_000])
    def test_body_that_cannot_be_read_is_refused_with_the_reason(self, site: Site, body: bytes) -> None:
        status, answer = site.send(body)
        assert status == 400
        assert answer["error"].startswith("the body ")
        assert site.texts() == []


class TestBounds:
    def test_body_that_is_too_long_is_refused(self, site: Site) -> None:
        assert site.send(b"x" * (MAX_BODY + 1))[0] == 413

    def test_body_without_a_length_is_bounded_too(self, site: Site) -> None:
        with socket.create_connection(("127.0.0.1", site.port), timeout=20) as talk:
            talk.sendall(b"POST /hooks/forms HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            piece = b"%x\r\n" % 50_000 + b"x" * 50_000 + b"\r\n"
            try:
                for _ in range(8):
                    talk.sendall(piece)
                answer = talk.recv(100)
            except ConnectionError:
                answer = b"HTTP/1.1 413"  # it hung up while we were still sending
        assert b" 413" in answer

    def test_body_that_never_comes_is_given_up(self, site: Site) -> None:
        hasty = Listener(lambda: site.settings, site.receiving, site.clock, seconds=0.05)
        with (
            running(hasty, "127.0.0.1", 0) as port,
            socket.create_connection(("127.0.0.1", port), timeout=20) as talk,
        ):
            talk.sendall(b"POST /hooks/forms HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            assert b" 408" in talk.recv(100)

    def test_posts_beyond_the_limit_wait(self, site: Site) -> None:
        answers = [site.send({**LINE, "id": f"n{number}"})[0] for number in range(7)]
        assert answers == [202] * 5 + [429] * 2
        site.clock.go_on(seconds=61)
        assert site.send({**LINE, "id": "n6"})[0] == 202

    def test_strangers_use_up_nothing_of_who_may_send_and_fill_no_log(
        self, site: Site, caplog: pytest.LogCaptureFixture
    ) -> None:
        for _ in range(10):
            site.send(headers={})
        assert site.send()[0] == 202
        assert caplog.text.count("webhook refused") == 5

    @given(seconds=st.lists(st.integers(0, 200), max_size=60).map(sorted), most=st.integers(1, 9))
    def test_never_more_than_so_many_in_any_minute(self, seconds: list[int], most: int) -> None:
        rate, start = Rate(), datetime(2026, 11, 22, tzinfo=UTC)
        taken = [one for one in seconds if rate.is_within("x", most, start + timedelta(seconds=one))]
        assert all(sum(one - 60 < other <= one for other in taken) <= most for one in taken)

    def test_other_paths_and_ways_are_not_there(self, site: Site) -> None:
        assert site.send(channel="nobody")[0] == 404
        assert site.send(channel="forms/x")[0] == 404
        assert site.send(method="PUT")[0] == 405
