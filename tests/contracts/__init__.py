"""One suite per port, handed to everything that implements it."""

import pytest

# a claim that fails says what was found, in other modules than the tests' own too
pytest.register_assert_rewrite("tests.contracts.reading", "tests.contracts.answering")
