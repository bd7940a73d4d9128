"""What it means when a look that comes before an answer fails; the looks are each connector's."""

from collections.abc import Iterator
from contextlib import contextmanager

from reputation_bot.errors import BadAnswerError, RetryLaterError


@contextmanager
def nothing_sent_yet() -> Iterator[None]:
    """Nothing has left so far: what cannot be understood is no reason to fear for the answer, only to try later."""
    try:
        yield
    except BadAnswerError as error:
        raise RetryLaterError(f"could not look at what is to be answered: {error}") from None
