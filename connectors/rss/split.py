"""Cuts a well-formed XML feed into its entries, so that only the new ones need be read; reading them is left to `xml_feed`.

feedparser takes half a millisecond for an entry, and most polls of a changed feed find one entry that is new.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from xml.parsers import expat

MAX_KNOWN = 1_000  # entries of one feed that are told apart; a longer feed is always read as a whole
_NAMES = frozenset({"item", "entry"})
_LAST_TAG = re.compile(rb"</(?:[^\s<>:]+:)?(?:item|entry)\s*>", re.IGNORECASE)  # <item/> has none
_XHTML = "http://www.w3.org/1999/xhtml"


class _OddError(Exception):
    """This document is better read as a whole."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A feed in pieces. `marks` tell the entries apart: equal marks mean that an entry would be read as the same."""

    head: bytes
    entries: list[bytes]
    tail: bytes
    marks: list[str]

    def only(self, wanted: list[int]) -> bytes:
        """The feed with these entries alone."""
        return b"\n".join([self.head, *(self.entries[number] for number in wanted), self.tail])


def split(body: bytes) -> Pieces | None:
    """None for whatever is not well-formed UTF-8, holds no entries, or in which one entry might change how another is read."""
    if b"<!DOCTYPE" in body:
        return None
    cut = _Cut()
    try:
        cut.parser.Parse(body, True)
    except (expat.ExpatError, _OddError):
        return None
    finally:
        del cut.parser  # which holds the cut, too: both would wait for a collection
    return _pieces(body, cut)


def _pieces(body: bytes, cut: "_Cut") -> Pieces | None:
    spans = [(start, body.find(b">", end) + 1) for start, end in cut.spans]
    is_whole = all(body.startswith(b"<", start) and _LAST_TAG.match(body, end) for start, end in cut.spans)
    in_order = all(before[1] <= after[0] for before, after in pairwise(spans))
    if not spans or not is_whole or not in_order or len(spans) > MAX_KNOWN:
        return None
    frame = blake2b(repr(cut.frame).encode("utf-8", "replace"), digest_size=8).digest()
    entries = [body[start:end] for start, end in spans]
    marks = [blake2b(entry, digest_size=5, key=frame).hexdigest() for entry in entries]
    return Pieces(body[: spans[0][0]], entries, body[spans[-1][1] :], marks)


class _Cut:
    """Finds where the entries stand, and whether each of them stands for itself.

    feedparser (6.0.14) keeps some things from one element to the next: the prefixes of namespaces, wherever they were declared;
    the address that links start from, when there is none to go back to or a `div` inside HTML has confused it; and what the
    feed says of itself after its entries.
    """

    def __init__(self) -> None:
        self.spans: list[tuple[int, int]] = []  # where the first and the last tag of each entry begin
        self.frame: list[object] = []  # what the elements around the entries say
        self._path: list[str] = []
        self._entry_depth = 0  # 0: outside of entries
        self._parent_depth: int | None = None
        self._start = 0
        self._declared: list[tuple[str | None, str | None]] = []
        self._uri_of: dict[str, str] = {}
        self._prefix_of: dict[str, str] = {}
        self._has_div = self._has_base = self._frame_has_base = False
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.StartElementHandler = self._start_element
        self.parser.EndElementHandler = self._end_element
        # called before the element that declares it
        self.parser.StartNamespaceDeclHandler = lambda *names: self._declared.append(names)

    def _start_element(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2].lower()
        self._path.append(local)
        declared, self._declared = self._declared, []
        for prefix, uri in declared:
            self._declare(prefix, uri, is_inside=bool(self._entry_depth) or local in _NAMES)
        if self._entry_depth:
            self._inside(local, attributes)
        elif local in _NAMES:
            if self._parent_depth not in {None, len(self._path)}:
                raise _OddError
            self._parent_depth = self._entry_depth = len(self._path)
            self._start = self.parser.CurrentByteIndex
            self._inside("", attributes)
        elif self.spans:
            raise _OddError  # the feed goes on telling of itself
        else:
            self.frame.append((name, sorted(attributes.items())))
            self._frame_has_base = self._frame_has_base or _has_base(attributes)

    def _inside(self, local: str, attributes: dict[str, str]) -> None:
        self._has_div = self._has_div or local == "div"
        self._has_base = self._has_base or _has_base(attributes)
        if local in _NAMES or (self._has_base and (self._has_div or not self._frame_has_base)):
            raise _OddError

    def _end_element(self, _: str) -> None:
        if len(self._path) == self._entry_depth:
            self.spans.append((self._start, self.parser.CurrentByteIndex))
            self._entry_depth = 0
        self._path.pop()

    def _declare(self, prefix: str | None, uri: str | None, *, is_inside: bool) -> None:
        if not is_inside:
            self.frame.append((prefix, uri))
        elif not prefix and uri != _XHTML and (prefix, uri) not in self.frame:
            raise _OddError
        if prefix and self._uri_of.setdefault(prefix, uri or "") != uri:
            raise _OddError
        if prefix and self._prefix_of.setdefault(uri or "", prefix) != prefix:
            raise _OddError


def _has_base(attributes: dict[str, str]) -> bool:
    return any(value and name.rpartition(" ")[2].lower() == "base" for name, value in attributes.items())
