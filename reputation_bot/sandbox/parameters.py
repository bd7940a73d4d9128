"""The parameters of a Bot API call, in every form that Telegram takes; what a method wants of them is the methods' job."""

from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from reputation_bot.sandbox.json_api import read_body

_MAX_FIELDS = 1000
_MAX_BODY = 12 * 1024 * 1024  # a picture of 10 MB, the most that Telegram takes, and its caption

Parameters = dict[str, Any]  # strings from query and form, any JSON value from a JSON body, Upload for files


class BotApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def bad(what: str) -> BotApiError:
    """Telegram's «Bad Request: …»."""
    return BotApiError(400, f"Bad Request: {what}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent along with a call."""

    name: str
    content: bytes


async def read(request: Request) -> Parameters:
    """Query first, then the body over it. Raises BotApiError for a body that is too long or not what it says to be."""
    found: Parameters = dict(request.query_params)
    kind, _, _ = request.headers.get("content-type", "").partition(";")
    body = await read_body(request, _MAX_BODY)
    if body is None:
        raise BotApiError(413, "Request Entity Too Large")
    match kind.strip().lower():
        case "application/json":
            return found | _json_body(body)
        case "application/x-www-form-urlencoded":
            return found | _form(body)
        case "multipart/form-data":
            return found | _multipart(body, request.headers["content-type"])
        case _:
            return found


def text(parameters: Parameters, name: str) -> str:
    """ "" when absent. A number in a JSON body counts as its digits, as with Telegram."""
    value = parameters.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise bad(f'parameter "{name}" must be a string')


def integer(parameters: Parameters, name: str) -> int | None:
    """None when absent. Raises BotApiError for what is no number."""
    value = parameters.get(name)
    if value is None or value == "":
        return None
    try:
        number = int(value) if isinstance(value, str | int) and len(str(value)) <= 20 else None  # noqa: PLR2004
    except ValueError:
        number = None
    if number is None:
        raise bad(f"invalid {name} specified: must be a number")
    return number


def flag(parameters: Parameters, name: str) -> bool:
    """Telegram takes true, yes and 1 in any case; all else is false."""
    return str(parameters.get(name, "")).lower() in {"true", "yes", "1"}


def json_value(parameters: Parameters, name: str, what: str) -> Any:
    """A nested value, whether it came as JSON text or as JSON. None when absent. `what` names it in the error."""
    value = parameters.get(name)
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value) if value.strip() else None
    except orjson.JSONDecodeError:
        raise bad(f"can't parse {what} JSON object") from None


def _json_body(body: bytes) -> Parameters:
    try:
        value = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise bad("can't parse JSON in the request body")
    return value


def _form(body: bytes) -> Parameters:
    try:
        pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise bad("too many parameters") from None
    return dict(pairs)


def _multipart(body: bytes, content_type: str) -> Parameters:
    boundary = _header(content_type).get_boundary()
    if not boundary:
        raise bad("no boundary in multipart data")
    found: Parameters = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:_MAX_FIELDS]:
        head, gap, content = part.partition(b"\r\n\r\n")
        if not gap:
            continue  # the closing mark
        name, file_name = _names(head)
        found[name] = (
            Upload(file_name, content) if file_name is not None else content.decode(errors="replace")
        )
    return found


def _names(head: bytes) -> tuple[str, str | None]:
    """The field's name, and the file's if it is one."""
    for line in head.decode(errors="replace").split("\r\n"):
        key, _, value = line.partition(":")
        if key.strip().lower() == "content-disposition":
            header = _header(f"x/x;{value.partition(';')[2]}")
            name, file_name = header.get_param("name", ""), header.get_param("filename")
            return str(name), None if file_name is None else str(file_name)
    return "", None


def _header(content_type: str) -> Message:
    header = Message()
    header["Content-Type"] = content_type
    return header
