"""How tests talk to the sandbox: as the bot through python-telegram-bot, as the staff through the script API."""

import asyncio
import json
import struct
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from reputation_bot.sandbox.server import Running

CHAT = -1001234567890
Result = TypeVar("Result")


def with_bot(sandbox: Running, use: Callable[[Bot], Awaitable[Result]]) -> Result:
    """Runs `use` with the real client."""

    async def main() -> Result:
        async with new_bot(sandbox) as bot:
            return await use(bot)

    return asyncio.run(main())


def new_bot(sandbox: Running) -> Bot:
    """The real client. There is no TLS here, and loading its certificates would take most of a test's time."""
    one, other = (HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2))
    return Bot("1:made-up", base_url=f"{sandbox.url}/bot", request=one, get_updates_request=other)


def refused(sandbox: Running, use: Callable[[Bot], Awaitable[Any]]) -> str:
    """The message with which the call is refused."""
    with pytest.raises(TelegramError) as error:
        with_bot(sandbox, use)
    return error.value.message


def call(sandbox: Running, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    """A call without the client, its parameters as JSON."""
    answer: dict[str, Any] = httpx.post(f"{sandbox.url}/bot1:x/{method}", json=parameters or {}).json()
    return answer


def say(sandbox: Running, text: str, **more: Any) -> int:
    """A member of staff writes; returns the message id."""
    answer = httpx.post(f"{sandbox.url}/api/chat/send", json={"user_id": 1003, "text": text, **more})
    message_id: int = answer.json()["message_id"]
    return message_id


def shown(sandbox: Running) -> list[dict[str, Any]]:
    """The messages of the group as scripts see them."""
    messages: list[dict[str, Any]] = httpx.get(f"{sandbox.url}/api/chat").json()
    return messages


def png(width: int = 40, height: int = 20) -> bytes:
    """A picture that any viewer opens."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xc8\x78\x50" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def events(sandbox: Running) -> AsyncGenerator[tuple[str, Any], None]:
    """What the page is told, from `hello` on."""
    async with httpx.AsyncClient() as client, client.stream("GET", f"{sandbox.url}/api/live") as answer:
        name = ""
        async for line in answer.aiter_lines():
            key, _, value = line.partition(": ")
            if key == "event":
                name = value
            elif key == "data":
                yield name, json.loads(value)


async def until(sandbox: Running, path: str, holds: Callable[[Any], bool]) -> None:
    """Waits until the JSON at this path is as wanted, looking whenever the page is told of something."""
    told = events(sandbox)
    async with httpx.AsyncClient(base_url=sandbox.url) as client:
        async for _ in told:
            if holds((await client.get(path)).json()):
                break
    await told.aclose()


async def listening(sandbox: Running, *, wanted: bool = True) -> None:
    """Waits until a bot waits for updates, or no longer does."""
    await until(sandbox, "/api/overview", lambda overview: overview["looked"]["listening"] is wanted)
