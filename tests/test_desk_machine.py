"""Ten thousand presses of ten people, on everything, at random."""

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.desk_machine import ACTS, DeskMachine

PRESSES = 10_000


def test_ten_people_pressing_everything_at_random_break_nothing() -> None:
    DeskMachine.presses.clear()
    run_state_machine_as_test(DeskMachine, settings=settings(max_examples=60, stateful_step_count=60))
    assert DeskMachine.presses.total() >= PRESSES
    assert {act.name for act in ACTS} <= set(DeskMachine.presses), "every button was pressed"
