"""The words of a text by which rules hold, as the trace of a verdict shows them; how they are found is `patterns`' job."""

from reputation_bot.model import Reason
from reputation_bot.rules.conditions import Facts, evidence
from reputation_bot.rules.patterns import Patterns
from reputation_bot.rules.reading import Written
from reputation_bot.rules.ready import Ready

MAX_WORDS = 4  # pieces of the text that one step of the trace quotes


class Quotes:
    """Of one text, looked up when they are asked for: `enough` pieces in all.

    Looking them up takes as long as all else about a rule, and a person reads a few.
    """

    def __init__(self, patterns: Patterns, facts: Facts, text: Written, enough: int) -> None:
        self._patterns, self._facts, self._text, self._enough = patterns, facts, text, enough
        self._known: dict[int, tuple[str, ...]] = {}  # by the identity of a rule: names may come twice

    @property
    def are_too_few(self) -> bool:
        """Whether more pieces of the text should be shown."""
        return sum(map(len, self._known.values())) < self._enough

    def step(self, field: str, rule: Ready) -> Reason:
        """A step of the trace, with words as long as there are too few."""
        step = rule.steps[field]
        return Reason(field, step.value, step.rule, self.words(rule)) if self.are_too_few else step

    def words(self, rule: Ready) -> tuple[str, ...]:
        """As written; words that are part of other words shown are left out."""
        known = self._known.get(id(rule))
        if known is None:
            known = self._known[id(rule)] = () if rule.is_form else self._longest(rule)
        return known

    def _longest(self, rule: Ready) -> tuple[str, ...]:
        found = [self._patterns.words_of(atom, self._text) for atom in evidence(rule.node, self._facts)]
        words = dict.fromkeys([one for one in found if one])
        if len(words) == 1:
            return tuple(words)
        longest = [one for one in words if not any(one != other and one in other for other in words)]
        return tuple(longest[:MAX_WORDS])
