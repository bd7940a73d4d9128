"""What `check` does: tries all that rules.yaml names and says in plain words what is wrong and what to do; printing is for the caller."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reputation_bot.config import Config, RulesFileError
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    ConfigError,
    MissingExtraError,
    PlatformError,
    ReputationBotError,
    RetryLaterError,
    StorageError,
)
from reputation_bot.i18n import Translate
from reputation_bot.model import Role
from reputation_bot.ports import Batch, Connector, Storage
from reputation_bot.promises.hours import holiday_problem
from reputation_bot.settings import Settings
from reputation_bot.setup.finding import Finding
from reputation_bot.setup.telegram_checkup import Directory, telegram_findings

_PACKS = Path(__file__).parents[1] / "packs"
_MOST_AT_ONCE = 8
_MARK = "check_at"


def file_findings(error: ConfigError, _: Translate) -> list[Finding]:
    """One for each mistake of a configuration that could not be read."""
    mistakes = error.errors if isinstance(error, RulesFileError) else (error,)
    to_do = _("Correct this, then check again.")
    return [
        Finding(False, str(mistake).removesuffix(f": {mistake.problem}"), _.sentence(mistake.problem), to_do)
        for mistake in mistakes
    ]


def run_checks(
    config: Config,
    directory: Directory | None,
    open_store: Callable[[], Storage],
    connector_of: Callable[[str], Connector],
    *,
    now: datetime,
    _: Translate,
) -> list[Finding]:
    """Looks at everything, in the order in which a person sets it up. Sends nothing; writes one small value into the store.

    `directory` is None without a token; `connector_of` builds the connector of a channel. Never raises for what it finds.
    """
    return [
        *_file(config, _),
        *_clock(config.path, now, _),
        *telegram_findings(config.settings, directory, _),
        *_store(open_store, now, _),
        *_channels(config.settings, connector_of, _),
    ]


def _file(config: Config, _: Translate) -> Iterator[Finding]:
    settings = config.settings
    yield Finding(
        True,
        _(
            "{file} is right (channels: {channels}, operators: {operators}, rules of your own: {rules})."
        ).format(
            file=config.path.name,
            channels=len(settings.channels),
            operators=len(settings.operators),
            rules=len(settings.rules),
        ),
    )
    place = settings.hours.holidays if settings.hours else None
    if place and (problem := holiday_problem(place)):
        yield Finding(False, "hours.holidays", _.sentence(problem), _("Correct this, then check again."))
    if not settings.channels:
        yield Finding(
            None, _("Channels"), _("None is named: nothing is listened to."), _("Add one below channels:.")
        )
    if not any(operator.role.rank >= Role.APPROVER.rank for operator in settings.operators.values()):
        yield Finding(
            None,
            _("Operators"),
            _("Nobody may publish an answer."),
            _("Give somebody below operators: the role approver or lead."),
        )
    packs = sorted(path.name for path in _PACKS.glob("[a-z][a-z]") if path.is_dir())
    for language in settings.languages:
        if language not in packs:
            yield Finding(
                None,
                _("Language {language}").format(language=language),
                _(
                    "It is recognised, but no rules and answers for it come with the program (only for {packs})."
                ).format(packs=", ".join(packs)),
                _("Write rules and canned responses of your own for it."),
            )


def _clock(path: Path, now: datetime, _: Translate) -> Iterator[Finding]:
    try:
        changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return
    if changed_at > now + timedelta(hours=1):
        yield Finding(
            None,
            _("Clock of this machine"),
            _("It says {now:%Y-%m-%d %H:%M}, but {file} was changed later than that.").format(
                now=now.astimezone(), file=path.name
            ),
            _("Set the clock: due times and the time stamps of cases depend on it."),
        )


def _store(open_store: Callable[[], Storage], now: datetime, _: Translate) -> Iterator[Finding]:
    try:
        with open_store().transaction() as transaction:
            transaction.put_value(_MARK, now.isoformat())
    except (ConfigError, StorageError) as error:
        yield Finding(
            False,
            _("Store"),
            error.told(_.sentence),
            _("Correct REPUTATION_BOT_STORE or --store, or the rights of the folder."),
        )
    else:
        yield Finding(True, _("The store opens and can be written."))


def _channels(
    settings: Settings, connector_of: Callable[[str], Connector], _: Translate
) -> Iterator[Finding]:
    def look(name: str) -> list[Finding]:
        return list(_channel(name, connector_of, _))

    with ThreadPoolExecutor(_MOST_AT_ONCE) as pool:  # polling waits for answers
        for findings in pool.map(look, settings.channels):
            yield from findings


def _channel(name: str, connector_of: Callable[[str], Connector], _: Translate) -> Iterator[Finding]:
    what = _("Channel {name}").format(name=name)
    try:
        batch: Batch = connector_of(name).poll(None)
    except (PlatformError, ConfigError) as error:
        yield _channel_finding(what, name, error, _)
    except Exception as error:  # noqa: BLE001  # a foreign connector may be broken in any way; the others still count
        yield Finding(
            False,
            what,
            _("The connector failed in a way it must not: {error}.").format(error=type(error).__name__),
            _("Tell its author."),
        )
    else:
        yield Finding(
            True,
            _("Channel {name} answers (mentions: {count}).").format(name=name, count=len(batch.mentions)),
        )
        yield from (Finding(None, what, _.sentence(notice)) for notice in batch.notices)


def _channel_finding(what: str, name: str, error: ReputationBotError, _: Translate) -> Finding:
    match error:
        case MissingExtraError():
            to_do = _("Run: {command}").format(command=error.command)
        case AccessError():
            to_do = _("See whether address, key and permissions below channels.{name} are right.").format(
                name=name
            )
        case RetryLaterError():
            to_do = _("Try again later. If it lasts: see whether the address opens in a browser.")
        case BadAnswerError():
            to_do = _("See in a browser whether this is the right address.")
        case _other:
            to_do = _("Correct channels.{name} in rules.yaml.").format(name=name)
    return Finding(False, what, error.told(_.sentence), to_do)
