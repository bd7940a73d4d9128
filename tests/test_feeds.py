"""From the body of a feed to entries: formats, encodings, texts, and what is no feed."""

import json
from datetime import timedelta
from xml.sax.saxutils import escape

import pytest

from connectors.rss.mentions import MAX_ENTRIES, Found
from reputation_bot.errors import BadAnswerError
from tests.feed_samples import FRIDAY, json_feed, only, read, rss, texts

FORMATS = {
    "RSS 0.91": """<rss version="0.91"><channel><title>B</title><item><title>Ordine mai arrivato</title>
        <link>https://shop.example/p/1</link><description>Nessuno risponde</description></item></channel></rss>""",
    "RSS 1.0": """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
        <channel rdf:about="x"><title>B</title></channel><item rdf:about="https://shop.example/p/1"><title>Ordine mai arrivato</title>
        <link>https://shop.example/p/1</link><description>Nessuno risponde</description></item></rdf:RDF>""",
    "RSS 2.0": rss(
        """<title>Ordine mai arrivato</title><guid>https://shop.example/p/1</guid><description>Nessuno risponde</description>"""
    ),
    "Atom 0.3": """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>B</title><entry><title>Ordine mai arrivato</title>
        <link rel="alternate" type="text/html" href="https://shop.example/p/1"/><id>https://shop.example/p/1</id>
        <content>Nessuno risponde</content></entry></feed>""",
    "Atom 1.0": """<feed xmlns="http://www.w3.org/2005/Atom"><title>B</title><entry><title>Ordine mai arrivato</title>
        <link href="https://shop.example/p/1"/><id>https://shop.example/p/1</id>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Nessuno <b>risponde</b></div></content></entry></feed>""",
    "JSON Feed 1": """{"version": "https://jsonfeed.org/version/1", "title": "B", "items": [{"id": "https://shop.example/p/1",
        "url": "https://shop.example/p/1", "title": "Ordine mai arrivato", "content_text": "Nessuno risponde"}]}""",
    "JSON Feed 1.1": """{"version": "https://jsonfeed.org/version/1.1", "title": "B", "items": [{"id": "https://shop.example/p/1",
        "external_url": "/p/1", "title": "Ordine mai arrivato", "content_html": "<p>Nessuno risponde</p>"}]}""",
}


@pytest.mark.parametrize("body", FORMATS.values(), ids=FORMATS)
def test_every_format_gives_the_same_mention(body: str) -> None:
    (mention,) = read(body).mentions
    assert mention.external_id == mention.thread == "https://shop.example/p/1"
    assert mention.url == "https://shop.example/p/1"
    assert (mention.title, mention.text) == ("Ordine mai arrivato", "Nessuno risponde")


class TestEncodings:
    @pytest.mark.parametrize(
        "encoding",
        [
            "utf-8",
            "utf-8-sig",
            "utf-16",
            "utf-16-le",
            "utf-16-be",
            "utf-32",
            "iso-8859-1",
            "windows-1252",
            "iso-8859-15",
            "mac-roman",
        ],
    )
    def test_declared_encoding_is_read(self, encoding: str) -> None:
        declared = encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
        body = f'<?xml version="1.0" encoding="{declared}"?>{rss("<title>Perché è così?</title>")}'
        assert texts(read(body.encode(encoding))) == {"Perché è così?"}

    @pytest.mark.parametrize(
        "content_type",
        [
            "text/xml",
            "text/xml; charset=iso-8859-1",
            "application/rss+xml; charset=us-ascii",
            "text/html",
            "x",
        ],
    )
    @pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252", "nonsense"])
    def test_utf8_is_read_as_such_whatever_is_declared(self, content_type: str, declared: str) -> None:
        body = f'<?xml version="1.0" encoding="{declared}"?>{rss("<title>Perché è così? 12 €</title>")}'
        assert texts(read(body.encode(), content_type)) == {"Perché è così? 12 €"}

    def test_what_calls_itself_latin_1_has_its_euro_sign(self) -> None:
        body = f'<?xml version="1.0" encoding="ISO-8859-1"?>{rss("<title>Costa 12 € l’uno, è caro</title>")}'
        assert texts(read(body.encode("windows-1252"))) == {"Costa 12 € l’uno, è caro"}

    def test_one_letter_cut_in_half_spoils_no_other(self) -> None:
        body = (
            rss("<title>Perché è così ànzi ché</title>", "<title>Già</title>")
            .encode()
            .replace("à".encode(), b"\xc3", 1)
        )
        assert "Già" in texts(read(body))

    def test_nothing_declared_and_no_utf8_is_western_european(self) -> None:
        assert texts(read(rss("<title>Perché</title>").encode("windows-1252"))) == {"Perché"}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
    def test_json_is_read_in_every_unicode_encoding(self, encoding: str) -> None:
        body = json.dumps(json_feed({"id": "1", "content_text": "Perché"}), ensure_ascii=False).encode(
            encoding
        )
        assert texts(read(body)) == {"Perché"}

    @pytest.mark.parametrize(
        "reference",
        ["&#0;", "&#8;", "&#55296;", "&#xD800;", "&#xFFFF;", "&#1114112;", "&#" + "9" * 6000 + ";"],
    )
    def test_reference_to_no_character_spoils_nothing(self, reference: str) -> None:
        body = rss(f"<title>Ciao {reference}a tutti</title>", "<title>Tom & Jerry</title>")
        assert texts(read(body)) == {"Ciao a tutti", "Tom & Jerry"}


