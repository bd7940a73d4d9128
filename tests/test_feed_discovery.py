"""Which feeds a page names, and Google's alerts: what stands behind their links."""

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from connectors.rss.discovery import is_web_page, named_feeds, usual_places
from connectors.rss.google_alerts import source_of, target_of
from reputation_bot.cli import main
from tests.fake_server import Answer, FakeServer
from tests.feed_samples import read, rss

URL = "https://shop.example/it/blog/"


def links(*tags: str) -> list[str]:
    page = f"<!DOCTYPE html><html><head>{''.join(tags)}</head></html>".encode()
    assert is_web_page(page)
    return [link.url for link in named_feeds(page, URL)]


class TestNamedFeeds:
    @pytest.mark.parametrize(
        ("tag", "url"),
        [
            ('<link rel="alternate" type="application/rss+xml" href="/feed/">', "https://shop.example/feed/"),
            ("<LINK TYPE='application/atom+xml' HREF='feed' REL='alternate'>", f"{URL}feed"),
            (
                "<link rel=alternate type=application/feed+json href=//x.example/f>",
                "https://x.example/f",
            ),
            (
                '<link rel="alternate" type="application/rss+xml; charset=utf-8" href="/?a=1&amp;b=2" />',
                "https://shop.example/?a=1&b=2",
            ),
            ('<a type="application/rss+xml" href="/rss">RSS</a>', "https://shop.example/rss"),
        ],
    )
    def test_feed_is_found_however_it_is_written(self, tag: str, url: str) -> None:
        assert links(tag) == [url]

    @pytest.mark.parametrize(
        "tag",
        [
            '<link rel="stylesheet" type="text/css" href="/a.css">',
            '<link rel="alternate" hreflang="en" href="/en/">',
            '<link rel="alternate" type="application/rss+xml">',
            '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
            '<link rel="preload" type="application/rss+xml" href="/feed">',
        ],
    )
    def test_what_is_no_feed_is_not_taken_for_one(self, tag: str) -> None:
        assert links(tag) == []

    def test_feeds_of_comments_come_last_and_each_feed_once(self) -> None:
        tags = [
            f'<link type="application/rss+xml" href="{href}">'
            for href in ("/comments/feed", "/feed", "/feed")
        ]
        assert links(*tags) == ["https://shop.example/feed", "https://shop.example/comments/feed"]

    def test_base_of_the_page_counts(self) -> None:
        tags = '<base href="https://cdn.example/x/">', '<link type="application/rss+xml" href="feed">'
        assert links(*tags) == ["https://cdn.example/x/feed"]

    def test_usual_places_are_near_the_page_and_at_the_top_of_its_site(self) -> None:
        places = usual_places("https://anna:secret@shop.example/it/blog/?key=secret")
        assert places[:3] == [f"{URL}feed", "https://shop.example/feed", "https://shop.example/feed.xml"]
        assert "secret" not in "".join(places)

    @given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"<link {text}>".encode()))
    def test_any_page_gives_whole_addresses(self, page: bytes) -> None:
        for link in named_feeds(page, URL):
            assert link.url.startswith(("http://", "https://"))


def find(url: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["feeds", "find", url, *options])


def test_feeds_of_a_page_are_listed_on_the_command_line() -> None:
    pages = {
        "/": Answer(body=b"<html><link rel='alternate' type='application/rss+xml' href='/blog.xml'></html>"),
        "/blog.xml": Answer(body=rss("<title>a</title>").encode()),
    }
    with FakeServer(lambda request: pages.get(request.path, Answer(404))).running() as server:
        assert find(f"{server.url}/").output == f"{server.url}/blog.xml  Il blog\n"
        assert (
            find(f"{server.url}/", "--json").output
            == f'[{{"url": "{server.url}/blog.xml", "title": "Il blog"}}]\n'
        )
        del pages["/blog.xml"]
        none = find(f"{server.url}/")
        assert (none.exit_code, "names no feed" in none.output) == (1, True)
        missing = find(f"{server.url}/no")
        assert (missing.exit_code, "does not exist (404)" in missing.output) == (1, True)


ALERT = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:idx="urn:atom-extension:indexing">
<id>tag:google.com,2005:reader/user/1/state/com.google/alerts/2</id><title>Google Alert - bottega aurora</title>
<link href="https://www.google.com/alerts/feeds/1/2" rel="self"></link><updated>2026-11-20T08:00:00Z</updated>
<entry>{id}<title type="html">La &lt;b&gt;Bottega Aurora&lt;/b&gt; apre a Lecce - Il Quotidiano</title>
<link href="https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://www.quotidiano.example/lecce%3Fid%3D7&amp;ct=ga&amp;cd={cd}&amp;usg={cd}"></link>
<published>2026-11-20T08:00:00Z</published><updated>2026-11-20T08:00:00Z</updated>
<content type="html">
Nuova sede per &lt;b&gt;Bottega&lt;/b&gt; &lt;b&gt;Aurora&lt;/b&gt;, in centro&amp;nbsp;...</content><author><name></name></author>
</entry></feed>"""
GIVEN_ID = "<id>tag:google.com,2013:googlealerts/feed:123</id>"


class TestGoogleAlerts:
    def test_alert_is_read_as_what_was_found(self) -> None:
        (mention,) = read(ALERT.format(id=GIVEN_ID, cd="a")).mentions
        assert mention.external_id == "tag:google.com,2013:googlealerts/feed:123"
        assert mention.url == "https://www.quotidiano.example/lecce?id=7"
        assert mention.title == "La Bottega Aurora apre a Lecce - Il Quotidiano"
        assert mention.text == "Nuova sede per Bottega Aurora, in centro ..."
        assert (mention.author.name, mention.author.url) == (
            "quotidiano.example",
            "https://www.quotidiano.example/",
        )

    def test_id_stays_when_googles_detour_changes(self) -> None:
        ids = {read(ALERT.format(id="", cd=detour)).mentions[0].external_id for detour in "ab"}
        assert ids == {"https://www.quotidiano.example/lecce?id=7"}

    def test_only_google_makes_detours(self) -> None:
        for link in (
            "https://google.example/url?url=https://a.example",
            "https://www.google.com/maps?q=https://a.example",
        ):
            assert target_of(link) is None

    @given(st.text())
    def test_any_link_has_a_target_and_a_source_or_none(self, link: str) -> None:
        target = target_of(link)
        assert target is None or target.startswith("http")
        source = source_of(link)
        assert source is None or source.name
