"""Publishes approved replies exactly once, recovers what a crash left, and looks after what is out. Cards are `telegram.showing`'s job."""

from reputation_bot.outbox.acknowledging import acknowledge_due
from reputation_bot.outbox.looking import LOOK_FOR, WATCH_FOR, read_back, watch
from reputation_bot.outbox.posting import MOST_AT_ONCE, Clock, ReplierOf, post_due
from reputation_bot.outbox.settling import (
    LONGEST_POST,
    Attempt,
    Lost,
    Posted,
    Postponed,
    Refused,
    pause_after,
    recover,
    settle,
)

__all__ = [
    "LONGEST_POST",
    "LOOK_FOR",
    "MOST_AT_ONCE",
    "WATCH_FOR",
    "Attempt",
    "Clock",
    "Lost",
    "Posted",
    "Postponed",
    "Refused",
    "ReplierOf",
    "acknowledge_due",
    "pause_after",
    "post_due",
    "read_back",
    "recover",
    "settle",
    "watch",
]
