"""The command line: reads the words, calls the app, prints; results on stdout, all else on stderr; exit 0 done, 1 problems, 2 wrong use."""

import click

from reputation_bot import logs
from reputation_bot.cli import look, rules, taking_over, trying, work
from reputation_bot.cli.frame import Main, tell_version
from reputation_bot.cli.help import option

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110, "show_default": True}
_COMMANDS = (  # in the order in which a person needs them
    work.init,
    work.check,
    work.poll,
    work.bot,
    work.run,
    look.cases,
    look.show_coverage,
    look.show_case,
    look.classify,
    rules.rules_group,
    taking_over.faq_group,
    taking_over.feeds_group,
    look.connectors,
    look.schema,
    trying.demo,
    trying.sandbox,
)


@click.group(cls=Main, context_settings=CONTEXT)
@option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=tell_version,
    help="Show the version and exit.",
)
@option("-v", "--verbose", is_flag=True, help="Say on stderr what is being done.")
def main(*, verbose: bool) -> None:
    """Listens to what people say about your shop, tells your Telegram group, and publishes the answer that you approve.

    Try it without any account:  reputation-bot demo

    Set it up:  reputation-bot init, then check, then poll (from cron) and bot (as a service), or run for both in one.
    """
    logs.set_up(verbose=verbose)


for _command in _COMMANDS:
    main.add_command(_command)
