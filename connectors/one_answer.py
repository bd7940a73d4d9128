"""The one answer that a review may hold: whether it is ours, and that no other is lost; asking the platform is each connector's job."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from reputation_bot.errors import AccessError, BadAnswerError, RejectedError, RetryLaterError
from reputation_bot.model import Mention, Permission, Receipt, Reply, Visibility
from reputation_bot.ports import for_staff
from reputation_bot.text import tidy

_CLOCK_SLACK = timedelta(minutes=1)  # between our clock and the platform's
_ANSWERED = for_staff(
    "this review already has an answer, and the platform keeps only one: change it by hand there"
)
_ANSWERED_SINCE = "somebody has answered this review since the approval; look at it and approve again"
NO_PRIVATE = for_staff("this platform has no private messages")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer that a review holds, whoever gave it. `url` is where it can be read."""

    text: str
    made_at: datetime | None
    external_id: str
    url: str | None = None

    def receipt(self) -> Receipt:
        """As the platform shows it."""
        now = datetime.now(UTC)
        return Receipt(self.external_id, min(self.made_at or now, now), self.url)

    def says_the_same(self, reply: Reply) -> bool:
        """Whenever it was given."""
        return tidy(self.text) == tidy(reply.text)

    def is_for(self, reply: Reply) -> bool:
        """Whether it is this very reply: the same text, given after the approval."""
        return (
            reply.visibility is Visibility.PUBLIC
            and self.says_the_same(reply)
            and self.made_at is not None
            and self.made_at >= reply.approved_at - _CLOCK_SLACK
        )


@dataclass(frozen=True, slots=True)
class OneAnswer:
    """What holds wherever a new answer would take the place of the old one.

    `review` gives a review by its id, or None when it is not there any more; `answer_in` gives the answer that a review holds.
    `replaces`: the shop lets an approved answer take the place of one given before the approval.
    """

    platform: str
    review: Callable[[str], dict[str, Any] | None]
    answer_in: Callable[[object], Answer | None]
    replaces: bool = False

    def permission(self, is_answered: bool, max_chars: int | None) -> Permission:
        """For a public answer under a review that is or is not answered already."""
        if is_answered and not self.replaces:
            return Permission(allowed=False, why_not=_ANSWERED)
        return Permission(allowed=True, max_chars=max_chars)

    def already_there(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Looks before anything is sent; a receipt if the review holds this answer already.

        Raises RejectedError where somebody's answer would be lost. Nothing has been sent yet, so an answer of the platform that
        cannot be understood is RetryLaterError.
        """
        try:
            review = self.review(mention.external_id)
        except BadAnswerError as error:
            raise RetryLaterError(f"could not see whether the review is answered already: {error}") from None
        if review is None:
            raise RejectedError(f"{self.platform} does not show this review any more")
        there = self.answer_in(review)
        if there is None:
            return None
        if there.says_the_same(reply):
            return there.receipt()
        if not self.replaces:
            raise RejectedError(_ANSWERED)
        if there.made_at is None or there.made_at >= reply.approved_at:
            raise RejectedError(_ANSWERED_SINCE)
        return None

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """The answer that the review holds, if it is this one."""
        review = self.review(mention.external_id)
        if review is None:
            raise AccessError(f"{self.platform} does not show this review any more")
        answer = self.answer_in(review)
        return answer.receipt() if answer and answer.is_for(reply) else None


def check_fits(reply: Reply, limit: int, unit: Literal["characters", "bytes"] = "characters") -> None:
    """Raises RejectedError for what the platform would refuse anyway."""
    if reply.visibility is Visibility.PRIVATE:
        raise RejectedError(NO_PRIVATE)
    size = len(reply.text if unit == "characters" else reply.text.encode("utf-8", "replace"))
    if size > limit:
        raise RejectedError(f"the answer has {size} {unit}; {limit} are allowed here")
