"""What polls of X leave behind for the next one, read from a cursor in which anything may stand; writing it is `reading`'s."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from connectors.fields import at, kept_time, records


class Rest(NamedTuple):
    """What lies between two ids and is still to be read, of one source."""

    source: str
    lower: str
    upper: str  # empty: up to now


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier polls left behind: the cursor, with whatever is not of ours left out."""

    read_at: datetime | None
    swept_at: datetime | None
    shown: Mapping[str, str]  # first id by present id
    names: Mapping[str, tuple[str, str]]
    writers: list[str]
    rests: list[Rest]

    @classmethod
    def of(cls, cursor: object, now: datetime) -> Self:
        """From a cursor, whatever has become of it."""
        return cls(
            read_at=kept_time(at(cursor, "read_at"), now),
            swept_at=kept_time(at(cursor, "swept_at"), now),
            shown={one: first for one, first in _pairs(at(cursor, "shown"), 2) if one.isdecimal()},
            names={one: (name, handle) for one, name, handle in _pairs(at(cursor, "names"), 3)},
            writers=[one for (one,) in _pairs(at(cursor, "writers"), 1)],
            rests=[
                Rest(source, lower, upper)
                for source, lower, upper in _pairs(at(cursor, "rests"), 3)
                if lower.isdecimal() and upper.isdecimal()
            ],
        )


def _pairs(value: object, length: int) -> list[tuple[str, ...]]:
    """Rows of that many texts, of whatever stands in the cursor; the first is an id or the name of a source."""
    return [
        tuple(row)
        for row in records(value)
        if isinstance(row, list)
        and len(row) == length
        and all(isinstance(one, str) for one in row)
        and re.fullmatch(r"[0-9]{1,20}|[a-z]+", row[0])
    ]
