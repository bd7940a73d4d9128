"""Who takes part in the sandbox's group; what a role may do is decided by the bot, not here."""

from dataclasses import dataclass
from typing import Any

BRAND = "Bottega Aurora"
BOT_ID = 7_000_000_001
BOT_NAME = f"{BRAND} bot"
BOT_USERNAME = "bottega_aurora_bot"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a Telegram account. `role` is lead, approver, agent, viewer or stranger."""

    user_id: int
    name: str
    role: str


PEOPLE = (
    Person(1001, "Anna", "lead"),
    Person(1002, "Paolo", "approver"),
    Person(1003, "Federica", "agent"),
    Person(1004, "Vittoria", "viewer"),
    Person(1999, "Sconosciuto", "stranger"),
)
_KNOWN = {person.user_id: person for person in PEOPLE}


def person(user_id: int) -> Person:
    """Somebody unknown is a stranger with a name made of the number."""
    return _KNOWN.get(user_id) or Person(user_id, f"user {user_id}", "stranger")


def is_known(user_id: int) -> bool:
    """Whether the group has had this person from the start."""
    return user_id in _KNOWN


def telegram_user(user_id: int) -> dict[str, Any]:
    """The Bot API's User object of a person or of the bot."""
    if user_id == BOT_ID:
        return {"id": BOT_ID, "is_bot": True, "first_name": BOT_NAME, "username": BOT_USERNAME}
    return {"id": user_id, "is_bot": False, "first_name": person(user_id).name, "language_code": "it"}
