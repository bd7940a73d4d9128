"""From entries to mentions: ids that last, dates that can be, names, links and stars."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.rss.entries import absolute, author_of, language, stars
from tests.feed_samples import FRIDAY, NOW, URL, ids, json_feed, only, read, rss, texts


class TestIds:
    def test_guid_then_link_then_title_name_an_entry(self) -> None:
        found = read(
            rss(
                "<guid isPermaLink='false'>17</guid><link>/p/17</link><title>a</title>",
                "<link>/p/18</link><title>b</title>",
                "<title>c</title>",
                "<description>d</description>",
            )
        )
        ids = {mention.text: mention.external_id for mention in found.mentions}
        assert (ids["a"], ids["b"]) == ("17", "/p/18")
        assert len(set(ids.values())) == 4

    @pytest.mark.parametrize("name", ["<guid>17</guid>", "<link>/p/17</link>", "<author>Giulia</author>"])
    def test_edited_and_dated_anew_entry_keeps_its_id(self, name: str) -> None:
        before = only(
            f"{name}<title>Ordine</title><description>In ritardo</description><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>"
        )
        after = only(
            f"{name}<title>Ordine</title><description>Mai arrivato</description><pubDate>Sat, 21 Nov 2026 08:00:00 GMT</pubDate>"
        )
        assert before.external_id == after.external_id
        assert before.text != after.text

    def test_entries_that_share_an_id_but_not_a_link_are_all_kept_and_keep_their_ids(self) -> None:
        one, two = (
            f"<guid isPermaLink='false'>same</guid><link>/p/{n}</link><title>n{n}</title>" for n in (1, 2)
        )
        both = read(rss(one, two))
        assert texts(both) == {"n1", "n2"}
        later = read(rss(two), shared=both.shared)
        assert ids(later) < ids(both)

    def test_entries_without_id_that_link_to_one_page_are_all_kept(self) -> None:
        found = read(rss(*(f"<link>/reviews</link><title>Recensione {n}</title>" for n in range(3))))
        assert len(ids(found)) == 3

    def test_entries_without_id_and_link_under_one_title_are_all_kept(self) -> None:
        found = read(rss(*(f"<title>Recensione</title><description>n{n}</description>" for n in range(3))))
        assert texts(found) == {"n0", "n1", "n2"}

    def test_of_one_entry_shown_twice_the_newest_is_taken_and_the_other_counted(self) -> None:
        old = (
            "<guid>1</guid><description>vecchio</description><pubDate>Thu, 19 Nov 2026 08:00:00 GMT</pubDate>"
        )
        new = "<guid>1</guid><description>nuovo</description><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>"
        for order in ((old, new), (new, old)):
            found = read(rss(*order))
            assert texts(found) == {"nuovo"}
            assert found.notices == ["1 of 2 entries repeat the id of another: the newest of each was taken"]

    def test_very_long_id_is_shortened_and_still_unique(self) -> None:
        found = read(rss(*(f"<guid>{'x' * 5000}{n}</guid><title>n{n}</title>" for n in range(2))))
        assert len(ids(found)) == 2
        assert all(len(one) <= 300 for one in ids(found))

    def test_plain_guid_is_no_address(self) -> None:
        assert only("<guid>17</guid><title>a</title>").url is None

    def test_number_as_json_id_is_an_id(self) -> None:
        found = read(json.dumps(json_feed({"id": 17, "content_text": "a"}, {"id": 1.5, "content_text": "b"})))
        assert ids(found) == {"17", "1.5"}


class TestDates:
    @pytest.mark.parametrize(
        "tag",
        [
            "<pubDate>Fri, 20 Nov 2026 09:00:00 +0100</pubDate>",
            "<pubDate>20 Nov 2026 08:00 GMT</pubDate>",
            "<dc:date>2026-11-20T08:00:00Z</dc:date>",
            "<pubDate>2026-11-20 08:00:00</pubDate>",
        ],
    )
    def test_date_is_read_in_its_many_forms(self, tag: str) -> None:
        assert only(f"<title>a</title>{tag}").created_at == FRIDAY

    def test_first_publication_counts_not_the_update(self) -> None:
        body = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>a</title><published>2026-11-20T08:00:00Z</published>
            <updated>2026-11-21T08:00:00Z</updated></entry></feed>"""
        assert read(body).mentions[0].created_at == FRIDAY

    @pytest.mark.parametrize(
        "date",
        [
            "",
            "yesterday",
            "Fri, 99 Foo 2026",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "2027-03-01T00:00:00Z",
        ],
    )
    def test_date_that_cannot_be_is_none(self, date: str) -> None:
        assert only(f"<title>a</title><pubDate>{date}</pubDate>").created_at is None

    def test_date_ahead_by_a_time_zone_is_now(self) -> None:
        assert only("<title>a</title><pubDate>2026-11-21T11:00:00Z</pubDate>").created_at == NOW

    def test_mentions_come_oldest_first(self) -> None:
        dated = (f"<title>n{day}</title><pubDate>2026-11-{day}T08:00:00Z</pubDate>" for day in (20, 18, 19))
        assert [mention.text for mention in read(rss(*dated)).mentions] == ["n18", "n19", "n20"]
        undated = ("<title>new</title>", "<title>old</title>")
        assert [mention.text for mention in read(rss(*undated)).mentions] == ["old", "new"]


