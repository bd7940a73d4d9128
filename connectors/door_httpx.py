"""Lets a platform's own library, if it speaks through httpx, use the one door to the network; the door itself is `http`."""

from collections.abc import Callable, Mapping

import httpx

from connectors.answer import Response as Answer
from connectors.answer import checked

# how it is carried is not the library's affair, nor who we say we are
_OF_THE_DOOR = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"}
)
_OF_THE_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding"})

Ask = Callable[[str, str, Mapping[str, str], bytes | None], Answer]  # as `Http.exchange`


class Door(httpx.BaseTransport):
    """For a client of httpx: `httpx.Client(transport=Door(http.exchange))`. What the door raises reaches the connector past the library.

    The library's own time-outs are left aside: the door has its own. Nothing is followed: what moves is an error, as of `checked`.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends once."""
        headers = {name: value for name, value in request.headers.items() if name not in _OF_THE_DOOR}
        answer = self._ask(request.method, str(request.url), headers, request.read() or None)
        if 300 <= answer.status < 400:  # noqa: PLR2004  # httpx would go there itself, with a post as well
            checked(answer, request.method)
        return httpx.Response(answer.status, headers=_headers(answer), content=answer.body)


def _headers(answer: Answer) -> list[tuple[bytes, bytes]]:
    """As bytes, for httpx takes no other signs than ASCII in a text. The body is unpacked and whole by now."""
    return [
        (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in answer.headers.items()
        if name.lower() not in _OF_THE_BODY
    ]
