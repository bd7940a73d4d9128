"""The chat through the Bot API, with the real library against servers on this machine."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from reputation_bot.errors import (
    AccessError,
    NotFoundError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.ports import Button, ChatMoved, ChatText, Ignored, Message, Press
from reputation_bot.sandbox.server import running
from reputation_bot.telegram.html import units
from reputation_bot.telegram.messenger import BotInfo, ChatInfo, TelegramMessenger
from tests.fake_server import Answer
from tests.fake_telegram import (
    ANNA,
    CHAT,
    HELLO,
    MIGRATED,
    NEW_CHAT,
    NO_WAIT,
    TOKEN,
    FakeTelegram,
    a_message,
    ok,
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


def test_a_message_goes_out_as_it_is_meant(telegram: FakeTelegram, messenger: TelegramMessenger) -> None:
    row = (
        Button("Pubblica", data="p:1:1"),
        Button("Apri", url="https://a.example/"),
        Button("Copia", copy="x"),
    )
    assert messenger.send(CHAT, Message("<b>Ciao</b> &lt;3", (row,)), reply_to=3) == 42
    assert telegram.sent() == {
        "chat_id": CHAT,
        "text": "<b>Ciao</b> &lt;3",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_parameters": {"message_id": 3, "allow_sending_without_reply": True},
        "reply_markup": {
            "inline_keyboard": [
                [
                    {"text": "Pubblica", "callback_data": "p:1:1"},
                    {"text": "Apri", "url": "https://a.example/"},
                    {"text": "Copia", "copy_text": {"text": "x"}},
                ]
            ]
        },
    }


def test_an_edit_returns_the_text_and_takes_away_old_buttons(
    telegram: FakeTelegram, messenger: TelegramMessenger
) -> None:
    assert messenger.edit(CHAT, 42, HELLO) == "Ciao <3 di nuovo"
    assert telegram.sent()["message_id"] == 42
    assert "reply_markup" not in telegram.sent()


def test_an_equal_edit_is_no_error(telegram: FakeTelegram, messenger: TelegramMessenger) -> None:
    telegram.results["editMessageText"] = refused(
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
    )
    assert messenger.edit(CHAT, 42, HELLO) == "Ciao <3"


def test_messages_go_to_the_topic(telegram: FakeTelegram) -> None:
    with TelegramMessenger(TOKEN, telegram.url + "/", topic=77) as messenger:
        messenger.send(CHAT, HELLO)
    assert telegram.sent()["message_thread_id"] == 77


def test_a_topic_that_is_gone_costs_no_message(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fail(refused(400, "Bad Request: message thread not found"))
    with TelegramMessenger(TOKEN, telegram.url, topic=77) as messenger:
        assert messenger.send(CHAT, HELLO) == 42
        assert messenger.send(CHAT, HELLO) == 42
    assert ["message_thread_id" in telegram.sent(index) for index in range(3)] == [True, False, False]
    assert "topic is gone" in caplog.text


def test_a_send_follows_the_group_to_its_new_number(
    telegram: FakeTelegram, messenger: TelegramMessenger, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fail(MIGRATED)
    assert messenger.send(CHAT, HELLO) == 42
    assert messenger.send(CHAT, HELLO) == 42
    assert [telegram.sent(index)["chat_id"] for index in range(3)] == [CHAT, NEW_CHAT, NEW_CHAT]
    assert f"new_chat={NEW_CHAT}" in caplog.text


def test_an_edit_does_not_follow_because_the_numbers_began_anew(
    telegram: FakeTelegram, messenger: TelegramMessenger
) -> None:
    telegram.fail(MIGRATED)
    with pytest.raises(NotFoundError, match=f"its number is now {NEW_CHAT}"):
        messenger.edit(CHAT, 42, HELLO)
    assert len(telegram.requests) == 1


def test_a_pop_up_is_cut_and_may_come_too_late(telegram: FakeTelegram, messenger: TelegramMessenger) -> None:
    telegram.fail(
        refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    )
    messenger.answer("q1", "🙂" * 300)
    messenger.answer("q1", "🙂" * 300, alert=True)
    assert telegram.sent()["show_alert"] is True
    assert units(telegram.sent()["text"]) <= 200


def test_updates_are_read_as_what_they_are(telegram: FakeTelegram, messenger: TelegramMessenger) -> None:
    query = {"id": "q1", "from": ANNA, "chat_instance": "c", "data": "p:1:1"}
    topic_root = a_message(
        message_id=3, forum_topic_created={"name": "Recensioni", "icon_color": 1}, is_topic_message=True
    )
    telegram.results["getUpdates"] = ok(
        [
            {"update_id": 1, "callback_query": query | {"message": a_message(message_id=5)}},
            {
                "update_id": 2,
                "message": a_message(message_id=8, text="Nuovo", reply_to_message=a_message())
                | {"from": ANNA},
            },
            {
                "update_id": 3,
                "message": a_message(text="Nel tema", reply_to_message=topic_root) | {"from": ANNA},
            },
            {"update_id": 4, "message": a_message(migrate_to_chat_id=NEW_CHAT)},
            {"update_id": 5, "message": a_message(NEW_CHAT, migrate_from_chat_id=CHAT)},
            {"update_id": 6, "message": a_message(photo=[]) | {"from": ANNA}},
            {"update_id": 7, "callback_query": query},
            {"update_id": 8, "something_new": {"of": "next year"}},
            {"update_id": 9, "callback_query": query | {"message": a_message(message_id=6, date=0)}},
        ]
    )
    assert messenger.updates(1, wait=NO_WAIT) == [
        Press(1, "q1", CHAT, 5, 1001, "Anna Neri", "p:1:1"),
        ChatText(2, CHAT, 8, 1001, "Anna Neri", "Nuovo", reply_to=5),
        ChatText(3, CHAT, 5, 1001, "Anna Neri", "Nel tema"),
        ChatMoved(4, CHAT, NEW_CHAT),
        ChatMoved(5, CHAT, NEW_CHAT),
        Ignored(6),
        Ignored(7),
        Ignored(8),
        Press(9, "q1", CHAT, 6, 1001, "Anna Neri", "p:1:1"),
    ]


def test_updates_are_asked_for_with_the_offset_and_the_wait(
    telegram: FakeTelegram, messenger: TelegramMessenger
) -> None:
    assert messenger.updates(12, wait=timedelta(seconds=25)) == []
    assert telegram.sent() == {"offset": 12, "timeout": 25, "allowed_updates": ["message", "callback_query"]}


def test_a_second_program_with_this_token_is_named(
    telegram: FakeTelegram, messenger: TelegramMessenger
) -> None:
    telegram.fail(
        refused(
            409, "Conflict: terminated by other getUpdates request; make sure that only one bot is running"
        )
    )
    with pytest.raises(AccessError, match="another program"):
        messenger.updates(None, wait=NO_WAIT)


def test_a_waiting_poll_holds_up_no_message(telegram: FakeTelegram, messenger: TelegramMessenger) -> None:
    telegram.results["getUpdates"] = Answer(is_silent=True)
    ended = _poll_in_a_thread(messenger)
    assert telegram.asked.wait(10)
    assert messenger.send(CHAT, HELLO) == 42
    assert not ended.is_set()
    messenger.close()
    assert ended.wait(10)


def test_closing_ends_a_waiting_poll_and_may_be_done_twice(
    telegram: FakeTelegram, messenger: TelegramMessenger
) -> None:
    telegram.results["getUpdates"] = Answer(is_silent=True)
    ended = _poll_in_a_thread(messenger)
    assert telegram.asked.wait(10)
    messenger.close()
    messenger.close()
    assert ended.wait(10)
    with pytest.raises(RetryLaterError, match="closed"):
        messenger.me()


def _poll_in_a_thread(messenger: TelegramMessenger) -> threading.Event:
    ended = threading.Event()

    def poll() -> None:
        try:
            messenger.updates(None, wait=timedelta(seconds=60))
        except RetryLaterError:
            ended.set()

    threading.Thread(target=poll, daemon=True).start()
    return ended


def test_many_threads_may_send_at_once(telegram: FakeTelegram, messenger: TelegramMessenger) -> None:
    threads = [threading.Thread(target=messenger.send, args=(CHAT, HELLO)) for _each in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(telegram.requests) == 20


def test_check_can_ask_who_and_where_the_bot_is(telegram: FakeTelegram, messenger: TelegramMessenger) -> None:
    chat = {"id": CHAT, "type": "supergroup", "title": "Staff", "is_forum": True, "accent_color_id": 1}
    telegram.results["getChat"] = ok(
        chat
        | {
            "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": False,
                "limited_gifts": False,
                "unique_gifts": False,
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
        }
    )
    telegram.results["getChatMember"] = ok({"status": "member", "user": ANNA})
    assert messenger.me() == BotInfo(7, "bottega_bot", can_read_all_group_messages=True)
    assert messenger.chat_info(CHAT) == ChatInfo("Staff", "supergroup", is_forum=True)
    assert messenger.member_status(CHAT, 1001) == "member"


def test_a_cron_run_without_news_does_not_load_the_library() -> None:
    code = "import sys, reputation_bot.telegram.messenger; sys.exit('telegram' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_it_talks_to_the_sandbox() -> None:
    """The strict server of the demo and the real library, end to end."""
    with running() as sandbox, TelegramMessenger(TOKEN, sandbox.url) as messenger:
        assert messenger.me().username
        chat = -1001234567890
        first = messenger.send(chat, Message("<b>Uno</b>", ((Button("Sì", data="p:1:1"),),)))
        second = messenger.send(chat, Message("Due"), reply_to=first)
        assert second > first
        assert messenger.edit(chat, first, Message("<i>Uno</i> &amp; mezzo")) == "Uno & mezzo"
        assert messenger.edit(chat, first, Message("<i>Uno</i> &amp; mezzo")) == "Uno & mezzo"
        with pytest.raises(RejectedError):
            messenger.send(chat, Message("<3"))
        with pytest.raises(NotFoundError):
            messenger.edit(chat, 999_999, Message("niente"))
        messenger.answer("no-such-query", "ciao")
        assert messenger.updates(None, wait=NO_WAIT) == []
        assert messenger.chat_info(chat).title
