"""Brings the cards in the chat up to date with their cases: new ones sent, old ones edited, floods shown as lists."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Protocol

from reputation_bot.errors import (
    NotFoundError,
    OutcomeUnknownError,
    RejectedError,
    ReputationBotError,
    RetryLaterError,
)
from reputation_bot.model import CLOSED, Card, Case, Record
from reputation_bot.ports import Message, Messenger, Storage
from reputation_bot.telegram import sent
from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.cards import CardView
from reputation_bot.telegram.pace import Pace
from reputation_bot.telegram.prompts import Prompt
from reputation_bot.telegram.sent import Due

log = logging.getLogger(__name__)

MOST_IN_A_LIST = 20
PRESSED_LATELY = timedelta(minutes=2)  # whoever pressed is still looking
PROBES = 8  # message ids looked at for a card whose send was cut off
_TOO_OLD = "can't be edited"  # core.telegram.org/bots/api#editmessagetext, 2026-11: what Telegram says of old messages
PAUSE_AFTER_FAULT = timedelta(seconds=5)  # when Telegram names no time of its own

Clock = Callable[[], datetime]


class Look(Protocol):
    """How things look in this chat: the pure functions of `cards`, bound to the settings."""

    def card(self, view: CardView) -> Message: ...

    def listing(self, views: Sequence[CardView]) -> Message: ...

    def follow_up(self, case: Case, record: Record) -> Message: ...

    def bare(self, case: Case) -> Message: ...

    def awake(self, case: Case) -> Message: ...

    def topic_of(self, case: Case) -> int | None: ...

    def new_topic_of(self, case: Case) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do now, in order: cards one by one, then lists for what the pace has no room for singly."""

    singles: Sequence[Due]
    lists: Sequence[Sequence[Due]]


