"""Messages of ours that ask one person for a text, and what the answer is for; kept in the store, so that a restart forgets none."""

from dataclasses import asdict, dataclass
from typing import Any

from reputation_bot.ports import Reader, Transaction
from reputation_bot.telegram.buttons import Act

_KEY = "telegram.prompts"
_KEPT = 100


@dataclass(frozen=True, slots=True)
class Prompt:
    """An answer to this message is for `act` on that case; `revision` is the draft's when it was asked."""

    act: Act
    case_id: int
    revision: int


def put(tx: Transaction, chat: int, message_id: int, prompt: Prompt) -> None:
    """Remembers what a message asks for; the oldest are forgotten."""
    others = [one for one in _all(tx) if (one["chat"], one["message_id"]) != (chat, message_id)]
    asked = {"chat": chat, "message_id": message_id, **asdict(prompt)}
    tx.put_value(_KEY, [*others, asked][-_KEPT:])


def of_message(view: Reader, chat: int, message_id: int) -> Prompt | None:
    """What the message asked for; None for any other message."""
    for one in _all(view):
        if (one["chat"], one["message_id"]) == (chat, message_id):
            return Prompt(Act(one["act"]), one["case_id"], one["revision"])
    return None


def forget(tx: Transaction, chat: int, message_id: int) -> None:
    """The text has come."""
    kept = [one for one in _all(tx) if (one["chat"], one["message_id"]) != (chat, message_id)]
    tx.put_value(_KEY, kept)


def _all(view: Reader) -> list[dict[str, Any]]:
    kept = view.value(_KEY)
    return kept if isinstance(kept, list) else []
