"""Runs a poll for the command line and says what came of it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from reputation_bot.app import App
from reputation_bot.commands.as_json import summary
from reputation_bot.listening.intake import Judged
from reputation_bot.listening.polling import Polled
from reputation_bot.owner import kind_of
from reputation_bot.text import cut


def poll(app: App, channels: Sequence[str], *, regardless: bool, as_json: bool) -> bool:
    """Polls and prints; True if a channel failed."""
    outcome = app.poll(channels or None, regardless=regardless)
    for name, one in outcome.polled.items():
        _tell(name, one)
    if not outcome.polled:
        click.echo("no channel is due (--all takes every one)", err=True)
    if outcome.cards_by:
        names = {
            "bot": "the bot, which was alive less than two minutes ago",
            "poll": "another poll at work now",
        }
        by = names.get(kind_of(outcome.cards_by), outcome.cards_by)
        click.echo(f"cards and replies are left to {by}", err=True)
    elif outcome.cards_shown:
        click.echo(
            f"no bot has been alive for two minutes: {outcome.cards_shown} cards sent from here", err=True
        )
    if as_json:
        click.echo(json.dumps(summary(outcome.polled, outcome.cards_shown), ensure_ascii=False))
    return outcome.failed


def rehearse(app: App, channels: Sequence[str], *, as_json: bool) -> bool:
    """Polls without writing and prints what would be recorded; True if a channel failed."""
    results = app.poller("poll").rehearse(channels or None)
    for name, (one, judged) in results.items():
        _tell(name, one)
        for item in judged:
            click.echo(_line(name, item), err=as_json)
    if as_json:
        polled = {name: one for name, (one, _) in results.items()}
        click.echo(json.dumps(summary(polled, 0), ensure_ascii=False))
    return any(one.error for one, _ in results.values())


def _tell(name: str, one: Polled) -> None:
    if one.error:
        click.echo(f"{name}: {one.error}", err=True)
    elif one.busy:
        click.echo(f"{name}: another process is polling it", err=True)
    else:
        tally = one.tally
        click.echo(
            f"{name}: {tally.new} new, {tally.seen} seen, {tally.updated} updated, {tally.off_brand} not about us",
            err=True,
        )
    for notice in one.notices:
        click.echo(f"{name}: {notice}", err=True)


def _line(name: str, item: Judged) -> str:
    is_ours = item.judgement.words is not None
    verdict = item.judgement.verdict if is_ours else None
    what = f"{verdict.category} {verdict.priority}" if verdict else "not about us"
    when = item.mention.created_at or datetime.now(UTC)
    return (
        f"{name} {when:%Y-%m-%d %H:%M} [{what}] {item.mention.author.name}: {cut(item.mention.text, 100)!r}"
    )
