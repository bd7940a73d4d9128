"""When somebody is there to answer, and what the bot itself says when nobody is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core.core_schema import CoreSchema, no_info_plain_validator_function

from reputation_bot.model import Category, Visibility
from reputation_bot.promises.timetable import (
    Days,
    Shift,
    read_date,
    read_day_of_year,
    read_days,
    read_shifts,
    read_weekdays,
)
from reputation_bot.settings.fields import Section

ANY_DAY = "a day or days such as mon, mon-fri or lun-ven"  # what may stand for `week` in a list of known keys
_DAY_KEY = "(mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|gio|ven|sab|dom)[A-Za-zì]*"
_DAYS_KEY = f"^ *{_DAY_KEY} *([-–,] *{_DAY_KEY} *)*$"
_LONGEST_CODE = 3  # of a province or region in ISO 3166-2
_TEXT_OR_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


def _place_with_holidays(value: str) -> str:
    country, dash, part = (one.strip() for one in value.partition("-"))
    if not re.fullmatch(r"[A-Za-z]{2}", country) or not re.fullmatch(r"[\w .]{1,40}" if dash else "", part):
        raise ValueError(
            "write the two letters of the country, or with its province or region as in ISO 3166: IT or IT-MI"
        )
    # a few places have a name and no letters: IT-Cesena
    return f"{country.upper()}{dash}{part if len(part) > _LONGEST_CODE else part.upper()}"


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _days_as_keys(schema: dict[str, Any]) -> None:
    """In the file the days stand beside the other keys, not below one."""
    days = schema["properties"].pop(ANY_DAY)
    schema["patternProperties"] = {
        _DAYS_KEY: {**days["additionalProperties"], "description": days["description"]}
    }


@dataclass(frozen=True, slots=True)
class _ReadBy:
    """For a type that is written as text: nothing of its own fields belongs into the schema of the file."""

    read: Callable[[object], object]
    schema: Mapping[str, object] = field(hash=False)

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> CoreSchema:
        return no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, core_schema: object, handler: object) -> dict[str, Any]:
        return dict(self.schema)


Shifts = Annotated[
    tuple[Shift, ...], _ReadBy(read_shifts, {**_TEXT_OR_TEXTS, "examples": ["9:00-13:00, 15:00-19:00"]})
]
DateKey = Annotated[date, _ReadBy(read_date, {"type": "string", "format": "date"})]
ClosedDays = Annotated[
    Days, _ReadBy(read_days, {"type": "string", "examples": ["2026-12-24", "2026-08-10..2026-08-24"]})
]
DayOfYear = Annotated[tuple[int, int], _ReadBy(read_day_of_year, {"type": "string", "examples": ["12-07"]})]


class OpeningHours(Section):
    """When somebody is there to answer, by the clock of the shop's time zone. A day that is not named is closed."""

    model_config = ConfigDict(json_schema_extra=_days_as_keys)
    week: dict[str, Shifts] = Field(
        default_factory=dict,
        alias=ANY_DAY,
        description="The shifts of a day or of several days, such as 9:00-13:00, 15:00-19:00, or closed.",
    )
    closed: Annotated[
        list[ClosedDays], BeforeValidator(_listed, json_schema_input_type=ClosedDays | list[ClosedDays])
    ] = Field(default_factory=list, description="Days on which nobody is there: holidays of the shop's own.")
    open: dict[DateKey, Shifts] = Field(
        default_factory=dict,
        description="The hours of single days, which count before all else: a Sunday before Christmas.",
    )
    holidays: Annotated[str, AfterValidator(_place_with_holidays)] | None = Field(
        None, description="Closed on the public holidays of this country, region or province: IT, IT-MI."
    )
    patron: Annotated[
        list[DayOfYear], BeforeValidator(_listed, json_schema_input_type=DayOfYear | list[DayOfYear])
    ] = Field(default_factory=list, description="Closed on these days every year: 12-07.")

    @model_validator(mode="before")
    @classmethod
    def _days_below_one_key(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "week" in data:
            return data
        days = {key: value for key, value in data.items() if isinstance(key, str) and read_weekdays(key)}
        return {key: value for key, value in data.items() if key not in days} | {"week": days}


class AcknowledgeWhen(StrEnum):
    """At which hours the bot acknowledges by itself."""

    CLOSED = "closed"
    ALWAYS = "always"


def _worth_acknowledging(category: Category) -> Category:
    if category in {Category.SPAM, Category.PRAISE}:
        raise ValueError("is never acknowledged: write question, complaint, suggestion or other")
    return category


class Acknowledge(Section):
    """What is acknowledged on one channel without anybody approving it, where the platform's rules allow that."""

    category: Annotated[
        list[Annotated[Category, AfterValidator(_worth_acknowledging)]], Field(min_length=1)
    ] = Field(
        [Category.QUESTION, Category.COMPLAINT],
        description="Which mentions; questions and complaints unless given.",
    )
    when: AcknowledgeWhen = Field(
        AcknowledgeWhen.CLOSED, description="closed: only outside the opening hours; or always."
    )
    visibility: Visibility | None = Field(
        None,
        description="public or private; as the author wrote unless given. What was written in private is never answered in public.",
    )
