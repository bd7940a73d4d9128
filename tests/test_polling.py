"""Polling channels: those due, side by side, each failing for itself, two processes never the same one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.errors import AccessError, BadAnswerError, RetryLaterError
from reputation_bot.listening.polling import Polled, Poller, interval_after, jitter
from reputation_bot.model import ChannelState
from reputation_bot.owner import this_process
from reputation_bot.ports import Connector, Storage, Transaction
from reputation_bot.settings import ChannelSettings, Settings
from tests.factories import make_mention
from tests.fakes import FakeClock, FakeJudge, FakePlatform

SETTINGS = Settings.model_validate(
    {
        "brand": {"name": "Bottega Aurora"},
        "telegram": {"chat": -1},
        "channels": {
            "piazza": {"connector": "sandbox", "every": "5m"},
            "news": {"connector": "rss", "every": "10m"},
        },
    }
)


class Bench:
    """Two channels, each its own platform."""

    def __init__(self, storage: Storage, clock: FakeClock) -> None:
        self.storage, self.clock = storage, clock
        self.platforms = {"piazza": FakePlatform(), "news": FakePlatform()}
        self.settings = SETTINGS

    def poller(
        self, owner: str = "poll@here:1:1", connector_of: Callable[[str], Connector] | None = None
    ) -> Poller:
        find = connector_of or self.platforms.__getitem__
        return Poller(self.storage, self.settings, find, FakeJudge(), owner=owner, clock=self.clock)

    def state(self, name: str) -> ChannelState:
        with self.storage.read() as view:
            found = view.channel(name)
        assert found
        return found


@pytest.fixture
def bench(storage: Storage, clock: FakeClock) -> Bench:
    return Bench(storage, clock)


def test_every_channel_is_due_at_first_and_then_after_its_time(bench: Bench) -> None:
    assert set(bench.poller().poll()) == {"piazza", "news"}
    assert bench.poller().poll() == {}
    bench.clock.go_on(minutes=5)
    assert set(bench.poller().poll()) == {"piazza"}
    assert set(bench.poller().poll(regardless=True)) == {"piazza", "news"}
    assert set(bench.poller().poll(["news"], regardless=True)) == {"news"}


def test_cron_a_little_early_does_not_miss_a_turn(bench: Bench) -> None:
    bench.poller().poll()
    bench.clock.go_on(minutes=4, seconds=50)
    assert set(bench.poller().poll()) == {"piazza"}


def test_the_cursor_is_kept_with_what_it_brought(bench: Bench) -> None:
    bench.platforms["piazza"].mentions = [make_mention()]
    polled = bench.poller().poll()
    assert polled["piazza"].tally.new == 1
    assert bench.state("piazza").cursor == {"polls": 1}


@pytest.mark.parametrize(
    "error", [RetryLaterError("busy"), BadAnswerError("no feed"), AccessError("no key"), KeyError("bug")]
)
def test_a_failing_channel_keeps_its_cursor_and_stops_no_other(bench: Bench, error: Exception) -> None:
    bench.poller().poll()
    bench.platforms["news"].poll_faults = [error]
    bench.platforms["piazza"].mentions = [make_mention()]
    polled = bench.poller().poll(regardless=True)
    assert polled["piazza"].tally.new == 1
    assert polled["news"].error
    assert bench.state("news").cursor == {"polls": 1}
    assert bench.state("news").failures == 1


def test_the_platforms_wait_is_kept(bench: Bench) -> None:
    bench.platforms["news"].poll_faults = [RetryLaterError("busy", timedelta(hours=2))]
    bench.poller().poll()
    assert bench.state("news").due_at == bench.clock() + timedelta(hours=2)


def test_a_refused_key_pauses_the_channel_and_a_good_answer_ends_that(bench: Bench) -> None:
    bench.platforms["news"].poll_faults = [AccessError("no key")]
    bench.poller().poll()
    assert bench.state("news").paused
    assert bench.state("news").due_at == bench.clock() + timedelta(hours=1)
    bench.clock.go_on(hours=1)
    bench.poller().poll()
    assert not bench.state("news").paused
    assert bench.state("news").problem is None


def test_a_channel_that_another_process_polls_is_left_to_it(bench: Bench) -> None:
    inner: dict[str, Polled] = {}

    def connector_of(name: str) -> Connector:
        if name == "piazza":
            inner.update(bench.poller("poll@there:2:2").poll(["piazza"], regardless=True))
        return bench.platforms[name]

    bench.poller(connector_of=connector_of).poll()
    assert inner["piazza"].busy
    assert bench.platforms["piazza"].polls == 1


def test_the_claim_of_a_dead_poll_holds_up_nobody(bench: Bench) -> None:
    host = this_process("poll").partition("@")[2].rsplit(":", 2)[0]
    with bench.storage.transaction() as tx:
        tx.claim("poll:piazza", f"poll@{host}:999999999:1", now=bench.clock(), lease=timedelta(hours=1))
    assert not bench.poller().poll()["piazza"].busy


def test_what_another_process_polled_just_before_us_is_not_polled_again_nor_held(bench: Bench) -> None:
    class PolledMeanwhile:
        """The other's whole turn lies between our look at what is due and our claim."""

        read, close = bench.storage.read, bench.storage.close

        def transaction(self) -> AbstractContextManager[Transaction]:
            bench.poller("poll@there:2:2").poll()
            return bench.storage.transaction()

    late = Poller(
        PolledMeanwhile(),
        bench.settings,
        bench.platforms.__getitem__,
        FakeJudge(),
        owner="poll@here:1:1",
        clock=bench.clock,
    )
    assert all(one.busy for one in late.poll().values())
    assert bench.platforms["piazza"].polls == 1
    with bench.storage.read() as view:
        assert view.claims() == []


