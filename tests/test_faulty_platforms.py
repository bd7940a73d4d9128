"""The whole loop while platform or chat misbehave: in the end one card and one answer, or an honest question to a person."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.at_work import AtWork, at_work
from tests.hands import ByScript, Network, wait_for
from tests.processes import RULES

# what is slow, or hangs, does so long enough to be in the way of everything else, and no longer
SECONDS = 1
TIMES = 2
KINDS = ["429", "500", "timeout_after", "drop", "slow"]
AUTHOR = "Elena Marchi"


@pytest.fixture
def work(tmp_path: Path) -> Iterator[AtWork]:
    """With `run` at work until the end of the test."""
    with at_work(
        tmp_path, RULES.format(url="{url}", operators="anna: {telegram: 1001, role: lead}")
    ) as started:
        yield started


@pytest.fixture
def hands(work: AtWork) -> Iterator[ByScript]:
    made = ByScript(work.url, work.hurry)
    yield made
    made.network.close()


def fault(network: Network, where: str, kind: str, times: int = 1, **more: Any) -> None:
    body = {"where": where, "kind": kind, "times": times, "retry_after": 1, "seconds": SECONDS, **more}
    network.call("POST", "/api/faults", body)


def complain(network: Network) -> str:
    return network.post(AUTHOR, "Bottega Aurora: pacco mai arrivato!", rating=1)


def answers(network: Network, post: str) -> list[str]:
    return [*network.answers(post), *network.answers(post, private=True)]


def is_lost(network: Network, card: int) -> bool:
    """As far as anybody can tell: then a person decides."""
    return any("Invia di nuovo" in key["text"] for row in network.message(card)["buttons"] for key in row)


def cards(network: Network) -> list[str]:
    return [message["text"] for message in network.messages() if not message["reply_to"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_faulty_platform_gets_one_answer(hands: ByScript, kind: str) -> None:
    network = hands.network
    post = complain(network)
    card = network.card(AUTHOR)
    fault(network, "network", kind, method="POST")
    hands.press(card, "Pubblica")
    wait_for("the answer", lambda: answers(network, post) or is_lost(network, card), network.hurry)
    if not answers(network, post):
        hands.press(card, "Invia di nuovo")
    hands.see(card, "pubblicata")
    assert len(answers(network, post)) == 1
    assert network.call("GET", "/api/faults") == [], "the platform did fail"


@pytest.mark.parametrize("kind", KINDS)
def test_a_faulty_chat_gets_one_card(hands: ByScript, kind: str) -> None:
    network = hands.network
    fault(network, "telegram", kind, TIMES, method="sendMessage")
    post = complain(network)
    card = network.card(AUTHOR)
    hands.press(card, "Pubblica")
    hands.see(card, "pubblicata")
    assert len(cards(network)) == 1
    assert len(answers(network, post)) == 1
    assert sum(one["times"] for one in network.call("GET", "/api/faults")) < TIMES, "the chat did fail"
