"""Who may press what, and how a refusal is put."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.i18n import translator
from reputation_bot.model import Role
from reputation_bot.ports import Storage
from reputation_bot.settings import Operator, Settings
from reputation_bot.telegram import access
from reputation_bot.telegram.access import Person
from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.html import units

IT = translator("it")
LOOK = {Act.SHOW, Act.BACK, Act.MORE, Act.HISTORY, Act.AUDIT}
LEAD = {Act.ACCEPT, Act.REJECT, Act.OVERRULE, Act.OVERRULE_AS}
WORK = {
    Act.WRONG_PRIORITY,
    Act.PRIORITY_AS,
    Act.SNOOZE,
    Act.SNOOZE_UNTIL,
    Act.ASSIGN,
    Act.ASSIGN_TO,
    Act.NOTE,
    Act.MERGE,
    Act.MERGE_INTO,
    Act.SPLIT,
    Act.HAND_OFF,
    Act.EDIT_OPENING,
    Act.DROP_OPENING,
    Act.SWITCH,
    Act.MOVE_TO_PRIVATE,
    Act.CLOSE_PUBLICLY,
    Act.DONE_BY_HAND,
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


FEDERICA = Person("federica", Role.AGENT, "Federica")
VITTORIA = Person("vittoria", Role.VIEWER, "Vittoria")


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


def test_only_the_telegram_number_makes_an_operator(storage: Storage) -> None:
    with storage.read() as view:
        assert access.who(STAFF, view, 1002, "?") == Person("paolo", Role.APPROVER, "Paolo Verdi")
        assert access.who(STAFF, view, 1999, "Paolo Verdi") is None


def test_administrators_may_what_the_file_says_and_operators_keep_their_own_role(storage: Storage) -> None:
    telegram = STAFF.telegram.model_copy(update={"administrators": Role.LEAD})
    settings = STAFF.model_copy(update={"telegram": telegram})
    with storage.transaction() as tx:
        tx.put_value(access.ADMINISTRATORS, [1003, 1999])
    with storage.read() as view:
        assert access.who(settings, view, 1999, "Marta Neri") == Person("Marta Neri", Role.LEAD, "Marta Neri")
        assert access.who(settings, view, 1003, "?") == Person("federica", Role.AGENT, "Federica")
        assert access.who(settings, view, 1998, "?") is None
        assert access.who(STAFF, view, 1999, "?") is None


def test_a_refusal_names_who_may_publish() -> None:
    text = access.refusal(STAFF, Act.PUBLISH, FEDERICA, IT)
    assert text == "Può pubblicare solo chi approva (Anna, Paolo Verdi)."


def test_a_viewer_is_told_whom_to_ask() -> None:
    text = access.refusal(STAFF, Act.TAKE, VITTORIA, IT)
    assert text == "Puoi guardare, non modificare: chiedi a Anna, Paolo Verdi, Federica."


def test_a_stranger_is_told_to_ask_the_lead() -> None:
    assert (
        access.refusal(STAFF, Act.TAKE, None, IT) == "Non sei tra gli operatori di questo bot: chiedi a Anna."
    )


def test_when_nobody_may_the_file_is_named() -> None:
    alone = make_settings(federica={"telegram": 1003, "role": "agent"})
    text = access.refusal(alone, Act.PUBLISH, FEDERICA, IT)
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
    for person in (None, VITTORIA):
        text = access.refusal(settings, act, person, translator(language))
        assert 0 < units(text) <= access.MAX_POP_UP
        assert "\n" not in text
