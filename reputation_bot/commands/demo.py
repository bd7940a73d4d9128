"""The whole loop on one machine without any account: the sandbox, and the very bot that talks to Telegram, in one process."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click
from pydantic import SecretStr

from reputation_bot.app import App
from reputation_bot.commands.story import Story
from reputation_bot.config import Config, load_example
from reputation_bot.i18n import translator
from reputation_bot.sandbox.server import running

POLL_EVERY = timedelta(seconds=1)  # a person is watching; the sandbox does not mind
_TOKEN = "1000000:demo"  # noqa: S105  # the sandbox takes any token


def in_browser(port: int, stop: threading.Event, language: str) -> None:
    """Serves the page until `stop` is set; staff read this language. Raises ConfigError when the port is taken."""
    with running(port, sample=True) as sandbox, _app(sandbox.url, language) as app:
        _ = translator(language)
        where = _(
            "Open {url} in your browser. On the left you are a customer, on the right the shop's staff."
        )
        click.echo(where.format(url=sandbox.url))
        click.echo(
            _(
                "Write a post on the left; publish the answer on the right. Ctrl-C ends the demo and forgets everything."
            )
        )
        app.run(stop)


def by_script(port: int, language: str) -> bool:
    """Plays the story without a browser and prints it line by line; True if the answer was really published once."""
    with playing(port, sample=False, language=language) as url:
        return Story(url, click.echo).play()


@contextmanager
def playing(port: int, *, sample: bool, language: str = "it") -> Iterator[str]:
    """The demo at work in the background, at the address given; port 0 takes a free one."""
    stop = threading.Event()
    with running(port, sample=sample) as sandbox, _app(sandbox.url, language) as app:
        bot = threading.Thread(target=app.run, args=(stop,), name="bot")
        bot.start()
        try:
            yield sandbox.url
        finally:
            stop.set()
            bot.join(timeout=30)


@contextmanager
def _app(url: str, language: str) -> Iterator[App]:
    with tempfile.TemporaryDirectory(prefix="reputation-bot-demo-") as folder:
        app = App(_config(url, language), store=f"tinydb:{Path(folder, 'demo.json')}")
        try:
            yield app
        finally:
            app.close()


def _config(url: str, language: str) -> Config:
    """The example, with its sandbox channel pointing at this sandbox, and its staff speaking the language."""
    example = load_example()
    channels = {
        name: channel.model_copy(update={"url": url, "every": POLL_EVERY})
        for name, channel in example.settings.channels.items()
        if channel.connector == "sandbox"
    }
    return replace(
        example,
        settings=example.settings.model_copy(update={"channels": channels, "language": language}),
        environment=example.environment.model_copy(update={"token": SecretStr(_TOKEN), "api": url}),
    )
