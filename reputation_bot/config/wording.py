"""Plain words for what pydantic finds wrong with a value or a key; where in the file that is, `mistakes` knows."""

import difflib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pydantic_core import ErrorDetails

from reputation_bot.ports import for_staff

_MAX_SHOWN = 40
_GROUP = for_staff("write a group of keys, each with a colon")
_TEXT = for_staff("write a text")
_WANTED = {
    "bool": for_staff("write true or false"),
    "int": for_staff("write a whole number"),
    "float": for_staff("write a number"),
    "finite": for_staff("write a number"),
    "list": for_staff("write a list: […], or one line for each item beginning with “- ”"),
    "dict": _GROUP,
    "model": _GROUP,
    "union": for_staff("write a text, or a group of conditions such as all: […]"),
    "url": for_staff("write an address that begins with https:// or http://"),
}
PATTERNS = {
    r"^[a-z][a-z0-9_-]*$": for_staff("begin with a small letter, then small letters, digits, - and _"),
    r"^[a-z][a-z0-9_]*$": for_staff("begin with a small letter, then small letters, digits and _"),
    r"^[a-z]{2}$": for_staff("write the two small letters of a language, such as it or en"),
}
EMPTY = for_staff("is empty: fill it in or remove the key")


def about_value(details: ErrorDetails, noun: str, source: str | None) -> str:
    """What is wrong with the value. With a `source` (`${NAME}`) neither the value is shown nor what a validator says of it.

    `noun` is the name of the key, for keys whose name says what the value is.
    """
    value = details["input"]
    if value is None or value == "":
        return EMPTY
    said = _said_of(details, noun)
    if source and not said.is_safe:
        return about_secret(source)
    if source:
        return for_staff(f"the value of {source}{said.joint}{said.text}")
    return said.after("" if isinstance(value, (dict, list)) else _shown(value))


def about_secret(source: str) -> str:
    """What is wrong with a value from the environment, where saying more could show it."""
    return for_staff(f"the value of {source} does not fit here")


def about_key(details: ErrorDetails, key: str) -> str:
    """What is wrong with the key itself, where keys are free or from a list."""
    if details["type"] in {"enum", "literal_error"}:
        return unknown_key(key, expected(details).replace(" or ", ", ").split(", "))
    return _said_of(details, "").after(quoted(key))


def unknown_key(key: str, known: Collection[str]) -> str:
    """The text for a key that is not among the known ones."""
    return for_staff(f"is not a known key; {nearest(key, known)}")


def nearest(name: str, known: Collection[str]) -> str:
    """“did you mean "terms"?”, or what there is."""
    if close := difflib.get_close_matches(name, known, n=1):
        return for_staff(f"did you mean {quoted(close[0])}?")
    return for_staff(f"known here: {', '.join(known)}") if known else for_staff("known here: none")


def quoted(text: str) -> str:
    """The text in quotes, cut where it is long."""
    short = text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"
    return json.dumps(short, ensure_ascii=False)


def expected(details: ErrorDetails) -> str:
    """“low, normal or high”."""
    return str(details["ctx"]["expected"]).replace("'", "")


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of a value, and what stands between the two; `is_safe`: it is known not to hold any part of the value."""

    joint: str
    text: str
    is_safe: bool = True

    def after(self, value: str) -> str:
        return f"{value}{self.joint}{self.text}" if value else self.text


def _said_of(details: ErrorDetails, noun: str) -> _Said:
    kind, context = details["type"], details.get("ctx", {})
    if kind in {"value_error", "assertion_error"}:
        return _Said(": ", str(context["error"]), is_safe=False)
    if predicate := _limit(kind, context) or _predicate(details, noun):
        return _Said(" ", predicate)
    if kind == "string_type":
        return _text_wanted(details["input"])
    wanted = _WANTED.get(kind.split("_")[0])
    return _Said(": ", wanted or details["msg"], is_safe=wanted is not None)


def _limit(kind: str, context: Mapping[str, object]) -> str | None:
    match kind:
        case "greater_than":
            return for_staff(f"is not possible here: write more than {context['gt']}")
        case "greater_than_equal":
            return for_staff(f"is not possible here: write at least {context['ge']}")
        case "less_than":
            return for_staff(f"is not possible here: write less than {context['lt']}")
        case "less_than_equal":
            return for_staff(f"is not possible here: write at most {context['le']}")
    return None


def _predicate(details: ErrorDetails, noun: str) -> str | None:
    kind, context = details["type"], details.get("ctx", {})
    match kind:
        case "enum" | "literal_error":
            return _none_of_these(noun, expected(details))
        case "string_pattern_mismatch":
            said = PATTERNS.get(context["pattern"]) or for_staff(f"it must match {context['pattern']}")
            return for_staff(f"is not possible here: {said}")
        case "too_long":
            return for_staff(f"is too long: at most {context['max_length']} items")
        case "string_too_long":
            return for_staff(f"is too long: at most {context['max_length']} characters")
        case "too_short" | "string_too_short":
            is_empty = not details["input"] or context["min_length"] == 1
            return EMPTY if is_empty else for_staff(f"is too short: at least {context['min_length']}")
    return None


def _none_of_these(noun: str, choices: str) -> str:
    match noun:
        case "category":
            return for_staff(f"is not a category: write {choices}")
        case "priority":
            return for_staff(f"is not a priority: write {choices}")
        case "role":
            return for_staff(f"is not a role: write {choices}")
    return for_staff(f"is not known: write {choices}")


def _text_wanted(value: object) -> _Said:
    if isinstance(value, bool):
        return _Said(" ", for_staff("is read as yes or no: put it in quotes"))
    if isinstance(value, (int, float)):
        return _Said(" ", for_staff("is read as a number: put it in quotes"))
    return _Said(": ", _TEXT)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    return quoted(value) if isinstance(value, str) else ""
