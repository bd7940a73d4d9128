"""Makes the sandbox fail on request, as platforms do; what a call does when nothing is wrong is the callers' job."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

MAX_TIMES = 1_000_000
MAX_SECONDS = 600


class Where(StrEnum):
    """Which of the two platforms fails."""

    TELEGRAM = "telegram"
    NETWORK = "network"


class Kind(StrEnum):
    """How a call fails."""

    TOO_MANY = "429"
    BROKEN = "500"
    TIMEOUT_AFTER = "timeout_after"  # done, but the answer never comes
    SLOW = "slow"  # done and answered, after some seconds
    DROP = "drop"  # the connection breaks before anything is done
    LOST = "lost"  # answered well, but the message or post never appears


# python-telegram-bot waits 5 s for an answer unless told otherwise: one of these outlasts it, the other does not
_SECONDS = {Kind.TIMEOUT_AFTER: 10.0, Kind.SLOW: 3.0}
_APPEARING = {Where.TELEGRAM: {"sendmessage", "sendphoto"}, Where.NETWORK: {"post"}}


@dataclass(slots=True)
class Fault:
    """`times` counts down. `method` and `chat_id` narrow it to one Bot API method (or POST, GET) and one chat.

    Without `method`, Telegram fails only for what changes something; `lost` only for what appears somewhere.
    """

    where: Where
    kind: Kind
    times: int = 1
    method: str | None = None
    chat_id: int | None = None
    seconds: float | None = None
    retry_after: int = 3

    @property
    def delay(self) -> float:
        """Seconds that a slow answer takes, or that a lost one keeps the caller waiting."""
        return self.seconds if self.seconds is not None else _SECONDS.get(self.kind, 0.0)

    def view(self) -> dict[str, Any]:
        """As JSON."""
        view = {"where": self.where, "kind": self.kind, "times": self.times, "method": self.method}
        return view | {"chat_id": self.chat_id, "seconds": self.delay, "retry_after": self.retry_after}


class Faults:
    """The faults still to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []

    def view(self) -> list[dict[str, Any]]:
        """As `GET /api/faults` lists them."""
        return [fault.view() for fault in self.pending]

    def take(self, where: Where, method: str, chat_id: int | None = None) -> Fault | None:
        """The first fault that this call meets, counted down."""
        fault = next((fault for fault in self.pending if _meets(fault, where, method.lower(), chat_id)), None)
        if fault:
            fault.times -= 1
            self.pending = [left for left in self.pending if left.times > 0]
        return fault


def _meets(fault: Fault, where: Where, method: str, chat_id: int | None) -> bool:
    if fault.where is not where or (fault.chat_id is not None and fault.chat_id != chat_id):
        return False
    if fault.kind is Kind.LOST and method not in _APPEARING[where]:
        return False
    if fault.method:
        return fault.method.lower() == method
    only_reads = method.startswith(
        "get"
    )  # nothing to have been done; and the long poll would eat every fault
    return not (only_reads and (fault.kind is Kind.TIMEOUT_AFTER or where is Where.TELEGRAM))


class HangUp(Response):
    """No answer at all: the connection breaks, at once or after having kept the caller waiting."""

    def __init__(self, seconds: float = 0) -> None:
        super().__init__()
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's form
        world = scope["app"].state.world
        left = asyncio.ensure_future(gone(receive))
        closing = asyncio.ensure_future(world.closing.wait())
        await asyncio.wait({left, closing}, timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        world.hang_up(scope["client"])
        await left  # until the server knows too, or it would answer with a 500 of its own


async def answer_with(
    fault: Fault | None,
    act: Callable[[], Awaitable[Response]],
    refuse: Callable[[Fault], Response],
    closing: asyncio.Event,
) -> Response:
    """What the caller gets: `act` does the thing, `refuse` words a 429 or a 500. `lost` is `act`'s own business."""
    if fault is None:
        return await act()
    match fault.kind:
        case Kind.TOO_MANY | Kind.BROKEN:
            return refuse(fault)
        case Kind.DROP:
            return HangUp()
        case Kind.TIMEOUT_AFTER:
            await act()
            return HangUp(fault.delay)
        case Kind.SLOW:
            await _wait(closing, fault.delay)
            return await act()
        case Kind.LOST:
            return await act()
    assert_never(fault.kind)


async def gone(receive: Receive) -> None:
    """Returns when the caller has hung up. The body must have been read."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _wait(closing: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(closing.wait(), seconds)
    except TimeoutError:
        return
