"""Deadlines of many requests: each is called once, in time, and not when it was cancelled."""

import threading
from functools import partial

from connectors.deadlines import Deadlines


def test_what_is_due_is_called_in_the_order_of_time() -> None:
    deadlines, done = Deadlines(), threading.Event()
    called: list[str] = []
    deadlines.after(0.06, done.set)
    for name, seconds in (("late", 0.04), ("soon", 0.0), ("later", 0.05)):
        deadlines.after(seconds, partial(called.append, name))
    assert done.wait(10)
    assert called == ["soon", "late", "later"]


def test_what_was_cancelled_is_not_called_and_holds_up_nobody() -> None:
    deadlines, called, done = Deadlines(), [], threading.Event()
    for _ in range(100):
        deadlines.after(0.01, lambda: called.append("no")).cancel()
    deadlines.after(0.03, done.set)
    assert done.wait(10)
    assert called == []


def test_an_earlier_deadline_does_not_wait_for_a_later_one() -> None:
    deadlines, done = Deadlines(), threading.Event()
    deadlines.after(1000, lambda: None)
    deadlines.after(0.01, done.set)
    assert done.wait(10)


def test_one_thread_serves_all() -> None:
    deadlines, before = Deadlines(), threading.active_count()
    for _ in range(50):
        deadlines.after(1000, lambda: None).cancel()
    assert threading.active_count() <= before + 1
