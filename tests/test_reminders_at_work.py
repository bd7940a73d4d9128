"""Reminders and escalations by the whole program against the sandbox: by the bot, by a poll that stands in for it, by both at once."""

import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reputation_bot.sandbox.server import running
from storage.tiny import TinyStorage
from tests.at_work import at_work, standing_by
from tests.hands import ANNA, FEDERICA, ByScript, Network
from tests.processes import Place, wait_until
from tests.story_of_the_desk import RULES

CONTACTS = """
contacts:
  corrieri: {topic: [shipping], operators: [federica]}
promises: {first_response: 1h}
"""
HURRY = """
promises: {first_response: 6s, remind: 4s, escalate: 4s}
"""
LATE = "Bottega Aurora, il mio pacco non è mai arrivato e nessuno risponde"


def test_the_bot_reminds_then_tells_the_leads_and_an_answer_ends_it(tmp_path: Path) -> None:
    with at_work(tmp_path, RULES + CONTACTS) as work:
        hands = ByScript(work.url)
        network = hands.network
        network.post("Sara Lupi", LATE, rating=1)
        network.post("Ugo Riva", f"{LATE}: Ugo", rating=1)
        sara, ugo = network.card("Sara Lupi"), network.card("Ugo Riva")
        hands.press(ugo, "Prendo io", FEDERICA)
        hands.say("Ciao Ugo, è in viaggio.", ANNA, answering=ugo)
        hands.see(ugo, "è in viaggio")
        hands.press(ugo, "Pubblica", ANNA)
        hands.see(ugo, "pubblicata")
        work.let_pass(timedelta(minutes=46))
        reminder = network.newest("⏰")
        hands.see(reminder, "risposta entro le", "🔔 per Federica")
        assert network.message(reminder)["reply_to"] == sara
        work.let_pass(timedelta(minutes=45))
        escalation = network.newest("🚨", after=reminder)
        hands.see(escalation, "ancora nessuna risposta", "🔔 per Anna")
        assert network.message(escalation)["reply_to"] == sara
        hands.see(sara, "scaduta", "🚨 per i responsabili")
        hands.say("Ciao Sara, ci dispiace: controlliamo subito.", ANNA, answering=escalation)
        hands.see(sara, "ci dispiace: controlliamo subito")
        hands.press(sara, "Pubblica", ANNA)
        hands.see(sara, "pubblicata")
        work.let_pass(timedelta(days=1))
        network.post("Nina Costa", f"{LATE}: Nina", rating=1)
        network.card("Nina Costa")
        assert signs(network.messages()) == {"⏰": 1, "🚨": 1}
        network.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running() as sandbox:
        made = Place(sandbox.url, tmp_path)
        made.rules.write_text(made.rules.read_text(encoding="utf-8") + HURRY, encoding="utf-8")
        yield made
        made.close()


def test_a_poll_does_it_where_no_bot_runs(tmp_path: Path) -> None:
    with standing_by(tmp_path, RULES + CONTACTS) as work:
        network = Network(work.url)
        network.post("Sara Lupi", LATE, rating=1)
        told = []
        for minutes in (0, 46, 1, 45, 1, 24 * 60):
            work.let_pass(timedelta(minutes=minutes))
            work.program.poll()
            told.append(tuple(signs(network.messages()).values()))
        assert told == [(0, 0), (1, 0), (1, 0), (1, 1), (1, 1), (1, 1)]
        network.close()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_bot_and_polls_killed_in_the_middle_say_nothing_twice(place: Place) -> None:
    for number in range(4):
        post = {"author": f"Cliente {number}", "text": f"{LATE} ({number})", "rating": 1}
        place.call("POST", "/api/posts", post)
    processes = [place.start("bot"), place.start("poll", "--all")]
    told = 0

    def all_have_escalated() -> bool:
        nonlocal told
        told += 1
        processes.append(place.start("poll", "--all"))
        if told % 3 == 0:
            processes[0].send_signal(signal.SIGKILL)
            processes[0].communicate(timeout=30)
            processes[0] = place.start("bot")
        for poll in processes[1:]:
            poll.communicate(timeout=60)
        del processes[1:]
        storage = TinyStorage(str(place.store))
        with storage.read() as view:
            cases = view.cases()
        storage.close()
        return len(cases) == 4 and all(case.due_at in case.escalated_of for case in cases)

    try:
        wait_until("all cases to escalate", all_have_escalated, 120)
    finally:
        processes[0].send_signal(signal.SIGTERM)
        processes[0].communicate(timeout=30)
    messages = place.call("GET", "/api/chat")
    for sign in ("⏰", "🚨"):
        named = Counter(
            word for one in urges(messages, sign) for word in one["text"].split() if word[0] == "#"
        )
        assert max(named.values(), default=0) <= 1, urges(messages, sign)


def urges(messages: list[dict[str, Any]], sign: str) -> list[dict[str, Any]]:
    return [one for one in messages if one["from"]["is_bot"] and one["text"].startswith(sign)]


def signs(messages: list[dict[str, Any]]) -> dict[str, int]:
    return {sign: len(urges(messages, sign)) for sign in ("⏰", "🚨")}
