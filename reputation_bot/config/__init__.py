"""Reads rules.yaml and the environment, and reports every mistake with its file, line and key; what the keys mean is in `settings`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reputation_bot import plugins
from reputation_bot.config import crosschecks, wording, yaml_lines
from reputation_bot.config.environment import Filled, fill, read_environment
from reputation_bot.config.mistakes import keys_of, mistakes_in
from reputation_bot.config.yaml_lines import Document
from reputation_bot.errors import ConfigError
from reputation_bot.settings import ChannelSettings, Environment, Settings

MAX_BYTES = 4 << 20
# what keeps the place of a part that is wrong, so that the checks over all parts can go on
_STAND_INS: dict[str, Any] = {"brand": {"name": "?"}, "telegram": {"chat": -1}}


@dataclass(frozen=True, slots=True)
class Config:
    """rules.yaml and the environment, found right. `lines` maps dotted keys (`rules.1.then`) to lines, which count from 1."""

    settings: Settings = field(repr=False)
    environment: Environment
    path: Path
    text: str = field(repr=False)
    lines: Mapping[str, int] = field(repr=False)


class RulesFileError(ConfigError):
    """All mistakes of one file, in the order of its lines: `errors`, never empty. Its text has one line for each."""

    def __init__(self, errors: list[ConfigError]) -> None:
        first = errors[0]
        super().__init__(first.problem, file=first.file, line=first.line, key=first.key)
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))

    def told(self, say: Callable[[str], str]) -> str:
        """One line for each, its problem as `say` puts it."""
        return "\n".join(error.told(say) for error in self.errors)


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Raises RulesFileError with all mistakes at once, or ConfigError for the program's own environment variables."""
    return parse(_text_of(path), path, environ)


def load_example() -> Config:
    """The working example that comes with the program; nothing is taken from the environment."""
    return parse(example_rules(), Path("rules.yaml"), {})


def example_rules() -> str:
    """The text of the example: within the installed package, or at the top of a checkout."""
    package = Path(__file__).parents[1]
    installed, checkout = package / "example" / "rules.yaml", package.parent / "rules.yaml"
    return (installed if installed.exists() else checkout).read_text(encoding="utf-8")


def parse(text: str, path: Path, environ: Mapping[str, str]) -> Config:
    """What `load` does with the text of a file; `path` names it in errors."""
    environment = read_environment(environ)
    try:
        document = yaml_lines.read(text)
    except ConfigError as error:
        raise RulesFileError([ConfigError(error.problem, file=path, line=error.line)]) from None
    filled = fill(document.value, environ)
    settings, found = _check(filled)
    # of a text that was not filled in there is nothing more to say
    unfilled = {mistake.key for mistake in filled.mistakes}
    mistakes = [*document.mistakes, *filled.mistakes, *(one for one in found if one.key not in unfilled)]
    if mistakes or settings is None:
        raise RulesFileError(_in_place(mistakes, document, path))
    return Config(settings, environment, path, text, document.lines)


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        problem = f"not found in {path.absolute().parent}; make one with: reputation-bot init"
    except IsADirectoryError:
        problem = "is a folder; name the file in it"
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    else:
        return _decoded(content, path)
    raise RulesFileError([ConfigError(problem, file=path)])


def _decoded(content: bytes, path: Path) -> str:
    if len(content) > MAX_BYTES:
        raise RulesFileError(
            [ConfigError(f"is larger than {MAX_BYTES >> 20} MB: is it the right file?", file=path)]
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problem = "this is not UTF-8: save the file in your editor with the encoding UTF-8"
        raise RulesFileError([ConfigError(problem, file=path, line=line)]) from None


def _check(filled: Filled) -> tuple[Settings | None, list[ConfigError]]:
    data = filled.value
    if not isinstance(data, dict):
        found = "is empty" if data is None else "does not begin with a key such as brand:"
        return None, [ConfigError(f"{found}; see reputation-bot init for a file to start from")]
    # a section whose lines are all commented out is not there
    data = {key: part for key, part in data.items() if part is not None or key not in Settings.model_fields}
    filled.value = data
    mistakes = [*_options_mistakes(data, filled)]
    settings: Settings | None
    try:
        settings, is_whole = Settings.model_validate(data), True
    except ValidationError as error:
        mistakes += mistakes_in(error, Settings, filled)
        settings, is_whole = _without_wrong_parts(data, error), False
    if settings is not None:
        mistakes += crosschecks.find(settings, list(_mapping(data.get("channels"))), filled)
    return settings if is_whole else None, mistakes


def _options_mistakes(data: dict[str, Any], filled: Filled) -> Iterator[ConfigError]:
    """Mistakes in the keys that belong to connectors; only the connectors named are imported."""
    own_keys = keys_of(ChannelSettings)
    for name, channel in _mapping(data.get("channels")).items():
        connector = _mapping(channel).get("connector")
        if not isinstance(connector, str):
            continue  # Settings says so
        try:
            options = plugins.find_connector(connector).Options
            options.model_validate({key: part for key, part in channel.items() if key not in own_keys})
        except ConfigError as error:
            key = f"channels.{name}.connector"
            source = filled.source(key)
            yield ConfigError(wording.about_secret(source) if source else error.problem, key=key)
        except ValidationError as error:
            yield from mistakes_in(error, options, filled, under=("channels", name), also_known=own_keys)


def _without_wrong_parts(data: dict[str, Any], error: ValidationError) -> Settings | None:
    """The settings with something harmless in the place of every wrong part; None if that cannot be."""
    parts = dict(data)
    for details in error.errors(include_url=False, include_context=False):
        section, *inner = map(str, details["loc"] or ("",))
        items = parts.get(section)
        if inner and isinstance(items, list) and section in {"rules", "canned"}:
            mended = [
                _mended(section, item, index, inner[1:]) if str(index) == inner[0] else item
                for index, item in enumerate(items)
            ]
            parts[section] = mended
        elif inner and isinstance(items, dict) and section in {"operators", "channels"}:
            parts[section] = {name: item for name, item in items.items() if name != inner[0]}
        elif section in _STAND_INS:
            parts[section] = _STAND_INS[section]
        else:
            parts.pop(section, None)
    try:
        return Settings.model_validate(parts)
    except ValidationError:
        return None


def _mended(section: str, item: object, index: int, wrong: list[str]) -> dict[str, Any]:
    name = f"\0{index}"  # no name that anybody writes
    stand_in: dict[str, Any] = {"name": name} | (
        {"when": "x", "then": {}} if section == "rules" else {"text": {"it": "x"}}
    )
    if not wrong or not isinstance(item, dict):
        return stand_in
    key = wrong[0]
    right = {own: part for own, part in item.items() if own != key}
    return right | ({key: stand_in[key]} if key in stand_in else {})


def _in_place(mistakes: list[ConfigError], document: Document, path: Path) -> list[ConfigError]:
    """Each with file and line, in the order of the lines."""
    placed = [
        ConfigError(
            mistake.problem,
            file=path,
            line=mistake.line or document.line_of(mistake.key or ""),
            key=mistake.key,
        )
        for mistake in mistakes
    ]
    return sorted(placed, key=lambda error: error.line or 0)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
