"""Ten people press and write everything at random while customers write and the platform fails; what must hold is asked after each step."""

import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reputation_bot import cases, intake, outbox
from reputation_bot.i18n import translator
from reputation_bot.model import (
    Card,
    Case,
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
    judge_case,
    judge_events,
    judge_mentions,
    judge_replies,
    parts_of,
)
from tests.desk_world import (
    ACTS,
    ADMINISTRATOR,
    CHAT,
    COMMANDS,
    ENDINGS,
    EXTRAS,
    LATE_OWNER,
    PEOPLE,
    ROLES,
    SAID,
    SECRET,
    SETTINGS,
    TEXTS,
    WORDS,
    Died,
    Judge,
    Platform,
    worded,
)
from tests.factories import make_author
from tests.fakes import FakeClock

_OF_LOST = (Act.CONFIRM_SENT, Act.SEND_AGAIN, Act.DROP_REPLY)
_OF_DRAFTS = frozenset(
    {Act.SWITCH, Act.MOVE_TO_PRIVATE, Act.DROP_OPENING, Act.OTHER_DRAFT, Act.CLOSE_PUBLICLY, Act.PUBLISH}
)
people = st.sampled_from(PEOPLE)
numbers = st.integers(0, 30)


class DeskMachine(RuleBasedStateMachine):
    """One shop, one store, ten people, two platforms."""

    presses: ClassVar[Counter[str]] = Counter()
    _check = OutgoingCheck(SETTINGS)

    @initialize()
    def open_shop(self) -> None:
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
        self.faults: list[str] = []
        self.customer: dict[str, Mention] = {}
        with self.storage.transaction() as tx:
            tx.put_value(access.ADMINISTRATORS, [ADMINISTRATOR])
        self.seen = self._look_round()
        for kind, channel in (("reclamo", "piazza"), ("domanda", "piazza"), ("domanda", "vetrina")):
            self.write_in("giulia", f"t-{kind}", kind, Visibility.PUBLIC, channel)

    def teardown(self) -> None:
        if hasattr(self, "storage"):
            self.storage.close()
            shutil.rmtree(self.folder)

    # --- customers

    @rule(
        author=st.sampled_from(["giulia", "marco"]),
        thread=st.sampled_from(["t1", "t2"]),
        kind=st.sampled_from(list(SAID)),
        visibility=st.sampled_from([Visibility.PUBLIC, Visibility.PUBLIC, Visibility.PRIVATE]),
        channel=st.sampled_from(["piazza", "piazza", "vetrina"]),
    )
    def write_in(self, author: str, thread: str, kind: str, visibility: Visibility, channel: str) -> None:
        self.written += 1
        text = f"{kind} sul pacco {self.written}" + (
            f", scrivetemi a {SECRET}" if visibility is Visibility.PRIVATE else ""
        )
        mention = Mention(
            channel=channel,
            external_id=f"m{self.written}",
            author=make_author(name=author.title(), handle=author, external_id=author),
            text=text,
            thread=f"dm-{author}" if visibility is Visibility.PRIVATE else f"{author}-{thread}",
            created_at=self.clock(),
            rating=1.0,
            visibility=visibility,
        )
        self._record(mention)

    @rule(index=numbers, kind=st.sampled_from(list(SAID)))
    def write_otherwise(self, index: int, kind: str) -> None:
        mention = list(self.customer.values())[index % len(self.customer)]
        self._record(replace(mention, text=f"{kind}, detto meglio ({index})", rating=3.0))

    @rule(index=numbers, kind=st.sampled_from(list(SAID)))
    def write_again(self, index: int, kind: str) -> None:
        """More of the same talk."""
        known = list(self.customer.values())[index % len(self.customer)]
        self.written += 1
        again = replace(known, external_id=f"m{self.written}", text=f"{kind} di nuovo {self.written}")
        self._record(replace(again, created_at=self.clock()))

    @rule(index=numbers)
    def take_it_away(self, index: int) -> None:
        mention = list(self.customer.values())[index % len(self.customer)]
        with self.storage.transaction() as tx:
            if tx.record(mention.key):
                intake.mark_gone(tx, mention.channel, [mention.external_id], now=self.clock())

    # --- staff

    @rule(burst=st.lists(st.tuples(people, numbers, numbers), min_size=6, max_size=14))
    def press_what_is_on_cards(self, burst: list[tuple[int, int, int]]) -> None:
        for person, which, button in burst:
            found = self._buttons(which)
            if found:
                data = found[button % len(found)]
                self.old_buttons = [*self.old_buttons[-40:], data]
                self._press(person, data)

    @rule(burst=st.lists(st.tuples(people, numbers), min_size=3, max_size=8))
    def press_on_old_cards(self, burst: list[tuple[int, int]]) -> None:
        for person, which in burst:
            self._press(person, self.old_buttons[which % len(self.old_buttons)])

    @rule(
        burst=st.lists(
            st.tuples(people, st.sampled_from(ACTS), st.integers(1, 5), st.integers(-2, 1), numbers),
            min_size=8,
            max_size=16,
        )
    )
    def press_anything(self, burst: list[tuple[int, Act, int, int, int]]) -> None:
        for person, act, case_id, behind, which in burst:
            case = self.seen.cases.get(case_id)
            revision = max((case.revision if case else 1) + behind, 0) if behind < 1 else which
            extras = EXTRAS.get(act)
            extra = str(extras[which % len(extras)]) if extras else ""
            self._press(person, encode(Pressed(act, case_id, revision, extra)))

    @rule(
        case=numbers,
        group=st.lists(people, min_size=2, max_size=4),
        endings=st.lists(st.sampled_from(ENDINGS), max_size=3),
        visible=st.booleans(),
        meanwhile=st.sampled_from(["", "", "", "write", "pause"]),
    )
    def answer_together(
        self, case: int, group: list[int], endings: list[str], visible: bool, meanwhile: str
    ) -> None:
        """Several people want it out, and nobody takes it back."""
        for person in group:
            found = [data for data in self._buttons(case) if data.startswith(("p:", "oa:", "ov:"))]
            for data in found[:1]:
                self._press(person, data)
        if meanwhile == "write":
            self.write_again(case, "domanda")
        if meanwhile == "pause":
            self._write(1001, "/pause", None)
        self.publish(endings)
        self.publish(endings[:1])
        self.look(visible)

    @rule(person=st.sampled_from(list(ROLES)), case=numbers, act=st.sampled_from(list(Act)), group=people)
    def hand_off(self, person: int, case: int, act: Act, group: int) -> None:
        number = self._nth(case).id
        for one in (Act.HAND_OFF, act if act in _OF_DRAFTS else Act.MORE):
            revision = self.seen.cases[number].revision
            self._press(person, encode(Pressed(one, number, revision)))

    @rule(person=people, one=numbers, other=numbers, again=st.booleans())
    def merge(self, person: int, one: int, other: int, again: bool) -> None:
        first, second = self._nth(one), self._nth(other)
        self._press(person, encode(Pressed(Act.MERGE_INTO, first.id, first.revision, str(second.id))))
        for case in (first, second):
            if again and self.seen.cases[case.id].merged_into:
                self._press(person, encode(Pressed(Act.REOPEN, case.id, case.revision)))

    @precondition(lambda self: self._lost())
    @rule(person=people, which=numbers, act=st.sampled_from(_OF_LOST))
    def decide_about_a_lost_one(self, person: int, which: int, act: Act) -> None:
        lost = self._lost()[which % len(self._lost())]
        self._press(person, encode(Pressed(act, lost.case_id, lost.revision)))

    @precondition(lambda self: self._is_paused())
    @rule()
    def resume(self) -> None:
        self._write(1001, "/resume", None)

    @rule(person=people, which=numbers, text=st.sampled_from(TEXTS))
    def answer(self, person: int, which: int, text: str) -> None:
        """A card, or a message that asks for something."""
        targets = [*self.asked[-6:], *(1_000 + number for number in self.seen.cases)]
        self._write(person, text, targets[which % len(targets)])

    @rule(
        person=people,
        name=st.sampled_from(COMMANDS),
        words=st.sampled_from(WORDS),
        which=st.integers(0, 6),
    )
    def command(self, person: int, name: str, words: str, which: int) -> None:
        self._write(person, f"/{name} {words}".strip(), 1_000 + which if which else None)

    # --- time and machines

    @rule(seconds=st.sampled_from([1, 11, 11, 61, 700, 4_000, 90_000]))
    def time_goes_on(self, seconds: int) -> None:
        self.clock.go_on(seconds=seconds)

    @rule(endings=st.lists(st.sampled_from(ENDINGS), min_size=1, max_size=3))
    def publish(self, endings: list[str]) -> None:
        self.clock.go_on(seconds=11)
        self.platform.endings = endings
        owner = LATE_OWNER if "late" in endings else f"bot@{_here()}:999999999:1"
        before, paused = len(self.platform.posted), self._is_paused()
        with suppress(Died):
            outbox.post_due(self.storage, lambda _: self.platform, owner=owner, clock=self.clock)
        self.platform.endings = []
        if paused and len(self.platform.posted) > before:
            self.faults.append("published while paused")
        self._settled()

    @rule(work=st.sampled_from(["recover", "wake", "acknowledge", "archive"]))
    def work(self, work: str) -> None:
        match work:
            case "recover":
                outbox.recover(self.storage, now=self.clock())
            case "wake":
                cases.wake_due(self.storage, who="bot", now=self.clock())
            case "acknowledge":
                self._acknowledge()
            case "archive":
                with self.storage.transaction() as tx:
                    tx.archive(self.clock() - timedelta(hours=20))

    @precondition(lambda self: self.platform.late)
    @rule()
    def a_slow_one_comes_back(self) -> None:
        reply_id, receipt = self.platform.late.pop()
        outbox.settle(self.storage, reply_id, outbox.Posted(receipt), now=self.clock())

    @rule(visible=st.booleans())
    def look(self, visible: bool) -> None:
        self.platform.visible = visible
        outbox.read_back(self.storage, lambda _: self.platform, clock=self.clock)
        outbox.watch(self.storage, lambda _: self.platform, clock=self.clock)

    def _acknowledge(self) -> None:
        before = set(self.seen.replies)
        outbox.acknowledge_due(self.storage, SETTINGS, worded, now=self.clock())
        for reply in self._look_round().replies.values():
            if reply.id not in before:
                self._judge_acknowledgement(reply)

    # --- what must hold

    @invariant()
    def all_is_well(self) -> None:
        if not hasattr(self, "storage"):
            return
        self._settled()
        assert not self.faults, self.faults

    def _settled(self, now: Seen | None = None) -> None:
        before, now = self.seen, now or self._look_round()
        self.seen = now
        judge_events(before, now)
        judge_replies(before, now)
        judge_mentions(now, self.customer)
        for case in now.cases.values():
            judge_case(case, before.cases.get(case.id), now)
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

    # --- how it is done

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
        DeskMachine.presses[pressed.act.name] += 1
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
        changed = [
            number
            for number in now.cases
            if essence(now.cases[number]) != essence(self.seen.cases.get(number))
        ]
        if changed:
            assert self._rank(person) >= Role.AGENT.rank, f"{pressed} by {person} changed {changed}"
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


def _here() -> str:
    import socket  # noqa: PLC0415

    return socket.gethostname()
