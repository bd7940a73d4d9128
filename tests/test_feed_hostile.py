"""Feeds that nobody should send: made to cost time, broken anywhere, or whatever feedparser's authors have collected."""

import json
import re
import tarfile
import time
from collections.abc import Iterator
from contextlib import suppress

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.rss.feeds import parse_feed
from reputation_bot.errors import BadAnswerError
from tests.feed_samples import URL, json_feed, read, rss
from tests.shared import SHARED, needs_shared

SAMPLES = "recordings/feeds/feedparser-samples.tar.xz"


class TestHostile:
    """Documents of some 100 kB made to cost quadratic time: each would take minutes where one piece looks at all others."""

    @pytest.mark.parametrize(
        "item",
        [
            "<a>" * 30_000,
            "<description>" + "&lt;a " * 20_000 + "</description>",
            "<description>" + "&lt;!--" * 20_000 + "</description>",
            "<author>" + "a" * 100_000 + "</author>",
            "<author>a@" + "a." * 50_000 + "</author>",
            "".join(f"<category>c{n}</category>" for n in range(20_000)),
            "<title>" + "&" * 100_000 + "</title>",
            "<title>" + "<![CDATA[" * 10_000 + "</title>",
            "<pubDate>" + "1:" * 50_000 + "</pubDate>",
            "<guid>" + "x" * 100_000 + "</guid>",
            "<link>" + "http:" * 20_000 + "</link>",
        ],
        ids=lambda item: item[:20],
    )
    def test_hostile_entry_takes_bounded_time(self, item: str) -> None:
        begin = time.process_time()
        read(rss(item, "<title>ok</title>"))
        assert time.process_time() - begin < 10

    def test_entity_bomb_does_not_go_off(self) -> None:
        entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "boom"}">' for n in range(10))
        begin = time.process_time()
        found = read(f"<?xml version='1.0'?><!DOCTYPE rss [{entities}]>{rss('<title>&a9;</title>')}")
        assert time.process_time() - begin < 10
        assert all(len(mention.text) <= 20_000 for mention in found.mentions)

    def test_file_of_this_machine_is_not_read(self) -> None:
        doctype = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        assert "root:" not in repr(read(f"<?xml version='1.0'?>{doctype}{rss('<title>a &x; b</title>')}"))

    def test_ten_million_letters_take_bounded_time(self) -> None:
        begin = time.process_time()
        (mention,) = read(rss(f"<title>a</title><description>{'parola ' * 1_400_000}</description>")).mentions
        assert time.process_time() - begin < 10
        assert len(mention.text) <= 20_000

    def test_deep_json_is_a_bad_answer(self) -> None:
        with pytest.raises(BadAnswerError):
            read('{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 200_000)

    @pytest.mark.parametrize(
        "name",
        [
            "title_detail",
            "author_detail",
            "authors",
            "links",
            "content",
            "summary_detail",
            "published_parsed",
            "updated_parsed",
            "media_starrating",
            "id",
            "link",
            "language",
        ],
    )
    def test_element_named_like_a_part_of_the_parser_spoils_nothing(self, name: str) -> None:
        for element in (f"<{name}>x</{name}>", f"<{name} a='b' name='c'/>"):
            assert "Ciao" in repr(read(rss(f"{element}<title>Ciao</title>")))


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=9,
)
ITEM = st.dictionaries(
    st.sampled_from(
        "id url external_url title content_html content_text summary date_published authors author language".split()
    ),
    ANY_JSON
    | st.text()
    | st.datetimes().map(str)
    | st.lists(st.dictionaries(st.sampled_from(["name", "url"]), ANY_JSON)),
)


@settings(deadline=None)
@given(st.lists(ITEM | ANY_JSON, max_size=5))
def test_any_json_items_give_whole_mentions_or_are_counted(items: list[object]) -> None:
    found = read(json.dumps(json_feed(*items)))
    assert len(found.mentions) == len(items) or found.notices


TAGS = "title description guid link author pubDate content:encoded dc:creator media:title item channel rss entry b id".split()
PIECES = (
    st.sampled_from([f"<{tag}>" for tag in TAGS])
    | st.sampled_from([f"</{tag}>" for tag in TAGS])
    | st.sampled_from(
        [
            "<![CDATA[",
            "]]>",
            "&amp;",
            "&lt;",
            "&",
            "<",
            "&#xd800;",
            "&#9;",
            "<!--",
            "-->",
            '<a href="',
            '">',
            "<?xml",
            "\ufffe",
            "é",
        ]
    )
    | st.text(max_size=6)
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_mixture_of_tags_gives_whole_mentions_or_is_no_feed(mixture: str) -> None:
    with suppress(BadAnswerError):
        read(rss(mixture).encode("utf-8", "surrogatepass"))


@settings(deadline=None)
@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_give_whole_mentions_or_are_no_feed(body: bytes, content_type: str) -> None:
    with suppress(BadAnswerError):
        read(body, content_type)


def samples() -> Iterator[tuple[str, bytes, str]]:
    """Name, body and the content type that its comment names."""
    with tarfile.open(SHARED / SAMPLES) as archive:
        for member in archive:
            if stored := archive.extractfile(member):
                body = stored.read()
                declared = re.search(rb"Content-type:[ \t]*([^\r\n]*)", body[:600], re.IGNORECASE)
                yield (
                    member.name,
                    body,
                    declared[1].decode("latin-1").strip() if declared else "application/xml",
                )


@needs_shared(SAMPLES)
def test_every_entry_of_real_feeds_becomes_a_mention_or_is_counted() -> None:
    looked_at = 0
    for name, body, content_type in samples():
        entries = feedparser.parse(body, response_headers={"content-type": content_type}).entries
        try:
            found = read(body, content_type)
        except BadAnswerError:
            assert entries == [], name
            continue
        is_whole = len(found.mentions) >= len(entries)
        assert is_whole or found.notices or parse_feed(body, content_type, URL).is_cut_off, name
        looked_at += len(entries)
    assert looked_at > 1000


@needs_shared(SAMPLES)
def test_real_feeds_broken_anywhere_give_whole_mentions_or_are_no_feed() -> None:
    for number, (_, body, content_type) in enumerate(samples()):
        for share in (0.3, 0.8):
            at = int(len(body) * share)
            broken = (body[:at], body[:at] + b"<&\xff\x00" + body[at:], body[at:])[number % 3]
            with suppress(BadAnswerError):
                read(broken, content_type)
