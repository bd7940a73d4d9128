"""What a press or a message in the chat does: decided inside one transaction, said afterwards; cards follow by themselves."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import assert_never

from reputation_bot import cases, proposals, sla
from reputation_bot.cases import CHANGES, Outcome, Redraft, Result
from reputation_bot.errors import ConfigError, NotFoundError
from reputation_bot.i18n import Translate
from reputation_bot.model import Case, Category, Correction, DismissReason, Menu
from reputation_bot.ports import ChatMoved, ChatText, Ignored, Message, Press, Storage, Transaction, Update
from reputation_bot.proposals import Amend, Question, Standing
from reputation_bot.settings import Settings
from reputation_bot.telegram import access, asking, popups
from reputation_bot.telegram.buttons import Act, Pressed, decode
from reputation_bot.telegram.html import clip

log = logging.getLogger(__name__)

OFFSET = "telegram.offset"  # value: the update to ask for next; kept with what the update did, so that none acts twice


@dataclass(frozen=True, slots=True)
class PopUp:
    """Answers a press. An alert must be closed by hand."""

    query_id: str
    text: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """A message in answer to another."""

    chat: int
    reply_to: int
    text: str


@dataclass(frozen=True, slots=True)
class Redraw:
    """The message pressed looks like this from now on."""

    chat: int
    message_id: int
    message: Message


Effects = tuple[PopUp | Say | Redraw, ...]

_MENUS = {
    Act.BACK: Menu.MAIN,
    Act.DISMISS: Menu.DISMISS,
    Act.WRONG_CLASS: Menu.CLASS,
    Act.WRONG_TOPIC: Menu.TOPIC,
}


class Handlers:
    """Turns updates into moves of cases. Holds nothing between two updates, so a restart loses nothing."""

    def __init__(
        self, storage: Storage, settings: Settings, translate: Translate, redraft: Redraft, amend: Amend
    ) -> None:
        self._storage, self._settings, self._ = storage, settings, translate
        self._redraft, self._amend = redraft, amend

    def handle(self, update: Update, *, now: datetime) -> Effects:
        """Acts on an update once, however often Telegram shows it. Returns what to say about it."""
        match update:
            case Press():
                return self._once(update.update_id, lambda tx: self._pressed(tx, update, now))
            case ChatText(reply_to=int()):
                return self._once(update.update_id, lambda tx: self._answered(tx, update, now))
            case ChatText() | ChatMoved() | Ignored():
                return ()
            case _:
                assert_never(update)

    def _once(self, update_id: int, act: Callable[[Transaction], Effects]) -> Effects:
        with self._storage.transaction() as tx:
            if (tx.value(OFFSET) or 0) > update_id:
                return ()
            tx.put_value(OFFSET, update_id + 1)
            return act(tx)

    def _pressed(self, tx: Transaction, press: Press, now: datetime) -> Effects:
        pressed = decode(press.data)
        if pressed is None:
            return (PopUp(press.query_id, self._("This button is no longer in use."), alert=True),)
        operator = access.who(self._settings.operators, press.user_id)
        if operator is None or not access.may(operator[1].role, pressed.act):
            log.warning(
                "press refused user=%s act=%s case=%s", press.user_id, pressed.act.name, pressed.case_id
            )
            refusal = access.refusal(self._settings, pressed.act, operator[1] if operator else None, self._)
            return (PopUp(press.query_id, refusal, alert=True),)
        if pressed.act in {Act.ACCEPT, Act.REJECT}:
            return self._decide(tx, pressed, press, operator[0], now)
        try:
            case = tx.case(pressed.case_id)
        except NotFoundError:
            gone = self._("Case #{id} is not here any more.").format(id=pressed.case_id)
            return (PopUp(press.query_id, gone, alert=True),)
        return self._act(tx, case, pressed, press, operator[0], now)

    def _act(
        self, tx: Transaction, case: Case, pressed: Pressed, press: Press, who: str, now: datetime
    ) -> Effects:
        if pressed.act is Act.SHOW:
            return self._show(tx, case, press, now)
        if pressed.act is Act.EDIT:
            return (PopUp(press.query_id, popups.how_to_edit(self._), alert=True),)
        if pressed.act in _MENUS:
            self._put_menu(tx, case, _MENUS[pressed.act], now)
            return (PopUp(press.query_id, ""),)
        outcome = self._move(tx, case, pressed, who, now)
        self._put_menu(tx, case, Menu.MAIN, now)
        text = popups.about(outcome, self._settings.operators, self._settings.publishing.undo, self._)
        return (PopUp(press.query_id, text, alert=outcome.result not in CHANGES),)

    def _move(self, tx: Transaction, case: Case, pressed: Pressed, who: str, now: datetime) -> Outcome:  # noqa: C901, PLR0911, PLR0912  # one line per button
        undo = self._settings.publishing.undo
        reply_id = f"{case.id}.{pressed.revision}"
        match pressed.act:
            case Act.PUBLISH:
                return cases.approve(tx, case, pressed.revision, who=who, now=now, undo=undo)
            case Act.PUBLISH_PRIVATE:
                return cases.approve_in_private(tx, case, pressed.revision, who=who, now=now, undo=undo)
            case Act.OTHER_DRAFT:
                return cases.other_draft(tx, case, pressed.revision, who=who, now=now)
            case Act.TAKE:
                return cases.take(tx, case, who=who, now=now)
            case Act.GIVE_BACK:
                return cases.give_back(tx, case, who=who, now=now)
            case Act.DISMISS_AS:
                return cases.dismiss(tx, case, DismissReason(pressed.extra), who=who, now=now)
            case Act.CLASS_AS:
                said = Correction(now, who, category=Category(pressed.extra))
                return self._reclassify(tx, case, said)
            case Act.TOPIC_AS:
                return self._reclassify(tx, case, Correction(now, who, topic=pressed.extra))
            case Act.UNDO:
                return cases.undo(tx, case, who=who, now=now)
            case Act.RESOLVE:
                return cases.resolve(tx, case, who=who, now=now)
            case Act.REOPEN:
                return cases.reopen(tx, case, who=who, now=now)
            case Act.CONFIRM_SENT:
                return cases.confirm_sent(tx, case, reply_id, who=who, now=now)
            case Act.SEND_AGAIN:
                return cases.send_again(tx, case, reply_id, who=who, now=now, undo=undo)
            case Act.DROP_REPLY:
                return cases.drop_reply(tx, case, reply_id, who=who, now=now)
            case Act.SHOW | Act.EDIT | Act.DISMISS | Act.WRONG_CLASS | Act.WRONG_TOPIC | Act.BACK:
                raise AssertionError("these move no case")
            case Act.ACCEPT | Act.REJECT:
                raise AssertionError("these concern no case")
            case _:
                assert_never(pressed.act)

    def _reclassify(self, tx: Transaction, case: Case, said: Correction) -> Outcome:
        due_at = partial(sla.due_at, self._settings.promises)
        return cases.reclassify(tx, case, said, redraft=self._redraft, due_at=due_at)

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
            return (PopUp(press.query_id, clip(str(error), access.MAX_POP_UP), alert=True),)
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
            return PopUp(press.query_id, ""), Say(card.chat, card.message_id, f"👆 #{case.id}")
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

    def _answered(self, tx: Transaction, text: ChatText, now: datetime) -> Effects:
        """An answer to a card is the new text of its draft."""
        card = tx.card_of_message(text.chat, text.reply_to) if text.reply_to is not None else None
        if card is None or text.text.startswith("/"):
            return ()
        operator = access.who(self._settings.operators, text.user_id)
        if operator is None or not access.may(operator[1].role, Act.EDIT):
            log.warning("edit refused user=%s case=%s", text.user_id, card.case_id)
            refusal = access.refusal(self._settings, Act.EDIT, operator[1] if operator else None, self._)
            return (Say(text.chat, text.message_id, refusal),)
        outcome = cases.edit(tx, tx.case(card.case_id), text.text, who=operator[0], now=now)
        if outcome.result is Result.DRAFT_CHANGED:
            return ()  # the card shows it
        refusal = popups.about(outcome, self._settings.operators, self._settings.publishing.undo, self._)
        return (Say(text.chat, text.message_id, refusal),)
