"""Ten people press and write everything at random while customers write and the platform fails; what must hold is asked after each step."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reputation_bot import cases, outbox
from reputation_bot.listening import intake
from reputation_bot.model import (
    Mention,
    Visibility,
)
from reputation_bot.telegram.buttons import Act, Pressed, encode
from tests.desk_shop import Shop
from tests.desk_world import (
    ACTS,
    COMMANDS,
    ENDINGS,
    EXTRAS,
    LATE_OWNER,
    PEOPLE,
    ROLES,
    SAID,
    SECRET,
    TEXTS,
    WORDS,
    Died,
)
from tests.factories import make_author

_OF_LOST = (Act.CONFIRM_SENT, Act.SEND_AGAIN, Act.DROP_REPLY)
_OF_DRAFTS = frozenset(
    {Act.SWITCH, Act.MOVE_TO_PRIVATE, Act.DROP_OPENING, Act.OTHER_DRAFT, Act.CLOSE_PUBLICLY, Act.PUBLISH}
)
people = st.sampled_from(PEOPLE)
numbers = st.integers(0, 30)


class DeskMachine(Shop, RuleBasedStateMachine):
    """Everything that can happen in one shop, in any order."""

    @initialize()
    def open_shop(self) -> None:
        self.open()
        for kind, channel in (("reclamo", "piazza"), ("domanda", "piazza"), ("domanda", "vetrina")):
            self.write_in("giulia", f"t-{kind}", kind, Visibility.PUBLIC, channel)

    def teardown(self) -> None:
        if hasattr(self, "storage"):
            self.close()

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

    @rule(person=st.sampled_from(list(ROLES)), case=numbers, act=st.sampled_from(list(Act)))
    def hand_off(self, person: int, case: int, act: Act) -> None:
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

    @rule(work=st.sampled_from(["recover", "wake", "acknowledge", "remind", "archive"]))
    def work(self, work: str) -> None:
        match work:
            case "recover":
                outbox.recover(self.storage, now=self.clock())
            case "wake":
                cases.wake_due(self.storage, who="bot", now=self.clock())
            case "acknowledge":
                self._acknowledge()
            case "remind":
                self._remind()
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

    # --- what must hold

    @invariant()
    def all_is_well(self) -> None:
        if not hasattr(self, "storage"):
            return
        self._settled()
        assert not self.faults, self.faults


def _here() -> str:
    import socket  # noqa: PLC0415

    return socket.gethostname()
