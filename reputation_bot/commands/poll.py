"""Runs a poll for the command line and says what came of it."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from reputation_bot import named
from reputation_bot.app import App, PollOutcome
from reputation_bot.commands.as_json import summary
from reputation_bot.config import language
from reputation_bot.i18n import Translate
from reputation_bot.listening.intake import Judged
from reputation_bot.listening.polling import Polled
from reputation_bot.model import Verdict
from reputation_bot.owner import kind_of
from reputation_bot.text import cut


def poll(app: App, channels: Sequence[str], *, regardless: bool, as_json: bool) -> bool:
    """Polls and prints; True if a channel failed."""
    outcome = app.poll(channels or None, regardless=regardless)
    _ = language.for_settings(app.settings, os.environ)
    for name, one in outcome.polled.items():
        _tell(name, one, _)
    if not outcome.polled:
        click.echo(_("no channel is due (--all takes every one)"), err=True)
    _tell_of_cards(outcome, _)
    if as_json:
        click.echo(json.dumps(summary(outcome.polled, outcome.cards_shown), ensure_ascii=False))
    return outcome.failed


def rehearse(app: App, channels: Sequence[str], *, as_json: bool) -> bool:
    """Polls without writing and prints what would be recorded; True if a channel failed."""
    results = app.poller("poll").rehearse(channels or None)
    _ = language.for_settings(app.settings, os.environ)
    for name, (one, judged) in results.items():
        _tell(name, one, _)
        for item in judged:
            click.echo(_line(name, item, _), err=as_json)
    if as_json:
        polled = {name: one for name, (one, _) in results.items()}
        click.echo(json.dumps(summary(polled, 0), ensure_ascii=False))
    return any(one.error for one, _ in results.values())


def _tell(name: str, one: Polled, _: Translate) -> None:
    for said in (_outcome(one, _), *map(_.sentence, one.notices)):
        click.echo(f"{name}: {said}", err=True)


def _outcome(one: Polled, _: Translate) -> str:
    if one.error:
        return _.sentence(one.error)
    if one.busy:
        return _("another process is polling it")
    tally = one.tally
    return _("{new} new, {seen} seen, {updated} updated, {off_brand} not about us").format(
        new=tally.new, seen=tally.seen, updated=tally.updated, off_brand=tally.off_brand
    )


def _tell_of_cards(outcome: PollOutcome, _: Translate) -> None:
    if outcome.cards_by:
        names = {
            "bot": _("the bot, which was alive less than two minutes ago"),
            "poll": _("another poll at work now"),
        }
        by = names.get(kind_of(outcome.cards_by)) or _.sentence(outcome.cards_by)
        click.echo(_("cards and replies are left to {by}").format(by=by), err=True)
    elif outcome.cards_shown:
        told = _("no bot has been alive for two minutes: {number} cards sent from here")
        click.echo(told.format(number=outcome.cards_shown), err=True)


def _line(name: str, item: Judged, _: Translate) -> str:
    is_ours = item.judgement.words is not None
    verdict = item.judgement.verdict if is_ours else None
    what = _in_words(verdict, _) if verdict else _("not about us")
    when = item.mention.created_at or datetime.now(UTC)
    return (
        f"{name} {when:%Y-%m-%d %H:%M} [{what}] {item.mention.author.name}: {cut(item.mention.text, 100)!r}"
    )


def _in_words(verdict: Verdict, _: Translate) -> str:
    return _.pgettext("poll", "{category} {priority}").format(
        category=named.value("category", verdict.category, _),
        priority=named.value("priority", verdict.priority, _),
    )
