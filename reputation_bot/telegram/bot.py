"""The long-running bot: five loops, each taking its work from the store, so that any of them may be cut off at any point."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from reputation_bot import cases, outbox
from reputation_bot.errors import (
    AccessError,
    NotFoundError,
    PlatformError,
    RejectedError,
    ReputationBotError,
    RetryLaterError,
)
from reputation_bot.listening.intake import BOT
from reputation_bot.model import Card
from reputation_bot.ports import ChatMoved, ChatText, Message, Messenger, Storage, Update
from reputation_bot.telegram import sender
from reputation_bot.telegram.effects import PopUp, Redraw, Say
from reputation_bot.telegram.handlers import OFFSET, Handlers
from reputation_bot.telegram.showing import Look, Shower

log = logging.getLogger(__name__)

LISTEN = timedelta(seconds=20)  # how long Telegram holds a request for updates open
TICK = timedelta(milliseconds=400)  # how often due work is looked for when nobody presses
ROUND = timedelta(seconds=1)  # how often whatever else is due is seen to
PAUSE = timedelta(seconds=5)  # after a fault

_GONE = (NotFoundError, RejectedError)  # the message was removed, or may not be changed any more
_MOST_UNSAID = 100  # messages that wait for room in the chat; the oldest are given up

Clock = Callable[[], datetime]


class Bot:
    """Listens, shows, publishes and says that it is alive, until `stop` is set."""

    def __init__(
        self,
        storage: Storage,
        messenger: Messenger,
        handlers: Handlers,
        shower: Shower,
        replier_of: outbox.ReplierOf,
        *,
        owner: str,
        clock: Clock,
        prepare: Callable[[], object] | None = None,
    ) -> None:
        """`prepare` approves what the bot may say by itself; called before each round of publishing."""
        self._storage, self._messenger, self._handlers, self._shower = storage, messenger, handlers, shower
        self._replier_of, self._owner, self._clock = replier_of, owner, clock
        self._stop, self._show_now, self._publish_now = (
            threading.Event(),
            threading.Event(),
            threading.Event(),
        )
        self._go_round: Callable[[], object] | None = None
        self._prepare = prepare
        self._unsaid: deque[Say | Redraw] = deque(maxlen=_MOST_UNSAID)
        self.lost_to: str | None = None  # who is the sender, if it is not us any more

    def run(self, stop: threading.Event, go_round: Callable[[], object] | None = None) -> None:
        """Returns when `stop` is set, or when another bot has taken over (then `lost_to` names it).

        `go_round` is called every second: it sees to whatever else is due now and then.
        """
        self._stop, self._go_round = stop, go_round
        loops = [self._listen, self._show, self._publish, self._attend]
        threads = [
            threading.Thread(target=loop, name=loop.__name__.strip("_"), daemon=True) for loop in loops
        ]
        for thread in threads:
            thread.start()
        self._beat()
        stop.set()
        self._show_now.set()
        self._publish_now.set()
        for thread in threads[
            1:
        ]:  # the listener hangs on a long request, and what it has not confirmed comes again
            thread.join(timeout=10)

    def use(self, handlers: Handlers, look: Look, chat: int) -> None:
        """From now on; what is under way ends as it began."""
        self._handlers = handlers
        self._shower.use(look, chat)
        self._show_now.set()

    def say(self, message: Message) -> bool:
        """Sends a message that is no card; False if there is no room for it now."""
        return self._shower.say(message)

    def has_room(self) -> bool:
        """Whether `urge` would send now."""
        return self._shower.has_room()

    def urge(self, message: Message, card: Card | None) -> bool:
        """Sends what cannot wait behind cards, in answer to a card; False if there is no room for it now."""
        return self._shower.urge(message, card)

    def _beat(self) -> None:
        while not self._stop.is_set():
            try:
                self.lost_to = sender.hold(self._storage, self._owner, now=self._clock())
            except ReputationBotError:
                log.exception("heartbeat failed")
            if self.lost_to:
                return
            self._stop.wait(sender.BEAT.total_seconds())

    def _listen(self) -> None:
        with self._storage.read() as view:
            offset = view.value(OFFSET)
        while not self._stop.is_set():
            try:
                for update in self._messenger.updates(offset, wait=LISTEN):
                    self._take(update)
                    offset = update.update_id + 1
            except RetryLaterError as error:
                self._rest(error.after)
            except ReputationBotError as error:
                log.error("cannot listen to telegram problem=%s", error)  # expected; the text says what to do
                self._rest(PAUSE)
            except Exception:
                log.exception("listening failed unexpectedly")
                self._rest(PAUSE)

    def _take(self, update: Update) -> None:
        """A fault of the store is raised, so that the update comes again; a fault of ours is logged, so that the next one gets its turn."""
        if isinstance(update, ChatText):
            self._shower.saw(update.message_id)
        if isinstance(update, ChatMoved):
            log.error(
                "the group has a new number: write it into rules.yaml chat=%s new=%s",
                update.chat,
                update.new_chat,
            )
        try:
            effects = self._handlers.handle(update, now=self._clock())
        except ReputationBotError:
            raise
        except Exception:
            log.exception("update failed unexpectedly update=%s", update.update_id)
            return
        self._unsaid.extend(effect for effect in effects if not isinstance(effect, PopUp))
        self._show_now.set()
        self._publish_now.set()
        self._answer(effect for effect in effects if isinstance(effect, PopUp))

    def _answer(self, popups: Iterable[PopUp]) -> None:
        """At once: messages wait for their turn, which comes before the cards'."""
        for popup in popups:
            try:
                self._messenger.answer(popup.query_id, popup.text, alert=popup.alert)
            except (PlatformError, ReputationBotError) as error:
                log.warning("could not answer a press problem=%s", error)

    def _say_due(self) -> None:
        """What a crash loses here somebody asks for again."""
        while self._unsaid:
            effect = self._unsaid[0]
            try:
                if not self._say_one(effect):
                    return
            except (PlatformError, ReputationBotError) as error:
                log.warning("could not say something in the chat problem=%s", error)
                if isinstance(error, _GONE) and isinstance(effect, Redraw) and effect.instead:
                    self._unsaid[0] = effect.instead
                    continue
            self._unsaid.popleft()

    def _say_one(self, effect: Say | Redraw) -> bool:
        """False: the pace of the chat has no room now."""
        match effect:
            case Say(chat, reply_to, message, prompt):
                return self._shower.reply(chat, reply_to, message, prompt)
            case Redraw(chat, message_id, message, _):
                return self._shower.redraw(chat, message_id, message)

    def _show(self) -> None:
        while not self._stop.is_set():
            self._show_now.wait(TICK.total_seconds())
            self._show_now.clear()
            self._guarded(self._say_due)
            self._guarded(self._shower.show_due)

    def _publish(self) -> None:
        while not self._stop.is_set():
            self._guarded(self._publish_due)
            self._publish_now.wait(TICK.total_seconds())
            self._publish_now.clear()

    def _publish_due(self) -> None:
        outbox.recover(self._storage, now=self._clock())
        woken = cases.wake_due(self._storage, who=BOT, now=self._clock())
        if self._prepare:
            self._prepare()
        tried = outbox.post_due(self._storage, self._replier_of, owner=self._owner, clock=self._clock)
        found = outbox.read_back(self._storage, self._replier_of, clock=self._clock)
        found += outbox.watch(self._storage, self._replier_of, clock=self._clock)
        if tried or found or woken:
            self._show_now.set()

    def _attend(self) -> None:
        while self._go_round and not self._stop.wait(ROUND.total_seconds()):
            self._guarded(self._go_round)

    def _guarded(self, work: Callable[[], object]) -> None:
        """A fault delays a loop, it never ends it."""
        try:
            work()
        except AccessError as error:
            log.error("telegram refuses the bot problem=%s", error)  # expected; the text says what to do
            self._rest(PAUSE * 6)
        except ReputationBotError as error:
            log.error("work put off problem=%s", error)  # the text says what to do
            self._rest(PAUSE)
        except Exception:
            log.exception("work failed unexpectedly")
            self._rest(PAUSE)

    def _rest(self, wait: timedelta | None) -> None:
        self._stop.wait((wait or PAUSE).total_seconds())
