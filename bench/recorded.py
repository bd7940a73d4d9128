"""The recordings that lie beside the repository, as mentions; what is measured on them is left to others."""

import base64
import gzip
import json
import re
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Mention

FOLDER = Path(__file__).parents[2] / "shared" / "recordings"
_SAMPLES = FOLDER / "feeds" / "feedparser-samples.tar.xz"


@cache
def reddit() -> tuple[Mention, ...]:
    """Every comment, submission and message in any recorded answer of Reddit, once."""
    from connectors.reddit.mentions import mention_of  # noqa: PLC0415  # the connector's extra is needed for this only

    now = datetime.now(UTC)
    found: dict[str, Mention] = {}
    for path in sorted((FOLDER / "reddit").glob("*.json")):
        for interaction in json.loads(path.read_text(encoding="utf-8"))["interactions"]:
            for thing in _things(_json(interaction["response"]["body"])):
                if mention := mention_of(thing, "reddit", now):
                    found.setdefault(mention.external_id, mention)
    return tuple(found.values())


@cache
def feeds() -> tuple[Mention, ...]:
    """Every entry of feedparser's samples; the channel is the sample's name."""
    from connectors.rss.feeds import parse_feed  # noqa: PLC0415  # 150 ms
    from connectors.rss.mentions import mentions_of  # noqa: PLC0415

    url, now, found = "https://paper.example/feed.xml", datetime.now(UTC), []
    for name, body, content_type in _samples():
        try:
            found += mentions_of(parse_feed(body, content_type, url), name, url, now).mentions
        except BadAnswerError:
            continue
    return tuple(found)


def _samples() -> Iterator[tuple[str, bytes, str]]:
    if not _SAMPLES.is_file():
        return
    with tarfile.open(_SAMPLES) as archive:
        for member in archive:
            if stored := archive.extractfile(member):
                body = stored.read()
                declared = re.search(rb"Content-type:[ \t]*([^\r\n]*)", body[:600], re.IGNORECASE)
                yield (
                    member.name,
                    body,
                    declared[1].decode("latin-1").strip() if declared else "application/xml",
                )


def _json(body: dict[str, Any]) -> Any:
    packed = body.get("base64_string")
    raw = base64.b64decode(packed) if packed else body.get("string", "").encode()
    try:
        return json.loads(gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw)
    except ValueError:
        return None


def _things(part: Any) -> Iterator[dict[str, Any]]:
    """The records at any depth: answers stand inside answers."""
    if isinstance(part, dict):
        if part.get("kind") in {"t1", "t3", "t4"} and isinstance(part.get("data"), dict):
            yield {**part["data"], "kind": part["kind"]}
        for value in part.values():
            yield from _things(value)
    elif isinstance(part, list):
        for value in part:
            yield from _things(value)
