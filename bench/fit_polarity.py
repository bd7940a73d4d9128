"""Fits how much each signal speaks for a polarity; writing it down, and what is fitted for categories, is `fit`'s job.

First one set of weights for all languages, then for each language what differs from it. Rules of a language share one line for their
file, except those of `mood.yaml` and `form.yaml`. Each label of a data set counts the same: how common a mood is differs from one
collection to the next. Stars are not fitted, for the same reasons as in `fit`.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bench import accuracy, labelled
from bench.descent import Group, by_share, descend
from bench.weights_file import START, Feature, source
from reputation_bot import packs
from reputation_bot.model import Polarity
from reputation_bot.rules.evidence import Signal, polarity

LIMIT, STEP = 4.0, 0.25  # weights go from -LIMIT to LIMIT in steps
DATA = {  # all that may be used for tuning, and how much each counts
    "umsab_it": 1.0,
    "umsab_en": 1.0,
    "umsab_es": 1.0,
    "umsab_fr": 1.0,
    "umsab_de": 1.0,
    "sentipolc16": 0.25,
    "vader_tweets": 0.25,
    "goemotions": 0.25,
    "airline": 0.25,
}
_NEG, _NEU, _POS = ORDER = tuple(Polarity)
FIXED = {
    ("complaint", "1 ★"): {_NEG: 3.0},
    ("complaint", "2 ★"): {_NEG: 2.0},
    ("form", "3 ★"): {},
    ("praise", "4 ★"): {_POS: 2.0},
    ("praise", "5 ★"): {_POS: 3.0},
}
ROUNDS = 80
_SET_WEIGHT = 1000.0
_EXAMPLE_WEIGHT = 2.0  # of each example in mood.yaml
_URGED, _TURNS = 4.0, 4  # times so much in each turn in which it fails
_WORTH_A_LINE = 0.5  # how far from what all languages share
_SMALLEST = 0.5  # of what a rule says besides what it is meant for
_LEAST_MOOD = 1.0  # what a rule of mood.yaml says for its own polarity
_PRIOR: dict[Feature, dict[Polarity, float]] = {  # before any text is seen
    START: {_NEU: 0.75},
    ("complaint", packs.OTHERS): {_NEG: 0.5},
    ("complaint", "negative mood"): {},
    ("complaint", "bad mood"): {},
    ("complaint", "very bad mood"): {},
    (packs.MOOD, "negative words"): {_NEG: 1.0},
    (packs.MOOD, "bad words"): {_NEG: 0.5},
    (packs.MOOD, "very bad words"): {_NEG: 0.5},
    ("complaint", "😡 👎"): {_NEG: 1.0},
    ("praise", packs.OTHERS): {_POS: 0.5},
    ("praise", "positive mood"): {},
    ("praise", "good mood"): {},
    ("praise", "very good mood"): {},
    (packs.MOOD, "positive words"): {_POS: 1.0},
    (packs.MOOD, "good words"): {_POS: 0.5},
    (packs.MOOD, "very good words"): {_POS: 0.5},
    ("praise", "❤️ 😍 👏"): {_POS: 1.0},
}
_MOODLESS = ("spam",)  # files whose rules say nothing of how people feel
_NAMED = (packs.MOOD, packs.FORM)  # files whose rules do not share a line
_MEANT = {"complaint": _NEG, "praise": _POS}  # what a rule of a file may speak for, at least 0

Numbers = dict[Feature, dict[Polarity, float]]


@dataclass(frozen=True, slots=True)
class Sample:
    """One text: the language it was read in, what holds for it, and how people felt it."""

    lang: str
    signals: tuple[Feature, ...]
    right: Polarity
    origin: str  # data set, or "pack" and the language

    @property
    def is_example(self) -> bool:
        """Of a rule in a pack."""
        return self.origin.startswith("pack ")


def fit(known: Sequence[Sample]) -> dict[str, Numbers]:
    """Weights by folder: those for all languages, and those of each language that differ from them."""
    shared = _fitted(known, {})
    found = {packs.ANY: {feature: shared[feature] for feature in shared if _is_shared(feature)}}
    for lang in accuracy.LANGUAGES:
        own = [sample for sample in known if sample.lang == lang]
        fitted = _fitted(own, shared) if any(not sample.is_example for sample in own) else shared
        found[lang] = {
            feature: numbers
            for feature, numbers in fitted.items()
            if feature not in FIXED and _worth_a_line(feature, numbers, shared)
        }
        for sample in own:
            _keep(sample, found)
    return found


def numbers_for(sample: Sample, found: Mapping[str, Numbers]) -> Numbers:
    """The weights of all that holds for one text, wherever they stand."""
    shared, own = found[packs.ANY], found.get(sample.lang, {})
    return {feature: own.get(feature, shared.get(feature, {})) for feature in (START, *sample.signals)}


def as_source(numbers: Numbers) -> dict[str, dict[str, Any]]:
    """As it stands in weights.yaml under "polarity"."""
    return source(numbers, ORDER)


def samples(without: Iterable[str] = ()) -> list[Sample]:
    """Of the tuning half of the data sets that are not left out, and of the examples in the packs' mood.yaml."""
    data = (name for name in DATA if name not in set(without))
    return [*(sample for name in data for sample in _of_data(name)), *_of_packs()]


