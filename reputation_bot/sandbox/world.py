"""Everything that one sandbox remembers. All of it is touched from the server's event loop only, so nothing needs a lock."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from reputation_bot.sandbox.chat import Chat, Chats, Message, page_message
from reputation_bot.sandbox.faults import Faults, gone
from reputation_bot.sandbox.live import Live
from reputation_bot.sandbox.network import Network
from reputation_bot.sandbox.updates import Updates

Observer = Callable[[str, dict[str, Any], dict[str, Any]], None]  # method, parameters, answer


def _no_server(client: tuple[str, int]) -> None:
    raise RuntimeError(f"only a real server can hang up on {client}")


@dataclass(slots=True)
class World:
    """One sandbox. `observe` sees every Bot API call with its answer; `hang_up` breaks the connection of a caller."""

    observe: Observer | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    hang_up: Callable[[tuple[str, int]], None] = _no_server
    network: Network = field(default_factory=Network)
    chats: Chats = field(default_factory=Chats)
    updates: Updates = field(default_factory=Updates)
    faults: Faults = field(default_factory=Faults)
    live: Live = field(default_factory=Live)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)  # by scope and language
    looked_at: dict[str, datetime] = field(
        default_factory=dict
    )  # when the bot last read the network and the chat

    def looked(self, where: str) -> None:
        """The bot has just read there: "network" or "chat"."""
        self.looked_at[where] = self.now()
        self.live.tell("looked", self.looks())

    def looks(self) -> dict[str, Any]:
        """When the bot last read what, and whether it is waiting for news of the chat."""
        at = {where: self.looked_at[where].isoformat() for where in self.looked_at}
        return {"network": None, "chat": None} | at | {"listening": self.updates.awaited}

    def show(self, chat: Chat, message: Message) -> None:
        """Tells the pages of a new or changed message."""
        self.live.tell("message", page_message(chat, message))

    def close(self) -> None:
        """Lets go of all who wait, so that the server can stop."""
        self.closing.set()
        self.updates.close()
        self.live.close()

    async def wait_for(self, request: Request, awaited: "asyncio.Future[Any]", seconds: float) -> bool:
        """Whether it is done in time; gives up when the caller hangs up or the server stops."""
        others = [asyncio.ensure_future(gone(request.receive)), asyncio.ensure_future(self.closing.wait())]
        try:
            await asyncio.wait({awaited, *others}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for other in others:
                other.cancel()
        return awaited.done()


def world_of(request: Request) -> World:
    """The sandbox that this request came to."""
    world = request.app.state.world
    assert isinstance(world, World)  # noqa: S101 - Starlette's state is untyped
    return world
