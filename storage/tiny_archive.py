"""The yearly files where closed cases go, as one block of work sees them; which cases go there is `tiny_transaction`'s job."""

import glob
from collections.abc import Iterable
from pathlib import Path

from storage.tiny_file import TinyFile, temporary_of
from storage.tiny_tables import Database


class ArchiveFiles:
    """The archive files beside a store, `<stem>.archive-<year>.json`; each is read again only when it has changed."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._files: dict[int, TinyFile] = {}

    def years(self) -> list[int]:
        """Years that have a file, oldest first."""
        return sorted(int(path.stem[-4:]) for path in self._paths(".json"))

    def file(self, year: int) -> TinyFile:
        """The file of that year; it need not exist."""
        if year not in self._files:
            path = self._store.with_name(f"{self._store.stem}.archive-{year:04}.json")
            self._files[year] = TinyFile(path, kind="archive")
        return self._files[year]

    def orphans(self) -> list[Path]:
        """Temporary files of archives whose writer died, if the caller holds the lock."""
        return list(self._paths(temporary_of(Path(".json")).name))

    def _paths(self, ending: str) -> Iterable[Path]:
        return self._store.parent.glob(
            f"{glob.escape(self._store.stem)}.archive-[0-9][0-9][0-9][0-9]{ending}"
        )


class Archive:
    """The archived cases in one block of work. Nothing is opened before it is asked for."""

    def __init__(self, files: ArchiveFiles) -> None:
        self._files = files
        self._databases: dict[int, Database] = {}

    def year(self, year: int) -> Database:
        """The archive of the cases closed in that year (UTC)."""
        if year not in self._databases:
            self._databases[year] = Database(self._files.file(year))
        return self._databases[year]

    def databases(self) -> list[Database]:
        """All of them, oldest first."""
        return [self.year(year) for year in sorted({*self._files.years(), *self._databases})]

    def holding(self, case_id: int) -> Database | None:
        """The one where that case is."""
        for database in reversed(self.databases()):
            if str(case_id) in database.workspace.texts("cases"):
                return database
        return None

    def newest_id(self) -> int:
        """The highest case id in the archive; 0 when it is empty."""
        return max(
            (int(id_) for home in self.databases() for id_ in home.workspace.texts("cases")), default=0
        )

    def save(self) -> None:
        """Writes what was changed."""
        for database in self._databases.values():
            database.workspace.save()

    def close(self) -> None:
        """Ends the block of work."""
        for database in self._databases.values():
            database.close()
