"""A mention as it is compared with others: its words, its title, who speaks in it, and the addresses that it names."""

import re
from dataclasses import dataclass
from functools import lru_cache

from reputation_bot.copies.addresses import host_of, plain_address
from reputation_bot.copies.likeness import stands_in
from reputation_bot.copies.reposts import Voice, names_of, voice_of
from reputation_bot.model import Mention
from reputation_bot.text import fold

WORD = re.compile(r"\w+")
FIGURE = re.compile(r"\d")
FEW, SHORT, LONG = 6, 12, 40  # words
SAME, ALMOST, SAME_PAGE = 99.0, 90.0, 70.0  # per cent
SHINGLE = 3  # words
HEADLINE = 4  # words; reviews have titles too, of one or two
MOST_LINKS = 3
_CUT, _CUT_WORD = re.compile(r"(?:…|\.\.\.)\W*$"), re.compile(r"\w(?:…|\.\.\.)\W*$")
# what these stand for cannot be seen, and is another one each time
_SHORTENED = frozenset(
    "t.co bit.ly goo.gl ow.ly tinyurl.com fb.me buff.ly dlvr.it lnkd.in is.gd youtu.be".split()
)
_MAX_CHARS, _MAX_WORDS, _LONGEST_WORD = 8_000, 400, 40


@dataclass(frozen=True, slots=True)
class Said:
    """A mention as it is compared."""

    voice: Voice
    words: tuple[str, ...]
    body: tuple[str, ...]  # without the title
    title: tuple[str, ...]
    is_cut: bool  # ends with an ellipsis
    address: str | None  # of its page, in the plain form
    links: frozenset[str]  # in the text, likewise
    sites: frozenset[str]  # of these, but for what only stands for another address
    figures: frozenset[str]  # words with a digit


@lru_cache(maxsize=64)
def said_in(mention: Mention) -> Said:
    voice = voice_of(mention, _MAX_CHARS)
    title, words = _words(mention.title or ""), _words(voice.text)
    body = words[len(title) :] if words[: len(title)] == title else words
    links = frozenset(link for link in map(plain_address, voice.links) if link)
    return Said(
        voice,
        words,
        body or words,
        title,
        bool(_CUT.search(voice.text[-40:])),
        plain_address(mention.url) if mention.url else None,
        links,
        frozenset(host for link in links if (host := host_of(f"//{link}"))) - _SHORTENED,
        frozenset(word for word in words if FIGURE.search(word)),
    )


def is_same_author(mention: Mention, other: Mention) -> bool:
    """By the names that people see."""
    return bool(names_of(mention.author) & names_of(other.author))


def fewest(here: Said, there: Said) -> int:
    return min(len(here.words), len(there.words))


def is_telling(here: Said, there: Said) -> bool:
    """Whether few bear the name that both have: a first and a family name, or a made-up one."""
    shared = here.voice.names & there.voice.names
    return any(len(WORD.findall(name)) > 1 or len(name) > 9 or FIGURE.search(name) for name in shared)  # noqa: PLR2004  # letters


def is_under_one_headline(here: Said, there: Said) -> bool:
    headline = min(len(here.title), len(there.title))
    return headline >= HEADLINE and stands_in(here.title, there.title) >= ALMOST


def may_be_printed(mention: Mention, said: Said) -> bool:
    """A long text that begins a thread and gives no stars: an article, or a post that holds one."""
    return mention.rating is None and mention.thread == mention.external_id and len(said.words) >= LONG


def _words(text: str) -> tuple[str, ...]:
    """A word that was cut off in the middle is none."""
    words = [word[:_LONGEST_WORD] for word in WORD.findall(fold(text))]
    is_cut = len(words) > FEW and _CUT_WORD.search(text[-40:])
    return tuple((words[:-1] if is_cut else words)[:_MAX_WORDS])
