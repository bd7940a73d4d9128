"""What a press or a message in the chat does: decided inside one transaction, said afterwards; cards follow by themselves."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from reputation_bot import cases, proposals
from reputation_bot.cases import CHANGES, Outcome
from reputation_bot.errors import ConfigError, MoveError, NotFoundError
from reputation_bot.i18n import Translate
from reputation_bot.model import Case, Menu
from reputation_bot.ports import ChatMoved, ChatText, Ignored, Message, Press, Storage, Transaction, Update
from reputation_bot.proposals import Amend, Question, Standing
from reputation_bot.settings import Settings
from reputation_bot.telegram import access, asking, popups, prompts
from reputation_bot.telegram.access import Person
from reputation_bot.telegram.buttons import Act, Pressed, decode
from reputation_bot.telegram.commands import Commands
from reputation_bot.telegram.desk import Desk
from reputation_bot.telegram.effects import Effects, PopUp, Redraw, Say
from reputation_bot.telegram.html import clip, escape
from reputation_bot.telegram.prompts import Prompt

log = logging.getLogger(__name__)

OFFSET = "telegram.offset"  # value: the update to ask for next; kept with what the update did, so that none acts twice

_MENUS = {
    Act.BACK: Menu.MAIN,
    Act.MORE: Menu.MORE,
    Act.DISMISS: Menu.DISMISS,
    Act.WRONG_CLASS: Menu.CLASS,
    Act.WRONG_TOPIC: Menu.TOPIC,
    Act.WRONG_PRIORITY: Menu.PRIORITY,
    Act.SNOOZE: Menu.SNOOZE,
    Act.ASSIGN: Menu.ASSIGN,
    Act.MERGE: Menu.MERGE,
    Act.OVERRULE: Menu.OVERRULE,
}
_READS = frozenset({Act.HISTORY, Act.AUDIT})
_ASKS = frozenset({Act.NOTE, Act.DONE_BY_HAND, Act.EDIT_OPENING})  # for a text, in a message of their own


class Handlers:
    """Turns updates into moves of cases. Holds nothing between two updates, so a restart loses nothing."""

    def __init__(
        self,
        storage: Storage,
        settings: Settings,
        translate: Translate,
        desk: Desk,
        commands: Commands,
        amend: Amend,
    ) -> None:
        self._storage, self._settings, self._ = storage, settings, translate
        self._desk, self._commands, self._amend = desk, commands, amend

    def handle(self, update: Update, *, now: datetime) -> Effects:
        """Acts on an update once, however often Telegram shows it. Returns what to say about it."""
        match update:
            case Press():
                return self._once(update, lambda tx: self._pressed(tx, update, now))
            case ChatText():
                return self._once(update, lambda tx: self._written(tx, update, now))
            case ChatMoved() | Ignored():
                return ()
            case _:
                assert_never(update)

    def _once(self, update: Press | ChatText, act: Callable[[Transaction], Effects]) -> Effects:
        try:
            return self._in_one_transaction(update, act)
        except (NotFoundError, MoveError) as error:
            log.warning("update not possible update=%s problem=%s", update.update_id, error)
        # noted as seen in a transaction of its own: it would come again and again, and hold up all others
        return self._in_one_transaction(update, lambda _: self._cannot(update))

    def _in_one_transaction(self, update: Press | ChatText, act: Callable[[Transaction], Effects]) -> Effects:
        with self._storage.transaction() as tx:
            if (tx.value(OFFSET) or 0) > update.update_id:
                return ()
            tx.put_value(OFFSET, update.update_id + 1)
            return act(tx)

    def _cannot(self, update: Press | ChatText) -> Effects:
        """Nothing has changed: the case went to the archive long ago, or its state does not allow it."""
        text = self._(
            "Not possible any more: the case is in the archive, where it can be read but not changed."
        )
        if isinstance(update, Press):
            return (PopUp(update.query_id, text, alert=True),)
        return (Say(update.chat, update.message_id, Message(escape(text))),)

    def _pressed(self, tx: Transaction, press: Press, now: datetime) -> Effects:
        pressed = decode(press.data)
        if pressed is None:
            return (PopUp(press.query_id, self._("This button is no longer in use."), alert=True),)
        person = access.who(self._settings, tx, press.user_id, press.user_name)
        if person is None or not access.may(person.role, pressed.act):
            log.warning(
                "press refused user=%s act=%s case=%s", press.user_id, pressed.act.name, pressed.case_id
            )
            refusal = access.refusal(self._settings, pressed.act, person, self._)
            return (PopUp(press.query_id, refusal, alert=True),)
        access.remember(self._settings, tx, press.user_id, person)
        if pressed.act in {Act.ACCEPT, Act.REJECT}:
            return self._decide(tx, pressed, press, person.key, now)
        try:
            case = tx.case(pressed.case_id)
        except NotFoundError:
            gone = self._("Case #{id} is not here any more.").format(id=pressed.case_id)
            return (PopUp(press.query_id, gone, alert=True),)
        return self._act(tx, case, pressed, press, person, now)

    def _act(
        self, tx: Transaction, case: Case, pressed: Pressed, press: Press, person: Person, now: datetime
    ) -> Effects:
        act = pressed.act
        if act is Act.SHOW:
            return self._show(tx, case, press, now)
        if act is Act.EDIT:
            return (PopUp(press.query_id, popups.how_to_edit(self._), alert=True),)
        if act in _READS:
            return self._read(tx, case, act, press, now)
        if act in _ASKS:
            asked = popups.asked(act, case, press.user_id, person.name, self._)
            prompt = Prompt(act, case.id, case.revision)
            return PopUp(press.query_id, ""), Say(press.chat, press.message_id, asked, prompt)
        if act in _MENUS:
            self._put_menu(tx, case, _MENUS[act], now)
            return (PopUp(press.query_id, ""),)
        outcome = self._desk.move(tx, case, pressed, person.key, now)
        self._put_menu(tx, case, Menu.MAIN, now)
        return (PopUp(press.query_id, self._about(outcome), alert=outcome.result not in CHANGES),)

    def _read(self, tx: Transaction, case: Case, act: Act, press: Press, now: datetime) -> Effects:
        """What others did or wrote, in a message of its own; the case stays as it is."""
        if act is Act.AUDIT:
            return self._commands.audit_below(tx, case, press, now)
        story = self._commands.story_of(tx, case, now)
        return PopUp(press.query_id, ""), Say(press.chat, press.message_id, story)

    def _about(self, outcome: Outcome) -> str:
        return popups.about(outcome, self._settings.operators, self._settings.publishing.undo, self._)

    def _decide(self, tx: Transaction, pressed: Pressed, press: Press, who: str, now: datetime) -> Effects:
        """Writes an accepted change into rules.yaml. The transaction lets only one person decide."""
        asked = proposals.question(tx, pressed.extra)
        if asked is None:
            return (PopUp(press.query_id, self._("This button is no longer in use."), alert=True),)
        name = access.name_of(asked.by or who, self._settings.operators)
        if asked.standing in proposals.DECIDED:
            done = self._("Already done by {name}.").format(name=name)
            return PopUp(press.query_id, done, alert=True), self._decided(press, asked)
        if pressed.act is Act.REJECT:
            decided = proposals.decide(tx, asked, Standing.REJECTED, who)
            return PopUp(press.query_id, self._("It will not be proposed again.")), self._decided(
                press, decided
            )
        try:
            self._amend(asked.proposal, proposals.remark(asked.proposal, name, now, self._))
        except ConfigError as error:
            log.warning("proposal not written proposal=%s problem=%s", asked.proposal.id, error)
            return (PopUp(press.query_id, clip(error.told(self._.sentence), access.MAX_POP_UP), alert=True),)
        log.info("proposal written into rules.yaml proposal=%s who=%s", asked.proposal.id, who)
        decided = proposals.decide(tx, asked, Standing.ACCEPTED, who)
        return PopUp(press.query_id, self._("Written into rules.yaml.")), self._decided(press, decided)

    def _decided(self, press: Press, asked: Question) -> Redraw:
        operators = self._settings.operators
        people = {key: access.name_of(key, operators) for key in operators}
        return Redraw(press.chat, press.message_id, asking.render(asked, people, self._))

    def _show(self, tx: Transaction, case: Case, press: Press, now: datetime) -> Effects:
        """From a list to the case's own card: points at the card, or has it sent."""
        card = tx.card(case.id)
        if card and card.message_id is not None:
            return PopUp(press.query_id, ""), Say(card.chat, card.message_id, Message(f"👆 #{case.id}"))
        if card:
            tx.put_card(replace(card, shown_version=0))
        tx.put_case(replace(case, urged_at=now))
        return (PopUp(press.query_id, self._("Here it comes.")),)

    def _put_menu(self, tx: Transaction, case: Case, menu: Menu, now: datetime) -> None:
        """A change of menu makes the card stale although its case is the same."""
        card = tx.card(case.id)
        if card and card.menu is not menu:
            tx.put_card(replace(card, menu=menu, shown_version=0))
            tx.put_case(replace(tx.case(case.id), urged_at=now))

    def _written(self, tx: Transaction, text: ChatText, now: datetime) -> Effects:
        """A command, or an answer to a message of ours: to a card it is the new text of its draft."""
        prompt = self._meant(tx, text)
        if text.text.startswith("/"):
            return self._commands.run(tx, text, prompt.case_id if prompt else None, now)
        if prompt is None:
            return ()
        person = access.who(self._settings, tx, text.user_id, text.user_name)
        if person is None or not access.may(person.role, prompt.act):
            log.warning("text refused user=%s act=%s case=%s", text.user_id, prompt.act.name, prompt.case_id)
            refusal = access.refusal(self._settings, prompt.act, person, self._)
            return (Say(text.chat, text.message_id, Message(escape(refusal))),)
        access.remember(self._settings, tx, text.user_id, person)
        outcome = self._take_text(tx, tx.case(prompt.case_id), prompt, text.text, person.key, now)
        if outcome.result in CHANGES:
            if prompt.act in _ASKS and text.reply_to is not None:
                prompts.forget(tx, text.chat, text.reply_to)
            return ()  # the card shows it
        return (Say(text.chat, text.message_id, Message(escape(self._about(outcome)))),)

    def _meant(self, tx: Transaction, text: ChatText) -> Prompt | None:
        """What the message that was answered asked for; a card asks for the text of its draft."""
        if text.reply_to is None:
            return None
        card = tx.card_of_message(text.chat, text.reply_to)
        return Prompt(Act.EDIT, card.case_id, 0) if card else prompts.of_message(tx, text.chat, text.reply_to)

    def _take_text(
        self, tx: Transaction, case: Case, prompt: Prompt, text: str, who: str, now: datetime
    ) -> Outcome:
        match prompt.act:
            case Act.NOTE:
                return cases.note(tx, case, text, who=who, now=now)
            case Act.EDIT_OPENING:
                return cases.edit_opening(tx, case, text, who=who, now=now)
            case Act.DONE_BY_HAND:
                url = popups.address_in(text)
                return cases.done_by_hand(tx, case, prompt.revision, url, who=who, now=now)
            case _:
                return cases.edit(tx, case, text, who=who, now=now)
