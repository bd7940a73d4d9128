"""The demo's page as a person uses it: writing on the left, pressing and answering on the right."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# without the last three Chromium calls home at every start
_ARGUMENTS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync""".split()
_PATIENCE = 30_000  # ms; polls, undo delays and real processes take their time


@contextmanager
def browser_page(*, width: int, height: int) -> Iterator[Page]:
    """A page in headless Chromium that speaks Italian."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        page = browser.new_page(
            viewport={"width": width, "height": height},
            locale="it-IT",
            timezone_id="Europe/Rome",
            color_scheme="light",
        )
        page.set_default_timeout(_PATIENCE)
        yield page
        browser.close()


class OnThePage:
    """One open page of the demo."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)

    def write_post(self, author: str, text: str, stars: int) -> None:
        """As a customer, on the left."""
        form = self.page.locator("#compose")
        form.locator("[name=author]").fill(author)
        form.locator("textarea").fill(text)
        form.locator(f"label[data-stars='{stars}']").click()
        form.locator("button.primary").click()

    def card_of(self, author: str) -> Locator:
        """The newest message on the right that names the author."""
        card = self.page.locator("#messages .message.bot", has_text=author).last
        expect(card).to_be_visible(timeout=_PATIENCE)
        return card

    def press(self, card: Locator, button: str) -> None:
        """An inline button, by its words."""
        card.get_by_role("button", name=button).click()

    def answer(self, card: Locator, text: str) -> None:
        """Answers a message as the chosen member of staff."""
        card.hover()
        card.locator("button.answer").click()
        self.page.locator("#say textarea").fill(text)
        self.page.locator("#say .send").click()

    def thread_of(self, author: str) -> Locator:
        """The customer's post on the left, with what is below it."""
        return self.page.locator("#posts .thread", has_text=author).first

    def see(self, place: Locator, text: str) -> None:
        """Waits until the text stands there."""
        expect(place).to_contain_text(text, timeout=_PATIENCE)
