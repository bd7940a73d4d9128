"""Holds rules against one mention, one by one, and says in words why a rule does not hold; which of them wins is `engine`'s job."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reputation_bot.i18n import ENGLISH, Translate
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

    def look(self, mention: Mention, verdict: Verdict, _: Translate = ENGLISH) -> list[Looked]:
        """Every rule. Language and sentiment are the verdict's."""
        facts = self._facts(mention, verdict)
        return [
            Looked(number, rule, () if holds(node, facts) else tuple(self._unmet(rule.when, facts, _)))
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

    def _unmet(self, when: When, facts: Facts, _: Translate) -> Iterator[str]:
        if isinstance(when, str):
            yield _not_there(when, _)
            return
        if when.phrase is not None and not self._holds(when.phrase, facts):
            yield _not_there(when.phrase, _)
        if when.regex is not None and not self._holds(Condition(regex=when.regex), facts):
            fits_not = _.pgettext("rule", "nothing in the text fits the pattern {pattern}")
            yield fits_not.format(pattern=cut(when.regex, MAX_CHARS))
        if when.any is not None and not any(self._holds(part, facts) for part in when.any):
            none_so = _.pgettext("rule", "none of these is so: {list}")
            yield none_so.format(list=_list(when.any, _)) if when.any else _("`any` lists nothing")
        for part in when.all or ():
            if not self._holds(part, facts):
                yield from self._unmet(part, facts, _)
        for part in when.not_ or ():
            if self._holds(part, facts):
                excluded = _.pgettext("rule", "{what} is so, and the rule excludes it")
                yield excluded.format(what=named(part, _))
        yield from _unmet_facts(when, facts, _)


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


def named(part: When, _: Translate = ENGLISH) -> str:
    """A condition in a few words, for a sentence."""
    if isinstance(part, str):
        return f"“{cut(part, MAX_CHARS)}”"
    asked = [*_named_words(part, _), *_named_facts(part, _)]
    return _.pgettext("rule", " with ").join(asked) or _.pgettext("rule", "a condition that asks nothing")


def within(allowed: Range, _: Translate = ENGLISH) -> str:
    """A range as one says it."""
    least, most = allowed.min, allowed.max
    if least is not None and most is not None:
        return _.pgettext("rule", "from {least:g} to {most:g}").format(least=least, most=most)
    if least is not None:
        return _.pgettext("rule", "from {least:g} up").format(least=least)
    if most is not None:
        return _.pgettext("rule", "up to {most:g}").format(most=most)
    return _.pgettext("rule", "of any number")


def _named_words(part: Condition, _: Translate) -> Iterator[str]:
    if part.phrase is not None:
        yield f"“{cut(part.phrase, MAX_CHARS)}”"
    if part.regex is not None:
        yield _("the pattern {pattern}").format(pattern=cut(part.regex, MAX_CHARS))
    if part.any:
        yield _.pgettext("rule", "one of {list}").format(list=_list(part.any, _))
    if part.all:
        yield _list(part.all, _, _.pgettext("rule", "and"))
    if part.not_:
        yield _.pgettext("rule", "not {list}").format(list=_list(part.not_, _, _.pgettext("rule", "and not")))


def _named_facts(part: Condition, _: Translate) -> Iterator[str]:
    if part.rating is not None:
        yield _.pgettext("rule", "stars {within}").format(within=within(part.rating, _))
    if part.sentiment is not None:
        yield _.pgettext("rule", "sentiment {within}").format(within=within(part.sentiment, _))
    if part.stated is not None:
        yield _.pgettext("rule", "sentiment of what is stated {within}").format(within=within(part.stated, _))
    if part.names_us is not None:
        yield (
            _.pgettext("rule", "the brand named")
            if part.names_us
            else _.pgettext("rule", "the brand not named")
        )
    if part.author is not None:
        yield _.pgettext("rule", "author {names}").format(names=", ".join(part.author))
    if part.channel is not None:
        yield _.pgettext("rule", "channel {names}").format(names=", ".join(part.channel))
    if part.language is not None:
        yield _.pgettext("rule", "language {names}").format(names=", ".join(part.language))


def _not_there(phrase: str, _: Translate) -> str:
    return _.pgettext("rule", "{phrase} is not in the text").format(phrase=named(phrase, _))


def _unmet_facts(when: Condition, facts: Facts, _: Translate) -> Iterator[str]:
    yield from _unmet_numbers(when, facts, _)
    if when.names_us is not None and facts.names_us is not when.names_us:
        names_us = _.pgettext("rule", "it names the brand")
        yield names_us if facts.names_us else _.pgettext("rule", "it does not name the brand")
    if when.channel is not None and facts.mention.channel not in when.channel:
        yield _.pgettext("rule", "its channel is not {names}").format(names=_or(when.channel, _))
    if when.language is not None and facts.lang not in when.language:
        other = _.pgettext("rule", "its language is {lang}, and the rule wants {names}")
        yield other.format(lang=facts.lang, names=_or(when.language, _))
    if when.author is not None and not _is_by(when, facts):
        yield _.pgettext("rule", "its author is not {names}").format(names=_or(when.author, _))


def _unmet_numbers(when: Condition, facts: Facts, _: Translate) -> Iterator[str]:
    stars = facts.mention.rating
    if when.rating is not None and stars is None:
        none = _.pgettext("rule", "it has no stars, and the rule wants them {within}")
        yield none.format(within=within(when.rating, _))
    elif when.rating is not None and stars is not None and not _inside(stars, when.rating):
        others = _.pgettext("rule", "its stars are {stars:g}, and the rule wants them {within}")
        yield others.format(stars=stars, within=within(when.rating, _))
    if when.sentiment is not None and not _inside(facts.sentiment, when.sentiment):
        mood = _.pgettext("rule", "its sentiment is {number:+.2f}, and the rule wants it {within}")
        yield mood.format(number=facts.sentiment, within=within(when.sentiment, _))
    if when.stated is not None and not _inside(facts.stated, when.stated):
        mood = _.pgettext(
            "rule", "the sentiment of what it states is {number:+.2f}, and the rule wants it {within}"
        )
        yield mood.format(number=facts.stated, within=within(when.stated, _))


def _is_by(when: Condition, facts: Facts) -> bool:
    return holds(build(Condition(author=when.author), Patterns(), ""), facts)


def _inside(number: float, allowed: Range) -> bool:
    return (allowed.min is None or number >= allowed.min) and (allowed.max is None or number <= allowed.max)


def _or(names: Sequence[str], _: Translate) -> str:
    return _.pgettext("joins", " or ").join(names)


def _list(parts: Sequence[When], _: Translate, joined_by: str | None = None) -> str:
    joined_by = joined_by or _.pgettext("rule", "or")
    shown = [named(part, _) for part in parts[:MOST_NAMED]]
    if (left := len(parts) - MOST_NAMED) > 0:
        more = _.ngettext("{number} more", "{number} more", left).format(number=left)
        return f"{', '.join(shown)} {joined_by} {more}"
    return f" {joined_by} ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
