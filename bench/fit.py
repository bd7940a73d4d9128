"""Fits the packs' weights on the tuning half of the labelled texts and on the packs' own examples: `make fit`.

First one set of weights for all languages (packs/any), where all rules of a file that belong to one language share a line; then,
for each language with enough labelled texts, its own rules and whatever differs. The model is the one that `rules.evidence`
describes: scores add up and the highest wins. A text labelled "no complaint" asks only that some other category wins. Each data
set counts the same. Stars are not fitted: in the data they are the label itself, and in life a review
with five stars may tell of a broken vase. Nor is the start: how common a category is differs from one collection to the next. Nor
is the background: no collection tells it. What signals say of the polarity is `fit_polarity`'s job.

Deterministic: the same texts and packs give the same bytes. No text and no word of one is kept, only bounded numbers.
"""

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench import accuracy, fit_polarity, labelled
from bench.descent import Group, by_share, descend
from bench.labelled import Row
from bench.weights_file import START, Feature, source, text
from reputation_bot import packs
from reputation_bot.model import Category
from reputation_bot.rules import background
from reputation_bot.rules.engine import Classifier
from reputation_bot.rules.evidence import TIE_ORDER

LIMIT, STEP = 6.0, 0.25  # weights go from -LIMIT to LIMIT in steps
DATA = (  # all that may be used for tuning; the rest of the folder is for measuring only
    "airline",
    "amazon_it_leoco",
    "complaints_acl19",
    "ijcnlp17_en",
    "ijcnlp17_es",
    "ijcnlp17_fr",
    "ilisten_it",
    "nps_chat",
    "qa4faq_it",
    "suggestion_semeval19",
    "youtube_spam",
)
FIXED = {
    START: {Category.OTHER: 1.0},
    ("complaint", "1 ★"): {Category.COMPLAINT: 4.0},
    ("complaint", "2 ★"): {Category.COMPLAINT: 3.0},
    ("form", "3 ★"): {Category.COMPLAINT: 0.75, Category.PRAISE: 0.5},
    # no text of the collections closes a talk
    ("form", "courtesy"): {Category.OTHER: 2.0, Category.PRAISE: -5.0, Category.COMPLAINT: -3.0},
    ("praise", "4 ★"): {Category.PRAISE: 3.0, Category.COMPLAINT: -0.5},
    ("praise", "5 ★"): {Category.PRAISE: 3.5, Category.COMPLAINT: -1.0},
    (packs.BACKGROUND, background.FOLLOW_UP): {Category.OTHER: 0.5, Category.PRAISE: 0.25},
    (packs.BACKGROUND, background.COMPLAINED): {Category.COMPLAINT: 0.5},
    (packs.BACKGROUND, background.PRAISED): {Category.PRAISE: 0.5},
}
ROUNDS = 80
_SET_WEIGHT = 1500.0  # of each data set as a whole
_EXAMPLE_WEIGHT = 2.0  # of each example in the packs
_URGED, _TURNS = 4.0, 4  # times so much in each turn in which it fails
_EVEN = 0.7  # 0: each label of a data set counts the same; 1: each text does
_SMALLEST_CROSS = 0.5
_LESS = {"qa4faq_it": 0.2}  # only questions: it cannot tell how much is too much
_ASKING = 1.5  # how much more a complaint that holds "?" counts: it must not be filed as a question
_ALONE = FIXED[START][Category.OTHER] + STEP  # what lifts a category above "other"
# most that one step of mood says: more would drown what the words tell, in texts that are no reviews
_MOOD = 2.5
_LEAST = {
    ("complaint", "negative mood"): 1.0
}  # as much as "other": a complaint missed is worse than one too many
_FACT = 2.5  # most that a complaint rule says which has no weight of its own: one fact alone does not outweigh four stars
_PLAIN = 3.5  # who says what should be better, or advertises, says so plainly: more than the mood and length of the text do
_FORM_ALONE = (
    FIXED[START][Category.OTHER] - STEP
)  # a "!" or a length of its own lifts nothing to the height of "other"
_MARK = 0.75  # of "?" and of "?" at the end: both together make a question where nothing else is known
_FREE = (-LIMIT, LIMIT)
_HINTS = {  # categories other than its own for or against which a rule of a file may speak, and how much
    # an advert is full of good words and asks what needs no answer
    "spam": {Category.PRAISE: (-LIMIT, -1.0), Category.QUESTION: (-LIMIT, -1.0)},
    "complaint": {Category.QUESTION: _FREE},
    # who asks may be complaining; gentle words in what he asks praise nothing
    "question": {Category.COMPLAINT: (-LIMIT, 0.5), Category.PRAISE: (-LIMIT, 0.0)},
    # suggestions and spam come from one collection each, whose forms are true of no other
    packs.FORM: {Category.COMPLAINT: _FREE, Category.QUESTION: _FREE, Category.PRAISE: _FREE},
}
# the one form that may hint at spam, though less than would make it spam; it praises nothing
_FISHY = ("form", "link")
_FISHY_HINTS = {Category.SPAM: (0.0, FIXED[START][Category.OTHER] - STEP), Category.PRAISE: (-LIMIT, 0.0)}
_WORTH_A_LINE = 0.75  # how far from what all languages share
_ENOUGH = 150  # labelled texts before a language has weights of its own
_PRIOR = {  # what the weights are before any text is seen, and stay where no text speaks against it
    ("spam", packs.OTHERS): {Category.SPAM: 4.5},
    ("spam", "chat link"): {Category.SPAM: 3.0},
    ("spam", "crypto, casino"): {Category.SPAM: 3.5},
    ("complaint", packs.OTHERS): {Category.COMPLAINT: 2.0},
    ("complaint", "negative mood"): {Category.COMPLAINT: 1.0},
    ("complaint", "bad mood"): {Category.COMPLAINT: 0.75},
    ("complaint", "very bad mood"): {Category.COMPLAINT: 0.5},
    ("complaint", "😡 👎"): {Category.COMPLAINT: 1.5},
    ("suggestion", packs.OTHERS): {Category.SUGGESTION: 4.0},
    ("question", packs.OTHERS): {Category.QUESTION: 2.0},
    ("question", "?"): {Category.QUESTION: 0.75},
    ("question", "? at the end"): {Category.QUESTION: 0.75},
    ("praise", packs.OTHERS): {Category.PRAISE: 1.75},
    ("praise", "positive mood"): {Category.PRAISE: 0.5},
    ("praise", "good mood"): {Category.PRAISE: 0.75},
    ("praise", "very good mood"): {Category.PRAISE: 0.5},
    ("praise", "❤️ 😍 👏"): {Category.PRAISE: 1.5},
}
Numbers = dict[Feature, dict[Category, float]]


