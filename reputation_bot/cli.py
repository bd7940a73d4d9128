"""The command line: reads the words, calls the app, prints; results on stdout, all else on stderr; exit 0 done, 1 problems, 2 wrong use."""

import gc
import json
import os
import sys
import threading
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reputation_bot import logs
from reputation_bot.errors import ConfigError, NotFoundError, ReputationBotError

if TYPE_CHECKING:
    from reputation_bot.app import App

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110, "show_default": True}


class InOrder(click.Group):
    """Lists its commands in the order in which a person needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """As written below."""
        return list(self.commands)


@click.group(cls=InOrder, context_settings=CONTEXT)
@click.version_option(package_name="reputation-bot")
@click.option("-v", "--verbose", is_flag=True, help="Say on stderr what is being done.")
def main(*, verbose: bool) -> None:
    """Listens to what people say about your shop, tells your Telegram group, and publishes the answer that you approve.

    Try it without any account:  reputation-bot demo

    Set it up:  reputation-bot init, then check, then poll (from cron) and bot (as a service), or run for both in one.
    """
    logs.set_up(verbose=verbose)


def reports_errors(command: Callable[..., None]) -> Callable[..., None]:
    """An expected error is a sentence on stderr, not a traceback: exit 2 for the configuration, 1 for the rest."""

    @wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except ConfigError as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except ReputationBotError as error:
            click.echo(str(error), err=True)
            sys.exit(1)

    return wrapper


def with_rules(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command --rules."""
    return click.option(
        "--rules",
        metavar="FILE",
        envvar="REPUTATION_BOT_RULES",
        default="rules.yaml",
        help="The configuration file.",
    )(command)


