"""Notices that rules.yaml has changed and reads it anew; what a running program does with it is `app`'s job."""

from collections.abc import Mapping
from pathlib import Path

from reputation_bot.config import Config, load
from reputation_bot.errors import ConfigError

Identity = tuple[int, int, int, int]  # device, inode, time of change in ns, size


class Watch:
    """Looks at one file; secrets come from the same environment as at the start."""

    def __init__(self, config: Config, environ: Mapping[str, str]) -> None:
        self._path, self._environ = config.path, environ
        self._text: str | None = config.text  # None: what was told last is a mistake
        self._seen: Identity | None = None
        self._read: Identity | None = None

    def news(self) -> Config | None:
        """The file as it is now, once for each change; None while there is none. Costs one look at the folder.

        A file that is being written is left alone until it looks the same at two calls in a row. Raises ConfigError, once for
        each change that made it wrong; a file that is gone counts as wrong.
        """
        before, self._seen = self._seen, _identity(self._path)
        if self._seen != before or self._seen == self._read:
            return None
        self._read = self._seen
        try:
            config = load(self._path, self._environ)
        except ConfigError:
            self._text = None
            raise
        before_text, self._text = self._text, config.text
        return config if config.text != before_text else None


def _identity(path: Path) -> Identity | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_size
