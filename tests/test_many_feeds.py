"""Many channels at once: recorded together, each failing for itself, nothing lost, and judged only as far as is needed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.http import Http, Limits
from connectors.pace import Pace
from connectors.rss import RssConnector, RssOptions
from reputation_bot.listening.intake import judge_news, record_batch
from reputation_bot.listening.judge import Judgement
from reputation_bot.listening.polling import Polled, Poller
from reputation_bot.model import Draft, Mention, ReplyOptions, Verdict
from reputation_bot.ports import Batch, Channel, Connector, Storage
from reputation_bot.rules.background import UNKNOWN, Background
from reputation_bot.settings import ChannelSettings, Promises, Settings
from storage.tiny import TinyStorage
from storage.tiny_transaction import TinyTransaction
from tests.factories import NOW, make_author, make_mention, make_options
from tests.fake_server import Answer, FakeServer, Request, refused_url
from tests.fakes import FakeClock, FakeJudge, FakePlatform
from tests.feed_samples import rss

CHANNEL = ChannelSettings(connector="rss")


def settings_for(count: int) -> Settings:
    channels = {f"blog{number}": {"connector": "rss"} for number in range(count)}
    return Settings.model_validate(
        {"brand": {"name": "Bottega Aurora"}, "telegram": {"chat": -1}, "channels": channels}
    )


class CountingStorage(TinyStorage):
    """Tells how often it was written."""

    transactions = 0

    @contextmanager
    def transaction(self) -> Iterator[TinyTransaction]:
        self.transactions += 1
        with super().transaction() as tx:
            yield tx


def poll(storage: Storage, count: int, connector_of: Callable[[str], Connector]) -> dict[str, Polled]:
    poller = Poller(
        storage,
        settings_for(count),
        connector_of,
        FakeJudge(),
        owner="poll@here:1:1",
        clock=FakeClock(),
    )
    return poller.poll(regardless=True)


class Brings(FakePlatform):
    """One mention of its own channel, and whatever cursor is wanted."""

    def __init__(self, name: str, cursor: object = None) -> None:
        super().__init__()
        self.mentions, self.cursor = [make_mention(f"of {name}", channel=name)], cursor

    def poll(self, cursor: object) -> Batch:
        return Batch(self.mentions, self.cursor)


def test_what_is_ready_together_is_written_together(tmp_path: Path) -> None:
    storage = CountingStorage(str(tmp_path / "store.json"))
    polled = poll(storage, 120, Brings)
    assert sum(one.tally.new for one in polled.values()) == 120
    assert storage.transactions < 60


def test_what_cannot_be_recorded_fails_alone(storage: Storage) -> None:
    polled = poll(storage, 12, lambda name: Brings(name, object() if name == "blog7" else 1))
    assert {name for name, one in polled.items() if one.error} == {"blog7"}
    assert sum(one.tally.new for one in polled.values()) == 11
    with storage.read() as view:
        assert len(view.cases()) == 11
        state = view.channel("blog7")
        assert state
        assert state.failures == 1
        assert view.claims() == []


FAULTS = [
    Answer(500),
    Answer(429),
    Answer(body=b"<html>parked</html>"),
    Answer(body=b"<rss", cut_at=2),
    Answer(is_dropped=True),
    Answer(401),
]


class Blogs:
    """Servers of many feeds with two entries each; one in ten fails, each in its own way, while `are_faulty`."""

    def __init__(self) -> None:
        self.are_faulty, self.server = True, FakeServer(self.answer)

    def answer(self, request: Request) -> Answer:
        number = int(request.path.split("/")[1])
        if self.are_faulty and number % 10 == 0:
            return FAULTS[number // 10 % len(FAULTS)]
        entries = (f"<guid>{number}-{entry}</guid><title>Bottega Aurora {entry}</title>" for entry in (1, 2))
        return Answer(body=rss(*entries).encode())

    def connector_of(self, name: str) -> RssConnector:
        url = f"{self.server.url}/{name.removeprefix('blog')}/"
        limits = Limits(read=timedelta(seconds=5))
        return RssConnector(Channel(name, "B"), RssOptions(url=url), Http([url], limits=limits, pace=Pace()))


def test_every_fault_of_many_feeds_is_told_and_nothing_is_lost_at_the_next_look(storage: Storage) -> None:
    blogs = Blogs()
    with blogs.server.running():
        first = poll(storage, 80, blogs.connector_of)
        blogs.are_faulty = False
        second = poll(storage, 80, blogs.connector_of)
    assert {name for name, one in first.items() if one.error} == {f"blog{n}" for n in range(0, 80, 10)}
    assert sum(one.tally.new for one in first.values()) == 2 * 72
    assert not any(one.error for one in second.values())
    with storage.read() as view:
        for number in range(80):
            assert view.seen(f"blog{number}", f"{number}-1")
            assert view.seen(f"blog{number}", f"{number}-2")


def test_channels_that_nobody_answers_hold_up_no_other(storage: Storage) -> None:
    nobody = refused_url()
    blogs = Blogs()
    blogs.are_faulty = False

    def connector_of(name: str) -> RssConnector:
        if int(name.removeprefix("blog")) % 2:
            return blogs.connector_of(name)
        return RssConnector(Channel(name, "B"), RssOptions(url=nobody), Http([nobody], pace=Pace()))

    with blogs.server.running():
        polled = poll(storage, 40, connector_of)
    assert sum(bool(one.error) for one in polled.values()) == 20
    assert sum(one.tally.new for one in polled.values()) == 40


# Judging only what needs a verdict


@dataclass
class CountingJudge(FakeJudge):
    """Remembers of which mentions verdict and drafts were worked out."""

    worked_out: list[str] = field(default_factory=list)

    def judge(
        self,
        mention: Mention,
        channel: ChannelSettings,
        options: ReplyOptions,
        background: Background = UNKNOWN,
    ) -> Judgement:
        judgement = super().judge(mention, channel, options, background)

        def work_out() -> tuple[Verdict, tuple[Draft, ...]]:
            self.worked_out.append(mention.external_id)
            return judgement.worked_out

        return Judgement(judgement.words, work_out)


def judged(storage: Storage, judge: FakeJudge, *mentions: Mention) -> AbstractContextManager[None]:
    """Within the block the mentions have been judged and not yet recorded."""

    @contextmanager
    def block() -> Iterator[None]:
        with storage.read() as view:
            news = judge_news(
                view,
                mentions,
                judge=judge,
                channel=CHANNEL,
                options_of=lambda _: make_options(),
            )
        yield
        with storage.transaction() as tx:
            record_batch(tx, mentions, news, promises=Promises(), now=NOW)

    return block()


def elsewhere(external_id: str, minutes: int = 0, **changes: object) -> Mention:
    return make_mention(
        external_id, text="elsewhere", created_at=NOW - timedelta(minutes=9 - minutes), **changes
    )


def test_what_is_about_somebody_else_gets_no_verdict(storage: Storage) -> None:
    judge = CountingJudge()
    with judged(storage, judge, elsewhere("a"), elsewhere("b")):
        pass
    assert judge.worked_out == []


def test_what_carries_on_a_case_has_its_verdict_before_the_store_is_locked(storage: Storage) -> None:
    judge = CountingJudge()
    with judged(storage, judge, make_mention("a", thread="t")):
        pass
    with judged(storage, judge, elsewhere("b", thread="t"), elsewhere("c", thread="u")):
        assert judge.worked_out == ["a", "b"]
    assert judge.worked_out == ["a", "b"]


def test_what_carries_on_a_case_of_the_same_batch_has_its_verdict_too(storage: Storage) -> None:
    judge = CountingJudge()
    ours = make_mention("a", thread="t", created_at=NOW - timedelta(minutes=9))
    other = make_author(external_id="u2")
    with judged(
        storage, judge, ours, elsewhere("b", 1, thread="t"), elsewhere("c", 2, thread="t", author=other)
    ):
        assert judge.worked_out == ["a", "b"]
    with storage.read() as view:
        assert [case.mention_keys for case in view.cases()] == [("piazza:a", "piazza:b")]


def test_an_edit_that_takes_our_name_out_has_its_verdict(storage: Storage) -> None:
    judge = CountingJudge()
    with judged(storage, judge, make_mention("a")):
        pass
    with judged(storage, judge, elsewhere("a")):
        assert judge.worked_out == ["a", "a"]


def test_a_case_that_another_process_opens_meanwhile_gets_the_verdict_late(storage: Storage) -> None:
    judge = CountingJudge()
    with judged(storage, judge, elsewhere("b", thread="t")):
        with judged(storage, FakeJudge(), make_mention("a", thread="t")):
            pass
        assert judge.worked_out == []
    assert judge.worked_out == ["b"]
    with storage.read() as view:
        assert [case.mention_keys for case in view.cases()] == [("piazza:a", "piazza:b")]


@pytest.mark.parametrize(("room", "kept"), [(0, 0), (2, 2), (9, 3)])
def test_of_what_is_about_somebody_else_so_much_is_kept_as_there_is_room_for(
    storage: Storage, room: int, kept: int
) -> None:
    mentions = [elsewhere(name) for name in "abc"]
    with storage.read() as view:
        news = judge_news(
            view,
            mentions,
            judge=FakeJudge(),
            channel=CHANNEL,
            options_of=lambda _: make_options(),
        )
    with storage.transaction() as tx:
        tally = record_batch(tx, mentions, news, promises=Promises(), now=NOW, room=room)
    assert tally.off_brand == 3
    with storage.read() as view:
        assert len(view.off_brand(NOW - timedelta(days=1))) == kept
        assert all(view.seen("piazza", name) for name in "abc")
