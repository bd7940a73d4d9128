"""To which thread a Mastodon status belongs: the one that began it, for Mastodon itself has no name for a thread."""

from collections.abc import Callable
from typing import Any

from connectors.fields import identity, items
from connectors.mastodon.statuses import parent_of

_MOST_KEPT = 500
_MOST_ASKED = 30  # of one poll; what is behind waits for the next


class Threads:
    """Knows the beginnings that earlier polls found; asks `above(status_id)` for others."""

    def __init__(self, kept: object, above: Callable[[str], list[Any]]) -> None:
        self._roots = {one: root for one, root in items(kept) if isinstance(root, str) and identity(root)}
        self._above, self._asked = above, 0
        self._used: dict[str, str] = {}

    def of(self, status: object) -> str:
        """Id of the status with which the thread began. Errors are those of asking."""
        status_id, parent = identity(status, "id"), parent_of(status)
        if not status_id or not parent:
            return status_id
        root = self._roots.get(status_id) or self._root_above(status_id)
        if root:
            self._roots[status_id] = self._used[status_id] = root
        return root or parent

    def kept(self) -> dict[str, str]:
        """For the cursor: what this poll needed, then what older ones did."""
        return dict(list({**self._used, **self._roots}.items())[:_MOST_KEPT])

    def _root_above(self, status_id: str) -> str | None:
        if self._asked >= _MOST_ASKED:
            return None
        self._asked += 1
        above = self._above(status_id)
        return identity(above[0], "id") or None if above else None
