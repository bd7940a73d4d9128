"""What all commands share: their order in --help, the options for files, and how an error ends a command."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reputation_bot.cli.help import Command, option
from reputation_bot.errors import ConfigError, ReputationBotError
from reputation_bot.spoken import speak_as_asked, told

if TYPE_CHECKING:
    from reputation_bot.i18n import Translate


class InOrder(Command, click.Group):
    """Lists its commands in the order in which a person needs them."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """As written below."""
        return list(self.commands)


class Main(InOrder):
    """The group of all: from its first word on, help speaks the language of the environment."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """As click's; nothing is read or said before."""
        speak_as_asked(os.environ)
        return super().make_context(info_name, args, parent, **extra)


def tell_version(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    """What --version prints; click's own would print it in the language of when it was imported."""
    if asked and not ctx.resilient_parsing:
        from importlib.metadata import version  # noqa: PLC0415  # nobody else needs it

        words = {"prog": ctx.find_root().info_name, "version": version("reputation-bot")}
        click.echo(told("%(prog)s, version %(version)s") % words)
        ctx.exit()


def reports_errors(command: Callable[..., None]) -> Callable[..., None]:
    """An expected error is a sentence on stderr, not a traceback: exit 2 for the configuration, 1 for the rest.

    It is told in the language of the rules.yaml that the command reads, else in the environment's.
    """

    @wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except ReputationBotError as error:
            click.echo(error.told(_words(kwargs).sentence), err=True)
            sys.exit(2 if isinstance(error, ConfigError) else 1)

    return wrapper


def _words(options: dict[str, Any]) -> "Translate":
    from reputation_bot.config import language  # noqa: PLC0415  # a command that fails at nothing needs none

    if (rules := options.get("rules")) is None:
        return language.for_environment(os.environ)
    return language.for_file(Path(rules), os.environ)


def with_rules(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command --rules."""
    return option(
        "--rules",
        metavar="FILE",
        envvar="REPUTATION_BOT_RULES",
        default="rules.yaml",
        help="The configuration file.",
    )(command)


def with_store(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command --store, besides --rules."""
    return with_rules(
        option(
            "--store",
            metavar="URL",
            envvar="REPUTATION_BOT_STORE",
            default="tinydb:reputation-bot.json",
            help="Where cases are kept: tinydb:PATH.",
        )(command)
    )
