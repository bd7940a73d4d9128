"""Tells the group of answers that are due, and the leads of those that are late; which these are, `promises.reminding` decides."""

import logging
from collections.abc import Sequence
from typing import Protocol, assert_never

from reputation_bot.contacts import operators_for
from reputation_bot.errors import OutcomeUnknownError, RejectedError, ReputationBotError
from reputation_bot.listening.intake import BOT
from reputation_bot.model import Card, Case, Role
from reputation_bot.ports import Message, Reader, Storage
from reputation_bot.promises import reminding
from reputation_bot.promises.reminding import Deadlines, Urge
from reputation_bot.settings import Settings
from reputation_bot.telegram.cards import urges
from reputation_bot.telegram.cards.urges import Owed
from reputation_bot.telegram.words import Words

log = logging.getLogger(__name__)


class Chat(Protocol):
    """The part of the chat that is needed here."""

    def has_room(self) -> bool:
        """Whether a message may leave now."""
        ...

    def urge(self, message: Message, card: Card | None) -> bool:
        """Sends it, in answer to the card if one is given; False: certainly not sent. Raises what a messenger raises."""
        ...


def tell_of_due(storage: Storage, settings: Settings, deadlines: Deadlines, words: Words, chat: Chat) -> int:
    """One message for all that escalates now, and one for all to be reminded of; returns how many were sent.

    Noted in the store before it leaves: a crash in between loses the message, but never doubles it. What was certainly not sent is
    told as soon as that is possible, and still true. Raises AccessError when the bot may not write to the chat.
    """
    said = 0
    for urge in (Urge.ESCALATION, Urge.REMINDER):
        with storage.read() as view:
            is_due = reminding.has_due(view, urge, deadlines, words.now)
        if is_due and chat.has_room():
            said += _tell(storage, settings, deadlines, urge, words, chat)
    return said


def _tell(
    storage: Storage, settings: Settings, deadlines: Deadlines, urge: Urge, words: Words, chat: Chat
) -> int:
    with storage.transaction() as tx:
        claimed = reminding.claim(tx, urge, deadlines, who=BOT, now=words.now)
        owed = _owed(tx, settings, claimed)
    if not owed:
        return 0
    try:
        if chat.urge(_message(owed, urge, settings, words), owed[0].card if len(owed) == 1 else None):
            return 1
    except (OutcomeUnknownError, RejectedError) as error:
        log.warning("group may not know what is due urge=%s cases=%d problem=%s", urge, len(owed), error)
        return 0  # it may be there, or would never be taken
    except ReputationBotError:
        _put_back(storage, urge, claimed)
        raise
    _put_back(storage, urge, claimed)
    return 0


def _owed(view: Reader, settings: Settings, claimed: Sequence[Case]) -> list[Owed]:
    """Only what a message shows is looked up."""
    shown = [
        Owed(case, view.card(case.id), operators_for(settings, case.verdict.topic))
        for case in claimed[: urges.MOST_LISTED]
    ]
    return [*shown, *map(Owed, claimed[urges.MOST_LISTED :])]


def _message(owed: Sequence[Owed], urge: Urge, settings: Settings, words: Words) -> Message:
    operators = {key: one.telegram for key, one in settings.operators.items()}
    match urge:
        case Urge.REMINDER:
            return urges.reminder(owed, operators, words)
        case Urge.ESCALATION:
            leads = [key for key, one in settings.operators.items() if one.role is Role.LEAD]
            return urges.escalation(owed, leads, operators, words)
    assert_never(urge)


def _put_back(storage: Storage, urge: Urge, claimed: Sequence[Case]) -> None:
    with storage.transaction() as tx:
        reminding.put_back(tx, urge, claimed)
