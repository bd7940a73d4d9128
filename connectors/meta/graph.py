"""Asks Meta's Graph API on behalf of one Page or account: keys, pages, and what its errors mean; what records say is each connector's.

Plain REST without Meta's library: that one brings every advertising object there is, and nothing for time-outs.
"""

import hmac
import json as json_format
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import BaseModel, Field, SecretStr

from connectors.answer import Response, checked
from connectors.before_sending import sent_already
from connectors.fields import at, page_token, records, text
from connectors.http import Http
from connectors.options import STRICT, ApiAddress
from connectors.reviews import Page, turned
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    PlatformError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.text import cut

# developers.facebook.com/docs/graph-api/guides/error-handling, 2026-11
_TOKEN_ENDED = {102, 190}
_NOT_ALLOWED = {3, 10, *range(200, 300)}
_TOO_MANY = {4, 17, 32, 341, 613, *range(80_000, 80_015)}
_IN_TROUBLE = {1, 2}
_NOT_THERE = (100, 33)  # code and subcode of an id that there is not, or not for us
_USAGE = "x-business-use-case-usage"
_MOST_PAGES = 4  # of comments under one post


class MetaOptions(BaseModel):
    """What all channels of Meta's platforms have in common."""

    model_config = STRICT
    app_secret: SecretStr | None = Field(
        None, description="The app's secret, if the app asks for a proof of it (Require App Secret)."
    )
    version: str = Field(
        "v26.0", pattern=r"^v[0-9]{1,3}\.[0-9]{1,2}$", description="Version of the Graph API."
    )
    api: ApiAddress = Field(
        "https://graph.facebook.com", description="Address of the Graph API; for a proxy."
    )


Query = Mapping[str, str | int]


class NotThereError(AccessError):
    """There is nothing of this id, or not for us; the channel as a whole may be fine."""


class Graph:
    """`platform` begins the sentences that a person reads; `permissions` names those that a refusal may be about."""

    def __init__(
        self, http: Http, options: MetaOptions, token: SecretStr, *, platform: str, permissions: str
    ) -> None:
        self._http, self._root = http, f"{options.api}/{options.version}"
        self._token, self.platform, self._permissions = token, platform, permissions
        self._proof: dict[str, str] = {}
        if options.app_secret:
            key, message = options.app_secret.get_secret_value(), token.get_secret_value()
            self._proof = {"appsecret_proof": hmac.digest(key.encode(), message.encode(), "sha256").hex()}

    def get(self, path: str, query: Query) -> Any:
        """What is there; None where the platform says that there is nothing of this id."""
        url = f"{self._root}/{path}?{urlencode({**query, **self._proof})}"
        response = self._http.get(url, self._headers(), accept=range(400, 600))
        if _codes(response) == _NOT_THERE:
            return None
        answer = self._checked(response, "GET").json()
        if not isinstance(answer, dict) or "error" in answer:
            raise BadAnswerError(f"{self.platform} did not answer with what its API describes")
        return answer

    def page(self, path: str, query: Query, token: str | None = None) -> Page:
        """Of a list. Raises NotThereError. The address that Meta gives for the next page holds our key, so only the place in it is used."""
        place = {"after": token} if token else {}
        answer = self.get(path, {**query, **place})
        if answer is None:
            raise NotThereError(
                f"{self.platform} knows nothing of {path.partition('/')[0]}, or does not show it to this token: check the id and "
                f"the permissions ({self._permissions})"
            )
        if not isinstance(at(answer, "data"), list):
            raise BadAnswerError(f"{self.platform} did not answer with a list")
        return Page(records(answer, "data"), next_place(answer))

    def listed(self, path: str, query: Query) -> list[Any]:
        """What the first four pages of a list hold; nothing where that of which it is told is not there any more."""
        try:
            pages = turned(partial(self.page, path, query), _MOST_PAGES)
            return [one for page in pages for one in page.records]
        except NotThereError:
            return []

    def is_gone(self, record_id: str) -> bool:
        """Whether the platform says that there is nothing of this id."""
        return self.get(quote(record_id, safe=""), {"fields": "id"}) is None

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Posts once. An answer that cannot be understood leaves the outcome unknown."""
        headers = {**self._headers(), "Content-Type": "application/json"}
        query = f"?{urlencode(self._proof)}" if self._proof else ""
        content = json_format.dumps(body).encode()
        response = self._http.exchange("POST", f"{self._root}/{path}{query}", headers, content)
        with sent_already():
            answer = self._checked(response, "POST").json()
        return answer if isinstance(answer, dict) else {}

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token.get_secret_value()}"}

    def _checked(self, response: Response, method: str) -> Response:
        if problem := self._problem(response, method):
            raise problem
        if response.status in {401, 403}:
            raise AccessError(
                f"{self.platform} refuses us ({response.status}): check the token and its permissions"
            )
        return checked(response, method)

    def _problem(self, response: Response, method: str) -> PlatformError | None:
        """What the error in the answer means, whatever its status: Meta says nearly all with 400."""
        codes = _codes(response)
        if codes is None:
            return None
        code, words = codes[0], cut(" ".join(_words(response).split()), 300)
        if code in _TOKEN_ENDED:
            return AccessError(f"{self.platform} does not take the token any more: make a new one ({words})")
        if code in _TOO_MANY:
            return RetryLaterError(
                f"{self.platform} has had enough requests for now ({code})", _regained(response)
            )
        is_read = method == "GET"
        # 10 after a post: not this one, such as a message after its day
        if code in _NOT_ALLOWED and (is_read or code != 10):  # noqa: PLR2004  # named in the comment
            return AccessError(
                f"{self.platform} does not let us do that ({code}: {words}): check the permissions ({self._permissions})"
            )
        if code in _IN_TROUBLE or response.status >= 500:  # noqa: PLR2004  # the server's own failures
            told = f"{self.platform} is in trouble ({code})"
            unknown = OutcomeUnknownError(f"{told}; the answer may have been taken")
            return RetryLaterError(told) if is_read else unknown
        refused = RejectedError(f"{words} ({code})" if words else f"refused without a reason ({code})")
        return None if is_read else refused


def next_place(answer: object) -> str | None:
    """By what to ask for the page after this one."""
    return page_token(answer, "paging", "cursors", "after") if text(answer, "paging", "next") else None


def _codes(response: Response) -> tuple[int, int] | None:
    """Code and subcode of an error; None where the answer tells of none."""
    if response.status // 100 == 2:  # noqa: PLR2004  # the class of success
        return None
    try:
        error = at(response.json(), "error")
    except BadAnswerError:
        return None
    code, subcode = at(error, "code"), at(error, "error_subcode")
    return (code, subcode if isinstance(subcode, int) else 0) if isinstance(code, int) else None


def _words(response: Response) -> str:
    error = at(response.json(), "error")
    return text(error, "error_user_msg") or text(error, "message")


def _regained(response: Response) -> timedelta | None:
    """How long Meta says that it takes until it answers again; the header tells it for each of the app's limits, in minutes."""
    try:
        told = json_format.loads(response.headers.get(_USAGE, "{}"))
    except (ValueError, RecursionError):
        return None
    limits = [one for some in told.values() for one in records(some)] if isinstance(told, dict) else []
    minutes = [at(one, "estimated_time_to_regain_access") for one in limits]
    longest = max((one for one in minutes if isinstance(one, int) and one > 0), default=0)
    return timedelta(minutes=min(longest, 1440)) if longest else None
