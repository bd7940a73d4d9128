"""Puts items at the head of a list, or keys at the end of a mapping, into a YAML text; every other sign stays; writing is `amend`'s job.

ruamel.yaml tells where things stand. Its own round trip is not used to write: it re-wraps long lines, normalises the spaces in
`{ a: b }` and the indentation of lists, and turns CRLF into LF, so a file by hand would come back changed everywhere.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reputation_bot.config import yaml_lines
from reputation_bot.errors import ConfigError

Item = str | dict[str, Any]

_PLAIN = re.compile(r"[^\W\d_][\w'’ -]*")  # needs no quotes, in lists between brackets neither
_NO_TEXT = frozenset({"true", "false", "null"})
_FIRST_ITEM = re.compile(r"(?: *(?:#.*)?\r?\n)*( *)")  # blank lines and comments may stand above it
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")


def insert_first(text: str, path: Sequence[str], item: Item, comment: str) -> str:
    """What `insert_all` does, for one item."""
    return insert_all(text, path, [item], comment)


def insert_all(text: str, path: Sequence[str], items: Sequence[Item], comment: str) -> str:
    """The text with the items first in the list at `path` (keys from the top), which is made if it is not there, and a comment on them.

    Whatever way is found, the result is read again and must say what the text said, and the items; else ConfigError.
    """
    wanted = _with_items(yaml_lines.read(text).value, path, items)
    remark = _BREAKS.sub(" ", comment).strip()
    for attempt in _attempts(text, path, items, remark):
        if _says(attempt, wanted):
            return attempt
    raise ConfigError(
        f"cannot be changed here without touching the rest: add {_flow(items[0])} yourself",
        key=".".join(path),
    )


def insert_keys(text: str, name: str, items: Mapping[str, dict[str, Any]], comment: str) -> str:
    """The text with these keys and what they hold last in the mapping `name` at the top, and a comment on them.

    The same holds as for `insert_all`. The keys must be new.
    """
    value = yaml_lines.read(text).value
    if not isinstance(value, dict):
        raise ConfigError("does not begin with a key such as brand:")
    wanted = {**copy.deepcopy(value), name: {**(value.get(name) or {}), **items}}
    remark = _BREAKS.sub(" ", comment).strip()
    for attempt in _with_keys(text, name, items, remark):
        if _says(attempt, wanted):
            return attempt
    raise ConfigError("cannot be changed here without touching the rest: add them yourself", key=name)


def _with_keys(text: str, name: str, items: Mapping[str, dict[str, Any]], comment: str) -> Iterator[str]:
    root = _compose(text)
    found = None if root.flow_style else _child(root, name)
    if root.flow_style:
        return
    if found is None:
        yield _put(text, len(text), ["", f"# {comment}", f"{name}:", *_key_lines(items, "  ")])
        yield _put(text, _next_line(text, _end_of(root)), [f"{name}:", *_key_lines(items, "  ")])
        return
    key, node = found
    if getattr(node, "flow_style", None):
        pieces = ", ".join(f"{one}: {_flow(item)}" for one, item in items.items())
        yield _in_brackets(text, node, "{", pieces, comment, key.start_mark.index)
    elif isinstance(node.value, list) and node.value and node.start_mark.index > key.end_mark.index:
        indent = _indent(text, node.value[0][0].start_mark.index)
        lines = [f"{indent}# {comment}", *_key_lines(items, indent)]
        yield _put(text, _next_line(text, _end_of(node)), lines)
        yield _put(text, text.rfind("\n", 0, node.value[0][0].start_mark.index) + 1, lines)
    elif not node.value:
        yield _put(text, _next_line(text, key.end_mark.index), [f"  # {comment}", *_key_lines(items, "  ")])


def _key_lines(items: Mapping[str, dict[str, Any]], indent: str) -> list[str]:
    return [
        line
        for name, item in items.items()
        for line in (f"{indent}{name}:", *(f"{indent}  {key}: {_flow(value)}" for key, value in item.items()))
    ]


def _says(text: str, wanted: object) -> bool:
    try:
        document = yaml_lines.read(text)
    except ConfigError:
        return False
    return document.value == wanted and not document.mistakes


def _with_items(value: object, path: Sequence[str], items: Sequence[Item]) -> object:
    if not isinstance(value, dict):
        raise ConfigError("does not begin with a key such as brand:")
    changed = copy.deepcopy(value)  # an alias and its anchor are one object: only this place shall change
    place = changed
    for key in path[:-1]:
        place[key] = dict(place.get(key) or {})
        place = place[key]
    place[path[-1]] = [*items, *(place.get(path[-1]) or [])]
    return changed


def _attempts(text: str, path: Sequence[str], items: Sequence[Item], comment: str) -> Iterator[str]:
    """The ways to write them, the prettiest first."""
    root = node = _compose(text)
    top_line = root.start_mark.index
    for depth, name in enumerate(path):
        found = _child(node, name)
        if found is None:
            yield from _new_key(text, node, path[depth:], items, comment, top_line)
            return
        key, node = found
        if depth == 0 and not root.flow_style:
            top_line = key.start_mark.index
        if node.start_mark.index < key.end_mark.index:
            return  # an alias: what it stands for is said elsewhere too
    yield from _into_list(text, key, node, items, comment, top_line)


def _into_list(
    text: str, key: Any, node: Any, items: Sequence[Item], comment: str, top_line: int
) -> Iterator[str]:
    if getattr(node, "flow_style", None):
        yield _in_brackets(text, node, "[", _flows(items), comment, top_line)
        return
    after_key = _next_line(text, key.end_mark.index)
    if isinstance(node.value, list):
        first = _FIRST_ITEM.match(text, after_key)
        indent = first[1] if first else ""
    else:  # nothing stands after the key
        indent = _indent(text, key.start_mark.index) + "  "
    yield _put(text, after_key, [f"{indent}# {comment}", *_blocks(items, indent)])


def _new_key(
    text: str, parent: Any, names: Sequence[str], items: Sequence[Item], comment: str, top_line: int
) -> Iterator[str]:
    if parent.flow_style:
        inner = f"[{_flows(items)}]"
        for name in names[:0:-1]:
            inner = f"{{{name}: {inner}}}"
        yield _in_brackets(text, parent, "{", f"{names[0]}: {inner}", comment, top_line)
        return
    first = parent.value[0][0].start_mark.index
    indent = _indent(text, first)
    lines, deeper = [f"{indent}# {comment}"], indent
    for name in names:
        lines.append(f"{deeper}{name}:")
        deeper += "  "
    lines += _blocks(items, deeper)
    is_top = parent.start_mark.index == top_line
    yield _put(text, len(text), ["", *lines] if is_top and text.strip() else lines)
    yield _put(text, _next_line(text, _end_of(parent)), lines)
    yield _put(text, text.rfind("\n", 0, first) + 1, lines)


def _in_brackets(text: str, node: Any, bracket: str, piece: str, comment: str, top_line: int) -> str:
    """Between brackets there is no room for a comment: it goes over the key at the top."""
    inside = text.index(bracket, node.start_mark.index) + 1
    changed = text[:inside] + piece + (", " if node.value else "") + text[inside:]
    return _put(changed, text.rfind("\n", 0, top_line) + 1, [f"# {comment}"])


def _put(text: str, place: int, lines: Sequence[str]) -> str:
    """Whole lines, before the line that begins at `place` or after the last."""
    end = "\r\n" if "\r\n" in text else "\n"
    block = "".join(line + end for line in lines)
    if place and text[place - 1] != "\n":
        block = end + block.removesuffix(end)
    return text[:place] + block + text[place:]


def _compose(text: str) -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415  # not needed by any poll
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        raise ConfigError("cannot be read for writing", line=None if line is None else line + 1) from None
    return root


def _child(node: Any, name: str) -> tuple[Any, Any] | None:
    return next(((key, value) for key, value in node.value if key.value == name), None)


def _end_of(node: Any) -> int:
    """Where the last thing said in a block ends: the block's own end lies behind the comments that follow it."""
    while isinstance(node.value, list) and not node.flow_style and node.value:
        last = node.value[-1]
        key, node = last if isinstance(last, tuple) else (None, last)
        if key is not None and node.value == "":
            node = key
    return int(node.end_mark.index)


def _next_line(text: str, index: int) -> int:
    found = text.find("\n", max(index - 1, 0) if text[index - 1 : index] == "\n" else index)
    return found + 1 if found >= 0 else len(text)


def _indent(text: str, index: int) -> str:
    return " " * (index - text.rfind("\n", 0, index) - 1)


def _blocks(items: Sequence[Item], indent: str) -> list[str]:
    return [line for item in items for line in _block(item, indent)]


def _block(item: Item, indent: str) -> list[str]:
    if isinstance(item, str):
        return [f"{indent}- {_flow(item)}"]
    lines = [f"{key}: {_flow(value)}" for key, value in item.items()]
    return [f"{indent}{'  ' if number else '- '}{line}" for number, line in enumerate(lines)]


def _flows(items: Sequence[Item]) -> str:
    return ", ".join(map(_flow, items))


def _flow(value: Item) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(inner)}' for key, inner in value.items())}}}"
    is_plain = _PLAIN.fullmatch(value) and value == value.strip() and value.lower() not in _NO_TEXT
    return value if is_plain else json.dumps(value, ensure_ascii=False)
