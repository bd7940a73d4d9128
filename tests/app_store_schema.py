"""Checks what goes to and comes from App Store Connect against Apple's own description of it, where that is at hand."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.fake_server import Answer, Request
from tests.shared import SHARED

_SPEC = SHARED / "specs" / "appstore-reviews-openapi.json"


def check_exchange(request: Request, answer: Answer) -> None:
    """Raises AssertionError for a request or an answer that Apple's description does not know."""
    if not _SPEC.exists():
        return
    operation, path_parameters = _operation(request)
    known = {one["name"]: one["schema"] for one in operation.get("parameters", []) if one["in"] == "query"}
    asked = {name: values for name, values in request.query.items() if name != "cursor"}  # of its own links
    assert set(asked) <= set(known), f"{set(asked) - set(known)} is no parameter"
    for name, values in asked.items():
        _check(_parameter(known[name], values[0]), known[name])
    if "requestBody" in operation:
        _check(request.json(), operation["requestBody"]["content"]["application/json"]["schema"])
    stated = operation["responses"].get(str(answer.status))
    assert stated, f"{answer.status} is no answer to {request.method} {request.path}"
    _check(json.loads(answer.body), stated["content"]["application/json"]["schema"])
    assert len(path_parameters) <= 1


def _parameter(schema: dict[str, Any], value: str) -> Any:
    match schema["type"]:
        case "array":
            return value.split(",")
        case "integer":
            return int(value)
        case "boolean":
            return {"true": True, "false": False}[value]
        case _:
            return value


def _operation(request: Request) -> tuple[dict[str, Any], list[str]]:
    for path, item in _spec()["paths"].items():
        parts, asked = path.split("/"), request.path.split("/")
        if len(parts) == len(asked) and all(
            part == one or part.startswith("{") for part, one in zip(parts, asked, strict=True)
        ):
            assert request.method.lower() in item, f"{request.method} {path} is not described"
            operation: dict[str, Any] = item[request.method.lower()]
            return operation, [part for part in parts if part.startswith("{")]
    raise AssertionError(f"{request.path} is not described")


def _check(value: Any, schema: dict[str, Any]) -> None:
    whole = {**schema, "components": _spec()["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)


@cache
def _spec() -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(_SPEC.read_text(encoding="utf-8"))
    return spec
