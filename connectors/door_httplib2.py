"""Lets Google's API library, which speaks through httplib2, use the one door to the network; the door itself is `http`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from connectors.signed_in import SignedIn
from reputation_bot.errors import BadAnswerError, OutcomeUnknownError

if TYPE_CHECKING:
    from httplib2 import Response


class Door:
    """Has of httplib2.Http what the library calls. What the door raises reaches the connector past the library."""

    def __init__(self, signed_in: SignedIn) -> None:
        self._signed_in = signed_in

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> "tuple[Response, bytes]":
        """Only answers of success come back; each other one is an error by then."""
        from httplib2 import Response  # noqa: PLC0415  # an extra's; this module tells of itself without it

        if method == "GET":
            answer = self._signed_in.get(uri)
        else:
            content = body.encode() if isinstance(body, str) else body or b""
            kind = next(
                (value for name, value in (headers or {}).items() if name.lower() == "content-type"), ""
            )
            answer = self._signed_in.send(method, uri, content, kind or "application/json")
        return Response({"status": str(answer.status)}), answer.body

    def close(self) -> None:
        """Each request has a connection of its own."""


def service(name: str, version: str, api: str, signed_in: SignedIn) -> Any:
    """One of Google's APIs as the document inside the library describes it."""
    from googleapiclient.discovery import build  # noqa: PLC0415  # takes 0.3 s to load

    return build(
        name,
        version,
        http=Door(signed_in),
        client_options={"api_endpoint": f"{api}/"},
        static_discovery=True,
        cache_discovery=False,
    )


def answered(request: Any, platform: str) -> dict[str, Any]:
    """What a reading request of the library brings. Raises BadAnswerError for anything but an object without an error in it."""
    try:
        answer = request.execute()
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or "error" in answer:
        raise BadAnswerError(f"{platform} did not answer with what its API describes")
    return answer


def done(request: Any, platform: str) -> dict[str, Any]:
    """What a request that changes something brings: an answer that cannot be understood leaves the outcome unknown."""
    try:
        return answered(request, platform)
    except BadAnswerError as error:
        raise OutcomeUnknownError(f"{error}; the request may have been carried out") from None
