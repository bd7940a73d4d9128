"""Pairs of texts that are one, and of texts that never are, collected from what lies beside the repository; `copies` measures on them.

Nothing of them is kept here. Labels follow from structure: one id, one author with one text, one tweet in two data sets, a text behind
«RT @name»; and of texts that are not copies: two rows of one set of reviews, words added to a quotation, a template with another link.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from bench import labelled
from reputation_bot.copies import is_copy, marks_of
from reputation_bot.model import Author, Mention

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
REVIEWS = ("amazon_it_gdmr", "amazon_it_leoco", "ijcnlp17_en", "ijcnlp17_es", "ijcnlp17_fr", "youtube_spam")
QUERIES = ("bitext_cs", "qa4faq_it")
POSTS = (
    "airline",
    "complaints_acl19",
    "goemotions",
    "vader_tweets",
    "umsab_fr",
    "sentipolc16",
    "suggestion_semeval19",
)
_WORD = re.compile(r"\w+")
LINK = re.compile(r"https?\S*|\bhttp\b")
RT = re.compile(r"^RT @(\w+):\s*(.+)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two mentions, and whether they are one."""

    kind: str
    one: Mention
    other: Mention
    is_one: bool

    @property
    def is_joined(self) -> bool:
        """As intake does it: an index finds the other one, a comparison decides."""
        return bool(set(marks_of(self.one)) & set(marks_of(self.other))) and is_copy(self.other, self.one)


def mention(text: str, *, by: str, channel: str = "x", key: str = "", **more: Any) -> Mention:
    """A post of that author, at an address of its own."""
    own_id = key or f"{abs(hash((text, by, channel)))}"
    made = Mention(
        channel=channel,
        external_id=own_id,
        author=Author(name=by),
        text=text,
        thread=own_id,
        created_at=AT,
        url=f"https://{channel}.example/{own_id}",
    )
    return replace(made, **more)


def near(name: str) -> Iterator[tuple[str, str]]:
    texts = [row["text"] for row in labelled.rows(name)]
    yield from ((texts[one], texts[other]) for one, other in near_numbers(texts))


def near_numbers(texts: list[str]) -> Iterator[tuple[int, int]]:
    """Pairs that share half of the shorter one's pieces of three words."""
    pieces = [_pieces(text) for text in texts]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, own in enumerate(pieces):
        for piece in own:
            holders[piece].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        if len(numbers) < 200:  # noqa: PLR2004  # what everybody says tells no pair
            shared.update(combinations(numbers, 2))
    for (one, other), count in shared.items():
        if 2 * count >= min(len(pieces[one]), len(pieces[other])) > 1:
            yield one, other


def _pieces(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(masked(text))
    return {tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2))}


def masked(text: str) -> str:
    """Without the names and links that one of two sets hides."""
    plain = re.sub(r"@\w+", "@", LINK.sub(" ", text.lower()))
    return " ".join(_WORD.findall(plain.replace("&amp;", "&")))


def rows_of(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for row in labelled.rows(name):
            yield row["text"]


def count(text: str) -> int:
    return len(_WORD.findall(LINK.sub(" ", text)))


def said_in(text: str) -> bool:
    """Whether words of one's own are among the names, links and signs."""
    return bool(re.search(r"\w", re.sub(r"@\w+|\bRT\b|\bMT\b", " ", LINK.sub(" ", text))))
