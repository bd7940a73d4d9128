"""Phrases and regexes of all rules as one search per form of a text; what follows from a hit is `conditions`' job."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

import re2

from reputation_bot.errors import ConfigError
from reputation_bot.ports import for_staff
from reputation_bot.rules.reading import MAX_SHOWN, Reading, Written, word_line
from reputation_bot.text import fold

_REGEX_MEMORY = 8 << 20  # bytes; RE2 refuses a single pattern that would need more
_NO_FOLDING = re.compile(
    r"\(\?[a-zA-Z]*-[a-zA-Z]*i|(?<!\\)(?:\\\\)*\\[xQpP]|\[:"
)  # speaks of case or of single characters
_ASCII_ONLY = re.compile(r"\\[bBwW]")  # what RE2 means by a word has ASCII letters only
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)  # an escape, a class, or one character
_ESCAPES = re.compile(r"\\\D")  # "\W" is no capital letter, but "\101" is one
_RANGE = re.compile(r"[^\x00-\x7f]-|-[^\x00-\x7f]")
_SEPARATING = str.maketrans("'*-", "   ")
_MORE_THAN_WORDS = re.compile(r"[^a-z0-9 '*\n-]")  # whose signs take a look
_HINTS = (
    (r"\(\?<?[=!]", for_staff("look-ahead and look-behind are not possible; use `all:` and `not:` instead")),
    (r"\\[1-9]|\(\?P=", for_staff("references back to a group are not possible")),
    (r"\\Z|\\G", for_staff(r"the end of the text is written \z or $")),
    (r"(^|[(|])[*+?]|[*+?]{2}", for_staff(r"a sign that is meant as such takes a backslash: \* \+ \?")),
)


def _options(*, case_sensitive: bool = False) -> "re2.Options":
    options = re2.Options()
    options.case_sensitive = case_sensitive
    options.log_errors = False
    options.max_mem = _REGEX_MEMORY
    return options


_REGEX_OPTIONS = _options()
_SMALL_OPTIONS = _options(
    case_sensitive=True
)  # in small letters alone there is no case, and building takes two thirds
_END = ""
_Node: TypeAlias = "int | dict[str, _Node]"
_Rest: TypeAlias = tuple[str, int]  # of a phrase, behind its first word, and its atom
_Entered = tuple[str, int, "re2.Options"]  # a pattern and its atom


class Patterns:
    """Collects patterns, then finds those that hold for a text, however many there are, at the price of one search per form.

    An atom is the number of a pattern.
    """

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}  # atoms by the word line of a phrase …
        self._sources: dict[str, int] = {}  # … and by regex
        self._line_of: dict[int, str] = {}  # by atom, once ready
        self._phrases = _Phrases()
        self._folded, self._text, self._text_only = _Regexes(is_folded=True), _Regexes(), _Regexes()

    def phrase(self, phrase: str) -> int:
        """The atom of whole words in this order. Raises ValueError when there is no word in the phrase."""
        return self.line(phrase_line(phrase))

    def line(self, line: str) -> int:
        """The atom of a phrase that is a word line already."""
        return self._lines.setdefault(line, self.count)

    def regex(self, pattern: str) -> int:
        """The atom of an RE2 pattern. Raises ValueError when RE2 refuses it."""
        atom = self._sources.get(pattern)
        if atom is None:
            atom = self.count
            self._enter(pattern, atom)
            self._sources[pattern] = atom
        return atom

    def _enter(self, pattern: str, atom: int) -> None:
        written, folded = forms_of(pattern)
        try:
            if folded is not None:
                self._folded.add(folded, atom)
            if written is not None:
                (self._text_only if folded is None else self._text).add(written, atom)
        except (re2.error, UnicodeEncodeError):
            compile_regex(pattern)
            raise

    @property
    def count(self) -> int:
        """How many there are; atoms are the numbers below."""
        return len(self._lines) + len(self._sources)

    def ready(self) -> None:
        """Builds the searches, after the last pattern. Raises ConfigError when all patterns together are too much for RE2."""
        self._phrases.add(self._lines)
        for regexes in (self._folded, self._text, self._text_only):
            regexes.ready()
        self._line_of = {atom: line for line, atom in self._lines.items()}

    def search(self, reading: Reading) -> set[int]:
        """The atoms that hold."""
        found = set(self._phrases.atoms_in(reading.tokens))
        found.update(self._folded.atoms_in(reading.folded_bytes))
        found.update(self._text_only.atoms_in(reading.text_bytes))
        if reading.is_changed:  # otherwise the folded text has told all
            found.update(self._text.atoms_in(reading.text_bytes))
        return found

    def words_of(self, atom: int, text: Written) -> str | None:
        """The first words of the text by which the atom holds, as written; None when there is nothing to show."""
        line = self._line_of.get(atom)
        return self._written_match(atom, text) if line is None else text.written_words(line)

    def _written_match(self, atom: int, text: Written) -> str | None:
        for regexes in (self._text, self._text_only):
            if regexes.has(atom) and (span := regexes.span(atom, text.text, text.text_bytes)):
                return text.text[slice(*span)].strip()[:MAX_SHOWN] or None
        span = self._folded.span(atom, text.folded, text.folded_bytes)
        return text.written(*span).strip() or None if span and span[0] < span[1] else None


def phrase_line(phrase: str) -> str:
    """A phrase as it stands in a word line. Raises ValueError when there is no word in it."""
    line = _line_of(fold(phrase))
    if not line:
        raise ValueError(f"there is no word in “{phrase}”")
    return line


def phrase_lines(phrases: Sequence[str]) -> list[str]:
    """The same for many at once; the line of a phrase without a word is empty."""
    folded = fold("\n".join(phrases))
    if _MORE_THAN_WORDS.search(folded):
        lines = list(map(_line_of, folded.split("\n")))
    else:  # mostly: no need to look at every sign
        each = map(str.split, folded.translate(_SEPARATING).split("\n"))
        lines = [f" {' '.join(words)} " if words else "" for words in each]
    # where one of them has several lines, or there is none at all, each is for itself
    return lines if len(lines) == len(phrases) else [_line_of(fold(phrase)) for phrase in phrases]


def _line_of(folded: str) -> str:
    line = word_line(folded)
    return line if line.strip() else ""


@lru_cache(maxsize=1024)
def compile_regex(pattern: str) -> "re2._Regexp":
    """The pattern, regardless of case. Raises ValueError in RE2's words, with a hint where one helps."""
    try:
        return re2.compile(pattern, _REGEX_OPTIONS)
    except re2.error as refusal:
        said = refusal.args[0]
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    except UnicodeEncodeError:
        said = "it is not valid Unicode"
    if hint := next((hint for shape, hint in _HINTS if re.search(shape, pattern)), None):
        raise ValueError(f"RE2 does not accept this pattern: {said}; {hint}")
    raise ValueError(f"RE2 does not accept this pattern: {said}")


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
    if pattern.isascii():
        return pattern.replace("`", "'")
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


