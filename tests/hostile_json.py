"""Values that a platform's JSON might hold instead of what its documentation says."""

from typing import Any

from hypothesis import strategies as st

_TEXTS = st.text(max_size=8) | st.sampled_from(
    ["\ud800", "\x00", "9" * 30, "-1", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "[deleted]"]
)
_NUMBERS = st.integers() | st.floats() | st.sampled_from([1e308, -1e308, 2**63, -1])
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def spoiled(record: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The record with some of its values replaced by anything, and some missing."""
    changes = st.dictionaries(st.sampled_from(sorted(record)), ANY_JSON)
    missing = st.sets(st.sampled_from(sorted(record)), max_size=2)
    return st.builds(
        lambda new, left_out: {
            name: value for name, value in {**record, **new}.items() if name not in left_out
        },
        changes,
        missing,
    )
