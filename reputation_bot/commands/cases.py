"""Prints cases for the command line, as text or JSON."""

import json

import click

from reputation_bot import named
from reputation_bot.commands.as_json import case_line
from reputation_bot.errors import ConfigError
from reputation_bot.i18n import Translate
from reputation_bot.model import Case, CaseStatus
from reputation_bot.ports import Reader, Storage
from reputation_bot.text import cut


def list_cases(storage: Storage, status: str | None, _: Translate, *, as_json: bool) -> None:
    """By id. Raises ConfigError for a status that does not exist."""
    with storage.read() as view:
        found = view.cases(statuses=_statuses(status))
        if as_json:
            click.echo(json.dumps([case_line(view, case) for case in found], ensure_ascii=False))
            return
        for case in found:
            click.echo(_line(view, case, _))


def _statuses(status: str | None) -> set[CaseStatus] | None:
    if status is None:
        return None
    try:
        return {CaseStatus(status)}
    except ValueError:
        known = ", ".join(CaseStatus)
        raise ConfigError(f"there is no status {status!r}; choose one of {known}") from None


def _line(view: Reader, case: Case, _: Translate) -> str:
    verdict = case.verdict
    text = case_line(view, case)["text"]
    return _.pgettext("cases", "#{id} {status} {category} {priority} {channel} {author}: {text}").format(
        id=case.id,
        status=named.status(case.status, _),
        category=named.value("category", verdict.category, _),
        priority=named.value("priority", verdict.priority, _),
        channel=case.channel,
        author=case.author.name,
        text=cut(" ".join(text.split()), 80),
    )
