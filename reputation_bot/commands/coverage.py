"""Prints what each channel has seen and what is wrong with it: for people as /coverage says it, or as JSON."""

import json
import os
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from reputation_bot.config import language
from reputation_bot.listening import coverage
from reputation_bot.ports import Storage
from reputation_bot.settings import Settings
from reputation_bot.telegram.html import visible
from reputation_bot.telegram.telling import told
from reputation_bot.telegram.words import Words


def show_coverage(storage: Storage, settings: Settings, *, now: datetime, as_json: bool) -> bool:
    """Returns whether all is well."""
    words = Words(language.for_settings(settings, os.environ), now, ZoneInfo(settings.timezone), people={})
    with storage.read() as view:
        states = {state.name: state for state in coverage.states_of(view, settings)}
        lines = told(view, settings, words)
    if as_json:
        found = [
            coverage.as_json(states.get(name), name, channel, now)
            for name, channel in settings.channels.items()
        ]
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        click.echo("\n".join(map(visible, lines)) or words.translate("rules.yaml names no channel yet."))
    return not coverage.all_concerns(list(states.values()), settings, now)
