"""One look at a Page or an account: its posts with their comments, posts of others, messages; what records say is each connector's."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from connectors.below import Below
from connectors.fields import at
from connectors.meta.graph import Graph
from connectors.meta.messages import Messages
from connectors.reviews import Fetch, Page
from connectors.timelines import read, with_messages
from reputation_bot.model import Mention
from reputation_bot.ports import Batch

_MOST_ASKED = 10  # posts whose other comments one look asks for


def look(
    graph: Graph,
    cursor: object,
    now: datetime,
    *,
    own: tuple[str, Callable[[Below, str | None], Page]],
    others: Mapping[str, Fetch],
    mention_of: Callable[[object], Mention | None],
    is_ours: Callable[[Mention], bool],
    messages: Messages | None,
) -> Batch:
    """The posts as `timelines` reads them, and what has changed among the messages, if there are to be any.

    `own` are our posts, `others` those that name us, each by the name under which the cursor keeps it. Only what stands under
    our posts is ever told to be gone: those of others are not shown by their id.
    """
    below = Below(at(cursor, "counts"), _MOST_ASKED)
    name, fetch = own
    batch = read(
        at(cursor, "read"),
        now,
        {name: partial(fetch, below), **others},
        mention_of=mention_of,
        is_gone=lambda source, record_id: source == name and graph.is_gone(record_id),
        is_ours=is_ours,
        kind="posts and comments",
    )
    kept: dict[str, object] = {"read": batch.cursor, "counts": below.kept()}
    if messages:
        talks = messages.read(at(cursor, "talks"), now)
        batch, kept["talks"] = with_messages(batch, talks), talks.cursor
    return replace(batch, cursor=kept)