def test_a_rehearsal_writes_nothing(bench: Bench) -> None:
    bench.platforms["piazza"].mentions = [make_mention(), make_mention("m2", text="elsewhere")]
    one, judged = bench.poller().rehearse()["piazza"]
    assert (one.tally.new, one.tally.off_brand, len(judged)) == (1, 1, 2)
    with bench.storage.read() as view:
        assert view.cases() == []
        assert view.channel("piazza") is None
    assert bench.poller().poll()["piazza"].tally.new == 1


def test_the_backlog_of_a_new_channel_opens_no_cases_if_asked(bench: Bench) -> None:
    channels = {"piazza": SETTINGS.channels["piazza"].model_copy(update={"backlog": timedelta(days=1)})}
    bench.settings = SETTINGS.model_copy(update={"channels": channels})
    old = make_mention("old", created_at=bench.clock() - timedelta(days=2))
    bench.platforms["piazza"].mentions = [old, make_mention("new")]
    assert bench.poller().poll()["piazza"].tally.opened == 1
    late = make_mention("late", created_at=bench.clock() - timedelta(days=2))
    bench.platforms["piazza"].mentions = [late]
    assert bench.poller().poll(regardless=True)["piazza"].tally.opened == 1, (
        "later, an old date means late-indexed"
    )


def test_while_nothing_comes_looks_grow_rarer_within_the_bounds_and_news_end_that() -> None:
    channel = ChannelSettings(connector="rss", every=timedelta(minutes=5), slowest=timedelta(hours=1))
    waits = [interval_after(channel, idle_looks).total_seconds() / 60 for idle_looks in range(9)]
    assert waits == [5, 5, 5, 10, 20, 40, 60, 60, 60]
    steady = ChannelSettings(connector="rss", every=timedelta(minutes=5))
    assert interval_after(steady, 1_000_000) == timedelta(minutes=5)


@given(st.text(max_size=40), st.datetimes())
def test_jitter_is_a_small_share_and_the_same_for_the_same_look(name: str, at: datetime) -> None:
    assert 0 <= jitter(name, at) <= 0.05
    assert jitter(name, at) == jitter(name, at)
