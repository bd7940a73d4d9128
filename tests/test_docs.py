"""What a person can use is written down: every command, connector, key of rules.yaml and environment variable."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from reputation_bot import plugins
from reputation_bot.cli import main
from reputation_bot.settings import Settings

ROOT = Path(__file__).parents[1]
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
ALL = "\n".join(
    path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
)


def keys_of(
    schema: dict[str, Any], definitions: dict[str, Any], seen: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Every property name below a JSON Schema."""
    for name, part in schema.get("properties", {}).items():
        yield name
        yield from keys_of(part, definitions, seen)
    choices = (*schema.get("anyOf", []), *schema.get("oneOf", []))
    for part in [schema.get("items"), schema.get("additionalProperties"), *choices]:
        if isinstance(part, dict):
            yield from keys_of(part, definitions, seen)
    reference = schema.get("$ref", "").rpartition("/")[2]
    if reference and reference not in seen:
        yield from keys_of(definitions[reference], definitions, seen | {reference})


SCHEMA = Settings.model_json_schema()


def commands_of(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words: `rules test` is one, `rules` is none."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(commands_of(main))


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_documented(command: str) -> None:
    assert f"| `{command}` |" in OPERATING


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_option_has_help(command: str) -> None:
    for parameter in COMMANDS[command].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{command} {parameter.name}"


@pytest.mark.parametrize("key", sorted(set(keys_of(SCHEMA, SCHEMA["$defs"]))))
def test_every_key_of_rules_yaml_is_documented(key: str) -> None:
    assert re.search(rf"`(?:[\w.<>]+\.)?{key}`", RULES), f"docs/rules.md does not tell of `{key}`"


@pytest.mark.parametrize("name", sorted(plugins.connectors()))
def test_every_connector_has_a_page_that_names_its_options_and_keys(name: str) -> None:
    page = ROOT / "docs" / "connectors" / f"{name}.md"
    assert page.exists(), f"write docs/connectors/{name}.md"
    text, connector = page.read_text(encoding="utf-8"), plugins.find_connector(name)
    for key in [*connector.Options.model_fields, *plugins.about(connector).keys]:
        assert f"`{key}`" in text, f"docs/connectors/{name}.md does not tell of `{key}`"
    assert f"connector: {name}" in text


@pytest.mark.parametrize("name", sorted(plugins.connectors()))
def test_every_connector_is_in_the_list_of_channels(name: str) -> None:
    assert re.search(rf"\[`{name}`\]\(connectors/{name}\.md\)", RULES), f"docs/rules.md does not list {name}"


def test_every_environment_variable_is_documented() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "reputation_bot").rglob("*.py"))
    for variable in sorted(set(re.findall(r"\bREPUTATION_BOT_[A-Z]+\b", code))):
        assert f"`{variable}`" in OPERATING
        assert variable in (ROOT / ".env.example").read_text(encoding="utf-8")


def test_links_between_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"
