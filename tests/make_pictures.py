"""Makes the pictures of the documents from the running demo, so that they never grow old: `make pictures`."""

from pathlib import Path

from reputation_bot.commands.demo import playing
from tests.on_the_page import OnThePage, browser_page

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
AUTHOR = "Elena Marchi"
REVIEW = "Bottega Aurora, ordine mai arrivato: scrivo da una settimana e nessuno risponde. Mai più!"
ANSWER = "Ciao Elena, ci dispiace: una settimana senza risposta non è da noi. Controlliamo subito il tuo pacco. Anna"


def main() -> None:
    """A new case on a wide page and on a phone, and the page once the answer is out."""
    PICTURES.mkdir(exist_ok=True)
    with playing(0, sample=True) as url, browser_page(width=1280, height=860) as page:
        demo = OnThePage(page, url)
        demo.card_of("Chiara Fontana")  # the oldest sample: all cards are there
        demo.write_post(AUTHOR, REVIEW, stars=1)
        card = demo.card_of(AUTHOR)
        demo.answer(card, ANSWER)
        demo.see(card, ANSWER)
        demo.press(card, "Pubblica")
        demo.see(demo.thread_of(AUTHOR), ANSWER)
        demo.see(card, "pubblicata")
        page.locator("#messages").evaluate("node => node.scrollTo(0, node.scrollHeight)")
        page.screenshot(path=PICTURES / "demo.png")


if __name__ == "__main__":
    main()
