"""Reading only what is new in a feed, and faster: each entry is the same as when feedparser as it comes reads everything."""

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from io import BytesIO
from types import ModuleType
from typing import Any

import pytest
from feedparser.mixin import _FeedParserMixin
from hypothesis import given
from hypothesis import strategies as st

from connectors.rss import feedparser_work
from connectors.rss.entries import Entry
from connectors.rss.json_feed import looks_like_json
from connectors.rss.mentions import mentions_of
from connectors.rss.news import News, read_news
from connectors.rss.split import MAX_KNOWN, Pieces, split
from connectors.rss.xml_feed import UTF8, parse_prepared, prepared
from reputation_bot.errors import BadAnswerError
from tests.feed_samples import NOW, URL, json_feed, rss
from tests.shared import needs_shared
from tests.test_feed_hostile import SAMPLES, samples

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for uri, prefix in _FeedParserMixin.namespaces.items()
    if prefix and prefix != "xml"
)
FRAMES = {
    "RSS": (f'<rss version="2.0" {NAMESPACES}><channel><title>T</title>', "</channel></rss>"),
    "Atom": (f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}><title>T</title>', "</feed>"),
    "RDF": (
        f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" {NAMESPACES}><channel><title>T</title></channel>',
        "</rdf:RDF>",
    ),
    "base": (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://b.example/x/" {NAMESPACES}><title>T</title>',
        "</feed>",
    ),
}


def framed(frame: str, entries: list[bytes]) -> bytes:
    head, tail = FRAMES[frame]
    return b"\n".join([head.encode(), *entries, tail.encode()])


def cut_samples() -> Iterator[tuple[str, bytes, Pieces]]:
    """Name, body and pieces of all samples that can be cut."""
    for name, raw, declared in samples():
        body, content_type = prepared(raw, declared)
        if content_type == UTF8 and not looks_like_json(body) and (pieces := split(body)):
            yield name, body, pieces


@cache
def sample_entries() -> list[bytes]:
    return [entry for _, _, pieces in cut_samples() for entry in pieces.entries]


@cache
def as_it_comes() -> ModuleType:
    """A second feedparser, in which nothing is replaced."""
    ours = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "feedparser"}
    try:
        return importlib.import_module("feedparser")
    finally:
        sys.modules.update(ours)


def parsed_as_it_comes(body: bytes, content_type: str) -> Any:
    return as_it_comes().parse(
        BytesIO(body),
        response_headers={"content-type": content_type},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def outcome(body: bytes, content_type: str) -> object:
    try:
        return parse_prepared(body, content_type, URL)
    except BadAnswerError as problem:
        return str(problem)


@needs_shared(SAMPLES)
def test_feedparser_without_needless_work_reads_real_feeds_as_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bodies = [prepared(body, content_type) for _, body, content_type in samples()]
    ours = [outcome(*body) for body in bodies]
    monkeypatch.setattr(feedparser_work, "parse", parsed_as_it_comes)
    assert len(bodies) > 2000
    for body, mine in zip(bodies, ours, strict=True):
        assert outcome(*body) == mine, body[0][:500]


@needs_shared(SAMPLES)
def test_real_feeds_that_are_cut_give_each_entry_as_before() -> None:
    cut = 0
    for name, body, pieces in cut_samples():
        whole = parse_prepared(body, UTF8, URL)
        assert len(whole.entries) == len(pieces.entries), name
        for number, entry in enumerate(whole.entries):
            alone = parse_prepared(pieces.only([number]), UTF8, URL)
            assert (alone.entries, alone.title, alone.author) == ([entry], whole.title, whole.author), name
        cut += 1
    assert cut > 1000


@needs_shared(SAMPLES)
@pytest.mark.parametrize("frame", FRAMES)
@given(st.data())
def test_any_entries_of_real_feeds_in_any_company_are_read_as_with_the_others(
    frame: str, data: st.DataObject
) -> None:
    picked = data.draw(st.lists(st.sampled_from(sample_entries()), min_size=2, max_size=6))
    body = framed(frame, picked)
    pieces = split(body)
    if pieces is None:
        return
    wanted = data.draw(
        st.lists(st.integers(0, len(picked) - 1), min_size=1, unique=True).map(sorted), label="wanted"
    )
    whole = parse_prepared(body, UTF8, URL)
    some = parse_prepared(pieces.only(wanted), UTF8, URL)
    assert some.entries == [whole.entries[number] for number in wanted]


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=20)
TEXTS = TEXT.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))
PARTS = st.sampled_from(
    "title link guid description category comments author pubDate content:encoded dc:creator media:title im:rating".split()
)
ITEM = st.dictionaries(PARTS, TEXTS, max_size=5).map(
    lambda parts: "".join(f"<{name}>{text}</{name}>" for name, text in parts.items())
)


@given(st.lists(ITEM, max_size=6), st.lists(ITEM, max_size=6))
def test_what_is_new_gives_the_mentions_that_reading_everything_gives(old: list[str], new: list[str]) -> None:
    before = look(rss(*old))
    after = look(rss(*new, *old), before)
    everything = {mention.external_id: mention for mention in mentions(look(rss(*new, *old)), before)}
    known = {mention.external_id: mention for mention in mentions(before)}
    found = {mention.external_id: mention for mention in mentions(after, before)}
    assert found.items() <= everything.items()
    for name, mention in everything.items():
        assert name in found or known.get(name) == mention, "new or edited, and not brought"


