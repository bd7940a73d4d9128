"""Asks YouTube for threads of comments and for the answers that do not come along; what they become is `youtube_comments`' job."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from connectors.below import Below
from connectors.door_httplib2 import answered
from connectors.fields import at, identity, page_token, records
from connectors.google import youtube_comments as comments
from connectors.google.youtube_units import Units
from connectors.reviews import MOST_REMEMBERED, Page, look, turned
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Mention
from reputation_bot.ports import Batch

_PER_PAGE = 100  # developers.google.com/youtube/v3/docs/commentThreads/list, 2026-11
_MAX_PAGES = 10
_MAX_THREADS = 20  # whose answers are asked for in one poll


class Reading:
    """One poll over all sources: what it may still spend, and the answers that do not come along. `closed` it fills."""

    def __init__(
        self, youtube: Any, our_id: str, units: Units, cursor: object, closed: set[str], *, sources: int
    ) -> None:
        self._youtube, self._our_id, self._closed = youtube, our_id, closed
        self._remembered = MOST_REMEMBERED * 2 // (sources + 1)  # so that the cursor stays small
        self.units, self._cursor = units, cursor
        # each day all answers are asked for anew
        self.below = Below(at(cursor, "counts") if units.used else None, _MAX_THREADS)

    def look_at(
        self,
        name: str,
        source: Mapping[str, str],
        mention_of: Callable[[object], Mention | None],
        now: datetime,
    ) -> Batch:
        """Raises what the platform's refusals become."""
        return look(
            self.cursor_of(name),
            now,
            pages=turned(partial(self._page, source), _MAX_PAGES),
            mention_of=mention_of,
            is_gone=self._is_gone,
            remembered=self._remembered,
        )

    def cursor_of(self, name: str) -> object:
        """As the last look at this source left it."""
        return at(self._cursor, "sources", name)

    def _page(self, source: Mapping[str, str], token: str | None) -> Page:
        request = self._youtube.commentThreads().list(
            part="snippet,replies",
            maxResults=_PER_PAGE,
            order="time",
            textFormat="plainText",
            pageToken=token,
            **source,
        )
        self.units.spend()
        threads, following = _list_in(answered(request, "YouTube"))
        said, late = [], []
        for thread in threads:
            if at(thread, "snippet", "canReply") is False:
                self._closed.add(identity(thread, "id"))
            said += comments.comments_of(thread)
            late += self._late_replies(thread)
        is_dear = not self.units.left
        return Page(self._of_others(said), None if is_dear else following, self._of_others(late))

    def _late_replies(self, thread: object) -> list[object]:
        """The answers that did not come along, when there are others than last time."""
        thread_id, total = identity(thread, "id"), at(thread, "snippet", "totalReplyCount")
        shown = len(records(thread, "replies", "comments"))

        def ask() -> list[object]:
            pages = replies_to(self._youtube, thread_id, self.units)
            return [one for page in pages for one in page.records]

        return self.below.of(thread_id, total, shown, ask if self.units.left else None)

    def _of_others(self, said: list[object]) -> list[object]:
        return [one for one in said if comments.author_of(one) != self._our_id]

    def _is_gone(self, comment_id: str) -> bool:
        if not self.units.left:
            return False
        self.units.spend()
        found, _ = _list_in(answered(self._youtube.comments().list(part="id", id=comment_id), "YouTube"))
        return not found


def replies_to(youtube: Any, thread: str, units: Units | None = None) -> Iterator[Page]:
    """All answers in a thread, page by page."""

    def page(token: str | None) -> Page:
        if units:
            units.spend()
        request = youtube.comments().list(
            part="snippet", parentId=thread, maxResults=_PER_PAGE, textFormat="plainText", pageToken=token
        )
        return Page(*_list_in(answered(request, "YouTube")))

    return turned(page, _MAX_PAGES)


def _list_in(answer: dict[str, Any]) -> tuple[list[Any], str | None]:
    if not isinstance(at(answer, "items"), list):
        raise BadAnswerError("YouTube did not answer with a list; check the address")
    return records(answer, "items"), page_token(answer, "nextPageToken")
