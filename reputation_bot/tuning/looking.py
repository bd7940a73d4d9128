"""Holds rules against one mention, one by one, and says in words why a rule does not hold; which of them wins is `engine`'s job."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reputation_bot.model import Mention, Verdict
from reputation_bot.rules.conditions import Facts, Node, build, holds
from reputation_bot.rules.patterns import Patterns
from reputation_bot.rules.reading import Reading, whole_text
from reputation_bot.rules.schema import Condition, Range, Rule, When
from reputation_bot.rules.sentiment import stated
from reputation_bot.text import cut

MOST_NAMED = 4  # phrases of a list that a sentence names
MAX_CHARS = 60  # of a phrase or pattern that a sentence quotes
_FACTS = ("rating", "sentiment", "stated", "names_us", "author", "channel", "language")


@dataclass(frozen=True, slots=True)
class Looked:
    """What became of one rule. `number` counts from 0; `why_not` is empty when it holds."""

    number: int
    rule: Rule
    why_not: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether all that the rule asks was so."""
        return not self.why_not


class RuleList:
    """Some rules in their order. Raises ConfigError for a bad pattern, as the classifier does."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = list(rules)
        self._patterns = Patterns()
        self._nodes = [
            build(rule.when, self._patterns, f"rules.{number}.when") for number, rule in enumerate(rules)
        ]
        self._patterns.ready()

    def holding(self, mention: Mention, verdict: Verdict) -> list[int]:
        """Numbers of the rules that hold. Language and sentiment are the verdict's."""
        facts = self._facts(mention, verdict)
        return [number for number, node in enumerate(self._nodes) if holds(node, facts)]

    def look(self, mention: Mention, verdict: Verdict) -> list[Looked]:
        """Every rule. Language and sentiment are the verdict's."""
        facts = self._facts(mention, verdict)
        return [
            Looked(number, rule, () if holds(node, facts) else tuple(self._unmet(rule.when, facts)))
            for number, (rule, node) in enumerate(zip(self._rules, self._nodes, strict=True))
        ]

    def _facts(self, mention: Mention, verdict: Verdict) -> Facts:
        reading, lang, mood = Reading(whole_text(mention)), verdict.lang, verdict.sentiment
        found, names_us = self._patterns.search(reading), bool(verdict.brand_words)
        return Facts(mention, found, lang, mood, stated(reading, lang, mood), names_us)

    def _holds(self, part: When, facts: Facts) -> bool:
        return holds(self._node(part), facts)

    def _node(self, part: When) -> Node:
        return build(part, self._patterns, "")  # all its patterns are known, so that none is added

    def _unmet(self, when: When, facts: Facts) -> Iterator[str]:
        if isinstance(when, str):
            yield f"{named(when)} is not in the text"
            return
        if when.phrase is not None and not self._holds(when.phrase, facts):
            yield f"{named(when.phrase)} is not in the text"
        if when.regex is not None and not self._holds(Condition(regex=when.regex), facts):
            yield f"nothing in the text fits the pattern {cut(when.regex, MAX_CHARS)}"
        if when.any is not None and not any(self._holds(part, facts) for part in when.any):
            yield f"none of these is so: {_list(when.any)}" if when.any else "`any` lists nothing"
        for part in when.all or ():
            if not self._holds(part, facts):
                yield from self._unmet(part, facts)
        for part in when.not_ or ():
            if self._holds(part, facts):
                yield f"{named(part)} is so, and the rule excludes it"
        yield from _unmet_facts(when, facts)


def facts_asked(when: When) -> Condition:
    """What a condition certainly asks besides words: a condition in which only such keys are set."""
    if isinstance(when, str):
        return Condition()
    own = {name: value for name in _FACTS if (value := getattr(when, name)) is not None}
    inner = {
        name: getattr(part, name)
        for part in map(facts_asked, when.all or ())
        for name in part.model_fields_set
    }
    return Condition(**(inner | own))


def named(part: When) -> str:
    """A condition in a few words, for a sentence."""
    if isinstance(part, str):
        return f"“{cut(part, MAX_CHARS)}”"
    asked = [
        *([f"“{cut(part.phrase, MAX_CHARS)}”"] if part.phrase is not None else []),
        *([f"the pattern {cut(part.regex, MAX_CHARS)}"] if part.regex is not None else []),
        *([f"one of {_list(part.any)}"] if part.any else []),
        *([_list(part.all, "and")] if part.all else []),
        *([f"not {_list(part.not_, 'and not')}"] if part.not_ else []),
        *([f"stars {within(part.rating)}"] if part.rating is not None else []),
        *([f"sentiment {within(part.sentiment)}"] if part.sentiment is not None else []),
        *([f"sentiment of what is stated {within(part.stated)}"] if part.stated is not None else []),
        *([f"the brand {'named' if part.names_us else 'not named'}"] if part.names_us is not None else []),
        *([f"author {', '.join(part.author)}"] if part.author is not None else []),
        *([f"channel {', '.join(part.channel)}"] if part.channel is not None else []),
        *([f"language {', '.join(part.language)}"] if part.language is not None else []),
    ]
    return " with ".join(asked) or "a condition that asks nothing"


def within(allowed: Range) -> str:
    """A range as one says it."""
    if allowed.min is not None and allowed.max is not None:
        return f"from {allowed.min:g} to {allowed.max:g}"
    if allowed.min is not None:
        return f"from {allowed.min:g} up"
    return f"up to {allowed.max:g}" if allowed.max is not None else "of any number"


def _unmet_facts(when: Condition, facts: Facts) -> Iterator[str]:
    mention = facts.mention
    if when.rating is not None:
        if mention.rating is None:
            yield f"it has no stars, and the rule wants them {within(when.rating)}"
        elif not _inside(mention.rating, when.rating):
            yield f"its stars are {mention.rating:g}, and the rule wants them {within(when.rating)}"
    if when.sentiment is not None and not _inside(facts.sentiment, when.sentiment):
        yield f"its sentiment is {facts.sentiment:+.2f}, and the rule wants it {within(when.sentiment)}"
    if when.stated is not None and not _inside(facts.stated, when.stated):
        yield f"the sentiment of what it states is {facts.stated:+.2f}, and the rule wants it {within(when.stated)}"
    if when.names_us is not None and facts.names_us is not when.names_us:
        yield "it names the brand" if facts.names_us else "it does not name the brand"
    if when.channel is not None and mention.channel not in when.channel:
        yield f"its channel is not {' or '.join(when.channel)}"
    if when.language is not None and facts.lang not in when.language:
        yield f"its language is {facts.lang}, and the rule wants {' or '.join(when.language)}"
    if when.author is not None and not _is_by(when, facts):
        yield f"its author is not {' or '.join(when.author)}"


def _is_by(when: Condition, facts: Facts) -> bool:
    return holds(build(Condition(author=when.author), Patterns(), ""), facts)


def _inside(number: float, allowed: Range) -> bool:
    return (allowed.min is None or number >= allowed.min) and (allowed.max is None or number <= allowed.max)


def _list(parts: Sequence[When], joined_by: str = "or") -> str:
    shown = [named(part) for part in parts[:MOST_NAMED]]
    if len(parts) > MOST_NAMED:
        return f"{', '.join(shown)} {joined_by} {len(parts) - MOST_NAMED} more"
    return f" {joined_by} ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
