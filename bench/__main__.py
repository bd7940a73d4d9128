"""Everything that is measured for speed, one after the other: `python -m bench`; trust the ratios, not the figures."""

import sys
from collections.abc import Callable

from bench import desk, faq, feeds, poll, rules, sentiment, storage

PARTS: tuple[Callable[[], list[tuple[str, float, str]]], ...] = (
    poll.run,
    feeds.run,
    storage.run,
    rules.run,
    sentiment.run,
    faq.run,
    desk.run,
)

if __name__ == "__main__":
    for part in PARTS:
        for measured, figure, unit in part():
            sys.stdout.write(f"{measured:32} {figure:10,.1f} {unit}\n")
            sys.stdout.flush()
