"""Ranks FAQ entries for a question by BM25 and keeps only those that share enough of it; filling their answers in is for others.

Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), over each entry's question and variants
as one document for each language. How good it is: `python -m bench.faq`.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from reputation_bot.faq.terms import Term, terms
from reputation_bot.settings import FaqEntry

MAX_HITS = 3
ENOUGH = 0.55  # of the asked and of a wording must be the same; `python -m bench.faq` shows what other values would do
_K1, _B = 1.2, 0.5  # how soon repetition stops counting, how much length is held against an entry
_BEGINNING = 0.5  # what the first letters of a word count beside its stem
_BACKGROUND = (
    50  # texts that one may think of beside the shop's own: a FAQ of three entries says little about rarity
)
_LOOKED_AT = 10  # entries of the ranking whose likeness is worked out
_SAME_TOPIC, _OTHER_TOPIC = 1.15, 0.8
_QUESTION = re.compile(r"[^.!?…\n]+\?")
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]?")
_MAX_SENTENCES = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that answers. `likeness` is from `enough` up, about 1 for the same words; `lang` is that of `answer`."""

    entry: FaqEntry
    lang: str
    likeness: float

    @property
    def answer(self) -> str:
        """As written, variables not filled in."""
        return self.entry.answer[self.lang]


class FaqSearch:
    """The entries in all languages; a language is indexed at the first question in it."""

    def __init__(
        self, entries: Sequence[FaqEntry], languages: Sequence[str], *, enough: float = ENOUGH
    ) -> None:
        self._entries, self._languages, self._enough = tuple(entries), tuple(languages), enough
        self._indexes: dict[str, _Index] = {}

    def best(self, text: str, lang: str, topics: Sequence[str] = ()) -> tuple[Hit, ...]:
        """The first by BM25 at most MAX_HITS, of those that are alike enough; none when nothing is.

        An entry without an answer in this language is answered in the first of the shop's that it has.
        """
        if lang not in self._indexes:
            self._indexes[lang] = _Index(self._entries, lang)
        found: dict[int, tuple[float, float]] = {}  # score and likeness
        for asked in _asked(text):
            for number, score, likeness in self._indexes[lang].like(terms(asked, lang)):
                fit = _fit(self._entries[number], topics)
                if likeness * fit >= self._enough:
                    before = found.get(number, (0.0, 0.0))
                    found[number] = (max(before[0], score * fit), max(before[1], likeness))
        ranked = sorted(found, key=lambda number: (-found[number][0], number))
        return tuple(self._hit(number, lang, found[number][1]) for number in ranked[:MAX_HITS])

    def _hit(self, number: int, lang: str, likeness: float) -> Hit:
        entry = self._entries[number]
        spoken = (lang, *self._languages, *entry.answer)
        return Hit(entry, next(one for one in spoken if one in entry.answer), likeness)


class _Index:
    """One language."""

    def __init__(self, entries: Sequence[FaqEntry], lang: str) -> None:
        self._wordings = [[terms(text, lang) for text in _wordings(entry, lang)] for entry in entries]
        self._size = _BACKGROUND + len(entries)

    def like(self, asked: Sequence[Term]) -> Iterator[tuple[int, float, float]]:
        """For the entries that come first by BM25: number, score as a share of what could be reached, likeness."""
        scores: dict[int, float] = defaultdict(float)
        reachable = 0.0
        for key in sorted({key for term in asked for key in _keys(term)}):
            reachable += self._worth(key) * (_K1 + 1)
            for number, weight in self._weights.get(key, ()):
                scores[number] += weight
        for number in sorted(scores, key=lambda one: (-scores[one], one))[:_LOOKED_AT]:
            yield number, scores[number] / reachable, self._likeness(asked, self._wordings[number])

    def _likeness(self, asked: Sequence[Term], wordings: Sequence[Sequence[Term]]) -> float:
        """The harmonic mean of how much of the asked is in the wordings, and of one wording in the asked."""
        here = self._covered(asked, [term for wording in wordings for term in wording])
        there = max(self._covered(wording, asked) for wording in wordings)
        return 2 * here * there / (here + there) if here and there else 0.0

    def _covered(self, these: Sequence[Term], those: Sequence[Term]) -> float:
        stems, beginnings = {stem for stem, _ in those}, {beginning for _, beginning in those}
        total = covered = 0.0
        for stem, beginning in dict.fromkeys(these):
            worth = self._worth(stem)
            total += worth
            covered += worth * (1.0 if stem in stems else _BEGINNING if beginning in beginnings else 0.0)
        return covered / total if total else 0.0

    def _worth(self, key: str) -> float:
        """Rare words are worth more; one that no entry has, as much as one that a single entry has."""
        rarity = _rarity(max(self._spread[key], 1), self._size)
        return rarity * _BEGINNING if key.startswith("^") else rarity

    @cached_property
    def _counts(self) -> list[Counter[str]]:
        return [
            Counter(key for wording in one for term in wording for key in _keys(term))
            for one in self._wordings
        ]

    @cached_property
    def _spread(self) -> Counter[str]:
        """In how many entries each key is."""
        return Counter(key for counts in self._counts for key in counts)

    @cached_property
    def _weights(self) -> dict[str, list[tuple[int, float]]]:
        """What each key adds to the score of the entries that have it."""
        lengths = [max(counts.total(), 1) for counts in self._counts]
        mean = sum(lengths) / max(len(lengths), 1)
        weights: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, counts in enumerate(self._counts):
            damping = _K1 * (1 - _B + _B * lengths[number] / mean)
            for key, count in counts.items():
                weights[key].append((number, self._worth(key) * count * (_K1 + 1) / (count + damping)))
        return weights


def _rarity(entries: int, size: int) -> float:
    return math.log(1 + (size - entries + 0.5) / (entries + 0.5))


def _keys(term: Term) -> tuple[str, str]:
    stem, beginning = term
    return stem, f"^{beginning}"  # no stem begins with this sign


def _wordings(entry: FaqEntry, lang: str) -> list[str]:
    """How the question is asked in this language; where nobody wrote that down, the answer has its words."""
    asked = [*filter(None, [entry.question.get(lang)]), *entry.variants.get(lang, ())]
    return asked or [*filter(None, [entry.answer.get(lang)])]


def _asked(text: str) -> list[str]:
    """The sentences to look for: those with a question mark, or all, and then the whole as well."""
    questions = _QUESTION.findall(text)
    sentences = questions or _SENTENCE.findall(text)
    return [*sentences[:_MAX_SENTENCES], *([text] if len(sentences) != 1 else [])]


def _fit(entry: FaqEntry, topics: Sequence[str]) -> float:
    if entry.topic is None or not topics:
        return 1.0
    return _SAME_TOPIC if entry.topic in topics else _OTHER_TOPIC
