"""Brings all that is looked for in an outgoing text together, and leaves out what the shop itself says to everybody."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from reputation_bot.brand.terms import Line, Span
from reputation_bot.model import Visibility
from reputation_bot.outgoing import form, identifiers, orders, phones, tone
from reputation_bot.outgoing.finding import (
    OF_THE_WHOLE,
    PERSONAL,
    PUBLIC_ONLY,
    Finding,
    FindingKind,
    Place,
)
from reputation_bot.outgoing.lists import Lists
from reputation_bot.outgoing.ordinary import ordinary
from reputation_bot.outgoing.phrases import Phrases
from reputation_bot.outgoing.private_words import PrivateWords, Said
from reputation_bot.outgoing.tongue import differs
from reputation_bot.rules import language
from reputation_bot.settings import Settings
from reputation_bot.text import fold

_WORD = re.compile(r"\w+")
_TELLING = re.compile(r"@|(?:\d\D{0,3}?){7}")  # a text of ours without these names no address and no number
_NEEDS_EVERYTHING = "Grazie Giulia, ti chiamiamo oggi al 02 1234567"
_SAME_NUMBER = 7  # digits at the end that make two ways of writing a number one


class OutgoingCheck:
    """Checks texts by one rules.yaml. What it needs is loaded when it is first needed, so making one costs nothing."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lists: dict[str, Lists] = {}

    def load(self) -> None:
        """Loads what the first check would wait for: 0.2 s, and 10 ms for each language."""
        language.load(self._settings.languages)
        place = Place(Visibility.PUBLIC, self._settings.languages[0], private_texts=("…",))
        for lang in self._settings.languages:
            self.check(_NEEDS_EVERYTHING, lang, place)

    def check(self, text: str, lang: str, place: Place) -> tuple[Finding, ...]:
        """Blocking findings first, then by how grave they are and where they stand; of equal words only the first. Never raises.

        `lang` is the draft's, ISO 639-1. In private, personal data may be said; a card number may not.
        """
        line = Line(text)
        found = [
            *form.length(text, place),
            *self._personal(line, lang, place),
            *form.variables(line),
            *self._of_lists(line, lang, place),
            *form.links(line, place),
            *form.long_sentences(line),
            *differs(line, place.customer_lang, self._settings.languages),
        ]
        allowed = list(self._allowed.spans(line))
        return _ordered([finding for finding in found if not _is_allowed(finding, allowed)])

    def _of_lists(self, line: Line, lang: str, place: Place) -> Iterator[Finding]:
        yield from tone.find(line, self._lists_of(lang), place, self._own_words)
        for span in self._banned.spans(line):
            yield _found(FindingKind.BANNED, line, span)

    def _personal(self, line: Line, lang: str, place: Place) -> Iterator[Finding]:
        found = [_found(kind, line, span) for kind, span in self._identifiers(line, lang)]
        own = [finding.span for finding in found if self._is_own(finding.words)]
        if place.is_public:
            found += [*self._surnames_in(line, place), *self._said_in_private(line, lang, place)]
        for finding in found:
            if (place.is_public or finding.kind not in PUBLIC_ONLY) and not _is_within(finding.span, own):
                yield finding

    def _identifiers(self, line: Line, lang: str) -> Iterator[tuple[FindingKind, Span]]:
        yield from identifiers.find(line)
        for span in orders.find(line, self._settings.outgoing.order_numbers):
            yield FindingKind.ORDER_NUMBER, span
        telephones = list(phones.find(line, lang, self._settings.timezone))
        yield from ((FindingKind.PHONE, span) for span in telephones)
        for span in orders.long_numbers(line):
            if not _is_within(span, telephones):
                yield FindingKind.ORDER_NUMBER, span

    def _surnames_in(self, line: Line, place: Place) -> Iterator[Finding]:
        """With a capital, unless it is the brand's own name or that of the author, whom anybody can see."""
        known = {word for text in place.public_texts for word in _WORD.findall(fold(text))}
        for match in _WORD.finditer(line.text):
            word = fold(match[0])
            if match[0][0].isupper() and word in self._surnames - known:
                yield _found(FindingKind.SURNAME, line, match.span())

    def _said_in_private(self, line: Line, lang: str, place: Place) -> Iterator[Finding]:
        if not place.private_texts:
            return
        publics = (Said(place.public_texts), self._own_said)
        known = ordinary(tuple(self._settings.languages))
        words = PrivateWords(Said(place.private_texts), publics, known)
        for span in words.find(line, lang):
            yield _found(FindingKind.PRIVATE_WORDS, line, span)

    def _is_own(self, words: str) -> bool:
        """Whether the shop itself gives this address or number to everybody, however it is written."""
        key = _key(words)
        return key in self._own_keys or (
            key.isdigit()
            and len(key) >= _SAME_NUMBER
            and any(
                own.isdigit()
                and min(len(own), len(key)) >= _SAME_NUMBER
                and (own.endswith(key) or key.endswith(own))
                for own in self._own_keys
            )
        )

    def _lists_of(self, lang: str) -> Lists:
        if lang not in self._lists:
            self._lists[lang] = Lists(lang, self._settings.outgoing)
        return self._lists[lang]

    @cached_property
    def _allowed(self) -> Phrases:
        return Phrases(self._settings.outgoing.allowed)

    @cached_property
    def _banned(self) -> Phrases:
        return Phrases(self._settings.outgoing.banned)

    @cached_property
    def _own_texts(self) -> tuple[str, ...]:
        """All that rules.yaml says to customers."""
        settings, brand = self._settings, self._settings.brand
        sections = [settings.contacts, settings.canned, settings.faq]
        return tuple(filter(None, [brand.contact, brand.signature, brand.review_link, *_texts(sections)]))

    @cached_property
    def _own_said(self) -> Said:
        names = [operator.name or key for key, operator in self._settings.operators.items()]
        first = [" ".join(name.split()[:-1]) or name for name in names]
        return Said((*self._own_texts, self._settings.brand.name, *first))

    @cached_property
    def _own_keys(self) -> frozenset[str]:
        lines = [Line(text) for text in self._own_texts if _TELLING.search(text)]
        return frozenset(
            _key(line.text[slice(*span)])
            for line in lines
            for _, span in self._identifiers(line, self._settings.languages[0])
        )

    @cached_property
    def _own_words(self) -> frozenset[str]:
        brand = self._settings.brand
        return frozenset(_WORD.findall(fold(f"{brand.name} {brand.signature or ''}")))

    @cached_property
    def _surnames(self) -> frozenset[str]:
        names = [(operator.name or "").split() for operator in self._settings.operators.values()]
        last = [name[-1] for name in names if len(name) > 1]
        return frozenset(map(fold, (*last, *self._settings.outgoing.surnames))) - self._own_words


