"""What must hold between two looks at the store, whatever people pressed and platforms did meanwhile."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from reputation_bot.i18n import translator
from reputation_bot.model import (
    CLOSED,
    UNFINISHED,
    Case,
    CaseEvent,
    CaseStatus,
    Mention,
    Move,
    Record,
    Reply,
    ReplyState,
    Visibility,
)
from reputation_bot.ports import Reader
from reputation_bot.sandbox.telegram_html import parse, units
from reputation_bot.telegram.audit import audit_message, told
from reputation_bot.telegram.words import Words
from reputation_bot.transitions import CASE_MOVES, REPLY_MOVES


@dataclass(frozen=True)
class Seen:
    """All that the store holds about cases at one moment."""

    cases: dict[int, Case]
    events: dict[int, list[CaseEvent]]
    replies: dict[str, Reply]
    records: dict[str, Record]

    @classmethod
    def of(cls, view: Reader) -> "Seen":
        found = {case.id: case for case in view.cases(archived=True)}
        return cls(
            found,
            {number: view.events(number) for number in found},
            {reply.id: reply for number in found for reply in view.replies(case_id=number)},
            {record.mention.key: record for number in found for record in view.records(number)},
        )


@dataclass
class Approved:
    """What one revision of a case would publish, and which people have approved exactly that."""

    parts: tuple[tuple[str, Visibility], ...]
    people: set[int] = field(default_factory=set)


def parts_of(case: Case) -> tuple[tuple[str, Visibility], ...]:
    return tuple((part.text, part.visibility) for part in (case.opening, case.draft) if part)


def essence(case: Case | None) -> Case | None:
    """What an act may change: not how often it was stored, and who looks at it."""
    return replace(case, version=0, urged_at=None) if case else None


def judge_events(before: Seen, now: Seen) -> None:
    for number, events in now.events.items():
        known = before.events.get(number, [])
        assert events[: len(known)] == known, "the audit is only ever added to"
        case, was = now.cases[number], before.cases.get(number)
        if case == was:
            continue
        if essence(case) != essence(was):
            assert len(events) > len(known), f"no line in the audit for {was} -> {case}"
        assert case.version >= (was.version if was else 0)
        assert case.revision >= (was.revision if was else 0)


LATER: dict[ReplyState, set[ReplyState]] = {state: {state} for state in ReplyState}
for _ in ReplyState:
    for moves in REPLY_MOVES.values():
        for state, later in moves.items():
            LATER[state] |= LATER[later]


def judge_replies(before: Seen, now: Seen) -> None:
    for key, was in before.replies.items():
        reply = now.replies[key]
        assert reply.state in LATER[was.state], f"{was.state} -> {reply.state}"
        assert (reply.text, reply.visibility) == (was.text, was.visibility), "an approved text never changes"
    for number in now.cases:
        waiting = Counter(
            reply.visibility
            for reply in now.replies.values()
            if reply.case_id == number and reply.state in UNFINISHED and reply.revision
        )
        assert all(count == 1 for count in waiting.values()), f"#{number}: {waiting}"


def judge_mentions(now: Seen, written: dict[str, Mention]) -> None:
    whose: dict[str, list[int]] = defaultdict(list)
    for case in now.cases.values():
        if case.merged_into is None:
            for key in case.mention_keys:
                whose[key].append(case.id)
    for key in written:
        if original := now.records[key].copy_of:
            assert now.records[key].case_id == now.records[original].case_id
            continue
        assert len(whose[key]) == 1, f"{key} is in {whose[key]}"
        assert now.records[key].case_id == whose[key][0]


def judge_case(case: Case, was: Case | None, now: Seen) -> None:
    assert was is None or case.status in _REACHABLE[was.status]
    assert case.mention_keys
    assert case.shown_draft == 0 or case.shown_draft < len(case.drafts)
    if case.status in CLOSED:
        assert case.closed_at
        assert case.due_at is None, f"{case} is closed and due"
    else:
        assert case.closed_at is None
        assert case.merged_into is None
    assert (case.status is CaseStatus.SNOOZED) == (case.snoozed_until is not None), case
    assert (case.status is CaseStatus.DISMISSED) == (case.dismissed is not None), case
    if case.merged_into is not None:
        assert now.cases[case.merged_into].id < case.id
    if case.status is CaseStatus.WAITING:
        _judge_answered(case, now)


def judge_audit(view: Reader, case: Case, at: datetime) -> None:
    """Every line of the audit can be told, in one message that Telegram takes."""
    words = Words(translator("it"), at, UTC, people={})
    acts = told(view, case, words)
    assert len(acts) == len(view.events(case.id))
    assert all(act.what for act in acts)
    text, _entities = parse(audit_message(case, acts, words).html)
    assert units(text) <= 4_096


def _judge_answered(case: Case, now: Seen) -> None:
    """Nobody's words wait behind a case that looks answered; taking mentions out of a case leaves older ones."""
    moves = {event.move for event in now.events[case.id]}
    if Move.SPLIT in moves:
        return
    family = {case.id, *(one.id for one in now.cases.values() if one.merged_into is not None)}
    answered = {
        reply.mention_key
        for reply in now.replies.values()
        if reply.case_id in family and reply.state is ReplyState.SENT and reply.revision
    }
    assert case.mention_keys[-1] in answered, f"{case.mention_keys} of #{case.id}: only {answered} answered"


def _reachable(status: CaseStatus) -> frozenset[CaseStatus]:
    found = {status}
    for _ in CaseStatus:
        found |= {moves[one] for moves in CASE_MOVES.values() for one in found if one in moves}
    return frozenset(found)


_REACHABLE = {status: _reachable(status) for status in CaseStatus}
