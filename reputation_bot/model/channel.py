"""What must outlive a poll of one channel, and who is at work on what."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A span of which a channel may have lost something: we looked too late, and the platform shows only so much."""

    begins_at: datetime
    ends_at: datetime
    noticed_at: datetime


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What must outlive a poll of one channel. `cursor` is the connector's own JSON value."""

    name: str
    cursor: object = None
    due_at: datetime | None = None  # None: at once
    polled_at: datetime | None = None  # last good answer
    shown_at: datetime | None = None  # last answer that held mentions
    failures: int = 0  # in a row
    problem: str | None = None
    paused: bool = False  # access was refused: told once, tried again at the slowest pace
    covered_from: datetime | None = None  # all since then was seen, up to `covered_until`, but for the gaps
    covered_until: datetime | None = None  # when the last good look began
    gaps: tuple[Gap, ...] = ()  # the newest ones, oldest first
    failing_since: datetime | None = None
    took: float = 0.0  # seconds of the last good look
    idle_looks: int = 0  # in a row that brought nothing new
    late: int = 0  # mentions that came long after they were written, though we had looked meanwhile
    late_at: datetime | None = None  # when the last of these came


@dataclass(frozen=True, slots=True)
class Claim:
    """A piece of work that one process has taken until `until`."""

    key: str
    owner: str
    until: datetime
