"""The text of a weights.yaml from numbers: one line a signal, in the order of files and names."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from reputation_bot import packs
from reputation_bot.model import Category, Polarity

Kind = TypeVar("Kind", Category, Polarity)
Feature = tuple[str, str]  # file and name of a rule
START = (packs.START, "")
_ORDER = (packs.START, *packs.SIGNALS, packs.BACKGROUND)
_HEADER = """\
# How much each signal speaks for (above 0) or against (below 0) a category: the highest sum wins.
# Written by `make fit` from labelled texts; change the rules, then run it again. "*" stands for the rules not named here.
"""


def source(
    numbers: Mapping[Feature, Mapping[Kind, float]], order: Iterable[Kind]
) -> dict[str, dict[str, Any]]:
    """As packs read it: by file, then by name; `order` is that of the categories or polarities on a line."""
    order = tuple(order)
    found: dict[str, dict[str, Any]] = {}
    for (step, name), weights in sorted(
        numbers.items(), key=lambda item: (_ORDER.index(item[0][0]), item[0][1])
    ):
        given = {one.value: weights[one] for one in order if weights.get(one)}
        if step == packs.START:
            found[packs.START] = given
        else:
            found.setdefault(step, {})[name] = given
    return found


def text(categories: Mapping[str, dict[str, Any]], polarities: Mapping[str, dict[str, Any]]) -> str:
    """The whole file."""
    lines = [*_lines(categories)]
    if polarities:
        lines += [f"{packs.POLARITY}:", *(f"  {line}" for line in _lines(polarities))]
    return _HEADER + ("\n".join(lines) + "\n" if lines else "{}\n")


def _lines(known: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    for step, named in known.items():
        if step == packs.START:
            yield f"{step}: {_flow(named)}"
            continue
        yield f"{step}:"
        for name, given in named.items():
            yield f"  {json.dumps(name, ensure_ascii=False)}: {_flow(given)}"


def _flow(weights: Mapping[str, float]) -> str:
    return "{" + ", ".join(f"{name}: {weight:g}" for name, weight in weights.items()) + "}"
