"""Tests the rules and explains verdicts for the command line, in words that a community manager understands."""

import json
import os
from collections.abc import Iterable, Iterator

import click

from reputation_bot import named
from reputation_bot.brand.matching import BrandMatcher
from reputation_bot.config import Config, language
from reputation_bot.i18n import ENGLISH, Translate
from reputation_bot.model import Author, Category, Mention, Reason, Verdict
from reputation_bot.rules.engine import Classifier
from reputation_bot.tuning import selftest
from reputation_bot.tuning.looking import Looked, RuleList
from reputation_bot.tuning.problems import Placed, sets
from reputation_bot.tuning.selftest import Outcome

MOST_FAILED = 30  # rules that did not hold which are told one by one
MOST_TOLD = 4  # reasons in the first line
_START = "default"  # the trace's name for what holds before any sign


def test(config: Config, *, as_json: bool) -> bool:
    """Prints what is wrong with the rules; True if anything is."""
    _ = ENGLISH if as_json else language.for_settings(config.settings, os.environ)
    outcome = selftest.run(config.settings, config.path.name, config.lines, _)
    if as_json:
        click.echo(json.dumps(_as_json(outcome), ensure_ascii=False))
        return bool(outcome.problems)
    for problem in outcome.problems:
        click.echo(f"{problem.place}: “{problem.rule}” {problem.problem}")
        click.echo(f"  → {problem.to_do}")
    wrong = len(outcome.problems)
    outcome_in_short = (
        _.ngettext(
            "{rules} rules, {examples} examples: {wrong} problems",
            "{rules} rules, {examples} examples: {wrong} problems",
            wrong,
        )
        if wrong
        else _.pgettext("rule", "{rules} rules, {examples} examples: all well")
    )
    told = outcome_in_short.format(rules=outcome.rules, examples=outcome.examples, wrong=wrong)
    click.echo(told, err=True)
    return bool(outcome.problems)


def explain(
    config: Config, text: str, *, lang: str | None, rating: float | None, channel: str | None = None
) -> None:
    """Prints the whole way to the verdict on a text, as if `channel` (of rules.yaml) had brought it."""
    mention = Mention(channel or "?", "1", Author("?"), text, thread="1", lang=lang, rating=rating)
    own = channel is not None and config.settings.channels[channel].own
    words = () if own else BrandMatcher(config.settings.brand).match(mention)
    verdict = Classifier(config.settings).explain(mention, words or ())
    _ = language.for_settings(config.settings, os.environ)
    looked = RuleList(config.settings.rules).look(mention, verdict, _)
    placed = Placed(tuple(config.settings.rules), config.path.name, config.lines)
    lines = [
        *_verdict_lines(verdict, mention, _),
        *_brand_lines(words, _),
        *_rule_lines(looked, placed, _),
    ]
    click.echo("\n".join(lines))


def _as_json(outcome: Outcome) -> dict[str, object]:
    return {
        "rules": outcome.rules,
        "examples": outcome.examples,
        "problems": [
            {
                "kind": one.kind.value,
                "file": one.place.file,
                "line": one.place.line,
                "rule": one.rule,
                "problem": one.problem,
                "to_do": one.to_do,
            }
            for one in outcome.problems
        ],
    }


def _verdict_lines(verdict: Verdict, mention: Mention, _: Translate) -> Iterator[str]:
    reasons = [one for one in verdict.trace if one.field == "category"]
    speaking = [
        one for one in reasons if one.value == verdict.category and one.weight >= 0 and one.rule != _START
    ]
    nothing = _.pgettext("explain", "nothing speaks for anything else")
    short = " + ".join(_words_or_name(one, _) for one in speaking[:MOST_TOLD]) or nothing
    category = named.value("category", verdict.category, _)
    yield f"{category}: {short}{'' if '★' in short else _stars(mention, _)}"
    yield "  " + _in_short(verdict, _)
    yield "  " + _sure(verdict, _)
    yield _.pgettext("explain", "The category:")
    weighed = any(one.weight for one in reasons)
    yield from _weighed(reasons, _) if weighed else (_decided(one, _) for one in reasons)
    yield _.pgettext("explain", "The rest:")
    yield from (_decided(one, _) for one in verdict.trace if one.field != "category")


