"""Terms with a slip of the keyboard in them ("botega aurora"); a form that is more likely another word is left alone.

A word of a term may have one wrong, missing, added or swapped letter for each six it has, two at most, never the first. Shorter
words must be right. Handles, hashtags, domains and addresses are never guessed at: a letter more is another account.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path

import re2

from reputation_bot import packs
from reputation_bot.brand.everyday_words import EVERYDAY_WORDS
from reputation_bot.brand.terms import BETWEEN, LETTER, MAX_PLACES, Line, Span, compiled, is_domain, words_of

LETTERS_PER_SLIP = 6
MAX_SLIPS = 2  # in one word
_MAX_CANDIDATES = 2_000  # of one text; of the words of an honest one hardly one in twenty is looked at
_MAX_REMEMBERED = 10_000
_WORD = re.compile(r"\w+")

Way = tuple[str, ...]  # the folded words of a term, or all of them as one


def can_be_misspelt(term: str) -> bool:
    """Whether a term has words enough for a slip to be told from another word."""
    plain = not is_domain(term) and not re.search(r"[^\w\s'’&-]", term)
    return plain and any(map(_slips, ("".join(words_of(term)), *words_of(term))))


class Misspelt:
    """Any of some terms, misspelt; terms that cannot be are passed over. `others` are words that mean something else."""

    def __init__(self, terms: Sequence[str], others: Iterable[str] = ()) -> None:
        ways = [way for term in terms if can_be_misspelt(term) for way in _ways(words_of(term))]
        self._ways = list(dict.fromkeys(ways))
        right = {word for term in terms for word in words_of(term)}
        self._taken = frozenset(right | {word for other in others for word in words_of(other)})
        forms = "|".join(map(_shape, self._ways))
        self._regex = compiled(rf"(?:^|[^{LETTER}])({forms})", longest=True) if forms else None
        self._is_slip = lru_cache(maxsize=_MAX_REMEMBERED)(self._judge)

    def spans(self, line: Line) -> list[Span]:
        """Where one stands that is not written right, at most MAX_PLACES."""
        if self._regex is None:
            return []
        matches = islice(self._regex.finditer(line.folded_bytes), _MAX_CANDIDATES)
        pieces = line.pieces_of_folded(match.span(1) for match in matches)
        return [line.span_of_folded(*piece) for piece in pieces if self._fits(line, piece)][:MAX_PLACES]

    def _fits(self, line: Line, piece: Span) -> bool:
        begin, end = piece
        before, after = line.folded[begin - 1 : begin], line.folded[end : end + 2]
        if (before and before in "@./") or _WORD.match(after) or re.match(r"@|\.\w", after):
            return False
        return self._is_slip(line.folded[begin:end])

    def _judge(self, piece: str) -> bool:
        words = tuple(_WORD.findall(piece))
        return any(_is_misspelt(words, way, self._taken) for way in self._ways if len(way) == len(words))


def _ways(words: list[str]) -> Iterator[Way]:
    if any(map(_slips, words)):
        yield tuple(words)
    joined = "".join(words)
    if len(words) > 1 and _slips(joined):
        yield (joined,)


def _slips(word: str) -> int:
    return min(len(word) // LETTERS_PER_SLIP, MAX_SLIPS) if word.isalpha() else 0


def _is_misspelt(words: Way, way: Way, taken: Collection[str]) -> bool:
    wrong = [(word, right) for word, right in zip(words, way, strict=True) if word != right]
    if not wrong or not all(word not in taken and _is_near(word, right) for word, right in wrong):
        return False
    if len(way) == 1 and _ends_otherwise(*wrong[0]):
        return False
    return all(word not in _vocabulary() for word, _ in wrong)


def _is_near(word: str, right: str) -> bool:
    from rapidfuzz.distance import OSA  # noqa: PLC0415  # most texts come nowhere near

    slips = _slips(right)
    return word[0] == right[0] and OSA.distance(word, right, score_cutoff=slips) <= slips


def _ends_otherwise(word: str, right: str) -> bool:
    """Another ending makes another form or another word ("aurore", "auroras"), and no other word of the term says which."""
    return word.startswith(right[:-MAX_SLIPS] if _slips(right) > 1 else right[:-1])


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    """The everyday words, and all in the files of the packs; read as plain text, since YAML would take ten times as long."""
    files = Path(packs.__file__).parent.glob("*/*.yaml")
    return EVERYDAY_WORDS.union(*(words_of(path.read_text(encoding="utf-8")) for path in files))


def _shape(way: Way) -> str:
    """What a misspelt form looks like at least: RE2 passes over all other words at once."""
    return f"{BETWEEN}{{1,3}}".join(_around(word) if _slips(word) else re2.escape(word) for word in way)


def _around(word: str) -> str:
    """Cut in 2n + 1 pieces, a word with n slips keeps one piece whole, for a slip that swaps letters spoils two at most."""
    count = 2 * _slips(word) + 1
    cuts = [len(word) * number // count for number in range(count + 1)]
    return f"(?:{'|'.join(_kept(word, begin, end) for begin, end in pairwise(cuts))})"


def _kept(word: str, begin: int, end: int) -> str:
    if begin == 0:
        return f"{re2.escape(word[:end])}[{LETTER}]*"
    return f"{re2.escape(word[0])}[{LETTER}]*{re2.escape(word[begin:end])}[{LETTER}]*"
