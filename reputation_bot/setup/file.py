"""The text of a commented rules.yaml from a few answers; asking for them is `wizard`'s job."""

import itertools
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from reputation_bot.model import Role
from reputation_bot.setup.texts import TEXTS
from reputation_bot.text import fold


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff; `telegram` is the person's number there."""

    name: str
    telegram: int
    role: Role


@dataclass(frozen=True, slots=True)
class Answers:
    """What `init` has to know; there is one term at least. `language` is that of the interface and of the comments: it or en."""

    brand: str
    terms: tuple[str, ...]
    chat: int
    staff: tuple[Staff, ...]
    language: str = "it"
    languages: tuple[str, ...] = ("it", "en")
    feed: str | None = None
    contact: str | None = None


def render_rules(answers: Answers) -> str:
    """Every text in it is quoted, so that it is read back as it was given, whatever signs it has."""
    say = TEXTS[answers.language]
    blocks = (
        [_comment(say["top"])],
        [
            _comment(say["language"]),
            f"language: {answers.language}",
            _comment(say["languages"]),
            f"languages: [{', '.join(answers.languages)}]",
            _comment(say["timezone"]),
            "timezone: Europe/Rome",
        ],
        _brand(answers, say),
        [_comment(say["telegram"]), "telegram:", f"  chat: {answers.chat}"],
        _operators(answers, say),
        _channels(answers, say),
        [_comment(say["promises"]), "promises:", "  first_response: 1h"],
        [_comment(say["publishing"]), "publishing:", "  undo: 10s"],
        _rules(say),
        _canned(answers.language, say),
    )
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def keys(staff: tuple[Staff, ...]) -> list[str]:
    """A key for each person: the name in small letters, with a number where it is taken."""
    found: list[str] = []
    for person in staff:
        letters = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in fold(person.name))
        name = re.sub("-+", "-", letters)[:30].strip("-")
        key = name if name[:1].isalpha() else f"operator-{name}".rstrip("-")
        numbered = itertools.chain([key], (f"{key}-{number}" for number in itertools.count(2)))
        found.append(next(one for one in numbered if one not in found))
    return found


def quote(text: str) -> str:
    """A text as a YAML scalar on one line, from which nothing is taken out of the environment."""
    escaped = text.replace("${", "$${")
    dumped = yaml.dump(escaped, default_style='"', allow_unicode=True, width=sys.maxsize)
    return str(dumped).rstrip("\n")


def _comment(text: str) -> str:
    return "\n".join(f"# {line}" for line in text.split("\n"))


def _brand(answers: Answers, say: dict[str, str]) -> Iterator[str]:
    yield _comment(say["brand"])
    yield "brand:"
    yield f"  name: {quote(answers.brand)}"
    yield "  terms:"
    yield from (f"    - {quote(term)}" for term in answers.terms)
    yield f"  # {say['not']}"
    yield f"  # not: [{quote(say['not_example'])}]"
    yield f"  # {say['contact']}"
    yield (
        f"  contact: {quote(answers.contact)}"
        if answers.contact
        else f"  # contact: {quote(say['contact_example'])}"
    )


def _operators(answers: Answers, say: dict[str, str]) -> Iterator[str]:
    yield _comment(say["operators"])
    yield "operators:"
    for key, person in zip(keys(answers.staff), answers.staff, strict=True):
        yield f"  {key}: {{telegram: {person.telegram}, role: {person.role}, name: {quote(person.name)}}}"


def _channels(answers: Answers, say: dict[str, str]) -> Iterator[str]:
    address = answers.feed or "https://www.google.com/alerts/feeds/…"
    channel = (
        "  news:",
        "    connector: rss",
        f"    url: {quote(address)}",
        "    every: 5m",
        f"    # {say['backlog']}",
        "    backlog: 7d",
        f"    # {say['own']}",
    )
    yield _comment(say["channels"])
    yield "channels:"
    if not answers.feed:
        yield f"  # {say['no_channel']}"
    yield from channel if answers.feed else (f"  #{line[1:]}" for line in channel)


def _rules(say: dict[str, str]) -> list[str]:
    example = (
        "rules:",
        f"  - name: {quote(say['rule_name'])}",
        f"    when: {quote(say['rule_phrase'])}",
        "    then: {category: complaint, topic: shipping, priority: high}",
        f"    examples: [{quote(say['rule_example'])}]",
    )
    return [_comment(say["rules"]), *map(_comment, example)]


def _canned(language: str, say: dict[str, str]) -> list[str]:
    example = (
        "canned:",
        f"  - name: {quote(say['canned_name'])}",
        "    category: [praise]",
        f"    text: {{{language}: {quote(say['canned_text'])}}}",
    )
    return [_comment(say["canned"]), *map(_comment, example)]
