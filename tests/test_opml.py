"""A list of feeds out of a feed reader: what becomes a channel, under which name, and that the rest of rules.yaml stays as it was."""

import re
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.cli import main
from reputation_bot.config import load, yaml_lines
from reputation_bot.config.insertion import insert_keys
from reputation_bot.errors import ConfigError
from reputation_bot.setup.opml import Outline, plan_channels, read_opml
from tests.test_insertion import without

RULES = """# ours
brand:   { name: Aurora }   # as it is
telegram: {chat: -100}
channels:
    # the first
    alert:
        connector: rss
        url: https://www.one.example/feed/    # ours
# the end
"""
OPML = """<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head><title>Letture</title></head><body>
<outline text="Ceramica"><outline text="Città &amp; Bottega" title="Città &amp; Bottega" type="rss" xmlUrl="https://two.example/rss" htmlUrl="https://two.example/"/>
  <outline text="Ancora"><outline text="Città &amp; bottega!" type="rss" xmlUrl="https://three.example/rss?a=1&amp;b=2"/></outline></outline>
<outline text="Uno" type="rss" xmlUrl="http://one.example/feed"/><outline text="Due" xmlUrl="https://two.example/rss"/>
<outline text="Cattivo" xmlUrl="feed://four.example/rss"/><outline text="2026" xmlUrl="https://five.example/?${HOME}"/>
</body></opml>"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def take(rules: Path, content: str | bytes = OPML, *options: str) -> Result:
    file = rules.with_name("letture.opml")
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CliRunner().invoke(main, ["feeds", "import", str(file), "--rules", str(rules), *options])


def test_each_feed_becomes_a_channel_once_and_the_rest_stays_as_it_was(rules: Path) -> None:
    result = take(rules)
    channels = load(rules, {}).settings.channels
    assert {name: one.options["url"] for name, one in channels.items()} == {
        "alert": "https://www.one.example/feed/",
        "citta-bottega": "https://two.example/rss",
        "citta-bottega-2": "https://three.example/rss?a=1&b=2",
        "five-example": "https://five.example/?${HOME}",
    }
    assert without(rules.read_text(encoding="utf-8"), RULES)
    assert "3 written into rules.yaml, 2 there already, 1 left out" in result.output
    assert "= Uno: there already" in result.output
    assert "! Cattivo: write a whole address" in result.output
    assert result.exit_code == 1, "one could not be used"


def test_second_import_changes_nothing(rules: Path) -> None:
    take(rules)
    before = rules.read_bytes()
    assert "0 written" in take(rules).output
    assert rules.read_bytes() == before


def test_dry_run_writes_nothing(rules: Path) -> None:
    assert "3 would be written" in take(rules, OPML, "--dry-run").output
    assert rules.read_text(encoding="utf-8") == RULES


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no element found"),
        (b"<html></html>", "begins with <html>"),
        (b"<opml><body>", "is no OPML"),
        (b"<opml><body/></opml>", "names no feed"),
        ('<!DOCTYPE opml [<!ENTITY a "b">]><opml/>'.encode("utf-16"), "entities"),
    ],
)
def test_what_is_no_list_of_feeds_is_told_and_nothing_written(
    rules: Path, content: bytes, words: str
) -> None:
    result = take(rules, content)
    assert result.exit_code == 2
    assert words in result.output
    assert "letture.opml" in result.output
    assert rules.read_text(encoding="utf-8") == RULES


CHANNELS = [
    "",
    "channels: {}",
    "channels:",
    "channels:   # none yet\n",
    "channels: {a: {connector: rss, url: x}}",
    "channels:\n  a:\n    connector: rss   # ours\n    url: >-\n      x\n\n  # the last",
    "channels:\n      a: {connector: rss, url: 'x'}",
]
REST = ["brand: {name: Aurora}", "telegram:\n  chat: -100", "# a comment\n\nrules: []"]
texts = st.builds(
    lambda parts, end, is_dos: ("\n".join(part for part in parts if part) + end).replace(
        "\n", "\r\n" if is_dos else "\n"
    ),
    st.tuples(
        st.sampled_from(CHANNELS), st.sampled_from(REST), st.sampled_from(REST).map(lambda _: "language: it")
    ).flatmap(st.permutations),
    st.sampled_from(["", "\n", "\n\n# the end\n"]),
    st.booleans(),
)
urls = st.text(min_size=1, max_size=20).map(
    lambda text: f"https://a.example/{''.join(filter(str.isprintable, text))}"
)


@given(texts, st.dictionaries(st.sampled_from(["b", "c-2", "d"]), urls, min_size=1))
def test_keys_are_put_into_any_text_and_nothing_else_changes(text: str, channels: dict[str, str]) -> None:
    items = {name: {"connector": "rss", "url": url} for name, url in channels.items()}
    changed = insert_keys(text, "channels", items, "imported")
    before, after = yaml_lines.read(text).value, yaml_lines.read(changed).value
    assert isinstance(before, dict)
    assert after == {**before, "channels": {**(before.get("channels") or {}), **items}}
    assert without(changed, text)
    assert "imported" in changed


def test_keys_are_not_put_where_that_would_change_something_else() -> None:
    with pytest.raises(ConfigError, match="add them yourself"):
        insert_keys("{brand: {name: Aurora}}", "channels", {"a": {"connector": "rss"}}, "imported")


@given(
    st.lists(
        st.tuples(
            st.text(max_size=60),
            st.sampled_from(["https://a.example/1", "http://www.a.example/1/", "https://b.example"]),
        )
    ),
    st.sets(st.sampled_from(["feed", "a-example-1", "b"])),
)
def test_names_are_valid_and_unique_whatever_the_titles(
    feeds: list[tuple[str, str]], taken: set[str]
) -> None:
    plan = plan_channels((Outline(*feed) for feed in feeds), taken, [], lambda _: None)
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name) for name in plan.channels)
    assert not taken & plan.channels.keys()
    assert len(plan.channels) + len(plan.known) == len(feeds)
    assert len(plan.channels) == len({address.endswith("b.example") for _, address in feeds})


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])),
            st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1),
        )
    )
)
def test_any_list_is_read_in_order(feeds: list[tuple[str, str]]) -> None:
    outlines = "".join(f"<outline text={quoteattr(title)} xmlUrl={quoteattr(url)}/>" for title, url in feeds)
    found = read_opml(f"<opml><body>{outlines}</body></opml>".encode())
    assert [one.url for one in found] == [url for _, url in feeds]
