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
from reputation_bot.rules.sentiment import scored_by, sentiment
from reputation_bot.settings import Settings

MAX_WORDS = 4  # pieces of the text that one step of the trace quotes


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
        won = self._decide(facts)
        trace = [
            Reason(field, rule.sets[field], rule.name, self._words(rule, facts, reading))
            if rule
            else Reason(field, _DEFAULTS[field], "default")
            for field, rule in won.items()
            if rule or field in _DEFAULTS
        ]
        trace.append(Reason("lang", lang, judged_by))
        trace.append(Reason("sentiment", f"{mood:+.2f}", scored_by(lang)))
        values = {reason.field: reason.value for reason in trace}
        return Verdict(
            category=Category(values["category"]),
            priority=Priority(values["priority"]),
            lang=lang,
            sentiment=mood,
            topic=values.get("topic"),
            brand_words=words,
            trace=tuple(trace),
        )

    def _of_pack(self, rule: Rule, lang: str | None) -> _Ready:
        node = build(rule.when, self._patterns, f"packs.{lang}.{rule.name}")
        return _ready(rule, AllOf((language_is(lang), node)) if lang else node)

    def _decide(self, facts: Facts) -> dict[str, _Ready | None]:
        won: dict[str, _Ready | None] = dict.fromkeys(("category", "topic", "priority"))
        for rule in self._candidates(facts):
            wanted = [field for field in rule.sets if won[field] is None]
            if wanted and holds(rule.node, facts):
                won.update(dict.fromkeys(wanted, rule))
        return won

    def _candidates(self, facts: Facts) -> Iterator[_Ready]:
        """In order, the rules that may hold: those without patterns, and those with a pattern that was found."""
        numbers = self._always.union(*(self._by_atom.get(atom, ()) for atom in facts.atoms))
        return (self._rules[number] for number in sorted(numbers))

    def _words(self, rule: _Ready, facts: Facts, reading: Reading) -> tuple[str, ...]:
        found = (self._patterns.words_of(atom, reading) for atom in evidence(rule.node, facts))
        return tuple(dict.fromkeys(words for words in found if words))[:MAX_WORDS]


_DEFAULTS = {"category": Category.OTHER.value, "priority": Priority.NORMAL.value}


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
