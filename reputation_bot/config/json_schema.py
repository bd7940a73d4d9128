"""The JSON Schema of rules.yaml, by which editors complete and check it; the program itself checks with `config`."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from reputation_bot import i18n, plugins
from reputation_bot.settings import ChannelSettings, Settings

_TEMPLATE = "#/$defs/{model}"


def json_schema() -> dict[str, Any]:
    """Draft 2020-12, with the keys of every installed connector. Raises ConfigError if one of them cannot be loaded."""
    options = {name: plugins.find_connector(name).Options for name in plugins.connectors()}
    models: list[type[BaseModel]] = [Settings, ChannelSettings, *options.values()]
    places, rest = models_json_schema([(model, "validation") for model in models], ref_template=_TEMPLATE)
    definitions: dict[str, Any] = rest["$defs"]
    found = {model: _definition(places[model, "validation"], definitions) for model in models}
    top, channel = found[Settings], found[ChannelSettings]
    top["properties"]["language"]["enum"] = i18n.languages()
    del definitions[places[Settings, "validation"]["$ref"].rpartition("/")[2]]
    _open_channels(channel, {name: found[model] for name, model in options.items()})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **top,
        "title": "rules.yaml of reputation-bot",
        "$defs": definitions,
    }


def _definition(place: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = definitions[place["$ref"].rpartition("/")[2]]
    return found


def _open_channels(channel: dict[str, Any], options: dict[str, dict[str, Any]]) -> None:
    """What else may stand in a channel follows from its connector."""
    own = channel["properties"]
    own["connector"] = {
        "enum": list(options),
        "title": "Connector",
        "description": own["connector"]["description"],
    }
    channel["allOf"] = [
        {
            "if": {"properties": {"connector": {"const": name}}, "required": ["connector"]},
            "then": {
                "properties": keys.get("properties", {}),
                "required": keys.get("required", []),
            },
        }
        for name, keys in options.items()
    ]
    channel.pop("additionalProperties", None)
    channel["unevaluatedProperties"] = False
