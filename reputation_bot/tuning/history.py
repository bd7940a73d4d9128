"""Stored mentions with what people have said of them, as `learn` reads them; what is learned is its own job."""

from collections.abc import Iterator
from dataclasses import dataclass

from reputation_bot.corrections import corrected
from reputation_bot.model import Case, CaseStatus, Category, DismissReason, Mention, Record
from reputation_bot.ports import Reader
from reputation_bot.rules.reading import MAX_CHARS, whole_text, word_line
from reputation_bot.text import fold


@dataclass(frozen=True, slots=True)
class Known:
    """A stored mention. `category` and `topic` are those in force: an operator's word, or else the rules'.

    It is `confirmed` when a person corrected it, answered it as it stood, or closed it as done. What was said of a text that its
    author changed afterwards does not count.
    """

    mention: Mention
    words: str  # of title and text, as phrases are looked for: see `reading.word_line`
    opened_case: bool  # later ones need no brand match
    category: Category
    topic: str | None
    confirmed: bool
    not_us: bool
    said_category: Category | None = None  # by a correction
    said_topic: str | None = None
    brand_words: tuple[str, ...] = ()


def known(view: Reader) -> list[Known]:
    """All that the store and its archive hold, by case and in the order recorded."""
    return [one for case in view.cases(archived=True) for one in _of_case(view, case)]


def _of_case(view: Reader, case: Case) -> Iterator[Known]:
    for number, record in enumerate(view.records(case.id)):
        yield _known(record, case, opened_case=number == 0)


def _known(record: Record, case: Case, *, opened_case: bool) -> Known:
    said = record.correction
    if said and record.edited_at and record.edited_at > said.at:
        said = None
    verdict = corrected(record.verdict, said)
    dismissed_so = opened_case and case.dismissed is DismissReason.NOT_US and record.edited_at is None
    not_us = bool(said and said.not_us) or dismissed_so
    is_said = bool(said and (said.category or said.topic))
    worked = case.answered_at is not None or case.status is CaseStatus.RESOLVED
    return Known(
        mention=record.mention,
        words=word_line(fold(whole_text(record.mention)[:MAX_CHARS])),
        opened_case=opened_case,
        category=verdict.category,
        topic=verdict.topic,
        confirmed=not not_us and (is_said or worked),
        not_us=not_us,
        said_category=said.category if said else None,
        said_topic=said.topic if said else None,
        brand_words=record.verdict.brand_words,
    )
