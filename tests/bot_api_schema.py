"""Checks Bot API calls and answers against the machine-readable Bot API, as far as it is on this machine."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from reputation_bot.sandbox.parameters import Upload
from reputation_bot.sandbox.server import Running, running
from tests.shared import SHARED

API_FILE = SHARED / "telegram" / "api.json"
_SIMPLE: dict[str, type | tuple[type, ...]] = {
    "Integer": int,
    "String": str,
    "Boolean": bool,
    "Float": (int, float),
}
_LIMIT = re.compile(r"(\d+)-(\d+) (characters|bytes)(?! after entities parsing)")
_TEXT_AFTER_PARSING = {"text": 4096, "caption": 1024}


@contextmanager
def checked_sandbox(*, sample: bool = False) -> Iterator[Running]:
    """A running sandbox; fails at the end if a call that it took, or any answer that it gave, is not as the Bot API has it."""
    problems: list[str] = []

    def observe(method: str, parameters: dict[str, Any], answer: dict[str, Any]) -> None:
        problems.extend(call_problems(method, parameters, answer))

    with running(sample=sample, observe=observe if API_FILE.exists() else None) as sandbox:
        yield sandbox
    assert not problems, "\n".join(problems)


def call_problems(method: str, parameters: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    """What is wrong with one call. A refused call may be as wrong as it likes; its refusal may not."""
    if not answer["ok"]:
        return _refusal_problems(method, answer)
    return _request_problems(method, parameters) + _value_problems(
        answer["result"], _api()["methods"][method]["returns"], f"{method} answered"
    )


def _refusal_problems(method: str, answer: dict[str, Any]) -> list[str]:
    good = isinstance(answer.get("error_code"), int) and isinstance(answer.get("description"), str)
    problems = [] if good else [f"{method}: an error needs error_code and description: {answer}"]
    if "parameters" in answer:
        problems += _value_problems(answer["parameters"], ["ResponseParameters"], f"{method} refused")
    return problems


def _request_problems(method: str, parameters: dict[str, Any]) -> list[str]:
    fields = {field["name"]: field for field in _api()["methods"][method].get("fields", [])}
    problems = [
        f"{method}: {name} is missing"
        for name, field in fields.items()
        if field["required"] and name not in parameters
    ]
    attached = {str(value).removeprefix("attach://") for value in parameters.values()}
    for name, value in parameters.items():
        if isinstance(value, Upload) and name in attached:
            continue
        if name not in fields:
            problems.append(f"{method}: there is no parameter {name}")
        else:
            problems += _field_problems(
                _decoded(value, fields[name]["types"]), fields[name], f"{method}.{name}"
            )
    return problems


def _field_problems(value: Any, field: dict[str, Any], path: str) -> list[str]:
    problems = _value_problems(value, field["types"], path)
    limit = _LIMIT.search(field["description"])
    if limit and isinstance(value, str):
        least, most, unit = int(limit[1]), int(limit[2]), limit[3]
        size = len(value.encode()) if unit == "bytes" else len(value)
        if not least <= size <= most:
            problems.append(f"{path}: {size} {unit}, allowed are {least} to {most}")
    return problems


def _decoded(value: Any, types: list[str]) -> Any:
    """A form has only strings: everything else is in them as JSON."""
    if not isinstance(value, str) or types == ["String"]:
        return value
    try:
        decoded = json.loads(value)
    except json.JSONDecodeError:
        return value
    return value if isinstance(decoded, str) else decoded


def _value_problems(value: Any, types: list[str], path: str) -> list[str]:
    """Empty as soon as one of the types fits; else what is wrong by the type that fits best."""
    found = [_type_problems(value, kind, path) for kind in types]
    return min(found, key=len)


def _type_problems(value: Any, kind: str, path: str) -> list[str]:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{path}: {value!r:.60} is no list"]
        inner = kind.removeprefix("Array of ")
        return [
            problem
            for place, item in enumerate(value)
            for problem in _type_problems(item, inner, f"{path}[{place}]")
        ]
    if kind == "InputFile":
        return [] if isinstance(value, Upload) else [f"{path}: no file"]
    if simple := _SIMPLE.get(kind):
        fits = isinstance(value, simple) and (kind == "Boolean" or not isinstance(value, bool))
        return [] if fits else [f"{path}: {value!r:.60} is no {kind}"]
    return _object_problems(value, kind, path)


def _object_problems(value: Any, kind: str, path: str) -> list[str]:
    described = _api()["types"][kind]
    if subtypes := described.get("subtypes"):
        return _value_problems(value, subtypes, path)
    if not isinstance(value, dict):
        return [f"{path}: {value!r:.60} is no {kind}"]
    fields = {field["name"]: field for field in described.get("fields", [])}
    problems = [
        f"{path}: {kind} needs {name}"
        for name, field in fields.items()
        if field["required"] and name not in value
    ]
    for name, inner in value.items():
        if name not in fields:
            problems.append(f"{path}: {kind} has no {name}")
        else:
            problems += _field_problems(inner, fields[name], f"{path}.{name}")
        if kind == "Message" and len(str(inner)) > _TEXT_AFTER_PARSING.get(name, len(str(inner))):
            problems.append(f"{path}.{name}: longer than Telegram stores")
    return problems


@cache
def _api() -> dict[str, Any]:
    api: dict[str, Any] = json.loads(API_FILE.read_text())
    return api
