"""The webhook: who may send, what is recorded, and that it is recorded once."""

import base64
import hmac
import json
import logging
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.inbox import InboxConnector, InboxOptions
from reputation_bot.app import App
from reputation_bot.config import Config, RulesFileError, parse
from reputation_bot.errors import ConfigError, StorageError
from reputation_bot.ports import Channel, Connector, Receiver, Storage
from reputation_bot.settings import Proof, Settings
from reputation_bot.settings.webhook import WebhookChannel
from reputation_bot.webhook.listener import MAX_BODY, Listener, Rate, running
from reputation_bot.webhook.proof import WINDOW, UnprovenError, check, signature_of
from reputation_bot.webhook.receiving import Receiving
from storage.tiny import TinyStorage
from tests.contracts.platform import SECRET
from tests.fake_server import Answer
from tests.fakes import FakeClock, FakeJudge
from tests.test_instagram import FakeInstagram, news
from tests.test_trustpilot import FakeTrustpilot

KEY = f"{SECRET}-0123456789abcdef"
VERIFY = "a-word-between-us-and-meta"
RULES = """\
brand: {name: Aurora}
telegram: {chat: -100}
channels:
  forms: {connector: inbox, own: true, private: true}
  tp: {connector: inbox, own: true}
webhook:
  port: 8443
  channels:
    forms: {secret: "${KEY}", per_minute: 5}
    tp: {secret: "${KEY}", proof: password}
"""
LINE = {"id": "f1", "text": "Ordine mai arrivato", "author": "Giulia"}


def loaded(rules: str = RULES) -> Config:
    return parse(rules, Path("rules.yaml"), {"KEY": KEY})


class Site:
    """The webhook at work on a store, and the one who sends to it."""

    def __init__(self, storage: Storage) -> None:
        self.settings: Settings = loaded().settings
        self.storage, self.clock, self.judge = storage, FakeClock(), FakeJudge()
        self.connectors: dict[str, Connector] = {
            name: InboxConnector(
                Channel(name, "Aurora"), InboxOptions.model_validate(self.settings.channels[name].options)
            )
            for name in ("forms", "tp")
        }
        self.receiving = Receiving(
            storage,
            lambda: self.settings,
            self.connectors.__getitem__,
            lambda: self.judge,  # type: ignore[arg-type,return-value]  # a stand-in
            clock=self.clock,
        )
        self.listener = Listener(lambda: self.settings, self.receiving, self.clock)
        self.port = 0

    def sign(self, body: bytes, at: datetime | None = None, key: str = KEY) -> dict[str, str]:
        stamp = str(int((at or self.clock.now).timestamp()))
        return {"X-Timestamp": stamp, "X-Signature": signature_of(stamp, body, key.encode())}

    def send(
        self,
        what: object = LINE,
        headers: Mapping[str, str] | None = None,
        *,
        channel: str = "forms",
        method: str = "POST",
    ) -> tuple[int, Any]:
        body = what if isinstance(what, bytes) else json.dumps(what).encode()
        heads = self.sign(body) if headers is None else headers
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/hooks/{channel}", body, dict(heads), method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                content = error.read()
                return error.code, json.loads(content) if content.startswith(b"{") else content

    def texts(self) -> list[str]:
        with self.storage.read() as view:
            return [record.mention.text for case in view.cases() for record in view.records(case.id)]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    storage = TinyStorage(str(tmp_path / "store.json"))
    made = Site(storage)
    with running(made.listener, "127.0.0.1", 0) as port:
        made.port = port
        yield made
    storage.close()


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
            assert len(view.value("webhook:forms")) <= 11

    def test_store_that_fails_asks_to_send_again_and_remembers_nothing(self, site: Site) -> None:
        headers = site.sign(json.dumps(LINE).encode())
        transaction = site.storage.transaction

        @contextmanager
        def broken() -> Iterator[Any]:
            raise StorageError("disk full")
            yield

        site.storage.transaction = broken  # type: ignore[method-assign]
        status, answer = site.send(headers=headers)
        assert (status, "again" in answer["error"]) == (503, True)
        site.storage.transaction = transaction  # type: ignore[method-assign]
        assert site.send(headers=headers) == (202, {"recorded": True})

    @pytest.mark.parametrize("body", [b"", b"x", b"[", b'{"id": 1}', b"\xff", b"[1]", b"17", b"[" * 100_000])
    def test_body_that_cannot_be_read_is_refused_with_the_reason(self, site: Site, body: bytes) -> None:
        status, answer = site.send(body)
        assert status == 400
        assert answer["error"].startswith("the body ")
        assert site.texts() == []


