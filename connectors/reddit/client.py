"""praw speaking through the one door: signing in is the library's, time-outs, pace and errors ours; none of it waits or sends twice."""

import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from importlib.metadata import version
from typing import Any, Self

import praw
import prawcore
import requests
from prawcore.rate_limit import RateLimiter
from prawcore.sessions import RetryStrategy

from connectors.answer import Response, checked
from connectors.door import as_requests, carried
from connectors.fields import at
from connectors.http import Http
from connectors.signed_in import ask_for_token
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    RejectedError,
    RetryLaterError,
)

for _talkative in ("prawcore", "praw"):  # at DEBUG they write whole texts into the log
    logging.getLogger(_talkative).setLevel(logging.WARNING)

# second hand (four reports of October and November 2026): Reddit's own page does not give the dates
CLOSING = (
    "Reddit is closing its public API: no new keys since 31 October 2026, apps that are not registered end on 12 January 2027, "
    "all others in March 2027"
)
_MODMAIL = "/api/mod/conversations"
_TOKEN_PATH = "/api/v1/access_token"  # noqa: S105  # an address


class Client:
    """`get` and `post` give what Reddit answered as plain JSON: praw's own objects ask again for whatever is missing."""

    def __init__(
        self, http: Http, *, site: str, api: str, account: str, keys: Mapping[str, str | None]
    ) -> None:
        self._reddit = praw.Reddit(
            **keys,
            user_agent=f"python:reputation-bot:{version('reputation-bot')} (by u/{account})",
            reddit_url=site.rstrip("/"),
            oauth_url=api.rstrip("/"),
            requestor_class=_Requestor,
            requestor_kwargs={"session": _Held(http)},
            check_for_updates=False,
            check_for_async=False,
        )
        core = self._core = self._reddit._core  # noqa: SLF001  # praw hides the one place where its waiting is settled
        if core is None:
            raise BadAnswerError("praw was not built as expected: install its version 8")
        core._retry_strategy_class = _Never  # noqa: SLF001  # it would post again after a 500
        core._rate_limiter = _Impatient(window_size=600)  # noqa: SLF001  # it would sleep for up to ten minutes

    def get(self, path: str, **params: str | int) -> object:
        """Raises the project's PlatformErrors."""
        return self._ask(method="GET", path=path, params=params)

    def send(self, path: str, **data: str) -> object:
        """Posts once, and gives the answer as it is. OutcomeUnknownError: it may be there."""
        return self._ask(method="POST", path=path, data=data)

    def post(self, path: str, **data: str) -> object:
        """Posts once. What Reddit refuses in a good answer is an error too. OutcomeUnknownError: it may be there."""
        answer = self.send(path, **data)
        told = at(answer, "json")
        if not isinstance(told, dict):
            raise OutcomeUnknownError(
                "Reddit answered something else than whether it took the answer; it may be there"
            )
        if errors := told.get("errors"):
            raise _refusal(errors, told.get("ratelimit"))
        return told.get("data")

    def _ask(self, **request: Any) -> object:
        try:
            try:
                return self._reddit.request(**request)
            except _ExpiredError:
                self._core.authorizer.refresh()  # type: ignore[attr-defined]  # every authorizer with a key has one
                return self._reddit.request(**request)
        except _ExpiredError:
            raise AccessError(f"Reddit does not know this key (401). {CLOSING}") from None
        except prawcore.OAuthException:
            raise AccessError(f"Reddit does not take the refresh token. {CLOSING}") from None
        except (
            prawcore.PrawcoreException,
            praw.exceptions.PRAWException,
            requests.RequestException,
            RecursionError,
        ):
            if request["method"] == "POST":
                raise OutcomeUnknownError(
                    "Reddit gave an answer that cannot be read; what was sent may be there"
                ) from None
            raise BadAnswerError(f"Reddit did not answer {request['path']} with JSON") from None


class _ExpiredError(Exception):
    """An access token lasts a day."""


class _Held(requests.Session):
    """Carries the door to the requestor: praw hands on a session and nothing else."""

    def __init__(self, http: Http) -> None:
        super().__init__()
        self.http = http


class _Requestor(prawcore.Requestor):
    """Sends through the door. Only answers with 2xx reach prawcore: for others it knows no name, or a wrong one."""

    def request(self, *args: Any, timeout: float | None = None, **about: Any) -> requests.Response:  # noqa: ARG002  # the door has its own
        method, url = args
        known = {name: about.get(name) for name in ("params", "data", "json", "auth")}
        headers = {**self._http.headers, **(about.get("headers") or {})}
        ready = requests.Request(method.upper(), url, headers, **known).prepare()
        http: Http = self._http.http  # type: ignore[attr-defined]  # of _Held
        return as_requests(_sent(http, str(ready.method), str(ready.url), *carried(ready)))


def _sent(http: Http, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Response:
    if url.partition("?")[0].endswith(_TOKEN_PATH):
        return _token(http, url, headers, body)
    is_read = method == "GET"
    answer = (
        http.get(url, headers, accept={401, 403}) if is_read else http.exchange(method, url, headers, body)
    )
    if answer.status == 401:  # noqa: PLR2004  # Unauthorized
        raise _ExpiredError
    if answer.status == 403:  # noqa: PLR2004  # Forbidden
        if is_read:
            if _MODMAIL in url:
                raise AccessError(
                    "Reddit does not let our account read the mail to the moderators (403): it must be a moderator who may read "
                    "mail, and the refresh token needs the permission modmail"
                )
            raise AccessError(f"Reddit does not let this key read that (403). {CLOSING}")
        raise RejectedError(
            "Reddit does not let our account write there (403): it may be banned, or the place closed"
        )
    return checked(answer, method)


def _token(http: Http, url: str, headers: dict[str, str], body: bytes | None) -> Response:
    answer = ask_for_token(http, url, headers, body or b"")
    if answer.status in {400, 401, 403}:
        raise AccessError(
            f"Reddit does not take client_id, client_secret and refresh_token ({answer.status}). {CLOSING}"
        )
    return answer


class _Never(RetryStrategy):
    """prawcore repeats what failed, three times in five seconds, posts among it."""

    def _sleep_seconds(self) -> float | None:
        return None

    def consume_available_retry(self) -> Self:
        return self

    def should_retry_on_failure(self) -> bool:
        return False


class _Impatient(RateLimiter):
    """Says when to come back instead of sleeping."""

    def delay(self) -> None:
        """Raises RetryLaterError when Reddit has said that nothing is left of this window."""
        left = (self.next_request_timestamp_ns or 0) / 1e9 - time.monotonic()
        if self.remaining is not None and self.remaining <= 0 and left > 0:
            raise RetryLaterError("Reddit has had enough requests for now", timedelta(seconds=left))

    def update(self, *, response_headers: Mapping[str, str]) -> None:
        """Headers that are no numbers say nothing."""
        try:
            super().update(response_headers=response_headers)
        except (KeyError, ValueError, OverflowError):
            self.remaining = None


def _refusal(errors: object, wait: object) -> RejectedError | RetryLaterError:
    first = errors[0] if isinstance(errors, list) and errors else None
    parts = [str(part) for part in first[:2]] if isinstance(first, list) else []
    if parts[:1] == ["RATELIMIT"]:
        seconds = float(wait) if isinstance(wait, int | float) and 0 < wait < 86_400 else 600  # noqa: PLR2004  # a day
        return RetryLaterError(f"Reddit: {parts[-1]}", timedelta(seconds=seconds))
    return RejectedError(f"Reddit: {' – '.join(reversed(parts)) or 'no reason given'}"[:300])
