"""The labelled texts that lie beside the repository, and their two halves; what is measured on them is `accuracy`'s job."""

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "shared" / "eval"
Row = dict[str, Any]  # as in the file; a label that is missing or None means not labelled, never "no"


def is_there() -> bool:
    """Whether the texts are on this machine; they are not ours to keep in the repository."""
    return any(FOLDER.glob("*.dev.jsonl"))


@lru_cache(maxsize=64)
def rows(name: str) -> tuple[Row, ...]:
    """One data set in the order of its file; none when there is no such file."""
    path = FOLDER / f"{name}.dev.jsonl"
    return tuple(_lines(path)) if path.is_file() else ()


def names() -> list[str]:
    """The data sets there are."""
    return sorted(path.name.removesuffix(".dev.jsonl") for path in FOLDER.glob("*.dev.jsonl"))


def is_for_tuning(text: str) -> bool:
    """Errors are read and weights are fitted on this half only; the figures that count are the other half's."""
    return int(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


def _lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
