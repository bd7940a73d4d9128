"""Weighing evidence: what the trace shows adds up, the order of signals does not matter, and doubt is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.model import Category, Reason
from reputation_bot.rules.evidence import BY_NEED, Signal, weigh

steps = st.integers(-24, 24).map(lambda quarters: quarters / 4)
weightings = st.dictionaries(st.sampled_from(BY_NEED), steps, max_size=6)
signals = st.lists(st.tuples(st.text(max_size=3), weightings), max_size=8)


def unquoted(_number: int) -> tuple[str, ...]:
    return ()


@given(weightings, signals)
def test_weights_of_the_trace_add_up_to_the_score(start: dict[Category, float], held: list[Signal]) -> None:
    weighed = weigh(start, held, unquoted)
    told = {reason.value for reason in weighed.reasons}
    for category, score in weighed.scores:
        if category is weighed.category or score > 0:
            assert sum(step.weight for step in weighed.reasons if step.value == category.value) == score
        else:
            assert category.value not in told


@given(weightings, signals)
def test_order_of_signals_does_not_matter(start: dict[Category, float], held: list[Signal]) -> None:
    turned = list(reversed(held))
    assert weigh(start, held, unquoted).scores == weigh(start, turned, unquoted).scores


@given(weightings, signals)
def test_winner_has_the_highest_score_and_its_reasons_come_first(
    start: dict[Category, float], held: list[Signal]
) -> None:
    weighed = weigh(start, held, unquoted)
    highest = max(weighed.scores, key=lambda pair: pair[1])
    assert weighed.scores[0][1] == highest[1] or (highest[0], weighed.category) == (
        Category.PRAISE,
        Category.COMPLAINT,
    )
    order = [category.value for category, _ in weighed.scores]
    told = [order.index(step.value) for step in weighed.reasons]
    assert told == sorted(told)


@given(weightings, signals)
def test_confidence_grows_with_the_lead(start: dict[Category, float], held: list[Signal]) -> None:
    weighed = weigh(start, held, unquoted)
    (winner, first), (_, second) = weighed.scores[:2]
    assert 0 <= weighed.confidence <= 1
    assert (weighed.confidence == 0) == (first <= second)
    further = weigh(start, [*held, ("more", {winner: 0.25})], unquoted)
    assert further.confidence >= weighed.confidence


def test_among_equals_the_one_that_needs_an_answer_more_wins() -> None:
    mixed = [("elogio", {Category.PRAISE: 2.0}), ("soldi", {Category.COMPLAINT: 2.0})]
    assert weigh({Category.OTHER: 1.0}, mixed, unquoted).category is Category.COMPLAINT


def test_reasons_of_both_sides_are_told_with_their_words() -> None:
    words = [("bello",), ("rotto",)]
    weighed = weigh(
        {Category.OTHER: 1.0},
        [("elogio", {Category.PRAISE: 1.5, Category.SPAM: -1.0}), ("guasto", {Category.COMPLAINT: 2.5})],
        lambda number: words[number],
    )
    assert weighed.reasons == (
        Reason("category", "complaint", "guasto", ("rotto",), 2.5),
        Reason("category", "praise", "elogio", ("bello",), 1.5),
        Reason("category", "other", "default", (), 1.0),
    )


def test_words_are_looked_for_only_where_they_are_told() -> None:
    asked: list[int] = []

    def quote(number: int) -> tuple[str, ...]:
        asked.append(number)
        return ()

    weigh(
        {}, [("against", {Category.SPAM: -2.0}), ("for", {Category.PRAISE: 1.0, Category.OTHER: 1.0})], quote
    )
    assert asked == [1]


@pytest.mark.parametrize(
    ("praise", "complaint", "category"),
    [(4.75, 2.25, Category.COMPLAINT), (5.25, 2.25, Category.PRAISE), (4.0, 2.0, Category.PRAISE)],
)
def test_a_complaint_within_praise_comes_first_unless_the_praise_is_far_ahead(
    praise: float, complaint: float, category: Category
) -> None:
    signals = [("thanks", {Category.PRAISE: praise}), ("never came", {Category.COMPLAINT: complaint})]
    weighed = weigh({}, signals, lambda _: ())
    assert weighed.category is category
    assert weighed.confidence >= 0
    assert {Category.PRAISE.value, Category.COMPLAINT.value} <= {reason.value for reason in weighed.reasons}
