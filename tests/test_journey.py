"""The whole loop as people see it: a customer's review on the left, the group's card on the right, one answer."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from reputation_bot.cli import main
from reputation_bot.commands import demo as command
from reputation_bot.config import Config, example_rules, load_example
from tests.at_work import at_work
from tests.on_the_page import CHROMIUM, OnThePage, browser_page

UNDO = timedelta(seconds=10)  # as the example has it


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example with nearly no time to undo: the story does not, and would wait for all of it."""

    def load_hasty() -> Config:
        example = load_example()
        publishing = example.settings.publishing.model_copy(update={"undo": timedelta(milliseconds=100)})
        return replace(example, settings=example.settings.model_copy(update={"publishing": publishing}))

    monkeypatch.setattr(command, "load_example", load_hasty)


@pytest.mark.usefixtures("hasty")
def test_the_story_by_script_ends_with_one_answer() -> None:
    result = CliRunner().invoke(main, ["demo", "--script", "--port", "8907", "--language", "en"])
    assert result.exit_code == 0, result.output
    assert "Complaint · shipping" in result.stdout
    assert "Published exactly once, as approved." in result.stdout


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt install chromium)")
def test_a_review_is_answered_from_the_page(tmp_path: Path) -> None:
    rules = example_rules().replace("http://127.0.0.1:8800", "{url}").replace("every: 1m", "every: 1s")
    with at_work(tmp_path, rules) as work, browser_page(width=1280, height=860) as page:
        demo = OnThePage(page, work.url)
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
        demo.see(card, "Annulla")
        work.let_pass(UNDO)
        demo.see(demo.thread_of("Elena Marchi"), "Ciao Elena, controlliamo subito. Anna")
        demo.see(card, "pubblicata")
        demo.press(card, "Chiudi")
        demo.see(card, "Chiuso")
