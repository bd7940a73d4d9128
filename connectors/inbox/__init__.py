"""Mentions that other programs drop into a file or a folder, or that are handed over by the webhook; answering is a person's job there."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, Field

from connectors.fields import items, records
from connectors.inbox import lines as inbox_lines
from connectors.inbox.files import MAX_BYTES, Line, Place, ReadOn, read_on
from connectors.options import STRICT
from reputation_bot.errors import AccessError, RetryLaterError
from reputation_bot.model import Mention
from reputation_bot.ports import About, Batch, Channel, Limit, for_staff

_MAX_FILES = 1000
_MOST_NOTICES = 5
_MOST_ASIDE = 1000  # bad lines kept in the folder; beyond that they are counted only
_DONE_AFTER = 3600.0  # seconds without a change, after which nobody will append to a file any more


class After(StrEnum):
    """What becomes of a file in the folder that was read to its end."""

    REMEMBER = "remember"
    MOVE = "move"


def _from_the_root(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("write the whole path, from /: cron and the bot start in different folders")
    return path


class InboxOptions(BaseModel):
    """What rules.yaml says of a channel with `connector: inbox`."""

    model_config = STRICT
    path: Annotated[Path, AfterValidator(_from_the_root)] | None = Field(
        None,
        description="A file of lines, or a folder with .jsonl files; not needed where only the webhook brings mentions.",
    )
    after: After = Field(
        After.REMEMBER,
        description="remember or move (to the folder done): files of a folder that were read to their end.",
    )
    private: bool = Field(
        False, description="Mentions are private unless their line says otherwise: contact forms."
    )


@dataclass(slots=True)
class _Found:
    mentions: dict[str, Mention] = field(default_factory=dict)
    gone: dict[str, None] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    left: int = MAX_BYTES


class InboxConnector:
    """Only reads. A file is moved away by the look after the one that read it: by then its mentions are in the store."""

    Options: ClassVar[type[BaseModel]] = InboxOptions
    about: ClassVar[About] = About(
        platform="a file or folder into which other programs write",
        reads="one mention a line, as JSON",
        limits=(
            Limit(f"{inbox_lines.MAX_LINE:,} bytes a line", "our own"),
            Limit(f"{_MAX_FILES:,} files in the folder", "our own"),
        ),
        example="forms:\n  connector: inbox\n  path: /srv/reputation-bot/inbox\n  private: true\n  own: true\n  every: 1m\n",
    )

    def __init__(self, channel: Channel, options: InboxOptions) -> None:
        self._channel, self._options = channel.name, options

    def poll(self, cursor: object) -> Batch:
        """What was written since; a lost cursor costs reading all again."""
        path = self._options.path
        if path is None:
            return Batch([], {})
        try:
            return self._look(path, cursor)
        except PermissionError as error:
            raise AccessError(
                f"{Path(error.filename or path).name} may not be read: give this user the right to"
            ) from None
        except OSError as error:
            raise RetryLaterError(
                f"{path.name} cannot be read now: {error.strerror or type(error).__name__}"
            ) from None

    def received(self, body: bytes) -> Batch:
        """What the webhook was sent: one object, or a list of them. Raises ValueError with the reason."""
        now = datetime.now(UTC)
        said = _objects(body)
        gone = [inbox_lines.id_of(one) for one in said if inbox_lines.is_deleted(one)]
        kept = [one for one in said if not inbox_lines.is_deleted(one)]
        mentions = [
            inbox_lines.mention_of(one, self._channel, now, private=self._options.private) for one in kept
        ]
        return Batch(mentions, None, gone=gone)

    def _look(self, path: Path, cursor: object) -> Batch:
        now, kept = datetime.now(UTC), _kept(cursor)
        is_folder = path.is_dir()
        if not is_folder and not path.parent.is_dir():
            raise AccessError(f"{path} is not there: make the folder, or correct path")
        if not is_folder and path.exists() and not path.is_file():
            raise AccessError(f"{path} is neither a file nor a folder: correct path")
        if is_folder and self._options.after is After.MOVE:
            _move_done(path, kept, cursor)
        files, found = (list(_files(path)) if is_folder else [path]), _Found()
        if len(files) > _MAX_FILES:
            found.notices.append(
                f"{path.name} holds more than {_MAX_FILES:,} files; the others wait: move or delete old ones"
            )
        missing = [path / name for name in kept if is_folder and not (path / name).exists()]
        for file in [*missing, *files[:_MAX_FILES]]:
            self._read_file(file, kept.get(file.name), found, now)
        places = {name: place.as_json() for name, place in found.places.items()}
        return Batch(
            list(found.mentions.values()),
            {"files": places, "done": found.done},
            notices=_told(found.notices),
            gone=[one for one in found.gone if one not in found.mentions],
        )

    def _read_file(self, file: Path, kept: Place | None, found: _Found, now: datetime) -> None:
        if found.left <= 0:
            if kept:
                found.places[file.name] = kept
            return
        for part in read_on(file, kept, found.left):
            for line in part.lines:
                found.left -= len(line.raw)
                self._take(file, line, found, now)
            _note(file, part, found)

    def _take(self, file: Path, line: Line, found: _Found, now: datetime) -> None:
        if not line.raw:
            return
        try:
            if line.is_too_long:
                raise ValueError(for_staff(f"is longer than {inbox_lines.MAX_LINE:,} bytes"))
            record = inbox_lines.read(line.raw)
            own_id = inbox_lines.id_of(record)
            if inbox_lines.is_deleted(record):
                found.mentions.pop(own_id, None)
                found.gone[own_id] = None
                return
            found.mentions[own_id] = inbox_lines.mention_of(
                record, self._channel, now, private=self._options.private
            )
            found.gone.pop(own_id, None)
        except ValueError as reason:
            kept_in = _keep_aside(file, line)
            found.notices.append(f"line {line.number} of {file.name} {reason}; it was left out{kept_in}")


def _objects(body: bytes) -> list[dict[str, Any]]:
    text = body.strip()
    if not text.startswith(b"["):
        return [inbox_lines.read(text)]
    wrapped = inbox_lines.read(b'{"all": ' + text + b"}")
    found = wrapped["all"]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError(for_staff("is no list of JSON objects"))
    return found


def _kept(cursor: object) -> dict[str, Place]:
    places = {name: Place.of(kept) for name, kept in items(cursor, "files")}
    return {name: place for name, place in places.items() if place and Path(name).name == name}


def _files(folder: Path) -> Iterator[Path]:
    """The lines' files, oldest name first; what begins with a dot is still being written."""
    yield from sorted(one for one in folder.glob("[!.]*.jsonl") if one.is_file())


