"""What single values of rules.yaml look like: durations, names, addresses, numbers of chats."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

_LONGEST = timedelta(days=3650)
LARGEST_ID = 2**52  # ids have at most 52 significant bits: core.telegram.org/bots/api#chat, 2026-11
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_duration(value: object) -> timedelta:
    """`90s`, `15m`, `1h30m`, `2d`, `1w`, at most ten years. Raises ValueError for anything else, a bare number included."""
    parts = re.findall(r"([0-9]{1,9})([smhdw])", value) if isinstance(value, str) else []
    if not parts or "".join(number + unit for number, unit in parts) != str(value).replace(" ", ""):
        raise ValueError("write a duration such as 10s, 15m, 1h30m or 7d")
    seconds = sum(timedelta(**{_UNITS[unit]: 1}).total_seconds() * int(number) for number, unit in parts)
    if seconds > _LONGEST.total_seconds():
        raise ValueError("is longer than ten years")
    return timedelta(seconds=seconds)


Duration = Annotated[
    timedelta,
    BeforeValidator(lambda value: value if isinstance(value, timedelta) else parse_duration(value)),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^ *([0-9]{1,9}[smhdw] *)+$",
            "examples": ["10s", "15m", "1h30m", "7d"],
        }
    ),
]


def _not_zero(value: timedelta) -> timedelta:
    if value <= timedelta():
        raise ValueError("must be longer than nothing")
    return value


Interval = Annotated[Duration, AfterValidator(_not_zero)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]


def _web_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"{}]{3,490}", value):
        raise ValueError("write the whole address of a page, such as https://shop.example/faq")
    return value


Link = Annotated[str, AfterValidator(_web_address)]


def _not_a_lost_minus(value: int) -> int:
    if value == 0 or 10**12 < value < 2 * 10**12:  # people's ids are far from thirteen digits
        raise ValueError("a group's number begins with a minus, usually with -100")
    return value


ChatId = Annotated[
    int,
    Field(
        gt=-LARGEST_ID,
        lt=LARGEST_ID,
        description="Telegram's number of the group, usually starting with -100.",
    ),
    AfterValidator(_not_a_lost_minus),
]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return []  # any value may be a secret out of the environment


def text_or_languages(value: object) -> str | None:
    if isinstance(value, str):
        return "(text)"
    return "(languages)" if isinstance(value, dict) else None


def every_priority(value: Any) -> Any:
    return (
        {"low": value, "normal": value, "high": value, "urgent": value} if isinstance(value, str) else value
    )
