"""Where a term stands in a text: as whole words in any script, as handle, hashtag or domain; what that means is `matching`'s job.

Case, accents and invisible characters do not count. "bottega aurora" is also found as "Bottega-Aurora", "#BottegaAurora",
"@bottegaaurora" and in "www.bottegaaurora.it". "@name" and "#name" are found as such only; "name.it" is found as that domain, its
subdomains and its e-mail addresses. A term of at most three letters, all capitals ("LI"), is found only as it is written: otherwise
every Italian "lì" would be a mention.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, starmap

import re2

from reputation_bot.errors import ConfigError
from reputation_bot.rules.reading import encodable
from reputation_bot.text import fold, fold_with_positions, folds_one_to_one

MAX_CHARS = 200_000  # of title and text together
MAX_SHOWN = 80  # characters of one match
MAX_MATCHES = 8  # that are shown
MAX_PLACES = 1_000  # of one search that are looked at
MIN_JOINED = 6  # letters from which the words of a term may be written as one; "la mia" is not "lamia"
SHORT = 3  # letters up to which a term in capitals is found only as written
MANY = 20  # terms, from which RE2 alone is as fast as looking for one after another
MIN_INFLECTED = 4  # letters from which a word may have another ending
LETTER = r"\pL\pN\pM_"
BETWEEN = r"[\s\pZ'\"«»“”„‐-―_*/|&+-]"  # may stand between two words of a term; nothing that ends a sentence
_MEMORY = 64 << 20  # bytes, a limit: several hundred terms fit
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_WORD_OR_GAP = re.compile(r"\w+|\W+")
_JOINING = re.compile(r"[\s'’_-]+")
_HIDDEN = re.compile("[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

Span = tuple[int, int]  # begin and end in the text as written


class Line:
    """A text of at most MAX_CHARS as terms are looked for in it."""

    def __init__(self, text: str) -> None:
        self.text = encodable(text[:MAX_CHARS])
        self.folded = fold(self.text)

    @cached_property
    def folded_bytes(self) -> bytes:
        """`folded` for RE2, whose Python side takes half the time for bytes."""
        return self.folded.encode()

    @cached_property
    def bare(self) -> str:
        """As written, without invisible characters."""
        return _HIDDEN.sub("", self.text)

    def written(self, span: Span) -> str:
        """What stands there, without invisible characters, cut to MAX_SHOWN."""
        return _HIDDEN.sub("", self.text[slice(*span)]).strip()[:MAX_SHOWN]

    def span_of_folded(self, begin: int, end: int) -> Span:
        """The place of a piece of `folded`, which may end in the middle of what one sign folds to."""
        if self._is_even:
            return begin, end
        places = self._places_of_folded
        return places[begin], max(places[end], places[end - 1] + 1)

    def pieces_of_folded(self, pieces: Iterable[Span]) -> Iterator[Span]:
        """Where pieces of `folded_bytes`, one behind the other, are in `folded`."""
        data, at, place = self.folded_bytes, 0, 0
        if len(data) == len(self.folded):
            yield from pieces
            return
        for begin, end in pieces:
            place += len(data[at:begin].decode())
            length = len(data[begin:end].decode())
            yield place, place + length
            at, place = end, place + length

    def span_of_bare(self, begin: int, end: int) -> Span:
        """The place of a piece of `bare`."""
        return self._places_of_bare[begin], self._places_of_bare[end - 1] + 1

    def words_within(self, span: Span) -> tuple[int, int]:
        """The numbers, counted from the beginning of the text, of the first and the last word in a place."""
        return bisect_right(self._word_begins, span[0]), bisect_right(self._word_begins, span[1] - 1)

    @cached_property
    def _is_even(self) -> bool:
        return folds_one_to_one(self.text)

    @cached_property
    def _places_of_folded(self) -> Sequence[int]:
        return fold_with_positions(self.text)[1]

    @cached_property
    def _places_of_bare(self) -> list[int]:
        return [index for index, sign in enumerate(self.text) if not _HIDDEN.match(sign)]

    @cached_property
    def _word_begins(self) -> list[int]:
        return [match.start() for match in re.finditer(r"\w+", self.text)]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One search over several terms. Its first group is what was found, without the signs around it."""

    regex: "re2._Regexp"
    folded: bool  # searched in the folded text; otherwise in the text as written
    needles: Sequence[
        str
    ] = ()  # one of them stands wherever the pattern does; none are given where they are many

    def holds(self, line: Line) -> bool:
        return self._may_hold(line) and self.regex.search(self._searched(line)) is not None

    def spans(self, line: Line) -> Iterator[Span]:
        if not self._may_hold(line):
            return iter(())
        pieces = (match.span(1) for match in self.regex.finditer(self._searched(line)))
        if self.folded:
            return starmap(line.span_of_folded, line.pieces_of_folded(pieces))
        return starmap(line.span_of_bare, pieces)

    def _may_hold(self, line: Line) -> bool:
        """Most texts are not about the brand, which plain text search tells before RE2 has begun."""
        text = line.folded if self.folded else line.bare
        return not self.needles or any([needle in text for needle in self.needles])  # noqa: C419  # few: faster than a generator

    def _searched(self, line: Line) -> bytes | str:
        return line.folded_bytes if self.folded else line.bare


