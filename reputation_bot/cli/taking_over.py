"""Taking over what a shop has already: a FAQ, a list of feeds."""

import sys
from pathlib import Path

import click

from reputation_bot.cli.frame import InOrder, reports_errors, with_rules
from reputation_bot.cli.help import argument, option
from reputation_bot.cli.process import open_app


@click.group("faq", cls=InOrder)
def faq_group() -> None:
    """The questions that customers ask, with their answers."""


@faq_group.command("import")
@argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.csv")
@with_rules
@option("--column-question", metavar="NAME", help="The column of the questions, if it is not called so.")
@option("--column-answer", metavar="NAME", help="The column of the answers, if it is not called so.")
@option("--column-topic", metavar="NAME", help="The column of topics such as shipping.")
@option("--column-link", metavar="NAME", help="The column of addresses where the whole answer stands.")
@option("--lang", metavar="it", help="The language of the file; the first of `languages` unless given.")
@option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@reports_errors
def import_faq(*, file: Path, rules: str, lang: str | None, dry_run: bool, **columns: str | None) -> None:
    """Take a FAQ from a CSV file into rules.yaml. What it asks already and all else in the file stay as they are.

    Exit 1 when some lines could not be used; they are named.
    """
    from reputation_bot.commands import faq as command  # noqa: PLC0415

    named = {key.removeprefix("column_"): name for key, name in columns.items() if name}
    if command.import_csv(open_app(rules), file, named, lang, rehearse=dry_run):
        sys.exit(1)


@click.group("feeds", cls=InOrder)
def feeds_group() -> None:
    """Find the feeds of a page, or take over a whole list."""


@feeds_group.command("find")
@argument("url", metavar="URL")
@option("--json", "as_json", is_flag=True, help="A JSON list of addresses and titles.")
@reports_errors
def find_feeds(*, url: str, as_json: bool) -> None:
    """List the feeds of a web page, each tried. Exits 1 when it has none."""
    from reputation_bot.commands import feeds as command  # noqa: PLC0415

    sys.exit(0 if command.find(url, as_json=as_json) else 1)


@feeds_group.command("import")
@argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.opml")
@with_rules
@option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@reports_errors
def import_feeds(*, file: Path, rules: str, dry_run: bool) -> None:
    """Take the feeds of an OPML file into rules.yaml. As feed readers export it; all else in the file stays as it is.

    Exit 1 when some could not be used; they are named.
    """
    from reputation_bot.commands import feeds as command  # noqa: PLC0415

    if command.import_opml(open_app(rules), file, rehearse=dry_run):
        sys.exit(1)