class Shower:
    """Shows the cards of one chat. While it works it must be the chat's only sender; the app sees to that with a claim."""

    def __init__(
        self,
        storage: Storage,
        messenger: Messenger,
        look: Look,
        *,
        chat: int,
        pace: Pace,
        owner: str,
        clock: Clock,
    ) -> None:
        self._storage, self._messenger, self._look = storage, messenger, look
        self._chat, self._pace, self._owner, self._clock = chat, pace, owner, clock
        self._seen = 0
        with storage.read() as view:
            pace.load(view.value(sent.PACE))

    def saw(self, message_id: int) -> None:
        """Somebody wrote in the chat: what we send next comes after this message."""
        self._seen = max(self._seen, message_id)

    def move_to(self, chat: int) -> None:
        """The group has become a supergroup with a number of its own."""
        self._chat, self._seen = chat, 0

    def use(self, look: Look, chat: int) -> None:
        """From now on. The pace goes on counting; in another chat all cards are shown anew when something happens to them."""
        self._look = look
        if chat != self._chat:
            self.move_to(chat)

    def say(self, message: Message) -> bool:
        """Sends a message that is no card, if the pace has room for it now. Raises what a messenger raises."""
        return self._pace.free(self._chat, self._clock()) > 0 and self._say(self._chat, message)

    def reply(self, chat: int, reply_to: int, message: Message, prompt: Prompt | None = None) -> bool:
        """Answers somebody, if the pace has room for it now. Raises what a messenger raises."""
        has_room = self._pace.free(chat, self._clock(), pressed=True) > 0
        return has_room and self._say(chat, message, reply_to, prompt=prompt)

    def has_room(self) -> bool:
        """Whether `urge` would send now."""
        return self._pace.free(self._chat, self._clock(), pressed=True) > 0

    def urge(self, message: Message, card: Card | None) -> bool:
        """Sends what cannot wait behind cards, if the pace has room for it now. Raises what a messenger raises.

        With a card of this chat it answers that one, and an answer to it is one to the card.
        """
        if not self.has_room():
            return False
        if card is None or card.chat != self._chat or card.message_id is None:
            return self._say(self._chat, message)
        prompt = Prompt(Act.EDIT, card.case_id, 0)
        return self._say(self._chat, message, card.message_id, prompt=prompt, topic=card.topic)

    def redraw(self, chat: int, message_id: int, message: Message) -> bool:
        """Changes a message of ours that is no card, if the pace has room for it now. Raises what a messenger raises."""
        if self._pace.free(chat, self._clock(), pressed=True) <= 0:
            return False
        self._pace.note(chat, self._clock())
        self._messenger.edit(chat, message_id, message)
        return True

    def show_due(self) -> int:
        """Shows what the pace has room for, pressed cards first, and returns how many cases that were. The rest stays due.

        Raises AccessError when the bot may not write to the chat.
        """
        now = self._clock()
        if self._pace.blocked_until(self._chat, now):
            return 0
        due, before = self._due(), self._pace.dump()
        pressed = [item for item in due if _pressed_lately(item.case, now)]
        try:
            shown = self._show_pressed(pressed)
            others = [item for item in due if not _pressed_lately(item.case, now)]
            return shown + self._show_others(others)
        except RetryLaterError as error:
            until = self._clock() + (error.after or PAUSE_AFTER_FAULT)
            self._pace.block(self._chat, until)
            log.warning("telegram asks to wait chat=%s until=%s", self._chat, until.isoformat())
            return 0
        finally:
            self._keep_pace(before)

    def _keep_pace(self, before: dict[str, Any]) -> None:
        """Telegram counts on while we restart, or while cron starts the next poll."""
        pace = self._pace.dump()
        if pace != before:
            with self._storage.transaction() as tx:
                tx.put_value(sent.PACE, pace)

    def _due(self) -> list[Due]:
        with self._storage.read() as view:
            stale = [Due(case, self._card_here(case, card)) for case, card in view.stale_cards()]
        needless = [item for item in stale if item.is_new and item.case.status in CLOSED]
        if needless:
            sent.mark_needless(self._storage, needless)
        return [item for item in stale if item not in needless]

    def _card_here(self, case: Case, card: Card | None) -> Card:
        return card if card and card.chat == self._chat else Card(case.id, self._chat)

    def _show_pressed(self, pressed: Sequence[Due]) -> int:
        shown = 0
        for item in sorted(pressed, key=lambda item: item.case.urged_at or item.case.opened_at):
            if self._pace.free(self._chat, self._clock(), pressed=True) > 0:
                shown += self._show(item)
        return shown

    def _show_others(self, others: Sequence[Due]) -> int:
        plan = plan_for(others, self._pace.free(self._chat, self._clock()))
        return sum(self._show(item) for item in plan.singles) + sum(
            self._show_list(items) for items in plan.lists
        )

    def _show(self, due: Due) -> int:
        return self._send(due) if due.is_new else self._edit(due)

    def _send(self, due: Due) -> int:
        message_id = self._find_cut_off(
            [due], self._look.card(sent.view_of(self._storage, due.case.id, due.card.menu))
        )
        if message_id is None:
            due = self._in_its_topic(due)
        view = sent.begin(
            self._storage,
            [due],
            owner=self._owner,
            now=self._clock(),
            seen=self._seen,
            pace=self._pace.dump(),
        )[0]
        message = self._look.card(view)
        if message_id is None:
            message_id = self._send_noted([due], message, instead=self._look.bare(view.case))
        if message_id is None:
            return 0
        sent.settle(
            self._storage, view, message, chat=self._chat, message_id=message_id, pace=self._pace.dump()
        )
        return 1

    def _in_its_topic(self, due: Due) -> Due:
        """With the topic that rules.yaml names for the category, or with one opened for this case."""
        topic, name = self._look.topic_of(due.case), self._look.new_topic_of(due.case)
        if due.card.topic is None and name is not None:
            self._pace.note(self._chat, self._clock())
            topic = self._messenger.open_topic(self._chat, name)
        return sent.in_topic(self._storage, due, topic) if topic and due.card.topic is None else due

    def _show_list(self, items: Sequence[Due]) -> int:
        views = [sent.view_of(self._storage, item.case.id, item.card.menu) for item in items]
        message = self._look.listing(views)
        message_id = self._find_cut_off(items, message)
        sent.begin(
            self._storage,
            items,
            owner=self._owner,
            now=self._clock(),
            seen=self._seen,
            pace=self._pace.dump(),
        )
        if message_id is None:
            message_id = self._send_noted(items, message, instead=message)
        if message_id is None:
            return 0
        sent.settle_list(self._storage, views, chat=self._chat, message_id=message_id, pace=self._pace.dump())
        return len(items)

    def _send_noted(self, items: Sequence[Due], message: Message, *, instead: Message) -> int | None:
        """Sends what `begin` has noted. None: it may have arrived, and is looked for at the next turn before it is sent again."""
        try:
            return self._send_refusable(message, instead, items[0].card.topic)
        except OutcomeUnknownError:
            log.warning("no answer to a card cases=%d", len(items))
            return None
        except ReputationBotError:
            sent.give_up(self._storage, items)
            raise

    def _send_refusable(self, message: Message, instead: Message, topic: int | None) -> int:
        try:
            return self._send_paced(message, topic=topic)
        except RejectedError:
            log.exception("telegram refused a card, sending a bare one")
            return self._send_paced(instead, topic=topic)

    def _edit(self, due: Due) -> int:
        view = sent.view_of(self._storage, due.case.id, due.card.menu)
        message = self._look.card(view)
        message_id = due.card.message_id
        assert message_id is not None  # noqa: S101  # `is_new` asked
        try:
            self._announce(due, view)
            if sent.digest(message) != due.card.shown_digest:
                self._pace.note(self._chat, self._clock())
                self._messenger.edit(self._chat, message_id, message)
        except NotFoundError:
            log.warning("card is gone, sending it anew case=%s", due.case.id)
            sent.forget(self._storage, due.case.id)
            return 0
        except RejectedError as error:
            if _TOO_OLD in str(error):
                log.warning("card can no longer be edited, sending it anew case=%s", due.case.id)
                sent.renew(self._storage, due.case.id)
                return 0
            log.exception("telegram refused an edit case=%s", due.case.id)
        except OutcomeUnknownError:
            return 0  # an edit may be made twice
        sent.settle(
            self._storage, view, message, chat=self._chat, message_id=message_id, pace=self._pace.dump()
        )
        return 1

    def _announce(self, due: Due, view: CardView) -> None:
        """An edit makes no sound: what the author wrote since is told in an answer to the card."""
        news = view.records[max(due.card.announced, 1) :]
        for record in (one for one in news if one.copy_of is None):
            message = self._look.follow_up(view.case, record)
            message_id = self._send_paced(message, reply_to=due.card.message_id, topic=due.card.topic)
            sent.announced(self._storage, due.case.id, chat=self._chat, message_id=message_id)
        woken_at = view.case.woken_at
        if woken_at and woken_at != due.card.told_of_waking and view.case.status not in CLOSED:
            sent.told_of_waking(self._storage, due.case.id, woken_at)  # noted first: better never than twice
            message = self._look.awake(view.case)
            message_id = self._send_paced(message, reply_to=due.card.message_id, topic=due.card.topic)
            sent.said(self._storage, self._chat, message_id, Prompt(Act.EDIT, due.case.id, 0))

    def _say(
        self,
        chat: int,
        message: Message,
        reply_to: int | None = None,
        *,
        prompt: Prompt | None = None,
        topic: int | None = None,
    ) -> bool:
        """False: Telegram asked to wait."""
        try:
            message_id = self._send_paced(message, reply_to=reply_to, topic=topic)
        except RetryLaterError as error:
            self._pace.block(chat, self._clock() + (error.after or PAUSE_AFTER_FAULT))
            return False
        sent.said(self._storage, chat, message_id, prompt)
        return True

    def _send_paced(self, message: Message, *, reply_to: int | None = None, topic: int | None = None) -> int:
        self._pace.note(self._chat, self._clock())
        return self._messenger.send(self._chat, message, reply_to=reply_to, topic=topic)

    def _find_cut_off(self, items: Sequence[Due], message: Message) -> int | None:
        """The message of a send that was cut off before its id was kept: an edit works on our own messages only, so it finds it."""
        cut_off = next((item.card for item in items if item.card.sending_since is not None), None)
        for message_id in sent.unknown_ids(self._storage, cut_off, PROBES) if cut_off else ():
            self._pace.note(self._chat, self._clock())
            try:
                self._messenger.edit(self._chat, message_id, message)
            except (NotFoundError, RejectedError):
                continue
            except OutcomeUnknownError:
                return None
            log.info("found a message whose send was cut off message=%s", message_id)
            return message_id
        return None


