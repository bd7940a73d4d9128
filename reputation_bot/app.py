"""The only place that builds things: store, connectors, judge, bot; and the loops that `poll`, `bot` and `run` are."""

import logging
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from reputation_bot import cases, plugins
from reputation_bot.config import Config
from reputation_bot.errors import ConfigError, ReputationBotError
from reputation_bot.housekeeping import tidy_up
from reputation_bot.listening import coverage
from reputation_bot.listening.intake import BOT
from reputation_bot.listening.judge import Judge
from reputation_bot.listening.polling import Polled, Poller
from reputation_bot.model import Priority
from reputation_bot.owner import kind_of, this_process
from reputation_bot.ports import Channel, Connector, Reader, Replier, Storage, for_staff
from reputation_bot.promises import reminding, sla
from reputation_bot.promises.hours import Hours
from reputation_bot.promises.reminding import Deadlines
from reputation_bot.settings import Settings

if TYPE_CHECKING:
    from reputation_bot.outgoing import OutgoingCheck
    from reputation_bot.telegram.bot import Bot
    from reputation_bot.telegram.handlers import Handlers
    from reputation_bot.telegram.messenger import TelegramMessenger
    from reputation_bot.telegram.reminding import Chat
    from reputation_bot.telegram.rounds import Rounds
    from reputation_bot.telegram.showing import Shower
    from reputation_bot.telegram.telling import Say
    from reputation_bot.tuning.proposal import Proposal

log = logging.getLogger(__name__)

WAIT_FOR_POLL = timedelta(
    milliseconds=300
)  # a poll that stands in for the bot lets go when it has done its turn
POLL_TICK = timedelta(seconds=1)  # how often `run` asks which channels are due


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """`cards_by` says who shows the cards when this poll did not: a bot, or nobody because there is no token."""

    polled: dict[str, Polled]
    cards_shown: int = 0
    cards_by: str | None = None

    @property
    def failed(self) -> bool:
        """One channel at least did not answer."""
        return any(one.error for one in self.polled.values())


