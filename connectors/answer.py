"""An answer of a platform, and what its status means for the caller; getting it is `http`'s job."""

import json as json_format
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    PlatformError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.text import cut, plain, tidy

_LONGEST_WAIT = timedelta(days=1)  # a longer Retry-After is a mistake or an attack
_REASONS = "message error_description detail description error errors reason title".split()


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. Names of headers are found in any case; the repr holds nothing that could be secret."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    url: str = field(repr=False)  # that answered in the end
    moved_to: str | None = field(
        default=None, repr=False
    )  # where permanent redirects lead: ask there next time

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
    after = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
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


def _refused_post(response: Response) -> PlatformError:
    where, status = shown(response.url), response.status
    if status in {301, 307, 308}:
        return AccessError(f"{where} has moved ({status}): write the new address into rules.yaml")
    if 400 <= status < 500:  # noqa: PLR2004  # the class of refusals
        return RejectedError(f"{_words(response) or 'no reason given'} ({status})")
    # 302 and 303 usually mean "done, look there"; after a 5xx nobody can tell
    return OutcomeUnknownError(f"{where} answered {status}; the request may have been carried out")


def _words(response: Response) -> str:
    """What the platform says about a refusal, for a person, without what was secret in the address."""
    try:
        answer = json_format.loads(response.body)
    except (ValueError, RecursionError):
        words = plain(response.body[:20_000].decode("utf-8", "replace"))
    else:
        words = _first_text(answer)
    parts = parse_url(response.url)
    secrets = {value for _, value in parse_qsl(parts.query or "")} | set((parts.auth or "").split(":"))
    for secret in sorted({*secrets, *re.split("[&=]", parts.query or "")}, key=len, reverse=True):
        if len(secret) > 3:  # noqa: PLR2004  # shorter ones hide nothing and would tear words apart
            words = words.replace(secret, "…")
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
