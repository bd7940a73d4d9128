"""Reads of a feed only the entries that were not in it the last time; how one is read is left to `xml_feed` and `json_feed`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.rss.entries import Entry, Feed
from connectors.rss.json_feed import feed_of, items_of, looks_like_json
from connectors.rss.mentions import claim_digest
from connectors.rss.split import MAX_KNOWN, split
from connectors.rss.xml_feed import UTF8, parse_prepared, prepared

Known = Mapping[str, str]  # by the mark of an entry: a digest of the id that it claims


@dataclass(frozen=True, slots=True)
class News:
    """A feed with the entries that are new. `known` are all that it holds now, to be handed in again the next time."""

    feed: Feed
    known: dict[str, str] = field(default_factory=dict)


def read_news(body: bytes, content_type: str, url: str, known: Known) -> News:
    """Each new entry as if the whole feed had been read. All count as new where they cannot be told apart.

    Raises BadAnswerError, and nothing else, when the body is no feed.
    """
    if looks_like_json(body):
        return _json_news(body, url, known)
    body, content_type = prepared(body, content_type)
    pieces = split(body) if content_type == UTF8 else None
    if pieces is None:
        return News(parse_prepared(body, content_type, url))
    new = _new(pieces.marks, known)
    if len(new) < len(pieces.marks):
        feed = parse_prepared(pieces.only(new), UTF8, url) if new else Feed("", None, [])
        now_known = _now_known(pieces.marks, new, feed.entries, known)
        if now_known is not None:
            return News(feed, now_known)
    feed = parse_prepared(body, content_type, url)
    return News(feed, _claims(pieces.marks, feed.entries))


def _json_news(body: bytes, url: str, known: Known) -> News:
    document, items, marks = items_of(body, url)
    new = _new(marks, known)
    feed = feed_of(document, [items[number] for number in new], url)
    now_known = _now_known(marks, new, feed.entries, known)
    if now_known is None:
        feed = feed_of(document, items, url)
        now_known = _claims(marks, feed.entries)
    return News(feed, now_known if len(marks) <= MAX_KNOWN else {})


def _new(marks: list[str], known: Known) -> list[int]:
    return [number for number, mark in enumerate(marks) if mark not in known]


def _now_known(marks: list[str], new: list[int], entries: list[Entry], known: Known) -> dict[str, str] | None:
    """None where two entries claim the same id: only all of them together tell whether they are one or two."""
    present = {mark: known[mark] for mark in marks if mark in known}
    found = present | _claims([marks[number] for number in new], entries)
    return found if len(set(found.values())) == len(marks) else None


def _claims(marks: list[str], entries: list[Entry]) -> dict[str, str]:
    """Empty when the two do not belong together."""
    pairs = zip(marks, entries, strict=False)
    return {mark: claim_digest(entry) for mark, entry in pairs} if len(marks) == len(entries) else {}
