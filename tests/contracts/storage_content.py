"""Cases, records, replies, cards and claims as one transaction sees them: a part of the contract of every storage."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest

from reputation_bot.errors import ConflictError, NotFoundError
from reputation_bot.model import CaseStatus, Move, Priority, ReplyState, Thread, Visibility
from reputation_bot.ports import Storage
from tests.factories import (
    NOW,
    make_author,
    make_card,
    make_case,
    make_event,
    make_mention,
    make_record,
    make_reply,
    make_verdict,
)

LEASE = timedelta(minutes=1)


class StorageContent:
    """Needs the fixture `storage`, new and empty."""

    # Cases

    def test_case_ids_begin_at_one_and_grow_whatever_was_given(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            opened = [tx.open_case(make_case(id=77, version=5)) for _ in range(3)]
            assert [(case.id, case.version) for case in opened] == [(1, 1), (2, 1), (3, 1)]

    def test_a_stale_version_is_refused(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            first = tx.open_case(make_case())
            second = tx.put_case(replace(first, assignee="anna"))
            assert second == replace(first, assignee="anna", version=2)
            with pytest.raises(ConflictError):
                tx.put_case(replace(first, assignee="bruno"))
            with pytest.raises(ConflictError):
                tx.put_case(replace(second, version=3))
            assert tx.case(1) == second

    def test_a_case_that_was_never_opened_cannot_be_put(self, storage: Storage) -> None:
        with storage.transaction() as tx, pytest.raises(NotFoundError):
            tx.put_case(make_case(id=9))

    def test_the_newest_case_is_by_channel_thread_and_author(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            tx.open_case(make_case())
            closed = tx.open_case(make_case(status=CaseStatus.RESOLVED))
            tx.open_case(make_case(thread="other"))
            tx.open_case(make_case(channel="other"))
            tx.open_case(make_case(author=make_author(external_id="u2")))
            handle = tx.open_case(make_case(author=make_author(external_id=None)))
            assert tx.newest_case("piazza", "m1", "u1") == closed
            assert tx.newest_case("piazza", "m1", "giulia") == handle
            tenth = [tx.open_case(make_case()) for _ in range(4)][-1]
            assert tenth.id == 10
            assert tx.newest_case("piazza", "m1", "u1") == tenth

    def test_a_case_is_found_by_each_of_its_threads(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            case = tx.open_case(make_case())
            private = Thread("mail", "talk-7", "giulia@example.org", Visibility.PRIVATE)
            case = tx.put_case(replace(case, threads=(private,)))
            assert tx.newest_case("mail", "talk-7", "giulia@example.org") == case
            assert tx.newest_case("mail", "talk-7", "u1") is None
            assert tx.newest_case("piazza", "m1", "u1") == case
            case = tx.put_case(replace(case, threads=()))
            assert tx.newest_case("mail", "talk-7", "giulia@example.org") is None

    def test_a_merged_case_leaves_its_place_to_the_other(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            first = tx.open_case(make_case())
            second = tx.open_case(make_case())
            tx.put_case(replace(second, merged_into=first.id))
            assert tx.newest_case("piazza", "m1", "u1") == first

    def test_the_cases_of_an_author_are_those_on_one_channel(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            first = tx.open_case(make_case())
            tx.open_case(make_case(channel="other"))
            tx.open_case(make_case(author=make_author(external_id="u2")))
            second = tx.open_case(make_case(thread="other", status=CaseStatus.DISMISSED))
            assert tx.cases_of_author("piazza", "u1", newest=5) == [first, second]
            assert tx.cases_of_author("piazza", "u1", newest=1) == [second]
            assert tx.cases_of_author("piazza", "nobody", newest=5) == []

    def test_a_record_moves_to_another_case(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            tx.open_case(make_case())
            tx.open_case(make_case())
            tx.put_record(make_record())
            tx.put_record(make_record(case_id=2))
            assert tx.records(1) == []
            assert tx.records(2) == [make_record(case_id=2)]

    def test_records_are_found_by_any_of_their_marks(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            tx.open_case(make_case())
            first = make_record(marks=("u:shop.example/a", "t:1"))
            later = NOW + timedelta(minutes=1)
            second = make_record(make_mention("m2"), marks=("t:1", "t:2"), recorded_at=later)
            for record in (second, first, make_record(make_mention("m3"))):
                tx.put_record(record)
            assert tx.records_marked(["t:1", "t:2", "t:9"]) == [first, second]
            assert tx.records_marked(["u:shop.example/a"]) == [first]
            assert tx.records_marked([]) == []
            tx.put_record(replace(first, marks=()))
            assert tx.records_marked(["t:1"]) == [second]

    def test_replies_to_look_for_come_when_their_time_has_come(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            later = make_reply(id="1.2", look_at=NOW + timedelta(minutes=5))
            due = make_reply(id="1.3", look_at=NOW)
            longer_due = make_reply(id="1.4", look_at=NOW - timedelta(minutes=1))
            for reply in (make_reply(), later, due, longer_due):
                tx.put_reply(reply, expected=None)
            assert tx.replies_to_look_for(NOW) == [longer_due, due]
            tx.put_reply(replace(due, look_at=None), expected=due.state)
            assert tx.replies_to_look_for(NOW) == [longer_due]

    def test_cases_come_by_id_and_by_status(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            for status in [*CaseStatus, *CaseStatus]:
                tx.open_case(make_case(status=status))
            assert [case.id for case in tx.cases()] == list(range(1, 11))
            assert [case.id for case in tx.cases(statuses=[CaseStatus.OPEN, CaseStatus.SNOOZED])] == [
                1,
                3,
                6,
                8,
            ]
            assert tx.cases(statuses=[]) == []

    def test_open_cases_are_found_by_when_they_are_due(self, storage: Storage) -> None:
        hour, high, low = timedelta(hours=1), Priority.HIGH, Priority.LOW
        with storage.transaction() as tx:
            late = tx.open_case(make_case(due_at=NOW + 2 * hour))
            soon = tx.open_case(make_case(due_at=NOW + hour))
            for status in set(CaseStatus) - {CaseStatus.OPEN}:
                tx.open_case(make_case(due_at=NOW + hour, status=status))
            tx.open_case(make_case(due_at=None))
            other = tx.open_case(make_case(due_at=NOW + hour, verdict=make_verdict(priority=low)))
            assert tx.cases_to_remind_of(high, after=NOW, until=NOW + 2 * hour) == [soon, late]
            assert tx.cases_to_remind_of(high, after=NOW, until=NOW + hour) == [soon]
            assert tx.cases_to_remind_of(high, after=NOW + hour, until=NOW + 2 * hour) == [late]
            assert tx.cases_to_escalate(high, until=NOW + 2 * hour) == [soon, late]
            assert tx.cases_to_escalate(high, until=NOW) == []
        with storage.read() as view:
            assert view.cases_to_remind_of(low, after=NOW, until=NOW + hour) == [other]
            assert view.cases_to_escalate(low, until=NOW + hour) == [other]

    def test_a_case_is_told_of_once_for_each_time_at_which_it_is_due(self, storage: Storage) -> None:
        hour, high = timedelta(hours=1), Priority.HIGH
        until = NOW + 3 * hour
        with storage.transaction() as tx:
            case = tx.open_case(make_case(due_at=NOW + hour))
            case = tx.put_case(replace(case, reminded_of=(NOW + hour,)))
            assert tx.cases_to_remind_of(high, after=NOW, until=until) == []
            assert tx.cases_to_escalate(high, until=until) == [case]
            case = tx.put_case(replace(case, due_at=NOW + 2 * hour))
            assert tx.cases_to_remind_of(high, after=NOW, until=until) == [case]
            case = tx.put_case(replace(case, escalated_of=(NOW + 2 * hour,)))
            assert tx.cases_to_remind_of(high, after=NOW, until=until) == []
            assert tx.cases_to_escalate(high, until=until) == []
            case = tx.put_case(replace(case, due_at=NOW + 3 * hour))
            assert tx.cases_to_remind_of(high, after=NOW, until=until) == [case]
            case = tx.put_case(replace(case, due_at=NOW + hour))
            assert tx.cases_to_remind_of(high, after=NOW, until=until) == []
            case = tx.put_case(replace(case, due_at=NOW + 3 * hour))
        with storage.read() as view:
            assert view.cases_to_remind_of(high, after=NOW, until=until) == [case]
            assert view.cases_to_escalate(high, until=until) == [case]

    # Records, events, seen

    def test_records_of_a_case_come_oldest_first(self, storage: Storage) -> None:
        times = {"b": 2, "a": 1, "c": 3}
        with storage.transaction() as tx:
            for name, minutes in times.items():
                at = NOW + timedelta(minutes=minutes)
                tx.put_record(make_record(make_mention(name), recorded_at=at))
            tx.put_record(make_record(make_mention("other"), case_id=2))
            assert [record.mention.external_id for record in tx.records(1)] == ["a", "b", "c"]

    def test_a_record_put_again_replaces_the_first(self, storage: Storage) -> None:
        edited = make_record(make_mention(text="È arrivato!"), edited_at=NOW)
        with storage.transaction() as tx:
            tx.put_record(make_record())
            tx.put_record(edited)
            assert tx.records(1) == [edited]
            tx.put_record(replace(edited, case_id=2))
            assert tx.records(1) == []
            assert tx.records(2) == [replace(edited, case_id=2)]

    def test_events_come_in_the_order_appended(self, storage: Storage) -> None:
        events = [make_event(move=move, at=NOW - timedelta(minutes=n)) for n, move in enumerate(Move)]
        for event in events:
            with storage.transaction() as tx:
                tx.append_event(1, event)
                tx.append_event(2, event)
        with storage.read() as view:
            assert view.events(1) == view.events(2) == events

    def test_seen_keeps_the_last_fingerprint_per_channel_and_id(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            tx.mark_seen("piazza", {"m1": "one", "m2": "with a space"}, NOW.date())
            tx.mark_seen("news", {"m1": "other"}, NOW.date())
            tx.mark_seen("piazza", {"m1": "two"}, NOW.date())
            assert tx.seen("piazza", "m1") == "two"
        with storage.read() as view:
            assert view.seen("piazza", "m1") == "two"
            assert view.seen("piazza", "m2") == "with a space"
            assert view.seen("news", "m1") == "other"
            assert view.seen("news", "m2") is None

    def test_only_what_was_last_shown_before_the_day_is_forgotten(self, storage: Storage) -> None:
        today, days = NOW.date(), timedelta(days=1)
        with storage.transaction() as tx:
            tx.mark_seen("piazza", {"old": "f", "kept": "f", "day": "f"}, today - 2 * days)
            tx.mark_seen("news", {"old": "f"}, today - 2 * days)
            tx.mark_seen("piazza", {"kept": "f"}, today)
            tx.mark_seen("piazza", {"kept": "f"}, today - 2 * days)  # a late batch makes nothing older
            tx.mark_seen("piazza", {"day": "f"}, today - days)
            assert tx.forget_seen("piazza", today - days) == 1
            assert [tx.seen("piazza", name) for name in ("old", "kept", "day")] == [None, "f", "f"]
            assert tx.seen("news", "old") == "f"
            assert tx.forget_seen("piazza", today - days) == 0
            assert tx.forget_seen("unknown", today) == 0

    # Off-brand mentions

    def test_off_brand_mentions_are_kept_once_each_and_come_oldest_first(self, storage: Storage) -> None:
        hour = timedelta(hours=1)
        other, late = make_mention("other", text="half a sign: \ud83d"), make_mention("late")
        with storage.transaction() as tx:
            tx.put_off_brand(late, NOW)
            tx.put_off_brand(make_mention(text="the other Aurora"), NOW - 2 * hour)
            tx.put_off_brand(other, NOW - hour)
            tx.put_off_brand(make_mention(), NOW - 2 * hour)
        with storage.read() as view:
            kept = view.off_brand(NOW - 2 * hour)
            assert [one.mention.external_id for one in kept] == ["m1", "other", "late"]
            assert [one.judged_at for one in kept] == [NOW - 2 * hour, NOW - hour, NOW]
            assert kept[0].mention == make_mention()
            assert [one.mention for one in view.off_brand(NOW)] == [late]
            assert view.record("piazza:m1") is None
            assert view.cases(archived=True) == []

    def test_only_off_brand_mentions_judged_before_the_moment_are_forgotten(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            for minutes in range(3):
                tx.put_off_brand(make_mention(f"\ud83d{minutes}"), NOW + timedelta(minutes=minutes))
            assert tx.forget_off_brand(NOW + timedelta(minutes=2)) == 2
            assert tx.forget_off_brand(NOW + timedelta(minutes=2)) == 0
        with storage.read() as view:
            assert [one.judged_at for one in view.off_brand(NOW)] == [NOW + timedelta(minutes=2)]

    # Replies

    def test_a_reply_is_put_only_over_the_state_expected(self, storage: Storage) -> None:
        pending, sending = make_reply(), make_reply(state=ReplyState.SENDING)
        with storage.transaction() as tx:
            with pytest.raises(ConflictError):
                tx.put_reply(sending, expected=ReplyState.PENDING)
            tx.put_reply(pending, expected=None)
            with pytest.raises(ConflictError):
                tx.put_reply(pending, expected=None)
            with pytest.raises(ConflictError):
                tx.put_reply(sending, expected=ReplyState.UNKNOWN)
            tx.put_reply(sending, expected=ReplyState.PENDING)
            assert tx.reply("1.1") == sending

    def test_replies_come_by_approval_and_can_be_filtered(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            for case_id, revision, minutes, state in [
                (2, 1, 3, ReplyState.SENT),
                (1, 2, 2, ReplyState.PENDING),
                (1, 1, 1, ReplyState.SENT),
                (3, 1, 0, ReplyState.UNKNOWN),
            ]:
                at = NOW + timedelta(minutes=minutes)
                tx.put_reply(make_reply(case_id, revision, approved_at=at, state=state), expected=None)

            def ids(case_id: int | None = None, states: Collection[ReplyState] | None = None) -> list[str]:
                return [reply.id for reply in tx.replies(case_id=case_id, states=states)]

            assert ids() == ["3.1", "1.1", "1.2", "2.1"]
            assert ids(case_id=1) == ["1.1", "1.2"]
            assert ids(states={ReplyState.SENT, ReplyState.UNKNOWN}) == ["3.1", "1.1", "2.1"]
            assert ids(case_id=1, states=[ReplyState.PENDING]) == ["1.2"]
            tx.put_reply(make_reply(1, 2, state=ReplyState.CANCELLED), expected=ReplyState.PENDING)
            assert ids(states=[ReplyState.PENDING]) == []

    # Cards

    def test_a_card_is_stale_until_it_shows_the_cases_version(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            first, second = tx.open_case(make_case()), tx.open_case(make_case())
            assert tx.stale_cards() == [(first, None), (second, None)]
            tx.put_card(make_card(1, shown_version=1))
            hidden = make_card(2, shown_version=0, message_id=None)
            tx.put_card(hidden)
            assert tx.stale_cards() == [(second, hidden)]
            first = tx.put_case(first)
            assert tx.stale_cards() == [(first, make_card(1)), (second, hidden)]
        with storage.read() as view:
            assert view.stale_cards() == [(first, make_card(1)), (second, hidden)]
            assert view.stale_cards(most=1) == [(first, make_card(1))]

    def test_a_card_is_found_by_its_own_message_only(self, storage: Storage) -> None:
        card = make_card(1, chat=-5, message_id=100)
        with storage.transaction() as tx:
            tx.put_card(card)
            tx.put_card(make_card(2, chat=-5, message_id=None, listed_in=300))
            assert tx.card_of_message(-5, 100) == card
            assert tx.card_of_message(-6, 100) is None
            assert tx.card_of_message(-5, 300) is None
            tx.put_card(replace(card, message_id=200))
            assert tx.card_of_message(-5, 100) is None
            assert tx.card_of_message(-5, 200) == replace(card, message_id=200)

    # Claims and values

    def test_a_claim_excludes_others_until_its_lease_ends(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            assert tx.claim("poll", "one", now=NOW, lease=LEASE)
            assert not tx.claim("poll", "two", now=NOW + LEASE - timedelta(seconds=1), lease=LEASE)
            assert tx.claim("other", "two", now=NOW, lease=LEASE)
            assert tx.claim("poll", "one", now=NOW + LEASE / 2, lease=LEASE)
            assert not tx.claim("poll", "two", now=NOW + LEASE, lease=LEASE)
            assert tx.claim("poll", "two", now=NOW + 2 * LEASE, lease=LEASE)
            assert not tx.claim("poll", "one", now=NOW + 2 * LEASE, lease=LEASE)

    def test_only_the_owner_gives_a_claim_back(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            tx.claim("poll", "one", now=NOW, lease=LEASE)
            tx.release("poll", "two")
            tx.release("never claimed", "two")
            assert not tx.claim("poll", "two", now=NOW, lease=LEASE)
            tx.release("poll", "one")
            assert tx.claims() == []
            assert tx.claim("poll", "two", now=NOW, lease=LEASE)

    def test_a_value_can_be_replaced_by_any_json_value(self, storage: Storage) -> None:
        values: list[object] = [{"a": [1]}, [], 0, "", False, 1.5, None]
        for value in values:
            with storage.transaction() as tx:
                tx.put_value("key", value)
            with storage.read() as view:
                assert view.value("key") == value
