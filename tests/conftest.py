"""What many tests start from: an empty store and a clock that stands still."""

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from reputation_bot.ports import Storage
from storage.tiny import TinyStorage
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from tests.mail_bench import Mailroom
    from tests.mail_servers import Dovecot

# How long an example takes says something about the machine's other work, not about the code. A change is judged on the same
# examples each time (CI is set); at home every run looks at new ones.
settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("here")
# where no file names a language, the terminal would speak that of whoever runs the tests
os.environ["LC_ALL"] = "C.UTF-8"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each worker begins with its share of what takes long: begun last, one of those would keep all others waiting."""
    slow = [item for item in items if item.get_closest_marker("slow")]
    others = [item for item in items if not item.get_closest_marker("slow")]
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    bounds = [len(others) * number // workers for number in range(workers + 1)]
    shares = (others[begin:end] for begin, end in pairwise(bounds))
    items[:] = [item for number, share in enumerate(shares) for item in (*slow[number::workers], *share)]


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


@pytest.fixture(scope="session")
def dovecot() -> Iterator["Dovecot"]:
    """One for all tests: to start and to stop it takes longer than any of them."""
    from tests.mail_bench import started_dovecot  # noqa: PLC0415  # most tests need no mail

    with started_dovecot() as running:
        yield running


@pytest.fixture
def mailroom(dovecot: "Dovecot", request: pytest.FixtureRequest) -> Iterator["Mailroom"]:
    """Of a user of this test's own: no other test's mail is there."""
    from tests.mail_bench import mailroom_of  # noqa: PLC0415

    with mailroom_of(dovecot, request.node.nodeid) as room:
        yield room