def failing(known: Iterable[Sample], numbers: Numbers) -> list[Sample]:
    """The examples of the packs that would not get the polarity that their rule is meant for."""
    return [sample for sample in known if sample.is_example and _found(sample, numbers) is not sample.right]


def _keep(sample: Sample, found: dict[str, Numbers]) -> None:
    """An example of a pack is a promise: the rule that it stands under is raised until it holds."""
    for feature in sample.signals:
        if feature[0] != packs.MOOD or _meant(feature) is not sample.right:
            continue
        own = found[packs.ANY if _is_shared(feature) else sample.lang]
        while failing([sample], numbers_for(sample, found)) and own[feature][sample.right] < LIMIT:
            own[feature] = own[feature] | {sample.right: own[feature][sample.right] + STEP}


@lru_cache(maxsize=16)
def _of_data(name: str) -> tuple[Sample, ...]:
    labels = {"neg": _NEG, "neu": _NEU, "pos": _POS}
    return tuple(
        _sample(row, labels[row["polarity"]], name)
        for row in labelled.rows(name)
        if labelled.is_for_tuning(row["text"]) and row.get("polarity")
    )


@lru_cache(maxsize=1)
def _of_packs() -> tuple[Sample, ...]:
    return tuple(
        _sample({"text": text, "lang": lang or "en", "stars": None}, rule.then.polarity, f"pack {lang}")
        for _, lang, rule in packs.by_step(accuracy.LANGUAGES)
        if rule.then.polarity
        for text in rule.examples
    )


def _sample(row: labelled.Row, right: Polarity, origin: str) -> Sample:
    is_example = origin.startswith("pack")
    lang, signals = accuracy.classifier().signals(accuracy.as_mention(row, with_lang=is_example))
    return Sample(lang, tuple(_feature(one) for one in signals if one[0] not in _MOODLESS), right, origin)


def _feature(signal: Feature) -> Feature:
    step, _ = signal
    is_named = step in _NAMED or signal in _in_every_language()
    return signal if is_named else (step, packs.OTHERS)


@lru_cache(maxsize=1)
def _in_every_language() -> frozenset[Feature]:
    return frozenset((step, rule.name) for step, lang, rule in packs.by_step([]) if lang is None)


@lru_cache(maxsize=8)
def _moods_of(lang: str) -> Mapping[Feature, Polarity]:
    return {
        (step, rule.name): rule.then.polarity
        for step, folder, rule in packs.by_step([] if lang == packs.ANY else [lang])
        if rule.then.polarity and (folder or packs.ANY) == lang
    }


def _is_shared(feature: Feature) -> bool:
    return feature[0] not in _NAMED or feature in _in_every_language()


