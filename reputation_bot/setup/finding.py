"""One result of `check`, and how its texts are translated."""

from collections.abc import Callable
from dataclasses import dataclass

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `ok` None: it works, but a person should know. `what` says what is well, or names what is not."""

    ok: bool | None
    what: str
    problem: str | None = None
    to_do: str | None = None
