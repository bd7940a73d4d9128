"""Polls the channels that are due, side by side, and hands what they bring to `intake`; a broken channel never stops the others."""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zlib import crc32

from reputation_bot.errors import AccessError, ReputationBotError, RetryLaterError, StorageError
from reputation_bot.listening.coverage import LATE, looked
from reputation_bot.listening.crew import Crew
from reputation_bot.listening.intake import (
    OFF_BRAND_A_POLL,
    Judged,
    Tally,
    judge_news,
    mark_gone,
    record_batch,
)
from reputation_bot.listening.judge import Judge
from reputation_bot.model import ChannelState, Mention, Permission, ReplyOptions
from reputation_bot.owner import take_claims
from reputation_bot.ports import Batch, Connector, Reader, Replier, Storage, Transaction, for_staff
from reputation_bot.promises.hours import Hours
from reputation_bot.settings import ChannelSettings, Settings

log = logging.getLogger(__name__)

LONGEST_POLL = timedelta(minutes=10)  # lease of a channel that is being polled
PAUSED_EVERY = timedelta(hours=1)  # a channel that refused our key is asked again this often
_CANNOT_ANSWER = Permission(allowed=False, why_not=for_staff("this channel can only be read"))

Clock = Callable[[], datetime]
ConnectorOf = Callable[[str], Connector]  # by channel name


@dataclass(frozen=True, slots=True)
class Polled:
    """What one channel brought; `error` is for a person. `busy`: another process is polling it, nothing was done."""

    tally: Tally = field(default_factory=Tally)
    error: str | None = None
    busy: bool = False
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    """What came of asking one channel, before anything of it is written; with an `error` there is nothing else."""

    state: ChannelState
    started_at: datetime
    batch: Batch = field(default_factory=lambda: Batch([], None))
    judged: list[Judged] = field(default_factory=list)
    error: Exception | None = None
    ended_at: datetime | None = None  # when the platform had answered


