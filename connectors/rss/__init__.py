"""Listens to one RSS, Atom, RDF or JSON feed: when and where to fetch it, whether it changed; reading it is left to `feeds`."""

import re
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from urllib3.util import parse_url

from connectors.answer import Response, shown
from connectors.http import Http, Limits, http_address
from connectors.rss.discovery import WebPageError, usual_places
from connectors.rss.way import Way
from reputation_bot.errors import AccessError, BadAnswerError, PlatformError, RetryLaterError
from reputation_bot.model import Mention
from reputation_bot.ports import About, Batch, Channel

_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
# An unchanged feed is read in full this often all the same: the store forgets what no channel has shown for months
_READ_AGAIN = timedelta(days=7)
_READING = threading.BoundedSemaphore(2)  # side by side more would take as long, and memory for each
_KNOWN = re.compile(r"(\w+):(\w+)")  # mark and claim of an entry, as in `news`
_LONGEST_REST = timedelta(
    minutes=15
)  # a feed may say a day and change in an hour: alerts are due within minutes


class RssOptions(BaseModel):
    """What rules.yaml says of a channel with `connector: rss`. The address may hold a key: it never appears in a repr."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    url: Annotated[str, AfterValidator(http_address)] = Field(
        description="Address of the feed: RSS, Atom, RDF or JSON Feed.", repr=False
    )
    api: Annotated[str, AfterValidator(http_address)] | None = Field(
        None,
        description="Address that stands for the feed's site, for a proxy or a mirror; the site's own unless given.",
        repr=False,
    )


@dataclass(frozen=True, slots=True)
class _Past:
    """What the last looks left behind; as JSON it is the cursor. No address with a query gets into the store."""

    address: str = ""  # digest of the configured address that all this is about
    etag: str = ""
    modified: str = ""
    body: str = ""  # digest
    moved_to: str = ""
    told: str = ""  # digest of the new address that was last told
    read_at: str = ""  # ISO 8601: when a body was last read in full
    shared: list[str] = field(default_factory=list)
    known: str = (
        ""  # entries of the last body, in one text: most polls find it as it was, and need not take it apart
    )


class RssConnector:
    """Reads a feed. A body that did not change is neither parsed nor, where the server knows it, sent again."""

    Options: ClassVar[type[BaseModel]] = RssOptions
    about: ClassVar[About] = About(
        platform="RSS, Atom, RDF, JSON Feed",
        reads="every entry of a feed, new, edited and late ones",
        example="alert:\n  connector: rss\n  url: https://example.org/feed.xml\n  every: 15m\n",
    )

    def __init__(self, channel: Channel, options: RssOptions, http: Http | None = None) -> None:
        self._channel, self._url, self._way = channel, options.url, Way(options.url, options.api)
        named = [options.url, options.api] if options.api else [options.url]
        self._http = http or Http([*named, *channel.addresses])

    def poll(self, cursor: object) -> Batch:
        """Of a changed feed the new and edited entries, once a week all. The cursor is a JSON object; any other value counts as none."""
        past = _past(cursor, self._url)
        try:
            return self._look_where_it_is(past)
        except WebPageError as page:
            return self._look_for_feed(page, past)

    @staticmethod
    def feeds_at(url: str) -> list[tuple[str, str]]:
        """Address and title of the feeds of a page, or of the feed that this is. Raises the project's PlatformErrors."""
        from connectors.rss.finder import feeds_at  # noqa: PLC0415

        return feeds_at(Http([url]), url)

    def _look_where_it_is(self, past: _Past) -> Batch:
        if not past.moved_to:
            return self._look(self._url, past)
        try:
            return self._look(past.moved_to, past)
        except RetryLaterError as problem:
            if problem.after is not None:
                raise
        except (AccessError, BadAnswerError):
            pass
        batch = self._look(self._url, _Past(address=past.address, shared=past.shared))
        gone = f"the feed's new address {shown(past.moved_to)} fails: the one in rules.yaml is used again"
        return replace(batch, notices=[gone, *batch.notices])

    def _look_for_feed(self, page: WebPageError, past: _Past) -> Batch:
        """The usual places are tried only while the channel has never answered: a page may just be a shop closed for repairs."""
        guesses = usual_places(self._url) if not (page.feeds or past.read_at) else []
        here = parse_url(self._url)
        for url in [*(link.url for link in page.feeds), *guesses]:
            if shown(url) == shown(self._url):
                continue
            keeps = not (here.auth or here.query or parse_url(url).auth)
            fresh = _Past(past.address, moved_to=url if keeps else "", told=_digest(url), shared=past.shared)
            try:
                batch = self._look(url, fresh)
            except PlatformError:
                continue
            hidden = "?…" if not keeps and parse_url(url).query else ""
            notice = f"this is the address of a web page; its feed {shown(url)}{hidden} is read: write that into rules.yaml"
            return batch if _digest(url) == past.told else replace(batch, notices=[notice, *batch.notices])
        raise BadAnswerError(str(page)) from None

    def _look(self, url: str, past: _Past) -> Batch:
        conditions = {"If-None-Match": past.etag, "If-Modified-Since": past.modified}
        headers = {"Accept": _ACCEPT} | {name: value for name, value in conditions.items() if value}
        response = self._http.get(
            self._way.there(url), headers, accept={304} if past.etag or past.modified else ()
        )
        past, notices = self._moved(response, past)
        if response.status == 304:  # noqa: PLR2004  # Not Modified
            return Batch([], _kept(past), _rest(response, None), notices)
        body = _unpacked(response.body)
        digest = sha256(body).hexdigest()
        etag, modified = _usable(response.headers.get("etag")), _usable(response.headers.get("last-modified"))
        now_past = replace(past, etag=etag, modified=modified, body=digest)
        if digest == past.body:
            return Batch([], _kept(now_past), _rest(response, None), notices)
        return self._read(body, response, now_past, notices)

    def _read(self, body: bytes, response: Response, past: _Past, notices: list[str]) -> Batch:
        # 150 ms with feedparser: most polls find nothing changed
        from connectors.rss.mentions import mentions_of  # noqa: PLC0415
        from connectors.rss.news import read_news  # noqa: PLC0415

        base = shown(
            self._way.back(response.url)
        )  # links resolved against the whole address would carry its password away
        now = datetime.now(UTC)
        with _READING:
            known = dict(_KNOWN.findall(past.known))
            news = read_news(body, response.headers.get("content-type", ""), base, known)
            feed = news.feed
            found = mentions_of(feed, self._channel.name, base, now, past.shared)
        read_at = past.read_at if past.known else now.isoformat()
        complete_since = _turned_over(known, news.known, found.mentions)
        now_known = " ".join(f"{mark}:{claim}" for mark, claim in news.known.items())
        past = replace(past, shared=found.shared, known=now_known, read_at=read_at)
        if feed.is_cut_off:
            past = replace(past, etag="", modified="", body="", known="")
            notices = [*notices, "the feed breaks off before its end: it will be fetched anew"]
        rest, notices = _rest(response, feed.fresh_for), [*notices, *found.notices]
        return Batch(found.mentions, _kept(past), rest, notices, complete_since=complete_since)

    def _moved(self, response: Response, past: _Past) -> tuple[_Past, list[str]]:
        """Remembers where permanent redirects lead, unless the address may hold a key: that stays out of the store."""
        if response.moved_to is None:
            return past, []
        target = self._way.back(response.moved_to)
        here, there = parse_url(self._url), parse_url(target)
        if not (here.auth or here.query or there.query):
            past = replace(past, moved_to=target)
        if _digest(target) == past.told:
            return past, []
        hidden = "?…" if there.query else ""
        notice = (
            f"the feed has moved for good to {shown(target)}{hidden}: write the new address into rules.yaml"
        )
        return replace(past, told=_digest(target)), [notice]


