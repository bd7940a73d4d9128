"""What is known of a mention before its text is read: its place in the thread and its author's past, as signals like any other."""

from collections.abc import Iterator
from dataclasses import dataclass

from reputation_bot.model import Category

FOLLOW_UP = "follow-up in the thread"
COMPLAINED, PRAISED = "wrote complaints before", "wrote praise before"
SIGNALS = (FOLLOW_UP, COMPLAINED, PRAISED)
LAST = 3  # cases of the author that count
_PAST = {COMPLAINED: Category.COMPLAINT, PRAISED: Category.PRAISE}


@dataclass(frozen=True, slots=True)
class Background:
    """`before` holds the categories of the author's cases on the channel, oldest first, without the one that goes on here."""

    is_answer: bool = (
        False  # it stands under somebody's text, or the author has written in this thread before
    )
    before: tuple[Category, ...] = ()


UNKNOWN = Background()


def signals(background: Background) -> Iterator[str]:
    """Their names. The author's past is one where more than half of the last cases agree."""
    if background.is_answer:
        yield FOLLOW_UP
    last = background.before[-LAST:]
    for name, category in _PAST.items():
        if 2 * last.count(category) > len(last):
            yield name
