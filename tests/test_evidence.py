"""Weighing evidence: what the trace shows adds up, the order of signals does not matter, and doubt is told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.model import Category, Reason
from reputation_bot.rules.evidence import ALL_QUOTED, QUOTED, START, TIE_ORDER, Signal, Weighed, weigh

steps = st.integers(-24, 24).map(lambda quarters: quarters / 4)
weightings = st.dictionaries(st.sampled_from(TIE_ORDER), steps, max_size=6)
signals = st.lists(st.builds(Signal, st.text(max_size=3), weightings), max_size=8)


def unquoted(_number: int) -> tuple[str, ...]:
    return ()


def as_signals(held: dict[str, dict[Category, float]]) -> list[Signal[Category]]:
    return [Signal(name, weights) for name, weights in held.items()]


def outcome(start: dict[Category, float], held: dict[str, dict[Category, float]]) -> Weighed:
    return weigh(Signal(START, start), as_signals(held))


@given(weightings, signals)
def test_weights_of_the_trace_add_up_to_the_score(
    start: dict[Category, float], held: list[Signal[Category]]
) -> None:
    weighed = weigh(Signal(START, start), held)
    reasons = list(weighed.reasons(unquoted))
    told = {reason.value for reason in reasons}
    for category, score in weighed.scores:
        if category is weighed.category or score > 0:
            assert sum(step.weight for step in reasons if step.value == category.value) == score
        else:
            assert category.value not in told


@given(weightings, signals)
def test_order_of_signals_does_not_matter(start: dict[Category, float], held: list[Signal[Category]]) -> None:
    turned = list(reversed(held))
    assert weigh(Signal(START, start), held).scores == weigh(Signal(START, start), turned).scores


@given(weightings, signals)
def test_winner_has_the_highest_score_and_its_reasons_come_first(
    start: dict[Category, float], held: list[Signal[Category]]
) -> None:
    weighed = weigh(Signal(START, start), held)
    highest = max(weighed.scores, key=lambda pair: pair[1])
    assert weighed.scores[0][1] == highest[1] or (highest[0], weighed.category) == (
        Category.PRAISE,
        Category.COMPLAINT,
    )
    order = [category.value for category, _ in weighed.scores]
    told = [order.index(step.value) for step in weighed.reasons(unquoted)]
    assert told == sorted(told)


@given(weightings, signals)
def test_confidence_grows_with_the_lead(start: dict[Category, float], held: list[Signal[Category]]) -> None:
    weighed = weigh(Signal(START, start), held)
    (winner, first), (_, second) = weighed.scores[:2]
    assert 0 <= weighed.confidence <= 1
    assert (weighed.confidence == 0) == (first <= second)
    further = weigh(Signal(START, start), [*held, Signal("more", {winner: 0.25})])
    assert further.confidence >= weighed.confidence


def test_among_equals_the_one_that_needs_an_answer_more_wins() -> None:
    mixed = {"elogio": {Category.PRAISE: 2.0}, "soldi": {Category.COMPLAINT: 2.0}}
    assert outcome({Category.OTHER: 1.0}, mixed).category is Category.COMPLAINT


def test_reasons_of_both_sides_are_told_with_their_words() -> None:
    words = [("bello",), ("rotto",)]
    weighed = outcome(
        {Category.OTHER: 1.0},
        {"elogio": {Category.PRAISE: 1.5, Category.SPAM: -1.0}, "guasto": {Category.COMPLAINT: 2.5}},
    )
    assert tuple(weighed.reasons(lambda number: words[number])) == (
        Reason("category", "complaint", "guasto", ("rotto",), 2.5),
        Reason("category", "praise", "elogio", ("bello",), 1.5),
        Reason("category", "other", "default", (), 1.0),
    )


def test_words_are_looked_for_only_where_they_are_told() -> None:
    asked: list[int] = []

    def quote(number: int) -> tuple[str, ...]:
        asked.append(number)
        return ()

    held = {"against": {Category.SPAM: -2.0}, "for": {Category.PRAISE: 1.0, Category.OTHER: 1.0}}
    list(outcome({}, held).reasons(quote))
    assert asked == [1]


def test_heaviest_steps_show_their_words_until_there_are_enough_pieces() -> None:
    asked: list[int] = []

    def quote(number: int) -> tuple[str, ...]:
        asked.append(number)
        return ("one", "two")

    held = {f"fault {number}": {Category.COMPLAINT: 1.0 + number} for number in range(5)}
    weighed = outcome({}, held | {"praise": {Category.PRAISE: 1.0}})
    reasons = list(weighed.reasons(quote))
    assert asked == [4, 3, 5]
    assert [step.rule for step in reasons if step.words] == ["fault 4", "fault 3", "praise"]
    assert len(reasons) == 6
    assert all(step.words for step in weighed.reasons(quote, ALL_QUOTED))


@given(weightings, signals, st.sampled_from([QUOTED, ALL_QUOTED]))
def test_a_step_without_words_is_told_like_any_other(
    start: dict[Category, float], held: list[Signal[Category]], quoted: tuple[int, ...]
) -> None:
    weighed = weigh(Signal(START, start), held)
    shown = weighed.reasons(lambda number: (str(number),), quoted)
    assert [replace(step, words=()) for step in shown] == list(weighed.reasons(unquoted))


@pytest.mark.parametrize(
    ("praise", "complaint", "category"),
    [(4.75, 2.25, Category.COMPLAINT), (5.25, 2.25, Category.PRAISE), (4.0, 2.0, Category.PRAISE)],
)
def test_a_complaint_within_praise_comes_first_unless_the_praise_is_far_ahead(
    praise: float, complaint: float, category: Category
) -> None:
    weighed = outcome(
        {}, {"thanks": {Category.PRAISE: praise}, "never came": {Category.COMPLAINT: complaint}}
    )
    assert weighed.category is category
    assert weighed.confidence >= 0
    assert {Category.PRAISE.value, Category.COMPLAINT.value} <= {
        step.value for step in weighed.reasons(unquoted)
    }
