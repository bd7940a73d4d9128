"""Platforms that send to the webhook in ways of their own: Trustpilot with a password, Meta with its greeting and its signature."""

import base64
import hmac
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from reputation_bot.ports import Storage
from tests.fake_instagram import FakeInstagram
from tests.fake_server import Answer
from tests.test_instagram import news
from tests.test_trustpilot import FakeTrustpilot
from tests.webhook_site import KEY, RULES, Site, loaded


@pytest.fixture
def site(storage: Storage) -> Iterator[Site]:
    with Site(storage).listening() as made:
        yield made


VERIFY = "a-word-between-us-and-meta"


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
        assert site.texts() == []


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
