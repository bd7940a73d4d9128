"""Calls what is due at a moment, for hundreds of requests with one thread; a `threading.Timer` each would cost as much as the request."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(order=True, slots=True)
class Deadline:
    """What is to be called, and when on the monotonic clock; `cancel` it when it is not needed any more."""

    at: float
    number: int
    _act: Callable[[], None] | None = field(compare=False)

    def cancel(self) -> None:
        """It will not be called, unless it is being called just now."""
        self._act = None

    def call(self) -> None:
        """Does what was to be done, once."""
        act, self._act = self._act, None
        if act:
            act()

    @property
    def is_cancelled(self) -> bool:
        """There is nothing to wait for."""
        return self._act is None


class Deadlines:
    """For many threads. Its own one is started with the first deadline and lives as long as the process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._ahead: list[Deadline] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    def after(self, seconds: float, act: Callable[[], None]) -> Deadline:
        """Calls `act` then, from another thread. It must be quick, for others wait meanwhile, and must not raise."""
        deadline = Deadline(time.monotonic() + max(seconds, 0.0), next(self._numbers), act)
        with self._changed:
            heapq.heappush(self._ahead, deadline)
            if self._thread is None or not self._thread.is_alive():  # a forked process has none
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            if self._ahead[0] is deadline:
                self._changed.notify()
        return deadline

    def _run(self) -> None:
        while True:
            self._next().call()

    def _next(self) -> Deadline:
        """The next one, when its time has come."""
        with self._changed:
            while True:
                while self._ahead and self._ahead[0].is_cancelled:
                    heapq.heappop(self._ahead)
                if not self._ahead:
                    self._changed.wait()
                elif (left := self._ahead[0].at - time.monotonic()) > 0:
                    self._changed.wait(left)
                else:
                    return heapq.heappop(self._ahead)
