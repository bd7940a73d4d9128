"""Makes drafts of filled texts that fit the length a platform allows: never cut in a word or a link."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from reputation_bot.model import Draft, Purpose, Visibility

MAX_DRAFTS = 4  # more are not flipped through
_SENTENCE_END = re.compile(r"[.!?…][\"'»”)]*(?=\s|$)")
_MIN_SHORTENED = 40  # characters


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer in its lengths, the longest first, variables filled in."""

    texts: tuple[str, ...]
    lang: str
    origin: str
    is_own: bool = False  # the shop wrote it


def drafts_of(
    candidates: Iterable[Candidate], purpose: Purpose, visibility: Visibility, max_chars: int | None
) -> tuple[Draft, ...]:
    """In the order of the candidates, all different; only when none fits whole are they shortened, after a sentence."""
    ordered = list(candidates)
    fitting: dict[str, Candidate] = {}
    for candidate in ordered:
        if text := _first_fitting(candidate.texts, max_chars):
            fitting.setdefault(text, candidate)
    if not fitting and max_chars is not None:
        for candidate in ordered:
            shorter = (_shortened(text, max_chars) for text in candidate.texts)
            if text := next(filter(None, shorter), None):
                fitting.setdefault(text, candidate)
    return tuple(
        Draft(text, visibility, candidate.lang, origin=candidate.origin, purpose=purpose)
        for text, candidate in _first(list(fitting.items()))
    )


def _first(found: list[tuple[str, Candidate]]) -> list[tuple[str, Candidate]]:
    """As many as are flipped through; what the shop wrote in another language is not crowded out by the packs."""
    shown, rest = found[:MAX_DRAFTS], found[MAX_DRAFTS:]
    if any(candidate.is_own for _, candidate in shown):
        return shown
    own = list(islice((one for one in rest if one[1].is_own), 1))
    return [*shown[: MAX_DRAFTS - len(own)], *own]


def _first_fitting(texts: Iterable[str], max_chars: int | None) -> str | None:
    return next((text for text in texts if max_chars is None or len(text) <= max_chars), None)


def _shortened(text: str, max_chars: int) -> str | None:
    """The whole sentences that fit; None when these are too few to say something."""
    end = max((match.end() for match in _SENTENCE_END.finditer(text) if match.end() <= max_chars), default=0)
    return text[:end] if end >= _MIN_SHORTENED else None
