"""Prints which platforms can be connected, what each can do and what it needs, for the command line, as text or JSON."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click
from pydantic.fields import FieldInfo

from reputation_bot import plugins
from reputation_bot.errors import ConfigError
from reputation_bot.ports import Connector


def list_connectors(*, as_json: bool) -> None:
    """All that are installed, by name; one that cannot be loaded is told with the reason."""
    told = [_described(name) for name in plugins.connectors()]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    width = max((len(one["name"]) for one in told), default=0)
    for one in told:
        click.echo(f"{one['name']:<{width}}  {_in_short(one)}")
    click.echo("\nMore of one: reputation-bot connectors NAME", err=True)


def show_connector(name: str, *, as_json: bool) -> None:
    """Everything about one. Raises ConfigError if there is none of that name or it is broken."""
    told = _of_class(name, plugins.find_connector(name))
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(_in_full(told)))


def _described(name: str) -> dict[str, Any]:
    try:
        return _of_class(name, plugins.find_connector(name))
    except ConfigError as error:
        return {"name": name, "problem": str(error)}


def _of_class(name: str, connector: type[Connector]) -> dict[str, Any]:
    about = plugins.about(connector)
    missing = plugins.missing_modules(about)
    return {
        "name": name,
        **asdict(about),
        "set": [key for key in about.keys if os.environ.get(key)],
        "missing": missing,
        "install": None if not missing else f'pip install "reputation-bot[{about.extra or name}]"',
        "options": [_option(key, field) for key, field in connector.Options.model_fields.items()],
    }


def _option(key: str, field: FieldInfo) -> dict[str, Any]:
    return {"key": key, "what": field.description or "", "needed": field.is_required()}


def _in_short(told: dict[str, Any]) -> str:
    if problem := told.get("problem"):
        return f"cannot be used: {problem}"
    can = [
        "reads",
        *(verb for key, verb in (("answers", "answers"), ("private", "writes in private")) if told[key]),
    ]
    install = f"; first {told['install']}" if told["install"] else ""
    return f"{told['platform']}: {', '.join(can)}{install}"


def _in_full(told: dict[str, Any]) -> Iterator[str]:
    yield f"{told['name']}: {told['platform']}"
    yield f"  reads      {told['reads']}"
    yield f"  answers    {told['answers'] or 'no: cards offer the text to copy and the page to open'}"
    yield f"  private    {told['private'] or 'no'}"
    if told["extra"]:
        yield f"  library    {told['install'] or 'installed'}"
    yield from _block(
        "keys, from the environment", (_key(key, what, told) for key, what in told["keys"].items())
    )
    yield from _block("limits", (f"{one['text']} ({one['source']})" for one in told["limits"]))
    needed = {True: " (needed)", False: ""}
    yield from _block(
        "options in rules.yaml",
        (f"{one['key']}{needed[one['needed']]}: {one['what']}" for one in told["options"]),
    )
    yield from _block("for rules.yaml, below channels:", told["example"].splitlines())


def _key(key: str, what: str, told: dict[str, Any]) -> str:
    return f"{key}{' (is set)' if key in told['set'] else ''}: {what}"


def _block(title: str, lines: Any) -> Iterator[str]:
    lines = list(lines)
    if lines:
        yield f"  {title}"
        yield from (f"    {line}" for line in lines)