class _Phrases:
    """Phrases by their first word, which leads to what may follow: a tree of words, made when the first is first met.

    A node is the atom of a phrase that ends there, or what may follow, `_END` leading to such an atom.
    """

    def __init__(self) -> None:
        self._openings: dict[str, _Node | list[_Rest]] = {}

    def add(self, lines: Mapping[str, int]) -> None:
        """Word lines with their atoms."""
        openings = self._openings
        for line, atom in lines.items():
            first, _, rest = line[1:-1].partition(" ")
            known = openings.get(first)
            if isinstance(known, list):
                known.append((rest, atom))
            elif rest or known is not None:
                openings[first] = [(rest, atom)] if known is None else [(_END, known), (rest, atom)]  # type: ignore[list-item]  # there is no tree yet
            else:
                openings[first] = atom

    def atoms_in(self, tokens: Sequence[str]) -> list[int]:
        """In time that grows with the text and the longest phrase, not with the number of phrases."""
        found: list[int] = []
        words = [*tokens, None]  # behind the last, where no phrase goes on
        for place, opening in enumerate(map(self._openings.get, tokens), 1):
            if opening is None:  # mostly
                continue
            node = self._tree(tokens[place - 1], opening) if isinstance(opening, list) else opening
            follow = place
            while node is not None:
                if isinstance(node, int):
                    found.append(node)
                    break
                if _END in node:
                    found.append(node[_END])  # type: ignore[arg-type]  # nothing follows an end
                node = node.get(words[follow])  # type: ignore[arg-type]
                follow += 1
        return found

    def _tree(self, first: str, rests: Sequence[_Rest]) -> "_Node | None":
        tree: dict[str, _Node] = {}
        for rest, atom in rests:
            *between, last = rest.split(" ")
            nodes = tree
            for word in between:
                node = nodes.setdefault(word, {})
                if isinstance(node, int):
                    node = nodes[word] = {_END: node}
                nodes = node
            node = nodes.setdefault(last, atom)
            if not isinstance(node, int):
                node[_END] = atom
        self._openings[first] = tree
        return tree


