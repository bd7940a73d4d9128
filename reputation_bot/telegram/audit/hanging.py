"""Where the audit of a case hangs in the chat, so that who asks again is shown that message instead of getting another."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from reputation_bot.ports import Reader, Transaction

_NEAR = timedelta(hours=1)  # an older message is too far up for people to find
_ON_ITS_WAY = timedelta(minutes=1)  # one that is not there by then was lost
_JUST = timedelta(minutes=1)
_KEY = "telegram.audits"
_KEPT = 50


@dataclass(frozen=True, slots=True)
class Hanging:
    """The newest message with the audit of a case. Without a `message_id` it has not been sent yet."""

    chat: int
    case_id: int
    asked_at: datetime
    drawn_at: datetime  # when it was last brought up to date
    version: int  # of the case, as it shows it
    message_id: int | None = None

    def is_near(self, now: datetime) -> bool:
        """Whether people find it still, or will in a moment."""
        return now - self.asked_at < (_ON_ITS_WAY if self.message_id is None else _NEAR)

    def is_up_to_date(self, version: int, now: datetime) -> bool:
        """Whether drawing it again would change nothing; after a while that is tried all the same, for somebody may have removed it."""
        return version == self.version and now - self.drawn_at < _JUST


def of_case(view: Reader, chat: int, case_id: int) -> Hanging | None:
    """None where none was asked for, or long ago."""
    return next((one for one in _all(view) if (one.chat, one.case_id) == (chat, case_id)), None)


def put(tx: Transaction, hanging: Hanging) -> None:
    """Takes the place of the case's former one; the oldest are forgotten."""
    same = (hanging.chat, hanging.case_id)
    others = [one for one in _all(tx) if (one.chat, one.case_id) != same]
    tx.put_value(_KEY, [_kept(one) for one in [*others, hanging][-_KEPT:]])


def hangs(tx: Transaction, chat: int, case_id: int, message_id: int) -> None:
    """The message that was asked for has been sent."""
    if asked := of_case(tx, chat, case_id):
        put(tx, replace(asked, message_id=message_id))


def _all(view: Reader) -> list[Hanging]:
    kept = view.value(_KEY)
    return [_read(one) for one in kept] if isinstance(kept, list) else []


def _kept(hanging: Hanging) -> dict[str, Any]:
    return {
        "chat": hanging.chat,
        "case_id": hanging.case_id,
        "asked_at": hanging.asked_at.isoformat(),
        "drawn_at": hanging.drawn_at.isoformat(),
        "version": hanging.version,
        "message_id": hanging.message_id,
    }


def _read(kept: Mapping[str, Any]) -> Hanging:
    asked_at, drawn_at = (datetime.fromisoformat(kept[name]) for name in ("asked_at", "drawn_at"))
    return Hanging(**{**kept, "asked_at": asked_at, "drawn_at": drawn_at})
