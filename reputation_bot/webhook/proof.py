"""Whether a post comes from whom it says, and when; comparing takes the same time however wrong it is."""

import hashlib
import hmac
import re
from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from datetime import datetime, timedelta

from reputation_bot.settings.webhook import Proof, WebhookChannel

WINDOW = timedelta(minutes=5)  # between the sender's clock and ours, either way
SIGNATURE, TIMESTAMP, META_SIGNATURE = "x-signature", "x-timestamp", "x-hub-signature-256"


class UnprovenError(Exception):
    """The post does not prove its origin; the text says what is missing, to whoever sent it."""


def check(headers: Mapping[str, str], body: bytes, channel: WebhookChannel, now: datetime) -> str | None:
    """What a copy of this post would share with it, None where copies cannot be told. Raises UnprovenError.

    `headers` finds names in lower case.
    """
    secret = channel.secret.get_secret_value().encode()
    match channel.proof:
        case Proof.SIGNATURE:
            return _check_signature(headers, body, secret, now)
        case Proof.META:
            return _check_meta(headers, body, secret)
        case Proof.PASSWORD:
            _check_password(headers, secret)
            return None


def greeted(query: Mapping[str, str], channel: WebhookChannel) -> str:
    """What to answer when Meta asks whether this address is ours. Raises UnprovenError.

    developers.facebook.com/docs/graph-api/webhooks/getting-started, 2026-11.
    """
    known = channel.verify.get_secret_value() if channel.verify else ""
    given = query.get("hub.verify_token", "")
    if not known or not hmac.compare_digest(given.encode("utf-8", "replace"), known.encode()):
        raise UnprovenError("hub.verify_token is not the one of rules.yaml")
    challenge = query.get("hub.challenge", "")
    if query.get("hub.mode") != "subscribe" or not re.fullmatch(r"[\w-]{1,200}", challenge):
        raise UnprovenError("this is not how Meta asks")
    return challenge


def signature_of(timestamp: str, body: bytes, secret: bytes) -> str:
    """As a sender writes it into X-Signature: HMAC-SHA256 over the timestamp, a full stop and the body, in hexadecimal digits."""
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _check_signature(headers: Mapping[str, str], body: bytes, secret: bytes, now: datetime) -> str:
    timestamp, signature = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    if not re.fullmatch(r"[0-9]{9,11}", timestamp):
        raise UnprovenError("X-Timestamp must be the time in seconds since 1970")
    wanted = signature_of(timestamp, body, secret)
    if not hmac.compare_digest(signature.strip().lower().encode("utf-8", "replace"), wanted.encode()):
        raise UnprovenError("X-Signature does not fit this body, time and secret")
    if abs(int(timestamp) - now.timestamp()) > WINDOW.total_seconds():
        raise UnprovenError("X-Timestamp is too far from now: set the sender's clock")
    return wanted.removeprefix("sha256=")[:32]


def _check_meta(headers: Mapping[str, str], body: bytes, secret: bytes) -> str:
    """Meta signs no time. A post sent anew after a while is harmless: what it names is asked of the API each time."""
    wanted = hmac.new(secret, body, hashlib.sha256).hexdigest()
    given = headers.get(META_SIGNATURE, "").strip().lower()
    if not hmac.compare_digest(given.encode("utf-8", "replace"), f"sha256={wanted}".encode()):
        raise UnprovenError("X-Hub-Signature-256 does not fit this body and the app's secret")
    return wanted[:32]


def _check_password(headers: Mapping[str, str], secret: bytes) -> None:
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    try:
        password = b64decode(encoded, validate=True).partition(b":")[2] if scheme.lower() == "basic" else b""
    except (Error, ValueError):
        password = b""
    if not hmac.compare_digest(password, secret):
        raise UnprovenError("the password of HTTP basic authentication is not the secret")
