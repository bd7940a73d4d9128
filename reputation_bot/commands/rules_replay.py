"""Tells for the command line what other rules would change for stored mentions."""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import assert_never

import click

from reputation_bot.config import language
from reputation_bot.i18n import ENGLISH, Translate
from reputation_bot.listening.judge import Judge
from reputation_bot.model import Mention, ReplyOptions, Verdict
from reputation_bot.ports import Storage
from reputation_bot.rules.reading import whole_text
from reputation_bot.settings import ChannelSettings, Settings
from reputation_bot.text import cut
from reputation_bot.tuning.replay import Change, Kind, Outcome, Rejudge, Stored, replay, stored

MOST_TOLD = 30  # changes of one kind that are told one by one
MAX_CHARS = 120  # of a text
TELL_EVERY = 1000  # mentions between two signs of life


def run(settings: Settings, storage: Storage, *, since: datetime, as_json: bool) -> None:
    """Prints every difference by kind; writes nothing."""
    with storage.read() as view:
        found = list(stored(view, since))
    _ = language.for_settings(settings, os.environ)
    outcome = replay(_tell(found, _), _rejudge(settings), settings.channels, ENGLISH if as_json else _)
    if as_json:
        click.echo(json.dumps(_as_json(outcome, since), ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(outcome, since, _)))


def _rejudge(settings: Settings) -> Rejudge:
    judge = Judge(settings)

    def rejudge(
        mention: Mention, channel: ChannelSettings, options: ReplyOptions
    ) -> tuple[tuple[str, ...] | None, Verdict]:
        judgement = judge.judge(mention, channel, options)
        return judgement.words, judgement.verdict

    return rejudge


def _tell(found: Iterable[Stored], _: Translate) -> Iterator[Stored]:
    for number, one in enumerate(found):
        if number and number % TELL_EVERY == 0:
            click.echo(_.pgettext("replay", "{number} mentions so far").format(number=number), err=True)
        yield one


def _lines(outcome: Outcome, since: datetime, _: Translate) -> Iterator[str]:
    told = _.pgettext("replay", "{number} mentions since {since:%Y-%m-%d %H:%M} UTC; nothing was written.")
    yield told.format(number=outcome.mentions, since=since)
    if number := outcome.no_channel:
        yield _.ngettext(
            "{number} of them are from channels that this file does not name: not looked at.",
            "{number} of them are from channels that this file does not name: not looked at.",
            number,
        ).format(number=number)
    if not outcome.changes:
        yield _("Nothing would change.")
    for kind in Kind:
        changes = [change for change in outcome.changes if change.kind is kind]
        if changes:
            yield from _of_kind(kind, changes, _)


def _of_kind(kind: Kind, changes: list[Change], _: Translate) -> Iterator[str]:
    """Those that contradict a person first, then those that a person has dealt with."""
    against = sum(change.against for change in changes)
    told = _.pgettext("replay", ", {number} against what a person said or did").format(number=against)
    yield f"{_title(kind, _)}: {len(changes)}{told if against else ''}"
    changes = sorted(changes, key=lambda change: (not change.against, change.person is None))
    for change in changes[:MOST_TOLD]:
        case = f"#{change.case_id}" if change.case_id else change.mention.channel
        person = f" {'!' if change.against else '·'} {change.person}" if change.person else ""
        yield f"  {case} {change.before} → {change.after}{person}: {_text(change)}"
    if (left := len(changes) - MOST_TOLD) > 0:
        more = _.ngettext("and {number} more; --json lists all", "and {number} more; --json lists all", left)
        yield "  " + more.format(number=left)


def _title(kind: Kind, _: Translate) -> str:
    match kind:
        case Kind.NEWLY_OURS:
            return _.pgettext("replay", "newly about us")
        case Kind.NO_LONGER_OURS:
            return _.pgettext("replay", "no longer about us")
        case Kind.CATEGORY:
            return _.pgettext("replay", "another category")
        case Kind.TOPIC:
            return _.pgettext("replay", "another topic")
        case Kind.PRIORITY:
            return _.pgettext("replay", "another priority")
    assert_never(kind)


def _text(change: Change) -> str:
    return f"“{cut(' '.join(whole_text(change.mention).split()), MAX_CHARS)}”"


def _as_json(outcome: Outcome, since: datetime) -> dict[str, object]:
    counts = {kind.value: sum(change.kind is kind for change in outcome.changes) for kind in Kind}
    return {
        "since": since.isoformat(),
        "mentions": outcome.mentions,
        "no_channel": outcome.no_channel,
        "counts": counts,
        "changes": [
            {
                "kind": change.kind.value,
                "key": change.mention.key,
                "case": change.case_id,
                "before": change.before,
                "after": change.after,
                "person": change.person,
                "against": change.against,
                "text": cut(whole_text(change.mention), MAX_CHARS),
            }
            for change in outcome.changes
        ],
    }
