"""One poll of Reddit: which lists are read how far back, and what became of what was shown before; records are `mentions`'."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connectors.fields import at, kept_time, records
from connectors.reddit.mentions import author_of, is_gone, made_at, mention_of, name_of, things_of
from connectors.reviews import Page, turned
from reputation_bot.model import Mention
from reputation_bot.ports import Batch

_FIRST_LOOK = timedelta(days=7)
_OVERLAP = timedelta(hours=6)  # comments are not all listed at once, by the word of praw's maintainers
_PAGES = 10  # of a hundred; Reddit's lists end at a thousand
_NEARLY_ALL = 950  # so many in a list: it has come to its end
_REMEMBERED, _LOOKED_AT = 300, 100  # mentions whose fate is followed; how many of them at each poll

Things = dict[str, dict[str, Any]]  # by full name


class Reading:
    """Built anew for each poll; `batch` may be asked once."""

    def __init__(self, client: Any, options: Any, cursor: object, now: datetime) -> None:
        self._client, self._options, self._now = client, options, now
        self._read_at, self._shown = kept_time(at(cursor, "read_at"), now), _names(at(cursor, "shown"))
        self._broken = 0
        self._gaps: list[str] = []  # lists that end before the last poll

    def batch(self, channel: str, first_notice: str, mail: Batch) -> Batch:
        """Everything of the last hours, what has changed of what was shown before, and `mail`. The first look tells `first_notice`."""
        things: Things = {}
        for path, params in self._lists():
            things |= self._read(path, params)
        asked = [name for name in self._shown if name not in things and not name.startswith("t4_")]
        asked = asked[:_LOOKED_AT]
        again = self._ask_for(asked)
        things = {**again, **things}
        mentions = self._mentions(things, channel)
        gone = [name for name in self._shown if name in things and is_gone(things[name])]
        shown = self._to_follow(asked, mentions, gone)
        cursor = {"read_at": self._now.isoformat(), "shown": shown, "modmail": mail.cursor}
        notices = [*self._notices(first_notice), *mail.notices]
        return Batch([*mentions, *mail.mentions], cursor, None, notices, gone)

    def _lists(self) -> list[tuple[str, dict[str, str]]]:
        lists: list[tuple[str, dict[str, str]]] = []
        if self._options.refresh_token:  # a person may look at the inbox too: nothing there becomes "read"
            lists.append(("message/inbox", {"mark": "false"}))
        if self._options.query:
            lists.append(("search", {"q": self._options.query, "sort": "new", "type": "link", "t": "week"}))
        if self._options.subreddits:
            place = "r/" + "+".join(self._options.subreddits)
            lists += [(f"{place}/comments", {}), (f"{place}/new", {})]
        return lists

    def _read(self, path: str, params: dict[str, str]) -> Things:
        """The records of a list, newest first, as far back as this poll looks."""
        since = self._read_at - _OVERLAP if self._read_at else self._now - _FIRST_LOOK
        found: Things = {}
        count = 0
        for page in turned(partial(self._page, path, params), _PAGES):
            good = [(thing, stamp) for thing in page.records if name_of(thing) and (stamp := made_at(thing))]
            self._broken += len(page.records) - len(good)
            count += len(page.records)
            found |= {name_of(thing): thing for thing, stamp in good if stamp >= since}
            if good and all(stamp < since for _, stamp in good):
                break
        oldest = min((stamp for thing in found.values() if (stamp := made_at(thing))), default=self._now)
        if self._read_at and count >= _NEARLY_ALL and oldest > self._read_at:
            self._gaps.append(path)
        return found

    def _page(self, path: str, params: dict[str, str], after: str | None) -> Page:
        place = {"after": after} if after else {}
        return Page(*things_of(self._client.get(path, limit=100, **params, **place)))

    def _ask_for(self, names: list[str]) -> Things:
        """What is there of these. Reddit leaves the shell of a deleted one; what it does not name may just be hidden for now."""
        if not names:
            return {}
        found, _ = things_of(self._client.get("api/info", id=",".join(names)))
        return {name_of(thing): thing for thing in found if name_of(thing) in names}

    def _mentions(self, things: Things, channel: str) -> list[Mention]:
        ours, has_consent = self._options.account.lower(), self._options.private_messages_consented
        wanted = [
            thing
            for name, thing in things.items()
            if not is_gone(thing)
            and author_of(thing).lower() != ours
            and (has_consent or not name.startswith("t4_"))
        ]
        read = [mention_of(thing, channel, self._now) for thing in wanted]
        self._broken += read.count(None)
        return [mention for mention in read if mention is not None]

    def _to_follow(self, asked: list[str], mentions: list[Mention], gone: list[str]) -> list[str]:
        """Those that wait longest for a look come first."""
        waiting = [name for name in self._shown if name not in asked]
        names = dict.fromkeys([*waiting, *asked, *(mention.external_id for mention in mentions)])
        return [name for name in names if name not in gone][-_REMEMBERED:]

    def _notices(self, first_notice: str) -> list[str]:
        notices = [] if self._read_at else [first_notice]
        notices += [
            f"so much was written in {path} since the last look that Reddit's list of 1,000 does not reach back to it: some may "
            "be missing; look more often (every:) or name fewer subreddits"
            for path in self._gaps
        ]
        if self._broken:
            notices.append(f"{self._broken} records of Reddit cannot be read and were left out")
        return notices


def _names(value: object) -> list[str]:
    return [name for name in records(value) if isinstance(name, str) and name_of({"name": name})][
        :_REMEMBERED
    ]
