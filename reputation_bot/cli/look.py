"""Looking at what is there: cases, coverage, connectors, what a text is taken for."""

import json
import os
import sys
from typing import Any

import click

from reputation_bot.cli.frame import reports_errors, with_rules, with_store
from reputation_bot.cli.help import Integer, argument, command, option
from reputation_bot.cli.process import open_app
from reputation_bot.spoken import told


@command()
@with_store
@option(
    "--status", metavar="S", help="Only cases in this state: open, waiting, snoozed, resolved or dismissed."
)
@option("--json", "as_json", is_flag=True, help="A JSON list.")
@reports_errors
def cases(*, rules: str, store: str, status: str | None, as_json: bool) -> None:
    """List the cases."""
    from reputation_bot.commands import cases as command  # noqa: PLC0415
    from reputation_bot.config import language  # noqa: PLC0415

    app = open_app(rules, store)
    _ = language.for_settings(app.settings, os.environ)
    command.list_cases(app.storage, status, _, as_json=as_json)


@command("coverage")
@with_store
@option("--json", "as_json", is_flag=True, help="A JSON list, one object a channel.")
@reports_errors
def show_coverage(*, rules: str, store: str, as_json: bool) -> None:
    """Say what each channel has seen, and what is wrong with it. Exits 1 when something is."""
    from reputation_bot.commands import coverage as command  # noqa: PLC0415

    app = open_app(rules, store)
    if not command.show_coverage(app.storage, app.settings, now=app.now(), as_json=as_json):
        raise click.exceptions.Exit(1)


@command("case")
@argument("number", type=Integer())
@with_store
@option("--json", "as_json", is_flag=True, help="Everything about it, as JSON.")
@reports_errors
def show_case(*, number: int, rules: str, store: str, as_json: bool) -> None:
    """Show one case: what was said and answered, who did what."""
    from reputation_bot.commands import case as command  # noqa: PLC0415

    app = open_app(rules, store)
    command.show_case(app.storage, app.settings, number, now=app.now(), as_json=as_json)


@command()
@argument("text", required=False)
@with_rules
@option(
    "--jsonl",
    "lines",
    type=click.File("r", encoding="utf-8", errors="replace"),
    metavar="FILE|-",
    help="One JSON object a line.",
)
@reports_errors
def classify(*, text: str | None, rules: str, lines: Any) -> None:
    """Say what a text is, and why. One line of JSON: for TEXT, or for each {"text", "lang"?, "rating"?} of --jsonl.

    `rules explain` says the same in words.
    """
    if (text is None) == (lines is None):
        raise click.UsageError(told("give either a TEXT or --jsonl FILE"))
    from reputation_bot.commands import classify as command  # noqa: PLC0415

    given = lines if text is None else [json.dumps({"text": text})]
    if command.classify(open_app(rules).settings, given):
        sys.exit(1)


@command()
@argument("name", required=False)
@option("--json", "as_json", is_flag=True, help="The same as JSON.")
@reports_errors
def connectors(*, name: str | None, as_json: bool) -> None:
    """List the platforms that can be connected. With a NAME, all about one: keys, limits, options, an example."""
    from reputation_bot.commands import connectors as command  # noqa: PLC0415

    if name:
        command.show_connector(name, as_json=as_json)
    else:
        command.list_connectors(as_json=as_json)


@command()
@reports_errors
def schema() -> None:
    """Print the JSON Schema of rules.yaml. Editors complete and check the file by it."""
    from reputation_bot.config.json_schema import json_schema  # noqa: PLC0415

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
