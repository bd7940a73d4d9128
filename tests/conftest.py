"""What many tests start from: an empty store and a clock that stands still."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from reputation_bot.ports import Storage
from storage.tiny import TinyStorage
from tests.fakes import FakeClock

# How long an example takes says something about the machine's other work, not about the code. A change is judged on the same
# examples each time (CI is set); at home every run looks at new ones.
settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("here")
# where no file names a language, the terminal would speak that of whoever runs the tests
os.environ["LC_ALL"] = "C.UTF-8"


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