@dataclass(frozen=True, slots=True)
class Sample:
    """One text: the language it was read in, what holds for it, and the categories that would be right."""

    lang: str
    signals: tuple[Feature, ...]
    right: frozenset[Category]
    origin: str  # data set and label, within which samples count the same

    @property
    def is_example(self) -> bool:
        """Of a rule in a pack."""
        return self.origin.startswith("pack ")


def main() -> int:
    """Writes weights.yaml of every pack that has any."""
    if not labelled.is_there():
        sys.stderr.write(f"no labelled texts in {labelled.FOLDER}: the weights stay as they are\n")
        return 1
    known = samples()
    found, moods = fit(known), fit_polarity.fit(fit_polarity.samples())
    for folder, polarities in moods.items():
        numbers = found.get(folder, {})
        path = Path(packs.__file__).parent / folder / "weights.yaml"
        path.write_text(text(as_source(numbers), fit_polarity.as_source(polarities)), encoding="utf-8")
        sys.stdout.write(
            f"{path}: {sum(map(len, numbers.values())) + sum(map(len, polarities.values()))} weights\n"
        )
    for sample in known:
        if failing([sample], numbers_for(sample, found)):
            sys.stdout.write(f"fails: an example of {sample.origin}, for which hold {sample.signals}\n")
    return 0


def fit(known: Sequence[Sample]) -> dict[str, Numbers]:
    """Weights by folder: those for all languages, and those of each language that differ from them."""
    shared = _fitted([_shared(sample) for sample in known], _PRIOR)
    found = {packs.ANY: shared}
    for lang in accuracy.LANGUAGES:
        own = [sample for sample in known if sample.lang == lang]
        if sum(not sample.is_example for sample in own) < _ENOUGH:
            continue
        prior = {feature: shared.get(_shared_feature(feature), {}) for feature in _features(own)}
        fitted = _fitted(own, prior)
        found[lang] = {
            feature: numbers
            for feature, numbers in fitted.items()
            if _worth_a_line(feature, numbers, shared.get(_shared_feature(feature), {}))
        }
        for sample in own:
            if failing([sample], numbers_for(sample, found)):
                found[lang] |= {feature: fitted[feature] for feature in sample.signals}
    return found


