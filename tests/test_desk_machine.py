"""Ten thousand presses of ten people, on everything, at random."""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.desk_machine import DeskMachine
from tests.desk_world import ACTS

PRESSES = 10_000
# making a failing run shorter takes minutes: the run as it was is told, and the shorter one is looked for by hand
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_people_pressing_everything_at_random_break_nothing() -> None:
    DeskMachine.presses.clear()
    run_state_machine_as_test(
        DeskMachine, settings=settings(max_examples=130, stateful_step_count=60, phases=PHASES)
    )
    assert DeskMachine.presses.total() >= PRESSES
    assert {act.name for act in ACTS} <= set(DeskMachine.presses), "every button was pressed"
