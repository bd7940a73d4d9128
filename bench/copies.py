"""How well copies are told from new texts, on collected pairs, and what one look costs: `python -m bench copies`."""

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from bench import labelled, pairs_other, pairs_same
from bench.pairs import AT, POSTS, REVIEWS, Pair, mention
from bench.storage import case_of, record_of
from reputation_bot.copies import marks_of, original_of
from reputation_bot.model import Mention
from storage.tiny import TinyStorage

STORED, NEW = 10_000, 1_000
_Maker = Callable[[], Iterable[Pair]]


def run() -> list[tuple[str, float, str]]:
    """By kind: pairs, and how many were joined; then both shares with their 95 % intervals, and what a look costs."""
    counted: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    for pair in pairs():
        counted[pair.is_one, pair.kind].append(pair.is_joined)
    rows: list[tuple[str, float, str]] = []
    for is_one in (True, False):
        every = [
            joined for (one, _), joined_pairs in counted.items() if one is is_one for joined in joined_pairs
        ]
        for (one, kind), joined_pairs in counted.items():
            if one is is_one:
                what = "found" if is_one else "wrongly joined"
                rows.append((kind, sum(joined_pairs), f"{what} of {len(joined_pairs)}"))
        if every:
            low, high = interval(sum(every), len(every))
            share = 100 * sum(every) / len(every)
            name = "copies found" if is_one else "others joined"
            rows.append((name, share, f"% of {len(every)} ({100 * low:.2f} to {100 * high:.2f})"))
    return [*rows, *_costs()]


def pairs() -> list[Pair]:
    """All there are on this machine; none where the shared data is absent."""
    same: tuple[_Maker, ...] = (
        pairs_same.one_tweet_in_two_sets,
        pairs_same.reposts,
        pairs_same.cut_off,
        pairs_same.one_record_twice,
        pairs_same.posted_twice,
        pairs_same.printed_twice,
        pairs_same.in_two_feeds,
    )
    other: tuple[_Maker, ...] = (
        pairs_other.two_customers,
        pairs_other.namesakes,
        pairs_other.two_questions,
        pairs_other.anybody,
        pairs_other.quoted_with_own_words,
        pairs_other.answers_with_quotations,
        pairs_other.one_template,
        pairs_other.two_accounts,
        pairs_other.one_series,
    )
    return [pair for make in (*same, *other) for pair in make()]


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's, 95 %: it holds for none and for all too."""
    z = 1.96
    share, middle = hits / of, hits / of + z * z / (2 * of)
    reach = z * ((share * (1 - share) + z * z / (4 * of)) / of) ** 0.5
    whole = 1 + z * z / of
    return max((middle - reach) / whole, 0.0), min((middle + reach) / whole, 1.0)


def _costs() -> list[tuple[str, float, str]]:
    """A look of a new mention among a tenth of the store, among all of it, and in a flood in which one author says nearly the same."""
    texts = [row["text"] for name in (*REVIEWS, *POSTS) for row in labelled.rows(name)]
    if not texts:
        return []
    people = [mention(text, by=f"Anna {n}", key=str(n)) for n, text in enumerate(islice(texts, STORED))]
    flood = [mention(f"{texts[0]} https://x.example/{n}", by="Bot", key=f"b{n}") for n in range(NEW)]
    few = _look(people[: STORED // 10], people[:NEW])
    many = _look(people, people[:NEW])
    return [
        (f"look among {STORED}", many * 1e6, f"µs, {many / few:.1f} times one among {STORED // 10}"),
        ("look, all by one author", _look(flood, flood[:100]) * 1e6, "µs"),
    ]


def _look(stored: list[Mention], shown: list[Mention]) -> float:
    """Seconds, for each of what is shown on another channel, when all that is stored is in the index."""
    with tempfile.TemporaryDirectory() as folder:
        storage = TinyStorage(str(Path(folder) / "store.json"))
        with storage.transaction() as tx:
            tx.open_case(case_of(0))
            for number, one in enumerate(stored):
                at = AT + timedelta(seconds=number)
                tx.put_record(replace(record_of(0), mention=one, marks=marks_of(one), recorded_at=at))
            original_of(tx, stored[0])
            new = [replace(one, channel="masto", external_id=f"n{n}") for n, one in enumerate(shown)]
            seconds = _seconds(lambda: [original_of(tx, one) for one in new])
        storage.close()
    return seconds / len(shown)


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


if __name__ == "__main__":
    for what, figure, unit in run():
        sys.stdout.write(f"{what:36} {figure:10,.2f} {unit}\n")
