"""In which language the terminal speaks: that which rules.yaml names, however wrong the rest of it is, else that of the environment."""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from reputation_bot import i18n
from reputation_bot.config import MAX_BYTES, yaml_lines
from reputation_bot.errors import ConfigError
from reputation_bot.i18n import Translate
from reputation_bot.settings import Settings
from reputation_bot.spoken import asked_of

_ENGLISH = "en"
_LINE = re.compile(r"^language[ \t]*:[ \t]*([\"']?)([a-z]{2})\1[ \t]*(?:#.*)?\r?$", re.MULTILINE)


def for_file(path: Path, environ: Mapping[str, str]) -> Translate:
    """The words for whoever reads of an error with this file, which may be missing or broken. Never raises."""
    return _first_spoken(_named_in(path), *asked_of(environ))


def for_settings(settings: Settings, environ: Mapping[str, str]) -> Translate:
    """The same for a file that has been read. Never raises."""
    named = settings.language if "language" in settings.model_fields_set else None
    return _first_spoken(named, *asked_of(environ))


def for_environment(environ: Mapping[str, str]) -> Translate:
    """The same where no file is concerned. Never raises."""
    return _first_spoken(*asked_of(environ))


def _named_in(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return None
    if found := _LINE.search(text):
        return found[2]
    with suppress(ConfigError):  # such as {language: it, …}
        value = yaml_lines.read(text).value
        named = value.get("language") if isinstance(value, dict) else None
        return named if isinstance(named, str) else None
    return None


def _first_spoken(*languages: str | None) -> Translate:
    """English where none is, and where the catalogue is broken: what is told may be just that."""
    spoken = i18n.languages()
    language = next((one for one in languages if one in spoken), _ENGLISH)
    with suppress(ConfigError):
        return i18n.translator(language)
    return i18n.translator(_ENGLISH)
