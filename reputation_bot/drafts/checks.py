"""Checks the texts of rules.yaml for variables that do not exist; the rest of the file is `config`'s job."""

from difflib import get_close_matches

from reputation_bot.drafts.filling import VARIABLE, VARIABLES
from reputation_bot.errors import ConfigError
from reputation_bot.ports import for_staff
from reputation_bot.settings import Settings


def check_canned(settings: Settings) -> None:
    """Raises ConfigError for the first variable that does not exist, with a key such as `canned.0.text.it`."""
    for number, canned in enumerate(settings.canned):
        for part, texts in (("text", canned.text), ("short", canned.short)):
            _check(texts, f"canned.{number}.{part}")


def check_faq(settings: Settings) -> None:
    """Raises ConfigError for the first variable that does not exist, with a key such as `faq.0.answer.it`."""
    for number, entry in enumerate(settings.faq):
        _check(entry.answer, f"faq.{number}.answer")


def unknown_variable(text: str) -> str | None:
    """The first variable that does not exist."""
    return next((name for name in VARIABLE.findall(text) if name not in VARIABLES), None)


def _check(texts: dict[str, str], key: str) -> None:
    for lang, text in texts.items():
        if (name := unknown_variable(text)) is not None:
            raise ConfigError(_unknown(name), key=f"{key}.{lang}")


def _unknown(name: str) -> str:
    near = get_close_matches(name.strip(), VARIABLES, n=1, cutoff=0.6)
    known = ", ".join(f"{{{variable}}}" for variable in sorted(VARIABLES))
    if near:
        return for_staff(f"there is no {{{name}}}, did you mean {{{near[0]}}}?")
    return for_staff(f"there is no {{{name}}}; there are {known}")
