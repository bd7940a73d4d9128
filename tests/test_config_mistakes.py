"""Mistakes in rules.yaml: each is told with its line, its key and what to write instead, all of them at once."""

from pathlib import Path
from typing import Any

import pytest

from reputation_bot.config import RulesFileError, load
from reputation_bot.config.wording import PATTERNS
from reputation_bot.errors import ConfigError
from reputation_bot.settings import Settings
from tests.config_examples import HEAD, ONE_MISTAKE, mistakes, read


@pytest.mark.parametrize(("text", "expected"), ONE_MISTAKE)
def test_a_mistake_is_told_with_file_line_key_and_what_to_write(text: str, expected: list[str]) -> None:
    assert mistakes(text) == expected


def test_a_pattern_that_re2_refuses_is_told_at_its_line() -> None:
    text = f"{HEAD}rules:\n  - {{name: a, when: b, then: {{}}}}\n  - {{name: c, when: {{regex: '(?=a)'}}, then: {{}}}}\n"
    [said] = mistakes(text)
    assert said.startswith("rules.yaml:5: rules.1.when.regex: RE2 does not accept this pattern: ")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines() -> None:
    text = f"""{HEAD}publishing: {{undo: 10}}
operators:
  anna: {{telegram: 5, role: boss}}
  paolo: {{telegram: 6}}
  pietro: {{telegram: 6}}
channels:
  news: {{connector: rss, url: nowhere, evry: 5m}}
  old: {{connector: telegraph}}
rules:
  - {{name: a, when: {{channel: [nwes]}}, then: {{categry: spam}}}}
  - {{name: a, when: {{regex: '('}}, then: {{priority: 3}}}}
language: fr
brand: {{}}
"""
    found = mistakes(text)
    assert [said.split(": ")[:2] for said in found] == [
        ["rules.yaml:3", "publishing.undo"],
        ["rules.yaml:5", "operators.anna.role"],
        ["rules.yaml:7", "operators.pietro.telegram"],
        ["rules.yaml:9", "channels.news.url"],
        ["rules.yaml:9", "channels.news.evry"],
        ["rules.yaml:10", "channels.old.connector"],
        ["rules.yaml:12", "rules.0.then.categry"],
        ["rules.yaml:12", "rules.0.when.channel.0"],
        ["rules.yaml:13", "rules.1.then.priority"],
        ["rules.yaml:13", "rules.1.name"],
        ["rules.yaml:13", "rules.1.when.regex"],
        ["rules.yaml:14", "language"],
        ["rules.yaml:15", "brand"],
    ]
    assert 'channels.news.evry: is not a known key; did you mean "every"?' in "\n".join(found)


def test_the_first_mistake_is_at_hand_as_data() -> None:
    with pytest.raises(RulesFileError) as caught:
        read(f"{HEAD}languages: it\nbrnd: x\n")
    error = caught.value
    assert (error.file, error.line, error.key) == (Path("shop/rules.yaml"), 3, "languages")
    assert [one.line for one in error.errors] == [3, 4]


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "rules.yaml", {})
    assert str(caught.value) == f"rules.yaml: not found in {tmp_path}; make one with: reputation-bot init"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r": is a folder; name the file in it$"):
        load(tmp_path, {})


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes("brand:\n  name: Caffè\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"^rules\.yaml:2: this is not UTF-8: save the file in your editor"):
        load(path, {})


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ConfigError, match=r"is larger than 4 MB: is it the right file\?"):
        load(path, {})


def test_every_pattern_of_the_settings_is_explained_in_words() -> None:
    def patterns(part: Any) -> set[str]:
        if isinstance(part, dict):
            own = {part["pattern"]} if isinstance(part.get("pattern"), str) else set()
            return own.union(*map(patterns, part.values()))
        return set().union(*map(patterns, part)) if isinstance(part, list) else set()

    duration = r"^ *([0-9]{1,9}[smhdw] *)+$"  # says it by itself
    assert patterns(Settings.model_json_schema()) - {duration} == set(PATTERNS)
