"""One result of `check`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `ok` None: it works, but a person should know. `what` says what is well, or names what is not."""

    ok: bool | None
    what: str
    problem: str | None = None
    to_do: str | None = None
