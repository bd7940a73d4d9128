"""The whole loop while platform or chat misbehave: in the end one card and one answer, or an honest question to a person."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reputation_bot.sandbox.server import running
from tests.processes import Place, wait_until

POST = {"author": "Elena Marchi", "text": "Bottega Aurora: pacco mai arrivato!", "rating": 1}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """With `run` at work until the end of the test."""
    with running() as sandbox:
        made = Place(sandbox.url, tmp_path)
        process = made.start("run")
        yield made
        process.terminate()
        process.communicate(timeout=40)
        assert process.returncode == 0
        made.close()


def fault(place: Place, where: str, kind: str, times: int = 1, **more: Any) -> None:
    place.call("POST", "/api/faults", {"where": where, "kind": kind, "times": times, **more})


def publish(place: Place) -> str:
    """Writes a post, waits for its card, presses Publish; returns the post's id."""
    before = set(place.buttons(("p:",)))
    post: str = place.call("POST", "/api/posts", POST)["id"]
    wait_until("a card", lambda: bool(set(place.buttons(("p:",))) - before), 60)
    message_id, data = (set(place.buttons(("p:",))) - before).pop()
    place.call("POST", "/api/chat/press", {"message_id": message_id, "callback_data": data, "user_id": 1001})
    return post


def answers(place: Place, post: str) -> list[str]:
    thread = place.call("GET", f"/api/posts/{post}")
    return [
        one["text"]
        for one in thread["replies"] + thread["private_messages"]
        if one["author"] != POST["author"]
    ]


def cards(place: Place) -> list[str]:
    return [message["text"] for message in place.call("GET", "/api/chat") if not message["reply_to"]]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["429", "500", "timeout_after", "drop", "slow"])
def test_a_faulty_platform_gets_one_answer(place: Place, kind: str) -> None:
    place.call("POST", "/api/posts", POST | {"text": "Bottega Aurora, che bella!"})
    wait_until("the loop to be at work", lambda: bool(cards(place)), 60)
    fault(place, "network", kind, method="POST", retry_after=1)
    post = publish(place)
    wait_until("the answer", lambda: bool(answers(place, post)) or bool(place.buttons(("sa:",))), 100)
    if not answers(place, post):  # lost for good, as far as anybody can tell: a person decides
        message_id, data = place.buttons(("sa:",))[0]
        place.call(
            "POST", "/api/chat/press", {"message_id": message_id, "callback_data": data, "user_id": 1001}
        )
        wait_until("the answer", lambda: bool(answers(place, post)), 60)
    wait_until("the card to say so", lambda: any("pubblicata" in card for card in cards(place)), 60)
    assert len(answers(place, post)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["429", "500", "timeout_after", "drop", "slow"])
def test_a_faulty_chat_gets_one_card(place: Place, kind: str) -> None:
    fault(place, "telegram", kind, times=2, method="sendMessage", retry_after=1, seconds=3)
    post = publish(place)
    wait_until("the answer", lambda: bool(answers(place, post)), 60)
    wait_until("the card to say so", lambda: any("pubblicata" in card for card in cards(place)), 60)
    assert len(cards(place)) == 1
    assert len(answers(place, post)) == 1
