"""What staff read after a press, in at most 200 characters: what was done, or why not and what to do."""

from collections.abc import Mapping
from datetime import timedelta
from typing import assert_never

from reputation_bot.cases import Outcome, Result
from reputation_bot.i18n import Translate
from reputation_bot.settings import Operator
from reputation_bot.telegram.access import name_of


def about(outcome: Outcome, operators: Mapping[str, Operator], undo: timedelta, _: Translate) -> str:  # noqa: C901, PLR0911, PLR0912  # one line per result
    """One or two sentences on what came of a press or an edit."""
    by = name_of(outcome.by, operators) if outcome.by else ""
    match outcome.result:
        case Result.TAKEN:
            return _("It is yours.")
        case Result.GIVEN_BACK:
            return _("Given back: anybody can take it.")
        case Result.DRAFT_CHANGED:
            return _("Here is another draft.")
        case Result.APPROVED:
            return _("Approved: it goes out in {seconds} s. Undo on the card.").format(
                seconds=int(undo.total_seconds())
            )
        case Result.UNDONE:
            return _("Taken back: nothing was published.")
        case Result.DISMISSED:
            return _("Put aside.")
        case Result.RESOLVED:
            return _("Closed.")
        case Result.REOPENED:
            return _("Open again.")
        case Result.CONFIRMED_SENT:
            return _("Noted as published.")
        case Result.SENDING_AGAIN:
            return _("It is being sent again.")
        case Result.REPLY_DROPPED:
            return _("Given up. The draft can be published anew.")
        case Result.RECLASSIFIED:
            return _("Corrected. The rules learn from it.")
        case Result.ALREADY_DONE:
            return _("Already done by {name}.").format(name=by) if by else _("Already done.")
        case Result.STALE:
            return _("The draft has changed since: read the card again, then press.")
        case Result.CLOSED:
            return _("This case is closed. Reopen it first.")
        case Result.NO_DRAFT:
            return _("There is no text yet: answer the card with one.")
        case Result.NO_OTHER_DRAFT:
            return _("There is no other draft. Answer the card to write your own.")
        case Result.NOT_ALLOWED_HERE:
            return _("The platform does not take such an answer here. Open it and answer by hand.")
        case Result.TOO_LONG:
            return _("Too long: the platform takes {limit} characters.").format(limit=outcome.limit)
        case Result.EMPTY:
            return _("There is no text in it.")
        case Result.UNDER_WAY:
            return _("An answer approved by {name} is on its way. Wait for it, or undo it.").format(name=by)
        case Result.TOO_LATE:
            return _("Too late: it has already left.")
        case _:
            assert_never(outcome.result)


def how_to_edit(_: Translate) -> str:
    """Nothing is kept in memory: the answer itself says which card it is for."""
    return _(
        "Answer this card with the new text. It takes the draft's place; nothing goes out before you publish it."
    )
