"""What Telegram makes of a text and its entities before it stores them; reading HTML is `telegram_html`'s job."""

import re
from typing import Any
from urllib.parse import urlsplit

from reputation_bot.sandbox.people import telegram_user
from reputation_bot.sandbox.telegram_html import units

Entity = dict[str, Any]

MAX_ENTITIES = 100  # core.telegram.org/api/entities, 2026-11: the rest is dropped without a word

_STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_CODES = frozenset({"code", "pre"})
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"«»]+[^\s<>\"«».,;:!?)\]'’])"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)"
    r"|(?<!\w)(?P<mention>@[A-Za-z]\w{3,31})"
    r"|(?<!\w)(?P<hashtag>#(?=\w*[^\W\d])\w{1,255})"
)
_PERSON = re.compile(r"tg://user\?id=([1-9][0-9]{0,15})")


def clean(text: str) -> str:
    """Telegram keeps line feeds and no other control character."""
    return "".join("\n" if sign == "\n" else max(sign, " ") for sign in text.replace("\r", ""))


def settle(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """The text without space at its ends, and the entities that Telegram would keep, by offset, outer ones first."""
    start = units(text[: len(text) - len(text.lstrip())])
    text = text.strip()
    entities = [
        kept for kept in (_moved(entity, start, units(text)) for entity in entities[:MAX_ENTITIES]) if kept
    ]
    entities = [kept for kept in map(_checked, entities) if kept]
    solid = _solid(entities)
    blocked = [_span(entity) for entity in solid if entity["type"] not in _QUOTES]
    solid += [entity for entity in _found(text) if not any(_meet(_span(entity), span) for span in blocked)]
    codes = [_span(entity) for entity in solid if entity["type"] in _CODES]
    styles = [part for entity in entities if entity["type"] in _STYLES for part in _without(entity, codes)]
    return text, sorted(solid + styles, key=lambda entity: (entity["offset"], -entity["length"]))


def address(url: str) -> str | None:
    """The address with its scheme; None: Telegram makes no link of it."""
    if re.match(r"(?i)(tg|mailto|tel):", url):
        return url
    url = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port  # raises ValueError beyond 65535
    except ValueError:
        return None
    good = parts.scheme.lower() in {"http", "https"} and "." in host.strip(".") and not re.search(r"\s", host)
    return url if good else None


def _solid(entities: list[Entity]) -> list[Entity]:
    """Those that are no mere styles: no quote in a quote, and of others that overlap only the outer."""
    kept: list[Entity] = []
    for entity in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        if entity["type"] in _STYLES:
            continue
        quote = entity["type"] in _QUOTES
        rivals = [_span(other) for other in kept if quote == (other["type"] in _QUOTES)]
        if not any(_meet(_span(entity), rival) for rival in rivals):
            kept.append(entity)
    return kept


def _checked(entity: Entity) -> Entity | None:
    match entity["type"]:
        case "text_link":
            return _linked(entity)
        case "code":
            return {key: value for key, value in entity.items() if key != "language"}  # only <pre> shows it
        case _:
            return entity


def _linked(entity: Entity) -> Entity | None:
    """A link to a person becomes a mention that tells that person: core.telegram.org/bots/api#html-style, 2026-11."""
    place = {"offset": entity["offset"], "length": entity["length"]}
    if person := _PERSON.fullmatch(entity["url"]):
        return {"type": "text_mention", **place, "user": telegram_user(int(person[1]))}
    url = address(entity["url"])
    return entity | {"url": url} if url else None


def _moved(entity: Entity, start: int, end: int) -> Entity | None:
    """The entity after `start` units were cut off before it, clipped to the text's new `end`."""
    first = max(entity["offset"] - start, 0)
    last = min(entity["offset"] + entity["length"] - start, end)
    return entity | {"offset": first, "length": last - first} if last > first else None


def _without(entity: Entity, holes: list[tuple[int, int]]) -> list[Entity]:
    """The parts of a style that lie outside code, where no style may be."""
    first, last = _span(entity)
    parts = []
    for hole_first, hole_last in sorted(holes):
        if hole_last <= first or hole_first >= last:
            continue
        parts.append((first, hole_first))
        first = hole_last
    parts.append((first, last))
    return [entity | {"offset": start, "length": end - start} for start, end in parts if end > start]


def _found(text: str) -> list[Entity]:
    """Addresses, commands, mentions and hashtags, which Telegram finds by itself."""
    return [
        {
            "type": found.lastgroup,
            "offset": units(text[: found.start()]),
            "length": units(found.group()),
        }
        for found in _FOUND.finditer(text)
    ]


def _span(entity: Entity) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
