"""Pairs of mentions that are never one, however alike, each kind with what tells so; those that are stand in `pairs_same`."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations, islice
from typing import Any

from bench import labelled, recorded
from bench.pairs import (
    AT,
    LINK,
    POSTS,
    QUERIES,
    REVIEWS,
    Pair,
    count,
    mention,
    near,
    near_numbers,
    rows_of,
    said_in,
)
from reputation_bot.model import Author, Mention

_QUOTE = re.compile(r"[“\"]\s*@(\w+):\s*([^“”\"]+)[”\"]")
_REPEATS = re.compile(r"\bRT @|[“\"]@")
MOST = 1_000  # of one kind and set


def two_customers() -> Iterator[Pair]:
    """Rows of one set that share half their words: two people, whatever they say."""
    for name in (*REVIEWS, *POSTS):
        for number, (one, other) in enumerate(near(name)):
            if not _REPEATS.search(f"{one}\n{other}"):
                yield Pair(
                    "two customers, near-equal texts",
                    mention(one, by=f"Anna Bruni {number}"),
                    mention(other, by=f"Carla Neri {number}", channel="trust"),
                    False,
                )


def namesakes() -> Iterator[Pair]:
    """The same with a first name that both bear, and with the name of those who give none. Spam is left out: there it may be true."""
    for name in (*REVIEWS[:-1], *QUERIES):
        for one, other in islice(near(name), MOST):
            for by in ("Maria", "Cliente Amazon"):
                first, second = mention(one, by=by), mention(other, by=by, channel="trust")
                yield Pair("two customers of one first name", first, second, False)
                page: dict[str, Any] = {"url": "https://shop.example/1", "title": "Bene"}
                later = page | {"created_at": AT + timedelta(minutes=5)}
                on_page = replace(first, **page), replace(second, **later)
                yield Pair("two customers on one page", *on_page, False)
            lia = replace(mention(one, by="Lia Bo"), **page)
            ugo = replace(mention(other, by="Ugo Fo", channel="trust"), **later)
            yield Pair("two customers on one page", lia, ugo, False)


def two_questions() -> Iterator[Pair]:
    """One author in two places, about two things: the labels of the texts differ."""
    for name in QUERIES:
        rows = labelled.rows(name)
        for first, second in near_numbers([row["text"] for row in rows]):
            if rows[first]["topic_raw"] != rows[second]["topic_raw"]:
                one = mention(rows[first]["text"], by="Mario Rossi")
                other = mention(rows[second]["text"], by="Mario Rossi", channel="trust")
                yield Pair("one author, two questions", one, other, False)


def anybody() -> Iterator[Pair]:
    """Drawn by lot."""
    chance = random.Random(7)  # noqa: S311  # no secret
    for name in (*REVIEWS, *POSTS):
        rows = [row["text"] for row in labelled.rows(name)]
        for _ in range(1_500 if rows else 0):
            one, other = chance.sample(rows, 2)
            yield Pair(
                "two customers, any texts",
                mention(one, by="Maria"),
                mention(other, by="Maria", channel="trust"),
                False,
            )


def quoted_with_own_words() -> Iterator[Pair]:
    """«@name: …» with words before or behind it: somebody answers."""
    for number, row in enumerate(rows_of((*POSTS, "umsab_de", "umsab_en"))):
        quoted = _QUOTE.search(row)
        behind = re.search(r"\bRT @(\w+):?\s+(.+)$", row)
        found = quoted or (behind if behind and said_in(row[: behind.start()]) else None)
        if found and said_in(row.replace(found[0], " ")):
            first = mention(found[2], by="Account", author=Author(name="Account", handle=found[1]))
            yield Pair("quotation with own words", first, mention(row, by=f"Fan {number}"), False)


def answers_with_quotations() -> Iterator[Pair]:
    """Reddit's «> …»: what is quoted, by somebody else, and the answer to it."""
    for one in recorded.reddit():
        quoted = " ".join(line.lstrip("> ") for line in one.text.splitlines() if line.startswith(">"))
        own = " ".join(line for line in one.text.splitlines() if not line.startswith(">"))
        if count(quoted) >= 6 and count(own) >= 1:  # noqa: PLR2004
            yield Pair(
                "answer with a quotation", mention(quoted, by="Somebody Else", channel="reddit"), one, False
            )


def one_template() -> Iterator[Pair]:
    """One account's words about two things: the links in them differ."""
    by_author: dict[str, list[Mention]] = defaultdict(list)
    for one in recorded.reddit():
        if LINK.search(one.text):
            by_author[one.author.name].append(one)
    for group in by_author.values():
        for one, other in combinations(group[:40], 2):
            links = [set(re.findall(r"https?://[^\s)\]]+", text)) for text in (one.text, other.text)]
            if links[0] and links[1] and links[0].isdisjoint(links[1]):
                yield Pair("one template, two things", one, replace(other, channel="search"), False)


def two_accounts() -> Iterator[Pair]:
    """Two accounts that share a template, on one platform and on two."""
    texts = [one.text for one in recorded.reddit()]
    for first, second in near_numbers(texts):
        one, other = recorded.reddit()[first], recorded.reddit()[second]
        if one.author.name != other.author.name:
            yield Pair("two accounts, one template", one, other, False)
            yield Pair("two accounts, one template", one, replace(other, channel="search"), False)


def one_series() -> Iterator[Pair]:
    """Entries of one feed under titles that are nearly equal."""
    by_feed: dict[str, list[Mention]] = defaultdict(list)
    for one in recorded.feeds():
        by_feed[one.channel].append(one)
    for group in by_feed.values():
        for one, other in combinations(group, 2):
            if one.text != other.text:
                yield Pair("two entries of one feed", one, replace(other, channel="again"), False)
