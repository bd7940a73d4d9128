"""From a review to the one answer that it may hold, through the store; nobody's answer is lost on the way."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reputation_bot import outbox
from reputation_bot.listening.polling import Poller
from reputation_bot.model import Case, Record, Reply, ReplyState
from reputation_bot.ports import Storage
from reputation_bot.settings import Settings
from tests.factories import make_reply
from tests.fake_play import FakePlay
from tests.fakes import FakeJudge
from tests.test_app_store import FakeConnect
from tests.test_google_business import FakeBusiness
from tests.test_trustpilot import FakeTrustpilot

CHANNELS = {"play": FakePlay, "maps": FakeBusiness, "apple": FakeConnect, "tp": FakeTrustpilot}
BY_HAND: dict[str, Callable[[Any, str], object]] = {
    "play": lambda platform, text: platform.reply_by_hand(text),
    "maps": lambda platform, text: platform.reply(text),
    "apple": lambda platform, text: platform.respond(platform.reviews[0]["id"], text),
    "tp": lambda platform, text: platform.reply(text),
}


class Shop:
    """One channel, the store, and what happens in it."""

    def __init__(self, storage: Storage, name: str) -> None:
        self.storage, self.name = storage, name
        self.platform: Any = CHANNELS[name]()
        self.connector: Any = None
        self.settings = Settings.model_validate(
            {
                "brand": {"name": "Bottega Aurora"},
                "telegram": {"chat": -1},
                "channels": {name: {"connector": "sandbox", "own": True}},
            }
        )

    def poll(self) -> None:
        self.connector = self.connector or self.platform.connect()
        poller = Poller(
            self.storage,
            self.settings,
            lambda _: self.connector,
            FakeJudge(),
            owner="poll@here:1:1",
            clock=lambda: datetime.now(UTC),
        )
        (polled,) = poller.poll(regardless=True).values()
        assert polled.error is None

    def approve(self, text: str) -> None:
        now = datetime.now(UTC)
        reply = make_reply(text=text, approved_at=now, not_before=now, mention_key=self.case.mention_keys[-1])
        with self.storage.transaction() as tx:
            tx.put_reply(reply, expected=None)

    def post(self) -> None:
        # another process than the one that polled: its connector knows nothing of any look
        fresh = self.platform.connect()
        outbox.post_due(self.storage, lambda _: fresh, owner="bot@here:1:1", clock=lambda: datetime.now(UTC))

    @property
    def case(self) -> Case:
        with self.storage.read() as view:
            return view.case(1)

    @property
    def record(self) -> Record:
        with self.storage.read() as view:
            return view.records(1)[0]

    @property
    def reply(self) -> Reply:
        with self.storage.read() as view:
            found = view.reply("1.1")
        assert found
        return found


@pytest.fixture(params=sorted(CHANNELS))
def shop(request: pytest.FixtureRequest, storage: Storage) -> Iterator[Shop]:
    opened = Shop(storage, request.param)
    with opened.platform.server.running():
        yield opened


def test_review_becomes_a_case_and_gets_its_answer(shop: Shop) -> None:
    shop.platform.publish("Ordine mai arrivato", created_at=datetime.now(UTC) - timedelta(hours=1))
    shop.poll()
    assert shop.record.mention.rating == 2
    assert shop.case.options.public.allowed
    shop.approve("Ci dispiace, controlliamo subito.")
    shop.post()
    assert shop.reply.state is ReplyState.SENT
    assert [text for text, _ in shop.platform.answers()] == ["Ci dispiace, controlliamo subito."]
    shop.poll()
    with shop.storage.read() as view:
        assert len(view.cases()) == 1, "our answer opens no case"


def test_review_answered_by_hand_while_ours_waits_keeps_that_answer(shop: Shop) -> None:
    shop.platform.publish("Ordine mai arrivato")
    shop.poll()
    shop.approve("Ci dispiace, controlliamo subito.")
    BY_HAND[shop.name](shop.platform, "Scritto a mano")
    shop.post()
    assert shop.reply.state is ReplyState.FAILED
    assert "already has an answer" in str(shop.reply.problem)
    assert [text for text, _ in shop.platform.answers()] == ["Scritto a mano"]


def test_edited_review_updates_its_case_and_says_that_it_is_answered(shop: Shop) -> None:
    shop.platform.publish("Ordine mai arrivato")
    shop.poll()
    BY_HAND[shop.name](shop.platform, "Scritto a mano")
    shop.platform.edit("Ordine mai arrivato", "Ordine arrivato, grazie!")
    shop.poll()
    assert shop.record.mention.text == "Ordine arrivato, grazie!"
    assert shop.record.edited_at is not None
    assert "already has an answer" in str(shop.case.options.public.why_not)
