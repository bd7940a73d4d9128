"""The shop that the desk's machine plays in: its store and people, how they press and write, and what each press may have done."""

import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

from reputation_bot import outbox
from reputation_bot.i18n import translator
from reputation_bot.listening import intake
from reputation_bot.model import (
    Card,
    Case,
    CaseStatus,
    Category,
    Mention,
    Menu,
    Move,
    Purpose,
    Reply,
    ReplyState,
    Role,
    Visibility,
)
from reputation_bot.outgoing import OutgoingCheck
from reputation_bot.ports import ChatText, Press, Reader
from reputation_bot.promises import reminding
from reputation_bot.promises.reminding import Deadlines, Urge
from reputation_bot.settings import Promises
from reputation_bot.telegram import access, sent
from reputation_bot.telegram.buttons import Act, Pressed, decode, encode
from reputation_bot.telegram.commands import Commands
from reputation_bot.telegram.desk import Desk
from reputation_bot.telegram.effects import Effects, PopUp, Say
from reputation_bot.telegram.handlers import Handlers
from reputation_bot.telegram.look import ChatLook
from storage.tiny import TinyStorage
from tests.desk_laws import (
    Approved,
    Seen,
    essence,
    judge_audit,
    judge_case,
    judge_events,
    judge_mentions,
    judge_replies,
    parts_of,
)
from tests.desk_world import (
    ADMINISTRATOR,
    CHAT,
    ROLES,
    SECRET,
    SETTINGS,
    Judge,
    Platform,
    worded,
)
from tests.fakes import FakeClock

_DEADLINES = Deadlines.of(SETTINGS)


