"""Makes texts fit the length that a platform allows: never cut in a word or a link."""

import re
from collections.abc import Iterable

_SENTENCE_END = re.compile(r"[.!?…][\"'»”)]*(?=\s|$)")
_MIN_SHORTENED = 40  # characters


def first_fitting(texts: Iterable[str], max_chars: int | None) -> str | None:
    """The first text that fits whole."""
    return next((text for text in texts if max_chars is None or len(text) <= max_chars), None)


def shortened(text: str, max_chars: int) -> str | None:
    """The whole sentences that fit; None when these are too few to say something."""
    end = max((match.end() for match in _SENTENCE_END.finditer(text) if match.end() <= max_chars), default=0)
    return text[:end] if end >= _MIN_SHORTENED else None
