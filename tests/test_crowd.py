"""Many at once: a thousand posts, two polls, ten people on one button; each mention one case, no case two cards, no post two answers."""

import json
import re
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reputation_bot.sandbox.server import running
from storage.tiny import TinyStorage
from tests.processes import LEADS, Place, wait_until

POSTS = 1000
CARDS_TO_ANSWER = 5


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running() as sandbox:
        made = Place(sandbox.url, tmp_path)
        yield made
        made.close()


def write_posts(place: Place) -> None:
    def write(number: int) -> None:
        words = {
            "author": f"Cliente {number}",
            "text": f"Bottega Aurora: pacco {number} mai arrivato",
            "rating": 1,
        }
        place.call("POST", "/api/posts", words)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(POSTS)))


def poll_twice_at_once(place: Place) -> list[dict[str, int]]:
    polls = [place.start("poll", "--all", "--json") for _ in range(2)]
    printed = [poll.communicate(timeout=120)[0] for poll in polls]
    assert [poll.returncode for poll in polls] == [0, 0]
    return [json.loads(one.splitlines()[-1]) for one in printed]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_crowd_gets_one_case_one_card_and_one_answer_each(place: Place) -> None:
    write_posts(place)
    bot = place.start("bot")
    try:
        wait_until("the bot to be the sender", place.store.exists, 30)
        summaries = poll_twice_at_once(place)
        assert sum(summary["cases_opened"] for summary in summaries) == POSTS
        wait_until("lists to choose from", lambda: len(place.buttons(("s:",))) >= CARDS_TO_ANSWER, 130)
        for message_id, data in place.buttons(("s:",))[:CARDS_TO_ANSWER]:
            press_all_at_once(place, message_id, data)
        wait_until("cards to press", lambda: len(place.buttons(("p:",))) >= CARDS_TO_ANSWER, 130)
        for message_id, data in place.buttons(("p:",)):
            popups = press_all_at_once(place, message_id, data)
            assert sum("Lead1" in popup for popup in popups) == len(LEADS) - 1, (
                "one approves, nine are told who did"
            )
        wait_until("the answers", lambda: len(answers(place)) >= CARDS_TO_ANSWER, 130)
    finally:
        bot.send_signal(signal.SIGTERM)
        bot.communicate(timeout=30)
    storage = TinyStorage(str(place.store))
    with storage.read() as view:
        keys = Counter(key for case in view.cases() for key in case.mention_keys)
    storage.close()
    assert len(keys) == POSTS
    assert max(keys.values()) == 1, "each mention has one case"
    assert Counter(answers(place)).most_common(1)[0][1] == 1, "no post has two answers"
    assert max(cards(place).values()) == 1, "no case has two cards"


def press_all_at_once(place: Place, message_id: int, data: str) -> list[str]:
    """Ten people press the same button in the same moment; returns the pop-ups that they see."""

    def press(user: int) -> str:
        words = {"message_id": message_id, "callback_data": data, "user_id": user}
        return str(place.call("POST", "/api/chat/press", words)["text"])

    with ThreadPoolExecutor(len(LEADS)) as pool:
        return list(pool.map(press, LEADS))


def answers(place: Place) -> list[str]:
    """The posts answered by us, one entry an answer."""
    return [
        post["reply_to"]
        for post in place.call("GET", "/api/posts")
        if not post["author"].startswith("Cliente")
    ]


def cards(place: Place) -> Counter[str]:
    """How many cards each case has in the chat."""
    heads = [
        message["text"].partition("\n")[0]
        for message in place.call("GET", "/api/chat")
        if not message["reply_to"]
    ]
    return Counter(found.group(1) for head in heads if (found := re.search(r"#(\d+)$", head)))
