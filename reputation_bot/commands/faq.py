"""Takes a FAQ from a CSV file into rules.yaml, or only shows what it would take."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from reputation_bot.app import App
from reputation_bot.commands.taking_over import tell_count
from reputation_bot.config import language
from reputation_bot.config.amend import add_all_first
from reputation_bot.errors import ConfigError
from reputation_bot.faq.importing import Plan, plan_import
from reputation_bot.faq.table import MAX_BYTES, Row, read_table
from reputation_bot.i18n import Translate
from reputation_bot.text import cut

_SHOWN = 90  # characters of a question


def import_csv(app: App, file: Path, columns: Mapping[str, str], lang: str | None, *, rehearse: bool) -> bool:
    """Whether something could not be used. Raises ConfigError, with nothing written, for a file that is no such table."""
    settings = app.settings
    chosen = lang or settings.languages[0]
    if chosen not in settings.languages:
        raise ConfigError(f"languages does not name {chosen}: add it there first", key="languages")
    plan = plan_import(_rows(file, columns), settings, chosen)
    _ = language.for_settings(settings, os.environ)
    _show(plan, _)
    if plan.entries and not rehearse:
        comment = _.pgettext("comment", "imported from {file} on {day}: {number} entries").format(
            file=file.name, day=app.now().date(), number=len(plan.entries)
        )
        add_all_first(app.config.path, os.environ, ["faq"], plan.entries, comment)
    tell_count(app.config.path, plan.entries, plan.known, plan.unusable, _, rehearse=rehearse)
    return bool(plan.unusable)


def _rows(file: Path, columns: Mapping[str, str]) -> list[Row]:
    try:
        with file.open("rb") as opened:
            return read_table(opened.read(MAX_BYTES + 1), columns)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=file) from None
    except ConfigError as error:
        raise ConfigError(error.problem, file=file, line=error.line) from None


def _show(plan: Plan, _: Translate) -> None:
    for entry in plan.entries:
        click.echo(f"+ {cut(next(iter(entry['question'].values())), _SHOWN)}")
    for sign, left_out in (("=", plan.known), ("!", plan.unusable)):
        for row, reason in left_out:
            asked = cut(" ".join(row.question.split()), _SHOWN) or "…"
            told = _("line {line}: {asked}: {reason}")
            click.echo(f"{sign} {told.format(line=row.line, asked=asked, reason=_.sentence(reason))}")
