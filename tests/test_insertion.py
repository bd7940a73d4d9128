"""Changing rules.yaml: what is added is there, every other sign stays, and nothing is written that would not load."""

import codecs
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.config import amend as amending
from reputation_bot.config import example_rules, parse, yaml_lines
from reputation_bot.config.amend import add_first
from reputation_bot.config.insertion import Item, insert_first
from reputation_bot.errors import ConfigError

RULE: dict[str, Any] = {"name": "torna", "when": "quando torna", "then": {"category": "question"}}
COMMENT = "accepted by Anna on 2026-11-21"
BRAND, RULES = ("brand", "not"), ("rules",)

BRANDS = [
    "brand: {name: Aurora}",
    "brand:   { name: Aurora ,terms: [ a,b ]  }   # ours",
    "brand: {name: Aurora, not: []}",
    "brand: {name: Aurora, not: [la pizzeria,\n    'il bar' ]}",
    "brand:\n  name: Aurora",
    "brand:\n\n  # the name\n  name: Aurora   # ours\n\n  terms:\n  - aurora  # us\n  - '#aurora'",
    "brand:\n    not:   # others\n    # pizza\n    - pizzeria\n\n    -   'bar: aurora'\n    name: Aurora",
    "brand:\n  name: Aurora\n  not:\n      - >-\n        la pizzeria\n        di fronte\n      - bar",
    "brand:\n  not: [pizzeria]\n  name: Aurora",
    'brand:\n  name: "Aurora"\n  contact: |\n    qui\n    e là\n  signature: >+\n    noi\n\n',
    "brand:\n  name: Aurora\n  not: &others\n    - pizzeria",
]
REST = [
    "telegram: {chat: -100}",
    "telegram:\n  chat: -100  # the group",
    "# a group\n\ntelegram:    {  chat:   -100  }\n# end",
]
OWN_RULES = [
    "",
    "rules: []",
    "rules:\n# none yet",
    "rules:\n- name: a\n  when: b\n  then: {priority: high}",
    "rules:\n    # the first\n    - {name: a, when: b, then: {priority: high}}\n\n    - name: c\n      when: |\n        d\n      then: {}",
    "rules: [{name: a, when: b, then: {priority: high}},\n  {name: c, when: d, then: {}}]",
]
texts = st.builds(
    lambda parts, end, is_dos: ("\n".join(part for part in parts if part) + end).replace(
        "\n", "\r\n" if is_dos else "\n"
    ),
    st.tuples(st.sampled_from(BRANDS), st.sampled_from(REST), st.sampled_from(OWN_RULES)).flatmap(
        st.permutations
    ),
    st.sampled_from(["", "\n", "\n\n", "\n# the end", "\n...\n"]),
    st.booleans(),
)
words = st.text(min_size=1, max_size=30).filter(lambda text: text.strip() == text and text.isprintable())
items = st.tuples(st.just(BRAND), words) | st.tuples(
    st.just(RULES), st.fixed_dictionaries({"name": words, "when": words, "then": st.just({"topic": "order"})})
)


def values(text: str) -> Any:
    return yaml_lines.read(text).value


def without(longer: str, shorter: str) -> bool:
    """Whether the one is the other with pieces put in."""
    signs = iter(longer)
    return all(sign in signs for sign in shorter)


@given(texts, items, st.text(max_size=60))
def test_what_is_added_is_there_and_every_other_sign_stays(
    text: str, added: tuple[tuple[str, ...], Item], comment: str
) -> None:
    path, item = added
    before, after = values(text), insert_first(text, path, item, comment)
    changed = values(after)
    place, old = changed, before
    for key in path[:-1]:
        place, old = place[key], old[key]
    assert place[path[-1]] == [item, *(old.get(path[-1]) or [])]
    place[path[-1]] = old.get(path[-1])
    assert {key: part for key, part in changed.items() if part is not None} == {
        key: part if key != "brand" else part | ({"not": None} if "not" in place and "not" not in old else {})
        for key, part in before.items()
        if part is not None
    }
    assert without(after, text)
    added_lines = [line for line in after.splitlines() if line not in text.splitlines()]
    assert len(added_lines) <= 7
    assert ("\r\n" in text) == ("\r\n" in after) or "\n" not in text
    assert "\r\n" not in text or "\n" not in after.replace("\r\n", "")


@pytest.mark.parametrize("path", [BRAND, RULES])
def test_whole_lines_are_added_to_the_example_and_no_other_changes(path: tuple[str, ...]) -> None:
    text = example_rules()
    after = insert_first(text, path, RULE if path == RULES else "pizzeria da aurora", COMMENT)
    assert [line for line in after.splitlines() if line in text.splitlines()] == text.splitlines()
    parse(after, Path("rules.yaml"), {})
    number = next(n for n, line in enumerate(after.splitlines()) if COMMENT in line)
    assert after.splitlines()[number + 1].lstrip().startswith("- ")


