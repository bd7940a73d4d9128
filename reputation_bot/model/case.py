"""Our work on what one author said, and everything that can happen to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reputation_bot.model.kinds import CaseStatus, DismissReason, Visibility
from reputation_bot.model.mention import Author, Verdict
from reputation_bot.model.reply import Draft, ReplyOptions


@dataclass(frozen=True, slots=True)
class Note:
    """What an operator wrote for colleagues only."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Approval:
    """One of several people whose approval a draft needs; it stands for that revision only."""

    who: str
    at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Thread:
    """A place on a platform where an author's words carry on a case: its private side, or what was merged into it."""

    channel: str
    thread: str
    author_key: str
    visibility: Visibility = Visibility.PUBLIC


@dataclass(frozen=True, slots=True)
class Case:
    """Our work on what one author said in one thread. `version` is the storage's; `revision` counts the drafts shown."""

    id: int
    version: int
    status: CaseStatus
    channel: str
    thread: str
    author: Author
    verdict: Verdict
    options: ReplyOptions
    opened_at: datetime
    due_at: datetime | None  # first response promised until then; None once answered or closed
    mention_keys: tuple[str, ...]  # in the order recorded; the last is the one to answer
    drafts: tuple[Draft, ...]
    shown_draft: int = 0  # index into drafts
    revision: int = 1  # grows whenever the draft on the card changes
    assignee: str | None = None  # operator's key in rules.yaml
    assigned_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    dismissed: DismissReason | None = None
    urged_at: datetime | None = None  # when a person last pressed: its card goes first
    snoozed_until: datetime | None = None
    woken_at: datetime | None = None  # when it last came back by itself
    approvals: tuple[Approval, ...] = ()  # while a draft needs another one's
    opening: Draft | None = (
        None  # of a hand-off: the private message that goes out before the draft on the card
    )
    threads: tuple[Thread, ...] = ()  # besides its own
    notes: tuple[Note, ...] = ()  # oldest first
    merged_into: int | None = None  # the case that goes on with this one's mentions
    reminded_of: tuple[datetime, ...] = ()  # due times that the group was reminded of
    escalated_of: tuple[datetime, ...] = ()  # due times after which the case escalated

    @property
    def draft(self) -> Draft | None:
        """The draft on the card, if any."""
        return self.drafts[self.shown_draft] if self.drafts else None

    @property
    def approvers(self) -> tuple[str, ...]:
        """Who has approved the draft on the card so far; a new revision starts anew."""
        return tuple(one.who for one in self.approvals if one.revision == self.revision)

    @property
    def reply_id(self) -> str:
        """Identity of the reply that approving the draft on the card makes."""
        return f"{self.id}.{self.revision}"


class Move(StrEnum):
    """Everything that can happen to a case; each leaves a CaseEvent."""

    OPEN = "open"
    AUTHOR_WROTE = "author_wrote"
    COPY_FOUND = "copy_found"  # the same text in another place
    MENTION_EDITED = "mention_edited"
    MENTION_DELETED = "mention_deleted"
    TAKE = "take"
    GIVE_BACK = "give_back"
    ASSIGN = "assign"
    NOTE = "note"
    EDIT = "edit"
    OTHER_DRAFT = "other_draft"
    HAND_OFF = "hand_off"  # prepared; approving publishes both parts
    APPROVE_FIRST = "approve_first"  # one of two people; nothing goes out yet
    APPROVE = "approve"
    OVERRULE = "overrule"  # a lead publishes in spite of the outgoing check, and says why
    ACKNOWLEDGE = "acknowledge"
    ACKNOWLEDGED = "acknowledged"
    UNDO = "undo"
    ANSWERED = "answered"
    REPLY_POSTPONED = "reply_postponed"
    REPLY_REFUSED = "reply_refused"
    REPLY_LOST = "reply_lost"  # sent, outcome unknown
    SEND_AGAIN = "send_again"
    CONFIRM_SENT = "confirm_sent"  # a person saw the reply on the platform
    DROP_REPLY = "drop_reply"
    DONE_BY_HAND = "done_by_hand"
    REPLY_CHANGED = "reply_changed"  # on the platform: gone, edited, or there again
    PAUSE = "pause"  # of all publishing: an approved reply of this case waits
    RESUME = "resume"
    SNOOZE = "snooze"
    WAKE = "wake"
    REMIND = "remind"  # the group, before the answer is due
    ESCALATE = "escalate"  # no answer long after it was due: the leads are told
    MERGE = "merge"
    SPLIT = "split"
    RESOLVE = "resolve"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    RECLASSIFY = "reclassify"


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One line of a case's audit. `who` is an operator's key or "bot"; all texts are plain.

    `before` and `after` are what an act has changed: the whole text of a draft, a class, an assignee.
    """

    at: datetime
    who: str
    move: Move
    detail: str = ""  # short
    before: str = ""
    after: str = ""
