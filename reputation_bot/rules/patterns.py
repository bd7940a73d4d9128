"""Phrases and regexes of all rules as one search per form of a text; what follows from a hit is `conditions`' job."""

import re
from functools import lru_cache

import re2

from reputation_bot.errors import ConfigError
from reputation_bot.rules.reading import MAX_SHOWN, Reading, word_line
from reputation_bot.text import fold

# bytes for the patterns of one form of the text and the automaton that grows over them; the second where the first is too little
_SET_MEMORY = (32 << 20, 256 << 20)
_REGEX_MEMORY = 8 << 20  # bytes; RE2 refuses a single pattern that would need more
_NO_FOLDING = re.compile(r"\(\?[a-zA-Z]*-[a-zA-Z]*i|\\[xQpP]|\[:")  # speaks of case or of single characters
_ASCII_ONLY = re.compile(r"\\[bBwW]")  # what RE2 means by a word has ASCII letters only
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)  # an escape, a class, or one character
_RANGE = re.compile(r"[^\x00-\x7f]-|-[^\x00-\x7f]")
_HINTS = (
    (r"\(\?<?[=!]", "look-ahead and look-behind are not possible; use `all:` and `not:` instead"),
    (r"\\[1-9]|\(\?P=", "references back to a group are not possible"),
    (r"\\Z|\\G", r"the end of the text is written \z or $"),
    (r"(^|[(|])[*+?]|[*+?]{2}", r"a sign that is meant as such takes a backslash: \* \+ \?"),
)


class Patterns:
    """Collects patterns, then finds those that hold for a text, however many there are, at the price of one search per form.

    An atom is the number of a pattern.
    """

    def __init__(self) -> None:
        self._atoms: dict[tuple[str, bool], int] = {}  # by pattern, and whether it is a phrase
        self._patterns: list[tuple[str, bool]] = []  # by atom, once ready
        self._words, self._text, self._folded = _Search(literal=True), _Search(), _Search()

    def phrase(self, phrase: str) -> int:
        """The atom of whole words in this order. Raises ValueError when there is no word in the phrase."""
        line = phrase_line(phrase)
        return self._atoms.setdefault((line, True), len(self._atoms))

    def regex(self, pattern: str) -> int:
        """The atom of an RE2 pattern. Raises ValueError when RE2 refuses it."""
        compile_regex(pattern)
        return self._atoms.setdefault((pattern, False), len(self._atoms))

    def ready(self) -> None:
        """Builds the searches, after the last pattern. Raises ConfigError when all patterns together are too much for RE2."""
        for (pattern, is_phrase), atom in self._atoms.items():
            if is_phrase:
                self._words.add(pattern, atom)
                continue
            written, folded = forms_of(pattern)
            if written is not None:
                self._text.add(written, atom)
            if folded is not None:
                self._folded.add(folded, atom)
        for search in (self._words, self._text, self._folded):
            search.ready()
        self._patterns = list(self._atoms)

    def search(self, reading: Reading) -> set[int]:
        """The atoms that hold."""
        found = set(self._words.atoms_in(reading.words))
        found.update(self._text.atoms_in(reading.text))
        found.update(self._folded.atoms_in(reading.folded))
        return found

    def words_of(self, atom: int, reading: Reading) -> str | None:
        """The first words of the text by which the atom holds, as written; None when there is nothing to show."""
        pattern, is_phrase = self._patterns[atom]
        return reading.written_words(pattern) if is_phrase else _written_match(pattern, reading)


def phrase_line(phrase: str) -> str:
    """A phrase as it stands in a word line. Raises ValueError when there is no word in it."""
    line = word_line(fold(phrase))
    if not line.strip():
        raise ValueError(f"there is no word in “{phrase}”")
    return line


