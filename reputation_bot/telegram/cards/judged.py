"""What a card says of the verdict: the case in a few words, why, and who has corrected it."""

from collections.abc import Sequence
from itertools import accumulate

from reputation_bot.corrections import BY_HAND, judged_of
from reputation_bot.model import Case, Reason, Verdict
from reputation_bot.telegram.cards.view import CardView
from reputation_bot.telegram.html import line, units, visible
from reputation_bot.telegram.words import Words, category, priority, topic

_REASONS_SHOWN = 4
_REASONS_LINE = 46  # units
_MAX_REASON = 40  # units
_NO_RULES = frozenset({"default", BY_HAND})  # what the trace names when none did


def head(case: Case, words: Words) -> str:
    level = priority(case.verdict.priority, words.translate)
    return f"<b>{what(case.verdict, words)} · {level}</b> · <b>#{case.id}</b>"


def what(verdict: Verdict, words: Words) -> str:
    kind = category(verdict.category, words.translate)
    return f"{kind} · {topic(verdict.topic, words.translate)}" if verdict.topic else kind


def why(case: Case, words: Words) -> str:
    _ = words.translate
    found = dict.fromkeys(line(piece, _MAX_REASON) for step in _deciding(case) for piece in _evidence(step))
    whole = [
        piece for piece in found if not any(piece.strip("«»") in other for other in found if other != piece)
    ]
    shown = _in_one_line([piece for piece in whole if piece][:_REASONS_SHOWN])
    return _("why: {reasons}").format(reasons=", ".join(shown)) if shown else ""


def correction(view: CardView, words: Words) -> str:
    """Who said what it really is, and what the rules had said."""
    record = judged_of(view.records, view.case)
    said = record and record.correction
    if not record or not said or not (said.category or said.topic):
        return ""
    _ = words.translate
    text = _("corrected by {name}; the rules said: {what}")
    return "🏷 " + text.format(name=words.person(said.by), what=what(record.verdict, words))


def _in_one_line(reasons: Sequence[str]) -> list[str]:
    """The first, and of the others as many as a phone shows beside it."""
    lengths = accumulate(units(visible(one)) + 2 for one in reasons)
    return [
        one
        for place, (one, length) in enumerate(zip(reasons, lengths, strict=True))
        if not place or length <= _REASONS_LINE
    ]


def _deciding(case: Case) -> list[Reason]:
    """The steps of the trace that led to what the card's first line says; what spoke for something else stays out."""
    verdict = case.verdict
    outcome = {"category": verdict.category.value, "topic": verdict.topic, "priority": verdict.priority.value}
    return [
        step
        for step in verdict.trace
        if step.field in outcome and step.value == outcome[step.field] and step.weight >= 0
    ]


def _evidence(step: Reason) -> list[str]:
    """The author's own words, or the name of a rule of rules.yaml that did not go by words.

    Weighed without words are stars, which stand in the line above, and mood and length, which tell a person nothing.
    """
    if step.rule in _NO_RULES or (step.weight and not step.words):
        return []
    return [f"«{word}»" for word in step.words] or [step.rule]
