"""Telegram's HTML as strict as Telegram, and what becomes of the entities."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.sandbox.entities import clean, settle
from reputation_bot.sandbox.telegram_html import MarkupError, parse, units

SURROGATES = "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ("I <3 you", 'Unsupported start tag "3" at byte offset 2'),
        ("I <3", "Unclosed start tag at byte offset 2"),
        ("a<br>b", 'Unsupported start tag "br" at byte offset 1'),
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("è<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<i>a</i   ", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x,y>z</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x>z</a>', "Unclosed start tag at byte offset 0"),
        ("<i a  =  ", 'Unclosed start tag "i" at byte offset 0'),
        ("&#xDFDF;", SURROGATES),
        ('<a href="&#57311;">x</a>', SURROGATES),
    ],
)
def test_bad_markup_is_refused_in_telegrams_words(markup: str, problem: str) -> None:
    with pytest.raises(MarkupError) as refused:
        parse(markup)
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("&lt;3 &amp &#62; &#x2764; &nbsp; &", "<3 & > ❤ &nbsp; &", []),
        ("<B>a</>", "a", [("bold", 0, 1)]),
        ("😀<b>è</b>", "😀è", [("bold", 2, 1)]),
        ("<del>a</del><ins>b</ins>", "ab", [("strikethrough", 0, 1), ("underline", 1, 1)]),
        ("<b></b>x", "x", []),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
    ],
)
def test_good_markup_is_read(markup: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    found_text, found = parse(markup)
    assert found_text == text
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in found] == entities


def test_link_keeps_its_decoded_address() -> None:
    _, entities = parse('<a href="https://a.it/?x=1&amp;y=2">qui</a>')
    assert entities == [{"type": "text_link", "offset": 0, "length": 3, "url": "https://a.it/?x=1&y=2"}]


def test_code_in_pre_gives_the_language() -> None:
    _, entities = parse('<pre><code class="language-python">x</code></pre>')
    assert entities == [{"type": "pre", "offset": 0, "length": 1, "language": "python"}]


@given(st.text(alphabet=st.sampled_from("<>/&;#x3bi a=\"'\0é😀\ud800pre")) | st.text())
def test_any_text_is_read_or_refused(markup: str) -> None:
    try:
        text, entities = parse(markup)
    except MarkupError:
        return
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= units(text)


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse(html.escape(text)) == (text.replace("\0", " "), [])


_TREE = st.recursive(
    st.text(min_size=1).map(lambda text: text.replace("\0", " ")),
    lambda inner: st.tuples(st.sampled_from(["b", "i", "u", "s"]), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=12,
)


@given(_TREE)
def test_nested_styles_come_back_where_they_were(tree: Any) -> None:
    markup, text, entities = _write(tree, 0)
    found_text, found = parse(markup)
    assert found_text == text
    assert sorted((entity["offset"], entity["length"], entity["type"]) for entity in found) == sorted(
        entities
    )


def _write(tree: Any, offset: int) -> tuple[str, str, list[tuple[int, int, str]]]:
    if isinstance(tree, str):
        return html.escape(tree), tree, []
    tag, inside = tree
    markup, text = "", ""
    entities: list[tuple[int, int, str]] = []
    for part in inside:
        inner_markup, inner_text, inner_entities = _write(part, offset + units(text))
        markup, text, entities = markup + inner_markup, text + inner_text, entities + inner_entities
    names = {"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough"}
    return f"<{tag}>{markup}</{tag}>", text, [*entities, (offset, units(text), names[tag])]


def _settled(markup: str) -> tuple[str, list[tuple[str, int, int]]]:
    text, entities = settle(*parse(markup))
    return text, [(entity["type"], entity["offset"], entity["length"]) for entity in entities]


def test_space_at_the_ends_goes_and_entities_move() -> None:
    assert _settled(" \n<b> a</b>b ") == ("ab", [("bold", 0, 1)])


def test_no_style_is_left_in_code() -> None:
    assert _settled("<b>a<code>b</code>c</b>") == ("abc", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)])


def test_quote_in_a_quote_goes() -> None:
    markup = "<blockquote>a<blockquote>b</blockquote></blockquote>"
    assert _settled(markup) == ("ab", [("blockquote", 0, 2)])


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://localhost/x", "ftp://a.it", "http://a.it:99999"]
)
def test_address_that_telegram_refuses_makes_no_link(address: str) -> None:
    assert _settled(f'<a href="{address}">x</a>') == ("x", [])


def test_commands_addresses_mentions_and_hashtags_are_found() -> None:
    text = "/aiuto@bot_x a @mario #reso (https://a.it/b). a/b 5#3"
    found = _settled(text)[1]
    assert [(kind, text[at : at + length]) for kind, at, length in found] == [
        ("bot_command", "/aiuto@bot_x"),
        ("mention", "@mario"),
        ("hashtag", "#reso"),
        ("url", "https://a.it/b"),
    ]


def test_address_inside_a_link_is_not_found_again() -> None:
    assert _settled('<a href="https://a.it">https://b.it</a>') == ("https://b.it", [("text_link", 0, 12)])


def test_control_characters_become_spaces() -> None:
    assert clean("a\tb\r\nc\x00d") == "a b\nc d"
