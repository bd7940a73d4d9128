"""Pairs of mentions that are one, each kind with what tells so; those that never are stand in `pairs_other`."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from bench import labelled, recorded
from bench.pairs import AT, POSTS, RT, Pair, count, masked, mention, rows_of
from reputation_bot.model import Author, Mention

_CUT = re.compile(r"(?:…|_{2,}|â¦)\s*more$")


def one_tweet_in_two_sets() -> Iterator[Pair]:
    """One set shows names and links, the other hides them: as cross-posts do, whose links are shortened anew."""
    hidden = {masked(row["text"]): row["text"] for row in labelled.rows("umsab_it")}
    for number, row in enumerate(labelled.rows("sentipolc16")):
        other = hidden.get(masked(row["text"]))
        if other and not RT.match(row["text"]) and count(other) >= 6:  # noqa: PLR2004  # fewer words tell nothing
            by, other = f"Autore {number}", re.sub(r"\bhttp\b", "", other)
            yield Pair(
                "one author, two channels",
                mention(row["text"], by=by),
                mention(other, by=by, channel="masto"),
                True,
            )


def reposts() -> Iterator[Pair]:
    """What stands behind «RT @name:» is what that account wrote."""
    for number, row in enumerate(rows_of(POSTS)):
        marked = RT.match(row)
        if marked and marked[1] != "user":
            original = mention(marked[2], by="Account", author=Author(name="Account", handle=marked[1]))
            yield Pair("repost", original, mention(row, by=f"Fan {number}"), True)


def cut_off() -> Iterator[Pair]:
    """«… more»: the beginning of a suggestion, as a list of them shows it."""
    texts = [row["text"] for row in labelled.rows("suggestion_semeval19")]
    for text in texts:
        stem = _CUT.sub("", text).rstrip("_ ")
        if stem != text and count(stem) >= 7:  # noqa: PLR2004  # one of them is cut through
            for whole in texts:
                if whole.startswith(stem) and not _CUT.search(whole):
                    cut = mention(f"{stem}…", by="Joe Bloggs", channel="feed")
                    yield Pair("cut off", mention(whole, by="Joe Bloggs"), cut, True)


def one_record_twice() -> Iterator[Pair]:
    """One comment that two channels show, as the inbox and a search of Reddit do: whatever its length."""
    for one in recorded.reddit():
        yield Pair("one record, two channels", one, replace(one, channel="search"), True)


def posted_twice() -> Iterator[Pair]:
    """The same words of one account in two threads."""
    by_text: dict[tuple[str, str, str], list[Mention]] = defaultdict(list)
    for one in recorded.reddit():
        by_text[one.author.name, one.title or "", one.text].append(replace(one, created_at=AT))
    for group in by_text.values():
        for one, other in pairwise(group):
            if one.thread != other.thread and count(one.text) >= 12:  # noqa: PLR2004
                yield Pair("posted in two places", one, other, True)


def printed_twice() -> Iterator[Pair]:
    """One long entry of a feed as other papers and programs show it: cut, with trackers, with a line below, under another title."""
    for one in recorded.feeds():
        if count(one.text) < 40:  # noqa: PLR2004  # fewer are no article
            continue
        title = one.title or one.text[:60]
        first = replace(
            one, title=title, channel="paper", url="https://paper.example/news/1", thread=one.external_id
        )
        other = replace(first, channel="alert", author=Author(name="Alert"))
        line = f"\n\nThe post {title} appeared first on Paper."
        yield Pair(
            "article: trackers, summary",
            first,
            replace(
                other, url="http://www.paper.example/news/1/?utm_source=rss#top", text=first.text[:220] + "…"
            ),
            True,
        )
        yield Pair(
            "article: line below",
            first,
            replace(other, url="https://other.example/2", text=first.text + line),
            True,
        )
        yield Pair(
            "article: other title", first, replace(other, url="https://other.example/3", title="Altro"), True
        )
        share = replace(
            other,
            title=None,
            text=f"{title} https://paper.example/news/1?fbclid=7",
            url="https://x.example/9",
        )
        if count(title) > 3:  # noqa: PLR2004
            yield Pair("article: shared by its title", first, share, True)


def in_two_feeds() -> Iterator[Pair]:
    """One entry that two feeds name under their own names, whole or by its title only, however short."""
    for number, one in enumerate(recorded.feeds()):
        url = f"https://paper.example/news/{number}"
        first = replace(one, channel="paper", url=url)
        if count(one.title or "") >= 4:  # noqa: PLR2004  # fewer are no headline
            other = replace(
                first, channel="alert", author=Author(name="Alert"), url=f"{url}/?utm_medium=feed"
            )
            yield Pair("entry in two feeds", first, other, True)
            yield Pair("entry by its title", first, replace(other, title=None, text=one.title or ""), True)
