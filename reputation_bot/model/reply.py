"""What we would say, what a platform lets us say, and how far an approved text has got."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reputation_bot.model.kinds import Purpose, ReplyState, Visibility


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed answer that nobody has approved."""

    text: str
    visibility: Visibility
    lang: str
    origin: str  # name of the canned response or FAQ entry, or "operator"
    by: str | None = None  # the operator who wrote it
    purpose: Purpose = Purpose.ANSWER


@dataclass(frozen=True, slots=True)
class Permission:
    """What a platform lets an API do for one mention at one visibility."""

    allowed: bool
    why_not: str | None = None
    max_chars: int | None = None
    closes_at: datetime | None = None
    cost: str | None = None  # as a person reads it: "0.20 USD"
    link_cost: str | None = None  # of an answer that holds a link, where that costs more


@dataclass(frozen=True, slots=True)
class ReplyOptions:
    """Both permissions, the address where a person can answer by hand, and whether the bot may write by itself."""

    public: Permission
    private: Permission
    open_url: str | None = None
    automatic: bool = False  # whether the platform's rules allow a message that no person has approved

    def at(self, visibility: Visibility) -> Permission:
        """The permission for one visibility."""
        return self.public if visibility is Visibility.PUBLIC else self.private


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's proof that a reply is there."""

    external_id: str
    posted_at: datetime
    url: str | None = None
    text: str | None = None  # as the platform shows it, where it tells
    thread: str | None = None  # where follow-ups come, if not in the mention's own: a private conversation


class Sighting(StrEnum):
    """What a later look at the platform found of a published reply."""

    SEEN = "seen"
    NOT_YET = "not_yet"  # never seen there so far
    GONE = "gone"
    EDITED = "edited"  # by somebody, on the platform


@dataclass(frozen=True, slots=True)
class Reply:
    """An approved text, posted once. `id` is `{case}.{revision}`; revision 0 is the acknowledgement's."""

    id: str
    case_id: int
    revision: int
    mention_key: str  # the mention it answers
    visibility: Visibility
    text: str
    lang: str
    state: ReplyState
    approved_by: str
    approved_at: datetime
    not_before: datetime  # end of the undo delay, or of a wait the platform asked for
    claimed_by: str | None = None  # process that is sending it
    claimed_at: datetime | None = None
    attempts: int = 0
    receipt: Receipt | None = None
    problem: str | None = None  # what the platform said, for a person
    purpose: Purpose = Purpose.ANSWER
    after: str | None = None  # id of the reply that must have gone out first: the private part of a hand-off
    sighting: Sighting | None = None  # None: not looked for yet, or it cannot be
    seen_at: datetime | None = None  # when it was last seen on the platform
    look_at: datetime | None = None  # when to look for it next; None: no more
    by_hand: bool = False  # a person published it on the platform and told us where
