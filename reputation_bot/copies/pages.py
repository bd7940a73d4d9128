"""Whether two mentions are one page, seen on two channels, or a page and a bare link to it."""

from reputation_bot.copies.likeness import alike, stands_in
from reputation_bot.copies.said import (
    ALMOST,
    FEW,
    HEADLINE,
    MOST_LINKS,
    SAME,
    SAME_PAGE,
    SHINGLE,
    SHORT,
    Said,
    fewest,
    is_same_author,
    is_telling,
    is_under_one_headline,
)
from reputation_bot.model import Mention


def is_same_page(mention: Mention, other: Mention, here: Said, there: Said) -> bool:
    """Many may write on one page: those are told apart by what they say, and where a name tells little by the moment too."""
    least, is_equal = fewest(here, there), here.words == there.words
    if is_equal and _is_one_moment(mention, other):
        return True
    if is_same_author(mention, other):
        if not is_telling(here, there):
            return is_equal and least >= SHORT
        enough = SAME_PAGE if is_under_one_headline(here, there) else ALMOST
        return is_equal or (least >= FEW and alike(here.words, there.words) >= enough)
    is_rated = mention.rating is not None or other.rating is not None
    return not is_rated and _is_one_page_of_news(here, there)


def is_share(mention: Mention, page: Mention, here: Said, there: Said) -> bool:
    """Whether the mention is the title of that page and a link to it, and not a word more."""
    own, is_linked = len(here.words), there.address in here.links and len(here.links) <= MOST_LINKS
    if not is_linked or mention.rating is not None or page.rating is not None:
        return False
    return SHINGLE < own <= len(there.title) and alike(here.words, there.title[:own]) >= SAME


def _is_one_moment(mention: Mention, other: Mention) -> bool:
    """A day is no moment for two of different names."""
    at = mention.created_at
    is_day = at is not None and not (at.hour or at.minute or at.second)
    return (
        at is not None and at == other.created_at and (not is_day or mention.author.name == other.author.name)
    )


def _is_one_page_of_news(here: Said, there: Said) -> bool:
    """The headline alone, or a part of the text below it; without a headline all of the text, or what was cut off of it."""
    shorter, longer = sorted((here, there), key=lambda said: len(said.words))
    is_long = min(len(here.body), len(there.body)) >= SHORT
    if len(shorter.words) >= HEADLINE and shorter.words == longer.title:
        return True
    if here.words == there.words or here.body == there.body:
        return is_long or is_under_one_headline(here, there)
    if not is_under_one_headline(here, there):
        return is_long and shorter.is_cut and stands_in(shorter.body, longer.body) >= SAME
    return is_long and alike(here.body, there.body) >= SAME_PAGE
