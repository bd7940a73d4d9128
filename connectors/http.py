"""The one door to the network: time-outs, size, redirects, pace, and statuses turned into errors; what a body means is the connector's.

Proxies named in the environment are not used: urllib3 ignores them, and the check of private addresses needs to see the
address really connected to. Each request opens its own connection: a re-used one may be dead when a post goes out, and
nobody could tell then whether it arrived.
"""

import json as json_format
import time
from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from http.client import HTTPException
from importlib.metadata import version
from ipaddress import ip_address
from urllib.parse import unquote, urljoin

from urllib3.connection import HTTPConnection
from urllib3.exceptions import DecodeError, HTTPError, LocationParseError
from urllib3.response import HTTPResponse
from urllib3.util import Url, parse_url

from connectors.answer import Response, checked, retry_after, shown, without_secrets
from connectors.connection import cut_off_after, is_public, open_connection
from connectors.pace import Pace
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    PlatformError,
    RetryLaterError,
)

_PERMANENT = frozenset({301, 308})
_MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much one request may take. `max_bytes` counts the decoded body."""

    connect: timedelta = timedelta(seconds=5)
    read: timedelta = timedelta(seconds=10)  # silence between two packets
    total: timedelta = timedelta(seconds=30)  # with redirects; the resolver and our own pauses come on top
    max_bytes: int = 8_000_000
    redirects: int = 5


_PACE = Pace()  # of the whole process: channels on one host share it


@dataclass(frozen=True, slots=True)
class _Ask:
    method: str
    url: Url
    headers: Mapping[str, str]
    body: bytes | None
    ends_at: float  # on the monotonic clock
    changes: bool = False  # done twice it would be twice there: a lost answer leaves the outcome unknown


class Http:
    """Asks on behalf of one channel. `named` are the addresses that its settings name: only these may be private.

    Every method raises the project's PlatformErrors and nothing else; no text of theirs holds the query, the user or the
    password of an address.
    """

    def __init__(
        self, named: Iterable[str] = (), *, limits: Limits | None = None, pace: Pace | None = None
    ) -> None:
        self._named = _places(frozenset(named))
        self._limits, self._pace = limits or Limits(), pace or _PACE

    def get(
        self, url: str, headers: Mapping[str, str] | None = None, *, accept: Collection[int] = ()
    ) -> Response:
        """Follows redirects. Statuses that are neither 2xx nor in `accept` become errors."""
        ask = _Ask("GET", _parsed(url), headers or {}, None, self._deadline())
        moved_to, is_permanent = None, True
        for _ in range(self._limits.redirects + 1):
            response = self._exchange(ask)
            target = _target(response)
            if target is None:
                return checked(replace(response, moved_to=moved_to), ask.method, accept)
            is_permanent = is_permanent and response.status in _PERMANENT
            moved_to = target.url if is_permanent else moved_to
            ask = _redirected(ask, target)
        raise BadAnswerError(f"{shown(url)} redirects in circles or too often")

    def post(
        self,
        url: str,
        *,
        json: object = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> Response:
        """Sends once and follows nothing. Sends `json` when given, else `body`; `method` may be PUT, PATCH or DELETE.

        OutcomeUnknownError: it left and may have been done; every other error: it was certainly not done.
        """
        response = self._exchange(self._sending(method, url, json, body, headers, changes=True))
        return checked(response, method)

    def query(
        self,
        url: str,
        *,
        json: object = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """A POST that changes nothing (a token, a search): its errors are those of `get`. Follows nothing."""
        return checked(self._exchange(self._sending("POST", url, json, body, headers, changes=False)), "GET")

    def exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        """One request for a platform's own library, whatever the status of the answer; follows nothing.

        Raises only when no whole answer came: OutcomeUnknownError where the method may have changed something.
        """
        changes = method not in {"GET", "HEAD"}
        return self._exchange(_Ask(method, _parsed(url), headers, body, self._deadline(), changes))

    def _sending(
        self,
        method: str,
        url: str,
        json: object,
        body: bytes,
        headers: Mapping[str, str] | None,
        *,
        changes: bool,
    ) -> _Ask:
        if json is not None:
            body = json_format.dumps(json).encode()
            headers = {"Content-Type": "application/json", **(headers or {})}
        return _Ask(method, _parsed(url), headers or {}, body, self._deadline(), changes)

    def _deadline(self) -> float:
        return time.monotonic() + self._limits.total.total_seconds()

    def _exchange(self, ask: _Ask) -> Response:
        """One request and its answer, whatever the status."""
        is_named = _place(ask.url) in self._named
        host = ask.url.netloc or ""
        self._pace.wait_for_turn(host, pause=not _is_local(ask.url))
        left = ask.ends_at - time.monotonic()
        connection = open_connection(
            ask.url,
            may_be_private=is_named,
            seconds=max(min(self._limits.connect.total_seconds(), left), 0.001),
        )
        try:
            response = self._talk(connection, ask)
        finally:
            connection.close()
        after = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
        if after and response.status >= 400:  # noqa: PLR2004  # said with a refusal or a failure
            self._pace.leave_alone(host, after)
        return response

    def _talk(self, connection: HTTPConnection, ask: _Ask) -> Response:
        with cut_off_after(ask.ends_at - time.monotonic(), connection) as is_over:
            try:
                raw = _send(connection, ask, self._limits.read)
                try:
                    response = _received(raw, ask, self._limits.max_bytes)
                finally:
                    raw.close()
            except (OSError, HTTPException, HTTPError, ValueError, BadAnswerError) as problem:
                raise _lost(ask, problem, is_over.is_set()) from None  # its text may hold the address
            if is_over.is_set():  # the end of a body without a length looks like any other end
                raise _lost(ask, TimeoutError(), is_over=True)
        return response


def http_address(text: str) -> str:
    """The address itself, for a connector's options. Raises ValueError without repeating it."""
    try:
        _parsed(text)
    except AccessError:
        raise ValueError("write a whole address that begins with http:// or https://") from None
    return text


