"""What one author has written before on the same channel: for the mark on the card, and for whoever asks for the whole story."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reputation_bot.model import Author, Case, Category, DismissReason
from reputation_bot.ports import Reader
from reputation_bot.text import fold

REMEMBERED = 50  # cases: the name of a site may stand for thousands
REPEATED = 3  # complaints, this one included, that make somebody a repeated complainer


@dataclass(frozen=True, slots=True)
class History:
    """The author's other cases on this channel, oldest first, and whether rules.yaml names the author as a VIP."""

    others: tuple[Case, ...] = ()
    is_vip: bool = False

    def times(self, category: Category) -> int:
        """How many of the others were that."""
        return sum(case.verdict.category is category for case in self.others)

    @property
    def since(self) -> datetime | None:
        """When the author was first heard of."""
        return self.others[0].opened_at if self.others else None


def of_author(view: Reader, case: Case, *, archived: bool = False) -> tuple[Case, ...]:
    """The newest of the author's other cases on the channel, oldest first; without what was not about us, spam, or merged into another."""
    cases = view.cases_of_author(case.channel, case.author.key, newest=REMEMBERED, archived=archived)
    return tuple(one for one in cases if one.id != case.id and _counts(one))


def is_vip(author: Author, names: Sequence[str]) -> bool:
    """Whether rules.yaml names this author, by name or @handle, whatever the case and accents."""
    known = {fold(name) for name in _names(author)}
    return any(fold(name) in known for name in names)


def repeats(history: History, case: Case) -> bool:
    """Whether this is at least the third complaint of the same author."""
    is_complaint = case.verdict.category is Category.COMPLAINT
    return is_complaint and history.times(Category.COMPLAINT) + 1 >= REPEATED


def _names(author: Author) -> Iterable[str]:
    yield author.name
    if author.handle:
        yield from (author.handle, f"@{author.handle}")


def _counts(case: Case) -> bool:
    is_ours = case.dismissed not in {DismissReason.NOT_US, DismissReason.SPAM}
    return is_ours and case.merged_into is None
