"""Times as programs write them, ISO 8601 or seconds since 1970; other forms are each connector's."""

from datetime import UTC, datetime

from connectors.fields import moment

_MOST_SECONDS = 1e11  # what is larger counts milliseconds


def told_time(value: object, now: datetime) -> datetime | None:
    """In UTC, at most `now`; None when it is no time."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return moment(value, now)
    try:
        seconds = float(value) / (1000 if value > _MOST_SECONDS else 1)
        return min(datetime.fromtimestamp(seconds, UTC), now) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
