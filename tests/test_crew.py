"""Many jobs side by side: each is done once, slow ones hold up nobody, and what is ready is handed over soon."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.listening import crew
from reputation_bot.listening.crew import HANDS, Crew


@given(st.lists(st.text(), unique=True, max_size=60))
def test_each_job_is_done_once(names: list[str]) -> None:
    results = [result for handful in Crew(lambda name: name, names).results() for result in handful]
    assert sorted(results) == sorted(names)


def test_any_number_of_silent_ones_holds_up_no_other() -> None:
    silence = threading.Event()
    silent = [f"silent {number}" for number in range(3 * HANDS)]

    def job(name: str) -> str:
        if name in silent:
            assert silence.wait(60)
        return name

    found: list[str] = []
    for handful in Crew(job, [*silent, "last"]).results():
        found += handful
        if found == ["last"]:
            silence.set()
    assert found[0] == "last"
    assert sorted(found) == sorted([*silent, "last"])


def test_a_long_line_for_one_host_holds_up_no_other() -> None:
    in_line = [f"in line {number}" for number in range(200)]
    turn, pause = threading.Lock(), threading.Event()

    def job(name: str) -> str:
        if name in in_line:
            with turn:
                pause.wait(0.05)  # as the pace of requests to one host
        return name

    found: list[str] = []
    for handful in Crew(job, [*in_line, "last"]).results():
        found += handful
        if "last" in found:
            pause.set()
    assert found.index("last") < len(in_line) / 2
    assert len(found) == len(in_line) + 1


def test_what_is_done_is_handed_over_while_others_are_still_at_work() -> None:
    handed_over = threading.Event()

    def job(name: str) -> str:
        if name == "slow":
            assert handed_over.wait(60)
        return name

    found = []
    for handful in Crew(job, ["slow", "quick"]).results():
        found.append(handful)
        handed_over.set()
    assert found == [["quick"], ["slow"]]


def test_handing_over_slowly_makes_the_handfuls_larger() -> None:
    """As a store that is slow to write must be written seldom."""
    names = [str(number) for number in range(200)]
    at_hand = threading.Semaphore(1)

    def job(name: str) -> str:
        at_hand.acquire()
        return name

    handfuls = []
    for handful in Crew(job, names).results():
        handfuls.append(len(handful))
        for _ in names:
            at_hand.release()
    assert len(handfuls) <= 4
    assert sum(handfuls) == len(names)


def test_an_error_is_raised_and_nothing_more_is_begun() -> None:
    begun: list[str] = []

    def job(name: str) -> str:
        begun.append(name)
        raise KeyError(name)

    names = [str(number) for number in range(10_000)]
    with pytest.raises(KeyError):
        list(Crew(job, names).results())
    assert len(begun) < len(names)


def test_the_number_of_hands_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "MOST_HANDS", 2 * HANDS)
    monkeypatch.setattr(crew, "TICK", 0.01)
    at_work, enough = set(), threading.Event()

    def job(name: str) -> str:
        at_work.add(threading.current_thread().name)
        assert enough.wait(60)
        return name

    names = [str(number) for number in range(5 * HANDS)]
    results = Crew(job, names).results()
    threading.Timer(0.3, enough.set).start()  # thirty times as long as it takes to call more
    assert len(list(_each(results))) == len(names)
    assert len(at_work) == 2 * HANDS


def _each(results: Iterator[list[str]]) -> Iterator[str]:
    for handful in results:
        yield from handful
