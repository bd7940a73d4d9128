"""How cards look in this brand's chat: the pure renderings of `cards` bound to the settings and the clock."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reputation_bot.model import Case, Record
from reputation_bot.ports import Message
from reputation_bot.settings import Settings
from reputation_bot.telegram import access, cards


class ChatLook:
    """What `showing` needs to know of how things look."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._setting: dict[str, Any] = {
            "people": {key: access.name_of(key, settings.operators) for key in settings.operators},
            "channels": {},
            "language": settings.language,
            "timezone": ZoneInfo(settings.timezone),
        }

    def card(self, view: cards.CardView) -> Message:
        """The case as it is."""
        return cards.render(view, now=self._clock(), **self._setting)

    def listing(self, cases: Sequence[Case]) -> Message:
        """Many cases in one message, each with its jump button."""
        return cards.render_list(cases, now=self._clock(), **self._setting)

    def follow_up(self, case: Case, record: Record) -> Message:
        """What the author wrote since, in answer to the card."""
        return cards.follow_up(case, record, now=self._clock(), **self._setting)

    def bare(self, case: Case) -> Message:
        """For when Telegram refuses the card: nothing from outside in it."""
        return Message(f"#{case.id} · {case.verdict.category} · {case.verdict.priority}")
