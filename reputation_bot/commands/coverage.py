"""Prints what each channel has seen and what is wrong with it, as text or JSON."""

import json
from datetime import datetime

import click

from reputation_bot import coverage
from reputation_bot.coverage import Concern, Trouble
from reputation_bot.ports import Storage
from reputation_bot.settings import Settings

_WHAT_TO_DO = {
    Trouble.REFUSED: "access refused since {since}: {detail}; renew the key, then run: reputation-bot check",
    Trouble.FAILING: "no answer since {since}: {detail}; it is tried again by itself",
    Trouble.GAP: "something may be missing between {since} and {until}: look on the platform itself",
    Trouble.LATE: "{detail} mentions came over a day after they were written",
    Trouble.SILENT: "nothing new since {since}: does the address still hold?",
    Trouble.SLOW: "answers after {detail} s only",
}


def show_coverage(storage: Storage, settings: Settings, *, now: datetime, as_json: bool) -> bool:
    """Returns whether all is well."""
    with storage.read() as view:
        states = {name: view.channel(name) for name in settings.channels}
    found = coverage.all_concerns([state for state in states.values() if state], settings, now)
    if as_json:
        told = [
            coverage.as_json(states[name], name, channel, now) for name, channel in settings.channels.items()
        ]
        click.echo(json.dumps(told, ensure_ascii=False))
        return not found
    for name, state in states.items():
        if state is None or state.covered_until is None:
            click.echo(f"{name}: not looked at yet")
        else:
            since = _minute(state.covered_from or state.covered_until)
            click.echo(f"{name}: all seen from {since} to {_minute(state.covered_until)}")
        for one in found:
            if one.channel == name:
                click.echo(f"  {_line(one)}")
    return not found


def _line(concern: Concern) -> str:
    until = _minute(concern.until) if concern.until else ""
    text = _WHAT_TO_DO[concern.trouble]
    return text.format(since=_minute(concern.since), until=until, detail=concern.detail)


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
