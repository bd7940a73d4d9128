"""How many texts a second get a verdict, what a thousand rules cost, and how long loading takes; trust the ratios."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence

from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from reputation_bot.matching import BrandMatcher
from reputation_bot.model import Author, Mention
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Brand, Settings

TEXTS = 5_000
_LOAD = """
import time
import reputation_bot.settings  # pydantic, which every command needs anyway
begin = time.perf_counter()
from reputation_bot.rules.engine import Classifier
Classifier(reputation_bot.settings.Settings.model_validate({"brand": {"name": "x"}, "telegram": {"chat": -1}}))
print(time.perf_counter() - begin)
"""
_PARTS = {
    "it": [
        "Ordine {n} mai arrivato, aspetto da tre settimane e nessuno risponde!",
        "Ho comprato un vaso per mia sorella: bellissimo, imballato con cura, arrivato in due giorni.",
        "Buongiorno, vorrei sapere se spedite anche in Svizzera e quanto costa",
        "Il colore non è come in foto, però il negozio è gentile. Peccato.",
        "Ieri sono passata in centro e c'era la coda fuori dalla porta 😍 @bottegaaurora #lecce",
        "Sarebbe bello se aggiungeste il pagamento a rate.",
    ],
    "en": [
        "Order {n} never arrived, I have been waiting for three weeks and nobody answers!",
        "Bought a vase for my sister: beautiful, packed with care, here in two days.",
        "Hello, do you ship to Switzerland and how much is it?",
        "The color is not quite like the picture, but the shop is kind. Unfortunately it broke.",
        "Walked through the centre yesterday and there was a queue outside 😍 @bottegaaurora #lecce",
        "It would be great if you added payment by instalments.",
    ],
}


def run(texts: int = TEXTS) -> list[tuple[str, float, str]]:
    """What was measured, its figure, and the figure's unit or what it is held against."""
    english, mixed = _mentions(texts, ["en"]), _mentions(texts, ["it", "en"])
    ten, thousand = _classifier(10), _classifier(1_000)
    vader = SentimentIntensityAnalyzer()
    plain = _rate(vader.polarity_scores, [mention.text for mention in english])
    whole = _rate(ten.classify, english)
    few, many = _rate(ten.classify, mixed), _rate(thousand.classify, mixed)
    matcher = BrandMatcher(Brand(name="Bottega Aurora", terms=["bottega aurora", "@bottegaaurora"]))
    return [
        ("vaderSentiment alone, English", plain, "texts/s"),
        ("whole verdict, English", whole, f"texts/s, {whole / plain:.2f} times vaderSentiment alone"),
        ("whole verdict, 10 rules", few, "texts/s, Italian and English"),
        ("whole verdict, 1000 rules", many, f"texts/s, costs {few / many:.2f} times as much as 10 rules"),
        ("brand match", _rate(matcher.match, mixed), "texts/s"),
        ("loading everything", _load_seconds() * 1_000, "ms in a new process"),
        ("hostile text of 100,000 signs", _slowest(ten) * 1_000, "ms, the slowest of seven"),
    ]


def _mentions(texts: int, languages: Sequence[str]) -> list[Mention]:
    """Two or three sentences each, so that most texts are new to every cache."""
    chance = random.Random(7)  # noqa: S311  # the same texts in every run
    parts = [(lang, part) for lang in languages for part in _PARTS[lang]]
    mentions = []
    for number in range(texts):
        lang, start = chance.choice(parts)
        rest = chance.sample(_PARTS[lang], chance.choice([1, 1, 2]))
        mentions.append(_mention(" ".join([start, *rest]).replace("{n}", str(number))))
    return mentions


def _mention(text: str) -> Mention:
    return Mention(channel="news", external_id="1", author=Author("Giulia"), text=text, thread="1")


def _classifier(rules: int) -> Classifier:
    made_up = [
        {
            "name": f"rule {number}",
            "when": {"any": [f"parola{number} speciale", {"regex": rf"\bmodello {number}\w*\b"}]},
            "then": {"topic": "product"},
        }
        for number in range(rules)
    ]
    return Classifier(
        Settings.model_validate({"brand": {"name": "x"}, "telegram": {"chat": -1}, "rules": made_up})
    )


def _rate(act: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Calls a second, the best of three rounds."""
    return len(items) / min(_seconds(act, items) for _ in range(3))


def _seconds(act: Callable[[Any], object], items: Iterable[Any]) -> float:
    begin = time.perf_counter()
    for item in items:
        act(item)
    return time.perf_counter() - begin


def _load_seconds() -> float:
    runs = (subprocess.run([sys.executable, "-c", _LOAD], check=True, capture_output=True) for _ in range(3))  # noqa: S603  # our own program
    return min(float(run.stdout) for run in runs)


def _slowest(classifier: Classifier) -> float:
    kinds = ["perché ", "😡", "good but ", "non buono ma ", "a?", "\u200b", "mai arrivato "]
    texts = [_mention((kind * 100_000)[:100_000]) for kind in kinds]
    return max(_seconds(classifier.classify, [text]) for text in texts)


if __name__ == "__main__":
    for measured, figure, unit in run():
        sys.stdout.write(f"{measured:32} {figure:10,.0f} {unit}\n")
