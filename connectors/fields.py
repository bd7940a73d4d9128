"""Fields of a platform's JSON as what a mention needs, whatever was really sent; which fields there are is each connector's."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from reputation_bot.text import cut, tidy

MAX_TEXT = 20_000  # characters of a mention; longer ones end in "…"
_MAX_ID = 300
_MAX_TOKEN = 1000
_MAX_ADDRESS = 2000  # longer ones open nowhere


def at(part: object, *path: str) -> Any:
    """What stands at the end of the path; None where it breaks off."""
    for name in path:
        part = part.get(name) if isinstance(part, Mapping) else None
    return part


def text(part: object, *path: str) -> str:
    """The text there, tidied and cut; "" where there is none."""
    value = at(part, *path)
    return cut(tidy(value), MAX_TEXT) if isinstance(value, str) else ""


def line(part: object, *path: str) -> str:
    """The text there as one line, such as a name."""
    return cut(" ".join(text(part, *path).split()), 200)


def identity(part: object, *path: str, at_most: int = _MAX_ID) -> str:
    """An id that can be kept and sent back as it is, of a text or a whole number; "" where there is none."""
    value = at(part, *path)
    value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    is_usable = isinstance(value, str) and len(value) <= at_most and "".join(tidy(value).split()) == value
    return value if is_usable else ""


def page_token(part: object, *path: str) -> str | None:
    """By what to ask for the next page; None where there is none, or one so long that it cannot be sent."""
    return identity(part, *path, at_most=_MAX_TOKEN) or None


def address(part: object, *path: str) -> str | None:
    """A web address that a person can open; None for anything else."""
    value = text(part, *path)
    if len(value) > _MAX_ADDRESS or not value.isprintable() or " " in value:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in {"http", "https"} and parts.hostname else None


def records(part: object, *path: str) -> list[Any]:
    """The list there; empty where there is none."""
    value = at(part, *path)
    return value if isinstance(value, list) else []


def notified(body: bytes, name: str, platform: str) -> list[Any]:
    """The list of that name in what a platform sent of itself. Raises ValueError with the reason as the rest of a sentence."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    if not isinstance(at(told, name), list):
        raise ValueError(f"holds no {name}: is it a notification of {platform}?")
    return records(told, name)


def items(part: object, *path: str) -> list[tuple[str, Any]]:
    """Names and values of the object there; empty where there is none."""
    value = at(part, *path)
    return list(value.items()) if isinstance(value, Mapping) else []


def utc(stamp: object) -> datetime | None:
    """An ISO 8601 time in UTC; one without a zone is taken for UTC. None when it is none."""
    try:
        at = datetime.fromisoformat(stamp) if isinstance(stamp, str) else None
        return None if at is None else at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment(stamp: object, now: datetime) -> datetime | None:
    """The same, at most `now`: no platform tells of what is to come."""
    made_at = utc(stamp)
    return min(made_at, now) if made_at else None


def kept_time(stamp: object, now: datetime) -> datetime | None:
    """The same, as a cursor kept it; None for one that lies ahead, for then a clock went wrong."""
    kept_at = utc(stamp)
    return kept_at if kept_at and kept_at <= now else None


def stars(value: object) -> float | None:
    """1 to 5; None for anything else."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 1 <= value <= 5 else None  # type: ignore[operator,arg-type]  # noqa: PLR2004  # checked before


def drawn(rating: float | None) -> str:
    """Stars as the text of a review that has no other; "" for none."""
    return "★" * round(rating) + "☆" * (5 - round(rating)) if rating else ""


def language(value: object) -> str | None:
    """ISO 639-1 of a platform's word for a language, such as "it" or "it-IT"."""
    code = value.replace("_", "-").partition("-")[0].lower() if isinstance(value, str) else ""
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None  # noqa: PLR2004  # ISO 639-1