def _in_short(verdict: Verdict, _: Translate) -> str:
    topics = verdict.topics or ((verdict.topic,) if verdict.topic else ())
    names = _.pgettext("joins", " and ").join(named.value("topic", one, _) for one in topics)
    return _.pgettext("explain", "topic {topic}, priority {priority}").format(
        topic=names or _.pgettext("field", "none"), priority=named.value("priority", verdict.priority, _)
    )


def _sure(verdict: Verdict, _: Translate) -> str:
    told = (
        _.pgettext("explain", "sure by {percent:.0f} %; a person should look at it")
        if verdict.needs_person
        else _.pgettext("explain", "sure by {percent:.0f} %")
    )
    return told.format(percent=verdict.confidence * 100)


def _stars(mention: Mention, _: Translate) -> str:
    if mention.rating is None:
        return ""
    is_one = mention.rating == 1
    told = _.ngettext("{number:g} star", "{number:g} stars", 1 if is_one else 2)
    return f" ({told.format(number=mention.rating)})"


def _weighed(reasons: Iterable[Reason], _: Translate) -> Iterator[str]:
    """What speaks for or against each category, and what it comes to; the highest sum wins."""
    sums: dict[str, float] = dict.fromkeys(Category, 0.0)
    lines: dict[str, list[str]] = {}
    for one in reasons:
        sums[one.value] += one.weight
        lines.setdefault(one.value, []).append(f"    {one.weight:+.1f}  {_name(one, _)}{_words(one)}")
    for category in sorted(lines, key=lambda name: -sums[name]):
        yield f"  {named.value('category', category, _)} {sums[category]:+.1f}"
        yield from lines[category]


def _decided(reason: Reason, _: Translate) -> str:
    told = _.pgettext("explain", "{field} {value}, by {rule}").format(
        field=named.field(reason.field, _),
        value=named.value(reason.field, reason.value, _),
        rule=_name(reason, _),
    )
    return f"  {told}{_words(reason)}"


def _name(reason: Reason, _: Translate) -> str:
    if reason.rule == _START:
        return (
            _.pgettext("explain", "to begin with") if reason.weight else _.pgettext("explain", "nothing else")
        )
    return named.witness(reason.rule, _)


def _words(reason: Reason) -> str:
    return f": {', '.join(f'“{words}”' for words in reason.words)}" if reason.words else ""


def _words_or_name(reason: Reason, _: Translate) -> str:
    return ", ".join(f"“{words}”" for words in reason.words) or named.witness(reason.rule, _)


def _brand_lines(words: tuple[str, ...] | None, _: Translate) -> Iterator[str]:
    yield _.pgettext("explain", "The brand:")
    if words is None:
        yield "  " + _.pgettext(
            "explain", "it is not about the brand: only a channel with `own: true` would take it"
        )
    else:
        all_is = _.pgettext("explain", "all that the channel brings is about it")
        yield f"  {', '.join(f'“{one}”' for one in words) or all_is}"


def _rule_lines(looked: list[Looked], placed: Placed, _: Translate) -> Iterator[str]:
    """Names and values of fields are those that the file has."""
    if not looked:
        return
    yield _.pgettext("explain", "The rules of {file}, in their order:").format(file=placed.file)
    first: dict[str, str] = {}  # by field, the rule that sets it
    holds = _.pgettext("explain", "“{rule}” holds: {what}")
    fails = _.pgettext("explain", "“{rule}” does not hold: {why}")
    failed = 0
    for one in looked:
        failed += not one.held
        if one.held:
            told = holds.format(rule=one.rule.name, what="; ".join(_effects(one, first, _)))
        elif failed <= MOST_FAILED:
            told = fails.format(rule=one.rule.name, why="; ".join(one.why_not))
        else:
            continue
        yield f"  {placed.place(one.number)} {told}"
    if (left := failed - MOST_FAILED) > 0:
        more = _.ngettext("and {number} more do not hold", "and {number} more do not hold", left)
        yield "  " + more.format(number=left)


def _effects(one: Looked, first: dict[str, str], _: Translate) -> Iterator[str]:
    before = _.pgettext("explain", "{field} was set by “{rule}” before")
    for field, value in sets(one.rule).items():
        winner = first.setdefault(field, one.rule.name)
        yield f"{field} {value}" if winner == one.rule.name else before.format(field=field, rule=winner)