class TestAuthors:
    @pytest.mark.parametrize(
        ("tag", "name"),
        [
            ("<author>giulia@example.org (Giulia Rossi)</author>", "Giulia Rossi"),
            ("<author>Giulia Rossi</author>", "Giulia Rossi"),
            ("<author>giulia@example.org</author>", "giulia"),
            ("<dc:creator>Giulia &amp;amp; Rossi</dc:creator>", "Giulia & Rossi"),
            ("<dc:creator>Anna</dc:creator><dc:creator>Giulia</dc:creator>", "Anna, Giulia"),
            ("<itunes:author>Giulia Rossi</itunes:author>", "Giulia Rossi"),
            ("", "Il blog"),
        ],
    )
    def test_name_is_found_in_its_many_forms(self, tag: str, name: str) -> None:
        assert only(f"<title>a</title>{tag}").author.name == name

    def test_atom_author_has_an_address_and_stands_for_entries_without_one(self) -> None:
        author = "<author><name>Giulia</name><uri>/chi/giulia</uri></author>"
        body = f'<feed xmlns="http://www.w3.org/2005/Atom">{author}<entry><title>a</title></entry></feed>'
        found = read(body).mentions[0].author
        assert (found.name, found.url) == ("Giulia", "https://shop.example/chi/giulia")

    def test_feed_without_any_name_gives_its_host(self) -> None:
        assert only("<title>a</title>", channel="").author.name == "shop.example"

    def test_json_authors_of_both_versions(self) -> None:
        new = {"id": "1", "content_text": "a", "authors": [{"name": "Giulia", "url": "https://g.example"}]}
        old = {"id": "2", "content_text": "b", "author": {"name": "Anna"}}
        assert {mention.author.name for mention in read(json.dumps(json_feed(new, old))).mentions} == {
            "Giulia",
            "Anna",
        }

    @given(st.lists(st.tuples(st.text(), st.text(), st.text())))
    def test_any_author_is_a_name_or_none(self, names: list[tuple[str, str, str]]) -> None:
        author = author_of(names, URL)
        assert author is None or 0 < len(author.name) <= 200


class TestSmallThings:
    @pytest.mark.parametrize(
        ("link", "url"),
        [
            ("/p/1", "https://shop.example/p/1"),
            ("p/1", "https://shop.example/blog/p/1"),
            ("//cdn.example/x", "https://cdn.example/x"),
            (" https://a.example/\n x ", "https://a.example/x"),
            ("javascript:alert(1)", None),
            ("mailto:a@b.example", None),
            ("http://[", None),
            ("", None),
            (
                "https://www.google.com/url?rct=j&url=https://a.example/p%3Fq%3D1&ct=ga",
                "https://a.example/p?q=1",
            ),
            ("https://www.google.it/url?q=https://a.example/", "https://a.example/"),
            ("https://www.google.com/url?url=javascript:x", "https://www.google.com/url?url=javascript:x"),
        ],
    )
    def test_links_are_made_absolute_or_dropped(self, link: str, url: str | None) -> None:
        assert absolute(link, URL) == url

    def test_xml_base_counts(self) -> None:
        body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://other.example/a/"><entry><title>a</title>
            <link href="p/1"/></entry></feed>"""
        assert read(body).mentions[0].url == "https://other.example/a/p/1"

    @pytest.mark.parametrize(
        ("tag", "rating"),
        [
            ("<im:rating>1</im:rating>", 1.0),
            ("<g:rating>4,5</g:rating>", 4.5),
            ("<rating>8/10</rating>", 4.11),
            ('<media:starRating average="2" min="1" max="5"/>', 2.0),
            ('<media:starRating average="5.0" count="1200" min="1" max="5"/>', None),
            ("<rating>(PICS-1.1 nonsense)</rating>", None),
            ("<rating>99</rating>", None),
        ],
    )
    def test_stars_of_the_author_are_read(self, tag: str, rating: float | None) -> None:
        assert only(f"<title>a</title>{tag}").rating == rating

    def test_language_of_the_entry_counts_but_not_the_software_default_of_the_feed(self) -> None:
        assert only("<title>a</title><dc:language>it-IT</dc:language>").lang == "it"
        assert only("<title>a</title>", channel="<title>B</title><language>en-us</language>").lang is None

    @given(st.text() | st.none() | st.integers(), st.text() | st.none(), st.text() | st.none())
    def test_any_rating_is_within_the_scale(self, value: object, low: object, high: object) -> None:
        rating = stars(value, low, high)
        assert rating is None or 1 <= rating <= 5

    @given(st.text())
    def test_any_language_code_is_two_letters_or_none(self, code: str) -> None:
        assert language(code) is None or len(str(language(code))) == 2

    @given(st.text(), st.sampled_from(["", URL]))
    def test_any_link_is_an_address_or_none(self, link: str, base: str) -> None:
        url = absolute(link, base)
        assert url is None or url.startswith(("http://", "https://"))
