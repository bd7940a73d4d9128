"""Is a mention about the brand, and which words say so? What it says about the brand is the rules' job.

How a term is found is in `terms`, how a misspelt one in `misspellings`, and what tells us from our namesakes in `namesakes`.
"""

from reputation_bot.brand.misspellings import Misspelt
from reputation_bot.brand.namesakes import Namesake
from reputation_bot.brand.terms import Line, OneOf, check, checked
from reputation_bot.model import Mention
from reputation_bot.rules.reading import whole_text
from reputation_bot.settings import Brand, Term


class BrandMatcher:
    """Built once; `match` may be called from any thread. Raises ConfigError for a term without a letter or sign to look for."""

    def __init__(self, brand: Brand) -> None:
        others = checked(brand.not_, "brand.not")
        terms = [_as_term(entry, brand) for entry in brand.terms or [brand.name]]
        _check(brand)
        plain = [term for term in terms if not _is_guarded(term)]
        self._any = OneOf([term.term for term in plain if not term.inflections])
        self._inflected = OneOf([term.term for term in plain if term.inflections], inflected=True)
        self._misspelt = Misspelt([term.term for term in plain if term.misspellings], others)
        self._namesakes = [
            Namesake(term, f"brand.terms.{number}", others)
            for number, term in enumerate(terms)
            if _is_guarded(term)
        ]
        self._all = [OneOf([term]) for term in checked(brand.all, "brand.all")]
        self._not = OneOf(others)

    def match(self, mention: Mention) -> tuple[str, ...] | None:
        """The words of title and text, as written, that make a mention ours; None when it is not. Never raises."""
        line = Line(whole_text(mention))
        found = self._found(line, mention.channel)
        if not found or self._not.holds(line):
            return None
        if not all(each.holds(line) for each in self._all):
            return None
        return tuple(dict.fromkeys([*found, *(words for each in self._all for words in each.words(line))]))

    def _found(self, line: Line, channel: str) -> list[str]:
        """The words by which one of the terms is there. Only where none is written right, a misspelt one is looked for."""
        plain = [words for each in (self._any, self._inflected) for words in each.words(line)]
        namesakes = [words for each in self._namesakes for words in each.words(line, channel)]
        return [*plain, *namesakes] or list(map(line.written, self._misspelt.spans(line)))


def _as_term(entry: str | Term, brand: Brand) -> Term:
    """A bare text is a term without conditions; whether misspelt forms count is the brand's word unless it is the term's."""
    term = Term(term=entry) if isinstance(entry, str) else entry
    given = term.misspellings
    return term.model_copy(update={"misspellings": brand.misspellings if given is None else given})


def _is_guarded(term: Term) -> bool:
    return bool(term.near or term.not_near or term.capitals or term.channels is not None)


def _check(brand: Brand) -> None:
    for number, entry in enumerate(brand.terms):
        if isinstance(entry, Term):
            check(entry.term, f"brand.terms.{number}.term")
        else:
            check(entry, f"brand.terms.{number}")
