"""The commands of `rules`."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from reputation_bot.cli.frame import InOrder, reports_errors, with_rules, with_store
from reputation_bot.cli.help import FloatRange, argument, option
from reputation_bot.cli.process import open_app


@click.group("rules", cls=InOrder)
def rules_group() -> None:
    """Change rules without fear: test, explain, measure, replay."""


@rules_group.command("test")
@with_rules
@option("--json", "as_json", is_flag=True, help="Counts and problems as one line of JSON.")
@reports_errors
def test_rules(*, rules: str, as_json: bool) -> None:
    """Run all examples, find rules that do nothing or too much. Those of rules.yaml and of the packs; contradictions too."""
    from reputation_bot.commands import rules as command  # noqa: PLC0415

    sys.exit(1 if command.test(open_app(rules).config, as_json=as_json) else 0)


@rules_group.command("explain")
@argument("text")
@with_rules
@option("--lang", metavar="LL", help="The language, such as it, as if the platform had said so.")
@option("--rating", type=FloatRange(1, 5), metavar="STARS", help="The stars given with it.")
@option("--channel", metavar="NAME", help="As if this channel had brought it.")
@reports_errors
def explain_rules(*, text: str, rules: str, channel: str | None, **given: Any) -> None:
    """Tell in words how the verdict on TEXT comes about. And why each rule of rules.yaml holds or does not."""
    from reputation_bot.commands import rules as command  # noqa: PLC0415

    app = open_app(rules)
    app.check_names([channel] if channel else None)
    command.explain(app.config, text, channel=channel, **given)


@rules_group.command("eval")
@argument(
    "files",
    nargs=-1,
    required=True,
    type=click.File("r", encoding="utf-8", errors="replace"),
    metavar="FILE.jsonl…",
)
@with_rules
@option("--json", "as_json", is_flag=True, help="All figures as one line of JSON.")
@option("--out", type=click.Path(dir_okay=False), metavar="PICTURE.png", help="Draw the confusion table.")
@option("--without-stars", is_flag=True, help="Hide the stars from the rules.")
@reports_errors
def evaluate_rules(
    *, files: tuple[Any, ...], rules: str, as_json: bool, out: str | None, without_stars: bool
) -> None:
    """Compare verdicts with labels that people gave. A line is {"text", "lang"?, "rating"?, "category"?, "topic"?, "polarity"?}."""
    from reputation_bot.commands import rules_eval as command  # noqa: PLC0415

    settings, picture = open_app(rules).settings, Path(out) if out else None
    if command.run(settings, files, as_json=as_json, out=picture, stars=not without_stars):
        sys.exit(1)


@rules_group.command("replay")
@with_store
@option("--since", metavar="30d", default="30d", help="How far back, such as 12h, 7d or 4w.")
@option("--json", "as_json", is_flag=True, help="Counts and every change as one line of JSON.")
@reports_errors
def replay_rules(*, rules: str, store: str, since: str, as_json: bool) -> None:
    """Tell what another rules.yaml would change. Tries the file given by --rules on stored mentions; writes nothing."""
    from reputation_bot.commands import rules_replay as command  # noqa: PLC0415
    from reputation_bot.config import language  # noqa: PLC0415
    from reputation_bot.settings import parse_duration  # noqa: PLC0415

    try:
        duration = parse_duration(since)
    except ValueError as problem:
        told = language.for_environment(os.environ).sentence(str(problem))
        raise click.BadParameter(told, param_hint="--since") from None
    app = open_app(rules, store)
    command.run(app.settings, app.storage, since=app.now() - duration, as_json=as_json)
    app.close()


@rules_group.command("learn")
@with_store
@option("--accept", metavar="ID", help="Write this proposal into rules.yaml.")
@option("--by", metavar="NAME", envvar="USER", default="?", help="Who accepts it, for the comment.")
@option("--json", "as_json", is_flag=True, help="A JSON list of proposals.")
@reports_errors
def learn_rules(*, rules: str, store: str, accept: str | None, by: str, as_json: bool) -> None:
    """Propose changes from corrections made in the chat. Each is tried on the stored mentions; the bot asks the leads weekly."""
    from reputation_bot.commands import learn as command  # noqa: PLC0415

    app = open_app(rules, store)
    if accept:
        command.accept(app, accept, by)
    else:
        command.list_proposals(app, as_json=as_json)
    app.close()
