"""Lines that other programs append to files, each read once, over rotation, half-written ends and restarts; what they say is for others."""

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Self

from connectors.fields import at
from connectors.inbox.lines import MAX_LINE

MAX_BYTES = 20_000_000  # of one look; the rest waits for the next
_HEAD = 256  # bytes by which a file is known again
_QUIET = 60.0  # seconds without a change, after which a last line without an end is taken as it is


@dataclass(frozen=True, slots=True)
class Place:
    """How far a file has been read. `head` is a digest of its first bytes: numbers of deleted files are given out again."""

    inode: int
    offset: int
    head: str
    line: int  # number of lines read

    @classmethod
    def of(cls, kept: object) -> Self | None:
        """From a cursor, whatever has become of it."""
        numbers = [at(kept, name) for name in ("inode", "offset", "line")]
        head = at(kept, "head")
        if not isinstance(head, str) or not all(type(one) is int and one >= 0 for one in numbers):
            return None
        inode, offset, number = numbers
        return cls(inode, offset, head, number)

    def as_json(self) -> dict[str, Any]:
        return {"inode": self.inode, "offset": self.offset, "head": self.head, "line": self.line}


@dataclass(frozen=True, slots=True)
class Line:
    """`number` counts from 1; where it is too long, `raw` is its beginning only."""

    number: int
    raw: bytes
    is_too_long: bool = False


@dataclass(frozen=True, slots=True)
class ReadOn:
    """What a file brought. `place` is None when it is not there."""

    lines: list[Line]
    place: Place | None
    is_read: bool = False  # to its end
    quiet_for: float = 0.0  # seconds


def read_on(path: Path, kept: Place | None, most: int = MAX_BYTES) -> list[ReadOn]:
    """What came since; first the rest of a file that was moved away meanwhile. Raises OSError but for a file that is not there."""
    try:
        with path.open("rb") as file:
            is_same = kept is not None and _is(file, kept)
            before = [] if is_same or kept is None else _rest_of_moved(path, kept, most)
            return [*before, _read(file, kept if is_same else None, most)]
    except FileNotFoundError:
        return _rest_of_moved(path, kept, most) if kept else []


def _rest_of_moved(path: Path, kept: Place, most: int) -> list[ReadOn]:
    """Rotation renames a file to its name and something behind: mentions.jsonl.1."""
    for other in sorted(path.parent.glob(f"{_escaped(path.name)}[.-]*")):
        try:
            if other.stat().st_ino != kept.inode:
                continue
            with other.open("rb") as file:
                if _is(file, kept):
                    return [_read(file, kept, most)]
        except FileNotFoundError:
            continue
    return []


def _is(file: BinaryIO, kept: Place) -> bool:
    status = _status(file)
    return (
        status.st_ino == kept.inode
        and status.st_size >= kept.offset
        and _head(file, kept.offset) == kept.head
    )


def _read(file: BinaryIO, kept: Place | None, most: int) -> ReadOn:
    status = _status(file)
    quiet_for = time.time() - status.st_mtime
    start = kept or Place(status.st_ino, 0, "", 0)
    lines, offset = [], start.offset
    for line, end in _lines(file, start, is_quiet=quiet_for > _QUIET, most=most):
        lines.append(line)
        offset = end
    number = lines[-1].number if lines else start.line
    place = replace(start, offset=offset, head=_head(file, offset), line=number)
    return ReadOn(lines, place, is_read=offset >= status.st_size, quiet_for=quiet_for)


def _lines(file: BinaryIO, start: Place, *, is_quiet: bool, most: int) -> Iterator[tuple[Line, int]]:
    """Each line with the offset behind it. What has no end yet waits, unless nothing has been written for a while."""
    file.seek(start.offset)
    number = start.line
    while file.tell() < start.offset + most and (raw := file.readline(MAX_LINE + 1)):
        number += 1
        has_end = raw.endswith(b"\n")
        is_too_long = not has_end and len(raw) > MAX_LINE
        if is_too_long:
            has_end = _skip_to_end(file)
        if not has_end and not is_quiet:
            return
        yield Line(number, raw[:1000] if is_too_long else raw.strip(), is_too_long), file.tell()


def _skip_to_end(file: BinaryIO) -> bool:
    while piece := file.readline(MAX_LINE):
        if piece.endswith(b"\n"):
            return True
    return False


def _head(file: BinaryIO, offset: int) -> str:
    file.seek(0)
    return hashlib.blake2b(file.read(min(offset, _HEAD)), digest_size=8).hexdigest()


def _status(file: BinaryIO) -> Any:
    return os.fstat(file.fileno())


def _escaped(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)
