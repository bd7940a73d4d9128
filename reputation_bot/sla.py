"""Until when an answer is due; opening hours are not counted yet."""

from datetime import datetime

from reputation_bot.model import Priority
from reputation_bot.settings import Promises


def due_at(promises: Promises, priority: Priority, start: datetime) -> datetime:
    """When the first response promised for this priority is due for what was noticed at `start`."""
    return start + promises.first_response_for(priority)
