"""Reads the list of feeds that a feed reader exports (OPML 1.0 and 2.0, opml.org/spec2.opml, read 2026-11), and names channels for it."""

import itertools
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from xml.parsers import expat

from reputation_bot.errors import ConfigError
from reputation_bot.text import cut, fold, tidy

MAX_BYTES = 10_000_000
_LONGEST_NAME = 40  # as long as a channel's name may be


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of the list, as written."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Channels by name with their address, and what is left out with the reason."""

    channels: dict[str, str]
    known: list[Outline]
    unusable: list[tuple[Outline, str]]


def read_opml(content: bytes) -> list[Outline]:
    """In the order of the file, whatever folders they lie in. Raises ConfigError for what is no OPML."""
    if len(content) > MAX_BYTES:
        raise ConfigError(f"is larger than {MAX_BYTES // 1_000_000} MB")
    found: list[Outline] = []

    def first(name: str, _: dict[str, str]) -> None:
        if name.lower() != "opml":
            raise ConfigError(f"is no OPML: it begins with <{cut(name, 40)}>")
        parser.StartElementHandler = start

    def start(name: str, attributes: dict[str, str]) -> None:
        given = {key.lower(): tidy(value) for key, value in attributes.items()}
        if name.lower() == "outline" and "xmlurl" in given:
            title = given.get("title") or given.get("text") or ""
            found.append(Outline(cut(title.replace("\n", " "), 200), given["xmlurl"]))

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EntityDeclHandler = first, _refuse_entities
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ConfigError(f"is no OPML: {expat.ErrorString(error.code)}", line=error.lineno) from None
    return found


def plan_channels(
    outlines: Iterable[Outline],
    names: Collection[str],
    addresses: Collection[str],
    fault_of: Callable[[str], str | None],
) -> Plan:
    """`names` and `addresses` are those that rules.yaml has already; `fault_of` says what is wrong with an address.

    Each address becomes one channel, under a name of its own.
    """
    plan = Plan({}, [], [])
    taken, seen = set(names), {_same(address) for address in addresses}
    for outline in outlines:
        if fault := fault_of(outline.url):
            plan.unusable.append((outline, fault))
        elif _same(outline.url) in seen:
            plan.known.append(outline)
        else:
            name = _free(_name(outline), taken)
            taken.add(name)
            seen.add(_same(outline.url))
            plan.channels[name] = outline.url
    return plan


def _refuse_entities(*_: object) -> None:
    raise ConfigError("declares entities, which no feed reader does: it is not read")


def _same(address: str) -> str:
    """Equal for addresses that lead to the same feed."""
    return re.sub(r"^https?://(?:www\.)?", "", address, flags=re.IGNORECASE).rstrip("/")


def _name(outline: Outline) -> str:
    """A valid name of a channel, from the title, else from the address."""
    for text in (outline.title, re.sub(r"^https?://(?:www\.)?", "", outline.url).partition("?")[0]):
        plain = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
        if letters := re.sub(r"^[^a-z]+", "", plain)[:_LONGEST_NAME].strip("-"):
            return letters
    return "feed"


def _free(name: str, taken: Collection[str]) -> str:
    if name not in taken:
        return name
    numbered = (f"{name[: _LONGEST_NAME - len(f'-{n}')]}-{n}" for n in itertools.count(2))
    return next(one for one in numbered if one not in taken)
