"""What has happened in the groups and the bot has not confirmed yet, handed out by long polling as Telegram does."""

import asyncio
from typing import Any

from reputation_bot.sandbox.parameters import BotApiError

_MAX_WAIT_SECONDS = 50
_MAX_BATCH = 100


class Updates:
    """Used from the server's event loop only."""

    def __init__(self) -> None:
        self._pending: list[dict[str, Any]] = []
        self._last_id = 100_000_000
        self._allowed: frozenset[str] = frozenset()  # empty: all that the sandbox has
        self._waiter: asyncio.Future[bool] | None = None

    @property
    def awaited(self) -> bool:
        """Whether a bot is waiting right now."""
        return self._waiter is not None

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, kind: str, value: dict[str, Any]) -> None:
        """Queues an update of this kind, unless the bot does not want it."""
        if self._allowed and kind not in self._allowed:
            return
        self._last_id += 1
        self._pending.append({"update_id": self._last_id, kind: value})
        self._wake(news=True)

    def forget(self) -> None:
        """Drops all that is pending."""
        self._pending.clear()

    async def get(
        self, offset: int | None, limit: int, wait_seconds: int, allowed: list[str] | None
    ) -> list[dict[str, Any]]:
        """All from `offset` on, which confirms those below it; a negative one counts from the end.

        Waits when there is none. Raises BotApiError 409 when another call takes over meanwhile.
        """
        self._wake(news=False)
        if allowed is not None:
            self._allowed = frozenset(allowed)
        self._confirm(offset)
        if not self._pending and wait_seconds > 0:
            await self._wait(min(wait_seconds, _MAX_WAIT_SECONDS))
        return self._pending[: min(max(limit, 1), _MAX_BATCH)]

    def close(self) -> None:
        """Ends the wait: the server is going."""
        self._wake(news=True)

    def _confirm(self, offset: int | None) -> None:
        if offset is None or offset == 0:
            return
        if offset < 0:
            self._pending = self._pending[offset:]
        else:
            self._pending = [update for update in self._pending if update["update_id"] >= offset]

    async def _wait(self, seconds: int) -> None:
        waiter = self._waiter = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait({waiter}, timeout=seconds)
        finally:
            if self._waiter is waiter:
                self._waiter = None
        if waiter.done() and not waiter.result():
            raise BotApiError(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )

    def _wake(self, *, news: bool) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(news)
