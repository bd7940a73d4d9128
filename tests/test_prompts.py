"""Messages of ours that ask for a text: remembered across a restart, each for one act on one case."""

import pytest

from reputation_bot.ports import Storage
from reputation_bot.telegram import prompts
from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.prompts import Prompt
from tests.acting import CHAT

NOTE, BY_HAND = Prompt(Act.NOTE, 1, 3), Prompt(Act.DONE_BY_HAND, 2, 1)


def meant(storage: Storage, message_id: int, chat: int = CHAT) -> Prompt | None:
    with storage.read() as view:
        return prompts.of_message(view, chat, message_id)


def put(storage: Storage, message_id: int, prompt: Prompt, chat: int = CHAT) -> None:
    with storage.transaction() as tx:
        prompts.put(tx, chat, message_id, prompt)


def test_each_message_asks_for_its_own(storage: Storage) -> None:
    put(storage, 7, NOTE)
    put(storage, 8, BY_HAND)
    assert (meant(storage, 7), meant(storage, 8), meant(storage, 9)) == (NOTE, BY_HAND, None)


def test_the_same_number_in_another_chat_is_another_message(storage: Storage) -> None:
    put(storage, 7, NOTE)
    assert meant(storage, 7, chat=-5) is None
    put(storage, 7, BY_HAND, chat=-5)
    assert meant(storage, 7) == NOTE


def test_a_message_asks_for_the_last_thing_said(storage: Storage) -> None:
    put(storage, 7, NOTE)
    put(storage, 7, BY_HAND)
    assert meant(storage, 7) == BY_HAND


def test_what_was_answered_is_forgotten(storage: Storage) -> None:
    put(storage, 7, NOTE)
    put(storage, 8, BY_HAND)
    with storage.transaction() as tx:
        prompts.forget(tx, CHAT, 7)
    assert (meant(storage, 7), meant(storage, 8)) == (None, BY_HAND)


def test_of_many_the_oldest_are_forgotten_first(storage: Storage) -> None:
    for number in range(150):
        put(storage, number, NOTE)
    assert meant(storage, 49) is None
    assert meant(storage, 50) == NOTE


@pytest.mark.parametrize("rubbish", [None, {}, "x", 7])
def test_a_value_that_is_no_list_is_as_good_as_none(storage: Storage, rubbish: object) -> None:
    with storage.transaction() as tx:
        tx.put_value("telegram.prompts", rubbish)
    assert meant(storage, 7) is None
    put(storage, 7, NOTE)
    assert meant(storage, 7) == NOTE
