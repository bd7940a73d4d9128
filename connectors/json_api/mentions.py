"""A record of any JSON API as a mention, by the expressions of rules.yaml, and what came where they do not fit; asking is for others."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urljoin

from connectors.fields import address, drawn, identity, language, line, text
from connectors.json_api.expression import found
from connectors.json_api.options import Fields
from connectors.moments import told_time
from reputation_bot.model import Author, Mention, Visibility
from reputation_bot.ports import for_staff
from reputation_bot.text import cut, plain

_SECRET = re.compile("key|token|secret|pass|auth|mail|phone", re.IGNORECASE)


class Mapped:
    """Reads the records of one channel."""

    def __init__(self, channel: str, platform: str, api: str, fields: Fields) -> None:
        self._channel, self._platform, self._api, self._fields = channel, platform, api, fields

    def id_of(self, record: object) -> str:
        """ "" where there is none."""
        return identity(found(self._fields.id, record))

    def is_gone(self, record: object) -> bool:
        """Whether the record says that it was deleted."""
        return found(self._fields.gone, record) is True

    def is_ours(self, record: object) -> bool:
        """Whether the record says that we wrote it."""
        return found(self._fields.ours, record) is True

    def mention(self, record: object, now: datetime) -> Mention | None:
        """None without an id, or without a text and stars."""
        fields = self._fields
        own_id, words = self.id_of(record), self._text(fields.text, record)
        title, rating = self._text(fields.title, record), _rating(found(fields.rating, record), fields.best)
        if not own_id or not (words or rating):
            return None
        return Mention(
            channel=self._channel,
            external_id=own_id,
            author=self._author(record, own_id),
            text=words or drawn(rating),
            title=title or None,
            thread=identity(found(fields.thread, record)) or own_id,
            created_at=told_time(found(fields.time, record), now),
            url=self._url(record),
            rating=rating,
            lang=language(found(fields.lang, record)),
            visibility=Visibility.PRIVATE if found(fields.private, record) is True else Visibility.PUBLIC,
        )

    def misfit(self, record: object) -> str:
        """Which field finds nothing in a record that makes no mention, and what came instead."""
        field = "id" if not self.id_of(record) else "text"
        return for_staff(
            f"fields.{field} ({getattr(self._fields, field)}) finds nothing that can be used in {sample(record)}"
        )

    def _author(self, record: object, own_id: str) -> Author:
        """Where only a name tells who wrote, two people of one name are not one author."""
        name = line(found(self._fields.author, record))
        known = identity(found(self._fields.author_id, record))
        if "@" in known:
            known = hashlib.blake2b(known.casefold().encode(), digest_size=12).hexdigest()
        return Author(name=name or self._platform, external_id=known or own_id)

    def _text(self, expression: str | None, record: object) -> str:
        value = found(expression, record)
        return text(plain(value[:200_000]) if self._fields.html and isinstance(value, str) else value)

    def _url(self, record: object) -> str | None:
        place = text(found(self._fields.url, record))
        try:
            return address(urljoin(f"{self._api}/", place)) if place else None
        except ValueError:
            return None


def sample(part: object) -> str:
    """What came, short, with texts left out: a person may know it again, and nobody's words or keys stand in it."""
    if isinstance(part, Mapping):
        keys = [f"{cut(line(str(key)), 30)}: {_kind(key, value)}" for key, value in list(part.items())[:12]]
        return cut("{" + ", ".join(keys) + (", …}" if len(part) > 12 else "}"), 250)  # noqa: PLR2004
    return f"{_kind('', part)}"


def _kind(key: object, value: object) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower().replace("none", "null")
    if isinstance(value, int | float):
        digits = f"{value:.6g}" if isinstance(value, float) else _digits(value)
        return "…" if _SECRET.search(str(key)) else cut(digits, 20)
    if isinstance(value, str):
        return '"…"' if value else '""'
    if isinstance(value, Mapping):
        return f"{{{', '.join(cut(line(str(name)), 20) for name in list(value)[:4])}}}"
    return f"a list of {len(value)}" if isinstance(value, list) else "?"


def _digits(value: int) -> str:
    return str(value) if abs(value) < 10**15 else "a large number"  # Python refuses to write out the largest


def _rating(value: object, best: float) -> float | None:
    if isinstance(value, str):
        value = value.strip().replace(",", ".")
        value = float(value) if re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,6})?", value) else None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= best:
        return None
    return max(float(value) * 5 / best, 1.0)
