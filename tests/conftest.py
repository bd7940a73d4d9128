"""What many tests start from: an empty store and a clock that stands still."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reputation_bot.ports import Storage
from storage.tiny import TinyStorage
from tests.fakes import FakeClock


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    """Empty, in a file of its own."""
    opened = TinyStorage(str(tmp_path / "store.json"))
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FakeClock:
    """At the factories' NOW."""
    return FakeClock()
