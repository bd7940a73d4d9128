"""Asks a Bluesky server through atproto: session and XRPC are the library's, what refusals mean ours; what answers say is the connector's.

Answers stay plain JSON: the library's own models take a whole page for broken when one record in it is.
"""

import json as json_format
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Literal

from atproto_client import Client as Library
from atproto_client import models
from atproto_client.exceptions import RequestErrorBase
from atproto_client.request import Request
from atproto_client.request import Response as Said
from atproto_core.exceptions import AtProtocolError
from atproto_server.auth.jwt import get_jwt_payload
from pydantic import SecretStr

from connectors.answer import Response, checked
from connectors.door_httpx import Door
from connectors.http import Http
from connectors.signed_in import ask_for_token
from reputation_bot.errors import AccessError, BadAnswerError, OutcomeUnknownError
from reputation_bot.ports import for_staff

_SIGN_IN, _RENEW = "com.atproto.server.createSession", "com.atproto.server.refreshSession"
_SPARE = timedelta(minutes=1)  # a session this young was not ended by its age
_ANY_STATUS = range(300, 600)
_OK, _REFUSED = 200, {401, 403}
_WRONG_KEY = "InvalidToken"  # 400: what this app password may not do, such as "Bad token method" for direct messages, 2026-11
_ADVICE = for_staff("check the app password, for messages also that it may access direct messages")


class _EndedError(Exception):
    """The session cannot be renewed."""


@dataclass(frozen=True, slots=True)
class _Session:
    did: str
    begun_at: datetime
    own: Library
    chat: Library  # asks the service of direct messages, in the same session

    def asks(self, method: str) -> Library:
        return self.chat if method.startswith("chat.") else self.own


