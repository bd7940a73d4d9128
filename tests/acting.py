"""Cases in a store and people who act on them: through the functions of `cases`, and through the chat."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from reputation_bot import outbox
from reputation_bot.cases import Outcome, Terms
from reputation_bot.i18n import translator
from reputation_bot.model import Case, CaseEvent, Mention, Record, Reply
from reputation_bot.outgoing import OutgoingCheck
from reputation_bot.ports import ChatText, Press, Storage
from reputation_bot.settings import Settings
from reputation_bot.telegram import sent
from reputation_bot.telegram.buttons import Act, Pressed, encode
from reputation_bot.telegram.commands import Commands
from reputation_bot.telegram.desk import Desk
from reputation_bot.telegram.effects import Effects, PopUp, Say
from reputation_bot.telegram.handlers import Handlers
from tests.factories import NOW, make_card, make_case, make_mention, make_record
from tests.fakes import FakeClock, FakeJudge, FakePlatform

CHAT = -1001234567890
ANNA, PAOLO, FEDERICA, VITTORIA, STRANGER = 1001, 1002, 1003, 1004, 1999
SETTINGS: dict[str, Any] = {
    "brand": {"name": "Bottega Aurora"},
    "telegram": {"chat": CHAT},
    "operators": {
        "anna": {"telegram": ANNA, "role": "lead"},
        "paolo": {"telegram": PAOLO, "role": "approver"},
        "federica": {"telegram": FEDERICA, "role": "agent"},
        "vittoria": {"telegram": VITTORIA, "role": "viewer"},
    },
}


class Shelf:
    """Cases in the store, each with the record of its one mention, and acts on them at one moment."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def put(self, mention: Mention | None = None, **changes: Any) -> Case:
        """A new case of this mention, on its thread and channel and of its author."""
        mention = mention or make_mention()
        place = {"channel": mention.channel, "thread": mention.thread, "author": mention.author}
        with self.storage.transaction() as tx:
            case = tx.open_case(make_case(**{**place, "mention_keys": (mention.key,), **changes}))
            tx.put_record(make_record(mention, case_id=case.id))
            tx.put_card(make_card(case.id, message_id=99 + case.id))
        return case

    def add(self, mention: Mention, to: int, at: datetime = NOW) -> None:
        """One more mention in a case."""
        with self.storage.transaction() as tx:
            case = tx.case(to)
            tx.put_record(make_record(mention, case_id=to, recorded_at=at))
            tx.put_case(_with_mention(case, mention))

    def do(
        self, act: Callable[..., Outcome], *args: Any, case: int = 1, who: str = "anna", **options: Any
    ) -> Outcome:
        """Acts on the case as it is then."""
        now = options.pop("now", NOW)
        with self.storage.transaction() as tx:
            return act(tx, tx.case(case), *args, who=who, now=now, **options)

    def case(self, number: int = 1) -> Case:
        with self.storage.read() as view:
            return view.case(number)

    def events(self, number: int = 1) -> list[CaseEvent]:
        with self.storage.read() as view:
            return view.events(number)

    def moves(self, number: int = 1) -> list[str]:
        return [event.move.value for event in self.events(number)]

    def records(self, number: int = 1) -> list[Record]:
        with self.storage.read() as view:
            return view.records(number)

    def reply(self, reply_id: str = "1.1") -> Reply:
        with self.storage.read() as view:
            found = view.reply(reply_id)
        assert found
        return found

    def replies(self, number: int = 1) -> list[Reply]:
        with self.storage.read() as view:
            return view.replies(case_id=number)


class Office(Shelf):
    """The same with a chat, where people press and write, and a platform to publish on."""

    def __init__(
        self, storage: Storage, clock: FakeClock, judge: FakeJudge | None = None, **settings: Any
    ) -> None:
        super().__init__(storage)
        self.clock, self.platform = clock, FakePlatform()
        self.settings = Settings.model_validate({**SETTINGS, **settings})
        translate, self.judge = translator("en"), judge or FakeJudge()
        self.check = OutgoingCheck(self.settings)
        self.desk = Desk(self.settings, self.judge, self.check)
        self.handlers = Handlers(
            storage, self.settings, translate, self.desk, Commands(self.settings, translate), self._amend
        )
        self.updates, self.messages = 0, 5_000

    def press(
        self, act: Act, user: int = ANNA, extra: str = "", case: int = 1, revision: int | None = None
    ) -> PopUp:
        """With the revision that the card shows unless given. Says what the pop-up says."""
        effects = self.pressed(act, user, extra, case, revision)
        assert isinstance(effects[0], PopUp)
        return effects[0]

    def pressed(
        self, act: Act, user: int = ANNA, extra: str = "", case: int = 1, revision: int | None = None
    ) -> Effects:
        shown = self.case(case).revision if revision is None else revision
        self.updates += 1
        data = encode(Pressed(act, case, shown, extra))
        press = Press(self.updates, f"q{self.updates}", CHAT, 99 + case, user, "Marta Neri", data)
        return self.said(self.handlers.handle(press, now=self.clock()))

    def write(
        self, text: str, user: int = ANNA, to: int | None = None, name: str = "Marta Neri"
    ) -> list[str]:
        """Says what the bot answers. `to` is the message that is answered."""
        self.updates += 1
        self.messages += 1
        message = ChatText(self.updates, CHAT, self.messages, user, name, text, to)
        effects = self.said(self.handlers.handle(message, now=self.clock()))
        return [effect.message.html for effect in effects if isinstance(effect, Say)]

    def said(self, effects: Effects) -> Effects:
        """The bot says it, as `Bot` does; `messages` is the id of the last message then."""
        for effect in effects:
            if isinstance(effect, Say):
                self.messages += 1
                sent.said(self.storage, effect.chat, self.messages, effect.prompt)
        return effects

    def publish(self, seconds: float = 11) -> int:
        """After the undo delay."""
        self.clock.go_on(seconds=seconds)
        return outbox.post_due(self.storage, lambda _: self.platform, owner="bot@here:1:1", clock=self.clock)

    def posted(self) -> list[tuple[str, str]]:
        """What is on the platform: visibility and text, in the order posted."""
        return [(reply.visibility.value, reply.text) for reply in self.platform.posted]

    @staticmethod
    def _amend(proposal: object, comment: str) -> None:
        raise AssertionError("nobody was asked about rules.yaml")


def terms(**changes: Any) -> Terms:
    """Ten seconds to undo, one person, nothing wrong."""
    return Terms(**{"undo": timedelta(seconds=10), **changes})


def _with_mention(case: Case, mention: Mention) -> Case:
    return replace(case, mention_keys=(*case.mention_keys, mention.key))
