"""How many messages a chat may get in a minute."""

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.telegram.pace import Pace
from tests.factories import NOW

CHAT, OTHER = -100, -200
MINUTE = timedelta(seconds=60)
JUST_AFTER = MINUTE + timedelta(milliseconds=1)
steps = st.lists(st.tuples(st.integers(0, 90_000), st.booleans()), max_size=120)  # milliseconds, pressed


@given(steps, st.integers(1, 20), st.integers(0, 6))
def test_no_sixty_seconds_see_more_than_the_limit(
    steps: list[tuple[int, bool]], per_minute: int, reserve: int
) -> None:
    pace, now, noted = Pace(per_minute, reserve), NOW, []
    for milliseconds, pressed in steps:
        now += timedelta(milliseconds=milliseconds / 7)
        if pace.free(CHAT, now, pressed=pressed):
            pace.note(CHAT, now)
            noted.append(now)
    for first in noted:
        assert sum(first <= at <= first + MINUTE for at in noted) <= per_minute


@given(steps)
def test_a_restart_remembers_what_was_sent(steps: list[tuple[int, bool]]) -> None:
    before, now = Pace(20, 4), NOW
    for milliseconds, _pressed in steps:
        now += timedelta(milliseconds=milliseconds)
        before.note(CHAT, now)
    before.block(OTHER, now + MINUTE)
    after = Pace(20, 4)
    after.load(json.loads(json.dumps(before.dump())))
    assert after.free(CHAT, now, pressed=True) == before.free(CHAT, now, pressed=True)
    assert after.blocked_until(OTHER, now) == now + MINUTE


def test_cards_leave_the_reserve_to_presses() -> None:
    pace = Pace(20, 4)
    assert (pace.free(CHAT, NOW), pace.free(CHAT, NOW, pressed=True)) == (16, 20)
    for _each in range(18):
        pace.note(CHAT, NOW)
    assert (pace.free(CHAT, NOW), pace.free(CHAT, NOW, pressed=True)) == (0, 2)


def test_a_message_makes_room_after_a_minute_and_not_before() -> None:
    pace = Pace(1, 0)
    pace.note(CHAT, NOW)
    assert pace.free(CHAT, NOW + MINUTE) == 0
    assert pace.free(CHAT, NOW + JUST_AFTER) == 1


def test_a_chat_of_one_message_a_minute_still_gets_its_cards() -> None:
    assert Pace(1, 4).free(CHAT, NOW) == 1


def test_a_blocked_chat_stops_nobody_else() -> None:
    pace = Pace(20, 4)
    pace.block(CHAT, NOW + MINUTE)
    assert pace.free(CHAT, NOW, pressed=True) == 0
    assert pace.free(OTHER, NOW, pressed=True) == 20
    assert pace.blocked_until(OTHER, NOW) is None


def test_a_block_ends_by_itself_and_the_longest_holds() -> None:
    pace = Pace(20, 4)
    pace.block(CHAT, NOW + 2 * MINUTE)
    pace.block(CHAT, NOW + MINUTE)
    assert pace.blocked_until(CHAT, NOW + MINUTE) == NOW + 2 * MINUTE
    assert pace.blocked_until(CHAT, NOW + 2 * MINUTE) is None
    assert pace.free(CHAT, NOW + 2 * MINUTE, pressed=True) == 20


def test_a_clock_set_back_by_hours_does_not_silence_the_chat() -> None:
    pace = Pace(2, 0)
    for _each in range(2):
        pace.note(CHAT, NOW + timedelta(hours=3))
    assert pace.free(CHAT, NOW) == 2


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_values | st.fixed_dictionaries({"noted": json_values, "blocked": json_values}))
def test_a_foreign_value_is_loaded_as_nothing(value: object) -> None:
    pace = Pace(20, 4)
    pace.load(value)
    assert pace.free(CHAT, NOW, pressed=True) == 20
