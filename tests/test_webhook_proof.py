"""Who may send to the webhook: signatures over body and time, passwords, what was sent before, and what is told of secrets."""

import base64
import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.ports import Storage
from reputation_bot.settings.webhook import WebhookChannel
from reputation_bot.webhook.proof import WINDOW, UnprovenError, check, signature_of
from tests.contracts.platform import SECRET
from tests.factories import NOW
from tests.webhook_site import KEY, LINE, Site


@pytest.fixture
def site(storage: Storage) -> Iterator[Site]:
    with Site(storage).listening() as made:
        yield made


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


def test_signature_is_the_one_that_openssl_makes() -> None:
    body = b'{"id": "form-17", "author": "Giulia Rossi", "text": "Ordine mai arrivato"}'
    made = signature_of("1763800000", body, b"0123456789abcdef0123456789abcdef")
    assert made == "sha256=031650abedf9d4184efdac736375255c4969037f8b1bcea58944815d0dc3ea74"


@given(
    body=st.binary(max_size=50),
    stamp=st.text(max_size=12) | st.just(str(int(NOW.timestamp()))),
    signature=st.text(max_size=80) | st.from_regex("sha256=[0-9a-f]{64}", fullmatch=True),
)
def test_whatever_stands_in_the_headers_nothing_but_the_signature_fits(
    body: bytes, stamp: str, signature: str
) -> None:
    channel = WebhookChannel.model_validate({"secret": KEY})
    with pytest.raises(UnprovenError):
        check({"x-timestamp": stamp, "x-signature": signature}, body, channel, NOW)