def failing(known: Iterable[Sample], numbers: Numbers) -> list[Sample]:
    """The examples of the packs that would not get the category that their rule is meant for."""
    return [sample for sample in known if sample.is_example and _best(sample, numbers) not in sample.right]


def numbers_for(sample: Sample, found: Mapping[str, Numbers]) -> Numbers:
    """The weights of all that holds for one text, wherever they stand."""
    shared, own = found[packs.ANY], found.get(sample.lang, {})
    return {
        feature: own.get(feature, shared.get(_shared_feature(feature), {}))
        for feature in (START, *sample.signals)
    }


def samples(without: Iterable[str] = ()) -> list[Sample]:
    """Of the tuning half of the data sets that are not left out, and of the examples in the packs."""
    data = (name for name in DATA if name not in set(without))
    return [*(sample for name in data for sample in _of_data(name)), *_of_packs()]


def without(name: str) -> Classifier:
    """A classifier whose weights never saw one data set; the usual one when it is not among those fitted on."""
    return _without(name) if name in DATA else accuracy.classifier()


@lru_cache(maxsize=16)
def _without(name: str) -> Classifier:
    found = fit(samples([name]))
    shared = packs.weights_from(as_source(found[packs.ANY]))
    weights = {
        lang: packs.weights_from(as_source(found.get(lang, {})), shared) for lang in accuracy.LANGUAGES
    }
    return Classifier(accuracy.settings(), weights)


def as_source(numbers: Numbers) -> dict[str, dict[str, Any]]:
    """As it stands in a weights.yaml."""
    return source(numbers, TIE_ORDER)


@lru_cache(maxsize=32)
def _of_data(name: str) -> tuple[Sample, ...]:
    return tuple(
        _sample(row, right, f"{name} {sorted(right)}")
        for row in labelled.rows(name)
        if labelled.is_for_tuning(row["text"]) and (right := right_for(row))
    )


@lru_cache(maxsize=1)
def _of_packs() -> tuple[Sample, ...]:
    return tuple(
        _sample(
            {"text": text, "lang": lang or "en", "stars": None},
            frozenset({rule.then.category}),
            f"pack {lang}",
        )
        for step, lang, rule in packs.by_step(accuracy.LANGUAGES)
        if rule.then.category
        for text in rule.examples
    )


def right_for(row: Row) -> frozenset[Category]:
    """The categories that agree with the labels of a text; none where it has no label."""
    everything = frozenset(Category)
    if row.get("act"):
        return frozenset({Category(row["act"])})
    if row.get("is_spam"):
        return frozenset({Category.SPAM})
    for label, category in (
        ("is_complaint", Category.COMPLAINT),
        ("is_question", Category.QUESTION),
        ("is_suggestion", Category.SUGGESTION),
        ("is_spam", Category.SPAM),
    ):
        if row.get(label) is False:
            return everything - {category}
    return frozenset()


def _sample(row: Row, right: frozenset[Category], origin: str) -> Sample:
    is_example = origin.startswith("pack")
    lang, signals = accuracy.classifier().signals(accuracy.as_mention(row, with_lang=is_example))
    return Sample(lang, tuple(one for one in signals if one[0] != packs.MOOD), right, origin)


@lru_cache(maxsize=1)
def _in_every_language() -> frozenset[Feature]:
    return frozenset((step, rule.name) for step, lang, rule in packs.by_step([]) if lang is None)


def _shared_feature(feature: Feature) -> Feature:
    return feature if feature == START or feature in _in_every_language() else (feature[0], packs.OTHERS)


def _shared(sample: Sample) -> Sample:
    """As all languages see it. What one language's forms say is true of no other's."""
    kept = [one for one in sample.signals if one[0] != packs.FORM or one in _in_every_language()]
    return Sample(sample.lang, tuple(map(_shared_feature, kept)), sample.right, sample.origin)


def _features(known: Iterable[Sample]) -> list[Feature]:
    return sorted({START, *(feature for sample in known for feature in sample.signals)})


def _rounded(feature: Feature, weights: Sequence[float]) -> dict[Category, float]:
    """In steps, without the small ones for categories other than the rule's own."""
    least = {is_own: STEP if is_own else _SMALLEST_CROSS for is_own in (True, False)}
    found = [STEP * math.floor(weight / STEP + 0.5) for weight in weights]
    return {
        category: weight
        for category, weight, is_own in zip(TIE_ORDER, found, _own(feature), strict=True)
        if abs(weight) >= least[is_own]
    }


