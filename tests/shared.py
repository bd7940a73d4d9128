"""Where data lies that is too large or not ours to keep in the repository; tests that read it are skipped without it."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


def needs_shared(path: str) -> pytest.MarkDecorator:
    """Skips a test when this file or folder of the shared data is not there."""
    place = SHARED / path
    return pytest.mark.skipif(not place.exists(), reason=f"shared data is not on this machine: {place}")
