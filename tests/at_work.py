"""The whole program at work against a sandbox, with a shop's rules.yaml in a folder of its own; its clock can be put forward."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reputation_bot import app
from reputation_bot.app import App
from reputation_bot.config import Config, load
from reputation_bot.sandbox.server import running
from reputation_bot.telegram import bot

_OFTEN = timedelta(milliseconds=50)  # how often the program looks for what is due, in place of each second
_SPELL = timedelta(milliseconds=500)


class _Clock:
    """Real time, put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True, slots=True)
class AtWork:
    """A program that listens, shows and publishes. `url` is the sandbox's."""

    url: str
    rules: Path
    program: App
    clock: _Clock

    def let_pass(self, time: timedelta) -> None:
        """For the program; the sandbox's clock goes on as it was."""
        self.clock.ahead += time

    def hurry(self) -> None:
        """For whoever waits for something to be seen: what is due soon comes sooner."""
        self.let_pass(_SPELL)


@contextmanager
def at_work(folder: Path, rules: str, *, per_minute: int = 2_000, sample: bool = False) -> Iterator[AtWork]:
    """`rules` is a rules.yaml in which {url} stands for the sandbox's address.

    `per_minute` takes the place of Telegram's limit, which is no concern of the sandbox and would make a test wait.
    """
    with standing_by(folder, rules, per_minute=per_minute, sample=sample) as work, begun(work):
        yield work


@contextmanager
def standing_by(
    folder: Path, rules: str, *, per_minute: int = 2_000, sample: bool = False
) -> Iterator[AtWork]:
    """The same, but it does only what it is told to, such as `program.poll()`, until it has `begun`."""
    clock = _Clock()
    with running(sample=sample) as sandbox:
        path = folder / "rules.yaml"
        path.write_text(rules.replace("{url}", sandbox.url), encoding="utf-8")
        environ = {"REPUTATION_BOT_TOKEN": "1:test", "REPUTATION_BOT_API": sandbox.url}
        program = _program(load(path, environ), environ, folder, clock, per_minute)
        try:
            yield AtWork(sandbox.url, path, program, clock)
        finally:
            program.close()


@contextmanager
def begun(work: AtWork) -> Iterator[None]:
    """From now on it does everything by itself."""
    stop = threading.Event()
    loops = threading.Thread(target=work.program.run, args=(stop,), name="bot")
    with _looking_often():
        loops.start()
        try:
            yield
        finally:
            stop.set()
            loops.join(timeout=30)


@contextmanager
def _looking_often() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "POLL_TICK", _OFTEN)
        patch.setattr(bot, "TICK", _OFTEN)
        patch.setattr(bot, "ROUND", _OFTEN)
        yield


def _program(config: Config, environ: dict[str, str], folder: Path, clock: _Clock, per_minute: int) -> App:
    class ClockedApp(App):
        now = staticmethod(clock.now)

    quick = config.settings.telegram.model_copy(update={"per_minute": per_minute})
    settings = config.settings.model_copy(update={"telegram": quick})
    store = f"tinydb:{folder / 'store.json'}"
    return ClockedApp(replace(config, settings=settings), store=store, environ=environ)
