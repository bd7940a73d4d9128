"""All publishing stops at once and goes on again; the cards of what waits say why."""

import pytest

from reputation_bot import pausing
from reputation_bot.model import Move
from reputation_bot.pausing import Pause
from reputation_bot.ports import Storage
from tests.acting import Office
from tests.factories import NOW, make_mention, make_reply
from tests.fakes import FakeClock


@pytest.fixture
def office(storage: Storage, clock: FakeClock) -> Office:
    """Case 1 has an approved reply that waits, case 2 has none."""
    office = Office(storage, clock)
    office.put()
    office.put(make_mention("m2"))
    with storage.transaction() as tx:
        tx.put_reply(make_reply(), expected=None)
    return office


def test_it_is_known_by_whom_and_since_when(office: Office) -> None:
    with office.storage.transaction() as tx:
        assert pausing.pause(tx, who="paolo", now=NOW)
        assert not pausing.pause(tx, who="anna", now=office.clock.go_on(hours=1)), "the first one stands"
    with office.storage.read() as view:
        assert pausing.paused(view) == Pause("paolo", NOW)


def test_only_the_cards_of_what_waits_are_drawn_anew(office: Office) -> None:
    versions = [office.case(1).version, office.case(2).version]
    with office.storage.transaction() as tx:
        pausing.pause(tx, who="paolo", now=NOW)
    assert [office.case(1).version, office.case(2).version] == [versions[0] + 1, versions[1]]
    with office.storage.transaction() as tx:
        assert pausing.resume(tx, who="anna", now=NOW)
    assert [office.case(1).version, office.case(2).version] == [versions[0] + 2, versions[1]]
    with office.storage.read() as view:
        audit = [(event.who, event.move, event.detail) for event in view.events(1)[-2:]]
    assert audit == [("paolo", Move.PAUSE, "1.1"), ("anna", Move.RESUME, "1.1")]


def test_resuming_what_was_not_paused_changes_nothing(office: Office) -> None:
    before = office.case()
    with office.storage.transaction() as tx:
        assert not pausing.resume(tx, who="anna", now=NOW)
        assert pausing.paused(tx) is None
    assert office.case() == before
