"""Proposes changes of rules.yaml from what operators corrected, each tried on the stored mentions; people decide about them.

A proposal rests on at least three corrections (AT_LEAST). Its one to four words are in at most one confirmed mention that
speaks against it for every ten corrections (RARE), and in no more mentions that nobody judged than corrections. What it would
do wrong to confirmed mentions is always told. The same store and rules.yaml give the same proposals in the same order.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from reputation_bot.model import Category, Mention, Verdict
from reputation_bot.rules.engine import Classifier
from reputation_bot.rules.schema import Outcome, Rule
from reputation_bot.settings import Brand, Settings
from reputation_bot.tuning.history import Known
from reputation_bot.tuning.phrases import as_written, phrase_of, phrases_in
from reputation_bot.tuning.proposal import Effect, Kind, Proposal

AT_LEAST = 3
RARE = 10

Match = Callable[[Mention], object]  # None for a mention that is not about the brand
Matching = Callable[[Brand], Match]
Answer = Callable[[Known], Verdict]  # by the rules as they are, or as they would be


def learn(
    settings: Settings, known: Sequence[Known], matching: Matching, done: Collection[Proposal] = ()
) -> list[Proposal]:
    """What is worth proposing, what rests on most corrections first. What resembles a proposal in `done` is left out."""
    found = [*_exclusions(settings, known, matching), *_phrases(settings, known)]
    new = [one for one in found if one.effect.mended >= AT_LEAST and not _resembles(one, done)]
    return sorted(new, key=lambda one: (-one.corrections, one.kind, one.value, one.words))


@dataclass(frozen=True, slots=True)
class _Sides:
    """Mentions that ask for a change, and the others that it could hurt."""

    asking: Sequence[Known]
    others: Sequence[Known]

    def choose(
        self, phrases: Callable[[str], frozenset[str]], lengths: Sequence[int]
    ) -> Iterator[tuple[str, list[Known]]]:
        """Phrases with the corrections that hold them; each next one for corrections that none before was for.

        `lengths` are numbers of words, the most welcome first, for phrases that fit equally well.
        """
        held = {one.mention.key: phrases(one.words) for one in self.asking}
        fit = self._fitting(Counter(phrase for found in held.values() for phrase in found))
        left = list(self.asking)
        while True:
            hits = Counter(phrase for one in left for phrase in held[one.mention.key] & fit.keys())
            ranked = sorted(
                (-count, fit[phrase], lengths.index(phrase.count(" ") + 1), phrase)
                for phrase, count in hits.items()
                if count >= AT_LEAST
            )
            if not ranked:
                return
            best = ranked[0][-1]
            yield best, [one for one in self.asking if best in held[one.mention.key]]
            left = [one for one in left if best not in held[one.mention.key]]

    def _fitting(self, counts: Counter[str]) -> dict[str, tuple[int, int]]:
        """Phrases of enough corrections, with how many confirmed and unjudged others hold them, where these are few."""
        fitting = {}
        for phrase, count in counts.items():
            if count < AT_LEAST:
                continue
            holding = [one.confirmed for one in self.others if f" {phrase} " in one.words]
            confirmed = sum(holding)
            if confirmed * RARE <= count and len(holding) - confirmed <= count:
                fitting[phrase] = (confirmed, len(holding) - confirmed)
        return fitting


def _exclusions(settings: Settings, known: Sequence[Known], matching: Matching) -> Iterator[Proposal]:
    match = matching(settings.brand)
    ours = [one for one in known if _needs_match(settings, one) and match(one.mention) is not None]
    asking = [one for one in ours if one.not_us]
    sides = _Sides(asking, [one for one in ours if not one.not_us])
    terms = _brand_terms(settings)
    phrases = partial(phrases_in, brand=_words_of(terms), terms=terms)
    for phrase, holding in sides.choose(phrases, (1, 2, 3, 4)):
        words = as_written(phrase, [one.mention for one in holding])
        match = matching(settings.brand.model_copy(update={"not_": [words, *settings.brand.not_]}))
        effect = _hidden([one for one in ours if match(one.mention) is None], len(ours))
        yield Proposal(Kind.NOT_US, words, "", len(holding), len(asking), effect)


def _hidden(hidden: Sequence[Known], of: int) -> Effect:
    wrong = [one.category.value for one in hidden if one.confirmed]
    return Effect(of, len(hidden), sum(one.not_us for one in hidden), _counted(wrong))


def _phrases(settings: Settings, known: Sequence[Known]) -> Iterator[Proposal]:
    ours = [one for one in known if not one.not_us]
    asked = {
        (kind, value) for one in ours for kind in (Kind.CATEGORY, Kind.TOPIC) if (value := _said(one, kind))
    }
    if not asked:
        return
    now = _classified(settings)
    phrases = partial(phrases_in, brand=_words_of(_brand_terms(settings)))
    for kind, value in sorted(asked):
        wrong = [one for one in ours if _said(one, kind) == value and _answered(now(one), kind) != value]
        sides = _Sides(wrong, [one for one in ours if _in_force(one, kind) != value])
        for phrase, holding in sides.choose(phrases, (2, 3, 1, 4)):
            words = as_written(phrase, [one.mention for one in holding])
            effect = _changed(settings, now, Rule(name=words, when=words, then=_then(kind, value)), ours)
            yield Proposal(kind, words, value, len(holding), len(wrong), effect)


def _changed(settings: Settings, now: Answer, rule: Rule, ours: Sequence[Known]) -> Effect:
    """The new rule is asked first, and only of mentions that hold its words: no other can change."""
    then = _classified(settings.model_copy(update={"rules": [rule, *settings.rules]}))
    holding = [one for one in ours if f" {phrase_of(rule.name)} " in one.words]
    changed = [one for one in holding if _class(now(one)) != _class(then(one))]
    kind = Kind.CATEGORY if rule.then.category else Kind.TOPIC
    right = [_answered(then(one), kind) == _in_force(one, kind) for one in changed]
    mended = [one for one, is_right in zip(changed, right, strict=True) if is_right and _said(one, kind)]
    wrong = [
        _in_force(one, kind) or "other"
        for one, is_right in zip(changed, right, strict=True)
        if one.confirmed and not is_right
    ]
    return Effect(len(ours), len(changed), len(mended), _counted(wrong))


def _classified(settings: Settings) -> Answer:
    """Remembers what it has classified: several proposals ask for the same mentions."""
    classifier = Classifier(settings)
    answers: dict[str, Verdict] = {}

    def answer(one: Known) -> Verdict:
        key = one.mention.key
        if key not in answers:
            answers[key] = classifier.classify(one.mention, one.brand_words)
        return answers[key]

    return answer


def _brand_terms(settings: Settings) -> list[str]:
    terms = (term if isinstance(term, str) else term.term for term in settings.brand.terms)
    return [phrase_of(term) for term in (settings.brand.name, *terms)]


def _words_of(terms: Iterable[str]) -> frozenset[str]:
    return frozenset(word for term in terms for word in term.split())


def _resembles(proposal: Proposal, done: Collection[Proposal]) -> bool:
    """The same change, or the same words with one more or less: who refused one has refused the other."""
    words = f" {phrase_of(proposal.words)} "
    alike = (
        f" {phrase_of(one.words)} "
        for one in done
        if (one.kind, one.value) == (proposal.kind, proposal.value)
    )
    return any(words in other or other in words for other in alike)


def _needs_match(settings: Settings, one: Known) -> bool:
    channel = settings.channels.get(one.mention.channel)
    return one.opened_case and not (channel and channel.own)


def _then(kind: Kind, value: str) -> Outcome:
    return Outcome(category=Category(value)) if kind is Kind.CATEGORY else Outcome(topic=value)


def _said(one: Known, kind: Kind) -> str | None:
    return one.said_topic if kind is Kind.TOPIC else one.said_category and one.said_category.value


def _in_force(one: Known, kind: Kind) -> str | None:
    return one.topic if kind is Kind.TOPIC else one.category.value


def _answered(verdict: Verdict, kind: Kind) -> str | None:
    return verdict.topic if kind is Kind.TOPIC else verdict.category.value


def _class(verdict: Verdict) -> tuple[Category, str | None, str]:
    return verdict.category, verdict.topic, verdict.priority


def _counted(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(names).items()))
