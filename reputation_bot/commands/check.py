"""Tries everything that rules.yaml names, and says in plain words what is wrong and what to do."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from reputation_bot import plugins
from reputation_bot.app import App
from reputation_bot.config import language, load
from reputation_bot.errors import ConfigError
from reputation_bot.setup.checkup import file_findings, run_checks
from reputation_bot.setup.finding import Finding
from reputation_bot.setup.telegram_checkup import Directory

_SIGNS = {True: "✓", None: "!", False: "✗"}
_COLOURS = {True: "green", None: "yellow", False: "red"}


def check(rules: str, store: str, *, as_json: bool) -> int:
    """Prints the findings; returns the exit code: 0 all well, 1 something is wrong, 2 the file is."""
    try:
        app = App(load(Path(rules), os.environ), store=store)
    except ConfigError as error:
        _tell(file_findings(error, language.for_file(Path(rules), os.environ)), as_json=as_json)
        return 2
    with _directory(app) as directory:
        findings = run_checks(
            app.config,
            directory,
            lambda: plugins.load_storage(store),
            app.connector,
            now=app.now(),
            _=language.for_settings(app.settings, os.environ),
        )
    _tell(findings, as_json=as_json)
    return 1 if any(finding.ok is False for finding in findings) else 0


def _tell(findings: list[Finding], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
        return
    for finding in findings:
        sign = click.style(_SIGNS[finding.ok], fg=_COLOURS[finding.ok], bold=True)
        problem = f": {finding.problem}" if finding.problem else ""
        click.echo(f"{sign} {finding.what}{problem}")
        if finding.to_do:
            click.echo(f"  → {finding.to_do}")


@contextmanager
def _directory(app: App) -> Iterator[Directory | None]:
    """Telegram, to be asked; None without a token."""
    if app.config.environment.token is None:
        yield None
        return
    with app.messenger() as messenger:
        yield messenger
