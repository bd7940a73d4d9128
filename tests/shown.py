"""How tests look at a card: its text as Telegram reads it, its buttons by what they do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reputation_bot.i18n import translator
from reputation_bot.model import (
    Case,
    Menu,
    Record,
    Reply,
)
from reputation_bot.ports import Button, Message
from reputation_bot.sandbox.telegram_html import parse
from reputation_bot.telegram.buttons import Act, Pressed, decode
from reputation_bot.telegram.cards import CardView, render
from reputation_bot.telegram.words import Words
from tests.factories import (
    NOW,
    make_case,
    make_record,
)

PEOPLE = {"anna": "Anna", "federica": "Federica"}


def make_words(language: str = "it", now: datetime = NOW, people: Mapping[str, str] = PEOPLE) -> Words:
    return Words(translator(language), now, ZoneInfo("Europe/Rome"), people)  # NOW is 10:12 there


def show(
    case: Case | None = None,
    *replies: Reply,
    records: list[Record] | None = None,
    menu: Menu = Menu.MAIN,
    **look: Any,
) -> Message:
    records = [make_record()] if records is None else records
    return render(CardView(case or make_case(), records, replies, menu), make_words(**look))


def text_of(message: Message) -> str:
    return parse(message.html)[0]


def acts(message: Message) -> list[list[str]]:
    """The buttons by name: an act, or what else they do."""
    return [[name_of(button) for button in row] for row in message.buttons]


def name_of(button: Button) -> str:
    if button.data is None:
        return "url" if button.url else "copy"
    pressed = decode(button.data)
    assert pressed is not None
    return pressed.act.name


def pressed(message: Message, act: Act) -> Pressed:
    found = [decode(button.data) for row in message.buttons for button in row if button.data]
    return next(one for one in found if one and one.act is act)
