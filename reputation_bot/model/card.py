"""The Telegram message of a case."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Menu(StrEnum):
    """Which buttons a card shows."""

    MAIN = "main"
    DISMISS = "dismiss"  # the reasons
    CLASS = "class"  # the categories
    TOPIC = "topic"
    PRIORITY = "priority"
    MORE = "more"  # rare acts
    SNOOZE = "snooze"
    ASSIGN = "assign"  # the operators
    MERGE = "merge"  # other cases of the same author
    OVERRULE = "overrule"  # why to publish in spite of the outgoing check


@dataclass(frozen=True, slots=True)
class Card:
    """The Telegram message of a case. Due for showing while `shown_version` is below the case's version."""

    case_id: int
    chat: int
    message_id: int | None = None  # None: not sent yet, or only listed
    listed_in: int | None = None  # message that lists it among others (a flood)
    shown_version: int = 0
    shown_digest: str = ""  # of the last text and buttons: an equal rendering is not sent
    menu: Menu = Menu.MAIN
    announced: int = 0  # mentions of the case that the chat was told of
    sending_since: datetime | None = None  # a send is under way
    sending_by: str | None = None
    sending_after: int = 0  # highest message id known in the chat when that send began
    topic: int | None = None  # message_thread_id in a group with topics
    told_of_waking: datetime | None = None  # the `woken_at` that the chat was told of
    replaces: int | None = None  # the older message of this card, which could not be edited any more
