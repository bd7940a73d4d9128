"""Requests that carry a platform's token: it is fetched when needed, once again when it has expired, and never told.

How a token is got is `Tokens`' business (`google.login`, `apple.login`, `trustpilot.login`); what the answers mean is the connector's.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from pydantic import SecretStr
from urllib3.util import parse_url

from connectors.answer import Response, checked
from connectors.fields import identity
from connectors.http import Http, http_address
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    PlatformError,
    RetryLaterError,
)

_SPARE = timedelta(
    minutes=1
)  # a token this close to its end is not used any more, one this young not fetched again
_ANY_STATUS = range(300, 600)
_GONE = {404, 410}


@dataclass(frozen=True, slots=True)
class Token:
    """What proves who we are, and until when."""

    text: SecretStr
    until: datetime


class Tokens(Protocol):
    """Where tokens come from."""

    def fetch(self) -> Token:
        """Raises AccessError when the sign-in is refused, RetryLaterError, BadAnswerError."""
        ...


Problem = Callable[[Response], PlatformError | None]


class SignedIn:
    """Asks on behalf of one channel, with a token.

    `advice` is the rest of a sentence that begins "PLATFORM refuses us (403): ". `problem` may give an answer's status a meaning
    of its own before that and `answer.checked` do.
    """

    def __init__(
        self,
        http: Http,
        tokens: Tokens,
        *,
        platform: str,
        advice: str,
        problem: Problem = lambda _: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._http, self._tokens, self._refusal = http, tokens, (platform, advice)
        self._problem, self._clock = problem, clock
        self._token: Token | None = None
        self._fetched_at = clock()

    def get(self, url: str, *, accept: Collection[int] = ()) -> Response:
        """Errors as those of `Http.get`."""

        def ask() -> Response:
            return self._http.get(url, self._headers(), accept=_ANY_STATUS)

        return self._checked(self._asked(ask), "GET", accept)

    def record(self, url: str, wanted: str, *path: str) -> dict[str, Any] | None:
        """What has this id at the end of the path; None when it is not there any more. Errors as those of `get`."""
        response = self.get(url, accept=_GONE)
        if response.status in _GONE:
            return None
        found = response.json()
        if identity(found, *path) != wanted:
            raise BadAnswerError(f"{self._refusal[0]} did not answer with the review that was asked for")
        return found  # type: ignore[no-any-return]  # an object: it has an id

    def send(self, method: str, url: str, body: bytes, kind: str = "application/json") -> Response:
        """Sends once. Errors as those of `Http.post`."""

        def ask() -> Response:
            return self._http.exchange(method, url, {**self._headers(), "Content-Type": kind}, body)

        return self._checked(self._asked(ask), method)

    def _asked(self, ask: Callable[[], Response]) -> Response:
        """A refused token was certainly used for nothing: with another one the request may be made again."""
        response = ask()
        is_old = self._clock() - self._fetched_at > _SPARE
        if response.status == 401 and is_old:  # noqa: PLR2004  # Unauthorized
            self._token = None
            response = ask()
        return response

    def _headers(self) -> dict[str, str]:
        now = self._clock()
        if self._token is None or self._token.until - _SPARE <= now:
            self._token, self._fetched_at = self._tokens.fetch(), now
        return {"Authorization": f"Bearer {self._token.text.get_secret_value()}"}

    def _checked(self, response: Response, method: str, accept: Collection[int] = ()) -> Response:
        if response.status in accept:
            return response
        if problem := self._problem(response):
            raise problem
        if response.status in {401, 403}:
            platform, advice = self._refusal
            raise AccessError(f"{platform} refuses us ({response.status}): {advice}")
        return checked(response, method)


def ask_for_token(http: Http, url: str, headers: Mapping[str, str], body: bytes) -> Response:
    """The answer to a request for a token, when it is 2xx or a refusal (400, 401, 403); the rest becomes errors.

    A token that got lost on the way has changed nothing.
    """
    try:
        response = http.exchange("POST", url, headers, body)
    except OutcomeUnknownError as lost:
        raise RetryLaterError(str(lost).partition(";")[0]) from None
    return checked(response, "GET", accept={400, 401, 403})


def api_address(address: str) -> str:
    """The address of a platform's API, for a connector's options, without a slash at its end. Raises ValueError without repeating it."""
    parts = parse_url(http_address(address))
    if parts.auth or parts.query or parts.fragment:
        raise ValueError("write the address of the API only, without a password and without ?…")
    return address.strip().rstrip("/")
