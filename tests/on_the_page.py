"""The demo's page as a person uses it: writing on the left, pressing and answering on the right."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from playwright.sync_api import Locator, Page, expect, sync_playwright

from reputation_bot.telegram.buttons import Act, decode
from tests.hands import ANNA, Network, newest_question, wait_for

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# without the last three Chromium calls home at every start
_ARGUMENTS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync""".split()
PATIENCE = 30_000  # ms; polls, undo delays and real processes take their time
_GLANCE = 50  # ms


@contextmanager
def browser_page(*, width: int, height: int, scale: float = 1, language: str = "it") -> Iterator[Page]:
    """A page in headless Chromium that speaks this language; `scale` is how many dots a point has."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        page = browser.new_page(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            locale={"it": "it-IT", "en": "en-GB"}[language],
            timezone_id="Europe/Rome",
            color_scheme="light",
        )
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield page
        browser.close()


class InBrowser:
    """`tests.hands.Hands` on one open page: everything is clicked and typed as a person would, and what the page shows is what counts."""

    def __init__(self, page: Page, url: str, hurry: Callable[[], None] | None = None) -> None:
        self.page, self.network, self.pressed = page, Network(url, hurry), set[Act]()
        page.goto(url)

    def press(self, card: int, button: str, who: int = ANNA) -> str:
        """The pop-up must really show, and is closed."""
        self._be(who)
        key = self._node(card).get_by_role("button", name=_named(button)).first
        with self.page.expect_response("**/api/chat/press") as answered:
            key.click()
        sent = answered.value.request.post_data_json
        assert sent
        self._note(str(sent["callback_data"]))
        answer = answered.value.json()
        if answer["alert"]:
            expect(self.page.locator("#alert")).to_contain_text(answer["text"])
            self.page.locator("#alert button").click()
        elif answer["text"]:
            expect(self.page.locator("#toast")).to_have_text(answer["text"])
        return str(answer["text"])

    def say(self, text: str, who: int = ANNA, *, answering: int | None = None) -> int:
        """A message that asks this person has opened the field already."""
        self._be(who)
        if answering is not None and self.page.locator("#answering").is_hidden():
            node = self._node(answering)
            node.hover()
            node.locator("button.answer").click()
        self.page.locator("#say textarea").fill(text)
        with self.page.expect_response("**/api/chat/send") as answered:
            self.page.locator("#say .send").click()
        sent = int(answered.value.json()["message_id"])
        expect(self._node(sent)).to_contain_text(text.splitlines()[0])
        return sent

    def see(self, card: int, *texts: str) -> None:
        node = self._node(card)
        for text in texts:
            wait_for(f"{text!r} on {card}", partial(_holds, node, text), self.network.hurry)

    def asked(self, who: int = ANNA) -> int:
        asked = newest_question(self.network, who)
        expect(self.page.locator("#answering")).to_be_visible()
        return asked

    def _be(self, who: int) -> None:
        if self.page.locator("#say select").input_value() != str(who):
            self.page.locator("#say select").select_option(str(who))

    def _node(self, message: int) -> Locator:
        return self.page.locator(f"[data-message='{message}']")

    def _note(self, data: str) -> None:
        pressed = decode(data)
        assert pressed, data
        self.pressed.add(pressed.act)


def _holds(node: Locator, text: str) -> bool:
    try:
        expect(node).to_contain_text(text, timeout=_GLANCE)
    except AssertionError:
        return False
    return True


def _named(button: str) -> re.Pattern[str]:
    """A button is known by its words, without the sign before them."""
    return re.compile(rf"^(?:\S+ )?{re.escape(button)}$")


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
        expect(card).to_be_visible(timeout=PATIENCE)
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
        expect(place).to_contain_text(text, timeout=PATIENCE)
