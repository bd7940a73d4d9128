"""Lets a platform's own library, if it speaks through requests, use the one door to the network; the door itself is `http`."""

from io import BytesIO
from typing import Any

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from connectors.answer import Response as Answer
from connectors.http import Http

# how it is carried is not the library's affair
_OF_THE_DOOR = frozenset({"accept-encoding", "connection", "content-length"})


class Door(BaseAdapter):
    """For a requests session: `through(session, http)`. What the door raises reaches the connector past the library."""

    def __init__(self, http: Http) -> None:
        super().__init__()
        self._http = http

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """The library's own time-outs and proxies are left aside: the door has its own."""
        headers, body = carried(request)
        answer = self._http.exchange(request.method or "GET", request.url or "", headers, body)
        response = as_requests(answer)
        response.request, response.url = request, request.url or ""
        return response

    def close(self) -> None:
        """Each request has a connection of its own."""


def carried(request: PreparedRequest) -> tuple[dict[str, str], bytes | None]:
    """Headers and body of what the library wants to send."""
    body = request.body.encode() if isinstance(request.body, str) else request.body
    if body is not None and not isinstance(body, bytes):  # a stream, or pieces of a form
        body = b"".join(body)
    headers = {
        name: value.decode() if isinstance(value, bytes) else str(value)
        for name, value in request.headers.items()
        if name.lower() not in _OF_THE_DOOR
    }
    return headers, body


def as_requests(answer: Answer) -> Response:
    """What the door got, in the library's own clothes."""
    response = Response()
    response.status_code, response.url = answer.status, answer.url
    response.headers = CaseInsensitiveDict(
        {name: value for name, value in answer.headers.items() if name.lower() != "content-encoding"}
    )
    response.encoding = "utf-8"
    response.raw = BytesIO(answer.body)
    return response


def through(session: Session, http: Http) -> Session:
    """The session, with every address of it going through the door."""
    door = Door(http)
    session.mount("https://", door)
    session.mount("http://", door)
    session.trust_env = False  # no proxies and no .netrc: the door decides who is asked, and with what
    return session