class App:
    """One configuration at work. Everything heavy is built when first needed."""

    def __init__(
        self, config: Config, *, store: str | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        """`environ` fills in rules.yaml when it is read again; None: the configuration is no file that may change or be changed."""
        self.config, self._environ = config, environ
        self.settings = config.settings
        self.judge = self._judge_of(config.settings)
        self._store_url = store or config.environment.store
        self._connectors: dict[str, Connector] = {}
        self._kinds: dict[str, type[Connector]] = {}
        self._addresses = _addresses(config.settings)
        self._building = threading.Lock()

    @staticmethod
    def now() -> datetime:
        """The one clock."""
        return datetime.now(UTC)

    @cached_property
    def storage(self) -> Storage:
        """Opened at first use."""
        return plugins.load_storage(self._store_url)

    @cached_property
    def outgoing(self) -> "OutgoingCheck":
        """The check of texts before they leave; `adopt` makes a new one."""
        from reputation_bot.outgoing import OutgoingCheck  # noqa: PLC0415  # a poll without news sends nothing

        return OutgoingCheck(self.settings)

    @cached_property
    def deadlines(self) -> Deadlines:
        """What is promised; `adopt` makes new ones."""
        return Deadlines.of(self.settings)

    def connector(self, name: str) -> Connector:
        """The connector of a channel, kept for its connections. Raises ConfigError for a channel that rules.yaml does not name."""
        with self._building:
            if name not in self._connectors:
                self._connectors[name] = self._build_connector(name)
            return self._connectors[name]

    def replier(self, name: str) -> Replier:
        """Raises ConfigError for a channel that is not there any more or can only be read."""
        connector = self.connector(name)
        if not isinstance(connector, Replier):
            raise ConfigError(f"channel {name!r} can only be read", key=f"channels.{name}")
        return connector

    def poller(self, kind: str) -> Poller:
        """`kind` names what this process was started as."""
        return Poller(
            self.storage, self.settings, self.connector, self.judge, owner=this_process(kind), clock=self.now
        )

    def poll(self, names: Collection[str] | None = None, *, regardless: bool = False) -> PollOutcome:
        """One turn of cron: polls what is due, then does a bot's due work if no bot is there to do it."""
        self.check_names(names)
        polled = self.poller("poll").poll(names, regardless=regardless)
        tidy_up(self.storage, self.settings, now=self.now())
        shown, cards_by = self._stand_in()
        return PollOutcome(polled, shown, cards_by)

    def check_names(self, names: Collection[str] | None) -> None:
        """Raises ConfigError for a channel that rules.yaml does not name."""
        for name in names or ():
            if name not in self.settings.channels:
                known = ", ".join(self.settings.channels) or "none"
                raise ConfigError(f"there is no channel {name!r}; rules.yaml names: {known}", key="channels")

    def run_bot(self, stop: threading.Event) -> None:
        """Runs the bot until `stop` is set. Raises ReputationBotError if another one is at work on this store."""
        from reputation_bot.telegram import sender  # noqa: PLC0415  # python-telegram-bot takes 0.3 s to load
        from reputation_bot.telegram.group import Group  # noqa: PLC0415

        owner = this_process("bot")
        with (
            self.messenger() as messenger
        ):  # before the claim: without a token there is nothing to hold the chat for
            rival = sender.hold(self.storage, owner, now=self.now())
            while rival and kind_of(rival) == "poll" and not stop.wait(WAIT_FOR_POLL.total_seconds()):
                rival = sender.hold(self.storage, owner, now=self.now())  # cron's turn is over in seconds
            if stop.is_set():
                return
            if rival:
                raise ReputationBotError(
                    f"another process is at work in this chat ({rival}): stop it first, or wait two minutes if it is gone"
                )
            bot = self._bot(messenger, owner)
            rounds = self._rounds(bot, messenger)
            self.outgoing.load()  # 0.2 s that no press should wait for
            group = Group(self.storage, messenger, self.now)

            def go_round() -> None:
                group.go(self.settings)
                self._tell_of_channels(bot.say)
                if rounds:
                    rounds.go()
                self._tell_of_due(bot)

            with self._webhook():
                bot.run(stop, go_round)
        if bot.lost_to:
            raise ReputationBotError(f"stopped: another bot has taken over ({bot.lost_to})")

    def run(self, stop: threading.Event) -> None:
        """Bot and polling in one process, for those without cron."""
        poller = threading.Thread(target=self.keep_polling, args=(stop,), name="poller", daemon=True)
        poller.start()
        try:
            self.run_bot(stop)
        finally:
            stop.set()
            poller.join(timeout=10)

    def keep_polling(self, stop: threading.Event) -> None:
        """Polls what is due, second by second; a fault delays it, it never ends it."""
        while not stop.wait(POLL_TICK.total_seconds()):
            try:
                for name, one in self.poller("run").poll().items():  # made anew: rules.yaml may have changed
                    if one.error:
                        log.warning("channel failed channel=%s problem=%s", name, one.error)
                tidy_up(self.storage, self.settings, now=self.now())
            except Exception:
                log.exception("polling failed unexpectedly")

    def adopt(self, config: Config) -> None:
        """Goes on with a changed rules.yaml. Connectors whose channel is as it was keep their connections; the store stays."""
        with self._building:
            before, now = self.settings, config.settings
            same_brand = before.brand.name == now.brand.name
            self._connectors = {
                name: connector
                for name, connector in self._connectors.items()
                if same_brand and before.channels.get(name) == now.channels.get(name)
            }
            self.config, self.settings, self.judge = config, now, self._judge_of(now)
            self._addresses = _addresses(now)
            self.__dict__.pop("outgoing", None)
            self.__dict__.pop("deadlines", None)

    def amend(self, proposal: "Proposal", comment: str) -> None:
        """Writes a proposed change into rules.yaml. Raises ConfigError, the file being as it was."""
        from reputation_bot.config.amend import add_first  # noqa: PLC0415
        from reputation_bot.tuning.proposal import addition  # noqa: PLC0415

        if self._environ is None:
            raise ConfigError("there is no rules.yaml of its own here that could be changed")
        keys, item = addition(proposal, self.settings)
        add_first(self.config.path, self._environ, keys, item, comment)

    def close(self) -> None:
        """Closes the store if it was opened."""
        if "storage" in self.__dict__:
            self.storage.close()

    def _build_connector(self, name: str) -> Connector:
        channel = self.settings.channels.get(name)
        if channel is None:
            raise ConfigError(f"rules.yaml names no channel {name!r} any more", key="channels")
        kind = self._kinds.get(channel.connector) or plugins.load_connector(channel.connector)
        self._kinds[channel.connector] = kind  # asking what is installed takes 5 ms each time
        options = kind.Options.model_validate(channel.options)
        place = Channel(name=name, brand=self.settings.brand.name, addresses=self._addresses)
        return kind(place, options)

    def _judge_of(self, settings: Settings) -> Judge:
        """What a draft says of the wait goes by the shop's hours from this moment on."""
        hours = Hours.of(settings)

        def wait(priority: Priority) -> timedelta:
            return sla.wait(settings.promises, priority, self.now(), hours=hours)

        return Judge(settings, wait)

    def _stand_in(self) -> tuple[int, str | None]:
        """Does the bot's due work, unless a bot was alive less than two minutes ago; returns cards shown, and who else shows them."""
        cases.wake_due(self.storage, who=BOT, now=self.now())
        if not self._due_work():
            return 0, None
        if self.config.environment.token is None:
            return 0, for_staff("nobody: set REPUTATION_BOT_TOKEN")
        from reputation_bot.telegram import sender  # noqa: PLC0415  # python-telegram-bot takes 0.3 s to load

        owner = this_process("poll")
        if rival := sender.hold(self.storage, owner, now=self.now()):
            return 0, rival
        try:
            return self._do_due_work(owner), None
        finally:
            sender.let_go(self.storage, owner)

    def _due_work(self) -> bool:
        from reputation_bot.model import UNFINISHED  # noqa: PLC0415
        from reputation_bot.telegram import sender  # noqa: PLC0415

        with self.storage.read() as view:
            waiting = view.stale_cards(most=1) or view.replies(states=UNFINISHED)
            waiting = waiting or view.replies_to_look_for(self.now())
            if waiting or coverage.has_news(view, self.settings, self.now()):
                return True
            if sender.is_held(view, now=self.now()):
                return False  # a living bot reminds by itself, and to load public holidays takes 0.2 s
            return self._has_due(view)

    def _has_due(self, view: Reader) -> bool:
        return any(reminding.has_due(view, urge, self.deadlines, self.now()) for urge in reminding.Urge)

    def _tell_of_channels(self, say: "Say") -> None:
        """Tells the group once of channels that are in trouble. Asked each second: words are made only for news."""
        with self.storage.read() as view:
            if not coverage.has_news(view, self.settings, self.now()):
                return
        from reputation_bot.telegram import telling  # noqa: PLC0415
        from reputation_bot.telegram.look import ChatLook  # noqa: PLC0415

        words = ChatLook(self.settings, self.outgoing, self.now).words()
        telling.tell(self.storage, self.settings, words, say)

    def _tell_of_due(self, chat: "Chat") -> None:
        """Reminds the group of answers that are due, and the leads of those that are late. Asked each second, as above."""
        with self.storage.read() as view:
            if not self._has_due(view):
                return
        from reputation_bot.telegram.look import ChatLook  # noqa: PLC0415
        from reputation_bot.telegram.reminding import tell_of_due  # noqa: PLC0415

        words = ChatLook(self.settings, self.outgoing, self.now).words()
        tell_of_due(self.storage, self.settings, self.deadlines, words, chat)

    def _webhook(self) -> AbstractContextManager[object]:
        """Listens while the bot runs, where rules.yaml says so. Raises ConfigError when the port cannot be had."""
        webhook = self.settings.webhook
        if webhook is None:
            return nullcontext()
        from reputation_bot.webhook.listener import Listener, running  # noqa: PLC0415  # uvicorn takes 0.1 s to load
        from reputation_bot.webhook.receiving import Receiving  # noqa: PLC0415

        def settings() -> Settings:
            return self.settings

        receiving = Receiving(self.storage, settings, self.connector, lambda: self.judge, clock=self.now)
        return running(Listener(settings, receiving, self.now), webhook.address, webhook.port)

    def _prepare(self) -> None:
        """Approves what the bot may say by itself."""
        from reputation_bot import outbox  # noqa: PLC0415

        outbox.acknowledge_due(self.storage, self.settings, self.judge.acknowledgement, now=self.now())

    def _do_due_work(self, owner: str) -> int:
        from reputation_bot import outbox  # noqa: PLC0415

        outbox.recover(self.storage, now=self.now())
        self._prepare()
        outbox.post_due(self.storage, self.replier, owner=owner, clock=self.now)
        outbox.read_back(self.storage, self.replier, clock=self.now)
        outbox.watch(self.storage, self.replier, clock=self.now)
        with self.messenger() as messenger:
            shower = self._shower(messenger, owner)
            shown = shower.show_due()
            self._tell_of_channels(shower.say)
            self._tell_of_due(shower)
            return shown

    @contextmanager
    def messenger(self) -> Iterator["TelegramMessenger"]:
        """The chat, closed at the end. Raises ConfigError without a token."""
        from reputation_bot.telegram.messenger import TelegramMessenger  # noqa: PLC0415

        environment = self.config.environment
        if environment.token is None:
            raise ConfigError("set REPUTATION_BOT_TOKEN to the token that @BotFather gave you")
        token = environment.token.get_secret_value()
        with TelegramMessenger(token, environment.api, topic=self.settings.telegram.topic) as messenger:
            yield messenger

    def _shower(self, messenger: "TelegramMessenger", owner: str) -> "Shower":
        from reputation_bot.telegram.look import ChatLook  # noqa: PLC0415
        from reputation_bot.telegram.pace import Pace  # noqa: PLC0415
        from reputation_bot.telegram.showing import Shower  # noqa: PLC0415

        per_minute = self.settings.telegram.per_minute
        return Shower(
            self.storage,
            messenger,
            ChatLook(self.settings, self.outgoing, self.now),
            chat=self._chat(),
            pace=Pace(per_minute, reserve=min(4, per_minute - 1)),
            owner=owner,
            clock=self.now,
        )

    def _chat(self) -> int:
        from reputation_bot.telegram.sent import chat_now  # noqa: PLC0415

        with self.storage.read() as view:
            return chat_now(view, self.settings.telegram.chat)

    def _bot(self, messenger: "TelegramMessenger", owner: str) -> "Bot":
        from reputation_bot.telegram.bot import Bot  # noqa: PLC0415

        shower = self._shower(messenger, owner)
        handlers = self._handlers()
        return Bot(
            self.storage,
            messenger,
            handlers,
            shower,
            self.replier,
            owner=owner,
            clock=self.now,
            prepare=self._prepare,
        )

    def _handlers(self) -> "Handlers":
        from reputation_bot.i18n import translator  # noqa: PLC0415
        from reputation_bot.telegram.commands import Commands  # noqa: PLC0415
        from reputation_bot.telegram.desk import Desk  # noqa: PLC0415
        from reputation_bot.telegram.handlers import Handlers  # noqa: PLC0415

        translate = translator(self.settings.language)
        desk, commands = (
            Desk(self.settings, self.judge, self.outgoing),
            Commands(self.settings, translate),
        )
        return Handlers(self.storage, self.settings, translate, desk, commands, self.amend)

    def _rounds(self, bot: "Bot", messenger: "TelegramMessenger") -> "Rounds | None":
        """Puts a changed rules.yaml to work, and asks the leads about changes worth making."""
        if self._environ is None:
            return None
        from reputation_bot.config.watch import Watch  # noqa: PLC0415
        from reputation_bot.telegram.look import ChatLook  # noqa: PLC0415
        from reputation_bot.telegram.rounds import Rounds  # noqa: PLC0415

        def adopt(config: Config) -> None:
            topic = self.settings.telegram.topic
            self.adopt(config)
            if topic != self.settings.telegram.topic:
                messenger.use_topic(self.settings.telegram.topic)
            bot.use(self._handlers(), ChatLook(self.settings, self.outgoing, self.now), self._chat())

        watch = Watch(self.config, self._environ)
        return Rounds(self.storage, watch, adopt, bot.say, settings=self.settings, clock=self.now)


def _addresses(settings: Settings) -> frozenset[str]:
    """Every address that rules.yaml names; a redirect may lead to these even where they are private."""
    values = (value for channel in settings.channels.values() for value in channel.options.values())
    return frozenset(
        value for value in values if isinstance(value, str) and value.startswith(("http://", "https://"))
    )
