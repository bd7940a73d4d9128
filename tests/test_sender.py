"""One process writes to the chat: the bot while it lives, a poll when none has lived for two minutes."""

import os
import subprocess
import sys
from datetime import timedelta

from reputation_bot.owner import is_gone, kind_of, this_process
from reputation_bot.ports import Storage
from reputation_bot.telegram import sender
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def dead(kind: str) -> str:
    """The owner string of a process that has just ended."""
    code = f"from reputation_bot.owner import this_process; print(this_process({kind!r}))"
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_this_process_is_not_gone() -> None:
    assert not is_gone(this_process("bot"))
    assert kind_of(this_process("poll")) == "poll"


def test_an_ended_process_is_gone() -> None:
    assert is_gone(dead("bot"))


def test_a_later_process_with_the_same_pid_is_another() -> None:
    host = this_process("bot").partition("@")[2].rsplit(":", 2)[0]
    assert is_gone(f"bot@{host}:{os.getpid()}:1")


def test_nobody_can_tell_about_another_machine() -> None:
    assert not is_gone("bot@elsewhere:1:1")
    assert not is_gone("nonsense")


def test_a_poll_leaves_the_chat_to_a_bot_for_two_minutes_even_when_it_is_gone(storage: Storage) -> None:
    bot = dead("bot")
    assert sender.hold(storage, bot, now=NOW) is None
    assert sender.hold(storage, "poll@here:1:1", now=NOW + MINUTE) == bot
    assert sender.hold(storage, "poll@here:1:1", now=NOW + 3 * MINUTE) is None


def test_a_bot_takes_over_at_once_from_a_bot_that_is_gone(storage: Storage) -> None:
    sender.hold(storage, dead("bot"), now=NOW)
    assert sender.hold(storage, "bot@here:1:1", now=NOW) is None


def test_a_second_living_bot_is_told_who_is_there(storage: Storage) -> None:
    first = this_process("bot")
    sender.hold(storage, first, now=NOW)
    assert sender.hold(storage, "bot@elsewhere:1:1", now=NOW + MINUTE) == first


def test_a_poll_that_is_gone_holds_up_nobody(storage: Storage) -> None:
    sender.hold(storage, dead("poll"), now=NOW)
    assert sender.hold(storage, "poll@elsewhere:1:1", now=NOW) is None


def test_a_poll_gives_the_chat_back_when_done(storage: Storage) -> None:
    sender.hold(storage, "poll@elsewhere:1:1", now=NOW)
    sender.let_go(storage, "poll@elsewhere:1:1")
    assert sender.hold(storage, "bot@elsewhere:2:1", now=NOW) is None


def test_the_heartbeat_renews(storage: Storage) -> None:
    bot = this_process("bot")
    for beat in range(5):
        assert sender.hold(storage, bot, now=NOW + beat * MINUTE) is None
    assert sender.hold(storage, "poll@here:1:1", now=NOW + 5 * MINUTE) == bot


def test_the_chat_is_held_while_the_claim_lasts(storage: Storage) -> None:
    with storage.read() as view:
        assert not sender.is_held(view, now=NOW)
    sender.hold(storage, "bot@elsewhere:1:1", now=NOW)
    with storage.read() as view:
        assert sender.is_held(view, now=NOW + sender.BEAT)
        assert not sender.is_held(view, now=NOW + sender.ALIVE_FOR)
