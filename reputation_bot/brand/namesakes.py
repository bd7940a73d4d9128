"""Terms that others bear too: «Aurora» counts only in the right company, with a capital, or on some channels."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from reputation_bot.brand.misspellings import Misspelt
from reputation_bot.brand.terms import MAX_MATCHES, Line, OneOf, Span, checked, is_domain
from reputation_bot.settings import Term


class Namesake:
    """A term with conditions. `others` are words that mean somebody else.

    Raises ConfigError for company in which there is nothing to look for, with a key below `key`.
    """

    def __init__(self, term: Term, key: str, others: Sequence[str]) -> None:
        self._channels = None if term.channels is None else frozenset(term.channels)
        self._capitals = term.capitals
        self._right = OneOf([term.term], inflected=term.inflections)
        self._misspelt = Misspelt(
            [term.term] if term.misspellings else [], [*others, *term.near, *term.not_near]
        )
        self._near = _Company(checked(term.near, f"{key}.near"), term.within)
        self._not_near = _Company(checked(term.not_near, f"{key}.not_near"), term.within)
        self._needs_company = bool(term.near)

    def words(self, line: Line, channel: str) -> list[str]:
        """The term and the company that speaks for it, as written; nothing when the text is about somebody else."""
        if self._channels is not None and channel not in self._channels:
            return []
        spans = self._right.spans(line) or self._misspelt.spans(line)
        if self._capitals:
            spans = [span for span in spans if _has_capital(line.text[slice(*span)])]
        if not spans:
            return []
        bad = self._not_near.found(line)
        spans = [span for span in spans if bad.beside(span) is None]
        if not self._needs_company:
            return _shown(line, spans)
        good = self._near.found(line)
        return _shown(line, [one for span in spans if (other := good.beside(span)) for one in (span, other)])


@dataclass(frozen=True, slots=True)
class _Found:
    """Company found in a text. `lasts` are the numbers of the last words of `near`, in order."""

    line: Line
    anywhere: Span | None
    near: list[Span]
    lasts: list[int]
    within: int

    def beside(self, span: Span) -> Span | None:
        """One that stands near enough to a place."""
        if self.anywhere or not self.near:
            return self.anywhere
        first, last = self.line.words_within(span)
        index = bisect_left(self.lasts, first - self.within)
        if index == len(self.near) or self.line.words_within(self.near[index])[0] > last + self.within:
            return None
        return self.near[index]


class _Company:
    """Words that count near a term, `within` so many words. Domains, handles and hashtags count wherever in the text they are."""

    def __init__(self, terms: Sequence[str], within: int) -> None:
        self._anywhere = OneOf([term for term in terms if _counts_anywhere(term)])
        self._near = OneOf([term for term in terms if not _counts_anywhere(term)], inflected=True)
        self._within = within

    def found(self, line: Line) -> _Found:
        near = sorted(self._near.spans(line))
        return _Found(
            line,
            next(iter(self._anywhere.spans(line)), None),
            near,
            [line.words_within(one)[1] for one in near],
            self._within,
        )


def _counts_anywhere(term: str) -> bool:
    return is_domain(term) or term.startswith(("@", "#"))


def _has_capital(written: str) -> bool:
    """Scripts without capitals always have one."""
    first = next((sign for sign in written if sign.isalpha()), "")
    return not first.islower()


def _shown(line: Line, spans: Sequence[Span]) -> list[str]:
    return list(dict.fromkeys(map(line.written, spans)))[:MAX_MATCHES]