@lru_cache(maxsize=1024)
def compile_regex(pattern: str) -> "re2._Regexp":
    """The pattern, regardless of case. Raises ValueError in RE2's words, with a hint where one helps."""
    try:
        return re2.compile(pattern, _options(_REGEX_MEMORY))
    except re2.error as refusal:
        said = refusal.args[0]
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    except UnicodeEncodeError:
        said = "it is not valid Unicode"
    hint = next((f"; {hint}" for shape, hint in _HINTS if re.search(shape, pattern)), "")
    raise ValueError(f"RE2 does not accept this pattern: {said}{hint}")


def forms_of(pattern: str) -> tuple[str | None, str | None]:
    r"""What to search in the text as written and in the folded text; None: nothing.

    The folded text is left out where folding would change the pattern's meaning. The text as written is left out where only
    the folded one tells the truth: \b and \w know ASCII letters only, so that RE2 sees a word end before the "é" of "perché".
    """
    folded = fold_pattern(pattern)
    if folded is not None and _ASCII_ONLY.search(pattern):
        return None, folded
    return pattern, folded


@lru_cache(maxsize=1024)
def fold_pattern(pattern: str) -> str | None:
    """The pattern with its letters folded as a text's are; None where that could change what it means."""
    if _NO_FOLDING.search(pattern):
        return None
    pieces = [
        part.replace("`", "'") if part.isascii() else _fold_part(part) for part in _PARTS.findall(pattern)
    ]
    return None if None in pieces else "".join(map(str, pieces))


def _fold_part(part: str) -> str | None:
    if part.startswith("\\"):
        return None
    if part.startswith("["):
        folded = [fold(sign) for sign in part]
        is_plain = not part.startswith("[^") and not _RANGE.search(part)
        return "".join(folded) if is_plain and all(len(sign) == 1 for sign in folded) else None
    folded_sign = fold(part)
    if len(folded_sign) == 1 and folded_sign.isalnum():
        return folded_sign
    return f"(?:{re2.escape(folded_sign)})" if folded_sign else None


def _written_match(pattern: str, reading: Reading) -> str | None:
    written, folded = forms_of(pattern)
    if written is not None and (span := _span(written, reading.text)):
        return reading.text[span[0] : span[1]].strip()[:MAX_SHOWN] or None
    if folded is not None and (span := _span(folded, reading.folded)) and span[0] < span[1]:
        return reading.written(*span).strip() or None
    return None


def _span(pattern: str, text: str) -> tuple[int, int] | None:
    """Where the pattern is first found. On bytes RE2's Python side takes a third of the time."""
    data = text.encode()
    match = _in_bytes(pattern).search(data)
    if match is None:
        return None
    begin, end = match.span()
    if text.isascii():
        return begin, end
    before = len(data[:begin].decode())
    return before, before + len(data[begin:end].decode())


@lru_cache(maxsize=1024)
def _in_bytes(pattern: str) -> "re2._Regexp":
    return re2.compile(pattern.encode(), _options(_REGEX_MEMORY))


def _options(max_mem: int, *, literal: bool = False) -> "re2.Options":
    options = re2.Options()
    options.case_sensitive = False
    options.literal = literal
    options.log_errors = False
    options.max_mem = max_mem
    return options


class _Search:
    """RE2's set for one form of the text, knowing which atom each of its patterns stands for."""

    def __init__(self, *, literal: bool = False) -> None:
        self._literal = literal
        self._patterns: list[str] = []
        self._atoms: list[int] = []

    def add(self, pattern: str, atom: int) -> None:
        self._patterns.append(pattern)
        self._atoms.append(atom)

    def ready(self) -> None:
        for memory in _SET_MEMORY:
            self._set = re2.Set.SearchSet(_options(memory, literal=self._literal))
            for pattern in self._patterns:
                self._set.Add(pattern)
            try:
                self._set.Compile()  # tries the automaton out as well, so that no search will run out of memory
            except re2.error:
                continue
            return
        raise ConfigError("RE2 cannot hold all these patterns at once: simplify the longest", key="rules")

    def atoms_in(self, text: str) -> list[int]:
        if not self._atoms:
            return []
        return [self._atoms[index] for index in self._set.Match(text) or ()]
