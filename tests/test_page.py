"""The demo's page in a real browser: what a person does and sees there."""

import asyncio
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from reputation_bot.sandbox.server import Running, running
from tests.sandbox_client import CHAT, call, new_bot, png, say

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync"
).split()
HOSTILE = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian's package chromium)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def sandbox() -> Iterator[Running]:
    with running(sample=True) as started:
        yield started


@pytest.fixture
def page(browser: Browser, sandbox: Running) -> Iterator[Page]:
    with open_page(browser, sandbox) as opened:
        yield opened


@contextmanager
def open_page(browser: Browser, sandbox: Running, **options: Any) -> Iterator[Page]:
    """A page that has loaded; fails at the end if the browser complained about anything."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "it-IT"} | options)
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(sandbox.url)
    expect(page.locator(".thread")).not_to_have_count(0)
    yield page
    context.close()
    assert complaints == []


def send(sandbox: Running, text: str, **more: Any) -> int:
    """The bot writes, in HTML; returns the message id."""
    answer = call(sandbox, "sendMessage", {"chat_id": CHAT, "text": text, "parse_mode": "HTML", **more})
    message_id: int = answer["result"]["message_id"]
    return message_id


def keys(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def test_post_written_on_the_left_appears(page: Page, sandbox: Running) -> None:
    page.get_by_label("Il tuo nome").first.fill("Sara Conti")
    page.get_by_label("Il tuo post").fill("Bottega Aurora, dov'è il mio pacco?")
    page.locator("label[data-stars='2']").click()
    page.get_by_role("button", name="Pubblica").click()
    newest = page.locator(".thread").first
    expect(newest).to_contain_text("dov'è il mio pacco?")
    expect(newest.get_by_role("img", name="2 su 5")).to_be_visible()
    stored = httpx.get(f"{sandbox.url}/api/posts").json()[-1]
    assert (stored["author"], stored["rating"], stored["private"]) == ("Sara Conti", 2, False)
    expect(page.get_by_label("Il tuo post")).to_have_value("")


def test_private_post_is_sealed(page: Page) -> None:
    page.get_by_label("Il tuo post").fill("Un segreto per Bottega Aurora")
    page.locator("#compose .toggle").click()
    page.get_by_role("button", name="Pubblica").click()
    expect(page.locator(".thread").first.locator(".private .seal")).to_contain_text(
        "lo leggono solo Sara Conti"
    )


def test_customer_answers_in_a_thread_edits_and_deletes(page: Page) -> None:
    thread = page.locator(".thread").first
    thread.get_by_role("button", name="Rispondi").click()
    thread.get_by_placeholder("Rispondi a Mario Rinaldi…").fill("Succede anche a me")
    thread.get_by_role("button", name="Rispondi").last.click()
    answer = thread.locator(".answers .post")
    expect(answer).to_contain_text("Succede anche a me")
    answer.get_by_role("button", name="Modifica").click()
    thread.locator("form textarea").fill("Risolto!")
    thread.get_by_role("button", name="Salva").click()
    expect(answer).to_contain_text("Risolto!")
    expect(answer).to_contain_text("modificato")
    answer.get_by_role("button", name="Elimina").click()
    expect(answer).to_have_text("Post eliminato")


def test_customer_thinks_better_of_the_stars(page: Page, sandbox: Running) -> None:
    thread = page.locator(".thread").first
    thread.get_by_role("button", name="Modifica").click()
    thread.get_by_label("Stelle").select_option("5")
    thread.get_by_role("button", name="Salva").click()
    expect(thread.get_by_role("img", name="5 su 5")).to_be_visible()
    assert httpx.get(f"{sandbox.url}/api/posts").json()[-1]["rating"] == 5


def test_the_shops_answer_is_marked_and_comes_into_view(page: Page, sandbox: Running) -> None:
    expect(page.locator("#post-1")).not_to_be_in_viewport()
    body = {"author": "Bottega Aurora", "text": "Grazie Chiara", "reply_to": "1"}
    httpx.post(f"{sandbox.url}/api/posts", json=body, headers={"user-agent": "reputation-bot/0.1"})
    expect(page.locator(".official .badge")).to_have_text("negozio")
    expect(page.locator(".official")).to_be_in_viewport()


def test_half_written_answer_survives_news_in_its_thread(page: Page, sandbox: Running) -> None:
    thread = page.locator(".thread").first
    thread.get_by_role("button", name="Rispondi").click()
    field = thread.locator("form textarea")
    field.fill("Sto ancora scriv")
    httpx.post(f"{sandbox.url}/api/posts", json={"author": "Gino", "text": "Anch'io", "reply_to": "6"})
    expect(thread).to_contain_text("Anch'io")
    expect(field).to_have_value("Sto ancora scriv")
    expect(field).to_be_focused()


def answering_bot(sandbox: Running, text: str, *, alert: bool) -> threading.Thread:
    """Answers one press with the real client, in a thread of its own."""

    async def main() -> None:
        async with new_bot(sandbox) as bot:
            (update,) = await bot.get_updates(timeout=20)
            query = update.callback_query
            assert query
            await query.answer(f"{text} {query.from_user.first_name}", show_alert=alert)

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    return thread


def test_press_shows_the_pop_up(page: Page, sandbox: Running) -> None:
    send(sandbox, "<b>Reclamo</b>", reply_markup=keys([{"text": "Prendo io", "callback_data": "take"}]))
    bot = answering_bot(sandbox, "Preso da", alert=False)
    page.get_by_label("Scrivi come").select_option("1003")
    page.get_by_role("button", name="Prendo io").click()
    expect(page.locator("#toast")).to_have_text("Preso da Federica")
    bot.join()


def test_alert_waits_to_be_closed(page: Page, sandbox: Running) -> None:
    send(sandbox, "a", reply_markup=keys([{"text": "Pubblica ora", "callback_data": "publish"}]))
    bot = answering_bot(sandbox, "Non puoi pubblicare,", alert=True)
    page.get_by_role("button", name="Pubblica ora").click()
    expect(page.get_by_role("dialog")).to_contain_text("Non puoi pubblicare, Anna")
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    bot.join()


def test_message_is_drawn_from_its_entities(page: Page, sandbox: Running) -> None:
    text = (
        "😀 <b>grasso <i>e corsivo</i></b> <code>#1024</code>\n<blockquote>citato &lt;3</blockquote>\n"
        '<a href="https://example.com/a">fuori</a> <span class="tg-spoiler">nascosto</span> '
        f'<a href="{sandbox.url}/#post-6">qui</a>'
    )
    send(sandbox, text)
    bubble = page.locator(".message .text")
    expect(bubble.locator("strong").last).to_have_text("e corsivo")
    expect(bubble.locator("em")).to_have_text("e corsivo")
    expect(bubble.locator("code")).to_have_text("#1024")
    expect(bubble.locator("blockquote")).to_have_text("citato <3")
    expect(bubble.get_by_text("fuori")).to_have_attribute("href", "https://example.com/a")
    expect(bubble.get_by_text("qui", exact=True)).to_have_attribute("href", "#post-6")


def test_edit_changes_in_place(page: Page, sandbox: Running) -> None:
    first = send(sandbox, "prima")
    send(sandbox, "altra")
    expect(page.locator(".message")).to_have_count(2)
    call(sandbox, "editMessageText", {"chat_id": CHAT, "message_id": first, "text": "dopo"})
    expect(page.locator(".message").first).to_contain_text("dopo")
    expect(page.locator(".message").first.locator(".stamp")).to_have_text(
        re.compile(r"^modificato \d\d:\d\d$")
    )
    expect(page.locator(".message")).to_have_count(2)


def test_deleted_message_goes(page: Page, sandbox: Running) -> None:
    first = send(sandbox, "prima")
    expect(page.locator(".message")).to_have_count(1)
    call(sandbox, "deleteMessage", {"chat_id": CHAT, "message_id": first})
    expect(page.locator(".message")).to_have_count(0)


def test_staff_answers_a_message(page: Page, sandbox: Running) -> None:
    card = send(sandbox, "Bozza 1")
    page.get_by_label("Scrivi come").select_option("1002")
    page.locator(".message").hover()
    page.locator(".message .answer").click()
    page.get_by_label("Messaggio").fill("Ciao Mario, eccoci")
    page.get_by_label("Messaggio").press("Enter")
    mine = page.locator(".message.mine")
    expect(mine).to_contain_text("Ciao Mario, eccoci")
    expect(mine.locator(".quote")).to_contain_text("Bozza 1")
    stored = httpx.get(f"{sandbox.url}/api/chat").json()[-1]
    assert (stored["from"]["id"], stored["reply_to"]) == (1002, card)
    expect(page.locator("#answering")).to_be_hidden()


def test_picture_is_shown(page: Page, sandbox: Running) -> None:
    files = {"photo": ("chart.png", png(400, 200), "image/png")}
    httpx.post(
        f"{sandbox.url}/bot1:x/sendPhoto", data={"chat_id": str(CHAT), "caption": "Settimana"}, files=files
    )
    picture = page.get_by_role("img", name="Settimana")
    expect(picture).to_be_visible()
    page.wait_for_function("node => node.naturalWidth === 400", arg=picture.element_handle())


def test_hostile_text_is_inert_everywhere(page: Page, sandbox: Running) -> None:
    httpx.post(f"{sandbox.url}/api/posts", json={"author": HOSTILE[:80], "text": HOSTILE})
    say(sandbox, HOSTILE)
    escaped = HOSTILE.replace("<", "&lt;").replace(">", "&gt;")
    buttons = keys(
        [{"text": HOSTILE[:60], "callback_data": "x"}], [{"text": "link", "url": "tg://resolve?domain=a"}]
    )
    send(sandbox, f"<b>{escaped}</b>", reply_markup=buttons)
    expect(page.locator(".thread").first).to_contain_text(HOSTILE)
    expect(page.locator(".message")).to_have_count(2)
    assert page.locator("#messages img, #posts img, #messages script, #posts script").count() == 0
    assert page.title() == "reputation-bot · sandbox"


def test_phone_has_no_horizontal_scroll(browser: Browser, sandbox: Running) -> None:
    httpx.post(f"{sandbox.url}/api/posts", json={"author": "W" * 80, "text": "w" * 400})
    send(
        sandbox,
        "x" * 400,
        reply_markup=keys([{"text": "Un bottone lungo davvero", "callback_data": str(n)} for n in range(4)]),
    )
    with open_page(browser, sandbox, viewport={"width": 390, "height": 844}, has_touch=True) as page:
        expect(page.locator(".message")).to_have_count(1)
        for selector in ("html", "#messages", "#piazza"):
            widths = page.locator(selector).evaluate("node => [node.scrollWidth, node.clientWidth]")
            assert widths[0] <= widths[1], selector
        page.get_by_role("link", name="Gruppo").click()
        expect(page.get_by_label("Messaggio")).to_be_in_viewport()


def test_words_follow_the_browser_and_the_switch(browser: Browser, sandbox: Running) -> None:
    with open_page(browser, sandbox, locale="en-GB") as page:
        expect(page.get_by_role("button", name="Post", exact=True)).to_be_visible()
        page.get_by_role("button", name="Italiano").click()
        expect(page.get_by_role("button", name="Pubblica")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "it")
        page.reload()
        expect(page.get_by_role("button", name="Pubblica")).to_be_visible()
    with open_page(browser, sandbox, locale="fr-FR") as page:
        expect(page.get_by_role("button", name="Pubblica")).to_be_visible()


def test_fault_is_switched_on_and_repaired(page: Page, sandbox: Running) -> None:
    page.get_by_role("button", name="Guasti").click()
    page.get_by_role("button", name="Rete giù").first.click()
    expect(page.locator("#fault-list")).to_have_text("Piazza Rete giù × 5")
    assert httpx.get(f"{sandbox.url}/api/faults").json()[0]["kind"] == "drop"
    page.get_by_role("button", name="Ripara tutto").click()
    expect(page.locator("#fault-list")).to_be_empty()


def test_page_says_when_the_bot_last_looked(page: Page, sandbox: Running) -> None:
    expect(page.locator("#network-looked")).to_have_text("il bot non ha ancora guardato")
    expect(page.locator("#chat-looked")).to_have_text("il bot non è collegato")
    httpx.get(f"{sandbox.url}/api/posts", headers={"user-agent": "reputation-bot/0.1"})
    call(sandbox, "getUpdates")
    expect(page.locator("#network-looked")).to_contain_text("il bot ha guardato")
    expect(page.locator("#chat-looked")).to_have_text("il bot è in ascolto")


def test_link_of_a_card_goes_to_the_post(page: Page, sandbox: Running) -> None:
    send(sandbox, "a", reply_markup=keys([{"text": "Apri", "url": f"{sandbox.url}/#post-1"}]))
    expect(page.locator("#post-1")).not_to_be_in_viewport()
    for _ in range(2):  # the second time the address does not change
        page.get_by_role("link", name="Apri").click()
        expect(page.locator("#post-1")).to_be_in_viewport()
        page.locator("#piazza").evaluate("node => node.scrollTo({top: 0, behavior: 'instant'})")
        expect(page.locator("#post-1")).not_to_be_in_viewport()


def test_page_comes_back_when_the_server_does(browser: Browser) -> None:
    with running() as first:
        httpx.post(f"{first.url}/api/posts", json={"author": "Uno", "text": "prima"})
        page = browser.new_page()
        page.goto(first.url)
        expect(page.locator(".thread")).to_contain_text("prima")
    with running(first.port) as second:
        httpx.post(f"{second.url}/api/posts", json={"author": "Due", "text": "dopo"})
        expect(page.locator(".thread")).to_contain_text("dopo", timeout=15000)
        page.close()
