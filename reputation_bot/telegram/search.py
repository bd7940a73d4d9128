"""Finds live cases by what was said in them and by who said it."""

from reputation_bot.model import Case
from reputation_bot.ports import Reader
from reputation_bot.text import fold


def by_words(view: Reader, words: str) -> list[Case]:
    """Cases in whose mentions, answers or notes all the words stand, whatever the case and accents; the newest first."""
    wanted = fold(words).split()
    found = [case for case in view.cases() if wanted and _has(view, case, wanted)]
    return found[::-1]


def by_author(view: Reader, name: str) -> list[Case]:
    """Cases of authors with that name or @handle, or a part of it; the newest first."""
    wanted = fold(name).lstrip("@").strip()
    found = [
        case
        for case in view.cases()
        if wanted and any(wanted in fold(one) for one in (case.author.name, case.author.handle or ""))
    ]
    return found[::-1]


def _has(view: Reader, case: Case, wanted: list[str]) -> bool:
    texts = [case.author.name, *(note.text for note in case.notes)]
    for record in view.records(case.id):
        texts += [record.mention.text, record.mention.title or ""]
    texts += [reply.text for reply in view.replies(case_id=case.id)]
    said = fold("\n".join(texts))
    return all(word in said for word in wanted)