def _meant(feature: Feature) -> Polarity | None:
    for lang in (packs.ANY, *accuracy.LANGUAGES):
        if feature in _moods_of(lang):
            return _moods_of(lang)[feature]
    return _MEANT.get(feature[0])


def _fitted(known: Sequence[Sample], shared: Numbers) -> Numbers:
    """Rounded. Examples of the packs that fail are urged, for they are promises."""
    features = sorted({START, *FIXED, *(feature for sample in known for feature in sample.signals)})
    place = {feature: number for number, feature in enumerate(features)}
    before = _PRIOR | shared | FIXED
    centre = [[_before(feature, before).get(one, 0.0) for one in ORDER] for feature in features]
    bounds = [_bounds(feature, row) for feature, row in zip(features, centre, strict=True)]
    weights, urged = centre, dict.fromkeys((sample for sample in known if sample.is_example), 1.0)
    numbers: Numbers = {}
    for turn in range(_TURNS):
        weights = descend(
            _groups(known, place, urged), weights, centre, bounds, ROUNDS // (1 + turn), by_share
        )
        numbers = {feature: _rounded(feature, weights[place[feature]]) for feature in features}
        for sample in failing(urged, numbers):
            urged[sample] *= _URGED
    return numbers


def _before(feature: Feature, known: Numbers) -> dict[Polarity, float]:
    meant = _meant(feature)
    if feature in known or feature[0] != packs.MOOD or meant is None:
        return known.get(feature, {})
    return {meant: 1.0}


def _bounds(feature: Feature, centre: Sequence[float]) -> list[tuple[float, float]]:
    """What is meant for a polarity speaks for it; what is meant for none may speak for each."""
    if feature in FIXED:
        return [(weight, weight) for weight in centre]
    if feature == START:
        return [(STEP, LIMIT) if one is _NEU else (0.0, 0.0) for one in ORDER]  # no sign, no mood
    meant = _meant(feature)
    if meant is None:
        return [(-LIMIT, LIMIT)] * len(ORDER)
    least = _LEAST_MOOD if feature[0] == packs.MOOD and feature not in _in_every_language() else 0.0
    return [(least, LIMIT) if one is meant else (0.0, 0.0) for one in ORDER]


def _rounded(feature: Feature, weights: Sequence[float]) -> dict[Polarity, float]:
    meant = _meant(feature)
    found = {one: STEP * math.floor(weight / STEP + 0.5) for one, weight in zip(ORDER, weights, strict=True)}
    return {
        one: weight
        for one, weight in found.items()
        if feature == START or abs(weight) >= (STEP if one is meant else _SMALLEST)
    }


def _worth_a_line(feature: Feature, numbers: Mapping[Polarity, float], shared: Numbers) -> bool:
    if not _is_shared(feature):
        return bool(numbers)
    before = shared.get(feature, {})
    return any(abs(numbers.get(one, 0.0) - before.get(one, 0.0)) >= _WORTH_A_LINE for one in ORDER)


def _found(sample: Sample, numbers: Numbers) -> Polarity:
    signals = [Signal(name, numbers.get((step, name), {})) for step, name in sample.signals]
    return polarity(Signal(START[1], numbers[START]), signals)


def _groups(
    known: Sequence[Sample], place: Mapping[Feature, int], urged: Mapping[Sample, float]
) -> list[Group]:
    sizes = Counter((sample.origin, sample.right) for sample in known)
    counted: dict[tuple[tuple[int, ...], Polarity], float] = defaultdict(float)
    for sample in known:
        share = _SET_WEIGHT * DATA.get(sample.origin, 0.0) / len(ORDER) / sizes[sample.origin, sample.right]
        amount = _EXAMPLE_WEIGHT * urged[sample] if sample.is_example else share
        signals = tuple(sorted(place[feature] for feature in (START, *sample.signals)))
        counted[signals, sample.right] += amount
    return [
        (signals, (ORDER.index(right),), tuple(n for n, one in enumerate(ORDER) if one is not right), amount)
        for (signals, right), amount in sorted(counted.items())
    ]
