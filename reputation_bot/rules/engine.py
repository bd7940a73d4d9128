"""From a mention to its verdict: the first rule that sets a field wins, and the trace says which; what rules ask is `conditions`' job."""

from collections.abc import Iterator
from dataclasses import dataclass

from reputation_bot import packs
from reputation_bot.model import Category, Mention, Priority, Reason, Verdict
from reputation_bot.rules import language
from reputation_bot.rules.conditions import AllOf, Facts, Node, build, evidence, holds, language_is, needed
from reputation_bot.rules.patterns import Patterns
from reputation_bot.rules.reading import Reading, whole_text
from reputation_bot.rules.schema import Rule
from reputation_bot.rules.sentiment import load as load_sentiment
from reputation_bot.rules.sentiment import scored_by, sentiment
from reputation_bot.settings import Settings

MAX_WORDS = 4  # pieces of the text that one step of the trace quotes
LOW = frozenset({Category.PRAISE, Category.SPAM})  # these wait, unless a rule says otherwise
_FIELDS = ("category", "topic", "priority")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A rule with its condition built; `sets` maps the fields of its outcome that are given to their values."""

    name: str
    node: Node
    sets: dict[str, str]


class Classifier:
    """Rules of rules.yaml before those of the packs, each pack's for texts in its language only.

    Built once (packs, patterns and language model load here), then used from any thread. Raises ConfigError when built from
    a rule with a bad pattern, at keys such as `rules.0.when.any.2.regex`.
    """

    def __init__(self, settings: Settings) -> None:
        self._languages = tuple(settings.languages)
        self._channel_languages = {name: channel.language for name, channel in settings.channels.items()}
        self._patterns = Patterns()
        self._rules = [
            _ready(rule, build(rule.when, self._patterns, f"rules.{number}.when"))
            for number, rule in enumerate(settings.rules)
        ]
        self._rules += [self._of_pack(rule, lang) for lang, rule in packs.rules(self._languages)]
        self._patterns.ready()
        self._always, self._by_atom = _index(self._rules)
        language.load()
        load_sentiment(self._languages)

    def classify(self, mention: Mention, words: tuple[str, ...] = ()) -> Verdict:
        """`words` are those that say the mention is about the brand. Never raises; reads the first 20,000 characters."""
        reading = Reading(whole_text(mention))
        lang, judged_by = language.judge(
            reading.text,
            self._languages,
            platform=mention.lang,
            channel=self._channel_languages.get(mention.channel),
        )
        mood = sentiment(reading, lang)
        facts = Facts(mention, self._patterns.search(reading), lang, mood)
        trace = (
            *self._decide(facts, reading),
            Reason("lang", lang, judged_by),
            Reason("sentiment", f"{mood:+.2f}", scored_by(lang)),
        )
        values = {reason.field: reason.value for reason in trace}
        return Verdict(
            category=Category(values["category"]),
            priority=Priority(values["priority"]),
            lang=lang,
            sentiment=mood,
            topic=values.get("topic"),
            brand_words=words,
            trace=trace,
        )

    def _of_pack(self, rule: Rule, lang: str | None) -> _Ready:
        node = build(rule.when, self._patterns, f"packs.{lang}.{rule.name}")
        return _ready(rule, AllOf((language_is(lang), node)) if lang else node)

    def _decide(self, facts: Facts, reading: Reading) -> list[Reason]:
        """Category, topic (when some rule knows it) and priority, each by the first rule that sets it and holds."""
        winners: dict[str, _Ready] = {}
        for rule in self._candidates(facts):
            wanted = rule.sets.keys() - winners.keys()
            if wanted and holds(rule.node, facts):
                winners.update(dict.fromkeys(wanted, rule))
        reasons = [
            Reason(field, won.sets[field], won.name, self._words(won, facts, reading))
            for field in _FIELDS
            if (won := winners.get(field))
        ]
        return [*reasons, *_defaults({reason.field: reason.value for reason in reasons})]

    def _candidates(self, facts: Facts) -> Iterator[_Ready]:
        """In order, the rules that may hold: those without patterns, and those with a pattern that was found."""
        numbers = self._always.union(*(self._by_atom.get(atom, ()) for atom in facts.atoms))
        return (self._rules[number] for number in sorted(numbers))

    def _words(self, rule: _Ready, facts: Facts, reading: Reading) -> tuple[str, ...]:
        """What made the rule hold, as written; words that are part of other words shown are left out."""
        found = [self._patterns.words_of(atom, reading) for atom in evidence(rule.node, facts)]
        words = dict.fromkeys(words for words in found if words)
        longest = [one for one in words if not any(one != other and one in other for other in words)]
        return tuple(longest[:MAX_WORDS])


def _defaults(decided: dict[str, str]) -> Iterator[Reason]:
    category = decided.get("category", Category.OTHER.value)
    if "category" not in decided:
        yield Reason("category", category, "default")
    if "priority" not in decided:
        yield Reason("priority", (Priority.LOW if category in LOW else Priority.NORMAL).value, "default")


def _ready(rule: Rule, node: Node) -> _Ready:
    return _Ready(rule.name, node, rule.then.model_dump(mode="json", exclude_none=True))


def _index(rules: list[_Ready]) -> tuple[frozenset[int], dict[int, list[int]]]:
    always: set[int] = set()
    by_atom: dict[int, list[int]] = {}
    for number, rule in enumerate(rules):
        atoms = needed(rule.node)
        if atoms is None:
            always.add(number)
        for atom in atoms or ():
            by_atom.setdefault(atom, []).append(number)
    return frozenset(always), by_atom
