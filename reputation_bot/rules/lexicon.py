"""A pack's lexicon split for look-up: what a word, or a phrase that begins with it, does to the mood of a text; `sentiment` adds up."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from reputation_bot import packs
from reputation_bot.rules.patterns import phrase_lines
from reputation_bot.rules.valence import BOOST

_MIN_STEM = 3
_MAX_KINDS = 20_000  # of words remembered; no honest stream of mentions holds more
_STRETCHED = re.compile(r"(\w)\1{2,}")  # "bellooo": hardly a word has a letter three times on end


@dataclass(frozen=True, slots=True)
class Entry:
    """What a word or a phrase does."""

    mood: float = 0.0
    boost: float = 0.0
    negates: bool = False
    negates_before: bool = False  # the words before it, as German "nicht" may
    contrasts: bool = False
    lengths: tuple[int, ...] = ()  # of the phrases that begin with the word, in words, longest first
    seconds: frozenset[str] = frozenset()  # words of which one must follow for such a phrase


NOTHING = Entry()


class Lexicon(dict[str, Entry | None]):
    """By token of a word line; None for a word that does nothing. `phrases` are those of several words."""

    def __init__(self, source: packs.LexiconSource) -> None:
        super().__init__()
        self.reach, self.reach_after = source.reach, source.reach_after
        self._stems: dict[str, Entry] = {}
        self.phrases: dict[tuple[str, ...], Entry] = {}
        self._enter_moods(source.words)
        self._enter_each(source.boosters, mood=0.0, boost=BOOST)
        self._enter_each(source.dampeners, mood=0.0, boost=-BOOST)
        self._enter_each(source.contrasts, contrasts=True)
        self._enter_each(source.negators, negates=True)
        self._enter_each(source.negators_after, negates_before=True)
        self._longest = max(map(len, self._stems), default=0)
        self._tell_lengths()

    def __missing__(self, token: str) -> Entry | None:
        """By the longest beginning that is known; else as if letters were not stretched."""
        entry = self._by_stem(token) or self._relaxed(token)
        if len(self) < _MAX_KINDS and not token.isdecimal():  # hardly an order number is met twice
            self[token] = entry
        return entry

    def _enter_moods(self, moods: Mapping[str, float]) -> None:
        entries = {mood: Entry(mood=float(mood)) for mood in set(moods.values())}
        each = map(tuple, map(str.split, phrase_lines(list(moods))))  # "*" only separates words
        for (line, mood), tokens in zip(moods.items(), each, strict=True):
            if len(tokens) > 1:
                self.phrases[tokens] = entries[mood]
            elif line.endswith("*"):
                self._stems[tokens[0]] = entries[mood]
            else:
                self[tokens[0]] = entries[mood]

    def _enter_each(self, lines: Iterable[str], **does: float | bool) -> None:
        """Adds to what is known of each line."""
        for tokens in map(tuple, map(str.split, phrase_lines(list(lines)))):
            if len(tokens) > 1:
                self.phrases[tokens] = replace(self.phrases.get(tokens, NOTHING), **does)  # type: ignore[arg-type]
            else:
                self[tokens[0]] = replace(self.get(tokens[0]) or NOTHING, **does)  # type: ignore[arg-type]

    def _tell_lengths(self) -> None:
        """To each word that begins phrases, so that only those are looked for."""
        begun: dict[str, list[tuple[str, ...]]] = {}
        for words in self.phrases:
            begun.setdefault(words[0], []).append(words)
        for first, phrases in begun.items():
            lengths = tuple(sorted(set(map(len, phrases)), reverse=True))
            seconds = frozenset([words[1] for words in phrases])
            self[first] = replace(self[first] or NOTHING, lengths=lengths, seconds=seconds)

    def _by_stem(self, token: str) -> Entry | None:
        lengths = range(min(len(token), self._longest), _MIN_STEM - 1, -1)
        return next((entry for length in lengths if (entry := self._stems.get(token[:length]))), None)

    def _relaxed(self, token: str) -> Entry | None:
        for letters in (r"\1\1", r"\1"):
            relaxed = _STRETCHED.sub(letters, token)
            if relaxed != token and (entry := self.get(relaxed) or self._by_stem(relaxed)):
                return entry
        return None


@lru_cache(maxsize=16)
def lexicon(lang: str) -> Lexicon:
    """The words of a language and the signs of all."""
    return Lexicon(packs.lexicon(lang))
