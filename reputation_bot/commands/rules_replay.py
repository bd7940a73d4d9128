"""Tells for the command line what other rules would change for stored mentions."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

import click

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
_TITLES = {
    Kind.NEWLY_OURS: "newly about us",
    Kind.NO_LONGER_OURS: "no longer about us",
    Kind.CATEGORY: "another category",
    Kind.TOPIC: "another topic",
    Kind.PRIORITY: "another priority",
}


def run(settings: Settings, storage: Storage, *, since: datetime, as_json: bool) -> None:
    """Prints every difference by kind; writes nothing."""
    with storage.read() as view:
        found = list(stored(view, since))
    outcome = replay(_tell(found), _rejudge(settings), settings.channels)
    if as_json:
        click.echo(json.dumps(_as_json(outcome, since), ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(outcome, since)))


def _rejudge(settings: Settings) -> Rejudge:
    judge = Judge(settings)

    def rejudge(
        mention: Mention, channel: ChannelSettings, options: ReplyOptions
    ) -> tuple[tuple[str, ...] | None, Verdict]:
        judgement = judge.judge(mention, channel, options)
        return judgement.words, judgement.verdict

    return rejudge


def _tell(found: Iterable[Stored]) -> Iterator[Stored]:
    for number, one in enumerate(found):
        if number and number % TELL_EVERY == 0:
            click.echo(f"{number} mentions so far", err=True)
        yield one


def _lines(outcome: Outcome, since: datetime) -> Iterator[str]:
    yield f"{outcome.mentions} mentions since {since:%Y-%m-%d %H:%M} UTC; nothing was written."
    if outcome.no_channel:
        yield f"{outcome.no_channel} of them are from channels that this file does not name: not looked at."
    if not outcome.changes:
        yield "Nothing would change."
    for kind in Kind:
        changes = [change for change in outcome.changes if change.kind is kind]
        if changes:
            yield from _of_kind(kind, changes)


def _of_kind(kind: Kind, changes: list[Change]) -> Iterator[str]:
    """Those that contradict a person first, then those that a person has dealt with."""
    against = sum(change.against for change in changes)
    yield f"{_TITLES[kind]}: {len(changes)}{f', {against} against what a person said or did' if against else ''}"
    changes = sorted(changes, key=lambda change: (not change.against, change.person is None))
    for change in changes[:MOST_TOLD]:
        case = f"#{change.case_id}" if change.case_id else change.mention.channel
        person = f" {'!' if change.against else '·'} {change.person}" if change.person else ""
        yield f"  {case} {change.before} → {change.after}{person}: {_text(change)}"
    if len(changes) > MOST_TOLD:
        yield f"  and {len(changes) - MOST_TOLD} more; --json lists all"


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
