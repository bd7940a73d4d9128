"""Commands, options and arguments whose help and usage are told in the language spoken (`spoken`), whenever click asks for them."""

from collections.abc import Callable
from typing import Any

import click
from click.types import IntParamType

from reputation_bot.spoken import told


class Told:
    """An attribute that click prints: English is put into it, what is spoken comes out."""

    def __init__(self, english: str | None = None) -> None:
        self._english = english

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __set__(self, one: object, english: str | None) -> None:
        vars(one)[self._name] = english

    def __get__(self, one: object, owner: type) -> str | None:
        english = self._english if one is None else vars(one).get(self._name, self._english)
        return told(english) if english else english


class Command(click.Command):
    """A command whose help is told in the language spoken."""

    help = Told()

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """As click's."""
        return [told(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """As click's, which keeps it in the language of when it was first asked for."""
        option = super().get_help_option(ctx)
        if option:
            option.help = told("Show this message and exit.")
        return option


class Option(click.Option):
    """An option whose help is told in the language spoken."""

    help = Told()

    def make_metavar(self, *context: Any, **named: Any) -> str:
        """As click's, which takes its context since 8.2."""
        return told(super().make_metavar(*context, **named))


class Argument(click.Argument):
    """An argument whose name in the line of usage is told in the language spoken."""

    def make_metavar(self, *context: Any, **named: Any) -> str:
        """As click's, which takes its context since 8.2."""
        return told(super().make_metavar(*context, **named))


class Integer(IntParamType):
    """A whole number."""

    name = Told("integer")  # type: ignore[assignment]  # as above


class IntegerRange(click.IntRange):
    """A whole number between two others."""

    name = Told("integer range")  # type: ignore[assignment]  # as above


class FloatRange(click.FloatRange):
    """A number between two others."""

    name = Told("float range")  # type: ignore[assignment]  # as above


def command(name: str | None = None) -> Callable[[Callable[..., Any]], click.Command]:
    """As click's."""
    return click.command(name, cls=Command)


def option(*names: str, **how: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """As click's."""
    return click.option(*names, cls=Option, **how)


def argument(name: str, **how: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """As click's."""
    return click.argument(name, cls=Argument, **how)
