"""Counts what reading costs of YouTube's quota, so that it lasts the day and leaves something for answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from connectors.fields import at
from connectors.google.login import until_midnight
from reputation_bot.errors import RetryLaterError
from reputation_bot.ports import for_staff

# developers.google.com/youtube/v3/determine_quota_cost, 2026-11: a project's units of a day, and what an answer costs
A_DAY = 10_000
AN_ANSWER = 50
_FOR_READING = 0.8
_WARN_AT = 0.8  # of what is for reading
_SHORTEST = timedelta(minutes=1)  # a wish to wait that is shorter is none


@dataclass(slots=True)
class Units:
    """What this channel has spent since midnight in California. Each request for a list costs one, answered or not."""

    limit: int
    day: str
    used: int = 0
    is_warned: bool = False
    spent: int = 0  # in this poll

    @classmethod
    def after(cls, cursor: object, now: datetime, units_a_day: int) -> Self:
        """As the last poll left it; begun anew on another day."""
        told = at(cursor, "units")
        day = now.astimezone(ZoneInfo("America/Los_Angeles")).date().isoformat()
        limit = max(int(units_a_day * _FOR_READING), 1)
        if at(told, "day") != day:
            return cls(limit, day)
        used = at(told, "used")
        count = min(used, 10**9) if isinstance(used, int) and used > 0 else 0
        return cls(limit, day, count, at(told, "warned") is True)

    @property
    def left(self) -> int:
        return max(self.limit - self.used, 0)

    def spend(self) -> None:
        """Call before each request."""
        self.used += 1
        self.spent += 1

    def check(self, now: datetime) -> None:
        """Raises RetryLaterError when nothing is left for reading."""
        if not self.left:
            raise RetryLaterError(
                f"the {self.limit:,} units a day that YouTube's quota leaves for reading are used up; "
                "reading goes on after midnight in California. Look less often, or ask Google for more",
                until_midnight(now),
            )

    def pause(self, now: datetime) -> timedelta | None:
        """So long that polls like this one can go on until midnight."""
        wait = until_midnight(now) * self.spent / max(self.left, 1)
        return min(wait, until_midnight(now)) if wait >= _SHORTEST else None

    def warning(self) -> list[str]:
        """Once a day, when most is used up."""
        if self.is_warned or self.used < self.limit * _WARN_AT:
            return []
        self.is_warned = True
        spent = f"{self.used:,} of the {self.limit:,} units a day that YouTube's quota leaves for reading"
        return [
            for_staff(f"{spent} are used up; this channel is read more rarely until midnight in California")
        ]

    def kept(self) -> dict[str, Any]:
        """For the cursor."""
        return {"day": self.day, "used": self.used, "warned": self.is_warned}
