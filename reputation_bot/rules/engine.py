"""From a mention to its verdict: rules of rules.yaml decide, evidence of the packs is weighed, and the trace tells both.

What rules ask is `conditions`' job, adding up evidence is `evidence`'s.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reputation_bot import packs
from reputation_bot.model import Category, Mention, Priority, Reason, Verdict
from reputation_bot.rules import language
from reputation_bot.rules.conditions import Facts, Node, OneOf, build, evidence, holds, needed
from reputation_bot.rules.evidence import DOUBT, Weighed, weigh
from reputation_bot.rules.patterns import Patterns
from reputation_bot.rules.reading import Reading, whole_text
from reputation_bot.rules.schema import Rule
from reputation_bot.rules.sentiment import load as load_sentiment
from reputation_bot.rules.sentiment import scored_by, sentiment
from reputation_bot.settings import Settings

MAX_WORDS = 4  # pieces of the text that one step of the trace quotes
LOW = frozenset({Category.PRAISE, Category.SPAM})  # these wait, unless a rule says otherwise
_URGENT = Priority.URGENT.value
GRAVE = frozenset({"legal", "safety", "churn"})  # topics that no routine answer may meet


@dataclass(frozen=True, slots=True)
class _Ready:
    """A rule with its condition built; `sets` maps the fields of its outcome that it decides to their values."""

    name: str
    node: Node
    sets: Mapping[str, str]
    signal: tuple[str, str] | None = None  # file and name under which a pack has its weights
    weights: Mapping[Category, float] = field(default_factory=dict)
    is_form: bool = False  # about the text as a whole: there are no words to show

    def holds(self, facts: Facts) -> bool:
        """Whether it does, when one of the patterns that it needs was found."""
        node = self.node
        return (isinstance(node, OneOf) and not node.others) or holds(node, facts)


class Classifier:
    """Rules of rules.yaml before those of the packs, each pack's for texts in its language only.

    Built once, then used from any thread; what is known of a language (some 50 ms, 10 MB) loads with the first text in it, that of
    the first language at once. Raises ConfigError when built from a rule with a bad pattern, at keys such as
    `rules.0.when.any.2.regex`. `weights` stand in for those of the packs.
    """

    def __init__(self, settings: Settings, weights: Mapping[str, packs.Weights] | None = None) -> None:
        self._languages = tuple(settings.languages)
        self._channel_languages = {name: channel.language for name, channel in settings.channels.items()}
        self._own, self._weights = settings.rules, weights or {}
        self._books: dict[str, _Book] = {}
        self._opening = threading.Lock()
        language.load(self._languages)
        self._book(self._languages[0])

    def classify(self, mention: Mention, words: tuple[str, ...] = ()) -> Verdict:
        """`words` are those that say the mention is about the brand. Never raises; reads the first 20,000 characters."""
        reading = Reading(whole_text(mention))
        lang, judged_by = self._language(mention, reading)
        return self._book(lang).verdict(mention, reading, judged_by, words)

    def signals(self, mention: Mention) -> tuple[str, list[tuple[str, str]]]:
        """The language, and by file and name the rules of the packs whose weights count for the mention: what is fitted."""
        reading = Reading(whole_text(mention))
        lang, _ = self._language(mention, reading)
        return lang, self._book(lang).signals(mention, reading)

    def _book(self, lang: str) -> "_Book":
        book = self._books.get(lang)
        if book is None:
            with self._opening:
                if lang not in self._books:
                    load_sentiment([lang])
                    self._books[lang] = _Book(self._own, lang, self._weights.get(lang) or packs.weights(lang))
                book = self._books[lang]
        return book

    def _language(self, mention: Mention, reading: Reading) -> tuple[str, str]:
        return language.judge(
            reading.text,
            self._languages,
            platform=mention.lang,
            channel=self._channel_languages.get(mention.channel),
        )


class _Book:
    """All rules for texts in one language."""

    def __init__(self, own: Sequence[Rule], lang: str, weights: packs.Weights) -> None:
        self._lang, self._start = lang, weights.at_start()
        self._patterns = Patterns()
        self._rules = [
            _ready(rule, build(rule.when, self._patterns, f"rules.{number}.when"))
            for number, rule in enumerate(own)
        ]
        for step, folder, rule in packs.by_step([lang]):
            node = build(rule.when, self._patterns, f"packs.{folder}.{rule.name}")
            self._rules.append(_of_pack(step, rule, node, weights))
        self._patterns.ready()
        self._always, self._by_atom = _index(self._rules)

    def verdict(self, mention: Mention, reading: Reading, judged_by: str, words: tuple[str, ...]) -> Verdict:
        mood = sentiment(reading, self._lang)
        facts = Facts(mention, self._patterns.search(reading), self._lang, mood)
        holding = self._holding(facts)
        decided = _decided(holding)
        category, confidence, reasons = self._category(decided, holding, facts, reading)
        topics = [self._reason("topic", rule, facts, reading) for rule in _by_topic(holding)]
        priority = self._priority(decided, category, facts, reading)
        names = tuple(reason.value for reason in topics)
        language_and_mood = (
            Reason("lang", self._lang, judged_by),
            Reason("sentiment", f"{mood:+.2f}", scored_by(self._lang)),
        )
        return Verdict(
            category=category,
            priority=Priority(priority.value),
            lang=self._lang,
            sentiment=mood,
            topic=names[0] if names else None,
            topics=names,
            confidence=confidence,
            needs_person=confidence < DOUBT or priority.value == _URGENT or not GRAVE.isdisjoint(names),
            brand_words=words,
            trace=(*reasons, *topics, priority, *language_and_mood),
        )

    def signals(self, mention: Mention, reading: Reading) -> list[tuple[str, str]]:
        facts = Facts(mention, self._patterns.search(reading), self._lang, sentiment(reading, self._lang))
        return [rule.signal for rule in self._holding(facts) if rule.signal]

    def _holding(self, facts: Facts) -> list[_Ready]:
        """In order; only rules without patterns, and those with a pattern that was found, are tried."""
        numbers = self._always.union(*(self._by_atom.get(atom, ()) for atom in facts.atoms))
        return [rule for rule in map(self._rules.__getitem__, sorted(numbers)) if rule.holds(facts)]

    def _category(
        self, decided: Mapping[str, _Ready], holding: Sequence[_Ready], facts: Facts, reading: Reading
    ) -> tuple[Category, float, Iterable[Reason]]:
        """The category, how sure it is, and why: by a rule of rules.yaml, or else by what has the most weight."""
        if rule := decided.get("category"):
            return Category(rule.sets["category"]), 1.0, [self._reason("category", rule, facts, reading)]
        weighed = self._weighed(holding, facts, reading)
        return weighed.category, weighed.confidence, weighed.reasons

    def _priority(
        self, decided: Mapping[str, _Ready], category: Category, facts: Facts, reading: Reading
    ) -> Reason:
        if rule := decided.get("priority"):
            return self._reason("priority", rule, facts, reading)
        return Reason("priority", (Priority.LOW if category in LOW else Priority.NORMAL).value, "default")

    def _weighed(self, holding: Iterable[_Ready], facts: Facts, reading: Reading) -> Weighed:
        speaking = [rule for rule in holding if rule.weights]

        def quote(number: int) -> tuple[str, ...]:
            rule = speaking[number]
            return () if rule.is_form else self._words(rule, facts, reading)

        return weigh(self._start, [(rule.name, rule.weights) for rule in speaking], quote)

    def _reason(self, field: str, rule: _Ready, facts: Facts, reading: Reading) -> Reason:
        return Reason(field, rule.sets[field], rule.name, self._words(rule, facts, reading))

    def _words(self, rule: _Ready, facts: Facts, reading: Reading) -> tuple[str, ...]:
        """What made the rule hold, as written; words that are part of other words shown are left out."""
        found = [self._patterns.words_of(atom, reading) for atom in evidence(rule.node, facts)]
        words = dict.fromkeys(words for words in found if words)
        longest = [one for one in words if not any(one != other and one in other for other in words)]
        return tuple(longest[:MAX_WORDS])


def _decided(holding: Iterable[_Ready]) -> dict[str, _Ready]:
    """For category and priority, the first rule that sets it."""
    winners: dict[str, _Ready] = {}
    for rule in holding:
        for name in rule.sets:
            winners.setdefault(name, rule)
    return winners


def _by_topic(holding: Iterable[_Ready]) -> Iterable[_Ready]:
    """For each topic, the first rule that sets it."""
    topics: dict[str, _Ready] = {}
    for rule in holding:
        if "topic" in rule.sets:
            topics.setdefault(rule.sets["topic"], rule)
    return topics.values()


def _ready(rule: Rule, node: Node) -> _Ready:
    return _Ready(rule.name, node, rule.then.model_dump(mode="json", exclude_none=True))


def _of_pack(step: str, rule: Rule, node: Node, weights: packs.Weights) -> _Ready:
    sets = rule.then.model_dump(mode="json", exclude_none=True, exclude={"category"})
    if step not in packs.SIGNALS:
        return _Ready(rule.name, node, sets)
    weight, is_form = weights.of(step, rule.name), step == packs.FORM
    return _Ready(rule.name, node, sets, signal=(step, rule.name), weights=weight, is_form=is_form)


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
