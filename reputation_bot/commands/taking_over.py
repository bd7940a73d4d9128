"""What is said in the end of everything that takes entries of other programs over into rules.yaml."""

from collections.abc import Sized
from pathlib import Path

import click

from reputation_bot.i18n import Translate


def tell_count(
    path: Path, new: Sized, known: Sized, unusable: Sized, _: Translate, *, rehearse: bool
) -> None:
    """One line on stdout."""
    counts = (
        _("{new} would be written into {file}, {known} there already, {unusable} left out")
        if rehearse
        else _("{new} written into {file}, {known} there already, {unusable} left out")
    )
    click.echo(counts.format(file=path.name, new=len(new), known=len(known), unusable=len(unusable)))
