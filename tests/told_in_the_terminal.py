"""The English texts that the terminal tells in the language of the environment (`spoken.told`): where each stands.

Those are click's own words, what help says of our commands, what built-in connectors tell of themselves, and what is marked.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click
from babel.messages.extract import extract_from_file

import reputation_bot
from reputation_bot import plugins
from reputation_bot.cli import main

CORE = Path(reputation_bot.__file__).parent
_CLICK = Path(click.__file__).parent
_SHOWN_BY_CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")
_KEYWORDS = {"_": None, "ngettext": (1, 2)}
_NAMED = re.compile("[A-Z]{4}")  # a value, such as FILE; "it|en" and "30d" are typed as they stand
_IN_WORDS = re.compile(r"\b[a-z]")  # no mere name
_SENTENCE = re.compile(" [(]?[a-z]")  # no mere address
_FOR_PROGRAMMERS = {"TypeError", "ValueError", "repr"}

Found = dict[str, list[str]]


def texts() -> Found:
    """All of them; of two forms the first."""
    found: Found = {}
    for text, place in (*_of_click(), *of_help(), *_of_connectors(), *_marked()):
        found.setdefault(text, []).append(place)
    return found


def commands(group: click.Group = main, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command and group by its words, such as `rules test`; the whole by none."""
    yield before.strip(), group
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}".strip(), command


def of_help(group: click.Group = main) -> Iterator[tuple[str, str]]:
    """What the help of every command says of it and its options, and where."""
    for name, command in commands(group):
        with click.Context(command, info_name=name) as context:
            for piece in filter(_NAMED.search, command.collect_usage_pieces(context)):
                yield piece, f"usage of {name}"
            yield cleandoc(command.help or ""), f"help of {name}"
            for parameter in command.params:
                if isinstance(parameter, click.Option):
                    yield parameter.help or "", f"{name} {parameter.opts[0]}"
                    value = "" if parameter.is_flag else parameter.make_metavar(context)
                    if _NAMED.search(value):
                        yield value, f"{name} {parameter.opts[0]}"
                yield from _of_type(parameter.type, f"{name} {parameter.name}")


def _of_click() -> Iterator[tuple[str, str]]:
    for module in _SHOWN_BY_CLICK:
        path = _CLICK / f"{module}.py"
        hidden = _lines_for_programmers(ast.parse(path.read_text(encoding="utf-8")))
        for line, text, _comments, _context in extract_from_file("python", path, keywords=_KEYWORDS):
            if line not in hidden:
                yield (text if isinstance(text, str) else text[0]), f"click/{module}.py:{line}"


def _lines_for_programmers(tree: ast.Module) -> set[int]:
    """Where click tells a programmer of a mistake, or of a thing's inside."""
    raised = (one for one in ast.walk(tree) if isinstance(one, ast.Raise) and _name(one) in _FOR_PROGRAMMERS)
    shown = (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name == "__repr__")
    return {line for one in (*raised, *shown) for line in range(one.lineno, (one.end_lineno or 0) + 1)}


def _name(one: ast.Raise) -> str:
    return one.exc.func.id if isinstance(one.exc, ast.Call) and isinstance(one.exc.func, ast.Name) else ""


def _of_type(kind: "click.ParamType[Any]", place: str) -> Iterator[tuple[str, str]]:
    """What wrong use calls it."""
    if isinstance(kind, click.IntRange | click.FloatRange | type(click.INT)):
        yield kind.name, place


def _of_connectors() -> Iterator[tuple[str, str]]:
    for name in plugins.connectors():
        connector = plugins.find_connector(name)
        about = plugins.about(connector)
        said: Iterable[str | None] = (
            about.platform if _IN_WORDS.search(about.platform) else None,
            about.reads,
            about.answers,
            about.private,
            *about.keys.values(),
            *(limit.text for limit in about.limits),
            *(limit.source for limit in about.limits if _SENTENCE.search(limit.source)),
            *(field.description for field in connector.Options.model_fields.values()),
        )
        yield from ((text, f"connector {name}") for text in said if text)


def _marked() -> Iterator[tuple[str, str]]:
    for path in sorted(CORE.rglob("*.py")):
        for line, text, _comments, _context in extract_from_file("python", path, keywords={"told": None}):
            if isinstance(text, str):
                yield text, f"{path.relative_to(CORE)}:{line}"
