"""Asks a Mastodon server: addresses, pages, and what its refusals mean; what the answers say is `statuses`' job."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from pydantic import SecretStr

from connectors.answer import Response, checked
from connectors.fields import at, identity, records
from connectors.http import Http
from connectors.reviews import Page
from reputation_bot.errors import AccessError, BadAnswerError, PlatformError

MAX_CHARS = 500  # docs.joinmastodon.org/user/posting, 2026-11; a server may allow more and says so
_PER_PAGE = 40  # docs.joinmastodon.org/methods/timelines and search: the most, 2026-11
_GONE = {404, 410}


class Server:
    """On behalf of one account."""

    def __init__(self, http: Http, address: str, token: SecretStr) -> None:
        self._http, self._address, self._token = http, address, token

    def page(self, path: str, query: Mapping[str, str], token: str | None) -> Page:
        """Of a timeline or of the notifications, newest first."""
        place = {"max_id": token} if token else {}
        response = self._get(f"{path}?{urlencode({**query, 'limit': _PER_PAGE, **place})}")
        found = response.json()
        if not isinstance(found, list):
            raise BadAnswerError("Mastodon did not answer with a list; check the server's address")
        return Page(found, _next(response) if found else None)

    def search(self, words: str, token: str | None) -> Page:
        """Posts with these words, newest first; empty where the server cannot search."""
        start = int(token or 0)
        query = {"q": words, "type": "statuses", "limit": _PER_PAGE, "offset": start}
        answer = self._get(f"/api/v2/search?{urlencode(query)}").json()
        if not isinstance(at(answer, "statuses"), list):
            raise BadAnswerError("Mastodon did not answer with a list; check the server's address")
        found = records(answer, "statuses")
        return Page(found, str(start + _PER_PAGE) if found else None)

    def status(self, status_id: str) -> object | None:
        """None where the server says that there is no such status."""
        response = self._get(f"/api/v1/statuses/{quote(status_id, safe='')}", accept=_GONE)
        if response.status in _GONE:
            return None
        status: object = response.json()
        if identity(status, "id") != status_id:
            raise BadAnswerError("Mastodon did not answer with the post that was asked for")
        return status

    def below(self, status_id: str) -> list[Any]:
        """What was answered to a status, and to these answers. A status that is not there is an AccessError."""
        return self._context(status_id, "descendants")

    def above(self, status_id: str) -> list[Any]:
        """What a status answers, the beginning of the thread first; empty for one that is not there any more."""
        return self._context(status_id, "ancestors", accept=_GONE)

    def limit(self) -> int:
        """Most characters of a post; what the server does not say is no reason to stop."""
        try:
            answer = self._get("/api/v2/instance").json()
        except PlatformError:
            return MAX_CHARS
        said = at(answer, "configuration", "statuses", "max_characters")
        return said if isinstance(said, int) and 100 <= said < 10**6 else MAX_CHARS  # noqa: PLR2004  # else no limit one can believe

    def publish(self, form: Mapping[str, str], key: str) -> Response:
        """Posts once; again with the same key within the hour is the same post."""
        headers = {**self._headers(), "Idempotency-Key": key}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(form).encode()
        response = self._http.exchange("POST", f"{self._address}/api/v1/statuses", headers, body)
        return self._checked(response, "POST")

    def _get(self, path: str, *, accept: Collection[int] = ()) -> Response:
        response = self._http.get(f"{self._address}{path}", self._headers(), accept={401, 403, *accept})
        return self._checked(response, "GET", accept)

    def _context(self, status_id: str, side: str, accept: Collection[int] = ()) -> list[Any]:
        response = self._get(f"/api/v1/statuses/{quote(status_id, safe='')}/context", accept=accept)
        if response.status in _GONE:
            return []
        answer = response.json()
        if not isinstance(at(answer, side), list):
            raise BadAnswerError("Mastodon did not answer with the thread that was asked for")
        return records(answer, side)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token.get_secret_value()}"}

    def _checked(self, response: Response, method: str, accept: Collection[int] = ()) -> Response:
        if response.status in {401, 403}:
            raise AccessError(
                f"the Mastodon server refuses us ({response.status}): check the access token, that it has the scopes read and "
                "write:statuses, and that the account is not limited there"
            )
        return checked(response, method, accept)


def _next(response: Response) -> str | None:
    """What the server's Link header says of the next page."""
    for part in response.headers.get("link", "").split(","):
        address, _, about = part.partition(";")
        if 'rel="next"' in about:
            try:
                found = parse_qs(urlsplit(address.strip(" <>")).query).get("max_id", [""])[0]
            except ValueError:
                return None
            return identity(found) or None
    return None
