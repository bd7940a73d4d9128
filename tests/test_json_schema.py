"""The JSON Schema of rules.yaml: it takes what the program takes, and shows most mistakes in the editor."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reputation_bot import plugins
from reputation_bot.config import example_rules, parse, yaml_lines
from reputation_bot.config.json_schema import json_schema
from reputation_bot.config.mistakes import keys_of
from reputation_bot.errors import ConfigError
from reputation_bot.settings import ChannelSettings
from tests.config_examples import HEAD, MINIMAL, ONE_MISTAKE


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found = json_schema()
    Draft202012Validator.check_schema(found)
    return found


def faults(schema: dict[str, Any], text: str) -> list[str]:
    return [fault.message for fault in Draft202012Validator(schema).iter_errors(yaml_lines.read(text).value)]


@pytest.mark.parametrize("text", [MINIMAL, example_rules(), f"{HEAD}promises: {{first_response: 2h}}\n"])
def test_what_the_program_takes_the_schema_takes(schema: dict[str, Any], text: str) -> None:
    assert faults(schema, text) == []


@pytest.mark.parametrize(
    "channel",
    [
        "{connector: rss}",
        "{connector: rss, url: 'http://x', token: x}",
        "{connector: sandbox, url: 'http://x', evry: 5m}",
        "{connector: telegraph, url: 'http://x'}",
        "{connector: rss, url: 'http://x', every: 5}",
        "{url: 'http://x'}",
    ],
)
def test_each_channel_is_held_to_the_keys_of_its_connector(schema: dict[str, Any], channel: str) -> None:
    text = f"{HEAD}channels: {{news: {channel}}}\n"
    assert faults(schema, text)
    with pytest.raises(ConfigError):
        parse(text, Path("rules.yaml"), {})


def test_most_mistakes_show_in_the_editor_already(schema: dict[str, Any]) -> None:
    readable = []
    for text, _ in ONE_MISTAKE:
        try:
            readable.append(faults(schema, text))
        except ConfigError:
            continue
    assert sum(map(bool, readable)) > 0.7 * len(readable)


def test_every_key_is_described_where_the_cursor_stands(schema: dict[str, Any]) -> None:
    parts = {"": schema, **schema["$defs"]}
    bare = [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, value in part.get("properties", {}).items()
        if not (value.get("description") or parts[value["$ref"].rpartition("/")[2]].get("description"))
    ]
    assert bare == []


def test_the_keys_of_every_connector_are_in_it(schema: dict[str, Any]) -> None:
    channel = schema["$defs"]["ChannelSettings"]
    assert set(channel["properties"]) == set(keys_of(ChannelSettings))
    connectors = {
        rule["if"]["properties"]["connector"]["const"]: set(rule["then"]["properties"])
        for rule in channel["allOf"]
    }
    assert connectors == {
        name: set(keys_of(plugins.load_connector(name).Options)) for name in plugins.connectors()
    }
