"""Changes rules.yaml on disk: whole or not at all, and only into a file that loads; where the words go is `insertion`'s job."""

import codecs
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from reputation_bot.config import MAX_BYTES, RulesFileError, parse, yaml_lines
from reputation_bot.config.insertion import Item, insert_all, insert_keys
from reputation_bot.errors import ConfigError

_ATTEMPTS = 3  # somebody may be saving the file at this very moment


def add_first(path: Path, environ: Mapping[str, str], keys: Sequence[str], item: Item, comment: str) -> None:
    """What `add_all_first` does, for one item."""
    add_all_first(path, environ, keys, [item], comment)


def add_all_first(
    path: Path, environ: Mapping[str, str], keys: Sequence[str], items: Sequence[Item], comment: str
) -> None:
    """Puts the items first in the list at `keys`, with the comment; those that are there already are left alone.

    All other bytes, the mode and the owner stay. Raises ConfigError, with the file as it was, when it cannot be written,
    changes again and again meanwhile, or would not load.
    """

    def change(text: str) -> str:
        missing = _missing(text, keys, items)
        return insert_all(text, keys, missing, comment) if missing else text

    _rewrite(path, environ, change)


def add_keys(
    path: Path, environ: Mapping[str, str], name: str, items: Mapping[str, dict[str, Any]], comment: str
) -> None:
    """Puts these keys, which must be new, last below the key `name`; the rest is as with `add_all_first`."""
    _rewrite(path, environ, lambda text: insert_keys(text, name, items, comment))


def _rewrite(path: Path, environ: Mapping[str, str], change: Callable[[str], str]) -> None:
    target = path.resolve()  # a link stays a link
    for _attempt in range(_ATTEMPTS):
        try:
            before = target.read_bytes()
            text = before.removeprefix(codecs.BOM_UTF8).decode()
            after = _changed(text, path, environ, change).encode()
            if after == text.encode():
                return
            bom = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
            if _swap(target, before, bom + after):
                return
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8"
            raise ConfigError(f"cannot be changed: {reason}", file=path) from None
    raise ConfigError("is being changed by somebody else: try again", file=path)


def _missing(text: str, keys: Sequence[str], items: Sequence[Item]) -> list[Item]:
    value = yaml_lines.read(text).value
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    there = value if isinstance(value, list) else []
    return [item for item in items if item not in there]


def _changed(text: str, path: Path, environ: Mapping[str, str], change: Callable[[str], str]) -> str:
    try:
        amended = change(text)
    except ConfigError as error:
        raise ConfigError(error.problem, file=path, line=error.line, key=error.key) from None
    if len(amended.encode()) > MAX_BYTES:
        raise ConfigError(f"would be larger than {MAX_BYTES >> 20} MB, so it was left alone", file=path)
    try:
        parse(amended, path, environ)
    except RulesFileError as error:
        first = error.errors[0]
        problem = f"would no longer be right, so it was left alone: {first.problem}"
        raise ConfigError(problem, file=path, key=first.key) from None
    return amended


def _swap(target: Path, before: bytes, after: bytes) -> bool:
    """False, with nothing done, if the file is not what it was before."""
    stat = target.stat()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            os.fchmod(file.fileno(), stat.st_mode & 0o7777)
            if (stat.st_uid, stat.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(file.fileno(), stat.st_uid, stat.st_gid)
            file.flush()
            os.fsync(file.fileno())
        if target.read_bytes() != before:
            Path(name).unlink()
            return False
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return True


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
