"""Tells the copy of a text that we know from a new one: reposts, syndicated articles, the same complaint on two platforms.

Two different customers are never one. So texts are only compared where a name or an address says that they may be the same, and two
names are one voice only where one repeats the other without a word of its own, or where papers print one article.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise, product

from reputation_bot.addresses import host_of, plain_address
from reputation_bot.likeness import alike, has_twin, stands_in
from reputation_bot.model import Mention, Record
from reputation_bot.ports import Reader
from reputation_bot.reposts import Voice, names_of, voice_of
from reputation_bot.text import fold

_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d")
_CUT, _CUT_WORD = re.compile(r"(?:…|\.\.\.)\W*$"), re.compile(r"\w(?:…|\.\.\.)\W*$")
_SHINGLE = 3  # words
_SKETCH = 4  # of the shingles' digests the lowest: texts that share most words share one of these
_HEAD = 5  # words: what was cut off begins as the whole does
_HEADLINE = 4  # words; reviews have titles too, of one or two
_MAX_CHARS, _MAX_WORDS, _LONGEST_WORD = 8_000, 400, 40
_FEW, _SHORT, _LONG = 6, 12, 40  # words
_SAME, _ALMOST, _SAME_PAGE = 99.0, 90.0, 70.0  # per cent
_MOST_CUT = 8  # a copy is cut to no less than an eighth
_MOST_COMPARED, _MOST_LINKS = 20, 3
_ONE_POSTING = timedelta(days=1)  # who says the same there later than that insists
# what these stand for cannot be seen, and is another one each time
_SHORTENED = frozenset(
    "t.co bit.ly goo.gl ow.ly tinyurl.com fb.me buff.ly dlvr.it lnkd.in is.gd youtu.be".split()
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A mention as it is compared."""

    voice: Voice
    words: tuple[str, ...]
    body: tuple[str, ...]  # without the title
    title: tuple[str, ...]
    is_cut: bool  # ends with an ellipsis
    address: str | None  # of its page, in the plain form
    links: frozenset[str]  # in the text, likewise


@lru_cache(maxsize=256)
def marks_of(mention: Mention) -> tuple[str, ...]:
    """What a copy of the mention would share with it: its address, and pieces of its words, each with who may have said it."""
    return tuple(dict.fromkeys(_marks(mention, _said(mention))))


def original_of(view: Reader, mention: Mention) -> Record | None:
    """The record of which the mention is a copy, the oldest if there are several; None when it says something new.

    The author's own words, said again after we had answered them, are new.
    """
    known = view.records_marked(marks_of(mention), newest=_MOST_COMPARED)
    return next(
        (one for one in known if is_copy(mention, one.mention) and not _insists(view, mention, one)), None
    )


def is_copy(mention: Mention, other: Mention) -> bool:
    """Whether both are one author's text in two places, one a bare repetition of the other, or one article in two papers."""
    if mention.key == other.key or mention.visibility is not other.visibility or _rated_apart(mention, other):
        return False
    here, there = _said(mention), _said(other)
    if here.address is not None and here.address == there.address and mention.channel != other.channel:
        return _is_same_page(mention, other, here, there)
    if _is_share(mention, other, here, there) or _is_share(other, mention, there, here):
        return True
    is_comparable = not (_are_at_odds(here, there) or _is_much_longer(here, there))
    return is_comparable and _is_one_voice(mention, other, here, there)


def is_same_author(mention: Mention, other: Mention) -> bool:
    """By the names that people see."""
    return bool(names_of(mention.author) & names_of(other.author))


def _marks(mention: Mention, said: _Said) -> Iterator[str]:
    if said.address:
        yield f"u:{said.address}"
        yield _mark(said.address, _start(said.words))  # for who shares the page under its title
    for link in sorted(said.links)[:_MOST_LINKS]:
        yield _mark(link, _start(said.words))
    pieces = _pieces(said.words)
    yield from (_mark(name, piece) for name in sorted(said.voice.names) for piece in pieces)
    if _may_be_printed(mention, said):
        yield from (_mark("", piece) for piece in pieces)


def _mark(who: str, piece: str) -> str:
    return "t:" + blake2b(f"{who}\n{piece}".encode("utf-8", "replace"), digest_size=5).hexdigest()


