"""The one answer that a review may hold: whether it is ours, and that no other is lost; asking the platform is each connector's job."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from connectors.before_sending import WAS_PRIVATE, Unit, check_fits, nothing_sent_yet
from connectors.read_back import is_reply
from connectors.reviews import Page, look
from reputation_bot.errors import AccessError, RejectedError
from reputation_bot.model import Mention, Permission, Receipt, Reply, ReplyOptions, Visibility
from reputation_bot.ports import Batch, for_staff
from reputation_bot.text import tidy

_ANSWERED = for_staff(
    "this review already has an answer, and the platform keeps only one: change it by hand there"
)
_ANSWERED_SINCE = "somebody has answered this review since the approval; look at it and approve again"
NO_PRIVATE = for_staff("this platform has no private messages")

Replaces = Annotated[
    bool, Field(description="An approved answer may take the place of one given before the approval.")
]


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
        return reply.visibility is Visibility.PUBLIC and is_reply(reply, self.text, self.made_at)


@dataclass(frozen=True, slots=True)
class OneAnswer:
    """What holds wherever a new answer would take the place of the old one.

    `review` gives a review by its id, or None when it is not there any more; `answer_in` gives the answer that a review holds.
    `replaces`: the shop lets an approved answer take the place of one given before the approval.
    """

    platform: str
    review: Callable[[str], dict[str, Any] | None]
    answer_in: Callable[[object], Answer | None]
    max_chars: int | None = None
    unit: Unit = "characters"
    replaces: bool = False
    no_private: str = NO_PRIVATE
    answered: set[str] = field(default_factory=set)  # reviews, as the last look showed them

    def look(
        self,
        cursor: object,
        pages: Iterator[Page],
        mention_of: Callable[[object, datetime], Mention | None],
        *,
        least: int = 2,
        window: timedelta | None = None,
    ) -> Batch:
        """As `reviews.look`, now. What the records show of answers is remembered."""
        now = datetime.now(UTC)
        self.forget()
        return look(
            cursor,
            now,
            pages=pages,
            mention_of=lambda review: self.seen(review, mention_of(review, now)),
            is_gone=self.is_gone,
            least=least,
            window=window,
        )

    def seen(self, review: object, mention: Mention | None) -> Mention | None:
        """The mention that the review became; whether it is answered is remembered."""
        if mention:
            self.remember(mention.external_id, is_answered=self.answer_in(review) is not None)
        return mention

    def forget(self) -> None:
        """A new look begins."""
        self.answered.clear()

    def remember(self, review_id: str, *, is_answered: bool) -> None:
        """What a look shows of a review."""
        (self.answered.add if is_answered else self.answered.discard)(review_id)

    def is_gone(self, review_id: str) -> bool:
        """Asks the platform."""
        return self.review(review_id) is None

    def options(self, mention: Mention, open_url: str | None) -> ReplyOptions:
        """As the last look showed the review: what sends looks again. An answer is as public as what it answers."""
        no = Permission(allowed=False, why_not=self._elsewhere(mention))
        is_taken = mention.external_id in self.answered and not self.replaces
        yes = Permission(False, _ANSWERED) if is_taken else Permission(True, max_chars=self.max_chars)
        is_private = mention.visibility is Visibility.PRIVATE
        return ReplyOptions(no, yes, open_url) if is_private else ReplyOptions(yes, no, open_url)

    def check(self, reply: Reply, mention: Mention) -> None:
        """Raises RejectedError for what the platform would refuse anyway, whatever the review holds."""
        if reply.visibility is not mention.visibility:
            raise RejectedError(self._elsewhere(mention))
        if self.max_chars is not None:
            check_fits(reply.text, self.max_chars, self.unit)

    def already_there(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Checks and looks before anything is sent; a receipt if the review holds this answer already.

        Raises RejectedError as `check`, and where somebody's answer would be lost. Nothing has been sent yet, so an answer of the
        platform that cannot be understood is RetryLaterError.
        """
        self.check(reply, mention)
        with nothing_sent_yet():
            review = self.review(mention.external_id)
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

    def _elsewhere(self, mention: Mention) -> str:
        """Why it cannot be answered in the other way."""
        return WAS_PRIVATE if mention.visibility is Visibility.PRIVATE else self.no_private