def test_a_term_goes_under_its_key_with_the_comment_above() -> None:
    text = "brand:\n  name: A\n  not:  # others\n    # pizza\n    - bar\ntelegram: {chat: -1}\n"
    assert insert_first(text, BRAND, "pizzeria: da Ciro", COMMENT) == (
        "brand:\n  name: A\n  not:  # others\n"
        f'    # {COMMENT}\n    - "pizzeria: da Ciro"\n'
        "    # pizza\n    - bar\ntelegram: {chat: -1}\n"
    )


def test_the_first_rule_of_a_file_goes_to_its_end() -> None:
    assert insert_first("brand: {name: A}\n", RULES, RULE, COMMENT) == (
        f"brand: {{name: A}}\n\n# {COMMENT}\n"
        "rules:\n  - name: torna\n    when: quando torna\n    then: {category: question}\n"
    )


def test_a_comment_can_break_out_of_its_line_nowhere() -> None:
    after = insert_first("brand: {name: A}\n", BRAND, "x", "Anna\nbrand: {name: B}\u2028rules: 1")
    assert values(after) == {"brand": {"name": "A", "not": ["x"]}}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("others: &o [a]\nbrand: {name: A, not: *o}\n", BRAND),
        ("brand: {name: A, not: &o [a]}\nothers: *o\n", BRAND),
        ("brand:\n  name: A\n  not: ~\n", BRAND),
        ("brand:\n  name: A\n  ? not\n  : - a\n", BRAND),
    ],
)
def test_what_cannot_be_changed_alone_is_left_to_a_person(text: str, path: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="add pizzeria yourself"):
        insert_first(text, path, "pizzeria", COMMENT)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_bytes(codecs.BOM_UTF8 + b"brand: {name: A}\r\ntelegram:\r\n  chat: ${CHAT}\r\n")
    path.chmod(0o640)
    return path


ENVIRON = {"CHAT": "-100"}


def test_mode_mark_and_secrets_stay(rules: Path) -> None:
    add_first(rules, ENVIRON, BRAND, "pizzeria", COMMENT)
    content = rules.read_bytes()
    assert content.startswith(codecs.BOM_UTF8)
    assert content.removeprefix(codecs.BOM_UTF8) == (
        f"# {COMMENT}\r\nbrand: {{not: [pizzeria], name: A}}\r\ntelegram:\r\n  chat: ${{CHAT}}\r\n".encode()
    )
    assert stat.S_IMODE(rules.stat().st_mode) == 0o640
    assert [path.name for path in rules.parent.iterdir()] == ["rules.yaml"]


def test_a_link_stays_a_link(rules: Path, tmp_path: Path) -> None:
    link = tmp_path / "linked.yaml"
    link.symlink_to(rules)
    add_first(link, ENVIRON, BRAND, "pizzeria", COMMENT)
    assert link.is_symlink()
    assert b"pizzeria" in rules.read_bytes()


def test_the_same_twice_is_written_once(rules: Path) -> None:
    add_first(rules, ENVIRON, BRAND, "pizzeria", COMMENT)
    before = rules.read_bytes()
    add_first(rules, ENVIRON, BRAND, "pizzeria", "accepted by Paolo")
    assert rules.read_bytes() == before


@pytest.mark.parametrize(
    ("item", "keys"), [(RULE | {"then": {"category": "rage"}}, RULES), ("\u200b", BRAND)]
)
def test_what_would_not_load_is_not_written(rules: Path, item: Item, keys: tuple[str, ...]) -> None:
    before = rules.read_bytes()
    with pytest.raises(ConfigError, match="would no longer be right"):
        add_first(rules, ENVIRON, keys, item, COMMENT)
    assert rules.read_bytes() == before
    assert [path.name for path in rules.parent.iterdir()] == ["rules.yaml"]


def test_a_file_that_somebody_saves_meanwhile_keeps_both_changes(
    rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves = iter([b"# one\n", b""])

    def parse_slowly(*args: Any) -> Any:
        rules.write_bytes(next(saves, b"") + rules.read_bytes().removeprefix(codecs.BOM_UTF8))
        return parse(*args)

    monkeypatch.setattr(amending, "parse", parse_slowly)
    add_first(rules, ENVIRON, BRAND, "pizzeria", COMMENT)
    assert b"# one" in rules.read_bytes()
    assert b"pizzeria" in rules.read_bytes()


def test_a_file_that_never_rests_is_left_alone(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def parse_slowly(*_args: Any) -> None:
        rules.write_bytes(rules.read_bytes() + b"# again\n")

    monkeypatch.setattr(amending, "parse", parse_slowly)
    with pytest.raises(ConfigError, match="somebody else"):
        add_first(rules, ENVIRON, BRAND, "pizzeria", COMMENT)
    assert b"pizzeria" not in rules.read_bytes()


def test_a_full_disk_leaves_the_file(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    before = rules.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="cannot be changed: No space left"):
        add_first(rules, ENVIRON, BRAND, "pizzeria", COMMENT)
    assert rules.read_bytes() == before
    assert [path.name for path in rules.parent.iterdir()] == ["rules.yaml"]


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"rules\.yaml: cannot be changed: No such file"):
        add_first(tmp_path / "rules.yaml", {}, BRAND, "pizzeria", COMMENT)
