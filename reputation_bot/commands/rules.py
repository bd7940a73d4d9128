"""Tests the rules and explains verdicts for the command line, in words that a community manager understands."""

import json
from collections.abc import Iterable, Iterator

import click

from reputation_bot.brand.matching import BrandMatcher
from reputation_bot.config import Config
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
    outcome = selftest.run(config.settings, config.path.name, config.lines)
    if as_json:
        click.echo(json.dumps(_as_json(outcome), ensure_ascii=False))
        return bool(outcome.problems)
    for problem in outcome.problems:
        click.echo(f"{problem.place}: “{problem.rule}” {problem.problem}")
        click.echo(f"  → {problem.to_do}")
    wrong = f"{len(outcome.problems)} problems" if outcome.problems else "all well"
    click.echo(f"{outcome.rules} rules, {outcome.examples} examples: {wrong}", err=True)
    return bool(outcome.problems)


def explain(
    config: Config, text: str, *, lang: str | None, rating: float | None, channel: str | None = None
) -> None:
    """Prints the whole way to the verdict on a text, as if `channel` (of rules.yaml) had brought it."""
    mention = Mention(channel or "?", "1", Author("?"), text, thread="1", lang=lang, rating=rating)
    own = channel is not None and config.settings.channels[channel].own
    words = () if own else BrandMatcher(config.settings.brand).match(mention)
    verdict = Classifier(config.settings).explain(mention, words or ())
    looked = RuleList(config.settings.rules).look(mention, verdict)
    placed = Placed(tuple(config.settings.rules), config.path.name, config.lines)
    click.echo(
        "\n".join([*_verdict_lines(verdict, mention), *_brand_lines(words), *_rule_lines(looked, placed)])
    )


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


def _verdict_lines(verdict: Verdict, mention: Mention) -> Iterator[str]:
    reasons = [one for one in verdict.trace if one.field == "category"]
    told = [
        one for one in reasons if one.value == verdict.category and one.weight >= 0 and one.rule != _START
    ]
    short = " + ".join(_words_or_name(one) for one in told[:MOST_TOLD]) or "nothing speaks for anything else"
    yield f"{verdict.category}: {short}{'' if '★' in short else _stars(mention)}"
    yield f"  topic {' and '.join(verdict.topics) or verdict.topic or 'none'}, priority {verdict.priority}"
    yield f"  sure by {verdict.confidence * 100:.0f} %{'; a person should look at it' if verdict.needs_person else ''}"
    yield "The category:"
    yield from _weighed(reasons) if any(one.weight for one in reasons) else map(_decided, reasons)
    yield "The rest:"
    yield from (_decided(one) for one in verdict.trace if one.field != "category")


def _stars(mention: Mention) -> str:
    if mention.rating is None:
        return ""
    return f" ({mention.rating:g} {'star' if mention.rating == 1 else 'stars'})"


def _weighed(reasons: Iterable[Reason]) -> Iterator[str]:
    """What speaks for or against each category, and what it comes to; the highest sum wins."""
    sums: dict[str, float] = dict.fromkeys(Category, 0.0)
    lines: dict[str, list[str]] = {}
    for one in reasons:
        sums[one.value] += one.weight
        lines.setdefault(one.value, []).append(f"    {one.weight:+.1f}  {_name(one)}{_words(one)}")
    for category in sorted(lines, key=lambda name: -sums[name]):
        yield f"  {category} {sums[category]:+.1f}"
        yield from lines[category]


def _decided(reason: Reason) -> str:
    return f"  {reason.field} {reason.value}, by {_name(reason)}{_words(reason)}"


def _name(reason: Reason) -> str:
    if reason.rule == _START:
        return "to begin with" if reason.weight else "nothing else"
    return reason.rule


def _words(reason: Reason) -> str:
    return f": {', '.join(f'“{words}”' for words in reason.words)}" if reason.words else ""


def _words_or_name(reason: Reason) -> str:
    return ", ".join(f"“{words}”" for words in reason.words) or reason.rule


def _brand_lines(words: tuple[str, ...] | None) -> Iterator[str]:
    yield "The brand:"
    if words is None:
        yield "  it is not about the brand: only a channel with `own: true` would take it"
    else:
        yield f"  {', '.join(f'“{one}”' for one in words) or 'all that the channel brings is about it'}"


def _rule_lines(looked: list[Looked], placed: Placed) -> Iterator[str]:
    if not looked:
        return
    yield f"The rules of {placed.file}, in their order:"
    first: dict[str, str] = {}  # by field, the rule that sets it
    failed = 0
    for one in looked:
        failed += not one.held
        if one.held:
            yield f"  {placed.place(one.number)} “{one.rule.name}” holds: {'; '.join(_effects(one, first))}"
        elif failed <= MOST_FAILED:
            yield f"  {placed.place(one.number)} “{one.rule.name}” does not hold: {'; '.join(one.why_not)}"
    if failed > MOST_FAILED:
        yield f"  and {failed - MOST_FAILED} more do not hold"


def _effects(one: Looked, first: dict[str, str]) -> Iterator[str]:
    for field, value in sets(one.rule).items():
        winner = first.setdefault(field, one.rule.name)
        yield f"{field} {value}" if winner == one.rule.name else f"{field} was set by “{winner}” before"
