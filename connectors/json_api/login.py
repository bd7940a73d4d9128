"""How the JSON connector shows a platform who we are: key and secret, a token got for them, or headers; what is asked is for others."""

import hashlib
from collections.abc import Collection, Mapping
from typing import Protocol, assert_never
from urllib.parse import urlencode, urljoin, urlsplit

from pydantic import SecretStr

from connectors.answer import Response, checked, shown
from connectors.http import Http
from connectors.json_api.options import JsonOptions, Login, LoginKind
from connectors.signed_in import SignedIn, Token, ask_for_token, basic, token_in
from reputation_bot.errors import AccessError, BadAnswerError

_MOVED = {301, 302, 303, 307, 308}
_MOST_REDIRECTS = 5
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Asks(Protocol):
    """Requests that show who we are. Errors as those of `Http`, and AccessError in words for 401 and 403."""

    def get(self, url: str, *, accept: Collection[int] = ()) -> Response: ...

    def send(self, method: str, url: str, body: bytes, kind: str = "application/json") -> Response: ...


def asking(http: Http, options: JsonOptions) -> Asks:
    """As the options say."""
    headers = {name: value.get_secret_value() for name, value in options.headers.items()}
    login, platform = options.login, options.platform
    if login is None:
        return _WithHeaders(http, headers, platform)
    match login.kind:
        case LoginKind.BASIC:
            return _WithHeaders(http, {**headers, "Authorization": basic(login.key, login.secret)}, platform)
        case LoginKind.CLIENT_CREDENTIALS:
            return _Signed(http, _ClientTokens(http, login, platform), platform, headers)
        case LoginKind.FEEDATY:
            tokens = _FeedatyTokens(http, login, options.api)
            return _Signed(http, tokens, platform, headers, scheme="Oauth")
        case never:
            assert_never(never)


class _WithHeaders:
    """The same headers with each request."""

    def __init__(self, http: Http, headers: Mapping[str, str], platform: str) -> None:
        self._http, self._headers, self._platform = http, headers, platform

    def get(self, url: str, *, accept: Collection[int] = ()) -> Response:
        return self._checked(_got(self._http, url, self._headers), "GET", accept)

    def send(self, method: str, url: str, body: bytes, kind: str = "application/json") -> Response:
        response = self._http.exchange(method, url, {**self._headers, "Content-Type": kind}, body)
        return self._checked(response, method, ())

    def _checked(self, response: Response, method: str, accept: Collection[int]) -> Response:
        if response.status in {401, 403}:
            raise AccessError(
                f"{self._platform} refuses us ({response.status}): check login and headers of this channel, and what they permit"
            )
        return checked(response, method, accept)


class _Signed(SignedIn):
    """With a token, in the scheme that the platform takes."""

    def __init__(
        self,
        http: Http,
        tokens: "_ClientTokens | _FeedatyTokens",
        platform: str,
        more: Mapping[str, str],
        scheme: str = "Bearer",
    ) -> None:
        super().__init__(http, tokens, platform=platform, advice="check what the key of login permits")
        self._more, self._scheme = more, scheme

    def get(self, url: str, *, accept: Collection[int] = ()) -> Response:
        response = self._asked(lambda: _got(self._http, url, self._headers()))
        return self._checked(response, "GET", accept)

    def _headers(self) -> dict[str, str]:
        bearer = super()._headers()["Authorization"]
        return {**self._more, "Authorization": f"{self._scheme} {bearer.removeprefix('Bearer ')}"}


class _ClientTokens:
    """OAuth 2.0 client credentials, RFC 6749 4.4; the key goes in the body, as eTrusted and most others take it."""

    def __init__(self, http: Http, login: Login, platform: str) -> None:
        self._http, self._login, self._platform = http, login, platform

    def fetch(self) -> Token:
        login = self._login
        form = {
            **login.more,
            "grant_type": "client_credentials",
            "client_id": login.key.get_secret_value(),
            "client_secret": login.secret.get_secret_value(),
        }
        response = ask_for_token(self._http, login.address or "", _FORM, urlencode(form).encode())
        return _token(response, "access_token", self._platform)


class _FeedatyTokens:
    """A token to ask with, then one to work with. The steps are those of Feedaty's own shop modules, 2nd hand, 2026-11."""

    def __init__(self, http: Http, login: Login, api: str) -> None:
        self._http, self._login, self._api = http, login, api

    def fetch(self) -> Token:
        asked = self._http.get(f"{self._api}/OAuth/RequestToken", accept={400, 401, 403})
        request = _token(asked, "RequestToken", "Feedaty").text.get_secret_value()
        proof = hashlib.sha1(  # the platform's choice
            f"{request}{self._login.secret.get_secret_value()}".encode(), usedforsecurity=False
        ).hexdigest()
        headers = {**_FORM, "Authorization": basic(self._login.key, SecretStr(proof))}
        form = urlencode({"oauth_token": request, "grant_type": "authorization"})
        response = ask_for_token(self._http, f"{self._api}/OAuth/AccessToken", headers, form.encode())
        return _token(response, "AccessToken", "Feedaty")


def _got(http: Http, url: str, headers: Mapping[str, str]) -> Response:
    """Whatever its status. Redirects are followed on the same server only: any header may be a key."""
    for _ in range(_MOST_REDIRECTS):
        response = http.exchange("GET", url, headers, None)
        location = response.headers.get("location")
        if response.status not in _MOVED or not location:
            return response
        target = urljoin(url, location)
        if urlsplit(target)[:2] != urlsplit(url)[:2]:
            raise AccessError(
                f"{shown(url)} redirects to another server, which must not see the key: if that is right, write its address into api"
            )
        url = target
    raise BadAnswerError(f"{shown(url)} redirects in circles or too often")


def _token(response: Response, name: str, platform: str) -> Token:
    if response.status != 200:  # noqa: PLR2004  # OK
        raise AccessError(
            f"{platform} refuses the sign-in ({response.status}): check key and secret of login"
        )
    return token_in(response, name, platform)
