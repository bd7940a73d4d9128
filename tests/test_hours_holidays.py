"""Public holidays: which days they are in which place, the patron's among them, places nobody knows, and what loading them costs."""

import subprocess
import sys

import pytest

from reputation_bot.promises.hours import Hours, holiday_problem
from reputation_bot.promises.timetable import Shift
from tests.opening import MILAN, ROME, milan, rome, settings_with


def test_the_patron_of_milan_is_kept_in_milan_only() -> None:
    in_rome = Hours.of(settings_with({**MILAN, "holidays": "IT-RM"}))
    assert in_rome.is_open(rome("2026-12-07 10:00"))
    assert not in_rome.is_open(rome("2026-06-29 10:00")), "San Pietro e Paolo"
    assert milan().is_open(rome("2026-06-29 10:00"))


def test_a_patron_that_nobody_knows_can_be_named() -> None:
    como = Hours.of(settings_with({"lun-ven": "9-18", "patron": "08-31", "holidays": "it"}))
    assert [como.is_open(rome(f"{year}-08-31 10:00")) for year in (2026, 2027)] == [False, False]
    assert como.is_open(rome("2026-09-01 10:00"))


LAZY = """
import sys
from datetime import datetime, timedelta, UTC
from pathlib import Path
from reputation_bot.config import parse
from reputation_bot.promises.hours import Hours
text = "brand: {name: A}\\ntelegram: {chat: -1}\\nhours: {mon-fri: 9-18, closed: 2026-11-19, holidays: IT-MI}\\n"
hours = Hours.of(parse(text, Path("rules.yaml"), {}).settings)
hours.is_open(datetime(2026, 11, 22, 10, tzinfo=UTC))
hours.is_open(datetime(2026, 11, 19, 10, tzinfo=UTC))
print("holidays" in sys.modules)
hours.add(datetime(2026, 11, 22, 10, tzinfo=UTC), timedelta(hours=1))
print("holidays" in sys.modules)
"""


def test_holidays_are_loaded_only_for_a_day_that_may_be_one() -> None:
    """A Sunday and a closed day are not; a start without any due time costs nothing."""
    said = subprocess.run(
        [sys.executable, "-c", LAZY], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.split() == ["False", "True"]


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("IT", None),
        ("IT-MI", None),
        ("IT-Cesena", None),
        ("GB-ENG", None),
        ("XX", "the public holidays of XX are not known: write the two letters of a country, such as IT"),
        ("IT-MIL", "MIL is no part of IT with holidays of its own: write IT or IT-MI"),
        ("IT-Qwx", "Qwx is no part of IT with holidays of its own: write IT alone"),
    ],
)
def test_a_place_without_known_holidays_is_told(place: str, problem: str | None) -> None:
    assert holiday_problem(place) == problem


def test_an_unknown_place_costs_the_holidays_and_not_the_promise(caplog: pytest.LogCaptureFixture) -> None:
    hours = Hours(ROME, week=((Shift(540, 1080),),) * 7, holidays="IT-QQ")
    assert hours.is_open(rome("2026-12-25 10:00"))
    assert "correct hours.holidays place=IT-QQ" in caplog.text