class TestWhoMaySend:
    def test_nothing_is_recorded_without_a_fitting_signature(self, site: Site) -> None:
        body = json.dumps(LINE).encode()
        good = site.sign(body)
        wrong: list[dict[str, str]] = [
            {},
            {"X-Signature": good["X-Signature"]},
            {**good, "X-Signature": "sha256=" + "0" * 64},
            {**good, "X-Signature": "è"},
            {**good, "X-Timestamp": str(int(good["X-Timestamp"]) + 1)},
            {**good, "X-Timestamp": "9" * 400},
            site.sign(body, key="another-key-of-somebody"),
            site.sign(body, at=site.clock.now - WINDOW - timedelta(seconds=1)),
            site.sign(body, at=site.clock.now + WINDOW + timedelta(seconds=1)),
            {"Authorization": "Basic " + base64.b64encode(f"x:{KEY}".encode()).decode()},
        ]
        for headers in wrong:
            ascii_only = {name: value.encode("ascii", "replace").decode() for name, value in headers.items()}
            assert site.send(body, ascii_only)[0] == 401
        assert site.texts() == []

    def test_signature_of_another_body_does_not_fit(self, site: Site) -> None:
        assert site.send({**LINE, "text": "Altro"}, site.sign(json.dumps(LINE).encode()))[0] == 401

    def test_old_post_cannot_be_sent_again_when_it_has_been_forgotten(self, site: Site) -> None:
        headers = site.sign(json.dumps(LINE).encode())
        site.send(headers=headers)
        site.clock.go_on(minutes=11)
        assert site.send(headers=headers)[0] == 401

    def test_platform_that_cannot_sign_shows_the_password(self, site: Site) -> None:
        good = {"Authorization": "Basic " + base64.b64encode(f"tp:{KEY}".encode()).decode()}
        assert site.send(headers=good, channel="tp")[0] == 202
        for wrong in ("Basic x", "Basic " + base64.b64encode(b"tp:wrong").decode(), f"Bearer {KEY}", ""):
            assert site.send(headers={"Authorization": wrong}, channel="tp")[0] == 401

    def test_no_secret_reaches_the_log_or_the_answer(
        self, site: Site, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        site.send()
        _, answer = site.send(headers={"X-Timestamp": "1", "X-Signature": f"sha256={KEY}"})
        assert SECRET not in caplog.text + json.dumps(answer) + repr(site.settings)
        assert "Ordine" not in caplog.text


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
            except OSError:
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


class TestTrustpilot:
    @pytest.fixture
    def trustpilot(self, site: Site) -> Iterator[FakeTrustpilot]:
        fake = FakeTrustpilot()
        with fake.server.running():
            site.connectors["tp"] = fake.connect()
            yield fake

    def notify(self, site: Site, *ids: object, name: str = "service-review-created") -> tuple[int, Any]:
        events = [
            {"eventName": name, "version": "1.0", "eventData": {"id": one, "text": "not asked"}}
            for one in ids
        ]
        password = {"Authorization": "Basic " + base64.b64encode(f"tp:{KEY}".encode()).decode()}
        return site.send({"events": events}, password, channel="tp")

    def test_new_edited_and_deleted_reviews_are_taken_from_the_api(
        self, site: Site, trustpilot: FakeTrustpilot
    ) -> None:
        trustpilot.publish("Mai arrivato")
        own_id = trustpilot.reviews[0]["id"]
        assert self.notify(site, own_id) == (202, {"recorded": True})
        assert site.texts() == ["Mai arrivato"]
        trustpilot.edit("Mai arrivato", "Arrivato rotto")
        self.notify(site, own_id, name="service-review-updated")
        assert site.texts() == ["Arrivato rotto"]
        trustpilot.delete("Arrivato rotto")
        self.notify(site, own_id, name="service-review-deleted")
        with site.storage.read() as view:
            record = view.record(f"tp:{own_id}")
        assert record is not None
        assert record.gone_at is not None

    def test_api_that_fails_makes_the_platform_send_again(
        self, site: Site, trustpilot: FakeTrustpilot
    ) -> None:
        trustpilot.publish("Mai arrivato")
        trustpilot.server.fail(Answer(500))
        assert self.notify(site, trustpilot.reviews[0]["id"])[0] == 503

    @pytest.mark.parametrize("body", [b"{}", b"x", b"[" * 90_000, b'{"events": {}}'])
    def test_what_is_no_notification_is_refused(
        self, site: Site, trustpilot: FakeTrustpilot, body: bytes
    ) -> None:
        password = {"Authorization": "Basic " + base64.b64encode(f"tp:{KEY}".encode()).decode()}
        assert site.send(body, password, channel="tp")[0] == 400

    def test_ids_of_other_kinds_are_passed_over(self, site: Site, trustpilot: FakeTrustpilot) -> None:
        assert self.notify(site, None, {}, 7.5, "a b") == (202, {"recorded": True})


class TestMeta:
    """Meta's own way: it asks once whether the address is ours, then signs each post with the app's secret."""

    @pytest.fixture
    def instagram(self, site: Site) -> Iterator[FakeInstagram]:
        fake = FakeInstagram()
        site.settings = loaded(RULES.replace("proof: password", f'proof: meta, verify: "{VERIFY}"')).settings
        with fake.server.running():
            site.connectors["tp"] = fake.connect()
            yield fake

    def ask(self, site: Site, channel: str = "tp", **changes: str) -> tuple[int, bytes]:
        asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
        query = urlencode({**asked, **{f"hub.{name}": value for name, value in changes.items()}})
        address = f"http://127.0.0.1:{site.port}/hooks/{channel}?{query}"
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def signed(self, body: bytes, key: str = KEY) -> dict[str, str]:
        return {"X-Hub-Signature-256": f"sha256={hmac.digest(key.encode(), body, 'sha256').hex()}"}

    def test_the_address_is_confirmed_to_who_knows_the_word(
        self, site: Site, instagram: FakeInstagram
    ) -> None:
        assert self.ask(site) == (200, b"1158201444")

    @pytest.mark.parametrize(
        "changes",
        [
            {"verify_token": "another word of somebody"},
            {"verify_token": ""},
            {"mode": "x"},
            {"challenge": "<script>"},
        ],
    )
    def test_nobody_else_is_told_anything(
        self, site: Site, instagram: FakeInstagram, changes: dict[str, str], caplog: pytest.LogCaptureFixture
    ) -> None:
        status, answer = self.ask(site, **changes)
        assert status == 401
        assert not any(secret in answer.decode() + caplog.text for secret in (VERIFY, "<script>"))

    def test_other_channels_are_not_asked(self, site: Site, instagram: FakeInstagram) -> None:
        assert self.ask(site, "forms")[0] == 405
        assert self.ask(site, "nobody")[0] == 404

    def test_what_is_signed_is_taken_from_the_api_once(self, site: Site, instagram: FakeInstagram) -> None:
        body = news(instagram.comment_elsewhere("@bottegaaurora mai arrivata"))
        assert site.send(body, self.signed(body), channel="tp") == (202, {"recorded": True})
        assert site.send(body, self.signed(body), channel="tp") == (202, {"recorded": False})
        assert site.texts() == ["@bottegaaurora mai arrivata"]

    def test_what_is_not_signed_with_the_apps_secret_is_refused(
        self, site: Site, instagram: FakeInstagram
    ) -> None:
        body = news(instagram.comment_elsewhere("@bottegaaurora mai arrivata"))
        for headers in (
            {},
            self.signed(body, "another secret of somebody"),
            self.signed(body + b" "),
            site.sign(body),
        ):
            assert site.send(body, headers, channel="tp")[0] == 401
        assert site.texts() == []


def test_signature_is_the_one_that_openssl_makes() -> None:
    body = b'{"id": "form-17", "author": "Giulia Rossi", "text": "Ordine mai arrivato"}'
    made = signature_of("1763800000", body, b"0123456789abcdef0123456789abcdef")
    assert made == "sha256=031650abedf9d4184efdac736375255c4969037f8b1bcea58944815d0dc3ea74"


@given(body=st.binary(max_size=50), stamp=st.text(max_size=12), signature=st.text(max_size=80))
def test_whatever_stands_in_the_headers_nothing_but_the_signature_fits(
    body: bytes, stamp: str, signature: str
) -> None:
    channel = WebhookChannel.model_validate({"secret": KEY})
    with pytest.raises(UnprovenError):
        check({"x-timestamp": stamp, "x-signature": signature}, body, channel, datetime.now(UTC))


class TestSettings:
    def test_connectors_that_take_posts_are_receivers(self) -> None:
        assert isinstance(InboxConnector(Channel("x", "x"), InboxOptions()), Receiver)
        assert loaded().settings.webhook is not None
        assert loaded().settings.webhook.channels["tp"].proof is Proof.PASSWORD  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("    forms: {secret", "    form: {secret", 'did you mean "forms"'),
            (
                "forms: {connector: inbox, own: true, private: true}",
                'forms: {connector: rss, url: "https://x.example/f"}',
                "takes nothing that is sent",
            ),
            ('"${KEY}", per_minute', "short, per_minute", "too short"),
            ("proof: password", "proof: meta", "belong together"),
            ("proof: password", 'verify: "${KEY}"', "belong together"),
            ("port: 8443", "port: 8443\n  address: localhost", "in numbers"),
        ],
    )
    def test_mistakes_are_told_with_their_line(self, old: str, new: str, words: str) -> None:
        assert old in RULES
        with pytest.raises(RulesFileError) as caught:
            loaded(RULES.replace(old, new))
        assert words in str(caught.value)
        assert KEY not in str(caught.value)

    def test_port_that_is_taken_is_told(self, site: Site) -> None:
        with (
            pytest.raises(ConfigError, match="choose another port"),
            running(site.listener, "127.0.0.1", site.port),
        ):
            pass

    def test_bot_listens_as_rules_yaml_says(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        app = App(loaded(RULES.replace("8443", str(port))), store=f"tinydb:{tmp_path / 'store.json'}")
        body = json.dumps(LINE).encode()
        stamp = str(int(datetime.now(UTC).timestamp()))
        headers = {"X-Timestamp": stamp, "X-Signature": signature_of(stamp, body, KEY.encode())}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/hooks/forms", body, headers)
        with app._webhook(), urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 202
        with app.storage.read() as view:
            assert view.record("forms:f1") is not None
        app.close()

    def test_nothing_listens_unless_it_is_configured(self, tmp_path: Path) -> None:
        app = App(loaded(RULES.partition("webhook:")[0]), store=f"tinydb:{tmp_path / 'store.json'}")
        with app._webhook() as nothing:
            assert nothing is None
