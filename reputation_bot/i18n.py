"""Finds the words of the staff interface in a language; what they say is in the code (English) and in `locales`."""

import re
import string
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from reputation_bot.errors import ConfigError

_LOCALES = Path(__file__).with_name("locales")
_SOURCE_LANGUAGE = "en"  # the texts in the code are English and need no catalogue
_LETTERS_OF_A_SENTENCE = 7  # beside its gaps; one with fewer, such as "{name}: {text}", is found in anything
_DEEPEST = 6  # sentences within sentences
# a value as `config.wording` shows it, or the key before it
_HEAD = re.compile(r'(?:(?:"(?:[^"\\]|\\.)*"|-?[0-9][-+0-9.e]*|true|false|\$\{\w+\}):?|[\w./-]+:) ')


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

    def sentence(self, told: str) -> str:
        """A sentence of a connector or of an error (`ports.for_staff`), its gaps filled in; what no catalogue knows stays as it is.

        What a platform said in its own words is a filled gap, and stays so. Gaps may hold such sentences themselves. A value or
        key in front stays too.
        """
        return _sentence(self, told, _DEEPEST)


ENGLISH = Translate(_SOURCE_LANGUAGE, NullTranslations())


@lru_cache
def translator(language: str) -> Translate:
    """Raises ConfigError for a language that the interface does not speak, and for an installation without its catalogue."""
    if language == _SOURCE_LANGUAGE:
        return ENGLISH
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


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A sentence with gaps: its fixed parts, one more than there are gaps, and the gaps' names."""

    message: str
    fixed: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, message: str) -> "_Pattern":
        fixed, names = [""], []
        for literal, name, _form, _conversion in string.Formatter().parse(message):
            fixed[-1] += literal
            if name is not None:
                names.append(name)
                fixed.append("")
        return cls(message, tuple(fixed), tuple(names))

    @property
    def letters(self) -> int:
        return sum(map(str.isalpha, "".join(self.fixed)))

    def values_in(self, told: str) -> dict[str, str] | None:
        """What fills the gaps, each as short as it can be; None where it is another sentence. The time is linear."""
        first, *between, last = self.fixed
        if not told.startswith(first) or not told[len(first) :].endswith(last):
            return None
        begin, end, values = len(first), len(told) - len(last), []
        for part in between:
            found = told.find(part, begin, end) if part else begin
            if found < 0:
                return None
            values.append(told[begin:found])
            begin = found + len(part)
        return dict(zip(self.names, [*values, told[begin:end]], strict=True))

    def filled(self, values: Mapping[str, str]) -> str:
        return "".join(
            literal + (values[name] if name is not None else "")
            for literal, name, _form, _conversion in string.Formatter().parse(self.message)
        )


def _sentence(translate: Translate, told: str, depth: int) -> str:
    if translate.language == _SOURCE_LANGUAGE or " " not in told or not depth:
        return told
    if (known := translate(told)) != told:
        return known
    if (behind := _behind_a_head(translate, told, depth)) is not None:
        return behind
    for pattern in _patterns(translate.language):
        if (values := pattern.values_in(told)) is not None:
            own = {name: _filling(translate, name, value, depth) for name, value in values.items()}
            return _Pattern.of(translate(pattern.message)).filled(own)
    return told


def _behind_a_head(translate: Translate, told: str, depth: int) -> str | None:
    """None where nothing known stands behind one. Comes before the patterns: what is in a value must not look like one of theirs."""
    if not (head := _HEAD.match(told)):
        return None
    rest = told[head.end() :]
    said = _sentence(translate, rest, depth - 1)
    return told[: head.end()] + said if said != rest else None


def _filling(translate: Translate, name: str, value: str, depth: int) -> str:
    """What stands in a gap. Its name tells of lists and of words of ours; any other single word is a value or a key, and stays."""
    match name:
        case "choices":
            return value.replace(" or ", translate.pgettext("joins", " or "))
        case "modules":
            return value.replace(" and ", translate.pgettext("joins", " and "))
        case "kind" if " " not in value:
            return translate(value)
    return _sentence(translate, value, depth - 1)


@lru_cache
def _patterns(language: str) -> tuple[_Pattern, ...]:
    """Every sentence with gaps that the catalogue knows; what says most comes first."""
    catalogue = translator(language).catalogue
    ids: Iterable[object] = getattr(catalogue, "_catalog", ())  # gettext lists them nowhere else
    messages = [one for one in ids if isinstance(one, str) and "{" in one and "\x04" not in one]
    patterns = [_Pattern.of(one) for one in messages]
    sentences = [one for one in patterns if one.names and one.letters >= _LETTERS_OF_A_SENTENCE]
    return tuple(sorted(sentences, key=lambda one: (-one.letters, -len(one.message))))