def _fitted(known: Sequence[Sample], prior: Numbers) -> Numbers:
    """Rounded. Examples of the packs that fail are urged, for they are promises."""
    features = _features(known)
    place = {feature: number for number, feature in enumerate(features)}
    before = prior | FIXED
    centre = [[before.get(feature, {}).get(category, 0.0) for category in TIE_ORDER] for feature in features]
    bounds = [
        [(weight, weight) for weight in row] if feature in FIXED else _bounds(feature)
        for feature, row in zip(features, centre, strict=True)
    ]
    weights, urged = centre, dict.fromkeys((sample for sample in known if sample.is_example), 1.0)
    for turn in range(_TURNS):
        weights = descend(
            _groups(known, place, urged), weights, centre, bounds, ROUNDS // (1 + turn), by_share
        )
        numbers = FIXED | {
            feature: _rounded(feature, weights[place[feature]])
            for feature in features
            if feature not in FIXED
        }
        for sample in failing(urged, numbers):
            urged[sample] *= _URGED
    return numbers


def _worth_a_line(
    feature: Feature, numbers: Mapping[Category, float], shared: Mapping[Category, float]
) -> bool:
    """Different enough from what all languages share; nothing is shared about the forms of one."""
    if feature[0] == packs.FORM and feature not in _in_every_language():
        return bool(numbers)
    return any(
        abs(numbers.get(category, 0.0) - shared.get(category, 0.0)) >= _WORTH_A_LINE for category in TIE_ORDER
    )


def _best(sample: Sample, numbers: Numbers) -> Category:
    known = [numbers.get(feature, {}) for feature in (START, *sample.signals)]
    return max(TIE_ORDER, key=lambda category: sum(weights.get(category, 0.0) for weights in known))


def _own(feature: Feature) -> list[bool]:
    return [category.value == feature[0] for category in TIE_ORDER]


def _bounds(feature: Feature) -> list[tuple[float, float]]:
    """For each category: a rule speaks for its own, enough to win when it holds alone, and may hint at some others."""
    step, _ = feature
    hints = {} if _is_mood(feature) and step != "question" else _HINTS.get(step, {})
    if feature == _FISHY:
        hints = hints | _FISHY_HINTS
    elif step == packs.FORM and feature in _in_every_language():
        hints = {category: (low, min(high, _FORM_ALONE)) for category, (low, high) in hints.items()}
    return [
        (_least(feature), _most(feature)) if is_own else hints.get(category, (0.0, 0.0))
        for category, is_own in zip(TIE_ORDER, _own(feature), strict=True)
    ]


def _least(feature: Feature) -> float:
    """What a rule says at least for its own category."""
    if not _is_mood(feature):
        return _PLAIN if feature[0] in ("suggestion", "spam") else _ALONE
    return _MARK if feature[0] == "question" else _LEAST.get(feature, 0.0)


def _most(feature: Feature) -> float:
    """What a rule says at most for its own category."""
    return _MOOD if _is_mood(feature) else _FACT if feature == ("complaint", packs.OTHERS) else LIMIT


def _is_mood(feature: Feature) -> bool:
    """Or a mark or an emoji: what holds in every language without words hints at little else."""
    return feature in _in_every_language() and feature[0] not in (packs.FORM, "spam")


def _groups(
    known: Sequence[Sample], place: Mapping[Feature, int], urged: Mapping[Sample, float]
) -> list[Group]:
    sizes = Counter(sample.origin for sample in known)
    totals: Counter[str] = Counter()
    for origin, size in sizes.items():
        totals[origin.partition(" ")[0]] += size**_EVEN
    counted: dict[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]], float] = defaultdict(float)
    for sample in known:
        name = sample.origin.partition(" ")[0]
        share = sizes[sample.origin] ** (_EVEN - 1) / totals[name]
        amount = (
            _EXAMPLE_WEIGHT * urged[sample]
            if sample.is_example
            else _SET_WEIGHT * share * _LESS.get(name, 1.0)
        )
        if sample.right == {Category.COMPLAINT} and ("question", "?") in sample.signals:
            amount *= _ASKING
        signals = sorted(place[feature] for feature in (START, *sample.signals))
        right = [number for number, category in enumerate(TIE_ORDER) if category in sample.right]
        wrong = [number for number, category in enumerate(TIE_ORDER) if category not in sample.right]
        counted[tuple(signals), tuple(right), tuple(wrong)] += amount
    return [(*group, amount) for group, amount in sorted(counted.items())]


if __name__ == "__main__":
    sys.exit(main())
