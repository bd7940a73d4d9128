"""From a mention to its verdict: rules of rules.yaml decide, evidence of the packs is weighed, and the trace tells both.

What rules ask is `conditions`' job, adding up evidence is `evidence`'s, and showing the words of the text is `quotes`'.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reputation_bot import packs
from reputation_bot.model import Category, Mention, Polarity, Priority, Reason, Verdict
from reputation_bot.rules import background, evidence, language
from reputation_bot.rules.background import UNKNOWN, Background
from reputation_bot.rules.conditions import Facts, build
from reputation_bot.rules.evidence import ALL_QUOTED, DOUBT, QUOTED, START, Signal, Weighed, heaviest, weigh
from reputation_bot.rules.lasting import lasting
from reputation_bot.rules.patterns import Patterns
from reputation_bot.rules.quotes import Quotes
from reputation_bot.rules.reading import Reading, Written, whole_text
from reputation_bot.rules.ready import Ready, index, of_file, of_pack
from reputation_bot.rules.schema import Rule
from reputation_bot.rules.sentiment import load as load_sentiment
from reputation_bot.rules.sentiment import scored_by, sentiment, stated
from reputation_bot.settings import Settings

LOW = frozenset({Category.PRAISE, Category.SPAM})  # these wait, unless a rule says otherwise
_HASTE = frozenset({Priority.HIGH.value, Priority.URGENT.value})
_PRIORITIES = {one.value: one for one in Priority}  # looking a value up in an enum takes longer
_POLARITIES = {one.value: one for one in Polarity}
GRAVE = frozenset({"legal", "safety", "churn"})  # topics that no routine answer may meet


class Classifier:
    """Rules of rules.yaml before those of the packs, each pack's for texts in its language only.

    Built once, then used from any thread; what is known of a language (some 40 ms, 4 MB) loads with the first text in it, that of
    the first language at once. Raises ConfigError when built from a rule with a bad pattern, at keys such as
    `rules.0.when.any.2.regex`. `weights` and `moods` stand in for those of the packs.
    """

    def __init__(
        self,
        settings: Settings,
        weights: Mapping[str, packs.Weights[Category]] | None = None,
        moods: Mapping[str, packs.Weights[Polarity]] | None = None,
    ) -> None:
        self._languages = tuple(settings.languages)
        self._channel_languages = {name: channel.language for name, channel in settings.channels.items()}
        self._own, self._weights, self._moods = settings.rules, weights or {}, moods or {}
        self._books: dict[str, _Book] = {}
        self._opening = threading.Lock()
        with lasting():
            language.load(self._languages)
        self._book(self._languages[0])

    def classify(
        self, mention: Mention, words: tuple[str, ...] = (), background: Background = UNKNOWN
    ) -> Verdict:
        """`words` are those that say the mention is about the brand. Never raises; reads the first 20,000 characters."""
        return self._verdict(mention, words, background, QUOTED)

    def explain(
        self, mention: Mention, words: tuple[str, ...] = (), background: Background = UNKNOWN
    ) -> Verdict:
        """The same, with every step of the trace that goes by words showing them: for people who change rules."""
        return self._verdict(mention, words, background, ALL_QUOTED)

    def signals(self, mention: Mention) -> tuple[str, list[tuple[str, str]]]:
        """The language, and by file and name the rules of the packs whose weights count for the mention: what is fitted."""
        reading = Reading(whole_text(mention))
        lang, _ = self._language(mention, reading)
        return lang, self._book(lang).signals(mention, reading)

    def _verdict(
        self, mention: Mention, words: tuple[str, ...], background: Background, quoted: Sequence[int]
    ) -> Verdict:
        reading = Reading(whole_text(mention))
        lang, judged_by = self._language(mention, reading)
        return self._book(lang).verdict(mention, reading, judged_by, words, background, quoted)

    def _book(self, lang: str) -> "_Book":
        book = self._books.get(lang)
        if book is None:
            with self._opening, lasting():
                if lang not in self._books:
                    load_sentiment([lang])
                    weights = self._weights.get(lang) or packs.weights(lang)
                    moods = self._moods.get(lang) or packs.polarity_weights(lang)
                    self._books[lang] = _Book(self._own, lang, weights, moods)
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

    def __init__(
        self,
        own: Sequence[Rule],
        lang: str,
        weights: packs.Weights[Category],
        moods: packs.Weights[Polarity],
    ) -> None:
        self._lang = lang
        self._scored_by = scored_by(lang)
        self._start = Signal(START, weights.at_start())
        self._mood_start = Signal(START, moods.at_start())
        self._background = {
            name: Signal(name, weights.of(packs.BACKGROUND, name)) for name in background.SIGNALS
        }
        self._patterns = Patterns()
        self._rules = [
            of_file(rule, build(rule.when, self._patterns, f"rules.{number}.when"))
            for number, rule in enumerate(own)
        ]
        for step, folder, rule in packs.by_step([lang]):
            node = build(rule.when, self._patterns, f"packs.{folder}.{rule.name}")
            self._rules.append(of_pack(step, rule, node, weights, moods))
        self._patterns.ready()
        self._index = index(self._rules, self._patterns.count)

    def verdict(
        self,
        mention: Mention,
        reading: Reading,
        judged_by: str,
        words: tuple[str, ...],
        known: Background,
        quoted: Sequence[int],
    ) -> Verdict:
        mood = sentiment(reading, self._lang)
        facts = self._facts(mention, reading, mood, names_us=bool(words))
        holding = self._holding(facts)
        decided = _decided(holding)
        weighed = self._weighed(decided, holding, known)
        category = _category(decided, weighed)
        confidence = 1.0 if "category" in decided.first else weighed.confidence
        priority = _priority(decided, category)
        moods = [rule for rule in holding if rule.mood]
        polarity = self._polarity(decided, moods)
        topics = tuple(decided.topics)

        def trace() -> tuple[Reason, ...]:
            text = Written(whole_text(mention))  # anew, for a verdict that nobody looks into should be small
            quotes = Quotes(self._patterns, facts, text, sum(quoted))
            return (
                *_why(decided, weighed, holding, quotes, quoted),
                *[quotes.step("topic", rule) for rule in decided.topics.values()],
                _why_priority(decided, priority, quotes),
                _why_polarity(decided, polarity, moods, quotes),
                Reason("lang", self._lang, judged_by),
                Reason("sentiment", f"{mood:+.2f}", self._scored_by),
            )

        return Verdict(
            category=category,
            priority=priority,
            lang=self._lang,
            sentiment=mood,
            topic=topics[0] if topics else None,
            topics=topics,
            confidence=confidence,
            needs_person=confidence < DOUBT or priority is Priority.URGENT or not GRAVE.isdisjoint(topics),
            brand_words=words,
            polarity=polarity,
        ).told_by(trace)

    def signals(self, mention: Mention, reading: Reading) -> list[tuple[str, str]]:
        facts = self._facts(mention, reading, sentiment(reading, self._lang))
        return [rule.place for rule in self._holding(facts) if rule.place]

    def _facts(self, mention: Mention, reading: Reading, mood: float, *, names_us: bool = False) -> Facts:
        found = self._patterns.search(reading)
        return Facts(mention, found, self._lang, mood, stated(reading, self._lang, mood), names_us)

    def _holding(self, facts: Facts) -> list[Ready]:
        """In order; only rules without patterns, and those with a pattern that was found, are tried."""
        rules = map(self._rules.__getitem__, self._index.tried(facts))
        return [rule for rule in rules if rule.test is None or rule.test(facts)]

    def _weighed(self, decided: "_Decided", holding: Iterable[Ready], known: Background) -> Weighed:
        signals = [rule.signal for rule in holding if rule.signal]
        if known is not UNKNOWN:
            signals += [self._background[name] for name in background.signals(known)]
        return weigh(self._start, signals, is_grave=decided.is_grave)

    def _polarity(self, decided: "_Decided", moods: Iterable[Ready]) -> Polarity:
        if rule := decided.first.get("polarity"):
            return _POLARITIES[rule.sets["polarity"]]
        return evidence.polarity(self._mood_start, [rule.mood for rule in moods if rule.mood])


@dataclass(frozen=True, slots=True)
class _Decided:
    """The first rule that sets each field, and for each topic the first that sets it."""

    first: Mapping[str, Ready]
    topics: Mapping[str, Ready]

    @property
    def is_grave(self) -> bool:
        """Whether the words call for haste."""
        rule = self.first.get("priority")
        return rule is not None and rule.sets["priority"] in _HASTE


def _decided(holding: Iterable[Ready]) -> _Decided:
    first: dict[str, Ready] = {}
    topics: dict[str, Ready] = {}
    for rule in [rule for rule in holding if rule.sets]:
        for name, value in rule.sets.items():
            first.setdefault(name, rule)
            if name == "topic":
                topics.setdefault(value, rule)
    return _Decided(first, topics)


def _category(decided: _Decided, weighed: Weighed) -> Category:
    """By a rule of rules.yaml, or else what has the most weight."""
    rule = decided.first.get("category")
    return Category(rule.sets["category"]) if rule else weighed.category


def _priority(decided: _Decided, category: Category) -> Priority:
    if rule := decided.first.get("priority"):
        return _PRIORITIES[rule.sets["priority"]]
    return Priority.LOW if category in LOW else Priority.NORMAL


def _why(
    decided: _Decided, weighed: Weighed, holding: Iterable[Ready], quotes: Quotes, quoted: Sequence[int]
) -> Iterable[Reason]:
    """Of the category."""
    if rule := decided.first.get("category"):
        return [quotes.step("category", rule)]
    speaking = [rule for rule in holding if rule.signal]

    def quote(number: int) -> tuple[str, ...]:
        return quotes.words(speaking[number]) if number < len(speaking) else ()

    return weighed.reasons(quote, quoted)


def _why_priority(decided: _Decided, priority: Priority, quotes: Quotes) -> Reason:
    if rule := decided.first.get("priority"):
        return quotes.step("priority", rule)
    return Reason("priority", priority.value, START)


def _why_polarity(decided: _Decided, found: Polarity, moods: Sequence[Ready], quotes: Quotes) -> Reason:
    """The rule that decided or has the most weight."""
    if rule := decided.first.get("polarity"):
        return quotes.step("polarity", rule)
    signals = [rule.mood for rule in moods if rule.mood]
    number = heaviest(found, signals)
    if number is None:
        return Reason("polarity", found.value, START)
    words = quotes.words(moods[number]) if quotes.are_too_few else ()
    return Reason("polarity", found.value, signals[number].name, words, signals[number].weights[found])
