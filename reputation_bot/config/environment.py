"""What the environment brings: the program's own variables, and values for `${NAME}` in rules.yaml; errors never show a value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from reputation_bot.errors import ConfigError
from reputation_bot.settings import Environment

# "$${" stands for the signs themselves; anything else that begins with "${" must be a name
_REFERENCE = re.compile(r"\$\$\{|\$\{([^}\n]*)(\}?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOKEN = re.compile(r"[A-Za-z0-9:_-]+")  # it becomes a part of an address


def read_environment(environ: Mapping[str, str]) -> Environment:
    """The program's own variables; an empty one counts as not set. Raises ConfigError without showing a value."""
    given = {
        name: value
        for name in ("token", "api", "store", "rules")
        if (value := environ.get(f"REPUTATION_BOT_{name.upper()}", "").strip())
    }
    if "token" in given and not _TOKEN.fullmatch(given["token"]):
        raise ConfigError(
            "is not a bot token: copy it again as @BotFather wrote it, with nothing before or after",
            key="REPUTATION_BOT_TOKEN",
        )
    if "api" in given:
        given["api"] = given["api"].rstrip("/").removesuffix("/bot")
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", given["api"]):
            raise ConfigError("write an address such as http://127.0.0.1:8800", key="REPUTATION_BOT_API")
    token = given.pop("token", None)
    return Environment(token=SecretStr(token) if token else None, **given)


@dataclass(slots=True)
class Filled:
    """A value with its `${NAME}` replaced. `names` maps the dotted keys of values that hold something from the environment."""

    value: object = field(default=None, repr=False)
    names: dict[str, str] = field(default_factory=dict)
    mistakes: list[ConfigError] = field(default_factory=list)

    def source(self, key: str) -> str | None:
        """`${NAME}` if the value of this key, or a value inside it, came from the environment."""
        return next(
            (f"${{{name}}}" for own, name in self.names.items() if own == key or own.startswith(f"{key}.")),
            None,
        )


def fill(value: object, environ: Mapping[str, str]) -> Filled:
    """Replaces `${NAME}` in all texts, however deep. A name that is not set or empty is a mistake, its text stays."""
    filled = Filled()
    filled.value = _fill(value, "", environ, filled)
    return filled


def _fill(value: object, key: str, environ: Mapping[str, str], filled: Filled) -> object:
    if isinstance(value, dict):
        return {name: _fill(inner, _dotted(key, name), environ, filled) for name, inner in value.items()}
    if isinstance(value, list):
        return [_fill(inner, _dotted(key, index), environ, filled) for index, inner in enumerate(value)]
    if isinstance(value, str) and "${" in value:
        return _fill_text(value, key, environ, filled)
    return value


def _fill_text(text: str, key: str, environ: Mapping[str, str], filled: Filled) -> str:
    def replacement(found: re.Match[str]) -> str:
        if found[0] == "$${":
            return "${"
        name, closed = found[1], found[2]
        if not closed or not _NAME.fullmatch(name):
            problem = "${…} takes the name of an environment variable; for the signs themselves write $${"
        elif not environ.get(name):
            problem = f"the environment variable {name} is not set (or empty)"
        else:
            filled.names[key] = name
            return environ[name]
        filled.mistakes.append(ConfigError(problem, key=key))
        return found[0]

    return _REFERENCE.sub(replacement, text)


def _dotted(key: str, part: object) -> str:
    return f"{key}.{part}" if key else str(part)
