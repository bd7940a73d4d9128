"""Does one job for each of many names side by side, and hands the results over in handfuls; what the job is, `polling` knows."""

import ctypes
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

HANDS = 4  # threads at the start; each time more are called, there are twice as many
MOST_HANDS = 512
TICK = 0.2  # seconds between two looks at whether more would help
IDLE = 0.5  # a processor used for more than this share of a tick has enough to do
HELPS = 1.25  # times as fast as before the last ones joined: then more may help still more
ASLEEP = 0.1  # a processor used for less than this share has nothing to do at all: whatever all wait for, others need not
SHARE = 4  # handing over may take a fifth of the time: after t seconds of it, 4 t are spent on collecting the next handful
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # malloc.h of glibc
_LARGE = 65_536  # bytes
LONGEST_PAUSE = 2.0  # seconds; however slow handing over is, what is ready does not wait longer


class Crew(Generic[T]):
    """`job` is called once for each name, from several threads.

    While all hands wait for slow answers more join in, as long as that makes it faster, and whenever all are asleep: so one silent
    platform, or a hundred channels in line for one host, never hold up the others. While the processor is busy none joins, for
    each holds a document.
    """

    def __init__(self, job: Callable[[str], T], names: Sequence[str]) -> None:
        self._job, self._names = job, deque(names)
        self._left, self._hands = len(names), 0
        self._done: SimpleQueue[T | BaseException] = SimpleQueue()
        self._looked_at = time.monotonic()
        self._used = time.process_time()
        self._finished, self._pace = (
            0,
            0.0,
        )  # since the last look; results a second before the last hands joined

    def results(self) -> Iterator[list[T]]:
        """All results, soon after they are there, several at a time. Raises what a job raised; then the rest is not begun."""
        if self._left > 1:
            _spare_memory()
        self._hire(HANDS)
        pause = 0.0
        try:
            while self._left:
                handful = self._collect(time.monotonic() + pause)
                begin = time.monotonic()
                yield handful
                pause = min(SHARE * (time.monotonic() - begin), LONGEST_PAUSE)
        finally:
            self._names.clear()

    def _collect(self, until: float) -> list[T]:
        """What is done by then; what is done first, if nothing is."""
        handful: list[T] = []
        while self._left and not (handful and time.monotonic() >= until):
            try:
                one = self._done.get(timeout=max(min(TICK, until - time.monotonic()), 0) if handful else TICK)
            except Empty:
                self._look()
                continue
            if isinstance(one, BaseException):
                raise one
            handful.append(one)
            self._left -= 1
            self._finished += 1
            self._look()
        return handful

    def _look(self) -> None:
        """Calls more hands when those at work do nothing but wait, if that is of use."""
        now, used = time.monotonic(), time.process_time()
        taken = now - self._looked_at
        if taken < TICK:
            return
        busy, pace = (used - self._used) / taken, self._finished / taken
        self._looked_at, self._used, self._finished = now, used, 0
        if busy < ASLEEP or (busy < IDLE and pace > HELPS * self._pace):
            self._pace = pace
            self._hire(self._hands)

    def _hire(self, count: int) -> None:
        for _ in range(min(count, len(self._names), MOST_HANDS - self._hands)):
            self._hands += 1
            # daemons: a process that is told to end does not wait for a platform that never answers
            threading.Thread(target=self._work, name=f"poll-{self._hands}", daemon=True).start()

    def _work(self) -> None:
        while True:
            try:
                name = self._names.popleft()
            except IndexError:
                return
            try:
                self._done.put(self._job(name))
            except BaseException as problem:  # noqa: BLE001  # raised again where the results are read
                self._names.clear()
                self._done.put(problem)


def _spare_memory() -> None:
    """Asks the C library (glibc) to keep little of what a document needs while it is read. 500 feeds take 110 MB instead of 137.

    Each thread would have a heap of its own, and keep what its largest document once needed; Python lets one thread work at a time,
    so they lose nothing by sharing. And a large block in that heap could not be given back once something small lies behind it.
    """
    with suppress(OSError, AttributeError):  # other systems know no such call
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, 1)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
