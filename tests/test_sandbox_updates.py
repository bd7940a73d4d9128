"""Long polling: what happens in the group reaches one bot, once confirmed never again."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from telegram import Bot, MessageEntity, Update
from telegram.error import Conflict

from reputation_bot.sandbox.server import Running
from tests.bot_api_schema import checked_sandbox
from tests.sandbox_client import CHAT, listening, new_bot, say, with_bot


@pytest.fixture
def sandbox() -> Iterator[Running]:
    with checked_sandbox() as running:
        yield running


def test_written_message_reaches_the_bot(sandbox: Running) -> None:
    first = with_bot(sandbox, lambda bot: bot.send_message(CHAT, "scheda")).message_id
    say(sandbox, "/aiuto per favore", reply_to=first)
    (update,) = with_bot(sandbox, lambda bot: bot.get_updates())
    message = update.message
    assert message
    assert message.from_user
    assert message.from_user.id == 1003
    assert message.reply_to_message
    assert message.reply_to_message.message_id == first
    assert message.parse_entities([MessageEntity.BOT_COMMAND])


def test_offset_confirms_and_a_negative_one_counts_from_the_end(sandbox: Running) -> None:
    for text in "abcd":
        say(sandbox, text)

    async def use(bot: Bot) -> list[list[str | None]]:
        found = [await bot.get_updates(limit=2)]
        found.append(await bot.get_updates(offset=found[0][1].update_id))
        found.append(await bot.get_updates(offset=-1))
        found.append(await bot.get_updates())
        return [[one.message.text for one in updates if one.message] for updates in found]

    assert with_bot(sandbox, use) == [["a", "b"], ["b", "c", "d"], ["d"], ["d"]]


def test_unwanted_kinds_are_not_kept(sandbox: Running) -> None:
    with_bot(sandbox, lambda bot: bot.get_updates(allowed_updates=[Update.CALLBACK_QUERY]))
    say(sandbox, "a")
    assert with_bot(sandbox, lambda bot: bot.get_updates()) == ()
    with_bot(sandbox, lambda bot: bot.get_updates(allowed_updates=[]))
    say(sandbox, "b")
    assert len(with_bot(sandbox, lambda bot: bot.get_updates())) == 1


def test_long_poll_ends_with_the_first_news(sandbox: Running) -> None:
    async def use(bot: Bot) -> Any:
        waiting = asyncio.create_task(bot.get_updates(timeout=30))
        await listening(sandbox)
        await asyncio.to_thread(say, sandbox, "a")
        return await waiting

    assert [update.message.text for update in with_bot(sandbox, use)] == ["a"]


def test_long_poll_without_news_ends_empty(sandbox: Running) -> None:
    assert with_bot(sandbox, lambda bot: bot.get_updates(timeout=1)) == ()


def test_second_poll_ends_the_first(sandbox: Running) -> None:
    async def use(bot: Bot) -> Any:
        async with new_bot(sandbox) as other:
            first = asyncio.create_task(bot.get_updates(timeout=30))
            await listening(sandbox)
            second = await other.get_updates()
            with pytest.raises(
                Conflict, match="terminated by other getUpdates request; make sure that only one bot"
            ):
                await first
            return second

    assert with_bot(sandbox, use) == ()


def test_poll_of_a_dead_bot_is_forgotten(sandbox: Running) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{sandbox.url}/bot1:x/getUpdates", json={"timeout": 50}, timeout=0.2)

    asyncio.run(asyncio.wait_for(listening(sandbox, wanted=False), 10))
