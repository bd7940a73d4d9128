"""The check of a text before it leaves: what must not be said there, what had better be said otherwise; the desk decides what then.

Everything is judged from the text, rules.yaml and what was said in the case; nothing is read from the store and nothing is sent.
"""

from reputation_bot.outgoing.check import OutgoingCheck
from reputation_bot.outgoing.finding import BLOCKING, PERSONAL, Finding, FindingKind, Links, Place
from reputation_bot.outgoing.moving import without
from reputation_bot.outgoing.wording import said

__all__ = [
    "BLOCKING",
    "PERSONAL",
    "Finding",
    "FindingKind",
    "Links",
    "OutgoingCheck",
    "Place",
    "said",
    "without",
]
