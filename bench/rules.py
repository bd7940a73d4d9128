"""How many texts a second get a verdict, what a thousand rules cost, and how long loading takes; trust the ratios."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from reputation_bot.brand.matching import BrandMatcher
from reputation_bot.model import Author, Mention, Verdict
from reputation_bot.packs import compiled
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Brand, Settings

TEXTS = 5_000
_LOAD = """
import time
import reputation_bot.settings  # pydantic, which every command needs anyway
from reputation_bot.model import Author, Mention
languages = ["it", "en", "es", "fr", "de"]
begin = time.process_time()
from reputation_bot.rules.engine import Classifier
classifier = Classifier(reputation_bot.settings.Settings.model_validate(
    {"brand": {"name": "x"}, "telegram": {"chat": -1}, "languages": languages}
))
for lang in (*languages, None):  # what is known of a language loads with the first text in it, the rest with an unclear one
    classifier.classify(Mention("news", "1", Author("Giulia"), "ok", thread="1", lang=lang))
print(time.process_time() - begin)
from bench.rules import mentions
for mention in mentions(1_000, languages):
    classifier.classify(mention)
lines = open("/proc/self/status").read().splitlines()  # the kernel's ru_maxrss is never below that of the process which began this one
print(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024)
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
    "es": [
        "El pedido {n} no ha llegado, llevo tres semanas esperando y nadie contesta!",
        "Compré un jarrón para mi hermana: precioso, bien embalado, en dos días en casa.",
        "Hola, quería saber si hacéis envíos a Suiza y cuánto cuesta",
        "El color no es como en la foto, pero la tienda es amable. Una pena.",
        "Ayer pasé por el centro y había cola en la puerta 😍 @bottegaaurora #lecce",
        "Estaría bien que añadierais el pago a plazos.",
    ],
    "fr": [
        "Commande {n} jamais arrivée, j'attends depuis trois semaines et personne ne répond !",
        "J'ai acheté un vase pour ma sœur : magnifique, bien emballé, reçu en deux jours.",
        "Bonjour, je voudrais savoir si vous livrez en Suisse et combien ça coûte",
        "La couleur n'est pas comme sur la photo, mais la boutique est gentille. Dommage.",
        "Hier je suis passée en ville et il y avait la queue dehors 😍 @bottegaaurora #lecce",
        "Ce serait bien d'ajouter le paiement en plusieurs fois.",
    ],
    "de": [
        "Bestellung {n} nie angekommen, ich warte seit drei Wochen und niemand antwortet!",
        "Habe eine Vase für meine Schwester gekauft: wunderschön, gut verpackt, in zwei Tagen da.",
        "Hallo, ich wollte wissen, ob Sie auch in die Schweiz liefern und was das kostet",
        "Die Farbe ist nicht wie auf dem Bild, aber der Laden ist freundlich. Schade.",
        "War gestern in der Stadt und vor der Tür stand eine Schlange 😍 @bottegaaurora #lecce",
        "Es wäre schön, wenn ihr Ratenzahlung anbieten würdet.",
    ],
}
LANGUAGES = list(_PARTS)
_HOSTILE = [
    "perché ",
    "😡",
    "👍but ",
    "good but ",
    "non buono ma ",
    "a?",
    "ß",
    "\u200b",
    "日本",
    "Ωa1",
    "mai arrivato ",
]


def run(texts: int = TEXTS) -> list[tuple[str, float, str]]:
    """What was measured, its figure, and the figure's unit or what it is held against."""
    compiled.compile_all()  # as in an installed package
    english, mixed = mentions(texts, ["en"]), mentions(texts, LANGUAGES)
    ten, two_hundred, thousand = _classifier(10), _classifier(200), _classifier(1_000)
    vader = SentimentIntensityAnalyzer()
    matcher = BrandMatcher(Brand(name="Bottega Aurora", terms=["bottega aurora", "@bottegaaurora"]))

    def whole(mention: Mention) -> Verdict:
        return two_hundred.classify(mention, matcher.match(mention) or ())

    def told(mention: Mention) -> object:
        return whole(
            mention
        ).trace  # which is put together when it is first read, as storing the verdict does

    alone, plain, all_english, all_mixed, told_english, told_mixed, few, many = _rates(
        (lambda mention: vader.polarity_scores(mention.text), english),
        (lambda mention: vader.polarity_scores(mention.text), mixed),
        (whole, english),
        (whole, mixed),
        (told, english),
        (told, mixed),
        (ten.classify, mixed),
        (thousand.classify, mixed),
    )
    load, memory = _load()
    return [
        ("vaderSentiment alone, English", alone, "texts/s"),
        ("whole verdict, English", all_english, _ratio(all_english, alone, 1)),
        ("the same with its trace read", told_english, _ratio(told_english, alone, 1)),
        ("vaderSentiment, five languages", plain, "texts/s"),
        ("whole verdict, five languages", all_mixed, _ratio(all_mixed, plain, 0.7)),
        ("the same with its trace read", told_mixed, _ratio(told_mixed, plain, 0.7)),
        ("verdict, 10 rules", few, "texts/s"),
        ("verdict, 1000 rules", many, f"texts/s, costs {few / many:.2f} times as much; must 1.3"),
        ("loading five languages", load * 1_000, "ms in a new process; must 250"),
        ("memory, five languages at work", memory, "MB; must 120"),
        (
            "hostile text of 100,000 signs",
            _slowest(ten) * 1_000,
            f"ms, the slowest of {len(_HOSTILE)}; must 50",
        ),
    ]


def _ratio(rate: float, beside: float, must: float) -> str:
    return f"texts/s, {rate / beside:.2f} times vaderSentiment; must {must:g}, 200 rules"


def mentions(texts: int, languages: Sequence[str]) -> list[Mention]:
    """Two or three sentences each, so that most texts are new to every cache."""
    chance = random.Random(7)  # noqa: S311  # the same texts in every run
    parts = [(lang, part) for lang in languages for part in _PARTS[lang]]
    made = []
    for number in range(texts):
        lang, start = chance.choice(parts)
        rest = chance.sample(_PARTS[lang], chance.choice([1, 1, 2]))
        made.append(_mention(" ".join([start, *rest]).replace("{n}", str(number))))
    return made


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
        Settings.model_validate(
            {"brand": {"name": "x"}, "telegram": {"chat": -1}, "languages": LANGUAGES, "rules": made_up}
        )
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


def _load() -> tuple[float, float]:
    """Seconds of processor time, the best of three new processes, and the megabytes that such a process takes."""
    runs = [
        subprocess.run([sys.executable, "-c", _LOAD], check=True, capture_output=True)  # noqa: S603  # our own program
        for _ in range(3)
    ]
    seconds, memory = zip(*(map(float, run.stdout.split()) for run in runs), strict=True)
    return min(seconds), max(memory)


def _slowest(classifier: Classifier) -> float:
    texts = [_mention((kind * 100_000)[:100_000]) for kind in _HOSTILE]
    return max(_seconds(classifier.classify, [text]) for text in texts)


if __name__ == "__main__":
    for measured, figure, unit in run():
        sys.stdout.write(f"{measured:32} {figure:10,.0f} {unit}\n")
