"""What is said before any rules.yaml is read, in the language that the environment asks for: help, wrong use, the list of platforms.

In the code it is English. Its catalogue (`terminal.po`) is small and stands apart from that of the staff interface (`i18n`), and
what needs no translation loads neither: `--help` must come at once.
"""

import gettext
import re
from collections.abc import Mapping
from contextlib import suppress
from inspect import cleandoc
from pathlib import Path

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is not empty counts: POSIX.1-2024, 8.2
_DOMAIN = "terminal"
_NOBODYS = "messages"  # where gettext looks unless told otherwise
_LOCALES = Path(__file__).with_name("locales")


def asked_of(environ: Mapping[str, str]) -> list[str]:
    """The languages asked for, the most wanted first: `it` for `it_IT.UTF-8`. Empty where nobody has said anything.

    LANGUAGE goes before the others, unless they ask for none: gnu.org/software/gettext/manual, "The LANGUAGE variable", 2026-11.
    """
    named = next((value for name in _VARIABLES if (value := environ.get(name))), "")
    if _code(named) in {"", "C", "POSIX"}:
        return []
    several = environ.get("LANGUAGE") or named
    return [code for one in several.split(":") if (code := _code(one))]


def speak_as_asked(environ: Mapping[str, str]) -> None:
    """Makes `told` speak it, and click, which asks gettext for its own words. English where the catalogue is missing or broken."""
    gettext.textdomain(_NOBODYS)
    for language in asked_of(environ):
        if language == "en":
            return
        with suppress(Exception):  # nobody is kept from --help by a broken catalogue
            gettext.translation(_DOMAIN, str(_LOCALES), [language])
            gettext.bindtextdomain(_DOMAIN, str(_LOCALES))
            gettext.textdomain(_DOMAIN)
            return


def told(english: str) -> str:
    """A text in the language spoken now; what has no translation stays English."""
    if not english or gettext.textdomain() != _DOMAIN:
        return english
    return gettext.gettext(cleandoc(english))


def _code(named: str) -> str:
    return re.split(r"[_.@]", named)[0]
