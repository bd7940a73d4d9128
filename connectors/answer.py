"""An answer of a platform, and what its status means for the caller; getting it is `http`'s job."""

import json as json_format
import re
from base64 import b64decode
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    PlatformError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.text import cut, plain, tidy

GONE = frozenset({404, 410})  # there is no such thing, or not any more
_LONGEST_WAIT = timedelta(days=1)  # a longer Retry-After is a mistake or an attack
_RESETS = ("x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset")
_SINCE_1970 = 1e9  # a greater number of seconds is a moment, not a wait
_SECRET_NAME = re.compile("key|token|secret|password|assertion", re.IGNORECASE)
_REASONS = "message error_description detail description error errors reason title".split()


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. Names of headers are found in any case; the repr holds nothing that could be secret."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    url: str = field(repr=False)  # that answered in the end
    # where permanent redirects lead: ask there next time
    moved_to: str | None = field(default=None, repr=False)

    def json(self) -> Any:
        """Raises BadAnswerError when the body is not JSON."""
        try:
            return json_format.loads(self.body)
        except (ValueError, RecursionError):
            raise BadAnswerError(f"{shown(self.url)} did not answer with JSON") from None


def checked(response: Response, method: str, accept: Collection[int] = ()) -> Response:
    """The response itself when its status is 2xx or in `accept`; every other status becomes an error here."""
    status = response.status
    if status // 100 == 2 or status in accept:  # noqa: PLR2004  # the class of success
        return response
    where = shown(response.url)
    now = datetime.now(UTC)
    # platforms tell of their window with every answer, but only a 429 means that it is used up
    wished = wished_wait(response.headers, now) if status == 429 else None  # noqa: PLR2004  # Too Many Requests
    after = wished or retry_after(response.headers.get("retry-after"), now)
    match status:
        case 401 | 403:
            raise AccessError(f"{where} refuses us ({status}): check the key and its permissions")
        case 408 | 425 | 429:
            raise RetryLaterError(f"{where} wants us to come back later ({status})", after)
        case _ if method != "GET":
            raise _refused_post(response)
        case 404:
            raise AccessError(f"{where} does not exist (404): check the address")
        case 410:
            raise AccessError(f"{where} is gone for good (410): remove the channel or find its new address")
        case _ if status >= 500:  # noqa: PLR2004  # the class of the server's own failures
            raise RetryLaterError(f"{where} is in trouble ({status})", after)
        case _:
            raise BadAnswerError(f"{where} answered with status {status}")


def wished_wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What Retry-After says, else until when the platform's own window of requests lasts (x-rate-limit-reset and its like)."""
    after = retry_after(headers.get("retry-after"), now)
    return after or next(filter(None, (_until(headers.get(name), now) for name in _RESETS)), None)


def _until(reset: str | None, now: datetime) -> timedelta | None:
    """Platforms give the seconds that are left, a moment in seconds since 1970, or a date."""
    try:
        seconds = float(reset or "")
        at = (
            datetime.fromtimestamp(seconds, UTC)
            if seconds > _SINCE_1970
            else now + timedelta(seconds=seconds)
        )
    except (ValueError, OverflowError, OSError):
        try:
            at = datetime.fromisoformat(reset or "")
        except ValueError:
            return None
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return min(at - now, _LONGEST_WAIT) if at > now else None


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """What a Retry-After header wishes, in either of its forms, at most a day; None when it says nothing usable."""
    if value is None:
        return None
    if re.fullmatch(r"\s*\d{1,9}(\.\d{1,9})?\s*", value):
        return min(timedelta(seconds=float(value)), _LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return min(max(at - now, timedelta()), _LONGEST_WAIT)


def shown(url: str) -> str:
    """The part of an address that may be shown: no user, password, query or fragment."""
    try:
        parts = parse_url(url)
    except LocationParseError:
        return "an unreadable address"
    return f"{parts.scheme or 'http'}://{parts.netloc or ''}{parts.path or '/'}"


def without_secrets(text: bytes, url: Url, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """What a platform says of a refused request, without the keys that this request held, should it repeat them."""
    for secret in sorted(_secrets(url, headers, body), key=len, reverse=True):
        if len(secret) > 3:  # noqa: PLR2004  # shorter ones hide nothing and would tear words apart
            text = text.replace(secret.encode("utf-8", "replace"), "…".encode())
    return text


def _secrets(url: Url, headers: Mapping[str, str], body: bytes | None) -> set[str]:
    found = {value for _, value in parse_qsl(url.query or "")} | set(re.split("[&=]", url.query or ""))
    found |= set((url.auth or "").split(":")) | set(unquote(url.auth or "").split(":"))
    for name, value in headers.items():
        if name.lower() == "authorization":
            found |= set(re.findall(r"[\w.~+/=%-]{8,}", value))
            with suppress(ValueError):
                found |= set(b64decode(value.partition(" ")[2]).decode().split(":"))
        elif _SECRET_NAME.search(name):
            found.add(value)
    form = parse_qsl((body or b"")[:10_000].decode("utf-8", "replace"), max_num_fields=None)
    return found | {value for name, value in form if _SECRET_NAME.search(name)}


def _refused_post(response: Response) -> PlatformError:
    where, status = shown(response.url), response.status
    if status in {301, 307, 308}:
        return AccessError(f"{where} has moved ({status}): write the new address into rules.yaml")
    if 400 <= status < 500:  # noqa: PLR2004  # the class of refusals
        words = _words(response)
        return RejectedError(f"{words} ({status})" if words else f"refused without a reason ({status})")
    # 302 and 303 usually mean "done, look there"; after a 5xx nobody can tell
    return OutcomeUnknownError(f"{where} answered {status}; the request may have been carried out")


def _words(response: Response) -> str:
    """What the platform says about a refusal, for a person; the door has blanked what was secret in the request."""
    try:
        answer = json_format.loads(response.body)
    except (ValueError, RecursionError):
        words = plain(response.body[:20_000].decode("utf-8", "replace"))
    else:
        words = _first_text(answer)
    return cut(tidy(words).replace("\n", " "), 300)


def _first_text(answer: object, depth: int = 5) -> str:
    """The text under one of the names that platforms give to their reasons."""
    if isinstance(answer, str):
        return answer
    inner: list[object] = []
    if isinstance(answer, list):
        inner = answer[:20]
    elif isinstance(answer, dict):
        inner = [answer.get(name) for name in _REASONS]
    return next(filter(None, (_first_text(part, depth - 1) for part in inner if depth)), "")
