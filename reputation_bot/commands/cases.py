"""Prints cases for the command line, as text or JSON."""

import json
from collections.abc import Iterator
from datetime import datetime

import click

from reputation_bot.commands.as_json import case_in_full, case_line
from reputation_bot.errors import ConfigError
from reputation_bot.model import Case, CaseEvent, CaseStatus, Purpose, Record, Reply
from reputation_bot.ports import Reader, Storage
from reputation_bot.text import cut


def list_cases(storage: Storage, status: str | None, *, as_json: bool) -> None:
    """By id. Raises ConfigError for a status that does not exist."""
    with storage.read() as view:
        found = view.cases(statuses=_statuses(status))
        if as_json:
            click.echo(json.dumps([case_line(view, case) for case in found], ensure_ascii=False))
            return
        for case in found:
            click.echo(_line(view, case))


def show_case(storage: Storage, number: int, *, as_json: bool) -> None:
    """Raises NotFoundError."""
    with storage.read() as view:
        case = view.case(number)
        if as_json:
            click.echo(json.dumps(case_in_full(view, case), ensure_ascii=False))
        else:
            click.echo("\n".join(_in_full(view, case)))


def _statuses(status: str | None) -> set[CaseStatus] | None:
    if status is None:
        return None
    try:
        return {CaseStatus(status)}
    except ValueError:
        known = ", ".join(CaseStatus)
        raise ConfigError(f"there is no status {status!r}; choose one of {known}") from None


def _line(view: Reader, case: Case) -> str:
    verdict = case.verdict
    text = case_line(view, case)["text"]
    return (
        f"#{case.id} {case.status} {verdict.category} {verdict.priority} {case.channel} "
        f"{case.author.name}: {cut(' '.join(text.split()), 80)}"
    )


def _in_full(view: Reader, case: Case) -> Iterator[str]:
    yield _line(view, case)
    yield from _standing(case)
    for record in view.records(case.id):
        yield _entry(f"mention {record.mention.key} ({_about(record)})", record.mention.text)
    for thread in case.threads:
        yield f"  thread {thread.channel}:{thread.thread} ({thread.visibility}) of {thread.author_key}"
    for note in case.notes:
        yield _entry(f"note {_time(note.at)} {note.who}", note.text)
    if case.opening:
        yield _entry(f"draft before it ({case.opening.visibility}, {case.opening.lang})", case.opening.text)
    for draft in case.drafts:
        yield _entry(f"draft ({draft.visibility}, {draft.lang}, {draft.origin})", draft.text)
    for reply in view.replies(case_id=case.id):
        yield _entry(f"reply {reply.id} {_far(reply)}", reply.text)
    for event in view.events(case.id):
        yield from _audited(event)


def _standing(case: Case) -> Iterator[str]:
    """What a case is besides its status, where it is anything."""
    if case.merged_into is not None:
        yield f"  merged into #{case.merged_into}"
    if case.assignee:
        yield f"  assigned to {case.assignee}"
    if case.due_at:
        yield f"  due {_time(case.due_at)}" + (", escalated" if case.due_at in case.escalated_of else "")
    if case.snoozed_until:
        yield f"  snoozed until {_time(case.snoozed_until)}"
    for one in case.approvals:
        yield f"  approved {_time(one.at)} by {one.who}: revision {one.revision}"


def _about(record: Record) -> str:
    parts = [record.mention.visibility.value]
    if record.copy_of:
        parts.append(f"copy of {record.copy_of}")
    if record.edited_at:
        parts.append(f"edited, noticed {_time(record.edited_at)}")
    if record.gone_at:
        parts.append(f"gone, noticed {_time(record.gone_at)}")
    return ", ".join(parts)


def _far(reply: Reply) -> str:
    """How far a reply has got, and what was seen of it since."""
    where = reply.receipt.url if reply.receipt else reply.problem
    seen = f", last seen {_time(reply.seen_at)}" if reply.seen_at else ""
    parts = [
        f"{reply.state} by {reply.approved_by}" + (" by hand" if reply.by_hand else ""),
        reply.visibility.value,
        "" if reply.purpose is Purpose.ANSWER else reply.purpose.value,
        f"after {reply.after}" if reply.after else "",
        f"{reply.sighting} on the platform{seen}" if reply.sighting else "",
        where or "",
    ]
    return ", ".join(filter(None, parts))


def _audited(event: CaseEvent) -> Iterator[str]:
    """Who did what when; below it the texts before and after, where the act changed any."""
    yield f"  {_time(event.at)} {event.who}: {event.move} {event.detail}".rstrip()
    if event.before:
        yield _entry("  before", event.before)
    if event.after:
        yield _entry("  after", event.after)


def _entry(what: str, text: str) -> str:
    """A text of several lines stays under its head; control characters from outside do nothing to the terminal."""
    shown = "".join(sign if sign == "\n" or sign.isprintable() else "?" for sign in text)
    return f"  {what}: " + shown.replace("\n", "\n      ")


def _time(moment: datetime) -> str:
    """UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"
