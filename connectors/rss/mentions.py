"""Makes mentions of a feed's entries: who is who among them, and what cannot become a mention; reading the feed comes before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from connectors.rss.entries import Entry, Feed
from reputation_bot.model import Author, Mention
from reputation_bot.text import tidy

MAX_ENTRIES = 1_000
MAX_SHARED = 200
_LONGEST_ID = 300
_FIRST_FEEDS = datetime(1999, 3, 1, tzinfo=UTC)  # RSS 0.90; an earlier date is a default, not a date
_ZONE_ERROR = timedelta(days=1)  # a local time taken for UTC is wrong by less


@dataclass(frozen=True, slots=True)
class Found:
    """`shared` are digests of ids that several entries have had, to be handed in again with the next body."""

    mentions: list[Mention]
    notices: list[str]
    shared: list[str]


def mentions_of(feed: Feed, channel: str, url: str, now: datetime, shared: Iterable[str] = ()) -> Found:
    """Oldest first, each external_id once. An entry keeps its external_id when it is edited or dated anew."""
    entries, notices = feed.entries, []
    if len(entries) > MAX_ENTRIES:
        notices.append(f"the feed holds {len(entries)} entries: only the {MAX_ENTRIES} newest were read")
        entries = sorted(entries, key=_freshness, reverse=True)[:MAX_ENTRIES]
    with_words = [entry for entry in entries if entry.text or entry.title]
    if silent := len(entries) - len(with_words):
        notices.append(f"{silent} of {len(entries)} entries hold no words and were left out")
    shared_ids = set(shared)
    named = _named(with_words, shared_ids)
    newest: dict[str, Entry] = {}
    for name, entry in named:
        if name not in newest or _freshness(entry) > _freshness(newest[name]):
            newest[name] = entry
    if again := len(named) - len(newest):
        notices.append(
            f"{again} of {len(entries)} entries repeat the id of another: the newest of each was taken"
        )
    nameless = feed.author or Author(name=feed.title or urlsplit(url).hostname or "feed")
    mentions = [_mention(name, entry, channel, nameless, now) for name, entry in newest.items()]
    mentions.reverse()  # feeds begin with the newest
    mentions.sort(key=lambda mention: mention.created_at or now)
    return Found(mentions, notices, sorted(shared_ids)[:MAX_SHARED])


def claim_digest(entry: Entry) -> str:
    """Equal for entries that claim the same id."""
    return _digest(_claimed_id(entry))[:8]


def _named(entries: list[Entry], shared: set[str]) -> list[tuple[str, Entry]]:
    """Each entry with its external_id. Ids found to be shared by different entries are added to `shared`."""
    claims = [_claimed_id(entry) for entry in entries]
    groups: dict[str, list[Entry]] = defaultdict(list)
    for claim, entry in zip(claims, entries, strict=True):
        groups[claim].append(entry)
    for claim, group in groups.items():
        if len({_difference(entry) for entry in group} - {""}) > 1:
            shared.add(_digest(claim))
    return [(_external_id(claim, entry, shared), entry) for claim, entry in zip(claims, entries, strict=True)]


def _claimed_id(entry: Entry) -> str:
    """The id, else the link, else the author's title: these outlive edits and new dates."""
    return tidy(entry.id) or tidy(entry.link) or _digest(_name(entry), entry.title or entry.text)


def _difference(entry: Entry) -> str:
    """What tells two entries apart that claim the same id, and will not change when one of them is edited."""
    if tidy(entry.id):
        return tidy(entry.link)
    return (entry.title or entry.text) if tidy(entry.link) else entry.text


def _external_id(claim: str, entry: Entry, shared: set[str]) -> str:
    claimed = " ".join(claim.split())
    if shared and _digest(claim) in shared and (difference := _difference(entry)):
        claimed = f"{claimed}#{_digest(difference)}"
    return claimed if len(claimed) <= _LONGEST_ID else f"{claimed[: _LONGEST_ID - 17]}#{_digest(claimed)}"


def _mention(external_id: str, entry: Entry, channel: str, nameless: Author, now: datetime) -> Mention:
    title, text = entry.title, entry.text or entry.title
    is_repeated = text.replace("\n", " ").startswith(
        title.rstrip("….").rstrip()
    )  # as in feeds of short posts
    return Mention(
        channel=channel,
        external_id=external_id,
        author=entry.author or nameless,
        text=text,
        thread=external_id,
        created_at=_believable(entry.published, now) or _believable(entry.updated, now),
        title=None if is_repeated else title,
        url=entry.url,
        rating=entry.rating,
        lang=entry.lang,
    )


def _believable(seconds: float | None, now: datetime) -> datetime | None:
    """None for a date that cannot be; now for one that is a wrong time zone ahead."""
    if seconds is None or not _FIRST_FEEDS.timestamp() <= seconds <= (now + _ZONE_ERROR).timestamp():
        return None
    return min(datetime.fromtimestamp(seconds, UTC), now)


def _freshness(entry: Entry) -> float:
    """Orders by date; an entry without one counts as the newest, so that it is not the one to be dropped."""
    dates = [date for date in (entry.updated, entry.published) if date is not None]
    return max(dates, default=float("inf"))


def _name(entry: Entry) -> str:
    return entry.author.name if entry.author else ""


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
