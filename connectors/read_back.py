"""Whether a text that a platform shows is the reply that is looked for; where to look is each connector's job."""

from datetime import datetime, timedelta

from reputation_bot.model import Reply
from reputation_bot.text import tidy

CLOCK_SLACK = timedelta(minutes=1)  # between our clock and a platform's


def is_reply(reply: Reply, words: str, made_at: datetime | None) -> bool:
    """The same words, made after the approval: what was there before answers something else."""
    return is_after(reply, made_at) and tidy(words) == tidy(reply.text)


def is_after(reply: Reply, made_at: datetime | None) -> bool:
    """Whether it was made after the approval; not known, it was not."""
    return made_at is not None and made_at >= reply.approved_at - CLOCK_SLACK
