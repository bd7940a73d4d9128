"""What staff may do to a case, each act as one step inside a transaction; who may do what is `telegram.access`'s job."""

from reputation_bot.cases.answering import note_answer
from reputation_bot.cases.approving import (
    Terms,
    approve,
    confirm_sent,
    done_by_hand,
    drop_reply,
    send_again,
    undo,
)
from reputation_bot.cases.closing import dismiss, reopen, resolve
from reputation_bot.cases.drafting import (
    edit,
    edit_opening,
    hand_off,
    offer,
    other_draft,
    switch_visibility,
    without_opening,
)
from reputation_bot.cases.holding import assign, give_back, note, snooze, take, wake, wake_due
from reputation_bot.cases.joining import merge, split, unmerge
from reputation_bot.cases.outcome import CHANGES, Outcome, Result
from reputation_bot.cases.reclassifying import DueAt, Redraft, reclassify

__all__ = [
    "CHANGES",
    "DueAt",
    "Outcome",
    "Redraft",
    "Result",
    "Terms",
    "approve",
    "assign",
    "confirm_sent",
    "dismiss",
    "done_by_hand",
    "drop_reply",
    "edit",
    "edit_opening",
    "give_back",
    "hand_off",
    "merge",
    "note",
    "note_answer",
    "offer",
    "other_draft",
    "reclassify",
    "reopen",
    "resolve",
    "send_again",
    "snooze",
    "split",
    "switch_visibility",
    "take",
    "undo",
    "unmerge",
    "wake",
    "wake_due",
    "without_opening",
]
