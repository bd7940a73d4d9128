"""What all commands share: their order in --help, the options for files, and how an error ends a command."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reputation_bot.errors import ConfigError, ReputationBotError

if TYPE_CHECKING:
    from reputation_bot.i18n import Translate


class InOrder(click.Group):
    """Lists its commands in the order in which a person needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """As written below."""
        return list(self.commands)


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
    return click.option(
        "--rules",
        metavar="FILE",
        envvar="REPUTATION_BOT_RULES",
        default="rules.yaml",
        help="The configuration file.",
    )(command)


def with_store(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command --store, besides --rules."""
    return with_rules(
        click.option(
            "--store",
            metavar="URL",
            envvar="REPUTATION_BOT_STORE",
            default="tinydb:reputation-bot.json",
            help="Where cases are kept: tinydb:PATH.",
        )(command)
    )
