"""What the last writers changed, so that a process that knows an earlier state need not read the whole file again.

Only a shortcut: the file is the truth. A line says which change leads from one state of the file to another; a chain of lines that is
not whole, from the state known to the one on disk, is no chain, and then the file is read. So the journal may be late, cut or lost,
and a file that was edited by hand or restored is simply a state that no line leads to.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import msgspec
import orjson

from storage.tiny_state import Change, Identity

# Bytes; then it is begun anew. More would keep customers' words for long after they have left the store, and serve only
# those who have not looked for hours.
MOST = 1 << 20


class _Entry(msgspec.Struct):
    before: Identity
    after: Identity
    changes: list[tuple[str, str, msgspec.Raw]]


class Journal:
    """The lines beside a file, `<name>.changes`. Nothing here raises for a disk that will not: then there is no shortcut."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, before: Identity, after: Identity, changes: Sequence[Change]) -> None:
        """Notes the way from one state to the next. To be called by whoever holds the writers' lock, once the new state is there."""
        entry = {"before": list(before), "after": list(after), "changes": [_listed(one) for one in changes]}
        text = orjson.dumps(entry)
        # a line feed in front too: should the line before have been cut by a kill, this one is whole all the same
        line = b"\n%s %s\n" % (_digest(text), text)
        with suppress(OSError):
            self._write(line)

    def between(self, before: Identity, after: Identity) -> list[Change] | None:
        """What leads from the one state to the other, in order; None when it is not known."""
        found: list[_Entry] = []
        for line in reversed(self._lines()):
            entry = _read(line)
            if entry and entry.after == after:
                found.append(entry)
                after = entry.before
                if after == before:
                    return [change for one in reversed(found) for change in _changes(one)]
        return None

    def _write(self, line: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        with os.fdopen(os.open(self.path, flags, 0o600), "wb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size + len(line) > MOST:
                file.truncate(0)
            if len(line) <= MOST:
                file.write(line)

    def _lines(self) -> list[bytes]:
        try:
            return self.path.read_bytes().split(b"\n")
        except OSError:
            return []


def _listed(change: Change) -> list[object]:
    return [change.table, change.doc_id, change.text and orjson.Fragment(change.text)]


def _digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=8).hexdigest().encode()


def _read(line: bytes) -> _Entry | None:
    """None for a line that is not whole."""
    digest, _, text = line.partition(b" ")
    if not text or digest != _digest(text):
        return None
    try:
        return msgspec.json.decode(text, type=_Entry)
    except (msgspec.DecodeError, UnicodeDecodeError):  # of another version
        return None


def _changes(entry: _Entry) -> list[Change]:
    """A document is an object, never null."""
    return [
        Change(table, doc_id, None if text == b"null" else text)
        for table, doc_id, text in ((table, doc_id, bytes(raw)) for table, doc_id, raw in entry.changes)
    ]
