"""Finds stories and comments on Hacker News by its search; there is no way to answer through it."""

from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel, Field

from connectors.answer import GONE
from connectors.fields import at, identity, line, moment, records, text
from connectors.http import Http
from connectors.options import STRICT, ApiAddress
from connectors.reviews import Page
from connectors.timelines import read
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Author, Mention
from reputation_bot.ports import About, Batch, Channel, Limit
from reputation_bot.text import plain

_PER_PAGE = 100
_MAX_PAGES = 10  # hn.algolia.com shows 1,000 results of a search, 2nd hand, 2026-11
_SITE = "https://news.ycombinator.com"


class HackerNewsOptions(BaseModel):
    """What rules.yaml says of a channel with `connector: hacker_news`."""

    model_config = STRICT
    query: str = Field(min_length=2, max_length=200, description="What to search for.")
    account: str | None = Field(
        None, pattern=r"^[\w-]{2,20}$", description="Our own name there: what it writes is no mention."
    )
    api: ApiAddress = Field("https://hn.algolia.com", description="Address of the search; for a proxy.")


class HackerNewsConnector:
    """Only reads: Hacker News takes answers from people in a browser."""

    Options: ClassVar[type[BaseModel]] = HackerNewsOptions
    about: ClassVar[About] = About(
        platform="Hacker News",
        reads="stories and comments that its search finds",
        limits=(
            Limit("10,000 requests an hour", "2nd hand, 2026-11"),
            Limit("1,000 results of a search", "2nd hand, 2026-11"),
        ),
        example="hackernews:\n  connector: hacker_news\n  query: '\"bottega aurora\"'\n  backlog: 7d\n  every: 15m\n",
    )

    def __init__(self, channel: Channel, options: HackerNewsOptions, http: Http | None = None) -> None:
        self._channel, self._options = channel.name, options
        self._http = http or Http([options.api, *channel.addresses])
        self._url = f"{options.api}/api/v1"

    def poll(self, cursor: object) -> Batch:
        """The newest 200; once a day the newest 1,000, where what was indexed late is found."""
        now = datetime.now(UTC)
        return read(
            cursor,
            now,
            {"search": self._page},
            mention_of=lambda hit: _mention(hit, self._channel, now),
            is_gone=lambda _, item_id: self._is_gone(item_id),
            is_ours=lambda mention: mention.author.handle == self._options.account,
            kind="stories and comments",
            most_pages=_MAX_PAGES,
        )

    def _page(self, token: str | None) -> Page:
        number = int(token or 0)
        query = {
            "query": self._options.query,
            "tags": "(story,comment)",
            "hitsPerPage": _PER_PAGE,
            "page": number,
        }
        answer = self._http.get(f"{self._url}/search_by_date?{urlencode(query)}").json()
        if not isinstance(at(answer, "hits"), list):
            raise BadAnswerError("Hacker News did not answer with a list; check the address")
        pages, found = at(answer, "nbPages"), records(answer, "hits")
        is_more = isinstance(pages, int) and number + 1 < pages
        return Page(found, str(number + 1) if found and is_more else None)

    def _is_gone(self, item_id: str) -> bool:
        """Hacker News leaves an empty shell of what was deleted."""
        response = self._http.get(f"{self._url}/items/{quote(item_id, safe='')}", accept=GONE)
        if response.status in GONE:
            return True
        item = response.json()
        if identity(item, "id") != item_id:
            raise BadAnswerError("Hacker News did not answer with the text that was asked for")
        return not (text(item, "text") or text(item, "title"))


def _mention(hit: object, channel: str, now: datetime) -> Mention | None:
    """None for what has no text. Of a story that is a link, the address is part of the text: it may be what names the brand."""
    hit_id, name = identity(hit, "objectID"), line(hit, "author")
    title, link = line(hit, "title"), line(hit, "url")
    words = plain(text(hit, "comment_text") or text(hit, "story_text"))
    if not hit_id or not name or not (words or title):
        return None
    return Mention(
        channel=channel,
        external_id=hit_id,
        author=Author(name=name, handle=name, url=f"{_SITE}/user?id={quote(name, safe='')}"),
        text=words or "\n".join(filter(None, [title, link])),
        title=(title or None) if words else None,
        thread=identity(hit, "story_id") or hit_id,
        created_at=moment(at(hit, "created_at"), now),
        url=f"{_SITE}/item?id={quote(hit_id, safe='')}",
    )
