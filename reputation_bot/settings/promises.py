"""Until when a first answer is due."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import (
    BeforeValidator,
    Field,
    WithJsonSchema,
)

from reputation_bot.model import Priority
from reputation_bot.settings.fields import Duration, Section, every_priority, parse_duration

REMIND_UNLESS_GIVEN, ESCALATE_UNLESS_GIVEN = 0.25, 0.5  # of the promised time


def _part_of_a_promise(value: object) -> timedelta | float | None:
    """A duration, a share such as `25%`, or None for `never`."""
    if isinstance(value, str) and value.strip() == "never":
        return None
    if isinstance(value, str) and (share := re.fullmatch(r" *([0-9]{1,4}) *% *", value)):
        return int(share[1]) / 100
    try:
        return parse_duration(value)
    except ValueError as error:
        raise ValueError(f"{error}, a share such as 25%, or never") from None


Part = Annotated[
    timedelta | float | None,
    BeforeValidator(_part_of_a_promise),
    WithJsonSchema({"type": "string", "examples": ["15m", "25%", "never"]}),
]


class Promises(Section):
    """Until when a first answer is due."""

    first_response: Annotated[
        dict[Priority, Duration],
        BeforeValidator(every_priority, json_schema_input_type=Duration | dict[Priority, Duration]),
    ] = Field(default_factory=dict, description="One duration, or one per priority; one hour unless given.")
    remind: Annotated[
        dict[Priority, Part],
        BeforeValidator(every_priority, json_schema_input_type=Part | dict[Priority, Part]),
    ] = Field(
        default_factory=dict,
        description="How long before it is due the group is reminded: a duration, a share of the promise, or never; 25% unless given.",
    )
    escalate: Annotated[
        dict[Priority, Part],
        BeforeValidator(every_priority, json_schema_input_type=Part | dict[Priority, Part]),
    ] = Field(
        default_factory=dict,
        description="How long after it was due a case escalates: a duration, a share of the promise, or never; 50% unless given.",
    )

    def first_response_for(self, priority: Priority) -> timedelta:
        """One hour unless configured."""
        return self.first_response.get(priority, timedelta(hours=1))

    def remind_before(self, priority: Priority) -> timedelta | None:
        """How long before it is due; None: never."""
        return self._part(self.remind.get(priority, REMIND_UNLESS_GIVEN), priority)

    def escalate_after(self, priority: Priority) -> timedelta | None:
        """How long after it was due; None: never."""
        return self._part(self.escalate.get(priority, ESCALATE_UNLESS_GIVEN), priority)

    def _part(self, part: timedelta | float | None, priority: Priority) -> timedelta | None:
        return part * self.first_response_for(priority) if isinstance(part, float) else part
