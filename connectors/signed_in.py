"""Requests that carry a platform's token: it is fetched when needed, once again when it has expired, and never told.

How a token is got is `Tokens`' business (`google.login`, `apple.login`, `trustpilot.login`); what the answers mean is the connector's.
"""

from base64 import b64encode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from pydantic import SecretStr

from connectors.answer import GONE, Response, checked
from connectors.fields import at, identity
from connectors.http import Http
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    PlatformError,
    RetryLaterError,
)

# a token this close to its end is not used any more, one this young not fetched again
_SPARE = timedelta(minutes=1)
_ANY_STATUS = range(300, 600)
_SHORTEST = timedelta(minutes=5)  # a token is taken to be good for, when its end cannot be read
_LONGEST = timedelta(days=1)
_MAX_TOKEN = 10_000


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
        response = self.get(url, accept=GONE)
        if response.status in GONE:
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


def token_in(response: Response, name: str, platform: str) -> Token:
    """What stands under `name` in an answer that gives one out. Raises BadAnswerError where it holds none."""
    answer = response.json()
    token = at(answer, name)
    if not isinstance(token, str) or not 0 < len(token) <= _MAX_TOKEN or not token.isprintable():
        raise BadAnswerError(f"{platform} answered the sign-in with something that holds no token ({name})")
    return Token(SecretStr(token), datetime.now(UTC) + _good_for(at(answer, "expires_in")))


def basic(key: SecretStr, secret: SecretStr) -> str:
    """The header that shows both, RFC 7617."""
    pair = f"{key.get_secret_value()}:{secret.get_secret_value()}"
    return f"Basic {b64encode(pair.encode()).decode('ascii')}"


def _good_for(seconds: object) -> timedelta:
    """Some write the number as a text."""
    digits = str(seconds) if isinstance(seconds, int | str) else ""
    is_number = digits.isdecimal() and len(digits) < 10  # noqa: PLR2004  # decades
    return min(timedelta(seconds=int(digits)), _LONGEST) if is_number and int(digits) else _SHORTEST