def _note(file: Path, part: ReadOn, found: _Found) -> None:
    if part.place is None:
        return
    found.places[file.name] = part.place
    if part.is_read and part.quiet_for > _DONE_AFTER:
        found.done.append(file.name)


def _move_done(folder: Path, kept: Mapping[str, Place], cursor: object) -> None:
    """Those that the look before has read to their end, unless they have grown since."""
    for name in records(cursor, "done"):
        place = kept.get(name) if isinstance(name, str) else None
        with suppress(FileNotFoundError):
            status = (folder / name).stat() if place else None
            if place and status and (status.st_ino, status.st_size) == (place.inode, place.offset):
                _move(folder / name, folder / "done")


def _move(file: Path, into: Path) -> None:
    """Never over a file that is there."""
    into.mkdir(exist_ok=True)
    names = (file.name, *(f"{file.stem}-{number}{file.suffix}" for number in range(2, 1000)))
    if free := next((name for name in names if not (into / name).exists()), None):
        file.rename(into / free)


def _keep_aside(file: Path, line: Line) -> str:
    """A copy of a bad line beside the file, under a name of its own, so that reading it again makes no second one."""
    folder = file.parent / "rejected"
    try:
        folder.mkdir(exist_ok=True)
        if sum(1 for _ in folder.iterdir()) >= _MOST_ASIDE:
            return ""
        name = f"{file.name}.{line.number}-{hashlib.blake2b(line.raw, digest_size=4).hexdigest()}"
        (folder / name).write_bytes(line.raw)
    except OSError:
        return ""
    return for_staff(f" and kept in {folder.name}/{name}")


def _told(notices: list[str]) -> list[str]:
    more = len(notices) - _MOST_NOTICES
    return notices if more <= 0 else [*notices[:_MOST_NOTICES], for_staff(f"{more} more lines were left out")]
