"""What stands below a post and does not come along with it, asked for when there is more of it; asking is each connector's job."""

from collections.abc import Callable
from typing import Any

from connectors.fields import items

_MOST_COUNTED = 300  # posts in the cursor


class Below:
    """Of one look, which may ask about `most` posts. `kept` is what the look before has kept, whatever became of it."""

    def __init__(self, kept: object, most: int) -> None:
        self._before = {post: count for post, count in items(kept) if isinstance(count, int)}
        self._now: dict[str, int] = {}
        self._left = most

    def of(self, post: str, total: object, shown: int, ask: Callable[[], list[Any]] | None) -> list[Any]:
        """What `ask` brings, if the platform counts more than it has `shown`, and not as many as before.

        What this look may not ask about any more waits for the next one; so does all without an `ask`.
        """
        if not isinstance(total, int) or total <= shown or not post:
            return []
        before = self._before.get(post)
        if before == total or not self._left or ask is None:
            self._now |= {} if before is None else {post: before}
            return []
        self._left -= 1
        self._now[post] = total
        return ask()

    def kept(self) -> dict[str, int]:
        """For the cursor."""
        return dict(list(self._now.items())[:_MOST_COUNTED])
