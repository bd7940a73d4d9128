"""Published replies are looked after: seen, not yet, gone, edited, there again; ever more rarely, and a fault only delays."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from reputation_bot import outbox
from reputation_bot.errors import AccessError, BadAnswerError, RetryLaterError
from reputation_bot.model import CaseStatus, Mention, Receipt, Reply, ReplyState, Sighting
from reputation_bot.ports import Storage
from tests.factories import NOW, make_case, make_receipt, make_record, make_reply
from tests.fakes import FakeClock, FakePlatform

OUR_TEXT = make_reply().text


class Showing(FakePlatform):
    """A platform that can show again what was posted: `shown` is its text, None when it is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: str | None = OUR_TEXT
        self.fault: Exception | None = None
        self.looks = 0

    def look(self, reply: Reply, mention: Mention) -> Receipt | None:
        self.looks += 1
        if self.fault:
            raise self.fault
        if self.shown is None:
            return None
        return replace(self._receipt(reply), text=self.shown, url="https://piazza.example/found")


class Outlook:
    """One published reply, posted at NOW, to be looked for twenty seconds later."""

    def __init__(self, storage: Storage, clock: FakeClock) -> None:
        self.storage, self.clock, self.platform = storage, clock, Showing()
        receipt = make_receipt(posted_at=NOW, url=None)
        reply = make_reply(state=ReplyState.SENT, receipt=receipt, look_at=NOW + outbox.settling.FIRST_LOOK)
        with storage.transaction() as tx:
            tx.open_case(make_case(status=CaseStatus.WAITING, answered_at=NOW, due_at=None))
            tx.put_record(make_record())
            tx.put_reply(reply, expected=None)

    def watch(self, platform: FakePlatform | None = None) -> int:
        return outbox.watch(self.storage, lambda _: platform or self.platform, clock=self.clock)

    def later(self, shown: str | None, **duration: float) -> Sighting | None:
        self.platform.shown = shown
        self.clock.go_on(**duration)
        assert self.watch() == 1
        return self.reply.sighting

    @property
    def reply(self) -> Reply:
        with self.storage.read() as view:
            found = view.reply("1.1")
        assert found
        return found

    @property
    def told(self) -> list[tuple[str, str, str]]:
        with self.storage.read() as view:
            return [(event.move.value, event.detail, event.after) for event in view.events(1)]

    @property
    def version(self) -> int:
        with self.storage.read() as view:
            return view.case(1).version


@pytest.fixture
def outlook(storage: Storage, clock: FakeClock) -> Outlook:
    return Outlook(storage, clock)


def test_the_first_look_is_twenty_seconds_after_posting(outlook: Outlook) -> None:
    outlook.clock.go_on(seconds=19)
    assert outlook.watch() == 0
    outlook.clock.go_on(seconds=1)
    assert outlook.watch() == 1


def test_a_reply_that_is_there_is_seen_and_its_address_learned(outlook: Outlook) -> None:
    assert outlook.later(OUR_TEXT, seconds=20) is Sighting.SEEN
    reply = outlook.reply
    assert (reply.seen_at, reply.receipt and reply.receipt.url) == (
        outlook.clock(),
        "https://piazza.example/found",
    )
    assert outlook.told == [("reply_changed", "1.1 seen", "")]


def test_what_was_never_seen_is_not_there_yet_and_not_gone(outlook: Outlook) -> None:
    assert outlook.later(None, seconds=20) is Sighting.NOT_YET
    assert outlook.reply.seen_at is None


def test_what_was_seen_and_is_not_there_is_gone_and_may_come_back(outlook: Outlook) -> None:
    sightings = [
        outlook.later(OUR_TEXT, minutes=1),
        outlook.later(None, minutes=5),
        outlook.later(OUR_TEXT, minutes=30),
    ]
    assert sightings == [Sighting.SEEN, Sighting.GONE, Sighting.SEEN]
    assert [detail for _, detail, _ in outlook.told] == ["1.1 seen", "1.1 gone", "1.1 seen"]


def test_an_edit_on_the_platform_is_told_with_the_text_that_stands_there(outlook: Outlook) -> None:
    assert outlook.later("Tutt'altro.", seconds=20) is Sighting.EDITED
    assert outlook.told == [("reply_changed", "1.1 edited", "Tutt'altro.")]
    assert outlook.reply.text == OUR_TEXT, "what we approved stays what we approved"


def test_blanks_and_lines_that_the_platform_sets_otherwise_are_no_edit(outlook: Outlook) -> None:
    assert outlook.later(f"  {OUR_TEXT.replace(' ', '  ')}\n", seconds=20) is Sighting.SEEN


def test_the_same_sight_again_changes_no_case_and_no_card(outlook: Outlook) -> None:
    outlook.later(OUR_TEXT, seconds=20)
    version = outlook.version
    for _ in range(3):
        outlook.later(OUR_TEXT, days=1)
    assert outlook.version == version
    assert len(outlook.told) == 1


def test_looks_become_rarer_up_to_one_a_day_and_end_after_a_month(outlook: Outlook) -> None:
    looks = []
    while outlook.reply.look_at is not None:
        outlook.clock.now = outlook.reply.look_at
        looks.append(outlook.clock() - NOW)
        outlook.watch()
    waits = [later - earlier for earlier, later in pairwise(looks)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(days=1)
    assert timedelta(days=30) < looks[-1] < timedelta(days=32)
    assert len(looks) < 50
    outlook.clock.go_on(days=300)
    assert outlook.watch() == 0


@pytest.mark.parametrize(
    "fault", [RetryLaterError("busy"), AccessError("key refused"), BadAnswerError("?"), KeyError("ours")]
)
def test_a_fault_only_delays_the_look(outlook: Outlook, fault: Exception) -> None:
    outlook.later(OUR_TEXT, minutes=10)
    before = outlook.reply
    outlook.platform.fault = fault
    assert outlook.later(None, minutes=20) is Sighting.SEEN
    reply = outlook.reply
    assert (reply.seen_at, reply.receipt) == (before.seen_at, before.receipt)
    assert reply.look_at is not None
    assert reply.look_at > outlook.clock()
    assert len(outlook.told) == 1


def test_a_platform_that_cannot_show_it_again_is_asked_to_find_it(outlook: Outlook) -> None:
    platform = FakePlatform()
    platform.posted = [make_reply()]
    outlook.clock.go_on(seconds=20)
    outlook.watch(platform)
    assert outlook.reply.sighting is Sighting.SEEN


def test_a_reply_without_an_id_is_found_by_its_text(outlook: Outlook) -> None:
    with outlook.storage.transaction() as tx:
        receipt = make_receipt(external_id="", posted_at=NOW)
        tx.put_reply(
            replace(make_reply(), state=ReplyState.SENT, receipt=receipt, look_at=NOW),
            expected=ReplyState.SENT,
        )
    outlook.watch()
    assert outlook.platform.looks == 0
    assert outlook.reply.sighting is Sighting.NOT_YET


def test_one_turn_looks_at_twenty_replies_at_most(outlook: Outlook) -> None:
    with outlook.storage.transaction() as tx:
        for revision in range(2, 41):
            reply = make_reply(revision=revision, state=ReplyState.SENT, receipt=make_receipt(), look_at=NOW)
            tx.put_reply(reply, expected=None)
    assert [outlook.watch(), outlook.watch()] == [20, 19]
