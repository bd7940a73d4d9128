"""Tells the copy of a text that we know from a new one: reposts, syndicated articles, the same complaint on two platforms.

Two different customers are never one. So texts are only compared where a name or an address says that they may be the same, and two
names are one voice only where one repeats the other without a word of its own, or where papers print one article.
"""

from reputation_bot.copies.marks import marks_of
from reputation_bot.copies.pages import is_same_page, is_share
from reputation_bot.copies.said import Said, is_same_author, said_in
from reputation_bot.copies.voices import is_one_voice
from reputation_bot.model import Mention, Record
from reputation_bot.ports import Reader

__all__ = ["is_copy", "is_same_author", "marks_of", "original_of"]

_MOST_CUT = 8  # a copy is cut to no less than an eighth
_MOST_COMPARED = 20


def original_of(view: Reader, mention: Mention) -> Record | None:
    """The record of which the mention is a copy, the oldest if there are several; None when it says something new.

    The author's own words, said again after we had answered them, are new.
    """
    known = view.records_marked(marks_of(mention), newest=_MOST_COMPARED)
    return next(
        (one for one in known if is_copy(mention, one.mention) and not _insists(view, mention, one)), None
    )


def is_copy(mention: Mention, other: Mention) -> bool:
    """Whether both are one author's text in two places, one a bare repetition of the other, or one article in two papers."""
    if mention.key == other.key or mention.visibility is not other.visibility or _rated_apart(mention, other):
        return False
    here, there = said_in(mention), said_in(other)
    if here.address is not None and here.address == there.address and mention.channel != other.channel:
        return is_same_page(mention, other, here, there)
    if is_share(mention, other, here, there) or is_share(other, mention, there, here):
        return True
    is_comparable = not (_are_at_odds(here, there) or _is_much_longer(here, there))
    return is_comparable and is_one_voice(mention, other, here, there)


def _are_at_odds(here: Said, there: Said) -> bool:
    """Other order numbers, other versions, other pages of one site: the same may be said, but not of the same thing."""
    if not (here.figures <= there.figures or there.figures <= here.figures):
        return True
    return bool(here.sites & there.sites) and here.links.isdisjoint(there.links)


def _is_much_longer(here: Said, there: Said) -> bool:
    lengths = sorted((len(here.words), len(there.words)))
    return lengths[1] > _MOST_CUT * lengths[0]


def _insists(view: Reader, mention: Mention, known: Record) -> bool:
    """Whether the author says it again though we have answered, or put it aside."""
    case = view.case(known.case_id)
    done_at, said_at = case.answered_at or case.closed_at, mention.created_at
    return bool(done_at and said_at and said_at > done_at) and is_same_author(mention, known.mention)


def _rated_apart(mention: Mention, other: Mention) -> bool:
    """Different stars are different words, whoever gave them."""
    return mention.rating is not None and other.rating is not None and mention.rating != other.rating
