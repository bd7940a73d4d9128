"""Whether two texts are one voice: the author's own words in two places, a bare repetition of another's, or one article in two papers."""

from datetime import timedelta
from itertools import pairwise, product

from reputation_bot.copies.addresses import host_of
from reputation_bot.copies.likeness import alike, has_twin
from reputation_bot.copies.said import (
    ALMOST,
    FEW,
    LONG,
    SHINGLE,
    SHORT,
    Said,
    fewest,
    is_same_author,
    is_telling,
    may_be_printed,
)
from reputation_bot.model import Mention

_ONE_POSTING = timedelta(days=1)  # who says the same there later than that insists


def is_one_voice(mention: Mention, other: Mention, here: Said, there: Said) -> bool:
    if here.voice.is_repeated or there.voice.is_repeated:
        return _is_repetition(here, there)
    if is_same_author(mention, other):
        return _is_said_twice(mention, other, here, there)
    return _is_syndicated(mention, other, here, there)


def _is_repetition(here: Said, there: Said) -> bool:
    """Of the other's words, or both of the same. What stands behind them, or in place of their end, is said by who repeats them."""
    shorter, longer = sorted((here.words, there.words), key=len)
    if not here.voice.names & there.voice.names or len(shorter) < SHINGLE:
        return False
    is_first_there = here.voice.is_repeated is not there.voice.is_repeated
    repeated = here.words if here.voice.is_repeated else there.words
    if len(shorter) != len(longer) and not (is_first_there and repeated == shorter):
        return False
    is_to_the_end = tuple(shorter[-2:]) in set(pairwise(longer))
    return is_to_the_end and _are_one_text(shorter, longer)


def _is_said_twice(mention: Mention, other: Mention, here: Said, there: Said) -> bool:
    """By one author in two places, under a title or without; a name that many bear needs more words."""
    is_equal = fewest(here, there) >= SHORT and here.words == there.words
    if mention.channel == other.channel:
        return is_equal and _is_one_posting(mention, other)
    if not is_telling(here, there):
        return is_equal
    cut = min(here, there, key=lambda said: len(said.words))
    for one, others in product({here.words, here.body}, {there.words, there.body}):
        shorter, longer = sorted((one, others), key=len)
        is_whole = len(shorter) == len(longer) or (cut.is_cut and shorter in {cut.words, cut.body})
        if len(shorter) >= FEW and (is_whole or len(shorter) >= LONG) and _are_one_text(shorter, longer):
            return True
    return False


def _are_one_text(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """In a short one every other word is another matter, unless it is the same but for a letter or two."""
    if len(shorter) < LONG:
        missing, others = set(shorter) - set(longer), set(longer) - set(shorter)
        if not all(has_twin(word, others) for word in missing):
            return False
    return alike(shorter, longer) >= ALMOST


def _is_one_posting(mention: Mention, other: Mention) -> bool:
    """In two places of one platform, such as two groups, within a day. In one thread people go on talking."""
    if not mention.created_at or not other.created_at or mention.thread == other.thread:
        return False
    return (
        mention.author.key == other.author.key and abs(mention.created_at - other.created_at) <= _ONE_POSTING
    )


def _is_syndicated(mention: Mention, other: Mention, here: Said, there: Said) -> bool:
    """Under another title too; but a text that nobody has given one may be a form letter."""
    is_article = (
        bool(here.title or there.title) and may_be_printed(mention, here) and may_be_printed(other, there)
    )
    hosts = host_of(mention.url), host_of(other.url)
    is_elsewhere = hosts[0] != hosts[1] if all(hosts) else mention.channel != other.channel
    return is_article and is_elsewhere and alike(here.words, there.words) >= ALMOST
