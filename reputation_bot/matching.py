"""Is a mention about the brand, and which words say so? What it says about the brand is the rules' job.

A term is found as whole words in any script, whatever their case, accents and invisible characters. "bottega aurora" is also
found as "Bottega-Aurora", "#BottegaAurora", "@bottegaaurora" and in "www.bottegaaurora.it". "@name" and "#name" are found as
such only; "name.it" is found as that domain, its subdomains and its e-mail addresses. A term of at most three letters, all
capitals ("LI"), is found only as it is written: otherwise every Italian "lì" would be a mention.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import re2

from reputation_bot.errors import ConfigError
from reputation_bot.model import Mention
from reputation_bot.rules.reading import encodable, whole_text
from reputation_bot.settings import Brand
from reputation_bot.text import fold, fold_with_positions

MAX_CHARS = 200_000  # of title and text together
MAX_SHOWN = 80  # characters of one match
MAX_MATCHES = 8
MIN_JOINED = 6  # letters from which the words of a term may be written as one; "la mia" is not "lamia"
SHORT = 3  # letters up to which a term in capitals is found only as written
_LETTER = r"\pL\pN\pM_"
_BETWEEN = r"[\s\pZ'\"«»“”„‐-―_*/|&+-]"  # may stand between two words of a term; nothing that ends a sentence
_MEMORY = 64 << 20  # bytes, a limit: several hundred terms fit
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_WORD_OR_GAP = re.compile(r"\w+|\W+")
_JOINING = re.compile(r"[\s'’_-]+")
_HIDDEN = re.compile("[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


class BrandMatcher:
    """Built once; `match` may be called from any thread. Raises ConfigError for a term without a letter or sign to look for."""

    def __init__(self, brand: Brand) -> None:
        terms = _checked(brand.terms, "terms") or [brand.name]
        self._any = _OneOf(terms)
        self._all = [_OneOf([term]) for term in _checked(brand.all, "all")]
        self._not = _OneOf(_checked(brand.not_, "not"))

    def match(self, mention: Mention) -> tuple[str, ...] | None:
        """The words of title and text, as written, that make a mention ours; None when it is not. Never raises."""
        text = encodable(whole_text(mention)[:MAX_CHARS])
        folded = fold(text)
        if not self._any.holds(text, folded) or self._not.holds(text, folded):
            return None
        if not all(each.holds(text, folded) for each in self._all):
            return None
        found = (words for each in (self._any, *self._all) for words in each.words(text))
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One search over several terms. Its first group is what was found, without the signs around it."""

    regex: "re2._Regexp"
    folded: bool  # searched in the folded text; otherwise in the text as written

    def holds(self, text: str, folded: str) -> bool:
        return self.regex.search(folded if self.folded else _HIDDEN.sub("", text)) is not None

    def words(self, text: str) -> list[str]:
        if not self.folded:
            return [match[1] for match in islice(self.regex.finditer(_HIDDEN.sub("", text)), MAX_MATCHES)]
        folded, positions = fold_with_positions(text)
        spans = (match.span(1) for match in islice(self.regex.finditer(folded), MAX_MATCHES))
        return [text[positions[begin] : max(positions[end], positions[end - 1] + 1)] for begin, end in spans]


class _OneOf:
    """Any of some terms."""

    def __init__(self, terms: Sequence[str]) -> None:
        exact = [term for term in terms if _is_short(term)]
        folded = [fold(term) for term in terms if not _is_short(term)]
        domains = [term for term in folded if _DOMAIN.fullmatch(term)]
        others = [form for term in folded if not _DOMAIN.fullmatch(term) for form in _forms(term)]
        self._patterns = [
            pattern
            for pattern in (
                _words_pattern(others, is_folded=True),
                _domains_pattern(domains),
                _words_pattern([form for term in exact for form in _forms(term)], is_folded=False),
            )
            if pattern
        ]

    def holds(self, text: str, folded: str) -> bool:
        return any(pattern.holds(text, folded) for pattern in self._patterns)

    def words(self, text: str) -> list[str]:
        found = [words.strip()[:MAX_SHOWN] for pattern in self._patterns for words in pattern.words(text)]
        return list(dict.fromkeys(found))[:MAX_MATCHES]


def _checked(terms: Sequence[str], key: str) -> Sequence[str]:
    for number, term in enumerate(terms):
        if not fold(term).strip():
            raise ConfigError(f"there is nothing to look for in “{term}”", key=f"brand.{key}.{number}")
    return terms


def _is_short(term: str) -> bool:
    return term.isupper() and sum(map(str.isalpha, term)) <= SHORT


def _forms(term: str) -> list[str]:
    """A term as regexes without boundaries: its words with what may stand between them, and a short one joined after @ or #."""
    words = re.findall(r"\w+", term)
    joined = "".join(words)
    may_join = len(joined) >= MIN_JOINED
    gap = _BETWEEN + ("{0,3}" if may_join else "{1,3}")
    pieces = [
        gap
        if _JOINING.fullmatch(piece)
        else re2.escape(piece)
        if piece[0].isalnum() or piece[0] == "_"
        else rf"\s*{re2.escape(piece.strip())}\s*"
        for piece in _WORD_OR_GAP.findall(term.strip(" '’-"))
    ]
    alone = [] if may_join or len(words) < 2 else [f"[@#]{re2.escape(joined)}"]  # noqa: PLR2004  # one word has nothing to join
    return ["".join(pieces), *alone]


def _words_pattern(forms: list[str], *, is_folded: bool) -> _Pattern | None:
    if not forms:
        return None
    regex = rf"(?:^|[^{_LETTER}])({'|'.join(forms)})(?:$|[^{_LETTER}])"
    return _Pattern(_compiled(regex), is_folded)


def _domains_pattern(domains: list[str]) -> _Pattern | None:
    """ "aurora.it" is neither in "labella-aurora.it" nor in "aurora.it.example.org", but in "Aurora.it." it is."""
    if not domains:
        return None
    names = "|".join(map(re2.escape, domains))
    regex = rf"(?:^|[^{_LETTER}-])({names})(?:$|[^{_LETTER}.-]|\.(?:$|[^{_LETTER}]))"
    return _Pattern(_compiled(regex), folded=True)


def _compiled(regex: str) -> "re2._Regexp":
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        return re2.compile(regex, options)
    except re2.error:
        raise ConfigError("these are more terms than can be looked for at once", key="brand") from None
