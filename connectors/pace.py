"""When each host may be asked again, for all channels of the process; asking is `http`'s job."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from reputation_bot.errors import RetryLaterError


class Pace:
    """When each host may be asked again: a pause between two requests, and what Retry-After wishes. For many threads."""

    def __init__(
        self,
        pause: timedelta = timedelta(seconds=0.2),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause, self._clock, self._sleep = pause.total_seconds(), clock, sleep
        self._next: dict[str, float] = {}
        self._closed_until: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait_for_turn(self, host: str, *, pause: bool) -> None:
        """Raises RetryLaterError while the host wants to be left alone. Without `pause` there is no waiting."""
        with self._lock:
            now = self._clock()
            closed = self._closed_until.get(host, 0.0) - now
            turn = max(self._next.get(host, 0.0), now)
            if closed <= 0 and pause:
                self._next[host] = turn + self._pause
        if closed > 0:
            raise RetryLaterError(f"{host} asked us to come back later", timedelta(seconds=closed))
        if pause and turn > now:
            self._sleep(turn - now)

    def leave_alone(self, host: str, after: timedelta) -> None:
        """No request goes to the host for that long."""
        with self._lock:
            self._closed_until[host] = self._clock() + after.total_seconds()