def with_store(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command --store, besides --rules."""
    return with_rules(
        click.option(
            "--store",
            metavar="URL",
            envvar="REPUTATION_BOT_STORE",
            default="tinydb:reputation-bot.json",
            help="Where cases are kept: tinydb:PATH.",
        )(command)
    )


def open_app(rules: str, store: str | None = None) -> "App":
    """Reads the configuration; nothing else is opened yet."""
    from reputation_bot.app import App  # noqa: PLC0415  # a command that needs none of it starts faster
    from reputation_bot.config import load  # noqa: PLC0415

    app = App(load(Path(rules), os.environ), store=store, environ=os.environ)
    _keep_what_is_loaded()
    return app


@main.command()
@with_rules
@click.option("--language", metavar="it|en", help="Of the cards, the buttons and the comments in the file.")
@click.option("--brand", metavar="NAME", help="The brand, as customers know it.")
@click.option("--terms", metavar="A,B", help="Words, @handles and #hashtags by which people name it.")
@click.option("--languages", metavar="it,en", help="Languages of the mentions; the brand's own first.")
@click.option("--chat", metavar="NUMBER", help="Telegram's number of the group.")
@click.option(
    "--staff", metavar="'NAME NUMBER [ROLE],…'", help="Who works with it, with their Telegram numbers."
)
@click.option("--feed", metavar="URL", help="A first feed to listen to, such as a Google Alert; '' for none.")
@click.option("--contact", metavar="TEXT", help="Where customers may write to; '' for none.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@reports_errors
def init(*, rules: str, force: bool, **given: str | None) -> None:
    """Write rules.yaml by asking a few questions. What is given as a flag is not asked."""
    from reputation_bot.commands import init as command  # noqa: PLC0415

    answers = {key: answer for key, answer in given.items() if answer is not None}
    command.init(Path(rules), answers, force=force)


@main.command()
@with_store
@click.option("--json", "as_json", is_flag=True, help="A JSON list of findings.")
@reports_errors
def check(*, rules: str, store: str, as_json: bool) -> None:
    """Find what is wrong and say what to do. Tries all that rules.yaml names: token, group, staff, store, channels."""
    from reputation_bot.commands import check as command  # noqa: PLC0415

    sys.exit(command.check(rules, store, as_json=as_json))


@main.command()
@with_store
@click.option(
    "--channel", "channels", multiple=True, metavar="NAME", help="Only this channel; may be given again."
)
@click.option("--all", "regardless", is_flag=True, help="Every channel, due or not.")
@click.option("--dry-run", is_flag=True, help="Show what would be recorded; write and send nothing.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@reports_errors
def poll(
    *, rules: str, store: str, channels: tuple[str, ...], regardless: bool, dry_run: bool, as_json: bool
) -> None:
    """Look at the channels that are due, once: the line for cron.

    Two at once do no harm. Cards are left to the bot unless none has been alive for two minutes. Exit 1 when a channel failed.
    """
    from reputation_bot.commands import poll as command  # noqa: PLC0415

    app = open_app(rules, store)
    app.check_names(channels)
    failed = (
        command.rehearse(app, channels, as_json=as_json)
        if dry_run
        else command.poll(app, channels, regardless=regardless, as_json=as_json)
    )
    app.close()
    sys.exit(1 if failed else 0)


@main.command()
@with_store
@reports_errors
def bot(*, rules: str, store: str) -> None:
    """Serve the Telegram group until stopped. Shows cards, acts on buttons, publishes approved replies."""
    app = open_app(rules, store)
    app.run_bot(stop_on_signals())
    app.close()


@main.command()
@with_store
@reports_errors
def run(*, rules: str, store: str) -> None:
    """Bot and polling in one process, for a machine without cron."""
    app = open_app(rules, store)
    app.run(stop_on_signals())
    app.close()


@main.command()
@with_store
@click.option(
    "--status", metavar="S", help="Only cases in this state: open, waiting, snoozed, resolved or dismissed."
)
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
@reports_errors
def cases(*, rules: str, store: str, status: str | None, as_json: bool) -> None:
    """List the cases."""
    from reputation_bot.commands import cases as command  # noqa: PLC0415

    app = open_app(rules, store)
    command.list_cases(app.storage, status, as_json=as_json)


@main.command("coverage")
@with_store
@click.option("--json", "as_json", is_flag=True, help="A JSON list, one object a channel.")
@reports_errors
def show_coverage(*, rules: str, store: str, as_json: bool) -> None:
    """Say what each channel has seen, and what is wrong with it. Exits 1 when something is."""
    from reputation_bot.commands import coverage as command  # noqa: PLC0415

    app = open_app(rules, store)
    if not command.show_coverage(app.storage, app.settings, now=app.now(), as_json=as_json):
        raise click.exceptions.Exit(1)


@main.command("case")
@click.argument("number", type=int)
@with_store
@click.option("--json", "as_json", is_flag=True, help="Everything about it, as JSON.")
@reports_errors
def show_case(*, number: int, rules: str, store: str, as_json: bool) -> None:
    """Show one case: what was said and answered, who did what."""
    from reputation_bot.commands import cases as command  # noqa: PLC0415

    app = open_app(rules, store)
    try:
        command.show_case(app.storage, number, as_json=as_json)
    except NotFoundError:
        click.echo(f"there is no case {number}", err=True)
        sys.exit(1)


@main.command()
@click.argument("text", required=False)
@with_rules
@click.option(
    "--jsonl",
    "lines",
    type=click.File("r", encoding="utf-8", errors="replace"),
    metavar="FILE|-",
    help="One JSON object a line.",
)
@reports_errors
def classify(*, text: str | None, rules: str, lines: Any) -> None:
    """Say what a text is, and why. One line of JSON: for TEXT, or for each {"text", "lang"?, "rating"?} of --jsonl.

    `rules explain` says the same in words.
    """
    if (text is None) == (lines is None):
        raise click.UsageError("give either a TEXT or --jsonl FILE")
    from reputation_bot.commands import classify as command  # noqa: PLC0415

    given = lines if text is None else [json.dumps({"text": text})]
    if command.classify(open_app(rules).settings, given):
        sys.exit(1)


@main.group("rules", cls=InOrder)
def rules_group() -> None:
    """Change rules without fear: test, explain, measure, replay."""


@rules_group.command("test")
@with_rules
@click.option("--json", "as_json", is_flag=True, help="Counts and problems as one line of JSON.")
@reports_errors
def test_rules(*, rules: str, as_json: bool) -> None:
    """Run all examples, find rules that do nothing or too much. Those of rules.yaml and of the packs; contradictions too."""
    from reputation_bot.commands import rules as command  # noqa: PLC0415

    sys.exit(1 if command.test(open_app(rules).config, as_json=as_json) else 0)


@rules_group.command("explain")
@click.argument("text")
@with_rules
@click.option("--lang", metavar="LL", help="The language, such as it, as if the platform had said so.")
@click.option("--rating", type=click.FloatRange(1, 5), metavar="STARS", help="The stars given with it.")
@click.option("--channel", metavar="NAME", help="As if this channel had brought it.")
@reports_errors
def explain_rules(*, text: str, rules: str, channel: str | None, **given: Any) -> None:
    """Tell in words how the verdict on TEXT comes about. And why each rule of rules.yaml holds or does not."""
    from reputation_bot.commands import rules as command  # noqa: PLC0415

    app = open_app(rules)
    app.check_names([channel] if channel else None)
    command.explain(app.config, text, channel=channel, **given)


@rules_group.command("eval")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.File("r", encoding="utf-8", errors="replace"),
    metavar="FILE.jsonl…",
)
@with_rules
@click.option("--json", "as_json", is_flag=True, help="All figures as one line of JSON.")
@click.option(
    "--out", type=click.Path(dir_okay=False), metavar="PICTURE.png", help="Draw the confusion table."
)
@click.option("--without-stars", is_flag=True, help="Hide the stars from the rules.")
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
@click.option("--since", metavar="30d", default="30d", help="How far back, such as 12h, 7d or 4w.")
@click.option("--json", "as_json", is_flag=True, help="Counts and every change as one line of JSON.")
@reports_errors
def replay_rules(*, rules: str, store: str, since: str, as_json: bool) -> None:
    """Tell what another rules.yaml would change. Tries the file given by --rules on stored mentions; writes nothing."""
    from reputation_bot.commands import rules_replay as command  # noqa: PLC0415
    from reputation_bot.settings import parse_duration  # noqa: PLC0415

    try:
        duration = parse_duration(since)
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--since") from None
    app = open_app(rules, store)
    command.run(app.settings, app.storage, since=app.now() - duration, as_json=as_json)
    app.close()


@rules_group.command("learn")
@with_store
@click.option("--accept", metavar="ID", help="Write this proposal into rules.yaml.")
@click.option("--by", metavar="NAME", envvar="USER", default="?", help="Who accepts it, for the comment.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of proposals.")
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


@main.group("faq", cls=InOrder)
def faq_group() -> None:
    """The questions that customers ask, with their answers."""


@faq_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.csv")
@with_rules
@click.option(
    "--column-question", metavar="NAME", help="The column of the questions, if it is not called so."
)
@click.option("--column-answer", metavar="NAME", help="The column of the answers, if it is not called so.")
@click.option("--column-topic", metavar="NAME", help="The column of topics such as shipping.")
@click.option("--column-link", metavar="NAME", help="The column of addresses where the whole answer stands.")
@click.option("--lang", metavar="it", help="The language of the file; the first of `languages` unless given.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@reports_errors
def import_faq(*, file: Path, rules: str, lang: str | None, dry_run: bool, **columns: str | None) -> None:
    """Take a FAQ from a CSV file into rules.yaml. What it asks already and all else in the file stay as they are.

    Exit 1 when some lines could not be used; they are named.
    """
    from reputation_bot.commands import faq as command  # noqa: PLC0415

    named = {key.removeprefix("column_"): name for key, name in columns.items() if name}
    if command.import_csv(open_app(rules), file, named, lang, rehearse=dry_run):
        sys.exit(1)


@main.group("feeds", cls=InOrder)
def feeds_group() -> None:
    """Find the feeds of a page, or take over a whole list."""


@feeds_group.command("find")
@click.argument("url", metavar="URL")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of addresses and titles.")
@reports_errors
def find_feeds(*, url: str, as_json: bool) -> None:
    """List the feeds of a web page, each tried. Exits 1 when it has none."""
    from reputation_bot.commands import feeds as command  # noqa: PLC0415

    sys.exit(0 if command.find(url, as_json=as_json) else 1)


@feeds_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.opml")
@with_rules
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@reports_errors
def import_feeds(*, file: Path, rules: str, dry_run: bool) -> None:
    """Take the feeds of an OPML file into rules.yaml. As feed readers export it; all else in the file stays as it is.

    Exit 1 when some could not be used; they are named.
    """
    from reputation_bot.commands import feeds as command  # noqa: PLC0415

    if command.import_opml(open_app(rules), file, rehearse=dry_run):
        sys.exit(1)


@main.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
@reports_errors
def connectors(*, name: str | None, as_json: bool) -> None:
    """List the platforms that can be connected. With a NAME, all about one: keys, limits, options, an example."""
    from reputation_bot.commands import connectors as command  # noqa: PLC0415

    if name:
        command.show_connector(name, as_json=as_json)
    else:
        command.list_connectors(as_json=as_json)


@main.command()
@reports_errors
def schema() -> None:
    """Print the JSON Schema of rules.yaml. Editors complete and check the file by it."""
    from reputation_bot.config.json_schema import json_schema  # noqa: PLC0415

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@main.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8800, help="Where the page is served on this machine."
)
@click.option(
    "--script",
    is_flag=True,
    help="Play the story without a browser, print it, and exit 0 only if all went well.",
)
@click.option(
    "--language",
    type=click.Choice(["it", "en"]),
    default="it",
    help="Of the cards and buttons; customers are answered in theirs.",
)
@reports_errors
def demo(*, port: int, script: bool, language: str) -> None:
    """Try the whole loop without any account. Customers on the left, your Telegram group on the right."""
    from reputation_bot.commands import demo as command  # noqa: PLC0415

    if not script:
        command.in_browser(port, stop_on_signals(), language)
    elif not command.by_script(port, language):
        sys.exit(1)


@main.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8800, help="Where both are served on this machine."
)
@click.option("--sample", is_flag=True, help="With a few customers' posts already there.")
@reports_errors
def sandbox(*, port: int, sample: bool) -> None:
    """Serve the demo's network and Telegram stand-in alone. For trying `poll` and `bot` against."""
    from reputation_bot.sandbox.server import serve  # noqa: PLC0415

    serve(port, sample=sample)


@cache
def _keep_what_is_loaded() -> None:
    """Modules and settings stay to the end: to look for garbage among them takes a twentieth of a poll, most of it at the very end."""
    gc.freeze()


def stop_on_signals() -> threading.Event:
    """Set by SIGTERM and Ctrl-C: what is under way is finished, nothing new is begun. A second one ends at once."""
    import signal  # noqa: PLC0415

    stop = threading.Event()

    def ask(number: int, _frame: object) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop


if __name__ == "__main__":
    main()
