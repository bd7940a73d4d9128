"""Finds at which key of rules.yaml each of pydantic's complaints belongs, and whose words say it: `wording`'s."""

from collections.abc import Iterable, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from reputation_bot.config import wording
from reputation_bot.config.environment import Filled
from reputation_bot.errors import ConfigError
from reputation_bot.ports import for_staff

Step = str | int


def mistakes_in(
    error: ValidationError,
    model: type[BaseModel],
    filled: Filled,
    *,
    under: Sequence[Step] = (),
    also_known: Sequence[str] = (),
) -> list[ConfigError]:
    """One ConfigError (without file and line) for each mistake.

    `under` is where in the file the validated part stands, `also_known` are keys that may stand there besides the model's.
    """
    found: dict[tuple[str, str], ConfigError] = {}  # one value may be checked several times
    for details in error.errors(include_url=False):
        inner = place(details, value_at(filled.value, under))
        key = ".".join(map(str, (*under, *inner)))
        problem = _problem(details, inner, model, also_known, filled.source(key))
        found.setdefault((key, problem), ConfigError(problem, key=key or None))
    return list(found.values())


def place(details: ErrorDetails, data: object) -> list[Step]:
    """The steps to the mistake that are in the data, without those that only pydantic makes; a missing key comes last."""
    inner: list[Step] = []
    for step in details["loc"]:
        if _has(data, step):
            inner.append(step)
            data = value_at(data, (step,))
    if details["type"] == "missing":
        inner.append(details["loc"][-1])
    return inner


def value_at(data: object, steps: Iterable[Step]) -> object:
    """The value that the steps lead to; None when they lead nowhere."""
    for step in steps:
        if not _has(data, step):
            return None
        data = data[step]  # type: ignore[index]  # _has says that it can be
    return data


def keys_of(model: type[BaseModel]) -> list[str]:
    """As they are written in rules.yaml."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _has(data: object, step: Step) -> bool:
    if isinstance(data, dict):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _problem(
    details: ErrorDetails,
    inner: Sequence[Step],
    model: type[BaseModel],
    also_known: Sequence[str],
    source: str | None,
) -> str:
    last = str(inner[-1]) if inner else ""
    beside = _model_at(model, inner[:-1])
    if details["type"] == "extra_forbidden":
        known = [*(also_known if len(inner) == 1 else ()), *(keys_of(beside) if beside else ())]
        return wording.unknown_key(last, known)
    if details["type"] == "missing":
        description = _description(beside, last)
        return for_staff(f"is missing: {description}") if description else for_staff("is missing")
    if details["loc"][-1:] == ("[key]",):
        return wording.about_key(details, last)
    noun = next((step for step in reversed(inner) if isinstance(step, str)), "")
    return wording.about_value(details, noun, source)


def _description(model: type[BaseModel] | None, key: str) -> str:
    field = model.model_fields.get(key) if model else None
    return (field.description or "").rstrip(".") if field else ""


def _model_at(model: type[BaseModel], steps: Iterable[Step]) -> type[BaseModel] | None:
    """The model of the group of keys that the steps lead to."""
    annotation: Any = model
    for step in steps:
        annotation = _inside(_container(annotation), step)
    core = _container(annotation)
    return core if _is_model(core) else None


def _inside(container: Any, step: Step) -> Any:
    if _is_model(container):
        fields = container.model_fields.items()
        return next((field.annotation for name, field in fields if step in {name, field.alias}), None)
    return get_args(container)[-1] if container is not None else None


def _container(annotation: Any) -> Any:
    """The model, list or dict that an annotation speaks of, whatever it is wrapped in; None: a plain value."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _container(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        return next((found for one in get_args(annotation) if (found := _container(one)) is not None), None)
    return annotation if origin in {list, dict} or _is_model(annotation) else None


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
