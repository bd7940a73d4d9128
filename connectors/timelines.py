"""Several timelines of one platform as one batch, each read as `reviews` does it; what is asked and what records say is the connector's."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from connectors.fields import at
from connectors.reviews import MOST_REMEMBERED, Fetch, Page, look, turned
from reputation_bot.model import Mention
from reputation_bot.ports import Batch


def read(
    cursor: object,
    now: datetime,
    timelines: Mapping[str, Fetch],
    *,
    mention_of: Callable[[object], Mention | None],
    is_gone: Callable[[str, str], bool],
    is_ours: Callable[[Mention], bool],
    kind: str,
    most_pages: int = 10,
) -> Batch:
    """All timelines, newest first; a mention that several show comes once. What is ours is read too, so as to know where we were.

    `mention_of` gives None for a broken record, `kind` is the word for such records; `is_gone` takes a timeline's name and a
    mention's id.
    """
    remembered = MOST_REMEMBERED * 2 // (len(timelines) + 1)  # so that the cursor stays small
    batches: dict[str, Batch] = {}
    for name, fetch in timelines.items():
        before, turning = at(cursor, "timelines", name), _Turning(fetch, most_pages)
        batch = look(
            before,
            now,
            pages=turning,
            mention_of=mention_of,
            is_gone=partial(is_gone, name),
            remembered=remembered,
            kind=kind,
        )
        begin = _begin(batch, before) if turning.is_cut_short else None
        batches[name] = replace(batch, complete_since=begin)
    return _joined(batches, is_ours)


def with_messages(batch: Batch, messages: Batch) -> Batch:
    """With what was written in private beside; the cursor stays as it is."""
    return replace(
        batch,
        mentions=[*batch.mentions, *messages.mentions],
        notices=[*batch.notices, *messages.notices],
        gone=[*batch.gone, *messages.gone],
    )


class _Turning:
    """Turns the pages of one timeline and knows whether it came to the end."""

    def __init__(self, fetch: Fetch, most: int) -> None:
        self._fetch, self._most = fetch, most
        self.is_cut_short = False  # there is more behind the last page that was turned

    def __iter__(self) -> Iterator[Page]:
        for page in turned(self._fetch, self._most):
            self.is_cut_short = page.next is not None
            yield page


def _begin(batch: Batch, before: object) -> datetime | None:
    """Since when nothing can be missing; None where the pages reach back to what was shown before."""
    shown = at(before, "shown")
    if isinstance(shown, Mapping) and any(one.external_id in shown for one in batch.mentions):
        return None
    return min((one.created_at for one in batch.mentions if one.created_at), default=None)


def _joined(batches: Mapping[str, Batch], is_ours: Callable[[Mention], bool]) -> Batch:
    mentions = {one.external_id: one for batch in batches.values() for one in batch.mentions}
    begins = [batch.complete_since for batch in batches.values() if batch.complete_since]
    gone = {one: None for batch in batches.values() for one in batch.gone if one not in mentions}
    return Batch(
        [one for one in mentions.values() if not is_ours(one)],
        {"timelines": {name: batch.cursor for name, batch in batches.items()}},
        notices=[notice for batch in batches.values() for notice in batch.notices],
        gone=list(gone),
        complete_since=max(begins, default=None),
    )