def _parsed(url: str) -> Url:
    try:
        parts = parse_url(url.strip())
    except (LocationParseError, UnicodeError):
        raise AccessError("an address cannot be read; check how it is written") from None
    if parts.scheme not in {"http", "https"} or not parts.host:
        raise AccessError(
            f"only http and https addresses can be asked, not {parts.scheme or 'one without http://'}"
        )
    return parts


def _place(url: Url) -> tuple[str, int]:
    return (url.host or "").rstrip(".").lower(), url.port or (443 if url.scheme == "https" else 80)


@lru_cache(maxsize=8)
def _places(urls: frozenset[str]) -> frozenset[tuple[str, int]]:
    """All channels name the same addresses: each of hundreds need not read and keep them all."""
    return frozenset(_place(_parsed(url)) for url in urls)


def _is_local(url: Url) -> bool:
    """A machine of our own needs no pauses."""
    host = (url.host or "").strip("[]")
    try:
        return not is_public(str(ip_address(host)))
    except ValueError:
        return host == "localhost"


@cache
def _user_agent() -> str:
    return f"reputation-bot/{version('reputation-bot')} (+polls politely)"


def _send(connection: HTTPConnection, ask: _Ask, read: timedelta) -> HTTPResponse:
    login = {"Authorization": _basic(ask.url.auth)} if ask.url.auth else {}
    headers = {
        "User-Agent": _user_agent(),
        "Accept-Encoding": "gzip, deflate",
        "Connection": "close",
        **login,
        **ask.headers,
    }
    connection.timeout = read.total_seconds()
    with suppress(BrokenPipeError):  # a refusal may have come before all was sent: read it
        connection.request(ask.method, ask.url.request_uri, ask.body, headers, preload_content=False)
    return connection.getresponse()


def _basic(auth: str) -> str:
    return "Basic " + b64encode(unquote(auth).encode()).decode("ascii")


def _received(raw: HTTPResponse, ask: _Ask, max_bytes: int) -> Response:
    body = b"" if ask.method == "GET" and raw.status in _MOVED else _body(raw, max_bytes)
    if raw.status >= 400:  # noqa: PLR2004  # a refusal, whose words a person may read
        body = without_secrets(body, ask.url, ask.headers, ask.body)
    return Response(raw.status, raw.headers, body, ask.url.url)


def _body(raw: HTTPResponse, max_bytes: int) -> bytes:
    too_long = BadAnswerError(f"the answer is longer than {max_bytes:,} bytes")
    stated = raw.headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > max_bytes:
        raise too_long
    pieces, size = [], 0
    while piece := raw.read(65_536, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > max_bytes:  # a small answer may unpack to gigabytes
            raise too_long
    return b"".join(pieces)


def _lost(ask: _Ask, problem: Exception, is_over: bool) -> PlatformError:
    """What it means that no whole answer came after the request had left."""
    where = shown(ask.url.url)
    if is_over or isinstance(problem, TimeoutError):
        told = f"{where} did not answer in time"
    elif isinstance(problem, BadAnswerError):
        told = f"{where} gave an answer that cannot be used: {problem}"
    elif isinstance(problem, DecodeError):
        told = f"{where} sent a body that is not packed as it says"
    else:
        told = f"{where} broke off the answer ({type(problem).__name__})"
    if ask.changes:
        return OutcomeUnknownError(f"{told}; the request may have been carried out")
    is_nonsense = isinstance(problem, BadAnswerError | DecodeError | ValueError) and not is_over
    return (BadAnswerError if is_nonsense else RetryLaterError)(told)


def _target(response: Response) -> Url | None:
    if response.status not in _MOVED:
        return None
    location = response.headers.get("location")
    if not location:
        raise BadAnswerError(f"{shown(response.url)} redirects without saying where")
    try:
        location = location.encode("latin-1", "replace").decode("utf-8", "replace")
        return _parsed(urljoin(response.url, location))._replace(auth=None)
    except (AccessError, ValueError):
        raise AccessError(f"{shown(response.url)} redirects to something that is no web address") from None


def _redirected(ask: _Ask, target: Url) -> _Ask:
    """The next request. What proves who we are goes to nobody else."""
    if (target.scheme, _place(target)) == (ask.url.scheme, _place(ask.url)):
        return replace(ask, url=target._replace(auth=ask.url.auth))
    private = {"authorization", "cookie"}
    headers = {name: value for name, value in ask.headers.items() if name.lower() not in private}
    return replace(ask, url=target, headers=headers)
