"""What errors quote in the words of others (RE2, expat, csv, YAML, pydantic, the system), taken from them; and what is put together."""

import csv
import errno
import io
import os
from collections.abc import Iterator
from typing import get_args
from xml.parsers.expat import errors

import re2
import yaml
from pydantic import BaseModel, ValidationError

from reputation_bot import plugins
from reputation_bot.settings import FaqEntry, Settings

PUT_TOGETHER = (
    # with a list that may be empty, begins with words, or ends with another
    "there is no channel 'x'; rules.yaml names: none",
    "a day or days such as mon, mon-fri or lun-ven, closed, open",
    "a quote is opened here that is not closed as it should be, or a cell is too long (x)",
    "write a day such as 2026-12-24",
    # in the catalogue their braces are gaps
    "a group opened with { is not closed with }, or a comma is missing",
    # told of what has two states
    "x is empty and was left as it is. x",
    "x is damaged (x) and was left as it is. x",
    "process 7",
    "another process",
    # fill the gap `kind`
    "connector",
    "storage",
    "store",
    "archive",
    "All connection attempts failed",  # httpx, through anyio, when nothing listens
)
_PATTERNS = ("(a", "[a", "a)", "\\", "*a", "a**", "(?=a)", "a{1001}", "[z-a]", "\\q", "(?P<>a)")
_XML = (
    errors.XML_ERROR_NO_ELEMENTS,
    errors.XML_ERROR_INVALID_TOKEN,
    errors.XML_ERROR_UNCLOSED_TOKEN,
    errors.XML_ERROR_TAG_MISMATCH,
    errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT,
    errors.XML_ERROR_UNDEFINED_ENTITY,
)
_SYSTEM = (
    *("EACCES", "ENOENT", "ENOSPC", "EROFS", "EISDIR", "ENOTDIR", "EPERM", "EADDRINUSE", "EADDRNOTAVAIL"),
    *("EMFILE", "EIO", "EDQUOT", "ENAMETOOLONG"),
)


def sentences() -> set[str]:
    """Each as it may be quoted."""
    return {
        *PUT_TOGETHER,
        *map(_refusal, _PATTERNS),
        *_XML,
        *(os.strerror(getattr(errno, name)) for name in _SYSTEM),
        _csv_fault('"a'),
        _csv_fault("a" * (csv.field_size_limit() + 1)),
        _yaml_fault("a: }"),
        _pydantic_fault("a" * 501),
    }


def descriptions() -> set[str]:
    """What is said of keys that must be given, where they are missing: of our own and of every connector."""
    models = [Settings, *(plugins.find_connector(name).Options for name in plugins.connectors())]
    inside = {one for model in models for one in _models_in(model)}
    fields = [field for model in inside for field in model.model_fields.values()]
    return {field.description.rstrip(".") for field in fields if field.is_required() and field.description}


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        fields = annotation.model_fields.values()
        parts = [field.annotation for field in fields if not _holds(field.annotation, annotation)]
    else:
        parts = list(get_args(annotation))
    for part in parts:
        yield from _models_in(part)


def _holds(annotation: object, model: type[BaseModel]) -> bool:
    """Conditions stand within conditions."""
    return annotation is model or any(_holds(part, model) for part in get_args(annotation))


def _refusal(pattern: str) -> str:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as refusal:
        return str(refusal.args[0].decode())
    raise AssertionError(f"RE2 takes {pattern}")


def _csv_fault(text: str) -> str:
    try:
        list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as fault:
        return str(fault)
    raise AssertionError(f"csv takes {text[:20]}")


def _pydantic_fault(question: str) -> str:
    try:
        FaqEntry.model_validate({"question": {"it": question}, "answer": {"it": "x"}})
    except ValidationError as fault:
        return str(fault.errors()[0]["msg"])
    raise AssertionError(f"pydantic takes {len(question)} characters")


def _yaml_fault(text: str) -> str:
    try:
        list(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as fault:
        return str(fault.problem)
    raise AssertionError(f"YAML takes {text}")
