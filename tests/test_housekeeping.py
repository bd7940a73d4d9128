"""Once a day the live store is made small again, and only of what nobody needs."""

from datetime import timedelta

import pytest

from reputation_bot import housekeeping
from reputation_bot.housekeeping import tidy_up
from reputation_bot.ports import Storage
from reputation_bot.settings import Settings
from tests.factories import NOW, make_mention

SETTINGS = Settings.model_validate({"brand": {"name": "x"}, "telegram": {"chat": -1}})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def keep(storage: Storage, count: int) -> None:
    """Off-brand mentions, the last judged at NOW and each one hour after the one before."""
    with storage.transaction() as tx:
        for number in range(count):
            tx.put_off_brand(make_mention(str(number)), NOW - (count - 1 - number) * HOUR)


def kept(storage: Storage) -> list[str]:
    with storage.read() as view:
        return [one.mention.external_id for one in view.off_brand(NOW - 365 * DAY)]


def test_off_brand_mentions_are_forgotten_after_their_time(storage: Storage) -> None:
    keep(storage, 3)
    assert tidy_up(storage, SETTINGS, now=NOW + 7 * DAY - HOUR)
    assert kept(storage) == ["1", "2"]


def test_the_work_of_a_day_is_done_once(storage: Storage) -> None:
    tidy_up(storage, SETTINGS, now=NOW + 6 * DAY)
    keep(storage, 3)
    assert not tidy_up(storage, SETTINGS, now=NOW + 6 * DAY + HOUR)
    assert kept(storage) == ["0", "1", "2"]


def test_of_a_flood_of_off_brand_mentions_the_newest_are_kept(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "MOST_OFF_BRAND", 2)
    keep(storage, 5)
    tidy_up(storage, SETTINGS, now=NOW)
    assert kept(storage) == ["3", "4"]
