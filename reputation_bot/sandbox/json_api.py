"""Reads and answers JSON for the sandbox's own API under /api; what the values mean is the APIs' job."""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

_MAX_BODY = 64 * 1024
_SAFE_INTEGER = 2**53  # what the page's JavaScript and Telegram's own ids can hold


class ApiError(Exception):
    """An answer `{"error": …}` with this status."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status, self.problem = status, problem


def answer(value: object, status: int = 200) -> Response:
    """JSON that no cache keeps."""
    headers = {"cache-control": "no-store"}
    return Response(orjson.dumps(value), status, headers, media_type="application/json")


async def body_of(request: Request) -> dict[str, Any]:
    """The request's JSON object, whatever content type it names. Raises ApiError 400."""
    return json_object(await read_body(request, _MAX_BODY))


def json_object(body: bytes | None) -> dict[str, Any]:
    """The JSON object in a body that `read_body` has read. Raises ApiError 400."""
    if body is None:
        raise ApiError(400, f"at most {_MAX_BODY} bytes")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise ApiError(400, "a JSON object is needed")
    return value


async def read_body(request: Request, most: int = _MAX_BODY) -> bytes | None:
    """The body; None when it is longer than `most` bytes. It is read to its end all the same, so that the caller hears why."""
    body = bytearray()
    fits = True
    async for chunk in request.stream():
        fits = fits and len(body) + len(chunk) <= most
        if fits:
            body += chunk
    return bytes(body) if fits else None


def number(
    fields: dict[str, Any], name: str, *, default: int | None = None, least: int = -_SAFE_INTEGER
) -> int:
    """A whole number, the default when absent. Raises ApiError 400."""
    value = fields.get(name)
    value = default if value is None else value
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _SAFE_INTEGER:
        raise ApiError(400, f"{name}: a whole number is needed")
    return value


def query_number(request: Request, name: str) -> int | None:
    """A number in the address; None when absent. Raises ApiError 400."""
    value = request.query_params.get(name)
    if value is None:
        return None
    try:
        return number({name: int(value[:20])}, name)
    except ValueError:
        raise ApiError(400, f"{name}: a whole number is needed") from None