def plan_for(due: Sequence[Due], room: int) -> Plan:
    """Divides `room` messages among cases, most urgent first; when not all fit singly, new ones go into lists of twenty."""
    ordered = sorted(due, key=_urgency)
    if len(ordered) <= room:
        return Plan(ordered, ())
    new = [item for item in ordered if item.is_new]
    edits = [item for item in ordered if not item.is_new]
    room_for_edits = min(len(edits), max(room // 4, room - len(new)))
    room_for_new = room - room_for_edits
    listed = _how_many_listed(len(new), room_for_new)
    singles, rest = new[: len(new) - listed], new[len(new) - listed :]
    room_for_lists = room_for_new - len(singles)
    lists = [rest[start : start + MOST_IN_A_LIST] for start in range(0, len(rest), MOST_IN_A_LIST)]
    return Plan(sorted([*edits[:room_for_edits], *singles], key=_urgency), lists[:room_for_lists])


def _how_many_listed(new: int, room: int) -> int:
    """The fewest that must share messages so that `new` cases fit into `room` messages; all of them if they never fit."""
    fitting = (listed for listed in range(new + 1) if new - listed + ceil(listed / MOST_IN_A_LIST) <= room)
    return next(fitting, new)


def _urgency(due: Due) -> tuple[int, datetime]:
    return -due.case.verdict.priority.rank, due.case.due_at or due.case.opened_at


def _pressed_lately(case: Case, now: datetime) -> bool:
    return case.urged_at is not None and now - case.urged_at < PRESSED_LATELY
