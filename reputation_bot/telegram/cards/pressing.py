"""Makes the buttons of a case: each for one act on one draft, and none for what is not possible now."""

from collections.abc import Iterable

from reputation_bot.model import Case, Move
from reputation_bot.ports import Button
from reputation_bot.telegram.buttons import Act, Pressed, encode
from reputation_bot.telegram.html import units
from reputation_bot.transitions import CASE_MOVES

# What a button may say, its sign included, by how many stand in a row: Telegram's apps end a longer one with "…". Reckoned for a
# message 300 points wide in letters of 15 points, as phones have it
MOST_UNITS = {1: 40, 2: 21, 3: 14, 4: 10, 5: 7}

Row = tuple[Button | None, ...]

_MOVES = {
    Act.PUBLISH: Move.APPROVE,
    Act.OVERRULE: Move.OVERRULE,
    Act.OVERRULE_AS: Move.OVERRULE,
    Act.EDIT: Move.EDIT,
    Act.EDIT_OPENING: Move.EDIT,
    Act.DROP_OPENING: Move.EDIT,
    Act.SWITCH: Move.EDIT,
    Act.HAND_OFF: Move.HAND_OFF,
    Act.MOVE_TO_PRIVATE: Move.HAND_OFF,
    Act.CLOSE_PUBLICLY: Move.OTHER_DRAFT,
    Act.OTHER_DRAFT: Move.OTHER_DRAFT,
    Act.DONE_BY_HAND: Move.DONE_BY_HAND,
    Act.TAKE: Move.TAKE,
    Act.GIVE_BACK: Move.GIVE_BACK,
    Act.ASSIGN: Move.ASSIGN,
    Act.ASSIGN_TO: Move.ASSIGN,
    Act.SNOOZE: Move.SNOOZE,
    Act.SNOOZE_UNTIL: Move.SNOOZE,
    Act.MERGE: Move.MERGE,
    Act.MERGE_INTO: Move.MERGE,
    Act.SPLIT: Move.SPLIT,
    Act.DISMISS: Move.DISMISS,
    Act.DISMISS_AS: Move.DISMISS,
    Act.UNDO: Move.UNDO,
    Act.WRONG_CLASS: Move.RECLASSIFY,
    Act.CLASS_AS: Move.RECLASSIFY,
    Act.WRONG_TOPIC: Move.RECLASSIFY,
    Act.TOPIC_AS: Move.RECLASSIFY,
    Act.WRONG_PRIORITY: Move.RECLASSIFY,
    Act.PRIORITY_AS: Move.RECLASSIFY,
    Act.RESOLVE: Move.RESOLVE,
    Act.REOPEN: Move.REOPEN,
    Act.CONFIRM_SENT: Move.CONFIRM_SENT,
    Act.SEND_AGAIN: Move.SEND_AGAIN,
    Act.DROP_REPLY: Move.DROP_REPLY,
}


def press(case: Case, act: Act, text: str, revision: int | None = None, *, extra: str = "") -> Button | None:
    """None where the move is not legal in the case's state. `revision` is the draft's on the card unless given."""
    move = _MOVES.get(act)
    if move and case.status not in CASE_MOVES[move]:
        return None
    asked = Pressed(act, case.id, case.revision if revision is None else revision, extra)
    return Button(text, data=encode(asked))


def in_rows(most: int, buttons: Iterable[Button | None]) -> list[Row]:
    """Those that are there, at most so many in a row, and fewer where their words need the room."""
    there = [button for button in buttons if button]
    longest = max((units(button.text) for button in there), default=0)
    size = next((size for size in range(most, 1, -1) if longest <= MOST_UNITS[size]), 1)
    return [tuple(there[start : start + size]) for start in range(0, len(there), size)]