def look(body: object, before: News | None = None) -> News:
    raw = body if isinstance(body, str) else json.dumps(body)
    return read_news(raw.encode(), "application/xml", URL, before.known if before else {})


def mentions(news: News, before: News | None = None) -> list[Any]:
    shared = mentions_found(before).shared if before else []
    return mentions_of(news.feed, "news", URL, NOW, shared).mentions


def mentions_found(news: News) -> Any:
    return mentions_of(news.feed, "news", URL, NOW)


def brought(news: News) -> list[str]:
    return [entry.text or entry.title for entry in news.feed.entries]


def numbered(*numbers: int) -> Iterator[str]:
    return (f"<guid>{number}</guid><title>n{number}</title>" for number in numbers)


class TestNews:
    def test_of_a_feed_only_the_new_entry_is_read(self) -> None:
        first = look(rss(*numbered(2, 1)))
        second = look(rss(*numbered(3, 2, 1)), first)
        assert brought(second) == ["n3"]
        assert look(rss(*numbered(3, 2, 1)), second).feed.entries == []

    def test_of_a_json_feed_only_the_new_item_is_read(self) -> None:
        items = [{"id": str(number), "content_text": f"n{number}"} for number in (3, 2, 1)]
        first = look(json_feed(*items[1:]))
        second = look(json_feed(*items), first)
        assert brought(second) == ["n3"]

    def test_entry_that_is_changed_and_changed_back_comes_each_time(self) -> None:
        first = look(rss("<guid>1</guid><title>a</title>"))
        second = look(rss("<guid>1</guid><title>b</title>"), first)
        assert brought(look(rss("<guid>1</guid><title>a</title>"), second)) == ["a"]

    def test_new_entry_under_the_id_of_another_has_them_all_read(self) -> None:
        one, two = (f"<guid>same</guid><link>/p/{n}</link><title>n{n}</title>" for n in (1, 2))
        first = look(rss(one))
        second = look(rss(two, one), first)
        assert sorted(brought(second)) == ["n1", "n2"]
        assert len({mention.external_id for mention in mentions(second)}) == 2

    def test_feed_that_tells_something_else_of_itself_is_not_read_again(self) -> None:
        first = look(rss(*numbered(1), channel="<title>T</title><lastBuildDate>a</lastBuildDate>"))
        second = look(rss(*numbered(1), channel="<title>T</title><lastBuildDate>b</lastBuildDate>"), first)
        assert second.feed.entries == []

    def test_entries_are_read_again_when_links_start_from_elsewhere(self) -> None:
        atom = '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://{0}.example/"><entry><title>a</title></entry></feed>'
        first = look(atom.format("one"))
        assert brought(look(atom.format("two"), first)) == ["a"]

    def test_memory_of_a_feed_is_bounded(self) -> None:
        assert len(look(rss(*numbered(*range(MAX_KNOWN)))).known) == MAX_KNOWN
        assert look(rss(*numbered(*range(MAX_KNOWN + 1)))).known == {}


ODD = {
    "not well-formed": "<rss><channel><item><title>a</title></channel></rss>",
    "undeclared prefix": "<rss><channel><item><x:y/></item></channel></rss>",
    "undefined entity": "<rss><channel><item><title>a&nbsp;b</title></item></channel></rss>",
    "DOCTYPE": "<!DOCTYPE rss><rss><channel><item><title>a</title></item></channel></rss>",
    "no entries": "<rss><channel><title>a</title></channel></rss>",
    "empty entry": "<rss><channel><item/></channel></rss>",
    "entry within an entry": "<rss><channel><item><item><title>a</title></item></item></channel></rss>",
    "entries at two depths": "<rss><item><title>a</title></item><channel><item><title>b</title></item></channel></rss>",
    "feed goes on after its entries": "<rss><channel><item><title>a</title></item><title>T</title></channel></rss>",
    "one prefix, two namespaces": "<rss><item><a:b xmlns:a='x:1'>c</a:b></item><item xmlns:a='x:2'><a:b>c</a:b></item></rss>",
    "one namespace, two prefixes": "<rss><item><a:b xmlns:a='x:1'>c</a:b></item><item xmlns:b='x:1'><b:b>c</b:b></item></rss>",
    "namespace of its own": "<rss><channel><item xmlns='x:1'><title>a</title></item></channel></rss>",
    "base of its own": "<rss><channel><item xml:base='http://a.example/'><title>a</title></item></channel></rss>",
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
def test_what_is_odd_is_read_as_a_whole(body: str) -> None:
    assert split(body.encode()) is None


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: rss(text).encode("utf-8", "replace")))
def test_any_bytes_are_cut_or_not_but_never_raise(body: bytes) -> None:
    pieces = split(body)
    if pieces:
        with suppress(BadAnswerError):
            whole: list[Entry] = parse_prepared(body, UTF8, URL).entries
            assert len(whole) == len(pieces.entries)
