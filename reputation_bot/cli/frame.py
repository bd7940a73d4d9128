"""What all commands share: their order in --help, the options for files, and how an error ends a command."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from reputation_bot.errors import ConfigError, ReputationBotError


class InOrder(click.Group):
    """Lists its commands in the order in which a person needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """As written below."""
        return list(self.commands)


def reports_errors(command: Callable[..., None]) -> Callable[..., None]:
    """An expected error is a sentence on stderr, not a traceback: exit 2 for the configuration, 1 for the rest."""

    @wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except ConfigError as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except ReputationBotError as error:
            click.echo(str(error), err=True)
            sys.exit(1)

    return wrapper


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
