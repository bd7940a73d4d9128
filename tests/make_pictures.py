"""Makes the pictures of the documents from the running demo, so that they never grow old: `make pictures`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page

from reputation_bot.commands.demo import playing
from reputation_bot.config import example_rules
from reputation_bot.i18n import Translate, translator
from tests.at_work import at_work
from tests.hands import ANNA, FEDERICA
from tests.on_the_page import InBrowser, OnThePage, browser_page

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
COLOURS = 256  # a card needs no more, and half the bytes do
_SCALE = 1.5
_GLOW = 1_300  # ms that what has just changed is marked
_PHONE, _TALL = 390, 1_400  # points; nothing is out of sight


@dataclass(frozen=True, slots=True)
class Said:
    """What customers and staff say in one language."""

    complaint: str
    answer: str
    blocked: str
    thanks: str
    address: str
    note: str
    question: str


SAID = {
    "it": Said(
        "Bottega Aurora, la ciotola è arrivata rotta e da una settimana nessuno risponde. Mai più!",
        "Ciao Elena, ci dispiace: una ciotola rotta non è il pacco che volevamo mandarti. Controlliamo subito. Anna",
        "Ciao Elena, ci dispiace. Per il rimborso dell'ordine 45127 ti scriviamo a elena.marchi@posta.example.",
        "Bottega Aurora, imballo perfetto e tazza bellissima. Grazie!",
        "Ecco il mio indirizzo: via Verdi 3, Parma.",
        "Il corriere ha aperto la pratica: ci richiama domani.",
        "Bottega Aurora, spedite anche in Francia?",
    ),
    "en": Said(
        "Bottega Aurora, my bowl arrived broken and nobody has replied for a week. Never again!",
        "Hello Elena, we are sorry: a broken bowl is not the parcel we wanted you to get. We look into it now. Anna",
        "Hello Elena, we are sorry. For the refund of order 45127 we write to elena.marchi@mail.example.",
        "Bottega Aurora, perfect packing and a lovely cup. Thank you!",
        "Here is my address: 3 Mill Lane, Parma.",
        "The courier has opened a claim and calls back tomorrow.",
        "Bottega Aurora, do you ship to France?",
    ),
}


def main() -> None:
    """The demo's page, then the cards as a phone shows them, in both languages of the interface."""
    PICTURES.mkdir(exist_ok=True)
    demo()
    for language in SAID:
        cards(language)
    for picture in PICTURES.glob("*/*.png"):
        Image.open(picture).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
            picture, optimize=True
        )


def demo() -> None:
    """A review and its published answer on a wide page."""
    said = SAID["it"]
    with playing(0, sample=True) as url, browser_page(width=1280, height=860) as page:
        shown = OnThePage(page, url)
        shown.card_of("Chiara Fontana")  # the oldest sample: all cards are there
        shown.write_post("Elena Marchi", said.complaint, stars=1)
        card = shown.card_of("Elena Marchi")
        shown.answer(card, said.answer)
        shown.see(card, said.answer)
        shown.press(card, "Pubblica")
        shown.see(shown.thread_of("Elena Marchi"), said.answer)
        shown.see(card, "pubblicata")
        page.locator("#messages").evaluate("node => node.scrollTo(0, node.scrollHeight)")
        page.screenshot(path=PICTURES / "demo.png")


def cards(language: str) -> None:
    """One picture for each thing that the guide tells of."""
    folder = PICTURES / language
    folder.mkdir(exist_ok=True)
    rules = example_rules().replace("language: it\n", f"language: {language}\n", 1)
    rules = rules.replace("http://127.0.0.1:8800", "{url}").replace("every: 1m", "every: 1s")
    if language == "en":
        rules = rules.replace("Lo staff di Bottega Aurora", "The Bottega Aurora team").replace(
            "rotture", "breakages"
        )
    with (
        TemporaryDirectory() as place,
        at_work(Path(place), rules) as work,
        browser_page(width=_PHONE, height=_TALL, scale=_SCALE, language=language) as page,
    ):
        hands = InBrowser(page, work.url)
        play(
            hands,
            SAID[language],
            translator(language),
            lambda name, *ids: picture(page, folder / f"{name}.png", ids),
        )
        hands.network.close()


def play(hands: InBrowser, said: Said, _: Translate, keep: Callable[..., None]) -> None:
    """`keep` takes a picture of these messages under this name."""
    hands.network.post("Elena Marchi", said.thanks, rating=5)
    hands.press(hands.network.card("Elena Marchi"), _("Dismiss…"))
    before = hands.network.last_id()
    post = hands.network.post("Elena Marchi", said.complaint, rating=1)
    card = hands.network.card("Elena Marchi", after=before)
    keep("new", card)
    hands.press(card, _("Hand off"))
    hands.see(card, _("Publish both"))
    keep("handoff", card)
    hands.press(card, _("Only 2"))
    hands.press(card, _("Take"))
    written = hands.say(said.blocked, answering=card)
    hands.see(card, "⛔")
    keep("check", card, written)
    hands.say(said.answer, answering=card)
    hands.see(card, said.answer)
    hands.press(card, _("Publish"))
    hands.see(card, _("Undo"))
    keep("undo", card)
    hands.see(card, _("seen on the platform"))
    keep("sent", card)
    before = hands.network.last_id()
    hands.press(card, _("More"))
    hands.press(card, _("Audit"))
    keep("audit", hands.network.newest("📜", after=before))
    hands.press(card, _("Back"))
    before = hands.network.last_id()
    hands.network.post("Elena Marchi", said.address, reply_to=post, private=True)
    told = hands.network.newest(said.address, after=before)
    hands.see(card, _("Send in private"))
    keep("private", told)
    _second(hands, said, _, keep)


def _second(hands: InBrowser, said: Said, _: Translate, keep: Callable[..., None]) -> None:
    hands.network.post("Marta Longhi", said.question)
    card = hands.network.card("Marta Longhi")
    hands.press(card, _("More"), FEDERICA)
    hands.press(card, _("Note"), FEDERICA)
    hands.say(said.note, FEDERICA, answering=hands.asked(FEDERICA))
    hands.see(card, said.note)
    keep("more", card)
    hands.press(card, _("Back"), FEDERICA)
    hands.network.fail("lost")
    hands.press(card, _("Publish"), ANNA)
    hands.see(card, "❓")
    keep("lost", card)
    asked = hands.say("/inbox", ANNA)
    keep("inbox", asked, hands.network.newest("📥", after=asked))


def picture(page: Page, path: Path, ids: tuple[int, ...]) -> None:
    """The messages as they stand one below the other, without what is around them."""
    page.locator("#toast").evaluate("node => node.hidden = true")
    nodes = [page.locator(f"[data-message='{message}']") for message in ids]
    nodes[0].scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    page.wait_for_timeout(_GLOW)
    whole = [box for box in (node.bounding_box() for node in nodes) if box]
    top, bottom = min(box["y"] for box in whole), max(box["y"] + box["height"] for box in whole)
    page.screenshot(path=path, clip={"x": 0, "y": top - 6, "width": _PHONE, "height": bottom - top + 12})


if __name__ == "__main__":
    main()
