"""Turns the model's values into JSON text and back; where the text is kept is each backend's job."""

from collections.abc import Hashable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, cast

import msgspec
import orjson

from reputation_bot.errors import StorageError

T = TypeVar("T")


def encode(value: object) -> bytes:
    """JSON text of a dataclass of the model or of a JSON value: times as ISO 8601 in UTC, enums as their values.

    Half surrogate pairs, which no file can hold, become "?". Raises TypeError for a naive time or another kind of value.
    """
    try:
        return _dumps(value)
    except orjson.JSONEncodeError:
        return _dumps(_storable(msgspec.to_builtins(value, builtin_types=(datetime,))))


def decode(text: bytes, kind: type[T], *place: object) -> T:
    """The value of that kind. Raises StorageError, naming the place (file, table, key), when the text is not one."""
    try:
        return cast(T, _decoder(cast(Any, kind)).decode(text))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        where = ": ".join(map(str, place))
        raise StorageError(f"{where} is broken: {error}. Restore a backup of it.") from None


def storable(text: str) -> str:
    """The text as it comes back from the store; for keys made of what a platform sent."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _dumps(value: object) -> bytes:
    text = orjson.dumps(value, default=_utc_text, option=orjson.OPT_PASSTHROUGH_DATETIME)
    return bytes(
        memoryview(text)
    )  # orjson (3.13) keeps the 16 kB of its buffer with every text, however short


def _utc_text(value: object) -> str:
    if isinstance(value, datetime) and value.tzinfo is UTC:  # nearly all of them
        return f"{value.isoformat()[:-6]}Z"
    if isinstance(value, datetime) and value.tzinfo is not None:
        return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
    raise TypeError(f"neither an aware time nor JSON: {type(value).__name__}")


def _storable(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case dict():
            return {_storable(key): _storable(item) for key, item in value.items()}
        case list() | tuple():
            return [_storable(item) for item in value]
        case _:
            return value


@cache
def _decoder(kind: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)  # building one costs a hundred times what using it does