class TestTexts:
    def test_richer_of_content_and_summary_is_taken(self) -> None:
        long, short = "Ordine mai arrivato, nessuno risponde", "Ordine mai…"
        for summary, content in ((long, short), (short, long)):
            item = f"<description>{summary}</description><content:encoded>{content}</content:encoded>"
            assert only(item).text == long

    def test_html_becomes_text(self) -> None:
        html = "<p>Ordine &lt;b&gt; <b>mai</b> arrivato</p><script>alert(1)</script><p>Tom &amp; Jerry</p>"
        assert (
            only(f"<description>{escape(html)}</description>").text
            == "Ordine <b> mai arrivato\n\nTom & Jerry"
        )

    def test_title_with_html_becomes_text(self) -> None:
        assert (
            only("<title>Tom &amp;amp; &lt;b&gt;Jerry&lt;/b&gt;</title><description>x y</description>").title
            == "Tom & Jerry"
        )

    def test_less_than_in_plain_text_stays(self) -> None:
        item = {"id": "1", "content_text": "se a<b e c>d"}
        assert texts(read(json.dumps(json_feed(item)))) == {"se a<b e c>d"}

    def test_title_alone_is_the_text(self) -> None:
        mention = only("<title>Ordine mai arrivato</title>")
        assert (mention.title, mention.text) == (None, "Ordine mai arrivato")

    def test_title_that_only_repeats_the_text_is_left_out(self) -> None:
        assert only("<title>Ordine mai…</title><description>Ordine mai arrivato</description>").title is None

    @pytest.mark.parametrize(
        "item",
        [
            "<media:description>Video sul negozio</media:description>",
            "<itunes:summary>Video sul negozio</itunes:summary>",
            "<itunes:subtitle>Video sul negozio</itunes:subtitle>",
            "<media:group><media:title>Video sul negozio</media:title></media:group>",
            '<description>&lt;img src="a.jpg" alt="Video sul negozio"&gt;</description>',
        ],
    )
    def test_words_about_media_are_words(self, item: str) -> None:
        mention = only(f'{item}<enclosure url="https://shop.example/a.mp3" type="audio/mpeg" length="1"/>')
        assert mention.text == "Video sul negozio"
        assert mention.url == "https://shop.example/a.mp3"

    def test_entries_without_words_are_counted(self) -> None:
        found = read(rss("<title>a</title>", "<guid>1</guid>", "<description> &lt;br&gt; </description>"))
        assert texts(found) == {"a"}
        assert found.notices == ["2 of 3 entries hold no words and were left out"]

    def test_text_and_number_of_entries_are_bounded(self) -> None:
        assert len(only(f"<description>{'parola ' * 10_000}</description>").text) <= 20_000
        dated = (
            f"<title>n{n}</title><pubDate>{FRIDAY - timedelta(minutes=n)}</pubDate>"
            for n in range(MAX_ENTRIES + 5)
        )
        found = read(rss(*reversed(list(dated))))
        assert len(found.mentions) == MAX_ENTRIES
        assert "n0" in texts(found)
        assert f"n{MAX_ENTRIES}" not in texts(found)
        assert found.notices == ["the feed holds 1005 entries: only the 1000 newest were read"]


class TestNoFeed:
    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ("", "nothing at all"),
            ("  \n", "nothing at all"),
            (
                "<!DOCTYPE html><html><body>Please log in</body></html>",
                "a web page, not a feed; check the address",
            ),
            (
                '<html><head><link rel="alternate" type="application/rss+xml" href="/feed/?key=s"></head></html>',
                "it names its feed: https://shop.example/feed/$",
            ),
            ("<html><item>Not one of ours</item></html>", "a web page"),
            ('<?xml version="1.0"?><urlset><url/></urlset>', "XML that is no feed \\(<urlset>\\)"),
            ('{"error": "no such key"}', "JSON that is no feed"),
            ('{"error', "broken JSON"),
            ("Not found", "something that is no feed"),
            ("\x00\xff\x00", "something that is no feed"),
        ],
    )
    def test_it_is_said_what_came_instead(self, body: str, words: str) -> None:
        with pytest.raises(BadAnswerError, match=words):
            read(body)

    @pytest.mark.parametrize(
        "body",
        [
            "<rss version='2.0'><channel/></rss>",
            "<feed xmlns='http://www.w3.org/2005/Atom'/>",
            '{"version": "https://jsonfeed.org/version/1", "items": []}',
        ],
    )
    def test_empty_feed_is_a_feed(self, body: str) -> None:
        assert read(body) == Found([], [], [])
