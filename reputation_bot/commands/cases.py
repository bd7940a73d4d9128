"""Prints cases for the command line, as text or JSON."""

import json
from collections.abc import Iterator

import click

from reputation_bot.commands.as_json import case_in_full, case_line
from reputation_bot.errors import ConfigError
from reputation_bot.model import Case, CaseStatus
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
    for record in view.records(case.id):
        yield f"  mention {record.mention.key} ({record.mention.visibility}): {record.mention.text}"
    for draft in case.drafts:
        yield f"  draft ({draft.visibility}, {draft.lang}, {draft.origin}): {draft.text}"
    for reply in view.replies(case_id=case.id):
        where = reply.receipt.url if reply.receipt else reply.problem
        yield f"  reply {reply.id} {reply.state} by {reply.approved_by}{f', {where}' if where else ''}: {reply.text}"
    for event in view.events(case.id):
        yield f"  {event.at:%Y-%m-%d %H:%M:%S} {event.who}: {event.move} {event.detail}".rstrip()
