"""JMESPath expressions of rules.yaml: checked when read, and harmless whatever they meet; which there are is `options`' job."""

from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult


@lru_cache(maxsize=500)
def compiled(expression: str) -> ParsedResult:
    """Raises ValueError for what is no expression."""
    try:
        return jmespath.compile(expression)
    except JMESPathError as error:
        reason = str(error).partition("\n")[0].partition(" for expression")[0].rstrip(":")
        raise ValueError(f"is no JMESPath expression ({reason}); see jmespath.org") from None
    except RecursionError:
        raise ValueError("is nested too deeply for a JMESPath expression") from None


def found(expression: str | None, part: object) -> Any:
    """What it finds there; None for nothing, for no expression, and for a part that it does not fit."""
    if expression is None:
        return None
    try:
        return compiled(expression).search(part)
    except (JMESPathError, RecursionError, ArithmeticError, TypeError, ValueError):
        return None  # a function met a type that it does not take
