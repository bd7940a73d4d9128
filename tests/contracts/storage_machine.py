"""Random acts on a storage, after each of which every question must be answered as plain dictionaries answer it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from reputation_bot.errors import ConflictError, NotFoundError
from reputation_bot.model import (
    CLOSED,
    UNFINISHED,
    Card,
    Case,
    CaseEvent,
    CaseStatus,
    Record,
    Reply,
    ReplyState,
)
from reputation_bot.ports import Reader, Storage, Transaction
from tests.factories import (
    NOW,
    make_author,
    make_card,
    make_case,
    make_event,
    make_mention,
    make_record,
    make_reply,
)

CASE_ID = st.integers(1, 6)
NAME = st.sampled_from(["a", "b", "c"])
DAY = timedelta(days=1)
TIME = st.sampled_from([NOW - timedelta(hours=hours) for hours in range(3)])
TIMES = st.lists(TIME, max_size=2)
Result = TypeVar("Result")


class UndoneError(Exception):
    """Ends a transaction without a trace."""


class StorageMachine(RuleBasedStateMachine):
    """`open_storage` opens the store of a name; the name is used by this machine alone."""

    def __init__(self, open_storage: Callable[[str], Storage], name: str) -> None:
        super().__init__()
        self.open: Callable[[], Storage] = lambda: open_storage(name)
        self.cases: dict[int, Case] = {}
        self.archived: dict[int, Case] = {}
        self.records: dict[str, Record] = {}
        self.events: dict[int, list[CaseEvent]] = {}
        self.replies: dict[str, Reply] = {}
        self.cards: dict[int, Card] = {}
        self.seen: dict[str, tuple[str, date]] = {}
        self.values: dict[str, int | None] = {}
        self.claims: dict[str, tuple[str, datetime]] = {}
        self.off_brand: dict[str, datetime] = {}

    @initialize()
    def begin(self) -> None:
        self.storage = self.open()

    @rule()
    def reopen(self) -> None:
        self.storage.close()
        self.storage = self.open()

    def act(self, work: Callable[[Transaction], Result], *, undo: bool = False) -> Result:
        """Does the work, and before that, if wanted, once in a transaction that is undone."""
        if undo:
            with pytest.raises(UndoneError), self.storage.transaction() as tx:  # noqa: PT012
                work(tx)
                raise UndoneError
        with self.storage.transaction() as tx:
            return work(tx)

    @rule(thread=NAME, author=NAME, undo=st.booleans())
    def open_case(self, thread: str, author: str, undo: bool) -> None:
        case = make_case(thread=thread, author=make_author(external_id=author))
        expected = replace(case, id=len(self.cases) + len(self.archived) + 1)
        assert self.act(lambda tx: tx.open_case(case), undo=undo) == expected
        self.cases[expected.id] = expected

    @rule(case_id=CASE_ID, status=st.sampled_from(CaseStatus), days=st.integers(0, 400), stale=st.booleans())
    def put_case(self, case_id: int, status: CaseStatus, days: int, stale: bool) -> None:
        case = self.cases.get(case_id)
        if case is None:
            with pytest.raises(NotFoundError):
                self.act(lambda tx: tx.put_case(make_case(id=case_id)))
        elif stale:
            with pytest.raises(ConflictError):
                self.act(lambda tx: tx.put_case(replace(case, version=case.version - 1)))
        else:
            closed_at = NOW - days * DAY if status in CLOSED else None
            changed = replace(case, status=status, closed_at=closed_at)
            self.cases[case_id] = replace(changed, version=case.version + 1)
            assert self.act(lambda tx: tx.put_case(changed)) == self.cases[case_id]

    @rule(case_id=CASE_ID, due=st.none() | TIME, reminded=TIMES, escalated=TIMES, undo=st.booleans())
    def promise(
        self,
        case_id: int,
        due: datetime | None,
        reminded: list[datetime],
        escalated: list[datetime],
        undo: bool,
    ) -> None:
        case = self.cases.get(case_id)
        if case:
            changed = replace(case, due_at=due, reminded_of=tuple(reminded), escalated_of=tuple(escalated))
            assert self.act(lambda tx: tx.put_case(changed), undo=undo).version == case.version + 1
            self.cases[case_id] = replace(changed, version=case.version + 1)

    @rule(case_id=CASE_ID, name=NAME, minutes=st.integers(0, 9), undo=st.booleans())
    def put_record(self, case_id: int, name: str, minutes: int, undo: bool) -> None:
        key = f"piazza:{name}"
        if case_id in self.cases and (key not in self.records or self.records[key].case_id in self.cases):
            at = NOW + timedelta(minutes=minutes)
            mention = make_mention(name, created_at=at)
            self.records[key] = make_record(mention, case_id=case_id, recorded_at=at)
            self.act(lambda tx: tx.put_record(self.records[key]), undo=undo)

    @rule(case_id=CASE_ID, detail=NAME)
    def append_event(self, case_id: int, detail: str) -> None:
        if case_id in self.cases:
            event = make_event(detail=detail)
            self.events.setdefault(case_id, []).append(event)
            self.act(lambda tx: tx.append_event(case_id, event))

    @rule(
        case_id=CASE_ID,
        state=st.sampled_from(ReplyState),
        expected=st.none() | st.sampled_from(ReplyState),
        undo=st.booleans(),
    )
    def put_reply(self, case_id: int, state: ReplyState, expected: ReplyState | None, undo: bool) -> None:
        if case_id in self.cases:
            reply = make_reply(case_id, state=state, approved_at=NOW - case_id * DAY)
            stored = self.replies.get(reply.id)
            if expected is (stored and stored.state):
                self.replies[reply.id] = reply
                self.act(lambda tx: tx.put_reply(reply, expected=expected), undo=undo)
            else:
                with pytest.raises(ConflictError):
                    self.act(lambda tx: tx.put_reply(reply, expected=expected))

    @rule(
        case_id=CASE_ID, shown=st.integers(0, 4), message=st.none() | st.integers(0, 20), undo=st.booleans()
    )
    def put_card(self, case_id: int, shown: int, message: int | None, undo: bool) -> None:
        if case_id in self.cases:
            message_id = None if message is None else case_id * 100 + message
            self.cards[case_id] = make_card(case_id, shown_version=shown, message_id=message_id)
            self.act(lambda tx: tx.put_card(self.cards[case_id]), undo=undo)

    @rule(name=NAME, fingerprint=NAME, days=st.integers(0, 3))
    def mark_seen(self, name: str, fingerprint: str, days: int) -> None:
        day = NOW.date() - days * DAY
        _, before = self.seen.get(name, (None, day))
        self.seen[name] = fingerprint, max(day, before)
        self.act(lambda tx: tx.mark_seen("piazza", {name: fingerprint}, day))

    @rule(days=st.integers(0, 3))
    def forget_seen(self, days: int) -> None:
        before = NOW.date() - days * DAY
        old = [name for name, (_, day) in self.seen.items() if day < before]
        assert self.act(lambda tx: tx.forget_seen("piazza", before)) == len(old)
        for name in old:
            del self.seen[name]

    @rule(name=NAME, days=st.integers(0, 3), undo=st.booleans())
    def put_off_brand(self, name: str, days: int, undo: bool) -> None:
        self.off_brand[name] = NOW - days * DAY
        self.act(lambda tx: tx.put_off_brand(make_mention(name), NOW - days * DAY), undo=undo)

    @rule(days=st.integers(0, 3), undo=st.booleans())
    def forget_off_brand(self, days: int, undo: bool) -> None:
        before = NOW - days * DAY
        old = [name for name, at in self.off_brand.items() if at < before]
        assert self.act(lambda tx: tx.forget_off_brand(before), undo=undo) == len(old)
        for name in old:
            del self.off_brand[name]

    @rule(key=NAME, owner=NAME, minutes=st.integers(0, 9), lease=st.integers(1, 5))
    def claim(self, key: str, owner: str, minutes: int, lease: int) -> None:
        now = NOW + timedelta(minutes=minutes)
        held_by, until = self.claims.get(key, (owner, now))
        free = held_by == owner or until <= now
        assert self.act(lambda tx: tx.claim(key, owner, now=now, lease=timedelta(minutes=lease))) is free
        if free:
            self.claims[key] = owner, now + timedelta(minutes=lease)

    @rule(key=NAME, owner=NAME)
    def release(self, key: str, owner: str) -> None:
        self.act(lambda tx: tx.release(key, owner))
        if key in self.claims and self.claims[key][0] == owner:
            del self.claims[key]

    @rule(key=NAME, value=st.integers() | st.none(), undo=st.booleans())
    def put_value(self, key: str, value: int | None, undo: bool) -> None:
        value = None if value is None else value % 2**63
        self.values[key] = value
        self.act(lambda tx: tx.put_value(key, value), undo=undo)

    @rule(days=st.integers(0, 400), undo=st.booleans())
    def archive(self, days: int, undo: bool) -> None:
        before = NOW - days * DAY
        busy = {reply.case_id for reply in self.replies.values() if reply.state in UNFINISHED}
        gone = [
            case
            for case in self.cases.values()
            if case.status in CLOSED and case.closed_at and case.closed_at < before and case.id not in busy
        ]
        assert self.act(lambda tx: tx.archive(before), undo=undo) == len(gone)
        for case in gone:
            self.archived[case.id] = self.cases.pop(case.id)

    @invariant()
    def every_question_has_its_answer(self) -> None:
        if hasattr(self, "storage"):
            with self.storage.read() as view:
                self.check_cases(view)
                self.check_parts(view)
                self.check_the_rest(view)

    def check_cases(self, view: Reader) -> None:
        everything = self.cases | self.archived
        by_id = [self.cases[case_id] for case_id in sorted(self.cases)]
        assert view.cases() == by_id
        assert view.cases(archived=True) == [everything[case_id] for case_id in sorted(everything)]
        for status in CaseStatus:
            assert view.cases(statuses={status}) == [case for case in by_id if case.status is status]
        for thread in "abc":
            mine = [case for case in by_id if case.thread == thread and case.author.external_id == "a"]
            assert view.newest_case("piazza", thread, "a") == (mine[-1] if mine else None)
        due = [(case.due_at, case) for case in by_id if case.status is CaseStatus.OPEN and case.due_at]
        owed = [(at, case) for at, case in due if at <= NOW and at not in case.escalated_of]
        owed.sort(key=lambda pair: pair[0])
        untold = [case for at, case in owed if at not in case.reminded_of and at > NOW - DAY / 24]
        priority = make_case().verdict.priority
        assert view.cases_to_escalate(priority, until=NOW) == [case for _, case in owed]
        assert view.cases_to_remind_of(priority, after=NOW - DAY / 24, until=NOW) == untold
        stale = [
            case
            for case in by_id
            if case.id not in self.cards or self.cards[case.id].shown_version < case.version
        ]
        assert view.stale_cards() == [(case, self.cards.get(case.id)) for case in stale]

    def check_parts(self, view: Reader) -> None:
        for case_id, case in (self.cases | self.archived).items():
            assert view.case(case_id) == case
            records = [record for record in self.records.values() if record.case_id == case_id]
            assert sorted(view.records(case_id), key=str) == sorted(records, key=str)
            times = [record.recorded_at for record in view.records(case_id)]
            assert times == sorted(times)
            assert view.events(case_id) == self.events.get(case_id, [])
            replies = [reply for reply in self.replies.values() if reply.case_id == case_id]
            assert view.replies(case_id=case_id) == replies
        for case_id, card in self.cards.items():
            if card.message_id is not None:
                found = card if case_id in self.cases else None
                assert view.card_of_message(card.chat, card.message_id) == found

    def check_the_rest(self, view: Reader) -> None:
        live = [reply for reply in self.replies.values() if reply.case_id in self.cases]
        live.sort(key=lambda reply: reply.approved_at)
        assert view.replies() == live
        for state in ReplyState:
            assert view.replies(states={state}) == [reply for reply in live if reply.state is state]
        kept = view.off_brand(NOW - 9 * DAY)
        assert {one.mention.external_id: one.judged_at for one in kept} == self.off_brand
        assert [one.judged_at for one in kept] == sorted(self.off_brand.values())
        for name in "abc":
            assert view.seen("piazza", name) == self.seen.get(name, (None, None))[0]
            assert view.value(name) == self.values.get(name)
        assert {claim.key: (claim.owner, claim.until) for claim in view.claims()} == self.claims
