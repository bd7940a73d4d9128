"""Reads the public feed of an app's reviews in the App Store, country by country, without a key; `app_store` is for one's own apps."""

import re
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field, StringConstraints

from connectors.answer import shown
from connectors.fields import address, at, identity, line, moment, records, stars, text
from connectors.http import Http
from connectors.options import STRICT, ApiAddress
from connectors.reviews import Page, look, turned
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Author, Mention
from reputation_bot.ports import About, Batch, Channel, Limit

_PAGES = 10  # of 50 reviews, and the eleventh does not exist: seen on the feed itself, 2nd hand, 2026-11


class AppStoreRssOptions(BaseModel):
    """What rules.yaml says of a channel with `connector: app_store_rss`."""

    model_config = STRICT
    app: str = Field(pattern=r"^[0-9]{1,20}$", description="The app's Apple ID, the number in its address.")
    countries: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")], ...] = Field(
        ("it",),
        min_length=1,
        max_length=20,
        description="The stores to read, such as it, de; Italy unless given.",
    )
    api: ApiAddress = Field(
        "https://itunes.apple.com", description="Address of the feed's server; for a proxy."
    )


class AppStoreRssConnector:
    """A plain Connector: nothing can be answered here. The feed shows the newest reviews only, so none is ever told to be gone."""

    Options: ClassVar[type[BaseModel]] = AppStoreRssOptions
    about: ClassVar[About] = About(
        platform="the App Store's public feed of reviews",
        reads="the newest 500 reviews a country of any app, yours or not",
        limits=(Limit("10 pages of 50 reviews a country", "the feed itself, 2nd hand, 2026-11"),),
        example="app-reviews:\n  connector: app_store_rss\n  app: '1234567890'\n  countries: [it, de]\n  own: true\n  every: 30m\n",
    )

    def __init__(self, channel: Channel, options: AppStoreRssOptions, http: Http | None = None) -> None:
        self._channel, self._options = channel.name, options
        self._http = http or Http([options.api, *channel.addresses])

    def poll(self, cursor: object) -> Batch:
        """Country by country: the newest page, more while all on it is unknown, and once a day all."""
        now = datetime.now(UTC)
        batches = {
            country: look(
                at(cursor, country),
                now,
                pages=turned(partial(self._page, country), _PAGES),
                mention_of=lambda entry, country=country: self._mention(entry, country, now),  # type: ignore[misc]
                is_gone=lambda _: False,
                least=1,
            )
            for country in self._options.countries
        }
        mentions = {one.external_id: one for batch in batches.values() for one in batch.mentions}
        return Batch(
            list(mentions.values()),
            {country: batch.cursor for country, batch in batches.items()},
            notices=[
                f"{country}: {notice}" for country, batch in batches.items() for notice in batch.notices
            ],
        )

    def _page(self, country: str, token: str | None) -> Page:
        """The first entry may be the app itself; a single one is no list."""
        number = int(token or 1)
        url = f"{self._options.api}/{country}/rss/customerreviews/page={number}/id={self._options.app}/sortby=mostrecent/json"
        answer = self._http.get(url).json()
        if not isinstance(at(answer, "feed"), dict):
            raise BadAnswerError(f"{shown(url)} did not answer with a feed of reviews")
        only = at(answer, "feed", "entry")
        entries = [only] if isinstance(only, dict) else records(answer, "feed", "entry")
        reviews = [one for one in entries if at(one, "im:name") is None]
        return Page(reviews, str(number + 1) if reviews else None)

    def _mention(self, entry: object, country: str, now: datetime) -> Mention | None:
        review_id = identity(entry, "id", "label")
        words, title = text(entry, "content", "label"), text(entry, "title", "label")
        if not review_id or not (words or title):
            return None
        return Mention(
            channel=self._channel,
            external_id=review_id,
            author=_author(entry),
            text=words or title,
            title=(title or None) if words else None,
            thread=review_id,
            created_at=moment(at(entry, "updated", "label"), now),
            url=f"https://apps.apple.com/{country}/app/id{self._options.app}",
            rating=_rating(text(entry, "im:rating", "label")),
        )


def _author(entry: object) -> Author:
    """The number at the end of the author's address tells people of one name apart."""
    name, url = line(entry, "author", "name", "label"), address(entry, "author", "uri", "label")
    number = re.search(r"/id([0-9]{1,20})$", url or "")
    return Author(name=name or "App Store", external_id=number[1] if number else None, url=url)


def _rating(label: str) -> float | None:
    return stars(int(label)) if re.fullmatch("[1-5]", label) else None
