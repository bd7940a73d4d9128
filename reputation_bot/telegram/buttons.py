"""What an inline button says to the bot, in at most 64 bytes; which buttons a card has is `keyboard`'s job."""

import re
from dataclasses import dataclass
from enum import StrEnum

from reputation_bot.model import Category, DismissReason, Priority

MAX_BYTES = 64  # core.telegram.org/bots/api#inlinekeyboardbutton, 2026-11


class Act(StrEnum):
    """What a press asks for. The values are in buttons that hang in chats for months: never change one."""

    PUBLISH = "p"
    PUBLISH_PRIVATE = "pp"  # move the draft to a private message and publish it there
    EDIT = "e"
    OTHER_DRAFT = "o"
    TAKE = "t"
    GIVE_BACK = "g"
    DISMISS = "d"  # opens the reasons
    DISMISS_AS = "da"  # `extra` is the DismissReason
    BACK = "b"
    UNDO = "u"
    RESOLVE = "r"
    REOPEN = "ro"
    CONFIRM_SENT = "cs"
    SEND_AGAIN = "sa"
    DROP_REPLY = "dr"
    SHOW = "s"  # from a list to the case's own card
    WRONG_CLASS = "c"  # opens the categories
    CLASS_AS = "ca"  # `extra` is the Category
    WRONG_TOPIC = "ct"  # opens the topics
    TOPIC_AS = "ta"  # `extra` is the topic
    WRONG_PRIORITY = "cp"  # opens the priorities
    PRIORITY_AS = "pa"  # `extra` is the Priority
    MORE = "m"  # opens the rare acts
    SNOOZE = "z"  # opens the times
    SNOOZE_UNTIL = "zu"  # `extra` is the Nap
    ASSIGN = "a"  # opens the operators
    ASSIGN_TO = "at"  # `extra` is the operator's number at Telegram
    NOTE = "n"  # asks for the text
    HISTORY = "h"
    AUDIT = "au"
    MERGE = "mg"  # opens the author's other cases
    MERGE_INTO = "mi"  # `extra` is the other case's id
    SPLIT = "sp"
    HAND_OFF = "ho"  # public invitation and private message
    EDIT_OPENING = "eo"  # asks for the text of the private part
    DROP_OPENING = "do"
    SWITCH = "sv"  # public draft to private, or back
    MOVE_TO_PRIVATE = "mp"  # what must not be said in public
    CLOSE_PUBLICLY = "cl"
    DONE_BY_HAND = "dh"  # asks for the address
    OVERRULE = "ov"  # opens the reasons to publish in spite of the check
    OVERRULE_AS = "oa"  # `extra` is the Excuse
    ACCEPT = "ok"  # a proposed change of rules.yaml: `extra` is its id, there is no case
    REJECT = "no"  # the same


class Nap(StrEnum):
    """Until when a case is snoozed."""

    HOUR = "hour"
    TONIGHT = "tonight"
    TOMORROW = "tomorrow"  # at opening
    MONDAY = "monday"  # at opening


class Excuse(StrEnum):
    """Why a lead publishes in spite of the outgoing check."""

    FALSE_ALARM = "false_alarm"
    ALREADY_PUBLIC = "already_public"
    AGREED = "agreed"  # with the customer


@dataclass(frozen=True, slots=True)
class Pressed:
    """`revision` is the draft's for what concerns a draft, and the reply's for UNDO, CONFIRM_SENT, SEND_AGAIN and DROP_REPLY."""

    act: Act
    case_id: int
    revision: int = 0
    extra: str = ""  # lower-case letters, digits and "_", at most 30


_SHAPE = re.compile(r"([a-z]{1,2}):(0|[1-9][0-9]{0,11}):(0|[1-9][0-9]{0,11})(?::([a-z0-9_]{1,30}))?")
TOPIC = re.compile(r"[a-z][a-z0-9_]{0,29}")  # that a button can name
_ACTS = frozenset(Act)
# what `extra` must be for the acts that need one
_EXTRAS = {
    Act.DISMISS_AS: re.compile("|".join(DismissReason)),
    Act.CLASS_AS: re.compile("|".join(Category)),
    Act.TOPIC_AS: TOPIC,
    Act.PRIORITY_AS: re.compile("|".join(Priority)),
    Act.SNOOZE_UNTIL: re.compile("|".join(Nap)),
    Act.ASSIGN_TO: re.compile(r"[1-9][0-9]{0,15}"),
    Act.MERGE_INTO: re.compile(r"[1-9][0-9]{0,11}"),
    Act.OVERRULE_AS: re.compile("|".join(Excuse)),
    Act.ACCEPT: re.compile(r"[0-9a-f]{12}"),
    Act.REJECT: re.compile(r"[0-9a-f]{12}"),
}


def encode(pressed: Pressed) -> str:
    """At most 64 ASCII characters, e.g. "p:1024:3"; numbers of up to 12 digits. Raises ValueError for what `decode` would not give back."""
    data = f"{pressed.act}:{pressed.case_id}:{pressed.revision}" + (
        f":{pressed.extra}" if pressed.extra else ""
    )
    if decode(data) != pressed:
        raise ValueError(f"not a button of ours: {data[:MAX_BYTES]!r}")
    return data


def decode(data: str) -> Pressed | None:
    """None for anything that `encode` has not made."""
    found = _SHAPE.fullmatch(data)
    if not found:
        return None
    act, case_id, revision, extra = found.groups(default="")
    if act not in _ACTS or not _fits(Act(act), extra):
        return None
    return Pressed(Act(act), int(case_id), int(revision), extra)


def _fits(act: Act, extra: str) -> bool:
    return act not in _EXTRAS or _EXTRAS[act].fullmatch(extra) is not None