def _ordered(found: list[Finding]) -> tuple[Finding, ...]:
    """Without what says the same again: equal words, and personal data inside what is reported already."""
    found.sort(key=lambda finding: (finding.kind.rank, finding.span))
    kept: dict[tuple[FindingKind, str], Finding] = {}
    for finding in found:
        if not any(_says_already(other, finding) for other in kept.values()):
            kept.setdefault((finding.kind, fold(finding.words)), finding)
    return tuple(kept.values())


def _says_already(other: Finding, finding: Finding) -> bool:
    if finding.kind is FindingKind.SHOUTING:  # what has to go anyway may be as loud as it likes
        return other.blocking and other.span[0] < finding.span[1] and finding.span[0] < other.span[1]
    return _is_within(finding.span, [other.span]) and other.kind in PERSONAL and finding.kind in PERSONAL


def _is_allowed(finding: Finding, allowed: list[Span]) -> bool:
    return finding.kind not in OF_THE_WHOLE and _is_within(finding.span, allowed)


def _is_within(span: Span, others: list[Span]) -> bool:
    return any(begin <= span[0] and span[1] <= end for begin, end in others)


def _found(kind: FindingKind, line: Line, span: Span) -> Finding:
    return Finding(kind, line.text[slice(*span)], span)


def _key(words: str) -> str:
    return "".join(filter(str.isalnum, fold(words)))


def _texts(value: Any) -> Iterator[str]:
    """Every text inside a part of the settings, whatever its shape."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
    elif hasattr(value, "model_dump"):
        yield from _texts(value.model_dump())
