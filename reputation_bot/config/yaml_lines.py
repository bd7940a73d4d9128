"""YAML text to plain values, with the line of every key; what the keys mean is `config`'s job.

Scalars are read as YAML 1.2 has them: only true and false are booleans, `no` and `10:30` are text, there are no dates.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml import (
    AliasEvent,
    CollectionStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from reputation_bot.errors import ConfigError
from reputation_bot.ports import for_staff

MAX_DEPTH = 40
MAX_VALUES = 200_000  # aliases counted as often as they are used
_TEXT_TAGS = {"!", "tag:yaml.org,2002:str"}
_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# forty digits: more cannot be meant as a number, and Python refuses to read thousands of them
_INT = re.compile(r"[-+]?[0-9]{1,40}|0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROL_CHARACTER = for_staff(
    "holds a control character: in \"…\" a backslash has a meaning of its own (\\b, \\a, \\x…), so put patterns in '…'"
)


@dataclass(frozen=True, slots=True)
class Document:
    """What the text says. `lines` maps dotted keys (`rules.1.then`) to lines from 1; `mistakes` did not stop the reading."""

    value: object
    lines: dict[str, int]
    mistakes: list[ConfigError]

    def line_of(self, key: str) -> int | None:
        """The line of the key, or of the nearest key around it."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return self.lines.get(key)


def read(text: str) -> Document:
    """Raises ConfigError, with its line and in plain words, for what is no YAML or is made to take all memory."""
    reader = _Reader(text)
    try:
        return reader.document()
    except yaml.reader.ReaderError as error:
        line = text.encode(errors="replace")[: error.position].count(b"\n") + 1
        raise ConfigError(
            f"an invisible control character stands here (number {error.character}): delete it", line=line
        ) from None
    except UnicodeEncodeError as error:
        raise ConfigError(
            "a broken character stands here: delete it", line=text[: error.start].count("\n") + 1
        ) from None
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text) from None


