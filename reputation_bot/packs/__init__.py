"""What is known about a language, read from its folder of YAML files; "any" holds what is true in every language.

A folder may hold one file of rules for each of STEPS, `lexicon.yaml` (words and their mood),
`frequent.yaml` (words by which the language is told), `canned.yaml` (answers), `function_words.yaml` (words that say nothing alone),
`pack.yaml` (names for the answers) and `weights.yaml` (written by `make fit`). Every file may be missing, and a language without
a folder has an empty pack. Adding a language is adding a folder.

Rules of the files in SIGNALS do not decide: each that holds is a signal, and its weights speak for or against categories. A rule's
weights stand in `weights.yaml` under its file and its name; a rule without a line of its own has those of "*" in its file, first of
its language, then of "any". So a rule may be added without a weight. Its `then.category` says what it is meant for. In
`form.yaml` stand signals that are meant for no category alone (`then: {}`), in `mood.yaml` those that are meant for a polarity
(`then.polarity`). How much signals speak for a polarity stands in `weights.yaml` under "polarity", in the same way. All rules of
`topic.yaml` that hold set a topic, those earlier in the file being weightier; of the rules of `priority.yaml` the first that holds
wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from reputation_bot.model import Category, Polarity
from reputation_bot.packs import compiled
from reputation_bot.rules.schema import Rule
from reputation_bot.settings import AddressForm, Canned

FORM, MOOD = "form", "mood"
SIGNALS = ("spam", "complaint", "suggestion", "question", "praise", FORM, MOOD)
BACKGROUND = "background"  # in weights.yaml: signals from thread and author, not from the text
STEPS = (*SIGNALS, "topic", "priority")
ANY = "any"
OTHERS = "*"  # in weights.yaml: the rules of a file that have no line of their own
START = "start"  # in weights.yaml: the scores before any signal
POLARITY = "polarity"  # in weights.yaml: the same table once more, for polarities
_HERE = Path(__file__).parent
_LISTS = ("negators", "boosters", "dampeners", "contrasts", "negators_after")  # of lexicon.yaml

T = TypeVar("T", Category, Polarity)  # what is weighed
_NOTHING: Mapping[Any, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Names:
    """How answers in one language name things. `nameless` are folded words by which platforms call authors without a name."""

    topics: dict[str, str]
    nameless: frozenset[str]
    address_form: AddressForm = AddressForm.INFORMAL  # usual between a shop and its customers
    privately: str = ""  # such as "in a private message"
    wait: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # by unit: for one, for {number}
    faq: str | Mapping[str, str] = (
        "{answer}"  # what the answer of a FAQ entry is put into, by form of address
    )
    more: str = "{link}"  # what leads to the page of a FAQ entry
    written: str | Mapping[str, str] = ""  # says that a private message has been sent, by form of address

    def around_answer(self, form: AddressForm) -> str:
        """A text with {answer}."""
        return _spoken(self.faq, form)

    def we_have_written(self, form: AddressForm) -> str:
        """In private; part of a sentence."""
        return _spoken(self.written, form)


@dataclass(frozen=True, slots=True)
class LexiconSource:
    """A lexicon as written: words on vaderSentiment's scale of -4 to 4, "*" at the end standing for any ending."""

    words: dict[str, float]
    negators: tuple[str, ...] = ()
    boosters: tuple[str, ...] = ()
    dampeners: tuple[str, ...] = ()
    contrasts: tuple[str, ...] = ()
    negators_after: tuple[str, ...] = ()  # stand after what they negate, as German "nicht" may
    reach: int = 3  # words before a word that may negate or boost it
    reach_after: int = 0  # words after it that may negate it


@dataclass(frozen=True, slots=True)
class Weights(Generic[T]):
    """How much the signals of one language speak for each category or polarity; what it does not name is as in `fallback`."""

    start: Mapping[T, float] | None = None
    signals: Mapping[str, Mapping[str, Mapping[T, float]]] = field(
        default_factory=dict
    )  # by file, then by rule
    fallback: "Weights[T] | None" = None

    def of(self, step: str, name: str) -> Mapping[T, float]:
        """Of one rule of a file; nothing when neither the rule nor its file is known."""
        named = self.find(step, name)
        found = self.find(step, OTHERS) if named is None else named
        return _NOTHING if found is None else found

    def at_start(self) -> Mapping[T, float]:
        """The scores before any signal."""
        if self.start is not None:
            return self.start
        return self.fallback.at_start() if self.fallback else _NOTHING

    def find(self, step: str, name: str) -> Mapping[T, float] | None:
        """The line under this very name, where there is one."""
        own = self.signals.get(step, {}).get(name)
        return self.fallback.find(step, name) if own is None and self.fallback else own


