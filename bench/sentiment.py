"""How fast English is scored beside vaderSentiment itself, and the proof that the scores are equal: `python -m bench.sentiment --proof`."""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from vaderSentiment import vaderSentiment as vader  # noqa: N813  # a module that is named like a class

from bench import labelled
from reputation_bot.rules import english
from reputation_bot.rules.english import compound

PROOF = 65_000  # texts
LENGTHS = (140, 800, 4_000)  # characters
_TURNS = """but BUT But least at very kind of kind-of sort no No NO not NOT never so this without doubt or nor isn't ISN'T n't don't
the shit bomb bad ass badass bus stop yeah right kiss death to die for beating heart just enough I a it
was is really REALLY barely somewhat""".split()
_SIGNS = [
    "!",
    "!!!",
    "!!!!!",
    "?",
    "??",
    "???",
    "????",
    ".",
    ",",
    "...",
    ":)",
    ":-(",
    ";D",
    "<3",
    "'",
    '"',
    "(",
    ")",
    "*",
    "-",
    "$:",
]
_BETWEEN = [" ", " ", " ", " ", " ", "  ", "\n", "\t", "\u00a0", "\u2003", "", "-", "/"]
_ODD = [
    "İ",
    "ẞ",
    "ΑΣ",
    "ﬁne",
    "ǅ",
    "é",
    "\u200b",
    "\u200d",
    "\ufe0f",
    "日本語",
    "\x00",
    "\x1c",
    "\x85",
    "ſo",
    "NO\u0307",
    "GOOD\u0301",
]


def run() -> list[tuple[str, float, str]]:
    """What was measured, its figure, and the figure's unit or what it is held against."""
    analyzer = vader.SentimentIntensityAnalyzer()
    rows = []
    for length in LENGTHS:
        texts = _of_length(length, 600_000 // length)
        plain, own = _rate(analyzer.polarity_scores, texts), _rate(compound, texts)
        rows.append(
            (
                f"English sentiment, {length} signs",
                own,
                f"texts/s, {own / plain:.1f} times vaderSentiment alone",
            )
        )
    return rows


def proof(texts: int = PROOF) -> tuple[int, list[str]]:
    """How many texts were scored by both, and those whose compound scores differ at all."""
    analyzer = vader.SentimentIntensityAnalyzer()
    compared, different = 0, []
    for text in _proving(texts):
        compared += 1
        if compound(text) != analyzer.polarity_scores(text)["compound"]:
            different.append(text)
    return compared, different


def generated(number: int, seed: int = 7, real: Sequence[str] = ()) -> Iterator[str]:
    """Texts of the lexicon's words among all that changes their mood, and changed and joined real texts where there are some."""
    chance = random.Random(seed)  # noqa: S311  # the same texts in every run
    words, emoji = list(english.vocabulary()), _emoji()
    plenty = [
        *_TURNS,
        *vader.NEGATE,
        *vader.BOOSTER_DICT,
        *vader.SPECIAL_CASES,
        *vader.SENTIMENT_LADEN_IDIOMS,
    ]
    for _ in range(number):
        if real and chance.random() < 0.5:  # noqa: PLR2004  # half of them
            pieces = " ".join(chance.sample(real, chance.choice([1, 1, 2, 3]))).split(" ")
        else:
            pieces = chance.choices(words, k=chance.randint(0, 12)) + chance.choices(
                plenty, k=chance.randint(0, 12)
            )
            chance.shuffle(pieces)
        yield "".join(
            f"{_changed(piece, plenty, emoji, chance)}{chance.choice(_BETWEEN)}" for piece in pieces
        )


def _changed(piece: str, plenty: Sequence[str], emoji: Sequence[str], chance: random.Random) -> str:
    """Most pieces stay as they are; others change case, gain signs or neighbours, or give way."""
    changed = {
        0: piece.upper(),
        1: piece.upper(),
        2: piece.title(),
        3: piece + chance.choice(_SIGNS),
        4: piece + chance.choice(_SIGNS),
        5: chance.choice(_SIGNS) + piece,
        6: piece + chance.choice(emoji),
        7: f"{chance.choice(emoji)} {piece}",
        8: f"{chance.choice(plenty)} {piece}",
        9: f"{chance.choice(plenty)} {piece}",
        10: chance.choice(_ODD) + piece,
    }
    return changed.get(chance.randrange(24), piece)


def _proving(number: int) -> Iterator[str]:
    """First every English text there is and every word and emoji alone, then generated ones; at least so many in all."""
    real = _real_texts()
    alone = [*real, *vader.SentimentIntensityAnalyzer().lexicon, *_emoji()]
    yield from alone
    yield from generated(max(number - len(alone), number // 3), real=real)


def _real_texts() -> list[str]:
    if not labelled.is_there():
        return []
    return [row["text"] for name in labelled.names() for row in labelled.rows(name) if row["lang"] == "en"]


def _emoji() -> list[str]:
    return list(vader.SentimentIntensityAnalyzer().emojis)


def _of_length(length: int, number: int) -> list[str]:
    """Generated text cut into pieces; the real texts joined, where they are on this machine."""
    line = " ".join(_real_texts() or generated(20_000))
    return [
        line[start : start + length]
        for start in range(0, length * number, length)
        if start + length <= len(line)
    ]


def _rate(act: Callable[[str], object], texts: Sequence[str]) -> float:
    """Texts a second of processor time, the best of three rounds."""
    return len(texts) / min(_seconds(act, texts) for _ in range(3))


def _seconds(act: Callable[[str], object], texts: Sequence[str]) -> float:
    begin = time.process_time()
    for text in texts:
        act(text)
    return time.process_time() - begin


def main() -> int:
    """Prints the table, or with --proof how many texts were compared; 1 when one of them differs."""
    parser = argparse.ArgumentParser(prog="python -m bench.sentiment", description=__doc__)
    parser.add_argument("--proof", action="store_true", help=f"compare {PROOF} texts in place of measuring")
    if not parser.parse_args().proof:
        for measured, figure, unit in run():
            sys.stdout.write(f"{measured:32} {figure:10,.0f} {unit}\n")
        return 0
    compared, different = proof()
    sys.stdout.write(f"{compared} texts compared with vaderSentiment, {len(different)} differences\n")
    for text in different[:10]:
        sys.stdout.write(f"{text!r}\n")
    return int(bool(different))


if __name__ == "__main__":
    sys.exit(main())
