"""Setting the bot up and letting it work: the commands of a service and of cron."""

import sys
from pathlib import Path

from reputation_bot.cli.frame import reports_errors, with_rules, with_store
from reputation_bot.cli.help import command, option
from reputation_bot.cli.process import open_app, stop_on_signals


@command()
@with_rules
@option("--language", metavar="it|en", help="Of the cards, the buttons and the comments in the file.")
@option("--brand", metavar="NAME", help="The brand, as customers know it.")
@option("--terms", metavar="A,B", help="Words, @handles and #hashtags by which people name it.")
@option("--languages", metavar="it,en", help="Languages of the mentions; the brand's own first.")
@option("--chat", metavar="NUMBER", help="Telegram's number of the group.")
@option("--staff", metavar="'NAME NUMBER [ROLE],…'", help="Who works with it, with their Telegram numbers.")
@option("--feed", metavar="URL", help="A first feed to listen to, such as a Google Alert; '' for none.")
@option("--contact", metavar="TEXT", help="Where customers may write to; '' for none.")
@option("--force", is_flag=True, help="Replace the file if it is there.")
@reports_errors
def init(*, rules: str, force: bool, **given: str | None) -> None:
    """Write rules.yaml by asking a few questions. What is given as a flag is not asked."""
    from reputation_bot.commands import init as command  # noqa: PLC0415

    answers = {key: answer for key, answer in given.items() if answer is not None}
    command.init(Path(rules), answers, force=force)


@command()
@with_store
@option("--json", "as_json", is_flag=True, help="A JSON list of findings.")
@reports_errors
def check(*, rules: str, store: str, as_json: bool) -> None:
    """Find what is wrong and say what to do. Tries all that rules.yaml names: token, group, staff, store, channels."""
    from reputation_bot.commands import check as command  # noqa: PLC0415

    sys.exit(command.check(rules, store, as_json=as_json))


@command()
@with_store
@option("--channel", "channels", multiple=True, metavar="NAME", help="Only this channel; may be given again.")
@option("--all", "regardless", is_flag=True, help="Every channel, due or not.")
@option("--dry-run", is_flag=True, help="Show what would be recorded; write and send nothing.")
@option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
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


@command()
@with_store
@reports_errors
def bot(*, rules: str, store: str) -> None:
    """Serve the Telegram group until stopped. Shows cards, acts on buttons, publishes approved replies."""
    app = open_app(rules, store)
    app.run_bot(stop_on_signals())
    app.close()


@command()
@with_store
@reports_errors
def run(*, rules: str, store: str) -> None:
    """Bot and polling in one process, for a machine without cron."""
    app = open_app(rules, store)
    app.run(stop_on_signals())
    app.close()