def rules(languages: Sequence[str]) -> list[tuple[str | None, Rule]]:
    """All rules in the order they are asked, each with its language; None: for every language."""
    return [(lang, rule) for _, lang, rule in by_step(languages)]


def by_step(languages: Sequence[str]) -> list[tuple[str, str | None, Rule]]:
    """All rules in the order they are asked, each with the file that it stands in and its language; None: for every language."""
    return [
        (step, None if folder == ANY else folder, rule)
        for step in STEPS
        for folder in (*languages, ANY)
        for rule in _rules(folder, step)
    ]


@lru_cache(maxsize=16)
def weights(lang: str) -> Weights[Category]:
    """As fitted for the language, and what was fitted on all languages for the rest."""
    return weights_from(_weights_source(lang), None if lang == ANY else weights(ANY))


@lru_cache(maxsize=16)
def polarity_weights(lang: str) -> Weights[Polarity]:
    """The same for polarities."""
    source = _weights_source(lang).get(POLARITY, {})
    return _weights(Polarity, source, None if lang == ANY else polarity_weights(ANY))


def weights_from(source: Mapping[str, Any], fallback: Weights[Category] | None = None) -> Weights[Category]:
    """From the content of a weights.yaml."""
    return _weights(Category, {step: named for step, named in source.items() if step != POLARITY}, fallback)


@lru_cache(maxsize=16)
def lexicon(lang: str) -> LexiconSource:
    """Words, emoji and emoticons with their mood."""
    signs, source = _read(ANY, "lexicon") or {}, _read(lang, "lexicon") or {}
    given: dict[str, Any] = {name: source[name] for name in ("reach", "reach_after") if name in source}
    given |= {name: tuple(source.get(name) or ()) for name in _LISTS}
    moods = {word: float(mood) for each in (signs, source) for word, mood in each.get("words", {}).items()}
    return LexiconSource(moods, **given)


@lru_cache(maxsize=16)
def frequent(lang: str) -> tuple[str, ...]:
    """Words by which the language is told; none for a language that can only be told by the model."""
    return tuple((_read(lang, "frequent") or {}).get("words", "").split())


@lru_cache(maxsize=16)
def function_words(lang: str) -> tuple[str, ...]:
    """Folded words that say nothing about what is asked; none for a language without a pack."""
    return tuple((_read(lang, "function_words") or {}).get("words", "").split())


@lru_cache(maxsize=16)
def canned(lang: str, form: AddressForm | None = None) -> tuple[Canned, ...]:
    """The ready answers of one language in this form of address, in order of preference; unless given, in the usual form."""
    form = form or names(lang).address_form
    return tuple(
        Canned.model_validate(entry | {"text": {lang: _spoken(entry["text"], form)}})
        for entry in _read(lang, "canned") or ()
    )


@lru_cache(maxsize=16)
def names(lang: str) -> Names:
    """Empty for a language without a pack."""
    source = _read(lang, "pack") or {}
    return Names(
        source.get("topics") or {},
        frozenset(source.get("nameless") or ()),
        AddressForm(source.get("address_form") or AddressForm.INFORMAL),
        source.get("privately") or "",
        {unit: (one, many) for unit, (one, many) in (source.get("wait") or {}).items()},
        source.get("faq") or "{answer}",
        source.get("more") or "{link}",
        source.get("written") or "",
    )


@lru_cache(maxsize=256)
def _rules(folder: str, step: str) -> tuple[Rule, ...]:
    return tuple(Rule.model_validate(entry) for entry in _read(folder, step) or ())


def _spoken(text: str | Mapping[str, str], form: AddressForm) -> str:
    """A text that addresses nobody is written once."""
    return text if isinstance(text, str) else text[form]


def _weights_source(folder: str) -> Mapping[str, Any]:
    return _read(folder, "weights") or {}


def _weights(kind: type[T], source: Mapping[str, Any], fallback: Weights[T] | None) -> Weights[T]:
    def weighting(numbers: Mapping[str, float]) -> dict[T, float]:
        return {kind(name): float(number) for name, number in numbers.items()}

    start = source.get(START)
    return Weights(
        None if start is None else weighting(start),
        {
            step: {name: weighting(numbers) for name, numbers in named.items()}
            for step, named in source.items()
            if step != START
        },
        fallback,
    )


def _read(folder: str, name: str) -> Any:
    return compiled.read(_HERE / folder / f"{name}.yaml")