def _pieces(words: tuple[str, ...]) -> list[str]:
    shingles = {" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}
    lowest = sorted(shingles, key=lambda one: blake2b(one.encode("utf-8", "replace"), digest_size=5).digest())
    head = [" ".join(words[:_HEAD])] if len(words) >= _HEAD else []
    return [*head, *lowest[:_SKETCH]]


def _start(words: tuple[str, ...]) -> str:
    return " ".join(words[:_SHINGLE])


@lru_cache(maxsize=256)
def _said(mention: Mention) -> _Said:
    voice = voice_of(mention, _MAX_CHARS)
    title, words = _words(mention.title or ""), _words(voice.text)
    body = words[len(title) :] if words[: len(title)] == title else words
    links = (plain_address(link) for link in voice.links)
    return _Said(
        voice,
        words,
        body or words,
        title,
        bool(_CUT.search(voice.text[-40:])),
        plain_address(mention.url) if mention.url else None,
        frozenset(link for link in links if link),
    )


def _words(text: str) -> tuple[str, ...]:
    """A word that was cut off in the middle is none."""
    words = [word[:_LONGEST_WORD] for word in _WORD.findall(fold(text))]
    is_cut = len(words) > _FEW and _CUT_WORD.search(text[-40:])
    return tuple((words[:-1] if is_cut else words)[:_MAX_WORDS])


def _is_same_page(mention: Mention, other: Mention, here: _Said, there: _Said) -> bool:
    """Many may write on one page: those are told apart by what they say, and where a name tells little by the moment too."""
    fewest, is_equal = _fewest(here, there), here.words == there.words
    if is_equal and _is_one_moment(mention, other):
        return True
    if is_same_author(mention, other):
        if not _is_telling(here, there):
            return is_equal and fewest >= _SHORT
        enough = _SAME_PAGE if _is_under_one_headline(here, there) else _ALMOST
        return is_equal or (fewest >= _FEW and alike(here.words, there.words) >= enough)
    is_rated = mention.rating is not None or other.rating is not None
    return not is_rated and _is_one_page_of_news(here, there)


def _is_one_moment(mention: Mention, other: Mention) -> bool:
    """A day is no moment for two of different names."""
    at = mention.created_at
    is_day = at is not None and not (at.hour or at.minute or at.second)
    return (
        at is not None and at == other.created_at and (not is_day or mention.author.name == other.author.name)
    )


def _is_one_page_of_news(here: _Said, there: _Said) -> bool:
    """The headline alone, or a part of the text below it; without a headline all of the text, or what was cut off of it."""
    shorter, longer = sorted((here, there), key=lambda said: len(said.words))
    is_long = min(len(here.body), len(there.body)) >= _SHORT
    if len(shorter.words) >= _HEADLINE and shorter.words == longer.title:
        return True
    if here.words == there.words or here.body == there.body:
        return is_long or _is_under_one_headline(here, there)
    if not _is_under_one_headline(here, there):
        return is_long and shorter.is_cut and stands_in(shorter.body, longer.body) >= _SAME
    return is_long and alike(here.body, there.body) >= _SAME_PAGE


def _is_under_one_headline(here: _Said, there: _Said) -> bool:
    headline = min(len(here.title), len(there.title))
    return headline >= _HEADLINE and stands_in(here.title, there.title) >= _ALMOST


def _is_share(mention: Mention, page: Mention, here: _Said, there: _Said) -> bool:
    """Whether the mention is the title of that page and a link to it, and not a word more."""
    own, is_linked = len(here.words), there.address in here.links and len(here.links) <= _MOST_LINKS
    if not is_linked or mention.rating is not None or page.rating is not None:
        return False
    return _SHINGLE < own <= len(there.title) and alike(here.words, there.title[:own]) >= _SAME


def _is_one_voice(mention: Mention, other: Mention, here: _Said, there: _Said) -> bool:
    if here.voice.is_repeated or there.voice.is_repeated:
        return _is_repetition(here, there)
    if is_same_author(mention, other):
        return _is_said_twice(mention, other, here, there)
    return _is_syndicated(mention, other, here, there)


def _is_repetition(here: _Said, there: _Said) -> bool:
    """Of the other's words, or both of the same. What stands behind them, or in place of their end, is said by who repeats them."""
    shorter, longer = sorted((here.words, there.words), key=len)
    if not here.voice.names & there.voice.names or len(shorter) < _SHINGLE:
        return False
    is_first_there = here.voice.is_repeated is not there.voice.is_repeated
    repeated = here.words if here.voice.is_repeated else there.words
    if len(shorter) != len(longer) and not (is_first_there and repeated == shorter):
        return False
    is_to_the_end = tuple(shorter[-2:]) in set(pairwise(longer))
    return is_to_the_end and _are_one_text(shorter, longer)


def _is_said_twice(mention: Mention, other: Mention, here: _Said, there: _Said) -> bool:
    """By one author in two places, under a title or without; a name that many bear needs more words."""
    is_equal = _fewest(here, there) >= _SHORT and here.words == there.words
    if mention.channel == other.channel:
        return is_equal and _is_one_posting(mention, other)
    if not _is_telling(here, there):
        return is_equal
    cut = min(here, there, key=lambda said: len(said.words))
    for one, others in product({here.words, here.body}, {there.words, there.body}):
        shorter, longer = sorted((one, others), key=len)
        is_whole = len(shorter) == len(longer) or (cut.is_cut and shorter in {cut.words, cut.body})
        if len(shorter) >= _FEW and (is_whole or len(shorter) >= _LONG) and _are_one_text(shorter, longer):
            return True
    return False


def _are_one_text(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """In a short one every other word is another matter, unless it is the same but for a letter or two."""
    if len(shorter) < _LONG:
        missing, others = set(shorter) - set(longer), set(longer) - set(shorter)
        if not all(has_twin(word, others) for word in missing):
            return False
    return alike(shorter, longer) >= _ALMOST


def _is_one_posting(mention: Mention, other: Mention) -> bool:
    """In two places of one platform, such as two groups, within a day. In one thread people go on talking."""
    if not mention.created_at or not other.created_at or mention.thread == other.thread:
        return False
    return (
        mention.author.key == other.author.key and abs(mention.created_at - other.created_at) <= _ONE_POSTING
    )


def _is_syndicated(mention: Mention, other: Mention, here: _Said, there: _Said) -> bool:
    """Under another title too; but a text that nobody has given one may be a form letter."""
    is_article = (
        bool(here.title or there.title) and _may_be_printed(mention, here) and _may_be_printed(other, there)
    )
    hosts = host_of(mention.url), host_of(other.url)
    is_elsewhere = hosts[0] != hosts[1] if all(hosts) else mention.channel != other.channel
    return is_article and is_elsewhere and alike(here.words, there.words) >= _ALMOST


def _may_be_printed(mention: Mention, said: _Said) -> bool:
    """A long text that begins a thread and gives no stars: an article, or a post that holds one."""
    return mention.rating is None and mention.thread == mention.external_id and len(said.words) >= _LONG


def _are_at_odds(here: _Said, there: _Said) -> bool:
    """Other order numbers, other versions, other pages of one site: the same may be said, but not of the same thing."""
    figures, others = ({word for word in said.words if _FIGURE.search(word)} for said in (here, there))
    if not (figures <= others or others <= figures):
        return True
    sites, other_sites = (
        {host_of(f"//{link}") for link in said.links} - _SHORTENED for said in (here, there)
    )
    return bool(sites & other_sites) and here.links.isdisjoint(there.links)


def _is_much_longer(here: _Said, there: _Said) -> bool:
    lengths = sorted((len(here.words), len(there.words)))
    return lengths[1] > _MOST_CUT * lengths[0]


def _insists(view: Reader, mention: Mention, known: Record) -> bool:
    """Whether the author says it again though we have answered, or put it aside."""
    case = view.case(known.case_id)
    done_at, said_at = case.answered_at or case.closed_at, mention.created_at
    return bool(done_at and said_at and said_at > done_at) and is_same_author(mention, known.mention)


def _fewest(here: _Said, there: _Said) -> int:
    return min(len(here.words), len(there.words))


def _is_telling(here: _Said, there: _Said) -> bool:
    """Whether few bear the name that both have: a first and a family name, or a made-up one."""
    shared = here.voice.names & there.voice.names
    return any(len(_WORD.findall(name)) > 1 or len(name) > 9 or _FIGURE.search(name) for name in shared)  # noqa: PLR2004  # letters


def _rated_apart(mention: Mention, other: Mention) -> bool:
    """Different stars are different words, whoever gave them."""
    return mention.rating is not None and other.rating is not None and mention.rating != other.rating
