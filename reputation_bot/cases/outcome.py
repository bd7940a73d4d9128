"""What came of an act on a case; saying it to people is `telegram.popups`' job."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """What came of it. The first group changed the case, the second refused and says why."""

    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    ASSIGNED = "assigned"
    NOTED = "noted"
    SNOOZED = "snoozed"
    DRAFT_CHANGED = "draft_changed"
    HANDED_OFF = "handed_off"  # both parts are on the card; nothing has gone out
    FIRST_APPROVAL = "first_approval"
    APPROVED = "approved"
    UNDONE = "undone"
    DISMISSED = "dismissed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    MERGED = "merged"
    SPLIT = "split"
    CONFIRMED_SENT = "confirmed_sent"
    DONE_BY_HAND = "done_by_hand"
    SENDING_AGAIN = "sending_again"
    REPLY_DROPPED = "reply_dropped"
    RECLASSIFIED = "reclassified"

    ALREADY_DONE = "already_done"  # a second press: `by` did it
    STALE = "stale"  # the card showed an older draft
    CLOSED = "closed"
    PART_OF = "part_of"  # merged: `case_id` goes on with it
    NO_DRAFT = "no_draft"
    NO_OTHER_DRAFT = "no_other_draft"
    NOT_ALLOWED_HERE = "not_allowed_here"  # the platform takes no answer of this visibility
    TOO_LONG = "too_long"
    EMPTY = "empty"
    BLOCKED = "blocked"  # by the outgoing check: change the text, or a lead overrules it
    NEEDS_ANOTHER = "needs_another"  # person: `by` has approved already
    UNDER_WAY = "under_way"  # another reply is not finished yet
    TOO_LATE = "too_late"  # nothing left to undo
    SAME_CASE = "same_case"  # nothing to merge
    ONLY_MENTION = "only_mention"  # nothing to split off


CHANGES = frozenset(list(Result)[: list(Result).index(Result.ALREADY_DONE)])


@dataclass(frozen=True, slots=True)
class Outcome:
    """`by` is the operator's key that a refusal names; `limit` the most characters the platform takes; `case_id` another case."""

    result: Result
    by: str | None = None
    limit: int | None = None
    case_id: int | None = None
