"""Asks a few questions and writes a commented rules.yaml."""

from pathlib import Path

import click

from reputation_bot.setup.file import render_rules
from reputation_bot.setup.wizard import interview, next_steps, write_rules


def init(path: Path, given: dict[str, str], *, force: bool) -> None:
    """Asks only what is not given. Raises ConfigError for an answer that cannot be taken, and for a file that is there already."""
    answers = interview(_ask, lambda text: click.echo(text, err=True), given)
    write_rules(path, render_rules(answers), replace=force)
    click.echo(next_steps(path, answers.language))


def _ask(question: str, default: str | None) -> str:
    return str(click.prompt(question, default=default, show_default=bool(default), err=True))
