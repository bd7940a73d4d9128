"""Who may press what, and how a refusal is put."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.i18n import translator
from reputation_bot.model import Role
from reputation_bot.settings import Operator, Settings
from reputation_bot.telegram import access
from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.html import units

IT = translator("it")
LOOK = {Act.SHOW, Act.BACK}
LEAD = {Act.ACCEPT, Act.REJECT}
WORK = {
    Act.WRONG_CLASS,
    Act.CLASS_AS,
    Act.WRONG_TOPIC,
    Act.TOPIC_AS,
    Act.TAKE,
    Act.GIVE_BACK,
    Act.EDIT,
    Act.OTHER_DRAFT,
    Act.DISMISS,
    Act.DISMISS_AS,
    Act.RESOLVE,
    Act.REOPEN,
}


def make_settings(**operators: dict[str, Any]) -> Settings:
    return Settings.model_validate(
        {"brand": {"name": "Bottega Aurora"}, "telegram": {"chat": -100}, "operators": operators}
    )


STAFF = make_settings(
    anna={"telegram": 1001, "role": "lead"},
    paolo={"telegram": 1002, "role": "approver", "name": "Paolo Verdi"},
    federica={"telegram": 1003, "role": "agent"},
    vittoria={"telegram": 1004, "role": "viewer"},
)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(Role.VIEWER, LOOK), (Role.AGENT, LOOK | WORK), (Role.APPROVER, set(Act) - LEAD), (Role.LEAD, set(Act))],
)
def test_each_role_may_do_exactly_this(role: Role, allowed: set[Act]) -> None:
    assert {act for act in Act if access.may(role, act)} == allowed


def test_only_the_telegram_number_makes_an_operator() -> None:
    assert access.who(STAFF.operators, 1002) == ("paolo", STAFF.operators["paolo"])
    assert access.who(STAFF.operators, 1999) is None


def test_a_refusal_names_who_may_publish() -> None:
    text = access.refusal(STAFF, Act.PUBLISH, STAFF.operators["federica"], IT)
    assert text == "Può pubblicare solo chi approva (Anna, Paolo Verdi)."


def test_a_viewer_is_told_whom_to_ask() -> None:
    text = access.refusal(STAFF, Act.TAKE, STAFF.operators["vittoria"], IT)
    assert text == "Puoi guardare, non modificare: chiedi a Anna, Paolo Verdi, Federica."


def test_a_stranger_is_told_to_ask_the_lead() -> None:
    assert (
        access.refusal(STAFF, Act.TAKE, None, IT) == "Non sei tra gli operatori di questo bot: chiedi a Anna."
    )


def test_when_nobody_may_the_file_is_named() -> None:
    alone = make_settings(federica={"telegram": 1003, "role": "agent"})
    text = access.refusal(alone, Act.PUBLISH, alone.operators["federica"], IT)
    assert text == "Nessuno può ancora farlo: in rules.yaml dai a qualcuno il ruolo approver."
    assert "rules.yaml" in access.refusal(make_settings(), Act.PUBLISH, None, IT)


def test_an_operator_who_left_keeps_the_key_as_name() -> None:
    assert access.name_of("marta", STAFF.operators) == "Marta"


@given(st.lists(st.text(max_size=300), max_size=40), st.sampled_from(Act), st.sampled_from(["it", "en"]))
def test_a_refusal_always_fits_a_pop_up(names: list[str], act: Act, language: str) -> None:
    operators = {
        f"o{index}": Operator(telegram=index, role=Role.LEAD, name=name)
        for index, name in enumerate(names, 1)
    }
    settings = STAFF.model_copy(update={"operators": operators})
    for operator in (None, Operator(telegram=1, role=Role.VIEWER)):
        text = access.refusal(settings, act, operator, translator(language))
        assert 0 < units(text) <= access.MAX_POP_UP
        assert "\n" not in text
