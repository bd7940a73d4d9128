"""What copies of one text share, so that the store finds them: few among many are then compared."""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

from reputation_bot.copies.said import MOST_LINKS, SHINGLE, Said, may_be_printed, said_in
from reputation_bot.model import Mention

_SKETCH = 4  # of the shingles' digests the lowest: texts that share most words share one of these
_HEAD = 5  # words: what was cut off begins as the whole does


@lru_cache(maxsize=64)
def marks_of(mention: Mention) -> tuple[str, ...]:
    """What a copy of the mention would share with it: its address, and pieces of its words, each with who may have said it."""
    return tuple(dict.fromkeys(_marks(mention, said_in(mention))))


def _marks(mention: Mention, said: Said) -> Iterator[str]:
    if said.address:
        yield f"u:{said.address}"
        yield _mark(said.address, _start(said.words))  # for who shares the page under its title
    for link in sorted(said.links)[:MOST_LINKS]:
        yield _mark(link, _start(said.words))
    pieces = _pieces(said.words)
    yield from (_mark(name, piece) for name in sorted(said.voice.names) for piece in pieces)
    if may_be_printed(mention, said):
        yield from (_mark("", piece) for piece in pieces)


def _mark(who: str, piece: str) -> str:
    return "t:" + blake2b(f"{who}\n{piece}".encode("utf-8", "replace"), digest_size=5).hexdigest()


def _pieces(words: tuple[str, ...]) -> list[str]:
    shingles = {" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}
    lowest = sorted(shingles, key=lambda one: blake2b(one.encode("utf-8", "replace"), digest_size=5).digest())
    head = [" ".join(words[:_HEAD])] if len(words) >= _HEAD else []
    return [*head, *lowest[:_SKETCH]]


def _start(words: tuple[str, ...]) -> str:
    return " ".join(words[:SHINGLE])