class Client:
    """On behalf of one account. The session is renewed where it can be: a server lets nobody sign in as often as he likes."""

    def __init__(self, http: Http, api: str, account: str, password: SecretStr) -> None:
        self._http, self._api = http, api
        self._account, self._password = account, password
        self._session: _Session | None = None
        self._signing_in = Lock()
        self.sign_ins = 0

    @property
    def did(self) -> str:
        """Who we are; signs in for that."""
        return self._ready().did

    def get(self, method: str, query: Mapping[str, object], *, known: Collection[str] = ()) -> object:
        """What is answered; for a refusal whose name is in `known`, that name. Errors as those of `Http.get`."""
        params = _model(method).Params(**query)
        said = self._asked(method, lambda library: library.invoke_query(method, params=params))
        name = _name_of(said)
        return name if name in known else self._understood(said, method, "GET")

    def post(self, method: str, body: Mapping[str, object]) -> object:
        """Sends once: what came with a session that had ended was certainly not done. Errors as those of `Http.post`."""
        data = _model(method).Data(**body)
        said = self._asked(method, lambda library: library.invoke_procedure(method, data=data))
        return self._understood(said, method, "POST")

    def _asked(self, method: str, ask: Callable[[Library], Said]) -> Said | None:
        """What is said, a refusal too; None for what cannot be read. Asks again where the session had ended."""
        session = self._ready()
        try:
            said = _said(ask, session.asks(method))
            if not _has_ended(session, said):
                return said
        except _EndedError:
            pass
        if self._session is session:
            self._session = None
        try:
            return _said(ask, self._ready().asks(method))
        except _EndedError:
            raise AccessError(
                "Bluesky gives us sessions that have ended already: check the clock of this machine"
            ) from None

    def _understood(self, said: Said | None, method: str, verb: Literal["GET", "POST"]) -> object:
        if said and said.success and isinstance(said.content, dict):
            return said.content
        if said and (said.status_code in _REFUSED or _name_of(said) == _WRONG_KEY):
            raise AccessError(f"Bluesky refuses us ({said.status_code}): {_ADVICE}")
        if said and not said.success:
            checked(Response(said.status_code, said.headers, _body(said), f"{self._api}/xrpc/{method}"), verb)
        problem = "Bluesky did not answer with what its API describes"
        if verb == "POST":
            raise OutcomeUnknownError(f"{problem}; the request may have been carried out")
        raise BadAnswerError(problem)

    def _ready(self) -> _Session:
        with self._signing_in:
            if self._session is None:
                self._session = self._begun()
            return self._session

    def _begun(self) -> _Session:
        self.sign_ins += 1
        own = Library(self._api, request=Request(transport=Door(self._carried), trust_env=False))
        chat = own.with_bsky_chat_proxy()
        account: dict[str, str] = {}
        own.on_session_change(lambda _, session: account.update(did=session.did))
        try:
            own.login(self._account, self._password.get_secret_value(), fetch_bsky_profile=False)
        except RequestErrorBase as refusal:
            raise AccessError(
                f"Bluesky refuses the sign-in ({refusal.response.status_code}): check the account's name and its app "
                "password (Settings, Privacy and security, App passwords)"
            ) from None
        return _Session(account["did"], datetime.now(UTC), own, chat)

    def _carried(self, verb: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        """How the library's requests pass the door. A session that got lost on the way has changed nothing."""
        method = url.partition("?")[0].rpartition("/")[2]
        if method in {_SIGN_IN, _RENEW}:
            return _session_in(ask_for_token(self._http, url, headers, body or b""), method)
        if verb == "GET":
            return _mended(self._http.get(url, headers, accept=_ANY_STATUS))
        return _mended(self._http.exchange(verb, url, headers, body))


def _model(method: str) -> Any:
    """The library's model of an XRPC method: that of app.bsky.feed.getPosts is AppBskyFeedGetPosts."""
    return getattr(models, "".join(part[0].upper() + part[1:] for part in method.split(".")))


def _said(ask: Callable[[Library], Said], library: Library) -> Said | None:
    try:
        return ask(library)
    except RequestErrorBase as refusal:
        return refusal.response
    except (AtProtocolError, ValueError):
        return None


def _has_ended(session: _Session, said: Said | None) -> bool:
    """Whether the server says so. A session that it does not take from the beginning is none that has ended."""
    if said is None or said.success or datetime.now(UTC) - session.begun_at < _SPARE:
        return False
    return said.status_code == 401 or _name_of(said) == "ExpiredToken"  # noqa: PLR2004  # Unauthorized


def _name_of(said: Said | None) -> str:
    """Of a refusal, such as RecordNotFound; "" for none."""
    name = getattr(said.content, "error", None) if said else None  # content has it if it is no plain JSON
    return name if isinstance(name, str) else ""


def _body(said: Said) -> bytes:
    """What a refusal says, as it came."""
    if isinstance(said.content, bytes):
        return said.content
    told = {"message": said.content.message, "error": said.content.error}
    return json_format.dumps(told, default=str).encode()


def _session_in(answer: Response, method: str) -> Response:
    """What the library can use of a session, or why there is none. Raises _EndedError, and BadAnswerError for a sign-in."""
    if answer.status != _OK and method == _SIGN_IN:
        return answer
    try:
        session = models.ComAtprotoServerRefreshSession.Response.model_validate_json(answer.body)
    except ValueError:
        session = None
    if answer.status == _OK and session and _is_readable(session.access_jwt):
        # the library would leave `api`, which may be a proxy, for the address in the account's document
        body = session.model_dump_json(by_alias=True, exclude_none=True, exclude={"did_doc"})
        return replace(answer, headers={"content-type": "application/json"}, body=body.encode())
    if method == _RENEW:
        raise _EndedError
    raise BadAnswerError("Bluesky answered the sign-in with something that holds no token")


def _is_readable(token: str) -> bool:
    """Whether the library can see when it ends: it looks before each request."""
    try:
        return datetime.fromtimestamp(get_jwt_payload(token).exp, UTC) is not None
    except (AtProtocolError, ValueError, TypeError, OverflowError, OSError):
        return False


def _mended(answer: Response) -> Response:
    """The library stumbles over halves of characters, and over refusals in JSON that are no object."""
    is_refusal = answer.status >= 400  # noqa: PLR2004  # refusals and failures
    if not is_refusal and b"\\ud" not in answer.body.lower():
        return answer
    try:
        said = answer.json()
    except BadAnswerError:
        return answer
    if is_refusal and not isinstance(said, dict):
        return replace(answer, body=b"")
    return replace(answer, body=json_format.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
