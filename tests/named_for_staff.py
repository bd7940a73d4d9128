"""Names that the catalogue of the staff interface holds beside its sentences: what `named` asks it for by a value of the store."""

import ast
from collections.abc import Iterator
from pathlib import Path

from reputation_bot import named, packs
from reputation_bot.model import CaseStatus, Category, DismissReason, Polarity, Priority
from reputation_bot.rules import background, language, sentiment

Id = tuple[str | None, str]  # context and text


def names() -> set[Id]:
    """All of them."""
    return {
        *(("field", one) for one in named.FIELDS),
        *((None, one.capitalize()) for one in Category),
        *((None, one) for one in named.TOPICS),
        *(("priority", one.value) for one in Priority),
        *(("polarity", one.value) for one in Polarity),
        *(("status", one.value) for one in CaseStatus),
        *(("dismissed as", one.value) for one in DismissReason),
        *(("witness", one) for one in _witnesses()),
    }


def _witnesses() -> Iterator[str]:
    """What the trace may name in every language."""
    rules = (rule.name for lang, rule in packs.rules(["en"]) if lang is None)
    yield from (name for name in rules if any(map(str.isalpha, name)))
    yield from background.SIGNALS
    for module in (language, sentiment):
        yield from (name for name in _given_back(module) if any(map(str.isalpha, name)))


def _given_back(module: object) -> Iterator[str]:
    """What functions say that they went by: a text behind a language, or handed on to be given back with one."""
    tree = ast.parse(Path(str(getattr(module, "__file__", ""))).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Return(value=ast.Tuple(elts=[_, ast.Constant(value=str(name))])):
                yield name
            case ast.Call(func=ast.Name(id="_ahead"), args=[*_, ast.Constant(value=str(name))]):
                yield name
            case ast.Return(value=ast.IfExp(orelse=ast.Constant(value=str(name)))):
                yield name
