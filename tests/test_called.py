"""Cards call those who look after the topic, and drafts say how long the shop's hours make a customer wait."""

from datetime import UTC, datetime, timedelta

import pytest

from reputation_bot.listening.judge import Judge
from reputation_bot.model import Case, Category, Priority
from reputation_bot.promises import sla
from reputation_bot.promises.hours import Hours
from reputation_bot.settings import Settings
from reputation_bot.telegram.cards import CardView, render
from tests.factories import NOW, make_case, make_mention, make_options, make_record, make_verdict
from tests.shown import make_words, text_of

SATURDAY = datetime(2026, 11, 21, 11, 30, tzinfo=UTC)  # half past twelve in Rome
OPERATORS = {"anna": 1001, "federica": 1003, "paolo": 1002}


def html(case: Case, *keys: str) -> str:
    view = CardView(case, [make_record()], [], operators=OPERATORS, looked_after_by=keys)
    return render(view, make_words()).html


def test_a_card_calls_those_who_look_after_its_topic() -> None:
    shown = html(make_case(), "federica", "anna")
    assert '🔔 per <a href="tg://user?id=1003">Federica</a>, <a href="tg://user?id=1001">Anna</a>' in shown


def test_nobody_is_called_once_somebody_has_the_case() -> None:
    assert "🔔" not in html(make_case(assignee="anna", assigned_at=NOW), "federica")


def test_nobody_is_called_when_no_answer_is_owed() -> None:
    assert "🔔" not in html(make_case(due_at=None), "federica")


def test_whoever_has_left_rules_yaml_is_not_called() -> None:
    assert "🔔" not in html(make_case(), "giorgio")


def test_a_list_that_nobody_feels_meant_by_is_cut() -> None:
    view = CardView(
        make_case(), [make_record()], [], operators=dict.fromkeys("abcde", 7), looked_after_by=tuple("abcde")
    )
    assert "🔔 per A, B, C\n" in text_of(render(view, make_words()))


def shop() -> Settings:
    return Settings.model_validate(
        {
            "brand": {"name": "Aurora"},
            "telegram": {"chat": -1001234567890},
            "operators": {"anna": {"telegram": 1001, "role": "lead"}},
            "timezone": "Europe/Rome",
            "hours": {"mon-fri": "9:00-18:00"},
            "promises": {"first_response": "1h"},
            "canned": [
                {"name": "attesa", "category": ["complaint"], "text": {"it": "Ti rispondiamo {wait}."}}
            ],
        }
    )


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (SATURDAY, "Ti rispondiamo entro 2 giorni."),
        (SATURDAY + timedelta(days=2), "Ti rispondiamo entro un'ora."),
    ],
)
def test_a_draft_says_how_long_it_takes_in_the_shops_hours(now: datetime, said: str) -> None:
    settings = shop()
    hours = Hours.of(settings)
    judge = Judge(settings, lambda priority: sla.wait(settings.promises, priority, now, hours=hours))
    verdict = make_verdict(category=Category.COMPLAINT, priority=Priority.NORMAL, topic=None)
    drafts = judge.redraft(make_mention(), verdict, make_options())
    assert drafts[0].text == said


def test_without_hours_a_draft_says_what_is_promised() -> None:
    verdict = make_verdict(category=Category.COMPLAINT, priority=Priority.NORMAL, topic=None)
    assert (
        Judge(shop()).redraft(make_mention(), verdict, make_options())[0].text
        == "Ti rispondiamo entro un'ora."
    )
