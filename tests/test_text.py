"""HTML to text, tidying and cutting; folding has its own tests."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.text import cut, plain, tidy

MARKUP = st.lists(
    st.sampled_from(
        "< > </ <! <? <!-- --> <a <br> <p> </p> <script> </script> <td> <img alt= \" ' & &amp; &#9; <![CDATA[ ]]> \n".split(
            " "
        )
    )
    | st.text(max_size=5)
).map("".join)


class TestPlain:
    @pytest.mark.parametrize(
        ("markup", "text"),
        [
            ("Ordine <b>mai</b> arrivato", "Ordine mai arrivato"),
            ("<p>Uno</p><p>Due</p>", "Uno\n\nDue"),
            ("Uno<br>due<BR/>tre", "Uno\ndue\ntre"),
            ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
            ("<table><tr><td>Voto</td><td>1</td></tr></table>", "Voto 1"),
            ("<p>a\n  b</p>", "a b"),
            ("a\nb &amp; c", "a\nb & c"),
            ("a<script>if (x < 1) alert('<p>')</script>b<style>p {}</style>c", "abc"),
            ("a<noscript>x<p>y</noscript>b", "ab"),
            ("a<!-- > <p> -->b", "ab"),
            ("<!DOCTYPE html><?php echo ?>a", "a"),
            ("<![CDATA[Ordine <i>mai</i> arrivato]]>", "Ordine mai arrivato"),
            ('x <img src="a>b" alt="un gatto &amp; un cane"> y', "x un gatto & un cane y"),
            ("<img alt=gatto>", "gatto"),
            ("5 < 6 e 7 > 3, ti <3 amo </3", "5 < 6 e 7 > 3, ti <3 amo </3"),
            ("prezzo <b", "prezzo <b"),
            ("&egrave; cos&#236; &#128512; &nope; &", "è così 😀 &nope; &"),
            ("&#8;&#" + "9" * 6000 + ";a", "\ufffda"),
            ("&lt;b&gt;", "<b>"),
            ("<a title='>'>x</a>", "x"),
            ('<a title="rotto>x</a> y', "x y"),
            ("</p></p></noscript>a", "a"),
        ],
    )
    def test_text_is_what_a_browser_shows(self, markup: str, text: str) -> None:
        assert plain(markup) == text

    @given(MARKUP)
    def test_any_markup_gives_tidy_text(self, markup: str) -> None:
        assert tidy(plain(markup)) == plain(markup)

    @given(st.text())
    def test_text_made_safe_for_html_comes_back(self, text: str) -> None:
        safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert plain(safe) == tidy(text)

    @pytest.mark.parametrize(
        "piece",
        [
            "<",
            "<a ",
            '<a x="',
            '<a ">" ',
            "<!--",
            "<![",
            "<!x",
            "<?x",
            "</a ",
            "&",
            "&#",
            "&#9",
            "<script>",
            "<img alt ",
            "<img alt='",
        ],
    )
    @pytest.mark.parametrize("end", ["", ">", "'>", '">'])
    def test_hostile_markup_takes_linear_time(self, piece: str, end: str) -> None:
        begin = time.process_time()
        plain(piece * 30_000 + end)
        assert time.process_time() - begin < 5  # HTMLParser takes two minutes for some of these


class TestTidy:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("  a \t b  ", "a b"),
            ("a\r\nb\rc", "a\nb\nc"),
            ("a\n\n\n\n b", "a\n\nb"),
            ("a\x00\x07b\x85c\ud800", "ab c"),
            ("a\ufffe\U0010ffffb", "ab"),
            (
                "\U0001fae9 \U0001f44d\u200d",
                "\U0001fae9 \U0001f44d\u200d",
            ),  # the first is younger than this Python's Unicode
            ("12\u00a0€\u2003ok", "12 € ok"),
        ],
    )
    def test_nothing_but_text_is_left(self, text: str, expected: str) -> None:
        assert tidy(text) == expected

    @given(st.text(alphabet=st.characters()))
    def test_tidy_text_is_tidy(self, text: str) -> None:
        once = tidy(text)
        assert tidy(once) == once
        assert "\n\n\n" not in once
        assert not {unicodedata.category(sign) for sign in once.replace("\n", "")} & {"Cc", "Cs"}


class TestCut:
    @given(st.text(), st.integers(0, 50))
    def test_result_is_never_longer_than_asked(self, text: str, max_chars: int) -> None:
        assert len(cut(text, max_chars)) <= max_chars

    def test_text_that_fits_stays_as_it_is(self) -> None:
        assert cut("Ordine mai arrivato", 19) == "Ordine mai arrivato"

    def test_cut_falls_between_words_where_that_costs_little(self) -> None:
        assert cut("Ordine mai arrivato qui", 20) == "Ordine mai arrivato…"
        assert cut("Ordine " + "x" * 30, 20) == "Ordine " + "x" * 12 + "…"
