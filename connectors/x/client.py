"""tweepy speaking through the one door: signing and addresses are the library's, time-outs, size, secrets and errors ours."""

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import tweepy
from requests_oauthlib import OAuth1

from connectors.answer import Response, checked, wished_wait
from connectors.door import carried
from connectors.fields import records, text
from connectors.http import Http
from connectors.x.budget import next_month
from reputation_bot.errors import AccessError, BadAnswerError, RejectedError, RetryLaterError
from reputation_bot.text import cut

for _talkative in ("oauthlib", "requests_oauthlib", "tweepy"):  # at DEBUG they write tokens into the log
    logging.getLogger(_talkative).setLevel(logging.WARNING)

_WINDOW = timedelta(minutes=15)  # docs.x.com/x-api/fundamentals/rate-limits, 2026-11
_SEEN_HERE = frozenset({400, 401, 402, 403, 404, 429})
# the specification 2.167 has other names than the documentation of the same month; X refuses the wrong ones with 400
_NEW_FIELDS = "conversation_id,created_at,lang,entities,note_post"
_NEW_MESSAGE_FIELDS = "created_at,dm_conversation_id,event_type,text"
_NEW_EXPANSIONS = "author_id,referenced_posts,edit_history_post_ids"


class Client(tweepy.Client):  # type: ignore[misc]  # tweepy publishes no types
    """Answers are plain JSON: tweepy's own classes stumble over dates without fractions, and over whatever is missing."""

    def __init__(
        self, http: Http, api: str, *, bearer: str | None, keys: tuple[str, str, str, str] | None
    ) -> None:
        super().__init__(bearer, return_type=dict)
        self._http, self._api = http, api.rstrip("/")
        self._signature = OAuth1(*keys) if keys else None
        self._has_new_names = False

    def request(
        self, method: str, route: str, params: Any = None, json: Any = None, user_auth: bool = False
    ) -> Response:
        """Raises the project's PlatformErrors. tweepy's own would log the keys, wait for ever and know one host only."""
        if method != "GET":
            return self._change(method, route, json)
        answer = self._read(route, params, user_auth)
        if answer.status == 400 and _refuses_names(answer) and not self._has_new_names:  # noqa: PLR2004  # Bad Request
            self._has_new_names = True
            answer = self._read(route, params, user_auth)
            self._has_new_names = answer.status != 400  # noqa: PLR2004  # else it was not the names
        return _understood(answer)

    def _read(self, route: str, params: Mapping[str, Any] | None, user_auth: bool) -> Response:
        params = _renamed(params or {}) if self._has_new_names else params
        address, headers, _ = self._signed("GET", route, params=params, user_auth=user_auth)
        return self._http.get(address, headers, accept=_SEEN_HERE)

    def _change(self, method: str, route: str, json: Any) -> Response:
        address, headers, body = self._signed(method, route, json=json, user_auth=True)
        answer = self._http.exchange(method, address, headers, body)
        if answer.status == 403 and not _wants_permission(answer):  # noqa: PLR2004  # Forbidden
            raise RejectedError(f"X refuses this: {_words(answer)}")
        if answer.status in {401, 402, 403, 429}:
            return _understood(answer)
        return checked(answer, method)

    def _signed(
        self, method: str, route: str, *, params: Any = None, json: Any = None, user_auth: bool
    ) -> tuple[str, dict[str, str], bytes | None]:
        signs = self._signature if user_auth or not self.bearer_token else None
        headers = {} if signs else {"Authorization": f"Bearer {self.bearer_token}"}
        request = requests.Request(method, self._api + route, headers, params=params, json=json, auth=signs)
        ready = request.prepare()
        return str(ready.url), *carried(ready)


def _understood(answer: Response) -> Response:
    """The answer itself, if it is one; what X means by its statuses otherwise."""
    match answer.status:
        case 400:
            raise BadAnswerError(
                f"X does not understand what is asked: {_words(answer)}; see the channel's query"
            )
        case 401:
            raise AccessError(
                "X does not take these keys (401): make the four anew at developer.x.com, Keys and tokens, and put them into the "
                "environment"
            )
        case 402:
            raise AccessError("the app has no credits left at X (402): buy some at developer.x.com")
        case 403:
            raise AccessError(
                f"X does not let this app do that (403: {_words(answer)}): see its permissions at developer.x.com, "
                "and make new access tokens after changing them"
            )
        case 429:
            raise _too_many(answer)
        case _:
            return checked(answer, "GET")


def _too_many(answer: Response) -> RetryLaterError:
    """A window of a quarter of an hour, or the month's cap: both are told by 429."""
    now = datetime.now(UTC)
    if re.search(rb"usage.?cap", answer.body, re.IGNORECASE):
        return RetryLaterError(
            "the app has read all the posts that its month at X holds: it goes on in the next one, or after raising the cap "
            "at developer.x.com",
            next_month(now),
        )
    wait = wished_wait(answer.headers, now) or _WINDOW
    return RetryLaterError("X has had enough requests for now (429)", wait)


def _refuses_names(answer: Response) -> bool:
    return b"fields" in answer.body or b"expansions" in answer.body


def _renamed(params: Mapping[str, Any]) -> dict[str, Any]:
    """What was a field is in part an expansion there."""
    renamed = {
        name: value for name, value in params.items() if name not in {"tweet.fields", "dm_event.fields"}
    }
    if "tweet.fields" in params:
        renamed |= {"post.fields": _NEW_FIELDS, "expansions": _NEW_EXPANSIONS}
    if "dm_event.fields" in params:
        renamed |= {"dm_event.fields": _NEW_MESSAGE_FIELDS, "expansions": "sender_id"}
    return renamed


def _wants_permission(answer: Response) -> bool:
    return (
        re.search(rb"oauth1-permissions|client-forbidden|unsupported-authentication", answer.body) is not None
    )


def _words(answer: Response) -> str:
    """What X says, for a person."""
    try:
        body = answer.json()
    except BadAnswerError:
        return "no reason given"
    parts = [body, *records(body, "errors")]
    told = (text(part, name) for name in ("detail", "message", "title", "error") for part in parts)
    return cut(next(filter(None, told), "no reason given").replace("\n", " "), 300)
