"""Sudden death: poll and bot are killed at random moments, again and again, while customers write and staff press.

What must hold afterwards: the store opens, no mention is lost, no case is doubled, no answer is published twice, nobody's card hangs
in the chat twice, and all that was due is done or shown as unknown.
"""

import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reputation_bot.model import ReplyState
from reputation_bot.sandbox.server import running
from storage.tiny import TinyStorage
from tests.processes import LEADS, Place, wait_until

KILLS = 200
POSTS = 60
SECOND_POSTS = POSTS // 5


class World:
    """A place with customers who write and staff who press until it is over."""

    def __init__(self, place: Place) -> None:
        self.place, self.over = place, threading.Event()

    def customers_write(self) -> None:
        """Spread over the time of the killing; every fifth author writes once more in the same thread."""
        for number in range(POSTS):
            author = f"Cliente {number}"
            words = {"author": author, "text": f"Bottega Aurora, ordine {number} mai arrivato!", "rating": 1}
            post = self.place.call("POST", "/api/posts", words)["id"]
            if number % 5 == 0:
                again = {"author": author, "text": f"Ancora niente ({number})", "reply_to": post}
                self.place.call("POST", "/api/posts", again)
            self.over.wait(0.2)

    def staff_press(self, chance: random.Random) -> None:
        """Presses Publish wherever it is offered, and asks for listed cards; a bot that is dead just then does not answer."""
        while not self.over.is_set():
            buttons = self.place.buttons(("p:", "s:"))
            if not buttons:
                self.over.wait(0.2)
                continue
            message_id, data = chance.choice(buttons)
            press = {"message_id": message_id, "callback_data": data, "user_id": chance.choice(LEADS)}
            try:
                self.place.call("POST", "/api/chat/press", press, wait=3)
            except OSError:  # no bot to answer
                continue

    def kill_again_and_again(self, arguments: list[str], times: int, chance: random.Random) -> None:
        """Starts, lets it work for a moment, kills; the random moment is the point.

        It lies between a third of what a start takes on this machine just now and as much again as a start and a second.
        """
        start = self.seconds_to_start()
        for _ in range(times):
            process = self.place.start(*arguments)
            time.sleep(chance.uniform(start / 3, start + 1))
            process.send_signal(signal.SIGKILL)
            process.communicate()

    def seconds_to_start(self) -> float:
        """Of a poll from beginning to end; what is on the network by then is polled."""
        before = time.monotonic()
        self.place.run("poll", "--all")
        return time.monotonic() - before

    def ask_for_help(self) -> int:
        """The number of the message that asks the bot for something."""
        asked: int = self.place.call("POST", "/api/chat/send", {"user_id": LEADS[0], "text": "/help"})[
            "message_id"
        ]
        return asked

    def is_answered(self, asked: int) -> bool:
        """Whether the bot has said something to it."""
        return any(message["reply_to"] == asked for message in self.place.call("GET", "/api/chat"))

    def answers(self) -> list[str]:
        """The posts that were answered by us, one entry an answer."""
        return [post["reply_to"] for post in self.place.call("GET", "/api/posts") if not is_customers(post)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with running() as sandbox:
        place = Place(sandbox.url, tmp_path)
        made = World(place)
        yield made
        made.over.set()
        place.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_two_hundred_times_nothing_is_lost_and_nothing_happens_twice(world: World) -> None:
    killers = [
        threading.Thread(target=world.kill_again_and_again, args=(arguments, KILLS // 2, random.Random(seed)))
        for seed, arguments in enumerate((["bot"], ["poll", "--all"]))
    ]
    customers = threading.Thread(target=world.customers_write)
    staff = [threading.Thread(target=world.staff_press, args=(random.Random(seed),)) for seed in range(3)]
    for thread in [*killers, customers, *staff]:
        thread.start()
    for thread in [*killers, customers]:
        thread.join()

    bot = world.place.start("bot")
    try:
        world.place.run("poll", "--all")
        wait_until("some answers to be out", lambda: len(world.answers()) > POSTS // 10, 120)
        world.over.set()
        for thread in staff:
            thread.join()
        wait_until("everything due to be done", lambda: all_is_done(world.place), 300)
        asked = world.ask_for_help()  # the poll may have done all while the bot was still starting
        wait_until("the bot to answer", lambda: world.is_answered(asked), 60)
    finally:
        bot.send_signal(signal.SIGTERM)
        bot.communicate(timeout=30)
    assert bot.returncode == 0
    check_the_cases(world.place)
    check_the_answers(world.place)
    check_the_cards(world.place)


def is_customers(post: dict[str, Any]) -> bool:
    return str(post["author"]).startswith("Cliente")


def all_is_done(place: Place) -> bool:
    """No case without a card or a line in a list, and no reply on its way."""
    storage = TinyStorage(str(place.store))
    with storage.read() as view:
        on_its_way = view.replies(states={ReplyState.PENDING, ReplyState.SENDING})
        cards = [view.card(case.id) for case in view.cases()]
        done = not on_its_way and all(card and (card.message_id or card.listed_in) for card in cards)
    storage.close()
    return done


def check_the_cases(place: Place) -> None:
    posts = place.call("GET", "/api/posts")
    customers = {f"piazza:{post['id']}" for post in posts if is_customers(post)}
    assert len(customers) == POSTS + SECOND_POSTS
    storage = TinyStorage(str(place.store))
    with storage.read() as view:
        cases = view.cases()
    storage.close()
    recorded = Counter(key for case in cases for key in case.mention_keys)
    assert set(recorded) == customers, "no mention is lost"
    assert max(recorded.values()) == 1, "no mention is in two cases"
    assert len({(case.thread, case.author.key) for case in cases}) == len(cases) == POSTS, (
        "no case is doubled"
    )


def check_the_answers(place: Place) -> None:
    posts = place.call("GET", "/api/posts")
    published = Counter(post["reply_to"] for post in posts if not is_customers(post))
    assert max(published.values()) == 1, "no answer is published twice"
    storage = TinyStorage(str(place.store))
    with storage.read() as view:
        sent = len(view.replies(states={ReplyState.SENT}))
        unknown = len(view.replies(states={ReplyState.UNKNOWN}))
    storage.close()
    assert sent <= published.total() <= sent + unknown, "what is out is known to be out, or shown as unknown"


def check_the_cards(place: Place) -> None:
    messages = place.call("GET", "/api/chat")
    heads = [message["text"].partition("\n")[0] for message in messages if not message["reply_to"]]
    cards = Counter(found.group(1) for head in heads if (found := re.search(r"#(\d+)$", head)))
    assert cards
    assert max(cards.values()) == 1, "no case has two cards"
