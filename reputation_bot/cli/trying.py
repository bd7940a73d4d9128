"""Trying the bot without any account."""

import sys

import click

from reputation_bot.cli.frame import reports_errors
from reputation_bot.cli.help import IntegerRange, command, option
from reputation_bot.cli.process import stop_on_signals


@command()
@option("--port", type=IntegerRange(1, 65535), default=8800, help="Where the page is served on this machine.")
@option(
    "--script",
    is_flag=True,
    help="Play the story without a browser, print it, and exit 0 only if all went well.",
)
@option(
    "--language",
    type=click.Choice(["it", "en"]),
    default="it",
    help="Of the cards and buttons; customers are answered in theirs.",
)
@reports_errors
def demo(*, port: int, script: bool, language: str) -> None:
    """Try the whole loop without any account. Customers on the left, your Telegram group on the right."""
    from reputation_bot.commands import demo as command  # noqa: PLC0415

    if not script:
        command.in_browser(port, stop_on_signals(), language)
    elif not command.by_script(port, language):
        sys.exit(1)


@command()
@option("--port", type=IntegerRange(1, 65535), default=8800, help="Where both are served on this machine.")
@option("--sample", is_flag=True, help="With a few customers' posts already there.")
@reports_errors
def sandbox(*, port: int, sample: bool) -> None:
    """Serve the demo's network and Telegram stand-in alone. For trying `poll` and `bot` against."""
    from reputation_bot.sandbox.server import serve  # noqa: PLC0415

    serve(port, sample=sample)
