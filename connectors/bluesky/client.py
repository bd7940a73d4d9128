"""Asks a Bluesky server (XRPC): signing in, keeping the session, and what refusals mean; what answers say is the connector's.

Asked without the library atproto: it takes three seconds and 60 MB to load, and the few requests need nothing of it.
"""

import json as json_format
from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from pydantic import SecretStr

from connectors.answer import Response, checked
from connectors.fields import at, identity, text
from connectors.http import Http
from connectors.signed_in import ask_for_token
from reputation_bot.errors import AccessError, BadAnswerError

Query = Mapping[str, str | int | Sequence[str]]

_CHAT = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}  # who answers for chat.bsky, 2026-11
_SHORTEST = timedelta(minutes=5)  # a session is taken to be good for, when its end cannot be read
_SPARE = timedelta(minutes=1)
_REFUSED = {401, 403}


@dataclass(frozen=True, slots=True)
class _Session:
    did: str
    access: SecretStr
    refresh: SecretStr
    begun_at: datetime
    until: datetime


class Client:
    """On behalf of one account. The session is renewed where it can be: a server lets nobody sign in as often as he likes."""

    def __init__(self, http: Http, api: str, account: str, password: SecretStr) -> None:
        self._http, self._api = http, f"{api}/xrpc"
        self._account, self._password = account, password
        self._session: _Session | None = None
        self.sign_ins = 0

    @property
    def did(self) -> str:
        """Who we are; signs in for that."""
        return self._ready().did

    def get(self, method: str, query: Query, *, chat: bool = False, accept: Collection[int] = ()) -> Response:
        """Errors as those of `Http.get`."""
        url = f"{self._api}/{method}?{urlencode(query, doseq=True)}"
        extra = _CHAT if chat else {}
        response = self._http.get(url, self._headers(extra), accept=range(300, 600))
        if self._has_ended(response):
            response = self._http.get(url, self._headers(extra), accept=range(300, 600))
        return self._checked(response, "GET", accept)

    def post(self, method: str, body: Mapping[str, object], *, chat: bool = False) -> Response:
        """Sends once: what came with a session that had ended was certainly not done. Errors as those of `Http.post`."""
        url, content = f"{self._api}/{method}", json_format.dumps(body).encode()
        extra = {"Content-Type": "application/json", **(_CHAT if chat else {})}
        response = self._http.exchange("POST", url, self._headers(extra), content)
        if self._has_ended(response):
            response = self._http.exchange("POST", url, self._headers(extra), content)
        return self._checked(response, "POST")

    def _headers(self, extra: Mapping[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._ready().access.get_secret_value()}", **extra}

    def _ready(self) -> _Session:
        session = self._session
        if session is None or session.until <= datetime.now(UTC):
            session = self._session = self._renewed(session) or self._begun()
        return session

    def _has_ended(self, response: Response) -> bool:
        """Whether the server says so; then the next request gets a new session."""
        session = self._session
        if session is None or datetime.now(UTC) - session.begun_at < _SPARE:
            return False
        if response.status == 401 or error_of(response) == "ExpiredToken":  # noqa: PLR2004  # Unauthorized
            self._session = self._renewed(session) or self._begun()
            return True
        return False

    def _begun(self) -> _Session:
        self.sign_ins += 1
        body = {"identifier": self._account, "password": self._password.get_secret_value()}
        response = ask_for_token(
            self._http,
            f"{self._api}/com.atproto.server.createSession",
            {"Content-Type": "application/json"},
            json_format.dumps(body).encode(),
        )
        if response.status != 200:  # noqa: PLR2004  # OK
            raise AccessError(
                f"Bluesky refuses the sign-in ({response.status}): check the account's name and its app password "
                "(Settings, Privacy and security, App passwords)"
            )
        session = _session_of(response)
        if session is None:
            raise BadAnswerError("Bluesky answered the sign-in with something that holds no session")
        return session

    def _renewed(self, session: _Session | None) -> _Session | None:
        if session is None:
            return None
        token = {"Authorization": f"Bearer {session.refresh.get_secret_value()}"}
        response = ask_for_token(self._http, f"{self._api}/com.atproto.server.refreshSession", token, b"")
        return _session_of(response) if response.status == 200 else None  # noqa: PLR2004  # OK

    def _checked(self, response: Response, method: str, accept: Collection[int] = ()) -> Response:
        if response.status in _REFUSED and response.status not in accept:
            raise AccessError(
                f"Bluesky refuses us ({response.status}): check the app password, for messages also that it may "
                "access direct messages"
            )
        return checked(response, method, accept)


def error_of(response: Response) -> str:
    """The name of an error, such as RecordNotFound; "" for none."""
    if response.status // 100 == 2:  # noqa: PLR2004  # the class of success
        return ""
    try:
        return text(response.json(), "error")
    except BadAnswerError:
        return ""


def _session_of(response: Response) -> _Session | None:
    answer = response.json()
    did, access, refresh = identity(answer, "did"), at(answer, "accessJwt"), at(answer, "refreshJwt")
    if not did or not isinstance(access, str) or not isinstance(refresh, str):
        return None
    now = datetime.now(UTC)
    return _Session(did, SecretStr(access), SecretStr(refresh), now, now + _good_for(access) - _SPARE)


def _good_for(token: str) -> timedelta:
    """By the span between the times in the token, for our clock may be wrong."""
    try:
        claims = json_format.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
        seconds = float(at(claims, "exp") - at(claims, "iat"))
    except (ValueError, IndexError, TypeError, RecursionError, OverflowError):
        return _SHORTEST
    return timedelta(seconds=min(max(seconds, 0), 86_400)) if seconds == seconds else _SHORTEST  # noqa: PLR0124  # not a number
