"""Which posts and comments a notification of Meta names; what they say now is asked of the API, so nothing else in it counts."""

import re
from collections.abc import Iterator

from connectors.fields import at, identity, notified, records

_MOST = 50  # places of one notification
_ID = re.compile("[0-9]{1,30}")


def places_named(body: bytes, account: str) -> list[tuple[str, str]]:
    """Ids of posts that name the account, each with that of the comment which does so, or "" where the post does.

    Other news of the same app are passed over. Raises ValueError with the reason as the rest of a sentence. The shape:
    developers.facebook.com/docs/instagram-platform/webhooks/examples, 2026-11.
    """
    return list(dict.fromkeys(_places(notified(body, "entry", "Meta"), account)))[:_MOST]


def _places(entries: list[object], account: str) -> Iterator[tuple[str, str]]:
    for entry in entries:
        for change in records(entry, "changes"):
            media, comment = identity(change, "value", "media_id"), identity(change, "value", "comment_id")
            is_ours = identity(entry, "id") == account and at(change, "field") == "mentions"
            if is_ours and _ID.fullmatch(media) and (not comment or _ID.fullmatch(comment)):
                yield media, comment
