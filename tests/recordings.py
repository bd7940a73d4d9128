"""Recorded answers of platforms, as they lie beside the repository: which there are, and what each says."""

import base64
import gzip
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.shared import SHARED


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request of a recording and the body of its answer."""

    cassette: str
    number: int
    method: str
    path: str
    status: int
    body: bytes

    def __str__(self) -> str:
        return f"{self.cassette}[{self.number}]"

    def json(self) -> Any:
        return json.loads(self.body)


@cache
def recorded(folder: str) -> tuple[Recorded, ...]:
    """All of them, in the order in which they were recorded; none where the folder is absent."""
    return tuple(
        Recorded(
            path.name.rpartition(".")[0],
            number,
            one["request"]["method"],
            urlsplit(one["request"]["uri"]).path,
            one["response"]["status"]["code"],
            _body(one["response"]["body"]),
        )
        for path in sorted((SHARED / "recordings" / folder).glob("*.*"))
        for number, one in enumerate(_interactions(path))
    )


def those(folder: str, method: str, *patterns: str) -> list[Any]:
    """Of a folder, those of one kind."""
    found = [
        one
        for one in recorded(folder)
        if one.method == method and any(re.fullmatch(pattern, one.path) for pattern in patterns)
    ]
    return [pytest.param(one, id=str(one)) for one in found]


def body_of(folder: str, cassette: str, path: str) -> bytes:
    """What was answered first in this recording to a request whose path holds this."""
    return next(one.body for one in recorded(folder) if one.cassette == cassette and path in one.path)


def _interactions(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8")
    held = json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.CSafeLoader)
    return list(held["interactions"])


def _body(body: dict[str, Any]) -> bytes:
    """Whichever way the recorder has kept it."""
    if packed := body.get("base64_string"):
        raw = base64.b64decode(packed)
    else:
        text = body["string"]
        raw = text if isinstance(text, bytes) else text.encode("latin-1" if text[:1] == "\x1f" else "utf-8")
    return gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
