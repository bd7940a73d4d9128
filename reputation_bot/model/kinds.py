"""The closed sets that the project talks in: categories, priorities, states, reasons, roles."""

from enum import StrEnum


class Category(StrEnum):
    """What kind of answer a mention needs."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    SUGGESTION = "suggestion"
    OTHER = "other"
    SPAM = "spam"


class Priority(StrEnum):
    """How soon an answer is needed; `rank` grows with urgency."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for low to 3 for urgent."""
        return list(Priority).index(self)


class Visibility(StrEnum):
    """Who can read a text. Private is always towards the author."""

    PUBLIC = "public"
    PRIVATE = "private"


class CaseStatus(StrEnum):
    """Where our work on a case stands."""

    OPEN = "open"
    WAITING = "waiting"  # answered; the author's turn
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


CLOSED = frozenset({CaseStatus.RESOLVED, CaseStatus.DISMISSED})


class ReplyState(StrEnum):
    """How far an approved reply has got."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


UNFINISHED = frozenset({ReplyState.PENDING, ReplyState.SENDING, ReplyState.UNKNOWN})


class DismissReason(StrEnum):
    """Why a case needs no answer."""

    NOT_US = "not_us"
    SPAM = "spam"
    DUPLICATE = "duplicate"
    NO_ANSWER_NEEDED = "no_answer_needed"


class Purpose(StrEnum):
    """What a text of ours is for."""

    ANSWER = "answer"
    INVITATION = "invitation"  # in public: we have written to you, or please write to us, in private
    OPENING = "opening"  # the private message that goes with an invitation
    CLOSING = "closing"  # in public, after all was settled in private
    ACKNOWLEDGEMENT = "acknowledgement"  # received, and until when an answer comes; never an answer itself


class Role(StrEnum):
    """What an operator may do; `rank` grows with rights, and each role may do all that the ones before it may."""

    VIEWER = "viewer"
    AGENT = "agent"
    APPROVER = "approver"
    LEAD = "lead"

    @property
    def rank(self) -> int:
        """0 for viewer to 3 for lead."""
        return list(Role).index(self)
