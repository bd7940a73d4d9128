"""How well FAQ entries are found: `python -m bench.faq`; how fast: the line that `python -m bench` prints.

The data are what customers asked a water company (qa4faq_it). Questions with the same keywords ask for the same entry. Each
question is looked for among all entries while it is not in its own; an entry is its other questions. Questions of entries that nobody
else asked for have no right answer: what is offered for them is offered wrongly. The keywords tell entries apart that answer
the same thing, so no method can find all of them: the ratio to plain word overlap is what counts.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle

from bench import labelled
from bench.labelled import is_for_tuning
from reputation_bot import packs
from reputation_bot.faq.search import MAX_HITS, FaqSearch
from reputation_bot.settings import FaqEntry
from reputation_bot.text import fold

LANG = "it"
ENTRIES = 500
THRESHOLDS = (0.3, 0.4, 0.5, 0.55, 0.6, 0.7)
Find = Callable[[str], list[str]]  # names of the entries found, the likeliest first
Method = Callable[[dict[str, list[str]]], Find]


def run() -> list[tuple[str, float, str]]:
    """How long one question takes among 500 entries, the first (which builds the index) and the later ones."""
    asked = [text for _, rule in packs.rules([LANG]) for text in rule.examples]
    entries = [
        FaqEntry(question={LANG: f"{text} {number}"}, answer={LANG: "x"})
        for number, text in zip(range(ENTRIES), cycle(asked), strict=False)
    ]
    find = FaqSearch(entries, [LANG])
    begun = time.perf_counter()
    find.best(asked[0], LANG)
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    for text in asked:
        find.best(text, LANG)
    each = (time.perf_counter() - begun) / len(asked)
    return [
        (f"FAQ of {ENTRIES}, first question", first * 1e3, "ms"),
        (f"FAQ of {ENTRIES}, later questions", each * 1e3, "ms"),
    ]


def main() -> None:
    """Prints hit rates of the ranking, and what each threshold offers rightly and wrongly."""
    if not _questions():
        sys.exit(f"the labelled questions are not on this machine: {labelled.FOLDER}")
    for half, tuning in (("half for tuning", True), ("held half", False)):
        sys.stdout.write(f"{half}\n")
        overlap, ranking = _hit_rates(_by_overlap, tuning=tuning), _hit_rates(_by_search, tuning=tuning)
        for name, (first, among) in (("plain word overlap", overlap), ("this program", ranking)):
            sys.stdout.write(f"  {name:20} first {first:6.1%}   among {MAX_HITS} {among:6.1%}\n")
        first, among = (own / other for own, other in zip(ranking, overlap, strict=True))
        sys.stdout.write(f"  {'ratio':20} first {first:6.2f}   among {MAX_HITS} {among:6.2f}\n")
        for enough in THRESHOLDS:
            sys.stdout.write(f"  {_of_threshold(enough, tuning=tuning)}\n")


def _of_threshold(enough: float, *, tuning: bool) -> str:
    method = partial(_by_search, enough=enough)
    results = [(found[:1], name) for _, found, name in _asked_in_turn(method, tuning=tuning)]
    right = sum(first == [name] for first, name in results) / len(results)
    silent = sum(not first for first, _ in results) / len(results)
    find = method({name: texts for name, texts in _families().items() if len(texts) > 1})
    alone = [one[0] for one in _families().values() if len(one) == 1 and is_for_tuning(one[0]) is tuning]
    false = sum(bool(find(text)) for text in alone) / len(alone)
    return (
        f"likeness {enough:.2f}: first right {right:6.1%}, another {1 - right - silent:6.1%}, none {silent:6.1%}; "
        f"offered though there is no answer {false:6.1%}"
    )


def _hit_rates(method: Method, *, tuning: bool) -> tuple[float, float]:
    results = [
        (found[:1] == [name], name in found[:MAX_HITS])
        for _, found, name in _asked_in_turn(method, tuning=tuning)
    ]
    return sum(first for first, _ in results) / len(results), sum(among for _, among in results) / len(
        results
    )


def _asked_in_turn(method: Method, *, tuning: bool) -> Iterator[tuple[str, list[str], str]]:
    """Each question of one half, what is found for it, and its entry."""
    families = {name: texts for name, texts in _families().items() if len(texts) > 1}
    for name, texts in families.items():
        for number, text in enumerate(texts):
            if is_for_tuning(text) is tuning:
                find = method(families | {name: [*texts[:number], *texts[number + 1 :]]})
                yield text, find(text), name


def _by_search(families: dict[str, list[str]], enough: float = 0.0) -> Find:
    entries = [
        FaqEntry(question={LANG: texts[0]}, variants={LANG: texts[1:]}, answer={LANG: name[:4000]})
        for name, texts in families.items()
    ]
    found = FaqSearch(entries, [LANG], enough=enough)
    return lambda text: [hit.answer for hit in found.best(text, LANG)]


def _by_overlap(families: dict[str, list[str]]) -> Find:
    """The share of words that two questions have in common."""
    words = {name: [_words(text) for text in texts] for name, texts in families.items()}

    def find(text: str) -> list[str]:
        asked = _words(text)
        shared = {
            name: max(len(asked & one) / (len(asked | one) or 1) for one in sets)
            for name, sets in words.items()
        }
        return sorted(shared, key=lambda name: -shared[name])

    return find


def _words(text: str) -> set[str]:
    return set(fold(text).replace("?", " ").replace("'", " ").split())


def _families() -> dict[str, list[str]]:
    families: dict[str, list[str]] = defaultdict(list)
    for text, name in _questions():
        if name:
            families[name].append(text)
    return families


def _questions() -> list[tuple[str, str]]:
    """Each question and the name of its entry, empty where nobody said."""
    return [(row["text"], "|".join(row["topic_raw"])[:4000]) for row in labelled.rows("qa4faq_it")]


if __name__ == "__main__":
    main()
