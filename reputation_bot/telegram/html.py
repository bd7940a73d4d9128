"""Telegram HTML out of texts from anywhere: cleaned, escaped, cut to what a message holds; what is said is the cards' job."""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from urllib.parse import quote, urlsplit, urlunsplit

from reputation_bot.text import cut, tidy

# Telegram takes 4,096 characters after entities (core.telegram.org/bots/api#sendmessage, 2026-11). Units of UTF-16 are counted
# here, never fewer than characters; a little is left for what a server may count differently.
MAX_UNITS = 4_000
LONG_QUOTE = 350  # units; what is longer may fold
LONG_QUOTE_LINES = 7
_LEAST_QUOTE = 160  # units that even the least important quote keeps
_MOST_READ = 20_000
_MAX_MARKS = 4  # accents on one letter; more are a prank that paints over the lines around
# direction marks, embeddings, overrides and isolates would turn round what stands beside them; spaces of no width would leave
# a name empty. The joiners (200C, 200D) stay: Persian and emoji are written with them.
_REMOVED = dict.fromkeys(
    [0xAD, 0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0x3164, 0xFEFF]
)
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE
)
_MAX_HOST = 253  # RFC 1035
_MAX_ADDRESS = 1_000


@dataclass(frozen=True, slots=True)
class Quote:
    """A text from outside, on lines of its own. Where not all fit, those with the lowest `rank` are cut last.

    `code` makes it a block that a tap copies; `folds` lets the chat hide the end of a long one until somebody opens it.
    `if_cut` is a line of ours that follows when not all is shown.
    """

    text: str
    rank: int
    code: bool = False
    folds: bool = True
    if_cut: str = ""


Part = str | Quote  # of a message: our own HTML, or a text from outside


def compose(parts: Sequence[Part]) -> str:
    """The parts, one under the other, as one message: strings are our own HTML and stay whole, quotes are cut to what is left.

    The strings together must leave 160 units for each quote.
    """
    ours = sum(units(visible(part)) + 1 for part in parts if isinstance(part, str))
    quotes = sorted((part for part in parts if isinstance(part, Quote)), key=lambda part: part.rank)
    texts = {id(part): clean(part.text) for part in quotes}
    room = MAX_UNITS - ours - sum(units(part.if_cut) + 2 for part in quotes)
    granted: dict[int, int] = {}
    for index, part in enumerate(quotes):
        others = _LEAST_QUOTE * (len(quotes) - index - 1)
        granted[id(part)] = min(units(texts[id(part)]), max(room - others, _LEAST_QUOTE))
        room -= granted[id(part)]
    return "\n".join(
        part if isinstance(part, str) else _quoted(part, texts[id(part)], granted[id(part)]) for part in parts
    )


def line(text: str, max_units: int) -> str:
    """A foreign text as part of one of our lines: one line, cut, escaped, unable to change the direction of what surrounds it."""
    piece = one_line(text, max_units)
    if any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in piece):
        piece = _ISOLATE + piece + _END_ISOLATE
    return escape(piece)


def one_line(text: str, max_units: int) -> str:
    """Cleaned and cut, for where no HTML is understood."""
    return clip(" ".join(clean(text).split()), max_units)


def escape(text: str) -> str:
    """For text between tags."""
    return html.escape(text, quote=False)


def link(text: str, address: str | None) -> str | None:
    """Our own words as a link; None if the address cannot be one."""
    url = web_address(address)
    return f'<a href="{html.escape(url)}">{escape(text)}</a>' if url else None


def clean(text: str) -> str:
    """The same text without control and direction signs, and without more accents on a letter than any writing uses.

    Reads the first 20,000 characters: no message holds more.
    """
    return tidy(_few_marks(text[:_MOST_READ].translate(_REMOVED)))


def clip(text: str, max_units: int) -> str:
    """At most `max_units` units of UTF-16, ending in "…" where it was cut, never inside a character with its accents."""
    if units(text) <= max_units:
        return text
    if max_units < 1:
        return ""
    length, used = 0, 0
    for sign in text:
        used += units(sign)
        if used > max_units - 1:
            break
        length += 1
    while length and _joined(text[length - 1], text[length]):
        length -= 1
    return cut(text[:length] + "……", length + 1)  # one sign too many, so that it looks for the end of a word


def units(text: str) -> int:
    """Length as Telegram's clients count it, in UTF-16 units."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def visible(message: str) -> str:
    """The plain text that a chat shows for our HTML."""
    return html.unescape(re.sub(r"<[^<>]*>", "", message)).strip()


def web_address(address: str | None) -> str | None:
    """The address as Telegram takes it for a button or link, or None: absolute http(s), a host with a dot, no user name, ASCII only."""
    if (
        not address
        or len(address) > _MAX_ADDRESS
        or any(sign.isspace() or not sign.isprintable() for sign in address)
    ):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
        host = _ascii_host(parts.hostname or "")
        rest = [
            quote(part, safe="/?:@!$&'()*+,;=~%-._[]") for part in (parts.path, parts.query, parts.fragment)
        ]
    except ValueError:  # UnicodeError too: unfit hosts, half surrogates
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not host:
        return None
    return urlunsplit((parts.scheme, f"{host}:{port}" if port else host, *rest))


def first_address(addresses: Iterable[str | None]) -> str | None:
    """The first that can be opened."""
    return next(filter(None, map(web_address, addresses)), None)


def _ascii_host(host: str) -> str | None:
    name = host if host.isascii() else host.encode("idna").decode()
    if not _HOST.fullmatch(name) or len(name) > _MAX_HOST:
        return None
    if name.rpartition(".")[2].isdigit():
        return str(IPv4Address(name))  # ValueError for what only looks like one
    return name


def _quoted(part: Quote, text: str, max_units: int) -> str:
    shown = clip(text, max_units)
    note = f"\n{escape(part.if_cut)}" if part.if_cut and shown != text else ""
    if part.code:
        return f"<code>{escape(shown)}</code>{note}"
    folded = part.folds and (units(shown) > LONG_QUOTE or shown.count("\n") >= LONG_QUOTE_LINES)
    return f"<blockquote{' expandable' if folded else ''}>{escape(shown)}</blockquote>{note}"


def _few_marks(text: str) -> str:
    if text.isascii():
        return text
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if marks <= _MAX_MARKS:
            kept.append(sign)
    return "".join(kept)


def _joined(left: str, right: str) -> bool:
    """Whether a cut between the two would split what a reader takes for one sign."""
    joiner = "\u200d"
    tones = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
    return joiner in (left, right) or right in tones or unicodedata.category(right) in {"Mn", "Me", "Mc"}
