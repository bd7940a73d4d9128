"""What goes wrong at Telegram comes out as what to do next, without the token."""

import json
import logging
import traceback
from collections.abc import Iterator
from datetime import timedelta

import pytest

from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    NotFoundError,
    OutcomeUnknownError,
    RejectedError,
    ReputationBotError,
    RetryLaterError,
)
from reputation_bot.telegram import messenger as module
from reputation_bot.telegram.messenger import TelegramMessenger
from tests.fake_server import Answer, refused_url
from tests.fake_telegram import (
    CHAT,
    HELLO,
    MIGRATED,
    TOKEN,
    FakeTelegram,
    refused,
)


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram().running() as server:
        assert isinstance(server, FakeTelegram)
        yield server


@pytest.fixture
def messenger(telegram: FakeTelegram) -> Iterator[TelegramMessenger]:
    with TelegramMessenger(TOKEN, telegram.url) as opened:
        yield opened


REFUSALS = [
    (refused(429, "Too Many Requests: retry after 17", retry_after=17), RetryLaterError),
    (refused(429, "Too Many Requests"), RetryLaterError),
    (refused(400, "Bad Request: message to edit not found"), NotFoundError),
    (refused(400, "Bad Request: message can't be edited"), NotFoundError),
    (refused(400, "Bad Request: MESSAGE_ID_INVALID"), NotFoundError),
    (refused(400, "Bad Request: chat not found"), NotFoundError),
    (refused(400, "Bad Request: can't parse entities: unsupported start tag"), RejectedError),
    (refused(413, "Request Entity Too Large"), RejectedError),
    (refused(400, "Bad Request: not enough rights to send text messages to the chat"), AccessError),
    (refused(403, "Forbidden: bot was kicked from the supergroup chat"), AccessError),
    (refused(401, "Unauthorized"), AccessError),
    (refused(404, "Not Found"), AccessError),
    (refused(409, "Conflict: terminated by other getUpdates request"), AccessError),
]


@pytest.mark.parametrize(("answer", "expected"), REFUSALS)
def test_a_refusal_says_what_to_do_next(
    telegram: FakeTelegram, messenger: TelegramMessenger, answer: Answer, expected: type[ReputationBotError]
) -> None:
    telegram.fail(answer, times=2)
    with pytest.raises(expected):
        messenger.send(CHAT, HELLO)
    with pytest.raises(expected):
        messenger.edit(CHAT, 42, HELLO)


def test_the_wait_that_telegram_asks_for_is_told(
    telegram: FakeTelegram, messenger: TelegramMessenger
) -> None:
    telegram.fail(refused(429, "Too Many Requests: retry after 17", retry_after=17))
    with pytest.raises(RetryLaterError) as caught:
        messenger.send(CHAT, HELLO)
    assert caught.value.after == timedelta(seconds=17)


LOST = [
    Answer(is_dropped=True),
    Answer(is_silent=True),
    Answer(status=500, body=b"<html>"),
    refused(502, "Bad Gateway"),
]


@pytest.mark.parametrize("answer", LOST)
def test_without_an_answer_only_a_send_is_in_doubt(
    telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    monkeypatch.setattr(module, "_READ", 0.2)
    telegram.fail(answer, times=2)
    with TelegramMessenger(TOKEN, telegram.url) as messenger:
        with pytest.raises(OutcomeUnknownError):
            messenger.send(CHAT, HELLO)
        with pytest.raises(RetryLaterError):
            messenger.edit(CHAT, 42, HELLO)


@pytest.mark.parametrize("body", [b"<html>", b'{"ok": true}', b'{"ok": true, "result": {"message_id": 1}}'])
def test_an_answer_that_cannot_be_read_leaves_a_send_in_doubt(
    telegram: FakeTelegram, messenger: TelegramMessenger, body: bytes
) -> None:
    telegram.fail(Answer(body=body), times=2)
    with pytest.raises(OutcomeUnknownError):
        messenger.send(CHAT, HELLO)
    with pytest.raises(BadAnswerError):
        messenger.edit(CHAT, 42, HELLO)


def test_a_refused_connection_has_certainly_sent_nothing() -> None:
    with TelegramMessenger(TOKEN, refused_url()) as messenger, pytest.raises(RetryLaterError):
        messenger.send(CHAT, HELLO)


@pytest.mark.parametrize("api", ["nonsense", "ftp://a.example", "http://[::1", ""])
def test_an_api_that_is_no_address_says_so(api: str) -> None:
    with TelegramMessenger(TOKEN, api) as messenger, pytest.raises(AccessError, match="REPUTATION_BOT_API"):
        messenger.me()


def test_without_a_token_nothing_starts() -> None:
    with pytest.raises(AccessError, match="REPUTATION_BOT_TOKEN"):
        TelegramMessenger(" ", "https://api.telegram.org")


EVERY_FAULT = [answer for answer, _error in REFUSALS] + LOST + [Answer(body=b"<html>"), MIGRATED]


def test_the_token_is_in_no_error_log_or_repr(
    telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_READ", 0.2)
    caplog.set_level(logging.DEBUG)
    told = []
    for answer in EVERY_FAULT:
        echo = json.dumps({"ok": False, "description": f"{answer.body!r} {TOKEN}"}).encode()
        for fault in (answer, Answer(max(answer.status, 400), echo)):
            telegram.faults.clear()
            telegram.fail(fault, times=2)
            told += _told(telegram.url)
    told += [text for api in (refused_url(), "nonsense", "http://[::1") for text in _told(api)]
    secret = TOKEN.partition(":")[2]
    assert [text for text in told if secret in text] == []
    assert sum("Error" in text for text in told) > len(EVERY_FAULT)
    assert secret not in caplog.text
    assert "Ciao" not in caplog.text


def _told(api: str) -> list[str]:
    """All that somebody might print after a fault."""
    with TelegramMessenger(TOKEN, api) as messenger:
        told = [repr(messenger)]
        for call in (messenger.me, lambda: messenger.send(CHAT, HELLO)):
            try:
                call()
            except ReputationBotError as error:
                told += [repr(error), str(error.__context__), "".join(traceback.format_exception(error))]
        return told
