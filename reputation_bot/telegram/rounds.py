"""What the bot sees to now and then: a rules.yaml that changed, questions to the leads; building what follows is `app`'s job."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from reputation_bot.config import Config, RulesFileError
from reputation_bot.config.watch import Watch
from reputation_bot.errors import ConfigError, ReputationBotError
from reputation_bot.i18n import Translate, translator
from reputation_bot.ports import Message, Storage
from reputation_bot.settings import Settings
from reputation_bot.telegram.asking import Say, ask_leads
from reputation_bot.telegram.html import line

log = logging.getLogger(__name__)

ASK_TICK = timedelta(seconds=20)  # how often questions are looked for; most turns find none
_MOST_MISTAKES = 8  # told in one message
_MAX_MISTAKE = 300  # units


class Rounds:
    """Called again and again by the bot. `adopt` puts a changed configuration to work."""

    def __init__(
        self,
        storage: Storage,
        watch: Watch,
        adopt: Callable[[Config], None],
        say: Say,
        *,
        settings: Settings,
        clock: Callable[[], datetime],
    ) -> None:
        self._storage, self._watch, self._adopt, self._say = storage, watch, adopt, say
        self._settings, self._clock = settings, clock
        self._is_wrong = False
        self._notice: Message | None = None  # about rules.yaml, until it could be sent
        self._asked_at: datetime | None = None

    def go(self) -> None:
        """One round. Raises StorageError only."""
        self._reload()
        self._tell()
        now = self._clock()
        if self._asked_at is None or now - self._asked_at >= ASK_TICK:
            self._asked_at = now
            ask_leads(self._storage, self._settings, self._say, now=now, _=self._translate)

    def _reload(self) -> None:
        try:
            config = self._watch.news()
        except ConfigError as error:
            log.error(
                "rules.yaml is wrong, going on with the old one problem=%s", error
            )  # the text says what to do
            self._is_wrong, self._notice = True, mistakes(error, self._translate)
            return
        if config is None:
            return
        self._settings = config.settings
        self._adopt(config)
        log.info("rules.yaml read again")
        self._notice = right_again(self._translate) if self._is_wrong else None
        self._is_wrong = False

    def _tell(self) -> None:
        """Waits for room only: what the chat refuses, or may have shown, is not said again and again."""
        try:
            if self._notice and self._say(self._notice):
                self._notice = None
        except ReputationBotError as error:
            log.warning("could not tell of rules.yaml in the chat problem=%s", error)
            self._notice = None

    @property
    def _translate(self) -> Translate:
        return translator(self._settings.language)


def right_again(_: Translate) -> Message:
    """The mistake that the group was told of is gone."""
    return Message("✅ " + _("rules.yaml is right again and in use."))


def mistakes(error: ConfigError, _: Translate) -> Message:
    """What is wrong with rules.yaml, line by line, and that the old one is still at work."""
    errors = error.errors if isinstance(error, RulesFileError) else (error,)
    told = [f"<code>{line(one.told(_.sentence), _MAX_MISTAKE)}</code>" for one in errors[:_MOST_MISTAKES]]
    left = len(errors) - len(told)
    more = [_.ngettext("{number} more", "{number} more", left).format(number=left)] if left else []
    title = _("rules.yaml has a mistake: the bot goes on with the one before.")
    return Message("\n".join([f"⚠️ <b>{title}</b>", *told, *more]))
