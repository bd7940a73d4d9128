"""One poll of X: which span is read, within which budget, and what has gone since; what records say is left to `mentions`."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.fields import at
from connectors.x.budget import MILLION, Item, Spending, next_month
from connectors.x.mentions import (
    DirectMessage,
    Post,
    id_at,
    mention_of_message,
    mention_of_post,
    messages_of,
    missing_ids,
    newest,
    next_page,
    posts_of,
    users_of,
)
from connectors.x.past import Past, Rest
from reputation_bot.errors import RetryLaterError
from reputation_bot.ports import Batch

_FIRST_LOOK = timedelta(days=1)
# in which a post that was indexed late is found, and an edited one: X gives authors an hour for that
_OVERLAP = timedelta(hours=1)
_SWEEP = timedelta(hours=6)  # how often the whole UTC day is read again, which X does not charge again
_LONGEST = timedelta(days=6, hours=23)  # docs.x.com/x-api/posts/search/introduction, 2026-11: seven days
_PAGES = 10  # of a hundred; what is behind them comes with the next poll
_RESTS = 5  # spans of one source that wait to be read
_SHOWN, _NAMES, _WRITERS = 1000, 300, 1000  # how many of each a cursor holds
_SLOW = timedelta(hours=1)  # between two polls when four fifths of the budget are gone
_FIELDS = [
    "author_id",
    "conversation_id",
    "created_at",
    "lang",
    "entities",
    "referenced_tweets",
    "note_tweet",
]
_MESSAGE_FIELDS = ["created_at", "dm_conversation_id", "event_type", "sender_id", "text"]


class Reading:
    """Built anew for each poll; `batch` may be asked once."""

    def __init__(
        self,
        client: Any,
        options: Any,
        me: str | None,
        prices: Mapping[Item, float],
        cursor: object,
        now: datetime,
    ) -> None:
        self._client, self._options, self._me, self._now = client, options, me, now
        self._past = Past.of(cursor, now)
        self._spending = Spending.of(at(cursor, "spending"), prices, options.budget, now)
        self._posts: dict[str, Post] = {}
        self._messages: dict[str, DirectMessage] = {}
        self._rests: list[Rest] = []
        self._broken, self._is_cut_short = 0, False
        self._notices: list[str] = []

    def batch(self, channel: str) -> Batch:
        """Everything in the span. Raises RetryLaterError without asking anything when the month's budget is gone."""
        if self._spending.is_used_up:
            raise RetryLaterError(
                f"the month's budget of {self._options.budget:g} USD for reading X is used up: reading goes on next month; "
                f"to go on now, raise budget below channels.{channel} and run: reputation-bot poll --channel {channel} --all",
                next_month(self._now),
            )
        since, is_sweep = self._span()
        for name, (read, item) in self._sources().items():
            self._read_source(name, read, item, since)
        if self._options.messages and self._me:
            self._read_messages(since)
        names = self._names()
        posts = [post for post in self._posts.values() if post.author_id != self._me and not post.is_repost]
        received = [one for one in self._messages.values() if one.sender_id != self._me]
        self.writers = frozenset({*self._past.writers, *(one.sender_id for one in received)})
        gone, shown = self._gone(since)
        mentions = [mention_of_post(post, names, channel, self._now) for post in posts]
        mentions += [mention_of_message(one, names, channel, self._now) for one in received]
        again_after = _SLOW if self._spending.is_near_its_end else None
        self._tell(channel)
        return Batch(mentions, self._cursor(shown, names, is_sweep), again_after, self._notices, gone)

    def _span(self) -> tuple[datetime, bool]:
        """From when on to read, and whether that is the whole UTC day again."""
        past, now = self._past, self._now
        if past.read_at is None:
            return now - _FIRST_LOOK, True
        since, day = past.read_at - _OVERLAP, now.replace(hour=0, minute=0, second=0, microsecond=0)
        is_sweep = past.swept_at is None or now - past.swept_at >= _SWEEP
        return max(min(since, day) if is_sweep else since, now - _LONGEST), is_sweep

    def _sources(self) -> dict[str, tuple[Callable[..., object], Item]]:
        found: dict[str, tuple[Callable[..., object], Item]] = {}
        if self._me:
            found["mentions"] = (self._ask_mentions, Item.MENTION_READ)
        if self._options.query:
            found["search"] = (self._ask_search, Item.POST_READ)
        return found

    def _ask_mentions(self, token: str | None, **span: Any) -> object:
        return self._client.get_users_mentions(
            self._me, pagination_token=token, tweet_fields=_FIELDS, user_auth=True, **span
        )

    def _ask_search(self, token: str | None, **span: Any) -> object:
        account, query = self._options.account, f"({self._options.query})"
        if account:  # who answers us need not name us: such an answer is no mention
            query = f"({query} OR to:{account}) -from:{account}"
        return self._client.search_recent_tweets(
            f"{query} -is:retweet",
            next_token=token,
            tweet_fields=_FIELDS,
            user_auth=not self._options.bearer_token,
            **span,
        )

    def _read_source(self, name: str, read: Callable[..., object], item: Item, since: datetime) -> None:
        """What is new, then what earlier polls left. While there is such a rest, what was read once is not read again."""
        earlier = [rest for rest in self._past.rests if rest.source == name]
        begin = self._past.read_at if earlier and self._past.read_at else since
        oldest, pages, left = id_at(self._now - _LONGEST), 2 * _PAGES, []
        for span in [Rest(name, id_at(begin), ""), *earlier]:
            lower = max(span.lower, oldest, key=int)
            if span.upper and int(span.upper) <= int(lower):
                continue  # older than X still shows
            most = min(pages, _PAGES)
            upper, used = self._read_span(read, item, lower, span.upper, most) if most else (span.upper, 0)
            pages -= used
            if upper:
                left.append(Rest(name, lower, upper))
        while len(left) > _RESTS:  # the two oldest become one that holds both
            left[-2:] = [Rest(name, left[-1].lower, left[-2].upper)]
        self._rests += left

    def _read_span(
        self, read: Callable[..., object], item: Item, lower: str, upper: str, pages: int
    ) -> tuple[str | None, int]:
        """Newest first. Returns the id below which it was not read to the end, and how many pages that took."""
        token, tokens, below = None, set(), upper
        for used in range(pages):
            count = self._spending.affords(item, 100, 10)
            if not count:
                self._is_cut_short = True
                return below or id_at(self._now), used
            answer = read(token, since_id=lower, until_id=upper or None, max_results=count)
            posts, broken = posts_of(answer)
            self._broken += broken
            self._posts |= {post.id: post for post in posts}
            self._spending.charge(item, (post.id for post in posts))
            below = min((post.id for post in posts), key=int, default=below)
            token = next_page(answer)
            if not token or token in tokens:
                return None, used + 1
            tokens.add(token)
        return below or None, pages

    def _read_messages(self, since: datetime) -> None:
        token, tokens = None, set()
        for _ in range(_PAGES):
            count = self._spending.affords(Item.MESSAGE_READ, 100, 1)
            if not count:
                self._is_cut_short = True
                return
            answer = self._client.get_direct_message_events(
                dm_event_fields=_MESSAGE_FIELDS,
                event_types="MessageCreate",
                max_results=count,
                pagination_token=token,
            )
            messages, broken = messages_of(answer)
            self._broken += broken
            self._messages |= {one.id: one for one in messages if one.created_at >= since}
            self._spending.charge(Item.MESSAGE_READ, (one.id for one in messages))
            token = next_page(answer)
            if not token or token in tokens or any(one.created_at < since for one in messages):
                return
            tokens.add(token)

    def _names(self) -> dict[str, tuple[str, str]]:
        """Of all authors. Each one is asked for once, not with every post: an author costs twice what a post does."""
        wanted = [post.author_id for post in self._posts.values() if not post.is_repost]
        wanted += [one.sender_id for one in self._messages.values()]
        names = {one: self._past.names[one] for one in wanted if one in self._past.names}
        unknown = [one for one in dict.fromkeys(wanted) if one not in names and one != self._me]
        while unknown and (count := self._spending.affords(Item.USER_READ, min(len(unknown), 100), 1)):
            some, unknown = unknown[:count], unknown[count:]
            answer = self._client.get_users(
                ids=some, user_fields=["name", "username"], user_auth=not self._options.bearer_token
            )
            found = users_of(answer)
            self._spending.charge(Item.USER_READ, found)
            names |= found
        return names

    def _gone(self, since: datetime) -> tuple[list[str], dict[str, str]]:
        """The first ids of posts that were shown and are no more, and what is to be remembered as shown."""
        lower = int(id_at(since))
        shown = {post.id: post.first_id for post in self._posts.values()}
        before = {one: first for one, first in self._past.shown.items() if one not in shown}
        firsts = set(shown.values())
        is_whole = not self._rests and not self._is_cut_short
        missing = [one for one, first in before.items() if int(one) > lower and first not in firsts][:100]
        gone: set[str] = set()
        if is_whole and missing:
            answer = self._client.get_tweets(missing, user_auth=not self._options.bearer_token)
            gone = missing_ids(answer) & set(missing)
            self._spending.charge(Item.POST_READ, set(missing) - gone)
        kept = {one: first for one, first in before.items() if one not in gone and first not in firsts}
        return [before[one] for one in gone], kept | shown

    def _tell(self, channel: str) -> None:
        spending, budget = self._spending, self._options.budget
        if self._broken:
            self._notices.append(f"{self._broken} records of X cannot be read and were left out")
        if self._is_cut_short:
            spending.spent = max(spending.spent, round(budget * MILLION))  # what is left pays for no page
            self._notices.append(
                f"the month's budget of {budget:g} USD for reading X is used up: nothing more is read until next month, unless "
                f"budget below channels.{channel} is raised"
            )
        elif self._rests:
            self._notices.append("X has more posts than one poll reads: the rest comes with the next")
        if spending.is_near_its_end and not spending.is_warned:
            spending.is_warned = True
            self._notices.append(
                f"{spending.share:.0%} of the month's budget of {budget:g} USD for reading X are used: from now on it is read "
                "once an hour"
            )

    def _cursor(
        self, shown: dict[str, str], names: dict[str, tuple[str, str]], is_sweep: bool
    ) -> dict[str, object]:
        past, now = self._past, self._now.isoformat()
        before = past.read_at.isoformat() if past.read_at else None
        all_names = {one: name for one, name in past.names.items() if one not in names} | names
        swept_at = now if is_sweep else past.swept_at.isoformat() if past.swept_at else None
        return {
            "read_at": before if self._is_cut_short else now,  # what the money did not reach is read later
            "swept_at": swept_at,
            "shown": [[one, shown[one]] for one in newest(shown, _SHOWN)],
            "names": [[one, *all_names[one]] for one in list(all_names)[-_NAMES:]],
            "writers": [[one] for one in sorted(self.writers)[-_WRITERS:]],
            "rests": [list(rest) for rest in self._rests],
            "spending": self._spending.kept(),
        }