def _turned_over(
    before: Mapping[str, str], after: Mapping[str, str], mentions: Sequence[Mention]
) -> datetime | None:
    """When the oldest entry was written, if none of the known ones is left: the feed shows so few that some may have come and gone."""
    written = [mention.created_at for mention in mentions if mention.created_at]
    is_other = bool(before and after) and set(before.values()).isdisjoint(after.values())
    return min(written, default=None) if is_other else None


def _kept(past: _Past) -> dict[str, object]:
    """The cursor. Nothing is copied, as `asdict` would."""
    return {one.name: getattr(past, one.name) for one in fields(past)}


def _past(cursor: object, url: str) -> _Past:
    """The cursor, if it is one of ours and about this address."""
    fresh = _Past(address=_digest(url))
    if not isinstance(cursor, dict) or cursor.get("address") != fresh.address:
        return fresh
    texts = {
        name: _usable(cursor.get(name))
        for name in ("etag", "modified", "body", "moved_to", "told", "read_at")
    }
    shared = cursor.get("shared")
    shared_ids = [one for one in shared if isinstance(one, str)] if isinstance(shared, list) else []
    known = cursor.get("known")
    if not _is_recent(texts["read_at"]):
        texts |= {"etag": "", "modified": "", "body": ""}
        known = None
    return replace(fresh, **texts, shared=shared_ids, known=known if isinstance(known, str) else "")


def _is_recent(read_at: str) -> bool:
    try:
        return datetime.now(UTC) - datetime.fromisoformat(read_at) < _READ_AGAIN
    except (ValueError, TypeError):
        return False


def _usable(value: object) -> str:
    """The value, if it may be sent back in a header."""
    is_header = isinstance(value, str) and re.fullmatch(r"[\x20-\x7e\xa0-\xff]{1,1000}", value)
    return str(value) if is_header else ""


def _unpacked(body: bytes) -> bytes:
    """The feed inside a gzip file that the server did not declare as packed."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker, limit = zlib.decompressobj(zlib.MAX_WBITS | 16), Limits().max_bytes
    try:
        unpacked = unpacker.decompress(body, limit)
    except zlib.error:
        raise BadAnswerError("the feed is a gzip file that cannot be unpacked") from None
    if unpacker.unconsumed_tail:
        raise BadAnswerError(f"the feed unpacks to more than {limit:,} bytes")
    return unpacked


def _rest(response: Response, stated: timedelta | None) -> timedelta | None:
    """How long asking again is of no use: what the caches on the way say, or the feed's own `ttl`."""
    cached = re.search(
        r"\bmax-age\s*=\s*\"?(\d{1,9})", response.headers.get("cache-control", ""), re.IGNORECASE
    )
    age = response.headers.get("age", "")
    seconds = int(cached[1]) - (int(age) if re.fullmatch(r"\d{1,9}", age) else 0) if cached else 0
    rest = min(max(timedelta(seconds=seconds), stated or timedelta()), _LONGEST_REST)
    return rest if rest > timedelta() else None


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