class Poller:
    """Everything that a poll needs, put together by the app."""

    def __init__(
        self,
        storage: Storage,
        settings: Settings,
        connector_of: ConnectorOf,
        judge: Judge,
        *,
        owner: str,
        clock: Clock,
    ) -> None:
        self._storage, self._settings, self._connector_of, self._judge = (
            storage,
            settings,
            connector_of,
            judge,
        )
        self._owner, self._clock = owner, clock
        self._hours = Hours.of(settings)
        self._room = OFF_BRAND_A_POLL

    def poll(self, names: Collection[str] | None = None, *, regardless: bool = False) -> dict[str, Polled]:
        """Polls the named channels (all unless given) that are due, or `regardless` of that. Keeps the order of rules.yaml."""
        wanted = [name for name in self._settings.channels if names is None or name in names]
        mine, busy = self._claim_due(wanted, regardless=regardless)
        if not mine:
            return {name: Polled(busy=True) for name in busy}
        polled: dict[str, Polled] = {}
        for looks in Crew(lambda name: self._look(mine[name]), list(mine)).results():
            polled |= self._record_all(looks)
        return {
            name: polled.get(name, Polled(busy=True)) for name in wanted if name in polled or name in busy
        }

    def rehearse(self, names: Collection[str] | None = None) -> dict[str, tuple[Polled, list[Judged]]]:
        """Polls and judges without writing anything: no claim, no cursor, no case."""
        wanted = [name for name in self._settings.channels if names is None or name in names]
        return {name: self._rehearse_one(name) for name in wanted}

    def _claim_due(
        self, names: Iterable[str], *, regardless: bool
    ) -> tuple[dict[str, ChannelState], set[str]]:
        """The states of the channels that are ours now, and the names of those that another process is polling."""
        now = self._clock()
        with self._storage.read() as view:
            due = [
                name for name in names if regardless or _is_due(view.channel(name), self._channel(name), now)
            ]
        if not due:
            return {}, set()
        with self._storage.transaction() as tx:
            keys = {f"poll:{name}": name for name in due}
            taken = take_claims(tx, keys, self._owner, now=now, lease=LONGEST_POLL)
            mine = {}
            for name in (keys[key] for key in taken):
                state = tx.channel(name) or ChannelState(name)
                if regardless or _is_due(state, self._channel(name), now):
                    mine[name] = state
                else:  # another process has just polled it
                    tx.release(f"poll:{name}", self._owner)
        return mine, set(due) - set(mine)

    def _look(self, state: ChannelState) -> _Look:
        """Asks one channel and judges its news; writes nothing. Only a broken store raises."""
        started_at, name = self._clock(), state.name
        try:
            connector = self._connector_of(name)
            batch = connector.poll(state.cursor)
            answered_at = self._clock()
            judged = self._judge_batch(connector, name, batch.mentions)
            return _Look(state, started_at, batch, judged, ended_at=answered_at)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001  # one connector's fault must not stop the other channels
            return _Look(state, started_at, error=error)

    def _record_all(self, looks: Sequence[_Look]) -> dict[str, Polled]:
        """In one transaction, for each one rewrites the store; if one of them cannot be recorded, the others are without it."""
        try:
            with self._storage.transaction() as tx:
                return {look.state.name: self._record(tx, look) for look in looks}
        except StorageError:
            raise
        except Exception as error:
            if len(looks) > 1:
                return {name: one for look in looks for name, one in self._record_all([look]).items()}
            if looks[0].error:
                raise
            return self._record_all([_Look(looks[0].state, looks[0].started_at, error=error)])

    def _judge_batch(self, connector: Connector, name: str, mentions: Sequence[Mention]) -> list[Judged]:
        if not mentions:
            return []
        with self._storage.read() as view:
            return judge_news(
                view,
                mentions,
                judge=self._judge,
                channel=self._channel(name),
                options_of=options_of(connector),
            )

    def _record(self, tx: Transaction, look: _Look) -> Polled:
        state, batch = look.state, look.batch
        if look.error:
            return self._failed(tx, state, look.error, look.started_at)
        channel, now = self._channel(state.name), self._clock()
        first_look = state.polled_at is None and channel.backlog is not None
        skip_before = now - channel.backlog if first_look and channel.backlog else None
        idle_looks = 0 if look.judged else state.idle_looks + 1
        interval = interval_after(channel, idle_looks) * (1 + jitter(state.name, look.started_at))
        after = max(interval, batch.again_after or timedelta())
        done = replace(
            looked(
                state,
                started_at=look.started_at,
                ended_at=look.ended_at or now,
                complete_since=batch.complete_since,
                late=_late(tx, look),
            ),
            cursor=batch.cursor,
            due_at=look.started_at + after,
            polled_at=now,
            idle_looks=idle_looks,
            shown_at=now if batch.mentions else state.shown_at,
            failures=0,
            problem=None,
            paused=False,
        )
        promises = self._settings.promises
        tally = record_batch(
            tx,
            batch.mentions,
            look.judged,
            promises=promises,
            hours=self._hours,
            now=now,
            skip_before=skip_before,
            room=self._room,
        )
        self._room = max(self._room - tally.off_brand, 0)
        mark_gone(tx, state.name, batch.gone, now=now)
        tx.put_channel(done)
        tx.release(f"poll:{state.name}", self._owner)
        if state.failures:
            log.info("channel answers again channel=%s after_failures=%d", state.name, state.failures)
        return Polled(tally, notices=tuple(batch.notices))

    def _failed(self, tx: Transaction, state: ChannelState, error: Exception, started_at: datetime) -> Polled:
        if not isinstance(error, ReputationBotError):
            log.error("connector failed unexpectedly channel=%s", state.name, exc_info=error)
        problem = (
            str(error)
            if isinstance(error, ReputationBotError)
            else for_staff(f"unexpected {type(error).__name__}")
        )
        refused = isinstance(error, AccessError)
        wait = error.after if isinstance(error, RetryLaterError) and error.after else timedelta()
        after = max(self._channel(state.name).every, wait, PAUSED_EVERY if refused else timedelta())
        failed = replace(
            state,
            due_at=started_at + after,
            failures=state.failures + 1,
            failing_since=state.failing_since or started_at,
            problem=problem,
            paused=refused,
        )
        tx.put_channel(failed)
        tx.release(f"poll:{state.name}", self._owner)
        return Polled(error=problem)

    def _rehearse_one(self, name: str) -> tuple[Polled, list[Judged]]:
        with self._storage.read() as view:
            state = view.channel(name) or ChannelState(name)
        try:
            connector = self._connector_of(name)
            batch = connector.poll(state.cursor)
            judged = self._judge_batch(connector, name, batch.mentions)
        except ReputationBotError as error:
            return Polled(error=str(error)), []
        ours = [item for item in judged if item.judgement.words is not None]
        counts = Tally(
            new=len(ours), seen=len(batch.mentions) - len(judged), off_brand=len(judged) - len(ours)
        )
        return Polled(counts, notices=tuple(batch.notices)), judged

    def _channel(self, name: str) -> ChannelSettings:
        return self._settings.channels[name]


def interval_after(channel: ChannelSettings, idle_looks: int) -> timedelta:
    """How long to wait after so many looks without news: the configured time, doubled from the third on up to `slowest`."""
    doublings = min(max(idle_looks - 2, 0), 16)
    doubled = channel.every * (1 << doublings)
    return max(min(doubled, channel.slowest or channel.every), channel.every)


def jitter(name: str, at: datetime) -> float:
    """A share from 0 to 0.05, other for each channel and each time, so that channels of one platform drift apart."""
    return crc32(f"{name} {at.isoformat()}".encode()) / 0xFFFFFFFF / 20


def _late(view: Reader, look: _Look) -> int:
    """How many of the new mentions were written long before our last look, which did not find them."""
    covered_until = look.state.covered_until
    if covered_until is None:
        return 0
    made = [item.mention for item in look.judged if item.mention.created_at]
    old = [one for one in made if one.created_at and one.created_at < covered_until - LATE]
    return sum(view.seen(one.channel, one.external_id) is None for one in old)


def _is_due(state: ChannelState | None, channel: ChannelSettings, now: datetime) -> bool:
    """With a little slack: cron never starts at the same split second, and a minute late would be a whole turn late."""
    slack = min(channel.every / 10, timedelta(seconds=15))
    return state is None or state.due_at is None or state.due_at - slack <= now


def options_of(connector: Connector) -> Callable[[Mention], ReplyOptions]:
    """What a channel's connector says of a mention; where it only reads, that it does."""
    if isinstance(connector, Replier):
        return connector.options
    return lambda mention: ReplyOptions(_CANNOT_ANSWER, _CANNOT_ANSWER, open_url=mention.url)
