"""How many messages a chat may still get this minute; when to send what is the sender's job."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

_WINDOW = timedelta(seconds=60)


class Pace:
    """At most `per_minute` sends and edits in any 60 seconds for each chat (groups: core.telegram.org/bots/faq, 2026-11).

    Telegram's window may begin at any moment, so it slides: the oldest message makes room when it is more than 60 s old. Chats do not touch
    one another. Safe for threads; whoever asks and notes in two steps must be a chat's only sender.
    """

    def __init__(self, per_minute: int, reserve: int) -> None:
        self._per_minute = per_minute
        self._reserve = min(reserve, per_minute - 1)  # a chat of one message a minute still gets its cards
        self._noted: dict[int, list[datetime]] = {}
        self._blocked: dict[int, datetime] = {}
        self._lock = Lock()

    def free(self, chat: int, now: datetime, *, pressed: bool = False) -> int:
        """How many may leave now. For what somebody has just pressed all of them, for anything else the reserve stays."""
        with self._lock:
            if self._until(chat, now):
                return 0
            left = self._per_minute - len(self._lately(chat, now))
        return max(left - (0 if pressed else self._reserve), 0)

    def note(self, chat: int, now: datetime) -> None:
        """One leaves now; a failed attempt counts too, because Telegram may count it."""
        with self._lock:
            self._lately(chat, now).append(now)

    def block(self, chat: int, until: datetime) -> None:
        """Telegram asked to wait. The longest wait holds."""
        with self._lock:
            self._blocked[chat] = max(until, self._blocked.get(chat, until))

    def blocked_until(self, chat: int, now: datetime) -> datetime | None:
        """The end of the wait that Telegram asked for, while it lasts."""
        with self._lock:
            return self._until(chat, now)

    def dump(self) -> dict[str, Any]:
        """A JSON value for `load`, so that a restart does not begin a new minute."""
        with self._lock:
            return {
                "noted": {
                    str(chat): [at.isoformat() for at in times]
                    for chat, times in self._noted.items()
                    if times
                },
                "blocked": {str(chat): until.isoformat() for chat, until in self._blocked.items()},
            }

    def load(self, dumped: object) -> None:
        """Takes over what `dump` gave; what it did not give is left out."""
        noted, blocked = _part(dumped, "noted"), _part(dumped, "blocked")
        with self._lock:
            for chat, times in _by_chat(noted):
                self._noted[chat] = list(_moments(times))
            for chat, until in _by_chat(blocked):
                for moment in _moments([until]):
                    self._blocked[chat] = moment

    def _lately(self, chat: int, now: datetime) -> list[datetime]:
        """What still counts. What lies further ahead than the window was noted before the clock was set back."""
        times = [at for at in self._noted.get(chat, ()) if abs(now - at) <= _WINDOW]
        self._noted[chat] = times
        return times

    def _until(self, chat: int, now: datetime) -> datetime | None:
        until = self._blocked.get(chat)
        if until is not None and until <= now:
            del self._blocked[chat]
            return None
        return until


def _part(dumped: object, key: str) -> dict[Any, Any]:
    part = dumped.get(key) if isinstance(dumped, dict) else None
    return part if isinstance(part, dict) else {}


def _by_chat(part: dict[Any, Any]) -> Iterator[tuple[int, Any]]:
    for chat, value in part.items():
        with suppress(TypeError, ValueError):
            yield int(chat), value


def _moments(values: object) -> Iterator[datetime]:
    for value in values if isinstance(values, list) else []:
        with suppress(TypeError, ValueError):
            moment = datetime.fromisoformat(value)
            yield moment if moment.tzinfo else moment.replace(tzinfo=UTC)