class OneOf:
    """Any of some terms; with `inflected` their words may also have the endings of other forms ("pacco", "pacchi")."""

    def __init__(self, terms: Sequence[str], *, inflected: bool = False) -> None:
        write = _inflected if inflected else re2.escape
        exact = [term for term in terms if _is_short(term)]
        folded = [fold(term) for term in terms if not _is_short(term)]
        domains = [term for term in folded if is_domain(term)]
        others = [term for term in folded if not is_domain(term)]
        patterns = (
            _words_pattern(others, write, is_folded=True),
            _domains_pattern(domains),
            _words_pattern(exact, re2.escape, is_folded=False),
        )
        self._patterns = [pattern for pattern in patterns if pattern]

    def holds(self, line: Line) -> bool:
        """Whether the text has one of them."""
        return any(pattern.holds(line) for pattern in self._patterns)

    def spans(self, line: Line) -> list[Span]:
        """Where they stand, at most MAX_PLACES; of two with a single sign between them the second may be missing."""
        found = (span for pattern in self._patterns for span in pattern.spans(line))
        return list(islice(found, MAX_PLACES))

    def words(self, line: Line) -> list[str]:
        """The first of them as written, each once."""
        spans = (span for pattern in self._patterns for span in islice(pattern.spans(line), MAX_MATCHES))
        return list(dict.fromkeys(map(line.written, spans)))[:MAX_MATCHES]


def check(term: str, key: str) -> None:
    """Raises ConfigError, at `key`, for a term without a letter or sign to look for."""
    if not fold(term).strip():
        raise ConfigError(f"there is nothing to look for in “{term}”", key=key)


def checked(terms: Sequence[str], key: str) -> Sequence[str]:
    """The same terms. Raises ConfigError as `check` does, at `key` and the term's number."""
    for number, term in enumerate(terms):
        check(term, f"{key}.{number}")
    return terms


def is_domain(term: str) -> bool:
    """Whether a term is looked for as a domain."""
    return _DOMAIN.fullmatch(fold(term)) is not None


def words_of(term: str) -> list[str]:
    """Its words, folded."""
    return re.findall(r"\w+", fold(term))


def compiled(regex: str, *, longest: bool = False) -> "re2._Regexp":
    """For RE2, which takes linear time. With `longest` the longest of several ways to match is found, not the first."""
    options = re2.Options()
    options.max_mem = _MEMORY
    options.longest_match = longest
    options.log_errors = False
    try:
        return re2.compile(regex, options)
    except re2.error:
        raise ConfigError("these are more terms than can be looked for at once", key="brand") from None


def _is_short(term: str) -> bool:
    return term.isupper() and sum(map(str.isalpha, term)) <= SHORT


def _forms(term: str, write: Callable[[str], str]) -> list[str]:
    """A term as regexes without boundaries: its words with what may stand between them, and a short one joined after @ or #."""
    words = re.findall(r"\w+", term)
    joined = "".join(words)
    may_join = len(joined) >= MIN_JOINED
    gap = BETWEEN + ("{0,3}" if may_join else "{1,3}")
    pieces = [
        gap
        if _JOINING.fullmatch(piece)
        else write(piece)
        if piece[0].isalnum() or piece[0] == "_"
        else rf"\s*{re2.escape(piece.strip())}\s*"
        for piece in _WORD_OR_GAP.findall(term.strip(" '’-"))
    ]
    alone = [] if may_join or len(words) < 2 else [f"[@#]{re2.escape(joined)}"]  # noqa: PLR2004  # one word has nothing to join
    return ["".join(pieces), *alone]


def _inflected(word: str) -> str:
    """A folded word with the endings that its other forms have in Italian, English, Spanish, French and German."""
    if len(word) < MIN_INFLECTED or not word.isalpha():
        return str(re2.escape(word))
    stem, last = re2.escape(word[:-1]), word[-1]
    if last == "y":
        return rf"{stem}(?:y|ies)"
    if last in "aeio":  # pacco, pacchi; negozio, negozi; commande, commandes; Vase, Vasen
        return rf"{stem}h?[aeio][nsx]?" if word[-2] != "i" else rf"{stem}(?:[aeo][ns]?)?"
    return rf"{re2.escape(word)}(?:e?[nrs]?|x)"


def _words_pattern(terms: list[str], write: Callable[[str], str], *, is_folded: bool) -> _Pattern | None:
    if not terms:
        return None
    forms = [form for term in terms for form in _forms(term, write)]
    regex = rf"(?:^|[^{LETTER}])({'|'.join(forms)})(?:$|[^{LETTER}])"
    stems = [max(re.findall(r"\w+", term) or [term.strip(" '’-").strip()], key=len) for term in terms]
    needles = [stem[:-1] if write is _inflected and len(stem) >= MIN_INFLECTED else stem for stem in stems]
    return _Pattern(compiled(regex), is_folded, _few(needles))


def _few(needles: list[str]) -> Sequence[str]:
    return tuple(dict.fromkeys(needles)) if len(needles) <= MANY else ()


def _domains_pattern(domains: list[str]) -> _Pattern | None:
    """ "aurora.it" is neither in "labella-aurora.it" nor in "aurora.it.example.org", but in "Aurora.it." it is."""
    if not domains:
        return None
    names = "|".join(map(re2.escape, domains))
    regex = rf"(?:^|[^{LETTER}-])({names})(?:$|[^{LETTER}.-]|\.(?:$|[^{LETTER}]))"
    return _Pattern(compiled(regex), folded=True, needles=_few(domains))
