"""Tells every open page what has changed, as server-sent events; what a change looks like is the teller's choice."""

import asyncio
from collections.abc import AsyncIterator

import orjson

_BACKLOG = (
    1000  # events a slow page may be behind; then it is cut off, and reloads everything when it comes back
)
_PULSE_SECONDS = 15.0


class Live:
    """The pages that are watching. Used from the server's event loop only."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[bytes | None]] = set()

    def tell(self, event: str, value: object) -> None:
        """Sends a JSON value to every page; never waits."""
        line = b"event: " + event.encode() + b"\ndata: " + orjson.dumps(value) + b"\n\n"
        for queue in self._watchers:
            if queue.full():
                _end(queue)
            else:
                queue.put_nowait(line)

    async def stream(self) -> AsyncIterator[bytes]:
        """The events of one page: first `hello`, upon which the page loads the present state."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(_BACKLOG)
        self._watchers.add(queue)
        try:
            yield b"retry: 500\nevent: hello\ndata: {}\n\n"
            while True:
                try:
                    line = await asyncio.wait_for(queue.get(), _PULSE_SECONDS)
                except TimeoutError:
                    line = b": still here\n\n"  # lets the server notice a page that has gone
                if line is None:
                    return
                yield line
        finally:
            self._watchers.discard(queue)

    def close(self) -> None:
        """Ends all streams."""
        for queue in self._watchers:
            _end(queue)


def _end(queue: asyncio.Queue[bytes | None]) -> None:
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(None)
