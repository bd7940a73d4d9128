"""Finds feeds and takes lists of them into rules.yaml, for the command line."""

import json
import os
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from reputation_bot import plugins
from reputation_bot.app import App
from reputation_bot.commands.taking_over import tell_count
from reputation_bot.config import language
from reputation_bot.config.amend import add_keys
from reputation_bot.errors import ConfigError
from reputation_bot.i18n import Translate
from reputation_bot.setup.opml import MAX_BYTES, Outline, Plan, plan_channels, read_opml


def find(url: str, *, as_json: bool) -> bool:
    """Prints the feeds of a page; False if there is none."""
    reader: Any = plugins.load_connector("rss")
    address = url if "://" in url else f"https://{url}"
    feeds = [{"url": found, "title": title} for found, title in reader.feeds_at(address)]
    if as_json:
        click.echo(json.dumps(feeds, ensure_ascii=False))
    for feed in [] if as_json else feeds:
        click.echo(f"{feed['url']}  {feed['title']}".rstrip())
    if not feeds:
        _ = language.for_environment(os.environ)
        told = _("{address} names no feed, and there is none in the usual places")
        click.echo(told.format(address=address), err=True)
    return bool(feeds)


def import_opml(app: App, file: Path, *, rehearse: bool) -> bool:
    """Whether something could not be used. Raises ConfigError, with nothing written, for a file that is no OPML."""
    channels = app.settings.channels
    addresses = [str(one.options["url"]) for one in channels.values() if "url" in one.options]
    plan = plan_channels(_outlines(file), channels, addresses, _fault_of)
    _ = language.for_settings(app.settings, os.environ)
    _show(plan, _)
    if plan.channels and not rehearse:
        items = {name: _channel(url) for name, url in plan.channels.items()}
        comment = _.pgettext("comment", "imported from {file} on {day}: {number} feeds").format(
            file=file.name, day=app.now().date(), number=len(items)
        )
        add_keys(app.config.path, os.environ, "channels", items, comment)
    tell_count(app.config.path, plan.channels, plan.known, plan.unusable, _, rehearse=rehearse)
    return bool(plan.unusable)


def _outlines(file: Path) -> list[Outline]:
    try:
        with file.open("rb") as opened:
            found = read_opml(opened.read(MAX_BYTES + 1))
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=file) from None
    except ConfigError as error:
        raise ConfigError(error.problem, file=file, line=error.line) from None
    if not found:
        raise ConfigError("names no feed: there is no outline with an xmlUrl in it", file=file)
    return found


def _fault_of(url: str) -> str | None:
    try:
        plugins.load_connector("rss").Options.model_validate({"url": url})
    except ValidationError as error:
        return error.errors()[0]["msg"].removeprefix("Value error, ")
    return None


def _channel(url: str) -> dict[str, Any]:
    """What is older than a week is only noted as seen: nobody wants a case for each old entry of a hundred feeds."""
    return {"connector": "rss", "url": url.replace("${", "$${"), "every": "15m", "backlog": "7d"}


def _show(plan: Plan, _: Translate) -> None:
    for name, url in plan.channels.items():
        click.echo(f"+ {name}: {url}")
    there = _("there already")
    for outline in plan.known:
        click.echo(f"= {outline.title or outline.url}: {there} ({outline.url})")
    for outline, reason in plan.unusable:
        click.echo(f"! {outline.title or '…'}: {_.sentence(reason)} ({outline.url})")