class _Regexes:
    """Regexes for one form of the text, of which RE2 tries those only whose letters are there."""

    def __init__(self, *, is_folded: bool = False) -> None:
        self._is_folded = is_folded
        self._patterns: list[_Entered] = []
        self._filter = re2.Filter()
        self._ready: list[tuple[re2.Filter, list[int]]] = []
        self._alone: dict[int, re2._Regexp] = {}

    def add(self, pattern: str, atom: int) -> None:
        """Raises re2.error when RE2 refuses the pattern."""
        options = _SMALL_OPTIONS if self._is_folded and _is_small(pattern) else _REGEX_OPTIONS
        self._filter.Add(pattern, options)
        self._patterns.append((pattern, atom, options))

    def ready(self) -> None:
        self._ready = list(_compiled(self._filter, self._patterns)) if self._patterns else []
        self._alone = {
            atom: found.re(index) for found, atoms in self._ready for index, atom in enumerate(atoms)
        }

    def atoms_in(self, text: bytes) -> list[int]:
        return [atoms[index] for found, atoms in self._ready for index in found.Match(text) or ()]

    def has(self, atom: int) -> bool:
        """Whether the pattern is one of these."""
        return atom in self._alone

    def span(self, atom: int, text: str, data: bytes) -> tuple[int, int] | None:
        """Where one of the patterns is first found. On bytes RE2's Python side takes a third of the time."""
        match = self._alone[atom].search(data) if atom in self._alone else None
        if match is None:
            return None
        begin, end = match.span()
        if len(text) == len(data):
            return begin, end
        before = len(data[:begin].decode())
        return before, before + len(data[begin:end].decode())


def _is_small(pattern: str) -> bool:
    """Whether it asks for no capital letter, by which it may mean a small one: a folded text has none."""
    bare = _ESCAPES.sub("", pattern)
    return bare == bare.lower() and "\\" not in bare


def _compiled(found: re2.Filter, patterns: Sequence[_Entered]) -> Iterator[tuple[re2.Filter, list[int]]]:
    """The filter that holds these patterns, or as few others as RE2 finds room for in its memory: each takes several thousand."""
    try:
        found.Compile()
        yield found, [atom for _, atom, _ in patterns]
    except re2.error:
        if len(patterns) == 1:
            raise ConfigError("RE2 has no room for this pattern: simplify it", key="rules") from None
        half = len(patterns) // 2
        for part in (patterns[:half], patterns[half:]):
            smaller = re2.Filter()
            for pattern, _, options in part:
                smaller.Add(pattern, options)
            yield from _compiled(smaller, part)
