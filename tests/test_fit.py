"""The fit of the packs' weights: the same bytes every time, bounded, readable, and it learns what the texts say."""

import hashlib
from pathlib import Path

import pytest
import yaml

from bench import accuracy, fit, labelled, weights_file
from bench.fit import Sample
from reputation_bot import packs
from reputation_bot.model import Category
from reputation_bot.rules import background
from tests.shared import needs_shared

FOLDERS = [path.parent.name for path in sorted(Path(packs.__file__).parent.glob("*/weights.yaml"))]
COMPLAINT, QUESTION = Category.COMPLAINT, Category.QUESTION
NOT_COMPLAINT = frozenset(Category) - {COMPLAINT}


def made_up() -> list[Sample]:
    """Texts in which "?" is common among complaints, and words tell the two apart."""
    broken, asks = ("complaint", "broken"), ("question", "asks")
    mark = ("question", "?")
    return [
        *[Sample("en", (broken, mark), frozenset({COMPLAINT}), "a complaint")] * 100,
        *[Sample("en", (asks, mark), NOT_COMPLAINT, "a not")] * 100,
        *[Sample("en", (asks, mark), frozenset({QUESTION}), "b question")] * 100,
        *[Sample("en", (), frozenset({Category.OTHER}), "b other")] * 100,
    ]


def scores(found: dict[str, fit.Numbers], *signals: weights_file.Feature) -> dict[Category, float]:
    shared = packs.weights_from(fit.as_source(found[packs.ANY]))
    weights = packs.weights_from(fit.as_source(found["en"]), shared)
    total = dict.fromkeys(Category, 0.0) | dict(weights.at_start())
    for step, name in signals:
        for category, weight in weights.of(step, name).items():
            total[category] += weight
    return total


def test_fit_tells_apart_what_the_texts_tell_apart() -> None:
    found = fit.fit(made_up())
    asked = scores(found, ("question", "asks"), ("question", "?"))
    complained = scores(found, ("complaint", "broken"), ("question", "?"))
    assert max(asked, key=asked.__getitem__) is QUESTION
    assert max(complained, key=complained.__getitem__) is COMPLAINT


def test_same_samples_give_the_same_bytes_in_whatever_order() -> None:
    def files(samples: list[Sample]) -> list[str]:
        return [weights_file.text(fit.as_source(numbers), {}) for numbers in fit.fit(samples).values()]

    assert files(made_up()) == files(made_up()[::-1])


def test_example_of_a_pack_is_a_promise() -> None:
    both = (("complaint", "polite"), ("praise", "kind"))
    example = Sample("en", both, frozenset({COMPLAINT}), "pack en")
    against = [Sample("en", both, frozenset({Category.PRAISE}), "a praise")] * 15
    others = [Sample("en", (), frozenset({Category.OTHER}), "a other")] * 285

    def is_kept(samples: list[Sample]) -> bool:
        return not fit.failing([example], fit.numbers_for(example, fit.fit(samples)))

    assert not is_kept([*against, *others])
    assert is_kept([example, *against, *others])


def test_stars_and_start_are_not_fitted() -> None:
    five = ("praise", "5 ★")
    samples = [Sample("en", (five,), frozenset({COMPLAINT}), "a complaint")] * 300
    assert fit.fit(samples)[packs.ANY][five] == fit.FIXED[five]


@pytest.mark.parametrize(
    ("row", "right"),
    [
        ({"act": "praise", "is_complaint": False}, {Category.PRAISE}),
        ({"act": None, "is_complaint": False}, NOT_COMPLAINT),
        ({"act": None, "is_spam": True}, {Category.SPAM}),
        ({"act": None, "polarity": "neg"}, set()),
    ],
)
def test_label_says_which_categories_are_right(row: labelled.Row, right: set[Category]) -> None:
    assert fit.right_for(row) == right


def test_texts_that_are_for_measuring_only_are_not_fitted_on() -> None:
    assert not {"bitext_cs", "amazon_it_gdmr"} & set(fit.DATA)


@pytest.mark.parametrize("folder", FOLDERS)
def test_weights_in_the_packs_are_round_bounded_and_of_rules_that_exist(folder: str) -> None:
    text = (Path(packs.__file__).parent / folder / "weights.yaml").read_text(encoding="utf-8")
    source = yaml.safe_load(text)
    rules = {(step, rule.name) for step, _, rule in packs.by_step([folder])}
    rules |= {(packs.BACKGROUND, name) for name in background.SIGNALS}
    for table in (source.pop(packs.POLARITY, {}), source):
        weights = list(table.pop(packs.START, {}).values())
        for step, named in table.items():
            for name, numbers in named.items():
                assert (step, name) in rules or name == packs.OTHERS
                weights += numbers.values()
        assert all(abs(weight) <= fit.LIMIT and weight % fit.STEP == 0 for weight in weights)


@needs_shared("eval")
def test_only_one_half_of_the_texts_is_fitted_on() -> None:
    rows = labelled.rows("ilisten_it")
    half = [
        row
        for row in rows
        if int(hashlib.sha1(row["text"].encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0
    ]
    assert 0.3 < len(half) / len(rows) < 0.7
    assert sum(sample.origin.startswith("ilisten_it") for sample in fit.samples()) == len(half)


@pytest.mark.parametrize("lang", accuracy.LANGUAGES)
def test_address_without_another_sign_makes_no_advert_and_no_praise(lang: str) -> None:
    weights = packs.weights(lang)
    link = weights.of("form", "link")
    assert 0 <= link.get(Category.SPAM, 0.0) < weights.at_start()[Category.OTHER]
    assert link.get(Category.PRAISE, 0.0) <= 0


@pytest.mark.parametrize("lang", accuracy.LANGUAGES)
def test_gentle_words_of_adverts_and_questions_are_no_praise(lang: str) -> None:
    weights = packs.weights(lang)
    rules = [(step, rule.name) for step, _, rule in packs.by_step([lang]) if step in {"spam", "question"}]
    assert rules
    assert all(weights.of(*place).get(Category.PRAISE, 0.0) <= 0 for place in rules)
