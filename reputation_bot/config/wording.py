"""Plain words for what pydantic finds wrong with a value or a key; where in the file that is, `mistakes` knows."""

import difflib
import json
from collections.abc import Collection

from pydantic_core import ErrorDetails

_MAX_SHOWN = 40
_NAMED = {"category", "priority", "role"}
_GROUP = "a group of keys, each with a colon"
_WANTED = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "finite": "a number",
    "list": "a list: […], or one line for each item beginning with “- ”",
    "dict": _GROUP,
    "model": _GROUP,
    "union": "a text, or a group of conditions such as all: […]",
    "url": "an address that begins with https:// or http://",
}
_LIMITS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}
PATTERNS = {
    r"^[a-z][a-z0-9_-]*$": "begin with a small letter, then small letters, digits, - and _",
    r"^[a-z][a-z0-9_]*$": "begin with a small letter, then small letters, digits and _",
    r"^[a-z]{2}$": "write the two small letters of a language, such as it or en",
}
EMPTY = "is empty: fill it in or remove the key"


def about_value(details: ErrorDetails, noun: str, source: str | None) -> str:
    """What is wrong with the value. With a `source` (`${NAME}`) neither the value is shown nor what a validator says of it.

    `noun` is the name of the key, for keys whose name says what the value is.
    """
    value = details["input"]
    if value is None or value == "":
        return EMPTY
    predicate, is_safe = _predicate(details, noun)
    if source and not is_safe:
        return about_secret(source)
    if isinstance(value, (dict, list)):
        return predicate.lstrip(": ")
    return f"the value of {source}{predicate}" if source else f"{_shown(value)}{predicate}".lstrip(": ")


def about_secret(source: str) -> str:
    """What is wrong with a value from the environment, where saying more could show it."""
    return f"the value of {source} does not fit here"


def about_key(details: ErrorDetails, key: str) -> str:
    """What is wrong with the key itself, where keys are free or from a list."""
    if details["type"] in {"enum", "literal_error"}:
        return unknown_key(key, expected(details).replace(" or ", ", ").split(", "))
    return f"{quoted(key)}{_predicate(details, '')[0]}"


def unknown_key(key: str, known: Collection[str]) -> str:
    """The text for a key that is not among the known ones."""
    return f"is not a known key; {nearest(key, known)}"


def nearest(name: str, known: Collection[str]) -> str:
    """“did you mean "terms"?”, or what there is."""
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {quoted(close[0])}?" if close else f"known here: {', '.join(known) or 'none'}"


def quoted(text: str) -> str:
    """The text in quotes, cut where it is long."""
    short = text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"
    return json.dumps(short, ensure_ascii=False)


def expected(details: ErrorDetails) -> str:
    """“low, normal or high”."""
    return str(details["ctx"]["expected"]).replace("'", "")


def _predicate(details: ErrorDetails, noun: str) -> tuple[str, bool]:
    """What follows the value; and whether that is known not to hold any part of it."""
    kind, context = details["type"], details.get("ctx", {})
    if kind in {"value_error", "assertion_error"}:
        return f": {context['error']}", False
    if kind in _LIMITS:
        words, name = _LIMITS[kind]
        return f" is not possible here: write {words} {context[name]}", True
    if (said := _said_of(details, noun)) is not None:
        return said, True
    wanted = _WANTED.get(kind.split("_")[0])
    return (f": write {wanted}", True) if wanted else (f": {details['msg']}", False)


def _said_of(details: ErrorDetails, noun: str) -> str | None:
    kind, context = details["type"], details.get("ctx", {})
    said: str | None = None
    match kind:
        case "enum" | "literal_error":
            said = f" is not {f'a {noun}' if noun in _NAMED else 'known'}: write {expected(details)}"
        case "string_pattern_mismatch":
            pattern = context["pattern"]
            said = f" is not possible here: {PATTERNS.get(pattern, f'it must match {pattern}')}"
        case "string_type":
            said = _text_wanted(details["input"])
        case "too_long" | "string_too_long":
            unit = "characters" if kind == "string_too_long" else "items"
            said = f" is too long: at most {context['max_length']} {unit}"
        case "too_short" | "string_too_short":
            is_empty = not details["input"] or context["min_length"] == 1
            said = f" {EMPTY}" if is_empty else f" is too short: at least {context['min_length']}"
    return said


def _text_wanted(value: object) -> str:
    if isinstance(value, bool):
        return " is read as yes or no: put it in quotes"
    if isinstance(value, (int, float)):
        return " is read as a number: put it in quotes"
    return ": write a text"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    return quoted(value) if isinstance(value, str) else ""
