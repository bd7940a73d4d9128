"""Prints which platforms can be connected, what each can do and what it needs, for the command line, as text or JSON."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click
from pydantic.fields import FieldInfo

from reputation_bot import plugins, spoken
from reputation_bot.config import language
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
    click.echo("\n" + spoken.told("More of one: reputation-bot connectors NAME"), err=True)


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
        why = language.for_environment(os.environ).sentence(problem)
        return spoken.told("cannot be used: {problem}").format(problem=why)
    can = [
        spoken.told("reads"),
        *([spoken.told("answers")] if told["answers"] else []),
        *([spoken.told("writes in private")] if told["private"] else []),
    ]
    first = spoken.told("first {command}").format(command=told["install"])
    return f"{spoken.told(told['platform'])}: {', '.join(can)}{f'; {first}' if told['install'] else ''}"


def _in_full(told: dict[str, Any]) -> Iterator[str]:
    yield f"{told['name']}: {spoken.told(told['platform'])}"
    yield from _table(told)
    yield from _block(
        spoken.told("keys, from the environment"),
        (_key(key, what, told) for key, what in told["keys"].items()),
    )
    limits = (f"{spoken.told(one['text'])} ({spoken.told(one['source'])})" for one in told["limits"])
    yield from _block(spoken.told("limits"), limits)
    yield from _block(spoken.told("options in rules.yaml"), map(_one_option, told["options"]))
    yield from _block(spoken.told("for rules.yaml, below channels:"), told["example"].splitlines())


def _table(told: dict[str, Any]) -> Iterator[str]:
    by_hand = spoken.told("no: cards offer the text to copy and the page to open")
    rows = {
        spoken.told("reads"): spoken.told(told["reads"]),
        spoken.told("answers"): spoken.told(told["answers"] or "") or by_hand,
        spoken.told("private"): spoken.told(told["private"] or "") or "no",
    }
    if told["extra"]:
        rows[spoken.told("library")] = told["install"] or spoken.told("installed")
    width = max(map(len, rows))
    yield from (f"  {name:<{width}}    {what}" for name, what in rows.items())


def _one_option(option: dict[str, Any]) -> str:
    needed = spoken.told("needed")
    return f"{option['key']}{f' ({needed})' if option['needed'] else ''}: {spoken.told(option['what'])}"


def _key(key: str, what: str, told: dict[str, Any]) -> str:
    is_set = spoken.told("is set")
    return f"{key}{f' ({is_set})' if key in told['set'] else ''}: {spoken.told(what)}"


def _block(title: str, lines: Any) -> Iterator[str]:
    lines = list(lines)
    if lines:
        yield f"  {title}"
        yield from (f"    {line}" for line in lines)
