"""Reads of a feed only the entries that were not in it the last time; how one is read is left to `xml_feed` and `json_feed`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.feed_entries import Entry, Feed
from connectors.feed_mentions import claim_digest
from connectors.feed_split import Pieces, split
from connectors.json_feed import feed_of, items_of, looks_like_json
from connectors.xml_feed import UTF8, parse_prepared, prepared

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
    if len(new) < len(pieces.marks) and (news := _some(pieces, new, url, known)):
        return news
    feed = parse_prepared(body, content_type, url)
    return News(feed, _claims(pieces.marks, feed.entries))


def _json_news(body: bytes, url: str, known: Known) -> News:
    document, items, marks = items_of(body, url)
    new = _new(marks, known)
    feed = feed_of(document, [items[number] for number in new], url)
    claims = _claims([marks[number] for number in new], feed.entries)
    present = {mark: known[mark] for mark in marks if mark in known}
    if not _are_distinct(claims, present):
        feed = feed_of(document, items, url)
        return News(feed, _claims(marks, feed.entries))
    return News(feed, present | claims)


def _some(pieces: Pieces, new: list[int], url: str, known: Known) -> News | None:
    """None when a new entry claims the id of another one: only all of them together tell whether they are one or two."""
    present = {mark: known[mark] for mark in pieces.marks if mark in known}
    if not new:
        return News(Feed("", None, []), present)
    feed = parse_prepared(pieces.only(new), UTF8, url)
    claims = _claims([pieces.marks[number] for number in new], feed.entries)
    return News(feed, present | claims) if claims and _are_distinct(claims, present) else None


def _new(marks: list[str], known: Known) -> list[int]:
    return [number for number, mark in enumerate(marks) if mark not in known]


def _claims(marks: list[str], entries: list[Entry]) -> dict[str, str]:
    """Empty when the two do not belong together."""
    if len(marks) != len(entries):
        return {}
    return {mark: claim_digest(entry) for mark, entry in zip(marks, entries, strict=True)}


def _are_distinct(claims: Mapping[str, str], present: Mapping[str, str]) -> bool:
    """Whether each new entry has an id that no other one claims."""
    return len({*claims.values()} - {*present.values()}) == len(claims)
