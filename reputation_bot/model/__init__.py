"""What the project talks about, as plain frozen values; which moves are legal is in `transitions`."""

from reputation_bot.model.card import Card, Menu
from reputation_bot.model.case import Approval, Case, CaseEvent, Move, Note, Thread
from reputation_bot.model.channel import ChannelState, Claim, Gap
from reputation_bot.model.kinds import (
    CLOSED,
    UNFINISHED,
    CaseStatus,
    Category,
    DismissReason,
    Priority,
    Purpose,
    ReplyState,
    Role,
    Visibility,
)
from reputation_bot.model.mention import Author, Correction, Mention, Polarity, Reason, Record, Verdict
from reputation_bot.model.reply import Draft, Permission, Receipt, Reply, ReplyOptions, Sighting

__all__ = [
    "CLOSED",
    "UNFINISHED",
    "Approval",
    "Author",
    "Card",
    "Case",
    "CaseEvent",
    "CaseStatus",
    "Category",
    "ChannelState",
    "Claim",
    "Correction",
    "DismissReason",
    "Draft",
    "Gap",
    "Mention",
    "Menu",
    "Move",
    "Note",
    "Permission",
    "Polarity",
    "Priority",
    "Purpose",
    "Reason",
    "Receipt",
    "Record",
    "Reply",
    "ReplyOptions",
    "ReplyState",
    "Role",
    "Sighting",
    "Thread",
    "Verdict",
    "Visibility",
]
