"""How many texts a second get a verdict, what a thousand rules cost, and how long loading takes; trust the ratios."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from reputation_bot.matching import BrandMatcher
from reputation_bot.model import Author, Mention
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Brand, Settings

TEXTS = 5_000
_LOAD = """
import time
import reputation_bot.settings  # pydantic, which every command needs anyway
begin = time.process_time()
from reputation_bot.rules.engine import Classifier
Classifier(reputation_bot.settings.Settings.model_validate({"brand": {"name": "x"}, "telegram": {"chat": -1}}))
print(time.process_time() - begin)
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
    matcher = BrandMatcher(Brand(name="Bottega Aurora", terms=["bottega aurora", "@bottegaaurora"]))
    plain, whole, few, many, match = _rates(
        (lambda mention: vader.polarity_scores(mention.text), english),
        (ten.classify, english),
        (ten.classify, mixed),
        (thousand.classify, mixed),
        (matcher.match, mixed),
    )
    return [
        ("vaderSentiment alone, English", plain, "texts/s"),
        ("whole verdict, English", whole, f"texts/s, {whole / plain:.2f} times vaderSentiment alone"),
        ("whole verdict, 10 rules", few, "texts/s, Italian and English"),
        ("whole verdict, 1000 rules", many, f"texts/s, costs {few / many:.2f} times as much as 10 rules"),
        ("brand match", match, "texts/s"),
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


def _rates(*work: tuple[Callable[[Mention], object], Sequence[Mention]]) -> list[float]:
    """Calls a second of processor time, the best of three rounds; rounds alternate, so that a busy machine slows all alike."""
    rounds = [[_seconds(act, mentions) for act, mentions in work] for _ in range(3)]
    return [
        len(mentions) / min(times)
        for (_, mentions), times in zip(work, zip(*rounds, strict=True), strict=True)
    ]


def _seconds(act: Callable[[Mention], object], mentions: Iterable[Mention]) -> float:
    begin = time.process_time()
    for mention in mentions:
        act(mention)
    return time.process_time() - begin


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
