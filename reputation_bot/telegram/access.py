"""Who may press what, and how a refusal is put; what a press does is the handlers' job."""

from collections.abc import Mapping
from dataclasses import dataclass

from reputation_bot.i18n import Translate
from reputation_bot.model import Role, Verdict
from reputation_bot.ports import Reader, Transaction
from reputation_bot.settings import Operator, Settings
from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.html import clip, one_line, units
from reputation_bot.text import fold

MAX_POP_UP = 200  # core.telegram.org/bots/api#answercallbackquery, 2026-11
ADMINISTRATORS = "telegram.administrators"  # value: their numbers at Telegram
_NAMES = "telegram.administrators.names"  # value: by number, under which name each first acted
_MAX_NAME = 30  # units

_LEAST_ROLE = {
    Act.SHOW: Role.VIEWER,
    Act.BACK: Role.VIEWER,
    Act.TAKE: Role.AGENT,
    Act.GIVE_BACK: Role.AGENT,
    Act.EDIT: Role.AGENT,
    Act.OTHER_DRAFT: Role.AGENT,
    Act.DISMISS: Role.AGENT,
    Act.DISMISS_AS: Role.AGENT,
    Act.RESOLVE: Role.AGENT,
    Act.REOPEN: Role.AGENT,
    Act.WRONG_CLASS: Role.AGENT,
    Act.CLASS_AS: Role.AGENT,
    Act.WRONG_TOPIC: Role.AGENT,
    Act.TOPIC_AS: Role.AGENT,
    Act.WRONG_PRIORITY: Role.AGENT,
    Act.PRIORITY_AS: Role.AGENT,
    Act.MORE: Role.VIEWER,
    Act.HISTORY: Role.VIEWER,
    Act.AUDIT: Role.VIEWER,
    Act.SNOOZE: Role.AGENT,
    Act.SNOOZE_UNTIL: Role.AGENT,
    Act.ASSIGN: Role.AGENT,
    Act.ASSIGN_TO: Role.AGENT,
    Act.NOTE: Role.AGENT,
    Act.MERGE: Role.AGENT,
    Act.MERGE_INTO: Role.AGENT,
    Act.SPLIT: Role.AGENT,
    Act.HAND_OFF: Role.AGENT,
    Act.EDIT_OPENING: Role.AGENT,
    Act.DROP_OPENING: Role.AGENT,
    Act.SWITCH: Role.AGENT,
    Act.MOVE_TO_PRIVATE: Role.AGENT,
    Act.CLOSE_PUBLICLY: Role.AGENT,
    Act.DONE_BY_HAND: Role.AGENT,
    Act.PUBLISH: Role.APPROVER,
    Act.PUBLISH_PRIVATE: Role.APPROVER,
    Act.UNDO: Role.APPROVER,
    Act.CONFIRM_SENT: Role.APPROVER,
    Act.SEND_AGAIN: Role.APPROVER,
    Act.DROP_REPLY: Role.APPROVER,
    Act.OVERRULE: Role.LEAD,
    Act.OVERRULE_AS: Role.LEAD,
    Act.ACCEPT: Role.LEAD,
    Act.REJECT: Role.LEAD,
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may do something: `key` is the operator's in rules.yaml, or an administrator's name."""

    key: str
    role: Role
    name: str


def who(settings: Settings, view: Reader, user_id: int, user_name: str) -> Person | None:
    """The operator with this Telegram number, or else the administrator of the group, if rules.yaml lets these do anything."""
    for key, one in settings.operators.items():
        if one.telegram == user_id:
            return Person(key, one.role, name_of(key, settings.operators))
    role = settings.telegram.administrators
    if role is None or user_id not in administrators(view):
        return None
    name = _known_names(view).get(str(user_id)) or _free_name(settings, view, user_id, user_name)
    return Person(name, role, name)


def remember(settings: Settings, tx: Transaction, user_id: int, person: Person) -> None:
    """Keeps the name under which an administrator first acted: who changes it at Telegram is the same person still."""
    known = _known_names(tx)
    if person.key not in settings.operators and str(user_id) not in known:
        tx.put_value(_NAMES, known | {str(user_id): person.key})


def needs_two_people(settings: Settings, verdict: Verdict) -> bool:
    """Whether two different people must approve an answer to this."""
    two = settings.publishing.two_people
    return verdict.category in two.categories or verdict.priority in two.priorities


def administrators(view: Reader) -> frozenset[int]:
    """The group's administrators when the bot last asked."""
    kept = view.value(ADMINISTRATORS)
    return frozenset(kept) if isinstance(kept, list) else frozenset()


def _known_names(view: Reader) -> dict[str, str]:
    kept = view.value(_NAMES)
    return kept if isinstance(kept, dict) else {}


def _free_name(settings: Settings, view: Reader, user_id: int, user_name: str) -> str:
    """Nobody takes an operator's or another administrator's name for another's approval."""
    name = one_line(user_name, _MAX_NAME) or "Admin"
    taken = {fold(one) for one in _known_names(view).values()}
    for key in settings.operators:
        taken |= {fold(key), fold(name_of(key, settings.operators))}
    return f"{name} {user_id}" if fold(name) in taken or name == "Admin" else name


def may(role: Role, act: Act) -> bool:
    """Whether this role is enough for this act."""
    return role.rank >= _LEAST_ROLE[act].rank


def name_of(key: str, operators: Mapping[str, Operator]) -> str:
    """As staff know the operator; plain text of one line. Whoever has left rules.yaml keeps the key as name."""
    operator = operators.get(key)
    named = one_line((operator and operator.name) or "", _MAX_NAME)
    return named or (key.capitalize() if key.islower() else key)


def refusal(settings: Settings, act: Act, person: Person | None, _: Translate) -> str:
    """A pop-up of at most 200 characters for somebody who may not do this (None: nobody of ours): why, and who may."""
    least = _LEAST_ROLE[act]
    able = [name_of(key, settings.operators) for key, one in settings.operators.items() if may(one.role, act)]
    if person is None:
        return _stranger(settings, _)
    if not able:
        text = _("Nobody may do this yet: give somebody the role {role} in rules.yaml.")
        return clip(text.format(role=least.value), MAX_POP_UP)
    sentence = _sentence(act, least, _)
    room = MAX_POP_UP - units(sentence.format(names=""))
    return sentence.format(names=_names(able, room, _))


def _stranger(settings: Settings, _: Translate) -> str:
    leads = [key for key, one in settings.operators.items() if one.role is Role.LEAD]
    names = [name_of(key, settings.operators) for key in leads]
    if not names:
        return _("You are not on the staff list of this bot (operators in rules.yaml).")
    sentence = _("You are not on the staff list of this bot: ask {names}.")
    return sentence.format(names=_names(names, MAX_POP_UP - units(sentence.format(names="")), _))


def _sentence(act: Act, least: Role, _: Translate) -> str:
    if act in {Act.PUBLISH, Act.PUBLISH_PRIVATE}:
        return _("Only those who approve may publish ({names}).")
    if least is Role.APPROVER:
        return _("Only those who approve may do this ({names}).")
    if least is Role.LEAD:
        return _("Only a lead may decide this ({names}).")
    return _("You may look, but not change anything. Ask {names}.")


def _names(names: list[str], room: int, _: Translate) -> str:
    """As many as there is room for, and how many more; one name always fits."""
    texts = (_some(names, shown, _) for shown in range(len(names), 0, -1))
    return next(text for text in texts if units(text) <= room)


def _some(names: list[str], shown: int, _: Translate) -> str:
    left = len(names) - shown
    more = [_.ngettext("{number} more", "{number} more", left).format(number=left)] if left else []
    return ", ".join([*names[:shown], *more])
