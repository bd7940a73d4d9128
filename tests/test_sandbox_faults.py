"""Each fault does what its name says, to the bot's calls alone, as often as asked."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram.error import NetworkError, RetryAfter

from reputation_bot.sandbox.server import Running
from tests.bot_api_schema import checked_sandbox
from tests.sandbox_client import CHAT, call, shown, with_bot

BOT = {"user-agent": "reputation-bot/0.1"}
POST = {"author": "Bottega Aurora", "text": "Ciao"}


@pytest.fixture
def sandbox() -> Iterator[Running]:
    with checked_sandbox() as running:
        yield running


def fault(sandbox: Running, where: str, kind: str, **more: Any) -> None:
    answer = httpx.post(f"{sandbox.url}/api/faults", json={"where": where, "kind": kind, **more})
    assert answer.status_code == 201, answer.text


def pending(sandbox: Running) -> list[tuple[str, str, int]]:
    return [
        (item["where"], item["kind"], item["times"]) for item in httpx.get(f"{sandbox.url}/api/faults").json()
    ]


def send(sandbox: Running, **more: Any) -> dict[str, Any]:
    return call(sandbox, "sendMessage", {"chat_id": CHAT, "text": "a", **more})


def post(sandbox: Running, **options: Any) -> httpx.Response:
    return httpx.post(f"{sandbox.url}/api/posts", json=POST, headers=BOT, **options)


def posts(sandbox: Running) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{sandbox.url}/api/posts").json()
    return found


def test_telegram_429_says_how_long_and_sends_nothing(
    sandbox: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the client's own wish: it warns without
    fault(sandbox, "telegram", "429", retry_after=7)
    with pytest.raises(RetryAfter) as refused:
        with_bot(sandbox, lambda bot: bot.send_message(CHAT, "a"))
    assert refused.value.retry_after == timedelta(seconds=7)
    assert shown(sandbox) == []


def test_telegram_429_has_telegrams_text(sandbox: Running) -> None:
    fault(sandbox, "telegram", "429", retry_after=7)
    assert send(sandbox) == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }


def test_telegram_500_sends_nothing(sandbox: Running) -> None:
    fault(sandbox, "telegram", "500")
    assert send(sandbox)["error_code"] == 500
    assert shown(sandbox) == []


def test_telegram_timeout_after_has_sent_the_message(sandbox: Running) -> None:
    fault(sandbox, "telegram", "timeout_after", seconds=0)
    with pytest.raises(NetworkError):
        with_bot(sandbox, lambda bot: bot.send_message(CHAT, "a"))
    assert [message["text"] for message in shown(sandbox)] == ["a"]


def test_timeout_after_keeps_the_caller_waiting(sandbox: Running) -> None:
    fault(sandbox, "telegram", "timeout_after", seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{sandbox.url}/bot1:x/sendMessage", json={"chat_id": CHAT, "text": "a"}, timeout=0.3)
    assert len(shown(sandbox)) == 1


def test_telegram_drop_sends_nothing(sandbox: Running) -> None:
    fault(sandbox, "telegram", "drop")
    with pytest.raises(NetworkError):
        with_bot(sandbox, lambda bot: bot.send_message(CHAT, "a"))
    assert shown(sandbox) == []


def test_telegram_lost_message_was_answered_but_is_not_there(sandbox: Running) -> None:
    fault(sandbox, "telegram", "lost")
    assert send(sandbox)["result"]["message_id"] == 1
    assert shown(sandbox) == []
    assert send(sandbox)["result"]["message_id"] == 2
    assert call(sandbox, "editMessageText", {"chat_id": CHAT, "message_id": 1, "text": "b"})["ok"] is False


def test_slow_answer_comes_after_its_seconds(sandbox: Running) -> None:
    fault(sandbox, "telegram", "slow", seconds=0.3)
    start = time.monotonic()
    assert send(sandbox)["ok"] is True
    assert time.monotonic() - start >= 0.3


def test_fault_without_a_method_spares_what_only_reads(sandbox: Running) -> None:
    fault(sandbox, "telegram", "500")
    assert call(sandbox, "getUpdates")["ok"] is True
    assert call(sandbox, "getMe")["ok"] is True
    assert send(sandbox)["ok"] is False


def test_fault_of_a_method_waits_for_it(sandbox: Running) -> None:
    fault(sandbox, "telegram", "500", method="getUpdates")
    assert send(sandbox)["ok"] is True
    assert call(sandbox, "getUpdates")["ok"] is False


def test_fault_of_a_chat_spares_the_others(sandbox: Running) -> None:
    fault(sandbox, "telegram", "500", chat_id=-55)
    assert send(sandbox)["ok"] is True
    assert send(sandbox, chat_id="-55")["ok"] is False


def test_fault_comes_as_often_as_asked(sandbox: Running) -> None:
    fault(sandbox, "telegram", "500", times=2)
    assert [send(sandbox)["ok"] for _ in range(3)] == [False, False, True]
    assert pending(sandbox) == []


def test_network_429_has_a_retry_after_header(sandbox: Running) -> None:
    fault(sandbox, "network", "429", retry_after=9)
    answer = post(sandbox)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "9")
    assert posts(sandbox) == []


def test_network_500_posts_nothing(sandbox: Running) -> None:
    fault(sandbox, "network", "500")
    assert post(sandbox).status_code == 500
    assert posts(sandbox) == []


def test_network_timeout_after_has_posted(sandbox: Running) -> None:
    fault(sandbox, "network", "timeout_after", seconds=0)
    assert httpx.get(f"{sandbox.url}/api/posts", headers=BOT).status_code == 200
    with pytest.raises(httpx.TransportError):
        post(sandbox)
    assert [item["text"] for item in posts(sandbox)] == ["Ciao"]


def test_network_drop_hits_reading_too(sandbox: Running) -> None:
    fault(sandbox, "network", "drop", times=2)
    for method in ("GET", "POST"):
        with pytest.raises(httpx.TransportError):
            httpx.request(method, f"{sandbox.url}/api/posts", headers=BOT, json=POST)
    assert posts(sandbox) == []


def test_network_lost_post_was_accepted_but_is_not_there(sandbox: Running) -> None:
    fault(sandbox, "network", "lost")
    assert httpx.get(f"{sandbox.url}/api/posts", headers=BOT).json() == []
    assert post(sandbox).status_code == 201
    assert posts(sandbox) == []
    assert post(sandbox).status_code == 201
    assert len(posts(sandbox)) == 1


def test_customers_and_scripts_meet_no_fault(sandbox: Running) -> None:
    fault(sandbox, "network", "500")
    assert httpx.post(f"{sandbox.url}/api/posts", json=POST).status_code == 201
    assert pending(sandbox) == [("network", "500", 1)]


def test_faults_can_be_cleared(sandbox: Running) -> None:
    fault(sandbox, "network", "500", times=3)
    fault(sandbox, "telegram", "slow")
    assert pending(sandbox) == [("network", "500", 3), ("telegram", "slow", 1)]
    httpx.delete(f"{sandbox.url}/api/faults")
    assert pending(sandbox) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"where": "telegram", "kind": "fire"}, "kind: one of 429, 500, timeout_after, slow, drop, lost"),
        ({"where": "moon", "kind": "500"}, "where: one of telegram, network"),
        ({"where": "network", "kind": "500", "times": 0}, "times: a whole number is needed"),
        ({"where": "network", "kind": "500", "times": 10**7}, "times: at most 1000000"),
        ({"where": "network", "kind": "slow", "seconds": -1}, "seconds: a number from 0 to 600"),
        (
            {"where": "network", "kind": "slow", "method": 5},
            "method: the name of a Bot API method, or POST or GET",
        ),
    ],
)
def test_bad_fault_is_refused_with_its_reason(sandbox: Running, body: dict[str, Any], problem: str) -> None:
    answer = httpx.post(f"{sandbox.url}/api/faults", json=body)
    assert (answer.status_code, answer.json()) == (400, {"error": problem})


def test_kind_may_be_a_number(sandbox: Running) -> None:
    httpx.post(f"{sandbox.url}/api/faults", json={"where": "network", "kind": 429})
    assert pending(sandbox) == [("network", "429", 1)]
