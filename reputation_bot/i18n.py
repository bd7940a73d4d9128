"""Finds the words of the staff interface in a language; what they say is in the code (English) and in `locales`."""

import struct
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from reputation_bot.errors import ConfigError

_LOCALES = Path(__file__).with_name("locales")
_SOURCE_LANGUAGE = "en"  # the texts in the code are English and need no catalogue


@dataclass(frozen=True, slots=True)
class Translate:
    """`_("…")`, `_.ngettext("one", "many", n)`, `_.pgettext("where it stands", "…")`; what has no translation stays English."""

    language: str
    catalogue: NullTranslations = field(repr=False, compare=False)

    def __call__(self, message: str) -> str:
        return self.catalogue.gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The form of the text that this language uses for this number."""
        return self.catalogue.ngettext(one, many, number)

    def pgettext(self, context: str, message: str) -> str:
        """For an English word that other languages say differently in different places."""
        return self.catalogue.pgettext(context, message)


@lru_cache
def translator(language: str) -> Translate:
    """Raises ConfigError for a language that the interface does not speak, and for an installation without its catalogue."""
    if language == _SOURCE_LANGUAGE:
        return Translate(language, NullTranslations())
    if language not in languages():
        spoken = ", ".join(languages())
        raise ConfigError(f"the staff interface speaks {spoken}, not {language!r}", key="language")
    compiled = _LOCALES / language / "LC_MESSAGES" / "reputation_bot.mo"
    try:
        with compiled.open("rb") as file:
            return Translate(language, GNUTranslations(file))
    except (OSError, ValueError, struct.error) as error:
        raise ConfigError(
            f"the texts of the staff interface in {language!r} are missing or broken ({compiled.name}): "
            "install reputation-bot again",
            key="language",
        ) from error


def languages() -> list[str]:
    """The languages that the staff interface speaks, sorted."""
    return sorted(
        {_SOURCE_LANGUAGE, *(path.parent.parent.name for path in _LOCALES.glob("*/LC_MESSAGES/*.po"))}
    )
