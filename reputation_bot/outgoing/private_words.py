"""What a public text gives away of the private talk: names, figures, addresses and runs of words that nobody has said in public.

Ordinary words and phrases of the trade give nothing away. A single word counts only when it is written like a name; German writes
every noun so, hence there only names of two words count.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from reputation_bot.brand.terms import Line, Span
from reputation_bot.outgoing.ordinary import Ordinary
from reputation_bot.outgoing.sentences import sentences
from reputation_bot.text import fold

_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*")
_NO_TELLING_FIGURE = re.compile(
    r"(?:19|20)\d\d|\d{1,2}[:.]\d\d(?:-\d{1,2}[:.]\d\d)?|\d{1,2}[/-]\d{1,2}"  # a year, an hour, a day or a span
)
_STREETS = re.compile(
    r"\b(?:via|viale|piazza|piazzale|corso|vicolo|contrada|calle|avenida|plaza|paseo|rue|avenue|boulevard|chemin)"
    r" (?!di |d |mail|email|e mail|chat|internet|web|whatsapp)(?:\w+ ){1,4}?(?=\d)"
    r"|\b\d+ (?:\w+ ){1,3}?(?:street|road|avenue|lane)\b"
    r"|\b\w+(?:strasse|str|weg|platz|gasse|allee) (?=\d)"
)
_RUN = 4  # words in a row that are no accident
_LEAST_DIGITS = 3
_NAME, _RARE = 3, 5  # letters from which a word may be a name, and may be rare
_SAME_NOUNS = "de"  # writes all nouns with a capital
# stands before a word that does not begin a sentence; after a full stop the sentences know
_GOES_ON = re.compile(r"[\w,’'&/.-] ?$")


class Said:
    """What some texts hold."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.words: set[str] = set()
        self.names: set[str] = set()  # as written, with a capital in the middle of a sentence
        self.figures: set[str] = set()
        self.pairs: set[tuple[str, ...]] = set()
        self.runs: set[tuple[str, ...]] = set()
        self.streets: set[tuple[str, ...]] = set()
        for text in texts:
            self._add(Line(text))

    def _add(self, line: Line) -> None:
        words = _WORD.findall(line.folded)
        self.words.update(words)
        self.pairs.update(pairwise(words))
        self.runs.update(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))
        self.figures.update(re.sub(r"\D", "", match) for match in _FIGURE.findall(line.folded))
        self.streets.update(tuple(match[0].split()) for match in _STREETS.finditer(" ".join(words)))
        self.names.update(match[0] for match, at_start in _capitals(line.text) if not at_start)


class PrivateWords:
    """What was said in private and, as far as one can see, nowhere else."""

    def __init__(self, private: Said, publics: Sequence[Said], ordinary: Ordinary) -> None:
        self._private, self._publics = private, publics
        self._ordinary = ordinary

    def find(self, line: Line, lang: str) -> Iterator[Span]:
        """Places in the text; one may lie in another."""
        words = [(match[0], match.span()) for match in _WORD.finditer(line.folded)]
        spans = [*self._figures(line), *self._addresses(words), *self._runs(words)]
        yield from (line.span_of_folded(*span) for span in spans)
        yield from self._pairs(line) if lang == _SAME_NOUNS else self._names(line)

    def _figures(self, line: Line) -> Iterator[Span]:
        for match in _FIGURE.finditer(line.folded):
            digits = re.sub(r"\D", "", match[0])
            is_telling = len(digits.rstrip("0")) >= _LEAST_DIGITS and not _NO_TELLING_FIGURE.fullmatch(
                match[0]
            )
            is_public = any(digits in said.figures for said in self._publics)
            if is_telling and digits in self._private.figures and not is_public:
                yield match.span()

    def _addresses(self, words: Sequence[tuple[str, Span]]) -> Iterator[Span]:
        """The street is enough, with or without its number."""
        folded = [word for word, _ in words]
        for street in self._private.streets.difference(*(said.streets for said in self._publics)):
            for at in range(len(folded) - len(street) + 1):
                if tuple(folded[at : at + len(street)]) == street:
                    yield words[at][1][0], words[at + len(street) - 1][1][1]

    def _runs(self, words: Sequence[tuple[str, Span]]) -> Iterator[Span]:
        begin: int | None = None
        for at in range(len(words) + 1):
            is_shared = self._is_private_run(tuple(word for word, _ in words[at : at + _RUN]))
            if is_shared and begin is None:
                begin = at
            elif not is_shared and begin is not None:
                end = at + _RUN - 1
                if any(self._is_rare(word) for word, _ in words[begin:end]):
                    yield words[begin][1][0], words[end - 1][1][1]
                begin = None

    def _is_private_run(self, run: tuple[str, ...]) -> bool:
        return (
            len(run) == _RUN
            and run in self._private.runs
            and not any(run in said.runs for said in self._publics)
        )

    def _is_rare(self, word: str) -> bool:
        return len(word) >= _RARE and not self._is_public(word) and not self._ordinary.knows_a_form(word)

    def _names(self, line: Line) -> Iterator[Span]:
        for match, at_start in _capitals(line.text):
            word = fold(match[0])
            is_private = match[0] in self._private.names if at_start else word in self._private.words
            is_name = len(word) >= _NAME and not self._ordinary.knows(word)
            if is_private and is_name and not self._is_public(word):
                yield match.span()

    def _pairs(self, line: Line) -> Iterator[Span]:
        for (first, _), (second, _) in pairwise(_capitals(line.text)):
            pair = (fold(first[0]), fold(second[0]))
            stand_together = line.text[first.end() : second.start()] == " "
            is_name = any(not self._ordinary.knows(word) and not self._is_public(word) for word in pair)
            is_public = any(pair in said.pairs for said in self._publics)
            if stand_together and is_name and pair in self._private.pairs and not is_public:
                yield first.start(), second.end()

    def _is_public(self, word: str) -> bool:
        return any(word in said.words for said in self._publics)


def _capitals(text: str) -> Iterator[tuple["re.Match[str]", bool]]:
    """Words with a capital, and whether they have it because a sentence or line begins there."""
    starts = {
        match.start()
        for begin, end in sentences(text)
        if (match := _WORD.search(text, begin, end)) is not None
    }
    for match in _WORD.finditer(text):
        if match[0][0].isupper():
            goes_on = _GOES_ON.search(text, max(match.start() - 2, 0), match.start())
            yield match, match.start() in starts or goes_on is None
