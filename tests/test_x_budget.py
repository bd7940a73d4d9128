"""What reading X costs, and what happens when the money for it ends."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors.x.budget import next_month, parse_money
from reputation_bot.errors import RetryLaterError
from reputation_bot.ports import Batch
from tests.contracts.connector import (
    keys,
    texts,
)
from tests.fake_server import Answer
from tests.fake_x import FakeX


@pytest.fixture
def platform() -> Iterator[FakeX]:
    x = FakeX()
    with x.server.running():
        yield x


class TestBudget:
    def test_each_item_is_charged_once_a_day(self, platform: FakeX) -> None:
        platform.publish("uno")
        connector = platform.connect(budget="20 USD")
        first = connector.poll(None)
        assert spent(first) == 1_000 + 10_000  # a mention and its author
        assert spent(connector.poll(first.cursor)) == 11_000
        platform.publish("due")
        assert spent(connector.poll(first.cursor)) == 12_000

    def test_next_day_charges_again_and_next_month_begins_at_nothing(self, platform: FakeX) -> None:
        platform.publish("uno")
        connector, now = platform.connect(budget="20 USD"), datetime.now(UTC)
        cursor = connector.poll(None).cursor
        assert isinstance(cursor, dict)
        tomorrow = cursor | {"spending": {**cursor["spending"], "day": "2001-01-01"}}
        assert spent(connector.poll(tomorrow)) == 12_000
        other_month = cursor | {"spending": {**cursor["spending"], "month": "2001-01"}}
        assert spent(connector.poll(other_month)) == 1_000
        assert next_month(now) <= timedelta(days=31)

    def test_four_fifths_are_told_once_and_slow_the_reading(self, platform: FakeX) -> None:
        platform.publish("uno")
        connector = platform.connect(budget="1 USD", prices={"mention_read": 0.01})
        assert connector.poll(None).again_after is None
        for number in range(84):
            platform.publish(f"numero {number}")
        near = connector.poll(None)
        assert near.again_after == timedelta(hours=1)
        assert any("86% of the month's budget of 1 USD" in notice for notice in near.notices)
        assert connector.poll(near.cursor).notices == []

    def test_used_up_budget_is_told_and_then_nothing_is_asked_until_the_month_ends(
        self, platform: FakeX
    ) -> None:
        for number in range(30):
            platform.publish(f"numero {number}")
        connector = platform.connect(budget="1 USD", prices={"mention_read": 0.05})
        batch = connector.poll(None)
        assert len(batch.mentions) == 20
        assert spent(batch) <= 1_000_000
        second = connector.poll(batch.cursor) if not any("used up" in one for one in batch.notices) else batch
        assert any("used up" in notice for notice in second.notices)
        platform.server.requests.clear()
        with pytest.raises(RetryLaterError, match="budget of 1 USD for reading X is used up") as caught:
            connector.poll(second.cursor)
        assert platform.server.requests == []
        assert caught.value.after is not None
        assert abs(caught.value.after - next_month(datetime.now(UTC))) < timedelta(minutes=1)

    def test_raised_budget_brings_what_was_not_read(self, platform: FakeX) -> None:
        for number in range(30):
            platform.publish(f"numero {number}")
        batch = platform.connect(budget="1 USD", prices={"mention_read": 0.05}).poll(None)
        rest = platform.connect(budget="9 USD", prices={"mention_read": 0.05}).poll(batch.cursor)
        assert len(keys(batch) | keys(rest)) == 30

    def test_messages_that_the_money_did_not_reach_come_when_there_is_some(self, platform: FakeX) -> None:
        for number in range(30):
            platform.publish(f"numero {number}")
        platform.write_to_us("in privato")
        prices = {"mention_read": 0.05}
        poor = platform.connect(messages=True, budget="1 USD", prices=prices)
        batch = poor.poll(None)
        assert "in privato" not in texts(batch)
        later = platform.connect(messages=True, budget="9 USD", prices=prices).poll(batch.cursor)
        assert "in privato" in texts(later)

    def test_window_and_monthly_cap_are_told_apart(self, platform: FakeX) -> None:
        at = str(int((datetime.now(UTC) + timedelta(minutes=4)).timestamp()))
        platform.server.fail(Answer(429, b'{"title":"Too Many Requests"}', {"x-rate-limit-reset": at}))
        with pytest.raises(RetryLaterError) as window:
            platform.connect().poll(None)
        assert window.value.after is not None
        assert window.value.after <= timedelta(minutes=4)
        body = b'{"title":"UsageCapExceeded","type":"https://api.twitter.com/2/problems/usage-capped","period":"Monthly"}'
        platform.server.fail(Answer(429, body, {"x-rate-limit-reset": at}))
        with pytest.raises(RetryLaterError, match="all the posts that its month") as month:
            platform.connect().poll(None)
        assert month.value.after is not None
        assert abs(month.value.after - next_month(datetime.now(UTC))) < timedelta(minutes=1)

    @pytest.mark.parametrize("text", ["20", "20 EUR", "0 USD", "-1 USD", 20, "1e9 USD"])
    def test_budget_that_is_none_is_refused(self, text: object) -> None:
        with pytest.raises(ValueError, match="such as 20 USD"):
            parse_money(text)


def spent(batch: Batch) -> int:
    """Millionths of a dollar."""
    assert isinstance(batch.cursor, dict)
    return int(batch.cursor["spending"]["spent"])
