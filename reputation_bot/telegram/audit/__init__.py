"""The audit of a case as staff read it: who did what when, and the words that matter; the chat and the terminal only lay it out."""

from reputation_bot.telegram.audit.message import audit_message
from reputation_bot.telegram.audit.telling import Told, told

__all__ = ["Told", "audit_message", "told"]
