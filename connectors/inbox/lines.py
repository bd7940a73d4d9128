"""One mention as another program writes it down, in a line of JSON; where lines come from is `inbox`'s job."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.fields import address, identity, language, line, stars, text
from connectors.moments import told_time
from reputation_bot.model import Author, Mention, Visibility
from reputation_bot.ports import for_staff
from reputation_bot.text import plain

MAX_LINE = 1_000_000  # bytes


def read(raw: bytes) -> dict[str, Any]:
    """One line, without its end. Raises ValueError with the reason as the rest of a sentence: "is not JSON"."""
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(for_staff("is not UTF-8")) from None
    except (ValueError, RecursionError):
        raise ValueError(for_staff("is not JSON")) from None
    if not isinstance(record, dict):
        raise ValueError(for_staff("is no JSON object: {…}"))
    return record


def id_of(record: Mapping[str, Any]) -> str:
    """Its own, or one made of all that it says. Raises ValueError for an id that cannot be used."""
    if record.get("id") is None:
        content = json.dumps(record, sort_keys=True).encode()
        return f"line-{hashlib.blake2b(content, digest_size=10).hexdigest()}"
    if not (own_id := identity(record, "id")):
        raise ValueError(
            for_staff("has an id that cannot be used: write a number or up to 300 signs without spaces")
        )
    return own_id


def is_deleted(record: Mapping[str, Any]) -> bool:
    """Whether it says that the mention of this id is gone."""
    return record.get("deleted") is True


def mention_of(record: Mapping[str, Any], channel: str, now: datetime, *, private: bool) -> Mention:
    """`private` holds where the line does not say. Raises ValueError with the reason."""
    own_id, markup = id_of(record), record.get("html")
    words = text(record, "text") or (text(plain(markup[:200_000])) if isinstance(markup, str) else "")
    if not words:
        raise ValueError(for_staff('has no text: write "text" (or "html")'))
    is_private = record["private"] is True if isinstance(record.get("private"), bool) else private
    return Mention(
        channel=channel,
        external_id=own_id,
        author=_author(record, channel, own_id),
        text=words,
        title=line(record, "title") or None,
        thread=identity(record, "thread") or own_id,
        created_at=told_time(record.get("time"), now),
        url=address(record, "url"),
        rating=stars(record.get("rating")),
        lang=language(record.get("lang")),
        visibility=Visibility.PRIVATE if is_private else Visibility.PUBLIC,
    )


def _author(record: Mapping[str, Any], channel: str, own_id: str) -> Author:
    """A name, or an object with name, id, handle and url. Two people of one name are not one author."""
    handle = line(record, "author", "handle").lstrip("@")
    known = identity(record, "author", "id")
    return Author(
        name=line(record, "author", "name") or line(record, "author") or handle or channel,
        handle=handle or None,
        external_id=known or (None if handle else own_id),
        url=address(record, "author", "url"),
    )
