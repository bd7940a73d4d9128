"""What is settled around sending an answer: may it, does it fit, and what an answer means that says nothing; asking is the connector's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TypeVar

from reputation_bot.errors import BadAnswerError, OutcomeUnknownError, RejectedError, RetryLaterError
from reputation_bot.model import Permission
from reputation_bot.ports import for_staff

WAS_PRIVATE = for_staff("it was written in private: answer in private")

Unit = Literal["characters", "bytes"]
Proof = TypeVar("Proof")


@contextmanager
def nothing_sent_yet() -> Iterator[None]:
    """Nothing has left so far: what cannot be understood is no reason to fear for the answer, only to try later."""
    try:
        yield
    except BadAnswerError as error:
        raise RetryLaterError(f"could not look at what is to be answered: {error}") from None


@contextmanager
def sent_already() -> Iterator[None]:
    """It has left: where the platform's answer cannot be understood nobody can tell whether it was taken."""
    try:
        yield
    except BadAnswerError as error:
        raise OutcomeUnknownError(f"{error}; the answer may have been taken") from None


def taken(proof: Proof | None, platform: str) -> Proof:
    """The id or receipt that the platform gave for what was sent. Raises OutcomeUnknownError where it gave none."""
    if not proof:
        raise OutcomeUnknownError(f"{platform} took the answer without giving it an id; it may be there")
    return proof


def check_allowed(permission: Permission, text: str, unit: Unit = "characters") -> None:
    """Raises RejectedError for what the platform would refuse anyway."""
    if not permission.allowed:
        raise RejectedError(permission.why_not or "the platform allows no such answer")
    if permission.max_chars is not None:
        check_fits(text, permission.max_chars, unit)


def check_fits(text: str, limit: int, unit: Unit = "characters") -> None:
    """Raises RejectedError for a text that is too long."""
    size = len(text if unit == "characters" else text.encode("utf-8", "replace"))
    if size <= limit:
        return
    if unit == "bytes":
        raise RejectedError(
            f"the answer has {size} bytes; {limit} are allowed here (an accent takes two, an emoji four)"
        )
    raise RejectedError(f"the answer has {size} characters; {limit} are allowed here")
