"""How a text sounds: harsh, sarcastic, loud, cold, in office language, admitting or promising too much; all of it only a warning."""

import re
from collections.abc import Iterator, Sequence

from reputation_bot.brand.terms import Line
from reputation_bot.outgoing.finding import Finding, FindingKind, Place
from reputation_bot.outgoing.lists import Lists
from reputation_bot.text import fold

_EXCLAIMED = re.compile(r"[!?]{3,}|!(?:\s?!){2,}")
_WORD = re.compile(r"\w+")
_JOINING = re.compile(r"[\s'’,-]{1,3}")
_BEFORE = re.compile(r"[\w' ]*$")  # the words before, up to any sign
_REACH = 3  # words before an admission or a promise that may turn it round
_LOUD_WORD = 6  # letters from which one word in capitals is loud; shorter ones are acronyms
_LOUD_WORDS = 8  # letters of several
_ACRONYM = 4


def find(line: Line, lists: Lists, place: Place, own_words: frozenset[str]) -> Iterator[Finding]:
    """`own_words` are folded words that may stand in capitals."""
    for kind, phrases in ((FindingKind.HARSH, lists.harsh), (FindingKind.SARCASM, lists.sarcasm)):
        yield from (Finding(kind, line.text[slice(*span)], span) for span in phrases.spans(line))
    yield from _jargon(line, lists)
    yield from _committing(line, lists)
    yield from _shouting(line, own_words)
    yield from _cold(line, lists, place)


def _jargon(line: Line, lists: Lists) -> Iterator[Finding]:
    for span in lists.jargon.spans(line):
        words = line.text[slice(*span)]
        yield Finding(FindingKind.JARGON, words, span, wanted=lists.plain_words[lists.jargon.which(words)])


def _committing(line: Line, lists: Lists) -> Iterator[Finding]:
    """«Non possiamo garantire» commits to nothing."""
    for kind, phrases in (
        (FindingKind.ADMISSION, lists.admissions),
        (FindingKind.PROMISE, lists.promises),
    ):
        for span in phrases.spans(line):
            before = _BEFORE.search(fold(line.text[max(span[0] - 60, 0) : span[0]]))
            words = before[0].replace("'", " ").split()[-_REACH:] if before else []
            if lists.negators.isdisjoint(words):
                yield Finding(kind, line.text[slice(*span)], span)


def _shouting(line: Line, own_words: frozenset[str]) -> Iterator[Finding]:
    spans = [match.span() for match in _EXCLAIMED.finditer(line.text)]
    spans += [
        (run[0].start(), run[-1].end()) for run in _runs_in_capitals(line.text) if _is_loud(run, own_words)
    ]
    yield from (Finding(FindingKind.SHOUTING, line.text[slice(*span)], span) for span in spans)


def _runs_in_capitals(text: str) -> Iterator[list["re.Match[str]"]]:
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        follows = not run or _JOINING.fullmatch(text, run[-1].end(), word.start())
        if run and not (_is_in_capitals(word[0]) and follows):
            yield run
            run = []
        if _is_in_capitals(word[0]):
            run.append(word)
    if run:
        yield run


def _is_in_capitals(word: str) -> bool:
    return word.isupper() and word.isalpha()  # with a digit in it, it is a code


def _is_loud(run: Sequence["re.Match[str]"], own_words: frozenset[str]) -> bool:
    words = [word[0] for word in run if fold(word[0]) not in own_words]
    if len(words) == 1:
        return len(words[0]) >= _LOUD_WORD
    longest = max(map(len, words), default=0)
    return sum(map(len, words)) >= _LOUD_WORDS and (longest > _ACRONYM or len(words) > 2)  # noqa: PLR2004  # of a pair both may be acronyms


def _cold(line: Line, lists: Lists, place: Place) -> Iterator[Finding]:
    """In a private talk that is under way nobody greets with every message."""
    under_way = not place.is_public and bool(place.private_texts)
    is_warm = under_way or not lists.has_courtesies or any(True for _ in lists.courtesies.spans(line))
    if not is_warm and _WORD.search(line.text):
        yield Finding(FindingKind.COLD, "", (0, 0))