class Shop:
    """One store, ten people, two platforms, and what was seen of them so far."""

    presses: ClassVar[Counter[str]] = Counter()
    _check = OutgoingCheck(SETTINGS)

    def open(self) -> None:
        """Begins anew, in a store of its own."""
        shm = Path("/dev/shm")  # noqa: S108  # a disk would be the slowest part
        self.folder = tempfile.mkdtemp(dir=shm if shm.is_dir() else None)
        self.storage = TinyStorage(str(Path(self.folder, "store.json")))
        self.clock, self.platform, self.judge = FakeClock(), Platform(), Judge()
        translate, self.desk = translator("it"), Desk(SETTINGS, self.judge, self._check)
        self.handlers = Handlers(
            self.storage, SETTINGS, translate, self.desk, Commands(SETTINGS, translate), self._amend
        )
        self.cards = ChatLook(SETTINGS, self._check, self.clock)
        self.update = self.written = 0
        self.message_id = 5_000
        self.old_buttons: list[str] = [encode(Pressed(Act.PUBLISH, 1, 1))]
        self.asked: list[int] = []  # messages that ask for something
        self.approved: dict[tuple[int, int], Approved] = defaultdict(lambda: Approved(()))
        self.may_go: dict[str, tuple[str, Visibility]] = {}
        self.sent_again: Counter[str] = Counter()
        self.told: Counter[tuple[str, int, datetime]] = Counter()
        self.faults: list[str] = []
        self.customer: dict[str, Mention] = {}
        with self.storage.transaction() as tx:
            tx.put_value(access.ADMINISTRATORS, [ADMINISTRATOR])
        self.seen = self._look_round()

    def close(self) -> None:
        """Leaves nothing behind."""
        self.storage.close()
        shutil.rmtree(self.folder)

    def _acknowledge(self) -> None:
        before = set(self.seen.replies)
        outbox.acknowledge_due(self.storage, SETTINGS, worded, now=self.clock())
        for reply in self._look_round().replies.values():
            if reply.id not in before:
                self._judge_acknowledgement(reply)

    def _remind(self) -> None:
        """Of what is owed, and once for each time at which it is due."""
        now = self.clock()
        for urge in Urge:
            with self.storage.transaction() as tx:
                claimed = reminding.claim(tx, urge, _DEADLINES, who="bot", now=now)
            for case in claimed:
                assert case.status is CaseStatus.OPEN
                assert case.due_at
                assert (now < case.due_at) is (urge is Urge.REMINDER)
                self.told[urge, case.id, case.due_at] += 1
        assert max(self.told.values(), default=1) == 1, self.told

    def _settled(self, now: Seen | None = None) -> None:
        before, now = self.seen, now or self._look_round()
        self.seen = now
        judge_events(before, now)
        judge_replies(before, now)
        judge_mentions(now, self.customer)
        for case in now.cases.values():
            was = before.cases.get(case.id)
            if case != was:
                judge_case(case, was, now)
                with self.storage.read() as view:
                    judge_audit(view, case, self.clock())
        self._judge_platform()

    def _judge_platform(self) -> None:
        held = Counter(reply.id for reply in self.platform.posted)
        for reply in self.platform.posted:
            assert (reply.text, reply.visibility) == self.may_go.get(reply.id), f"nobody approved {reply}"
            assert held[reply.id] <= 1 + self.sent_again[reply.id], f"{reply.id} is there twice"
            if reply.after:
                assert self.seen.replies[reply.after].state is ReplyState.SENT, "public before private"

    def _judge_acknowledgement(self, reply: Reply) -> None:
        case = self.seen.cases[reply.case_id]
        assert (reply.revision, reply.purpose) == (0, Purpose.ACKNOWLEDGEMENT)
        assert case.options.automatic
        assert self.seen.records[case.mention_keys[-1]].mention.visibility is reply.visibility
        others = [one for one in self.seen.replies.values() if one.case_id == case.id]
        assert all(one.state in {ReplyState.CANCELLED, ReplyState.FAILED} for one in others)
        self.may_go[reply.id] = (reply.text, reply.visibility)

    def _press(self, person: int, data: str) -> None:
        self.update += 1
        press = Press(self.update, f"q{self.update}", CHAT, 100, person, "operator_1003", data)
        pressed = decode(data)
        assert pressed
        before = self.seen.cases.get(pressed.case_id)
        may_approve = pressed.act in {Act.PUBLISH, Act.OVERRULE_AS}
        blocked = self._blocked(before) if may_approve else ()
        effects = self.handlers.handle(press, now=self.clock())
        assert any(isinstance(effect, PopUp) for effect in effects), "every press has an answer"
        assert all(len(one.text) <= access.MAX_POP_UP for one in effects if isinstance(one, PopUp))
        Shop.presses[pressed.act.name] += 1
        self._remember(effects)
        now = self._look_round()
        self._judge_press(person, pressed, before, blocked, now)
        self._settled(now)

    def _write(self, person: int, text: str, reply_to: int | None) -> None:
        self.update += 1
        self.message_id += 1
        message = ChatText(self.update, CHAT, self.message_id, person, "operator_1003", text, reply_to)
        before = self.seen
        self._remember(self.handlers.handle(message, now=self.clock()))
        now = self._look_round()
        for reply in now.replies.values():
            if reply.id not in before.replies:
                assert reply.by_hand, "a text approves nothing"
                assert self._rank(person) >= Role.AGENT.rank
        self._settled(now)

    def _judge_press(
        self,
        person: int,
        pressed: Pressed,
        before: Case | None,
        blocked: Sequence[str],
        now: Seen,
    ) -> None:
        if self._rank(person) < Role.AGENT.rank:
            were = {number: essence(case) for number, case in self.seen.cases.items()}
            assert {number: essence(case) for number, case in now.cases.items()} == were, (
                f"{pressed} by {person} changed something"
            )
        new = [reply for key, reply in now.replies.items() if key not in self.seen.replies]
        if before is None:
            assert not new
            return
        self._note_approval(person, pressed, before, now)
        if new:
            self._judge_approval(person, pressed, before, new, blocked)
        was, is_now = (seen.replies.get(f"{before.id}.{pressed.revision}") for seen in (self.seen, now))
        if pressed.act is Act.SEND_AGAIN and was and is_now and was.state is not is_now.state:
            assert self._rank(person) >= Role.APPROVER.rank
            self.sent_again[was.id] += 1

    def _note_approval(self, person: int, pressed: Pressed, before: Case, now: Seen) -> None:
        """A first approval stands for exactly what the card showed then."""
        fresh = now.events[before.id][len(self.seen.events[before.id]) :]
        if any(event.move in {Move.APPROVE_FIRST, Move.APPROVE} for event in fresh):
            assert pressed.act in {Act.PUBLISH, Act.OVERRULE_AS}
            assert pressed.revision == before.revision, "an old button approves nothing"
            given = self.approved[before.id, before.revision]
            assert given.parts in {(), parts_of(before)}, "the text changed between two approvals"
            given.parts = parts_of(before)
            given.people.add(person)

    def _judge_approval(
        self, person: int, pressed: Pressed, before: Case, new: Iterable[Reply], blocked: Sequence[str]
    ) -> None:
        assert self._rank(person) >= Role.APPROVER.rank
        assert [(one.text, one.visibility) for one in new] == list(parts_of(before))
        given = self.approved[before.id, before.revision]
        needed = 2 if before.verdict.category is Category.COMPLAINT else 1
        assert len(given.people) >= needed, f"{given.people} approved what needs {needed}"
        in_public = "".join(text for text, visibility in parts_of(before) if visibility is Visibility.PUBLIC)
        if blocked or SECRET in in_public:
            assert pressed.act is Act.OVERRULE_AS
            assert self._rank(person) == Role.LEAD.rank
        for reply in new:
            self.may_go[reply.id] = (reply.text, reply.visibility)

    def _blocked(self, case: Case | None) -> Sequence[str]:
        if case is None:
            return ()
        with self.storage.read() as view:
            return self.desk.checked(view, case).blocked

    def _lost(self) -> list[Reply]:
        return [reply for reply in self.seen.replies.values() if reply.state is ReplyState.UNKNOWN]

    def _nth(self, which: int) -> Case:
        return list(self.seen.cases.values())[which % len(self.seen.cases)]

    def _buttons(self, which: int) -> list[str]:
        """Those of the card as it would be drawn now, the nth case's."""
        case_id = self._nth(which).id
        with self.storage.read() as view:
            card = view.card(case_id)
        message = self.cards.card(sent.view_of(self.storage, case_id, card.menu if card else Menu.MAIN))
        assert len(message.html.encode("utf-16-le")) // 2 <= 4_096 * 2
        return [button.data for row in message.buttons for button in row if button.data]

    def _record(self, mention: Mention) -> None:
        channel = SETTINGS.channels[mention.channel]
        judge = partial(
            intake.judge_news, judge=self.judge, channel=channel, options_of=self.platform.options
        )
        with self.storage.read() as view:
            known = self.seen.records.get(mention.key)
            if known and known.case_id not in self._live(view):
                return  # what is archived is no longer looked at
            judged = judge(view, [mention])
        with self.storage.transaction() as tx:
            intake.record_batch(tx, [mention], judged, promises=Promises(), now=self.clock())
            for case in tx.cases():
                if tx.card(case.id) is None:
                    tx.put_card(Card(case.id, CHAT, message_id=1_000 + case.id))
        self.customer[mention.key] = mention

    def _remember(self, effects: Effects) -> None:
        for effect in effects:
            if isinstance(effect, Say):
                self.message_id += 1
                sent.said(self.storage, effect.chat, self.message_id, effect.prompt)
                if effect.prompt:
                    self.asked.append(self.message_id)

    def _look_round(self) -> Seen:
        with self.storage.read() as view:
            return Seen.of(view)

    def _is_paused(self) -> bool:
        with self.storage.read() as view:
            return bool(view.value("publishing.paused"))

    @staticmethod
    def _live(view: Reader) -> set[int]:
        return {case.id for case in view.cases()}

    @staticmethod
    def _rank(person: int) -> int:
        if person == ADMINISTRATOR:
            return Role.APPROVER.rank
        return ROLES[person].rank if person in ROLES else -1

    @staticmethod
    def _amend(proposal: object, comment: str) -> None:
        raise AssertionError("nobody was asked about rules.yaml")
