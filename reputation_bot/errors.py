"""Every exception of the project, named by what the caller must do next; causes are told in the message."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path


class ReputationBotError(Exception):
    """Base of all: its text is written for the person who runs the bot and says what to do."""

    def told(self, say: Callable[[str], str]) -> str:
        """The text as `say` (`Translate.sentence`) puts it; file, line and key stay as they are."""
        return say(str(self))


class ConfigError(ReputationBotError):
    """The configuration is wrong: a person must change it. `line` counts from 1; `key` is dotted (`rules.1.then`)."""

    def __init__(
        self, problem: str, *, file: Path | None = None, line: int | None = None, key: str | None = None
    ) -> None:
        self.problem, self.file, self.line, self.key = problem, file, line, key
        super().__init__(self._placed(problem))

    def told(self, say: Callable[[str], str]) -> str:
        """Where it is, and the problem as `say` puts it."""
        return self._placed(say(self.problem))

    def _placed(self, problem: str) -> str:
        lines = (self.file.name if self.file else None, self.line)
        place = ":".join(str(part) for part in lines if part is not None)
        return ": ".join(part for part in (place, self.key, problem) if part)


class MissingExtraError(ConfigError):
    """A library that a connector speaks through is not installed. `command` installs it."""

    def __init__(self, problem: str, *, command: str) -> None:
        self.command = command
        super().__init__(f"{problem}: {command}")


class StorageError(ReputationBotError):
    """The store cannot be used as it is: stop, keep it, and let a person look."""


class ConflictError(ReputationBotError):
    """Somebody else changed the same thing first: read again, then decide again."""


class NotFoundError(ReputationBotError):
    """There is no such case, reply or message."""


class MoveError(ReputationBotError):
    """The move is not legal in the present state: show the state as it is."""


class NotAllowedError(ReputationBotError):
    """This person may not do this: say who may."""


class PlatformError(ReputationBotError):
    """Base of everything a platform may answer with."""


class RetryLaterError(PlatformError):
    """Certainly nothing happened; try again after `after` (None: the caller's own pace)."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class AccessError(PlatformError):
    """Key, permission or address refused: pause the channel and say so once to a person."""


class BadAnswerError(PlatformError):
    """The platform answered nonsense: skip this turn and keep the cursor."""


class RejectedError(PlatformError):
    """The platform refused this text or this mention for good; the message holds its reason."""


class OutcomeUnknownError(PlatformError):
    """The request left and no answer came: it may or may not have happened. Only a person may send again."""
