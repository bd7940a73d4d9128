"""Reading YAML with the line of every key: as YAML 1.2 has it, and never without end."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.config.yaml_lines import MAX_DEPTH, read
from reputation_bot.errors import ConfigError


def test_every_key_and_item_has_its_line() -> None:
    document = read("brand:\n  name: Aurora\n  terms:\n    - a\n\n    - b\nrules: [x,\n  y]\n")
    assert document.value == {"brand": {"name": "Aurora", "terms": ["a", "b"]}, "rules": ["x", "y"]}
    lines = {"brand": 1, "brand.name": 2, "brand.terms": 3, "brand.terms.0": 4, "brand.terms.1": 6}
    assert document.lines == {"": 1} | lines | {"rules": 7, "rules.0": 7, "rules.1": 8}


def test_what_is_missing_has_the_line_of_what_is_around_it() -> None:
    document = read("a: 1\nb:\n  c: 2\n")
    assert document.line_of("b.d.0.e") == 2
    assert document.line_of("z") == 1
    assert read("").line_of("z") is None


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("tRue", "tRue"),
        ("10:30", "10:30"),
        ("2026-11-21", "2026-11-21"),
        ("1_000", "1_000"),
        ("12", 12),
        ("-1001234567890", -1001234567890),
        ("+7", 7),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 17),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("~", None),
        ("Null", None),
        ("", None),
        ("'5'", "5"),
        ('"true"', "true"),
        ("!!str 5", "5"),
        ("! 5", "5"),
        ("=", "="),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_scalars_are_read_as_yaml_1_2_has_them(scalar: str, value: object) -> None:
    read_back = read(f"key: {scalar}\n").value
    assert isinstance(read_back, dict)
    assert read_back == {"key": value}
    assert type(read_back["key"]) is type(value)


def test_keys_are_always_text() -> None:
    assert read("{no: 1, 5: 2, true: 3, ~: 4}").value == {"no": 1, "5": 2, "true": 3, "~": 4}


def test_an_alias_stands_for_what_it_marks_and_has_its_own_line() -> None:
    document = read("a: &x [1, 2]\nb: *x\n")
    assert document.value == {"a": [1, 2], "b": [1, 2]}
    assert document.line_of("b.1") == 2


NO_YAML = [
    ("a:\n\tb: 1\n", "2: a tab stands here: indent with spaces"),
    ("a: 1\n\tb: 2\n", "2: a tab stands here: indent with spaces"),
    ("a: |\n x\n\ty\n", "3: a tab stands here: indent with spaces"),
    ("a: @b\n", '1: a text that begins with @ goes in quotes: "@…"'),
    ("a: 1\nb: `x`\n", '2: a text that begins with ` goes in quotes: "`…"'),
    ("a: b: c\n", "1: a colon too many or a wrong indentation: text with “: ” goes in quotes"),
    ("a: 1\n  b: 2\n", "2: a colon too many or a wrong indentation: text with “: ” goes in quotes"),
    ("a: 1\nb: [1, 2\nc: 3\n", "2: a list opened with [ is not closed with ], or a comma is missing"),
    ("a: {x: 1\nb: 3\n", "1: a group opened with { is not closed with }, or a comma is missing"),
    ('a: 1\nb: "x\nc: 1\n', "2: a quote opened here is never closed"),
    ('a: "\\d+"\n', "1: in \"…\" a backslash is written twice (\\\\); or put the text in '…'"),
    ("a: 'x' y\n", "1: a key was expected here: check the indentation and the quotes"),
    ("- a\nb: 1\n", "2: a list item (- …) was expected here: check the indentation"),
    ("  a: 1\nb: 2\n", "2: this does not fit to what stands above: check the indentation"),
    ("a: *foo\n", '1: nothing above is marked &foo; a text that begins with * goes in quotes: "*…"'),
    ("a: &a [*a]\n", '1: nothing above is marked &a; a text that begins with * goes in quotes: "*…"'),
    ("a: 1\n---\nb: 2\n", "2: a second document begins here: remove the line ---"),
    ("%YAML 9.9\n---\na: 1\n", "1: this is another version of YAML: remove the line %YAML"),
    ("a: 1\nb: \x07\n", "2: an invisible control character stands here (number 7): delete it"),
    ("é: 1\nb: \x00\n", "2: an invisible control character stands here (number 0): delete it"),
    ("a: 1\nb: \ud800\n", "2: a broken character stands here: delete it"),
    ("? [a]\n: b\n", "1: a key must be a word, not a list, a group or an alias"),
    ("<<: {a: 1}\n", "1: merging with << is not possible here: write the keys out"),
    ('"a\\nb": 1\n', "1: a key must stand on one line"),
    ("a: }\n", "1: this is not valid YAML: did not find expected node content"),
    ("[" * 100_000, f"1: this is nested deeper than {MAX_DEPTH} levels"),
]


@pytest.mark.parametrize(("text", "problem"), NO_YAML)
def test_what_is_no_yaml_is_said_in_plain_words_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert str(caught.value) == problem


def test_a_few_aliases_cannot_stand_for_millions_of_values() -> None:
    rows = ["a0: &a0 [" + "x, " * 9 + "x]"]
    rows += [f"a{row}: &a{row} [" + f"*a{row - 1}, " * 9 + f"*a{row - 1}]" for row in range(1, 9)]
    with pytest.raises(ConfigError, match="6: the aliases stand for more than 200,000 values"):
        read("\n".join(rows))


def test_aliases_cannot_nest_without_end() -> None:
    rows = ["a0: &a0 [x]", *(f"a{row}: &a{row} [*a{row - 1}]" for row in range(1, 100))]
    with pytest.raises(ConfigError, match=f"{MAX_DEPTH}: this is nested deeper than {MAX_DEPTH} levels"):
        read("\n".join(rows))


def test_mistakes_that_leave_the_rest_readable_are_all_told() -> None:
    document = read('a: 1\na: 2\nb: !secret x\nc: "\\bword\\b"\nd: {e: 1, e: 2}\n')
    assert list(map(str, document.mistakes)) == [
        "2: a: stands twice: see also line 1",
        "3: b: !secret is not understood; a text that begins with ! goes in quotes",
        "4: c: holds a control character: in \"…\" a backslash has a meaning of its own (\\b, \\a, \\x…), so put patterns in '…'",
        "5: d.e: stands twice: see also line 5",
    ]


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**39), 10**39)
    | st.text(st.characters(exclude_categories=["C"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["C", "Z"])), inner)
    ),
    max_leaves=20,
)


@given(_JSON)
def test_json_is_read_as_it_is(value: Any) -> None:
    assert read(json.dumps(value, ensure_ascii=False)).value == value


@given(st.text(st.sampled_from(list("ab:-# \n\t\"'[]{}&*!|>%@`,?0.~<=\\é\x00\u2028")) | st.characters()))
def test_whatever_the_text_only_a_config_error_comes(text: str) -> None:
    with suppress(ConfigError):
        lines = read(text).lines
        assert all(1 <= line <= len(text) + 1 for line in lines.values())
