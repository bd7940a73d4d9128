"""What reading X costs: counts items once a UTC day, as X charges, against the month's budget; reading is the connector's job."""

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Self

from connectors.fields import at, records

MILLION = 1_000_000  # amounts are counted in millionths of a dollar
_REMEMBERED = 3000  # items a day; beyond that an item may be counted twice, which errs on the careful side
_NEAR = 0.8


class Item(StrEnum):
    """What X charges for."""

    POST_READ = "post_read"
    MENTION_READ = "mention_read"
    USER_READ = "user_read"
    MESSAGE_READ = "message_read"
    POST_WITH_LINK = "post_with_link"
    REPLY = "reply"
    MESSAGE = "message"


# docs.x.com/x-api/getting-started/pricing, 2026-11, in dollars. A mention costs 0.001 only where the account owns the app.
PRICES: Mapping[Item, float] = {
    Item.POST_READ: 0.005,
    Item.MENTION_READ: 0.001,
    Item.USER_READ: 0.010,
    Item.MESSAGE_READ: 0.010,
    Item.POST_WITH_LINK: 0.20,
    Item.REPLY: 0.010,
    Item.MESSAGE: 0.015,
}


def parse_money(value: object) -> float:
    """`20 USD`. Raises ValueError."""
    found = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,2})?)\s*USD\s*", value) if isinstance(value, str) else None
    if not found or not float(found[1]):
        raise ValueError("write an amount in dollars a month, such as 20 USD")
    return float(found[1])


@dataclass
class Spending:
    """What one channel has spent in this month; as JSON it is part of the cursor."""

    prices: Mapping[Item, float]
    budget: float | None  # dollars a month
    month: str = ""
    spent: int = 0  # millionths of a dollar
    day: str = ""
    charged: list[str] = field(default_factory=list)  # digests of what was charged on that day
    is_warned: bool = False

    @classmethod
    def of(cls, past: object, prices: Mapping[Item, float], budget: float | None, now: datetime) -> Self:
        """What an earlier poll kept, if it is of this month; of any other value nothing is kept."""
        fresh = cls(prices, budget, f"{now:%Y-%m}", 0, f"{now:%Y-%m-%d}")
        if at(past, "month") != fresh.month:
            return fresh
        spent = at(past, "spent")
        fresh.spent = spent if isinstance(spent, int) and 0 <= spent < 10**15 else 0
        fresh.is_warned = at(past, "is_warned") is True
        if at(past, "day") == fresh.day:
            fresh.charged = [one for one in records(past, "charged") if isinstance(one, str)][-_REMEMBERED:]
        return fresh

    def kept(self) -> dict[str, object]:
        """For the cursor."""
        names = ("month", "spent", "day", "charged", "is_warned")
        return {name: getattr(self, name) for name in names}

    def charge(self, item: Item, ids: Iterable[str]) -> None:
        """Counts each id that was not yet charged on this day; without a budget nothing is counted."""
        if self.budget is None:
            return
        known = set(self.charged)
        new = [mark for mark in dict.fromkeys(_mark(item, one) for one in ids) if mark not in known]
        self.spent += len(new) * round(self.prices[item] * MILLION)
        self.charged = [*self.charged, *new][-_REMEMBERED:]

    @property
    def share(self) -> float:
        """Of the budget: 1 is all of it."""
        return self.spent / (self.budget * MILLION) if self.budget else 0.0

    @property
    def is_near_its_end(self) -> bool:
        """Four fifths are gone."""
        return self.share >= _NEAR

    @property
    def is_used_up(self) -> bool:
        """Nothing more may be read in this month."""
        return self.share >= 1

    def affords(self, item: Item, most: int, least: int) -> int:
        """How many of `most` items the rest of the budget pays for; 0 when not even `least`."""
        price = self.prices[item] * MILLION
        if not self.budget or not price:
            return most
        count = min(most, int((self.budget * MILLION - self.spent) / price))
        return count if count >= least else 0


def next_month(now: datetime) -> timedelta:
    """Until the first of the next month, UTC."""
    days = calendar.monthrange(now.year, now.month)[1]
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return first - now


def _mark(item: Item, one: str) -> str:
    kind = Item.POST_READ if item is Item.MENTION_READ else item  # a post is a post, however it was found
    return blake2b(f"{kind}:{one}".encode(), digest_size=4).hexdigest()
