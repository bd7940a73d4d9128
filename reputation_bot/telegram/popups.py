"""What staff read after a press, in at most 200 characters: what was done, or why not and what to do."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import assert_never

from reputation_bot.cases import Outcome, Result
from reputation_bot.i18n import Translate
from reputation_bot.model import Case
from reputation_bot.ports import Message
from reputation_bot.settings import Operator
from reputation_bot.telegram.access import name_of
from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.html import clip, escape

_ADDRESS = re.compile(r"https?://[^\s<>\"]{3,500}")
_MAX_NOW = 3_000  # units of the text that is to be changed


def about(outcome: Outcome, operators: Mapping[str, Operator], undo: timedelta, _: Translate) -> str:  # noqa: C901, PLR0911, PLR0912  # one line per result
    """One or two sentences on what came of a press or an edit."""
    by = name_of(outcome.by, operators) if outcome.by else ""
    match outcome.result:
        case Result.TAKEN:
            return _("It is yours.")
        case Result.GIVEN_BACK:
            return _("Given back: anybody can take it.")
        case Result.ASSIGNED:
            return _("{name} has it now.").format(name=by)
        case Result.NOTED:
            return _("Noted.")
        case Result.SNOOZED:
            return _("Put away: it comes back by itself, or when the author writes.")
        case Result.DRAFT_CHANGED:
            return _("Here is another draft.")
        case Result.HANDED_OFF:
            return _("Both parts are on the card: read them, then publish.")
        case Result.FIRST_APPROVAL:
            return _("Your approval is noted. A second person has to approve, then it goes out.")
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
        case Result.MERGED:
            return _("Now one case: #{id}.").format(id=outcome.case_id)
        case Result.SPLIT:
            return _("It is a case of its own now: #{id}.").format(id=outcome.case_id)
        case Result.DONE_BY_HAND:
            return _("Noted as answered.")
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
        case Result.PART_OF:
            return _("This case is part of #{id} now. Reopen it to take it out again.").format(
                id=outcome.case_id
            )
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
        case Result.BLOCKED:
            return _("The check stops this text: change it as the card says, or ask a lead.")
        case Result.NEEDS_ANOTHER:
            return _("You have approved already: another person has to approve too.")
        case Result.UNDER_WAY:
            return _("An answer approved by {name} is on its way. Wait for it, or undo it.").format(name=by)
        case Result.TOO_LATE:
            return _("Too late: it has already left.")
        case Result.SAME_CASE:
            return _("That is this very case.")
        case Result.ONLY_MENTION:
            return _("There is only one message in this case: nothing to take out.")
        case _:
            assert_never(outcome.result)


def how_to_edit(_: Translate) -> str:
    """Nothing is kept in memory: the answer itself says which card it is for."""
    return _(
        "Answer this card with the new text. It takes the draft's place; nothing goes out before you publish it."
    )


def asked(act: Act, case: Case, user_id: int, name: str, _: Translate) -> Message:
    """A message that opens the answer field for the one person who pressed."""
    match act:
        case Act.NOTE:
            text = _("answer this message with your note on #{id}. Only colleagues see it.")
        case Act.DONE_BY_HAND:
            text = _(
                "answer this message with the address of your answer, or with a dash if it has none (#{id})."
            )
        case Act.EDIT_OPENING:
            text = _("answer this message with the new private text (#{id}).")
        case _:
            raise AssertionError("this act asks for no text")
    whom = f'<a href="tg://user?id={user_id}">{escape(name)}</a>'
    now = case.opening.text if act is Act.EDIT_OPENING and case.opening else ""
    html = f"{whom}: {escape(text.format(id=case.id))}" + (
        f"\n<pre>{escape(clip(now, _MAX_NOW))}</pre>" if now else ""
    )
    return Message(html, placeholder=f"#{case.id}")


def address_in(text: str) -> str | None:
    """The first web address in what somebody wrote, if any."""
    found = _ADDRESS.search(text)
    return found[0] if found else None
