"""What the bot settles with Telegram about the group itself: the menu of commands, and who administers it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from reputation_bot.errors import ReputationBotError
from reputation_bot.i18n import languages, translator
from reputation_bot.ports import Storage
from reputation_bot.settings import Settings
from reputation_bot.telegram.access import ADMINISTRATORS
from reputation_bot.telegram.commands import menu
from reputation_bot.telegram.sent import chat_now

log = logging.getLogger(__name__)

ASK_EVERY = timedelta(minutes=10)  # a new administrator may press after that long at most
_AFTER_FAULT = timedelta(minutes=1)


class GroupMessenger(Protocol):
    """The part of the chat that is needed here."""

    def administrators(self, chat: int) -> frozenset[int]: ...

    def offer_commands(self, chat: int, commands: dict[str, str], language: str | None = None) -> None: ...


class Group:
    """Called again and again by the bot; asks Telegram at most every ten minutes, and anew when rules.yaml has changed."""

    def __init__(self, storage: Storage, messenger: GroupMessenger, clock: Callable[[], datetime]) -> None:
        self._storage, self._messenger, self._clock = storage, messenger, clock
        self._due_at: datetime | None = None
        self._offered: tuple[int, str] | None = None
        self._asked_for: Settings | None = None

    def go(self, settings: Settings) -> None:
        """One round. A refusal of Telegram's is logged and tried again; cards do not depend on it."""
        now = self._clock()
        if self._due_at and now < self._due_at and settings is self._asked_for:
            return
        self._due_at, self._asked_for = now + ASK_EVERY, settings
        with self._storage.read() as view:
            chat = chat_now(view, settings.telegram.chat)
        try:
            self._offer(chat, settings.language)
            if settings.telegram.administrators is not None:
                self._keep(self._messenger.administrators(chat))
        except ReputationBotError as error:
            log.warning("could not settle things with the group problem=%s", error)
            self._due_at = now + _AFTER_FAULT

    def _offer(self, chat: int, language: str) -> None:
        """In each language of the interface for people whose Telegram speaks it, in the staff's for all others."""
        if self._offered == (chat, language):
            return
        for spoken, shown in [(None, language), *((one, one) for one in languages())]:
            commands = {one.name: one.text for one in menu(translator(shown))}
            self._messenger.offer_commands(chat, commands, spoken)
        self._offered = (chat, language)

    def _keep(self, found: frozenset[int]) -> None:
        with self._storage.read() as view:
            known = view.value(ADMINISTRATORS)
        if known != sorted(found):
            with self._storage.transaction() as tx:
                tx.put_value(ADMINISTRATORS, sorted(found))
