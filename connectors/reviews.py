"""What a look at a platform of reviews reads and remembers; asking the platform and reading its records is each connector's job."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.fields import moment
from reputation_bot.model import Mention
from reputation_bot.ports import Batch, for_staff

DEEP_EVERY = timedelta(days=1)  # so often everything is read: late-indexed reviews, old ones edited
MOST_REMEMBERED = 500  # ids in the cursor
_MAX_DOUBTS = 5  # reviews that a look misses and asks for one by one; the others wait for the next look


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of the platform, newest first, and by what to ask for those after them. No look counts on seeing `extra` again."""

    records: list[object]
    next: str | None = None
    extra: list[object] = field(default_factory=list)


@dataclass(slots=True)
class Look:
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
    known = _known(cursor)
    is_deep = not _is_recent(cursor, now)
    found = _read(pages, mention_of, set() if is_deep else known.keys(), least)
    missed = [
        one for one in _missed(list(known), found) if not window or known[one] >= (now - window).timestamp()
    ]
    gone = [one for one in missed[:_MAX_DOUBTS] if is_gone(one)]
    times = {**known, **{one: _time_of(found.mentions[one]) for one in found.top}}
    shown = {one: times[one] for one in [*missed[_MAX_DOUBTS:], *found.top][:remembered]}
    read_at = now.isoformat() if is_deep else _read_at(cursor)
    notices = [f"{found.broken} {kind} cannot be read and were left out"] if found.broken else []
    return Batch(
        list(found.mentions.values()), {"shown": shown, "read_at": read_at}, notices=notices, gone=gone
    )


def turned(first: Page, fetch: Callable[[str], Page], most: int) -> Iterator[Page]:
    """At most `most` pages, and none twice."""
    page, asked = first, set[str]()
    yield page
    while page.next and page.next not in asked and len(asked) < most - 1:
        asked.add(page.next)
        page = fetch(page.next)
        yield page


def _read(
    pages: Iterable[Page], mention_of: Callable[[object], Mention | None], known: Iterable[str], least: int
) -> Look:
    found, before = Look(), set(known)
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


def _missed(known: list[str], found: Look) -> list[str]:
    """Ids that should have been shown. Those behind all that is still there may just have slipped further down."""
    still_there = [index for index, one in enumerate(known) if one in found.mentions]
    end = len(known) if found.is_whole else max(still_there, default=-1) + 1
    return [one for one in known[:end] if one not in found.mentions]


def _take(record: object, mention_of: Callable[[object], Mention | None], found: Look) -> str | None:
    mention = mention_of(record)
    if mention is None:
        found.broken += 1
        return None
    found.mentions.setdefault(mention.external_id, mention)
    return mention.external_id


def _known(cursor: object) -> dict[str, int]:
    """Ids that the last look showed at the top, in order, each with its time."""
    shown = cursor.get("shown") if isinstance(cursor, Mapping) else None
    ids = shown.items() if isinstance(shown, Mapping) else ()
    return {one: made_at for one, made_at in ids if isinstance(made_at, int)}


def _time_of(mention: Mention) -> int:
    """Seconds since 1970; 0 where the platform does not say."""
    return int(mention.created_at.timestamp()) if mention.created_at else 0


def _read_at(cursor: object) -> object:
    return cursor.get("read_at") if isinstance(cursor, Mapping) else None


def _is_recent(cursor: object, now: datetime) -> bool:
    at = moment(_read_at(cursor), now + DEEP_EVERY)  # one in the future is a clock gone wrong
    return at is not None and timedelta() <= now - at < DEEP_EVERY
