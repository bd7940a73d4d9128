"""The process around a command: opens the app from the options given, and ends when the system asks for it."""

import gc
import os
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reputation_bot.app import App


def open_app(rules: str, store: str | None = None) -> "App":
    """Reads the configuration; nothing else is opened yet."""
    from reputation_bot.app import App  # noqa: PLC0415  # a command that needs none of it starts faster
    from reputation_bot.config import load  # noqa: PLC0415

    app = App(load(Path(rules), os.environ), store=store, environ=os.environ)
    _keep_what_is_loaded()
    return app


def stop_on_signals() -> threading.Event:
    """Set by SIGTERM and Ctrl-C: what is under way is finished, nothing new is begun. A second one ends at once."""
    import signal  # noqa: PLC0415

    stop = threading.Event()

    def ask(number: int, _frame: object) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop


@cache
def _keep_what_is_loaded() -> None:
    """Modules and settings stay to the end: to look for garbage among them takes a twentieth of a poll, most of it at the very end."""
    gc.freeze()
