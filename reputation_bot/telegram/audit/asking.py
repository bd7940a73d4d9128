"""Somebody presses for the audit of a case: one message below the card, brought up to date by whoever presses next."""

from dataclasses import replace

from reputation_bot.model import Case
from reputation_bot.ports import Message, Press, Transaction
from reputation_bot.telegram.audit import hanging
from reputation_bot.telegram.audit.hanging import Hanging
from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.effects import Effects, PopUp, Redraw, Say
from reputation_bot.telegram.prompts import Prompt
from reputation_bot.telegram.words import Words


def pressed(tx: Transaction, case: Case, press: Press, audit: Message, words: Words) -> Effects:
    """However many people press, the group gets one message in an hour."""
    _, now = words.translate, words.now
    prompt = Prompt(Act.AUDIT, case.id, case.revision)
    say = Say(press.chat, press.message_id, audit, prompt)
    there = hanging.of_case(tx, press.chat, case.id)
    if there is None or not there.is_near(now):
        hanging.put(tx, Hanging(press.chat, case.id, asked_at=now, drawn_at=now, version=case.version))
        return PopUp(press.query_id, ""), say
    if there.message_id is None:
        return (PopUp(press.query_id, _("It comes in a moment, below the card.")),)
    where = _("The audit stands below the card, in the message sent {when}.")
    popup = PopUp(press.query_id, where.format(when=words.at(there.asked_at)), alert=True)
    if there.is_up_to_date(case.version, now):
        return (popup,)
    hanging.put(tx, replace(there, drawn_at=now, version=case.version))
    return popup, Redraw(press.chat, there.message_id, audit, instead=say)
