"""Sensible values of the model for tests; every field can be overridden by keyword."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from reputation_bot.model import (
    Author,
    Card,
    Case,
    CaseEvent,
    CaseStatus,
    Category,
    ChannelState,
    Draft,
    Mention,
    Move,
    Permission,
    Priority,
    Receipt,
    Record,
    Reply,
    ReplyOptions,
    ReplyState,
    Verdict,
    Visibility,
)
from reputation_bot.ports import Storage

NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)


def make_author(**changes: Any) -> Author:
    """Giulia, with a handle and a platform id."""
    return replace(Author(name="Giulia Rossi", handle="giulia", external_id="u1"), **changes)


def make_mention(external_id: str = "m1", **changes: Any) -> Mention:
    """A one-star complaint in Italian; its thread is its own id unless given."""
    mention = Mention(
        channel="piazza",
        external_id=external_id,
        author=make_author(),
        text="Ordine mai arrivato, nessuno risponde.",
        thread=external_id,
        created_at=NOW - timedelta(minutes=1),
        url=f"https://piazza.example/posts/{external_id}",
        rating=1.0,
        lang="it",
    )
    return replace(mention, **changes)


def make_verdict(**changes: Any) -> Verdict:
    """A complaint of high priority about shipping."""
    verdict = Verdict(
        category=Category.COMPLAINT, priority=Priority.HIGH, lang="it", sentiment=-0.6, topic="shipping"
    )
    return replace(verdict, **changes)


def make_record(mention: Mention | None = None, **changes: Any) -> Record:
    """The mention as kept in case 1."""
    record = Record(mention=mention or make_mention(), case_id=1, verdict=make_verdict(), recorded_at=NOW)
    return replace(record, **changes)


def make_options(**changes: Any) -> ReplyOptions:
    """Public and private both allowed, 500 characters."""
    allowed = Permission(allowed=True, max_chars=500)
    return replace(
        ReplyOptions(public=allowed, private=allowed, open_url="https://piazza.example/posts/m1"), **changes
    )


def make_draft(**changes: Any) -> Draft:
    """A public draft in Italian from a canned response."""
    draft = Draft(
        text="Ciao Giulia, ci dispiace: controlliamo subito.",
        visibility=Visibility.PUBLIC,
        lang="it",
        origin="mai arrivato",
    )
    return replace(draft, **changes)


def make_case(**changes: Any) -> Case:
    """An open case of one mention with one draft. Its id and version are 1, as a storage gives to its first."""
    case = Case(
        id=1,
        version=1,
        status=CaseStatus.OPEN,
        channel="piazza",
        thread="m1",
        author=make_author(),
        verdict=make_verdict(),
        options=make_options(),
        opened_at=NOW,
        due_at=NOW + timedelta(hours=1),
        mention_keys=("piazza:m1",),
        drafts=(make_draft(),),
    )
    return replace(case, **changes)


def make_event(**changes: Any) -> CaseEvent:
    """The bot opened the case."""
    return replace(CaseEvent(at=NOW, who="bot", move=Move.OPEN), **changes)


def make_receipt(**changes: Any) -> Receipt:
    """Posted a quarter of a minute after NOW."""
    receipt = Receipt(
        external_id="r1", posted_at=NOW + timedelta(seconds=15), url="https://piazza.example/posts/r1"
    )
    return replace(receipt, **changes)


def make_reply(case_id: int = 1, revision: int = 1, **changes: Any) -> Reply:
    """A pending public reply approved by anna, due after ten seconds of undo delay."""
    reply = Reply(
        id=f"{case_id}.{revision}",
        case_id=case_id,
        revision=revision,
        mention_key="piazza:m1",
        visibility=Visibility.PUBLIC,
        text="Ciao Giulia, ci dispiace: controlliamo subito.",
        lang="it",
        state=ReplyState.PENDING,
        approved_by="anna",
        approved_at=NOW,
        not_before=NOW + timedelta(seconds=10),
    )
    return replace(reply, **changes)


def make_card(case_id: int = 1, **changes: Any) -> Card:
    """Shown as message 100 at the case's first version."""
    return replace(Card(case_id=case_id, chat=-1001234567890, message_id=100, shown_version=1), **changes)


def make_channel(name: str = "piazza", **changes: Any) -> ChannelState:
    """Never polled."""
    return replace(ChannelState(name=name), **changes)


def fill(storage: Storage, **changes: Any) -> None:
    """One new case in the store, with one of everything that a case can have, and one of everything else."""
    with storage.transaction() as tx:
        case = tx.open_case(make_case(**changes))
        name = f"m{case.id}"
        tx.put_record(make_record(make_mention(name), case_id=case.id))
        tx.mark_seen("piazza", {name: "fingerprint"}, NOW.date())
        tx.append_event(case.id, make_event())
        tx.put_reply(make_reply(case.id, state=ReplyState.SENT, receipt=make_receipt()), expected=None)
        tx.put_card(make_card(case.id, message_id=100 + case.id))
        tx.put_channel(make_channel())
        tx.put_value("offset", 1)
        tx.claim("poll", "one", now=NOW, lease=timedelta(minutes=1))
