"""Everything that is measured, one part after the other: `python -m bench`, or `python -m bench copies`; trust ratios, not figures."""

import sys
from collections.abc import Callable

from bench import copies, desk, faq, feeds, poll, rules, sentiment, storage

PARTS: tuple[Callable[[], list[tuple[str, float, str]]], ...] = (
    poll.run,
    feeds.run,
    storage.run,
    rules.run,
    sentiment.run,
    faq.run,
    desk.run,
    copies.run,
)

if __name__ == "__main__":
    by_name = {part.__module__.rpartition(".")[2]: part for part in PARTS}
    if unknown := set(sys.argv[1:]) - set(by_name):
        sys.exit(f"there is no part {min(unknown)}: name some of {', '.join(by_name)}")
    for part in [by_name[name] for name in sys.argv[1:]] or PARTS:
        for measured, figure, unit in part():
            sys.stdout.write(f"{measured:32} {figure:10,.1f} {unit}\n")
            sys.stdout.flush()
