"""What a look at a platform of reviews reads and remembers; asking the platform and reading its records is each connector's job."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.fields import at, items, kept_time
from reputation_bot.model import Mention
from reputation_bot.ports import Batch, for_staff

_DEEP_EVERY = timedelta(days=1)  # so often everything is read: late-indexed reviews, old ones edited
MOST_REMEMBERED = 500  # ids in the cursor
_MAX_DOUBTS = 5  # reviews that a look misses and asks for one by one; the others wait for the next look


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of the platform, newest first, and by what to ask for those after them. No look counts on seeing `extra` again."""

    records: list[Any]
    next: str | None = None
    extra: list[Any] = field(default_factory=list)


Fetch = Callable[[str | None], Page]  # a page by what stands for it; None: the first


@dataclass(slots=True)
class _Look:
    """What the pages brought. `top` are the ids of the first pages, which every look reads; `is_whole`: no page was left."""

    mentions: dict[str, Mention] = field(default_factory=dict)
    top: list[str] = field(default_factory=list)
    broken: int = 0
    is_whole: bool = False


def look(  # noqa: PLR0913  # in what platforms differ, each by its name
    cursor: object,
    now: datetime,
    *,
    pages: Iterable[Page],
    mention_of: Callable[[object], Mention | None],
    is_gone: Callable[[str], bool],
    least: int = 2,
    window: timedelta | None = None,
    remembered: int = MOST_REMEMBERED,
    kind: str = for_staff("reviews"),
) -> Batch:
    """Reads on while whole pages are unknown, at least `least` of them; once a day to the end. `mention_of` gives None for a broken record.

    A review of the first pages that is not there any more is asked for by its id, so that only the platform's word makes it gone;
    with a `window`, only one that was written or edited so recently that it must still be shown. `remembered` ids at most are
    kept in the cursor.
    """
    known, read_at = _known(cursor), kept_time(at(cursor, "read_at"), now)
    is_deep = read_at is None or now - read_at >= _DEEP_EVERY
    found = _read(pages, mention_of, set() if is_deep else known.keys(), least)
    missed = [
        one for one in _missed(list(known), found) if not window or known[one] >= (now - window).timestamp()
    ]
    gone = [one for one in missed[:_MAX_DOUBTS] if is_gone(one)]
    times = {**known, **{one: _time_of(found.mentions[one]) for one in found.top}}
    shown = {one: times[one] for one in [*missed[_MAX_DOUBTS:], *found.top][:remembered]}
    notices = [f"{found.broken} {kind} cannot be read and were left out"] if found.broken else []
    after = {"shown": shown, "read_at": now.isoformat() if is_deep else at(cursor, "read_at")}
    return Batch(list(found.mentions.values()), after, notices=notices, gone=gone)


def turned(fetch: Fetch, most: int) -> Iterator[Page]:
    """At most `most` pages, and none twice."""
    token, asked = None, set[str | None]()
    while token not in asked and len(asked) < most:
        asked.add(token)
        page = fetch(token)
        token = page.next
        yield page


def _read(
    pages: Iterable[Page], mention_of: Callable[[object], Mention | None], known: Iterable[str], least: int
) -> _Look:
    found, before = _Look(), set(known)
    for number, page in enumerate(pages, 1):
        ids = [_take(record, mention_of, found) for record in page.records]
        for record in page.extra:
            _take(record, mention_of, found)
        found.is_whole = page.next is None
        if number <= least:
            found.top += [one for one in ids if one and one not in found.top]
        if number >= least and (not page.records or before.intersection(filter(None, ids))):
            break
    return found


def _missed(known: list[str], found: _Look) -> list[str]:
    """Ids that should have been shown. Those behind all that is still there may just have slipped further down."""
    still_there = [index for index, one in enumerate(known) if one in found.mentions]
    end = len(known) if found.is_whole else max(still_there, default=-1) + 1
    return [one for one in known[:end] if one not in found.mentions]


def _take(record: object, mention_of: Callable[[object], Mention | None], found: _Look) -> str | None:
    mention = mention_of(record)
    if mention is None:
        found.broken += 1
        return None
    found.mentions.setdefault(mention.external_id, mention)
    return mention.external_id


def _known(cursor: object) -> dict[str, int]:
    """Ids that the last look showed at the top, in order, each with its time."""
    return {one: made_at for one, made_at in items(cursor, "shown") if isinstance(made_at, int)}


def _time_of(mention: Mention) -> int:
    """Seconds since 1970; 0 where the platform does not say."""
    return int(mention.created_at.timestamp()) if mention.created_at else 0
