"""Nothing acknowledged is lost, whatever dies or fills up, and at whatever moment."""

import errno
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from reputation_bot.errors import StorageError
from reputation_bot.ports import Storage
from storage import tiny_file
from storage.tiny import TinyStorage
from tests.factories import make_case, make_event

KILLS = 60


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the fixture `storage` has its file."""
    return tmp_path / "store.json"


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def write_forever(address: str, acknowledge: Connection) -> None:
    """Counts in two values that must always be equal, with a case each, and tells every count that was stored."""
    storage = TinyStorage(address)
    while True:
        with storage.transaction() as tx:
            count = (tx.value("left") or 0) + 1
            tx.put_value("left", count)
            case = tx.open_case(make_case(thread="x" * 200))
            tx.append_event(case.id, make_event())
            tx.put_value("right", count)
        acknowledge.send(count)


class Writer:
    """A process in `write_forever`."""

    def __init__(self, path: Path) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload([__name__])  # or each would load it again
        self.acknowledged, sender = context.Pipe(duplex=False)
        self.process = context.Process(target=write_forever, args=(str(path), sender), daemon=True)
        self.process.start()
        sender.close()

    def kill(self) -> list[int]:
        """Ends it with SIGKILL and returns the counts that it told before and were not yet read."""
        self.process.kill()
        self.process.join()
        told = list(self._drain())
        self.acknowledged.close()
        return told

    def _drain(self) -> Iterator[int]:
        try:
            while True:
                yield self.acknowledged.recv()
        except EOFError:
            return


def test_what_was_acknowledged_survives_kill_9_at_any_moment(tmp_path: Path, path: Path) -> None:
    chance = random.Random(20261121)
    kept, last = TinyStorage(str(path)), 0
    for _ in range(KILLS):
        writer = Writer(path)
        for _ in range(chance.randint(1, 8)):
            last = writer.acknowledged.recv()
        moment = time.perf_counter() + chance.uniform(0, 0.01)
        while time.perf_counter() < moment:
            pass
        last = max([last, *writer.kill()])

        with TinyStorage(str(path)).transaction() as tx:
            stored = tx.value("left")
            assert last <= stored <= last + 1
            assert tx.value("right") == stored
            assert [case.id for case in tx.cases()] == list(range(1, stored + 1))
            assert all(len(tx.events(number)) == 1 for number in range(1, stored + 1))
        assert names(tmp_path) == ["store.json", "store.json.changes", "store.json.lock"]
        with kept.read() as view:  # takes over what the killed one changed
            assert view.value("left") == view.value("right") == len(view.cases()) == stored
            assert len(view.stale_cards()) == stored
        last = stored


def test_a_read_sees_a_whole_state_while_another_process_writes(path: Path) -> None:
    writer = Writer(path)
    writer.acknowledged.recv()
    kept, seen = TinyStorage(str(path)), [0]
    try:
        while seen[-1] < 100:
            for storage in (kept, TinyStorage(str(path))):
                with storage.read() as view:
                    count = view.value("left")
                    assert view.value("right") == len(view.cases()) == count
                    seen.append(count)
    finally:
        writer.kill()
    assert seen == sorted(seen)


@pytest.mark.parametrize("problem", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_write_that_fails_is_told_and_loses_nothing(
    tmp_path: Path, path: Path, storage: Storage, monkeypatch: pytest.MonkeyPatch, problem: int
) -> None:
    with storage.transaction() as tx:
        tx.put_value("offset", 1)
    before = path.read_bytes()

    def fail(_: int) -> None:
        raise OSError(problem, os.strerror(problem))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(StorageError, match=os.strerror(problem)), storage.transaction() as tx:
            tx.put_value("offset", 2)

    assert path.read_bytes() == before
    assert names(tmp_path) == ["store.json", "store.json.lock"]
    with storage.transaction() as tx:
        assert tx.value("offset") == 1
        tx.put_value("offset", 3)
    with TinyStorage(str(path)).read() as view:
        assert view.value("offset") == 3


def test_a_full_disk_is_told_and_loses_nothing(path: Path) -> None:
    """The limit on the size of files stands for the disk: writes beyond it fail halfway."""
    script = """
import resource, sys
from reputation_bot.errors import StorageError
from storage.tiny import TinyStorage
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
storage, count = TinyStorage(sys.argv[1]), 0
try:
    while True:
        with storage.transaction() as tx:
            tx.put_value(f"key {count}", "x" * 500)
        count += 1
except StorageError as error:
    print(count, error)
"""
    child = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    count, problem = child.stdout.split(" ", 1)

    assert "cannot be written" in problem
    assert not tiny_file.temporary_of(path).exists()
    with TinyStorage(str(path)).transaction() as tx:
        assert [tx.value(f"key {number}") for number in range(int(count))] == ["x" * 500] * int(count)
        tx.put_value(f"key {count}", "now there is room")


def test_an_interrupted_write_leaves_nothing_behind(
    tmp_path: Path, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt), storage.transaction() as tx:
            tx.put_value("offset", 1)

    assert [file.name for file in tmp_path.iterdir()] == ["store.json.lock"]
    with storage.read() as view:
        assert view.value("offset") is None


def test_what_killed_writers_left_is_swept_by_the_first_transaction(tmp_path: Path, storage: Storage) -> None:
    ours = [tmp_path / "store.json.tmp", tmp_path / "store.archive-2025.json.tmp"]
    others = [tmp_path / "store2.json.tmp", tmp_path / "store.archive-notes.json.tmp"]
    for file in ours + others:
        file.write_bytes(b"half a st")

    with storage.read():
        assert all(file.exists() for file in ours)  # a reader cannot know whether their writer lives
    with storage.transaction():
        pass

    assert [file.exists() for file in ours + others] == [False, False, True, True]


def test_a_read_only_folder_can_be_read_and_is_told_on_writing(
    tmp_path: Path, path: Path, storage: Storage
) -> None:
    with storage.transaction() as tx:
        tx.put_value("offset", 1)
    tmp_path.chmod(0o500)
    if os.access(tmp_path, os.W_OK):
        pytest.skip("this user (root?) may write into read-only folders")
    try:
        with pytest.raises(StorageError, match="cannot be written"), storage.transaction() as tx:
            tx.put_value("offset", 2)
        with TinyStorage(str(path)).read() as view:
            assert view.value("offset") == 1
    finally:
        tmp_path.chmod(0o700)
