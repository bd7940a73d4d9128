"""The whole program at work against a sandbox, with a shop's rules.yaml in a folder of its own; its clock can be put forward."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reputation_bot.app import App
from reputation_bot.config import Config, load
from reputation_bot.sandbox.server import running


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
    clock: _Clock

    def let_pass(self, time: timedelta) -> None:
        """For the program; the sandbox's clock goes on as it was."""
        self.clock.ahead += time


@contextmanager
def at_work(folder: Path, rules: str, *, per_minute: int = 2_000, sample: bool = False) -> Iterator[AtWork]:
    """`rules` is a rules.yaml in which {url} stands for the sandbox's address.

    `per_minute` takes the place of Telegram's limit, which is no concern of the sandbox and would make a test wait.
    """
    clock, stop = _Clock(), threading.Event()
    with running(sample=sample) as sandbox:
        path = folder / "rules.yaml"
        path.write_text(rules.replace("{url}", sandbox.url), encoding="utf-8")
        environ = {"REPUTATION_BOT_TOKEN": "1:test", "REPUTATION_BOT_API": sandbox.url}
        app = _app(load(path, environ), environ, folder, clock, per_minute)
        bot = threading.Thread(target=app.run, args=(stop,), name="bot")
        bot.start()
        try:
            yield AtWork(sandbox.url, path, clock)
        finally:
            stop.set()
            bot.join(timeout=30)
            app.close()


def _app(config: Config, environ: dict[str, str], folder: Path, clock: _Clock, per_minute: int) -> App:
    class ClockedApp(App):
        now = staticmethod(clock.now)

    quick = config.settings.telegram.model_copy(update={"per_minute": per_minute})
    settings = config.settings.model_copy(update={"telegram": quick})
    store = f"tinydb:{folder / 'store.json'}"
    return ClockedApp(replace(config, settings=settings), store=store, environ=environ)
