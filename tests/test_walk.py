"""A walk through every button and command of the desk, as staff do it: by script, and in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.cards.pressing import MOST_UNITS
from tests import story_of_the_desk as story
from tests.at_work import AtWork, at_work, begun, standing_by
from tests.fake_server import Answer, FakeServer
from tests.hands import ANNA, FEDERICA, ByScript, Hands, Network
from tests.on_the_page import CHROMIUM, PATIENCE, InBrowser, browser_page

_FEED = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Blog</title><link>https://blog.example</link><item>
<title>Le tazze di Bottega Aurora</title><link>https://blog.example/tazze</link><guid>tazze</guid>
<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Blog di Marta</dc:creator>
<description>Ho provato le tazze di Bottega Aurora: belle, ma il manico scotta. Voi che dite?</description>
</item></channel></rss>"""
_BLOG = '  blog: {{connector: rss, url: "http://127.0.0.1:{port}/feed", every: 1s}}\n'
_FLOOD = 8  # posts


@contextmanager
def shop(folder: Path) -> Iterator[AtWork]:
    """With a blog that can only be read."""
    feed = FakeServer(lambda _: Answer(body=_FEED, headers={"Content-Type": "application/rss+xml"}))
    with feed.running(), at_work(folder, story.RULES + _BLOG.format(port=feed.port)) as work:
        yield work


def walk(hands: Hands, work: AtWork) -> None:
    """All chapters, each with customers of its own; those that put the clock forward come last."""
    for chapter in (
        story.first_answer,
        story.hand_off,
        story.the_check,
        story.two_people,
        story.notes,
        story.corrections,
        story.dismissals,
        story.together_and_apart,
        story.by_hand,
        story.lost_answers,
        story.changes_of_mind,
        story.commands,
        story.an_old_card,
    ):
        chapter(hands)
    story.snoozes(hands, work)
    story.what_the_rules_learn(hands, work)


def words_fit(network: Network) -> list[str]:
    """Buttons whose words a phone would cut."""
    rows = (row for message in network.messages() for row in message["buttons"])
    return [
        key["text"]
        for row in rows
        for key in row
        if len(key["text"].encode("utf-16-le")) / 2 > MOST_UNITS[len(row)]
    ]


@pytest.mark.slow
@pytest.mark.timeout(240)  # a hundred presses
def test_every_button_and_command_by_script(tmp_path: Path) -> None:
    with shop(tmp_path) as work:
        hands = ByScript(work.url, work.hurry)
        walk(hands, work)
        assert words_fit(hands.network) == []
        hands.network.close()
    assert set(Act) - hands.pressed == {Act.SHOW}  # stands in lists only: see the next test


def test_a_flood_is_one_list_whose_numbers_bring_the_cards(tmp_path: Path) -> None:
    with standing_by(tmp_path, story.RULES, per_minute=6) as work:
        hands = ByScript(work.url)
        for number in range(_FLOOD):
            hands.network.post(
                f"Cliente {number}", f"Bottega Aurora, pacco {number} mai arrivato, vergogna {number}"
            )
        with begun(work):
            story.a_flood(hands)
        hands.network.close()
    assert hands.pressed == {Act.SHOW}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)  # two hundred clicks
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt install chromium)")
def test_every_button_and_command_in_the_browser(tmp_path: Path) -> None:
    with shop(tmp_path) as work, browser_page(width=1180, height=900) as page:
        hands = InBrowser(page, work.url, work.hurry)
        walk(hands, work)
        menu_of_commands(page)
        jumps_of_messages(page, hands)
        hands.network.close()
    assert set(Act) - hands.pressed == {Act.SHOW}


def menu_of_commands(page: Page) -> None:
    """Behind the slash, as Telegram shows it."""
    field = page.locator("#say textarea")
    field.press_sequentially("/")
    expect(page.locator("#commands button")).to_have_count(13, timeout=PATIENCE)
    field.press_sequentially("fi")
    expect(page.locator("#commands button")).to_have_text("/findcasi con queste parole: /find tazza rotta")
    field.press("Tab")
    expect(field).to_have_value("/find ")
    field.fill("")


def jumps_of_messages(page: Page, hands: InBrowser) -> None:
    """A number in a list leads to its card."""
    card = hands.network.card("Zeno Bruni")
    asked = hands.say("/who Zeno Bruni", FEDERICA)
    found = hands.network.newest("Zeno Bruni", after=asked)
    hands.see(found, "Zeno Bruni")
    assert page.locator(f"[data-message='{card}']").evaluate(
        "node => node.getBoundingClientRect().bottom < 0"
    )
    page.locator(f"[data-message='{found}'] a").first.click()
    expect(page.locator(f"[data-message='{card}']")).to_be_in_viewport()
    assert page.locator("#say select").input_value() == str(FEDERICA) != str(ANNA)
