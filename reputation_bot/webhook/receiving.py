"""Records what one post to the webhook holds, as a poll would, once however often it is sent; whether it may is `proof`'s job."""

from collections.abc import Callable, Sequence
from datetime import datetime

from reputation_bot.listening.intake import Judged, Tally, judge_news, mark_gone, record_batch
from reputation_bot.listening.judge import Judge
from reputation_bot.listening.polling import options_of
from reputation_bot.model import Mention
from reputation_bot.ports import Batch, Connector, Receiver, Storage, Transaction
from reputation_bot.promises.hours import Hours
from reputation_bot.settings import Settings
from reputation_bot.webhook.proof import WINDOW


class NoReceiverError(Exception):
    """The channel's connector takes nothing that is sent."""


class Receiving:
    """Everything that recording needs, asked for anew with each post: rules.yaml may have changed."""

    def __init__(
        self,
        storage: Storage,
        settings: Callable[[], Settings],
        connector_of: Callable[[str], Connector],
        judge: Callable[[], Judge],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._storage, self._settings, self._connector_of = storage, settings, connector_of
        self._judge, self._clock = judge, clock

    def take(self, channel: str, body: bytes, mark: str | None) -> Tally | None:
        """Returns once all is in the store; None for a post that was taken before. `mark` is what its copies share.

        Raises ValueError for a body that cannot be read, PlatformError, StorageError, NoReceiverError.
        """
        if mark and self._is_known(channel, mark):
            return None
        connector = self._connector_of(channel)
        if not isinstance(connector, Receiver):
            raise NoReceiverError
        batch = connector.received(body)
        judged = self._judged(connector, channel, batch.mentions)
        with self._storage.transaction() as tx:
            if mark and not _remember(tx, channel, mark, self._clock()):
                return None
            return self._record(tx, channel, batch, judged)

    def _is_known(self, channel: str, mark: str) -> bool:
        with self._storage.read() as view:
            return mark in _known(view.value(_key(channel)))

    def _judged(self, connector: Connector, channel: str, mentions: Sequence[Mention]) -> list[Judged]:
        with self._storage.read() as view:
            return judge_news(
                view,
                mentions,
                judge=self._judge(),
                channel=self._settings().channels[channel],
                options_of=options_of(connector),
            )

    def _record(self, tx: Transaction, channel: str, batch: Batch, judged: Sequence[Judged]) -> Tally:
        settings, now = self._settings(), self._clock()
        hours = Hours.of(settings)
        tally = record_batch(tx, batch.mentions, judged, promises=settings.promises, hours=hours, now=now)
        mark_gone(tx, channel, batch.gone, now=now)
        return tally


def _remember(tx: Transaction, channel: str, mark: str, now: datetime) -> bool:
    """False when another thread or process has taken the same post meanwhile."""
    known = _known(tx.value(_key(channel)))
    if mark in known:
        return False
    oldest = (now - 2 * WINDOW).timestamp()
    kept = {one: at for one, at in known.items() if at > oldest}
    tx.put_value(_key(channel), {**kept, mark: int(now.timestamp())})
    return True


def _known(value: object) -> dict[str, int]:
    items = value.items() if isinstance(value, dict) else ()
    return {mark: at for mark, at in items if isinstance(mark, str) and isinstance(at, int)}


def _key(channel: str) -> str:
    return f"webhook:{channel}"