class _Reader:
    """Builds values from the parser's events: libyaml's own composer overflows the stack on deep nesting."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[str, int] = {}
        self._mistakes: list[ConfigError] = []
        self._anchors: dict[str, tuple[object, int]] = {}  # with the number of values inside
        self._count = 0

    def document(self) -> Document:
        self._events: Iterator[Event] = yaml.parse(self._text, Loader=yaml.CSafeLoader)
        next(self._events)  # start of the stream
        value: object = None
        if not isinstance(next(self._events), yaml.StreamEndEvent):
            value = self._value(next(self._events), "", 0)
            next(self._events)  # end of the document
            if not isinstance(second := next(self._events), yaml.StreamEndEvent):
                raise ConfigError("a second document begins here: remove the line ---", line=_line(second))
        return Document(value, self._lines, self._mistakes)

    def _value(self, event: Event, key: str, depth: int) -> object:
        self._lines.setdefault(key, _line(event))
        self._count += 1
        if isinstance(event, AliasEvent):
            return self._alias(event, depth)
        if depth > MAX_DEPTH:
            raise ConfigError(f"this is nested deeper than {MAX_DEPTH} levels", line=_line(event))
        before = self._count
        value = (
            self._scalar(event, key) if isinstance(event, ScalarEvent) else self._inside(event, key, depth)
        )
        if isinstance(event, NodeEvent) and event.anchor is not None:
            self._anchors[event.anchor] = (value, self._count - before + 1)
        return value

    def _inside(self, event: Event, key: str, depth: int) -> object:
        if isinstance(event, CollectionStartEvent) and event.tag is not None:
            self._refuse_tag(event.tag, event, key)
        return (
            self._mapping(key, depth) if isinstance(event, MappingStartEvent) else self._sequence(key, depth)
        )

    def _mapping(self, key: str, depth: int) -> dict[str, object]:
        mapping: dict[str, object] = {}
        first_lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            name = self._name(event)
            inner = f"{key}.{name}" if key else name
            if name in mapping:
                said = for_staff(f"stands twice: see also line {first_lines[name]}")
                self._mistake(said, event, inner)
            else:
                self._lines[inner] = first_lines[name] = _line(event)
            value = self._value(next(self._events), inner, depth + 1)
            mapping.setdefault(name, value)
        return mapping

    def _sequence(self, key: str, depth: int) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._value(event, f"{key}.{len(items)}" if key else str(len(items)), depth + 1))
        return items

    def _name(self, event: Event) -> str:
        if not isinstance(event, ScalarEvent):
            raise ConfigError("a key must be a word, not a list, a group or an alias", line=_line(event))
        if event.value == "<<" and not event.style:
            raise ConfigError("merging with << is not possible here: write the keys out", line=_line(event))
        name = str(event.value)
        if "\n" in name or _CONTROL.search(name):
            raise ConfigError("a key must stand on one line", line=_line(event))
        return name

    def _alias(self, event: AliasEvent, depth: int) -> object:
        if event.anchor not in self._anchors:
            raise ConfigError(
                f'nothing above is marked &{event.anchor}; a text that begins with * goes in quotes: "*…"',
                line=_line(event),
            )
        value, size = self._anchors[event.anchor]
        self._count += size
        if self._count > MAX_VALUES:
            raise ConfigError(f"the aliases stand for more than {MAX_VALUES:,} values", line=_line(event))
        if depth + _height(value) > MAX_DEPTH:
            raise ConfigError(f"this is nested deeper than {MAX_DEPTH} levels", line=_line(event))
        return value

    def _scalar(self, event: ScalarEvent, key: str) -> object:
        if event.tag is not None and event.tag not in _TEXT_TAGS:
            self._refuse_tag(event.tag, event, key)
        if _CONTROL.search(event.value):
            self._mistake(_CONTROL_CHARACTER, event, key)
        return event.value if event.style or event.tag else _resolve(event.value)

    def _refuse_tag(self, tag: str, event: Event, key: str) -> None:
        said = for_staff(f"{tag} is not understood; a text that begins with ! goes in quotes")
        self._mistake(said, event, key)

    def _mistake(self, problem: str, event: Event, key: str) -> None:
        self._mistakes.append(ConfigError(problem, line=_line(event), key=key or None))


def _resolve(text: str) -> object:
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INT.fullmatch(text):
        return int(text, 0 if text.startswith(("0o", "0x")) else 10)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _height(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_height, inner), default=-1)


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 1


_OPEN_LIST = for_staff("a list opened with [ is not closed with ], or a comma is missing")
_OPEN_GROUP = "a group opened with { is not closed with }, or a comma is missing"  # as a msgid it has gaps for the braces
# what libyaml says -> what a person can do; the first that fits. True: the line where the construct began
_SYNTAX: list[tuple[str, bool, str]] = [
    ("mapping values are not allowed", False, for_staff("a colon too many or a wrong indentation: text with “: ” goes in quotes")),
    ("expected ',' or ']'", True, _OPEN_LIST),
    ("expected ',' or '}'", True, _OPEN_GROUP),
    ("unexpected end of stream", True, for_staff("a quote opened here is never closed")),
    ("unknown escape character", False, for_staff("in \"…\" a backslash is written twice (\\\\); or put the text in '…'")),
    ("did not find expected key", False, for_staff("a key was expected here: check the indentation and the quotes")),
    ("expected '-' indicator", False, for_staff("a list item (- …) was expected here: check the indentation")),
    ("could not find expected ':'", False, for_staff("a key without its colon, or a text over several lines without quotes")),
    ("expected <document start>", False, for_staff("this does not fit to what stands above: check the indentation")),
    ("tab character", False, for_staff("a tab stands here: indent with spaces")),
    ("incompatible YAML document", False, for_staff("this is another version of YAML: remove the line %YAML")),
]  # fmt: skip


def _syntax_error(error: yaml.MarkedYAMLError, text: str) -> ConfigError:
    problem, mark = error.problem or error.context or "", error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else None
    if "cannot start any token" in problem and mark:
        found = text.splitlines()[mark.line][mark.column : mark.column + 1]
        is_tab = found in {"\t", ""}
        said = (
            "a tab stands here: indent with spaces"
            if is_tab
            else f'a text that begins with {found} goes in quotes: "{found}…"'
        )
        return ConfigError(said, line=line)
    for said_by_libyaml, at_begin, plain in _SYNTAX:
        if said_by_libyaml in problem:
            begin = error.context_mark if at_begin else None
            return ConfigError(plain, line=begin.line + 1 if begin else line)
    return ConfigError(f"this is not valid YAML: {problem}", line=line)
