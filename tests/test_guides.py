"""The guides for staff name every button and command in the staff's own words, and a phone shows those words whole."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reputation_bot.history import History
from reputation_bot.i18n import translator
from reputation_bot.model import CaseStatus, Menu, Permission, ReplyState, Visibility
from reputation_bot.outgoing.finding import Finding, FindingKind
from reputation_bot.outgoing.of_case import Checked
from reputation_bot.ports import Button
from reputation_bot.telegram.buttons import Act, decode
from reputation_bot.telegram.cards import CardView, render
from reputation_bot.telegram.cards.pressing import MOST_UNITS
from reputation_bot.telegram.commands import menu
from reputation_bot.telegram.html import units
from tests.factories import NOW, make_case, make_draft, make_options, make_record, make_reply, make_verdict
from tests.shown import make_words

DOCS = Path(__file__).parents[1] / "docs"
GUIDES = {"it": "guida.md", "en": "guide.md"}
_IN_LISTS = {Act.SHOW, Act.ACCEPT, Act.REJECT}  # no button of a card
_OLD = {Act.PUBLISH_PRIVATE}  # hangs in old cards only
_PRIVATE = Visibility.PRIVATE


def views() -> Iterator[CardView]:
    """Cards that have all buttons between them."""
    drafts = (make_draft(), make_draft(text="Altra."))
    nobody = Permission(allowed=False, why_not="solo a mano")
    blocked = Checked(draft=(Finding(FindingKind.ORDER_NUMBER, "4512", (0, 4)),))
    private = make_draft(visibility=_PRIVATE)
    by_hand = make_options(public=nobody, private=nobody)
    waiting = make_case(status=CaseStatus.WAITING, drafts=(), due_at=None, answered_at=NOW)
    closed = make_case(status=CaseStatus.RESOLVED, closed_at=NOW, due_at=None)
    open_case = make_case(drafts=drafts, mention_keys=("piazza:m1", "piazza:m2"))
    for case in (
        open_case,
        make_case(drafts=()),
        make_case(drafts=(private, *drafts), assignee="anna"),
        make_case(drafts=drafts, opening=private),
        make_case(drafts=drafts, options=by_hand),
        closed,
        replace(closed, merged_into=7),
    ):
        yield _view(case)
    yield _view(open_case, checked=blocked)
    yield _view(waiting, replies=[make_reply(state=ReplyState.SENT, visibility=_PRIVATE)])
    yield _view(make_case(), replies=[make_reply()])
    yield _view(make_case(), replies=[make_reply(state=ReplyState.UNKNOWN)])
    others = History((make_case(id=3), make_case(id=123_456)))
    for one in Menu:
        for topic in ("shipping", "returns"):
            case = replace(
                open_case, verdict=make_verdict(topic=topic, topics=("corso_di_ceramica_e_tornio",))
            )
            yield _view(case, menu=one, history=others, operators={"anna": 1001, "federica": 1003})


def _view(case: Any, **more: Any) -> CardView:
    return CardView(**{"case": case, "records": [make_record()], "replies": []} | more)


def rows(language: str) -> list[tuple[Button, ...]]:
    words = make_words(language, NOW + timedelta(minutes=1))
    return [row for view in views() for row in render(view, words).buttons]


def test_these_cards_have_every_button() -> None:
    pressed = [decode(button.data) for row in rows("it") for button in row if button.data]
    assert {one.act for one in pressed if one} == set(Act) - _IN_LISTS - _OLD


@pytest.mark.parametrize("language", GUIDES)
def test_the_guide_names_every_button(language: str) -> None:
    guide = (DOCS / GUIDES[language]).read_text(encoding="utf-8")
    _ = translator(language)
    named = {_words(button) for row in rows(language) for button in row if not _is_a_choice(button)}
    missing = [words for words in sorted({*named, _("Accept"), _("Reject")}) if f"**{words}**" not in guide]
    assert missing == []


@pytest.mark.parametrize("language", GUIDES)
def test_the_guide_names_every_command(language: str) -> None:
    guide = (DOCS / GUIDES[language]).read_text(encoding="utf-8")
    for command in menu(translator(language)):
        assert re.search(rf"\| `/{command.name}\b", guide), command.name


@pytest.mark.parametrize("language", GUIDES)
def test_a_phone_shows_the_words_of_every_button_whole(language: str) -> None:
    cut = [
        button.text for row in rows(language) for button in row if units(button.text) > MOST_UNITS[len(row)]
    ]
    assert cut == []


def test_pictures_are_small_and_shown_somewhere() -> None:
    pictures = list((DOCS / "pictures").rglob("*.png"))
    texts = "".join(
        path.read_text(encoding="utf-8") for path in [DOCS.parent / "README.md", *DOCS.glob("*.md")]
    )
    assert sum(picture.stat().st_size for picture in pictures) < 1_500_000
    for picture in pictures:
        assert picture.relative_to(DOCS).as_posix() in texts, picture


@pytest.mark.parametrize("language", GUIDES)
def test_pictures_of_the_guide_are_there(language: str) -> None:
    guide = (DOCS / GUIDES[language]).read_text(encoding="utf-8")
    shown = re.findall(r'<img src="([^"]+)"', guide)
    assert shown
    assert [one for one in shown if not (DOCS / one).exists()] == []


def _words(button: Button) -> str:
    """Without the sign."""
    return re.sub(r"^[^\w]+ ", "", button.text)


def _is_a_choice(button: Button) -> bool:
    """Classes, topics, people and numbers are told of by the guide as what they are."""
    choices = {Act.CLASS_AS, Act.TOPIC_AS, Act.PRIORITY_AS, Act.ASSIGN_TO, Act.MERGE_INTO}
    pressed = decode(button.data) if button.data else None
    return pressed is not None and pressed.act in choices
