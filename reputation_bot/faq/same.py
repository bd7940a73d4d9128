"""Tells whether two questions are the same but for their looks; likeness is `search`'s job."""

import re

from reputation_bot.text import fold

_WORD = re.compile(r"[^\W_]+")


def as_asked(question: str) -> str:
    """Equal for questions that differ in case, accents and signs only; empty for one without a word."""
    return " ".join(_WORD.findall(fold(question)))
