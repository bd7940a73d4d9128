"""The whole loop as people see it: a customer's review on the left, the group's card on the right, one answer."""

import pytest
from click.testing import CliRunner

from reputation_bot.cli import main
from reputation_bot.commands.demo import playing
from tests.on_the_page import CHROMIUM, OnThePage, browser_page


def test_the_story_by_script_ends_with_one_answer() -> None:
    result = CliRunner().invoke(main, ["demo", "--script", "--port", "8907", "--language", "en"])
    assert result.exit_code == 0, result.output
    assert "Complaint · shipping" in result.stdout
    assert "Published exactly once, as approved." in result.stdout


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt install chromium)")
def test_a_review_is_answered_from_the_page() -> None:
    with playing(0, sample=False) as url, browser_page(width=1280, height=860) as page:
        demo = OnThePage(page, url)
        demo.write_post("Elena Marchi", "Bottega Aurora: pacco mai arrivato, nessuno risponde!", stars=1)
        card = demo.card_of("Elena Marchi")
        demo.see(card, "Reclamo")
        demo.press(card, "Prendo io")
        demo.see(card, "Anna")
        demo.answer(card, "Ciao Elena, controlliamo subito. Anna")
        demo.see(card, "Ciao Elena, controlliamo subito. Anna")
        demo.press(card, "Pubblica")
        demo.see(card, "Annulla")
        demo.press(card, "Annulla")
        demo.see(card, "Pubblica")
        demo.press(card, "Pubblica")
        demo.see(demo.thread_of("Elena Marchi"), "Ciao Elena, controlliamo subito. Anna")
        demo.see(card, "pubblicata")
        demo.press(card, "Chiudi")
        demo.see(card, "Chiuso")
