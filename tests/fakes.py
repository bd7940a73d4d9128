"""Hand-written stand-ins with switches: a chat, a platform, a judge and a clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import BaseModel

from reputation_bot.errors import NotFoundError
from reputation_bot.listening.judge import Judge, Judgement
from reputation_bot.model import Draft, Mention, Purpose, Receipt, Reply, ReplyOptions, Verdict, Visibility
from reputation_bot.ports import Batch, Channel, Message, Update
from reputation_bot.rules.background import UNKNOWN, Background
from reputation_bot.settings import ChannelSettings
from tests.factories import NOW, make_draft, make_options, make_verdict


@dataclass
class FakeClock:
    """Stands still until told to go on."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **duration: float) -> datetime:
        """E.g. `go_on(seconds=10)`."""
        self.now += timedelta(**duration)
        return self.now


@dataclass
class FakeMessenger:
    """A chat that remembers. `send_faults` and `edit_faults` are raised one by one; with `deliver_anyway` after the fact."""

    messages: dict[int, Message] = field(default_factory=dict)
    answers: dict[int, int | None] = field(default_factory=dict)
    topics: dict[int, int | None] = field(default_factory=dict)
    opened_topics: list[str] = field(default_factory=list)
    popups: list[tuple[str, str, bool]] = field(default_factory=list)
    send_faults: list[Exception] = field(default_factory=list)
    edit_faults: list[Exception] = field(default_factory=list)
    deliver_anyway: bool = False
    sends: int = 0
    edits: int = 0
    last_id: int = 0

    def people_write(self, count: int = 1) -> int:
        """Messages of others take ids too."""
        self.last_id += count
        return self.last_id

    def send(
        self, chat: int, message: Message, *, reply_to: int | None = None, topic: int | None = None
    ) -> int:
        fault = self.send_faults.pop(0) if self.send_faults else None
        if fault and not self.deliver_anyway:
            raise fault
        self.sends += 1
        self.last_id += 1
        self.messages[self.last_id] = message
        self.answers[self.last_id] = reply_to
        self.topics[self.last_id] = topic
        if fault:
            raise fault
        return self.last_id

    def edit(self, chat: int, message_id: int, message: Message) -> str:
        if self.edit_faults:
            raise self.edit_faults.pop(0)
        if message_id not in self.messages:
            raise NotFoundError("message to edit not found")
        self.edits += 1
        self.messages[message_id] = message
        return message.html

    def open_topic(self, chat: int, name: str) -> int:
        self.opened_topics.append(name)
        return 9_000 + len(self.opened_topics)

    def answer(self, query_id: str, text: str, *, alert: bool = False) -> None:
        self.popups.append((query_id, text, alert))

    def updates(self, offset: int | None, *, wait: timedelta) -> Iterable[Update]:
        return ()


class NoOptions(BaseModel):
    """A fake connector has nothing to configure."""


@dataclass
class FakePlatform:
    """A connector that can answer. What is in `faults` is raised at the next posts; with `posts_anyway` after the fact."""

    Options: ClassVar[type[BaseModel]] = NoOptions
    mentions: list[Mention] = field(default_factory=list)
    posted: list[Reply] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    poll_faults: list[Exception] = field(default_factory=list)
    posts_anyway: bool = False
    visible: bool = True  # what was posted can be found
    polls: int = 0

    def __init__(self, channel: Channel | None = None, options: object = None) -> None:
        self.mentions, self.posted, self.faults, self.poll_faults = [], [], [], []
        self.posts_anyway, self.visible, self.polls = False, True, 0

    def poll(self, cursor: object) -> Batch:
        self.polls += 1
        if self.poll_faults:
            raise self.poll_faults.pop(0)
        return Batch(list(self.mentions), cursor={"polls": self.polls})

    def options(self, mention: Mention) -> ReplyOptions:
        return make_options()

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        fault = self.faults.pop(0) if self.faults else None
        if fault and not self.posts_anyway:
            raise fault
        self.posted.append(reply)
        if fault:
            raise fault
        return self._receipt(reply)

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        there = self.visible and any(one.id == reply.id for one in self.posted)
        return self._receipt(reply) if there else None

    def _receipt(self, reply: Reply) -> Receipt:
        return Receipt(f"answer-{reply.id}", NOW, f"https://piazza.example/answers/{reply.id}")


@dataclass
class FakeJudge(Judge):
    """Everything is about us unless its text says «elsewhere»; verdict and drafts as told."""

    verdict: Verdict = field(default_factory=make_verdict)
    drafts: tuple[Draft, ...] = (make_draft(), make_draft(text="Ciao, ci pensiamo noi.", origin="breve"))
    judged: int = 0
    background: Background = UNKNOWN  # of the last mention judged

    def judge(
        self,
        mention: Mention,
        channel: ChannelSettings,
        options: ReplyOptions,
        background: Background = UNKNOWN,
    ) -> Judgement:
        self.judged += 1
        self.background = background
        words = None if "elsewhere" in mention.text and not channel.own else ("aurora",)
        return Judgement(words, lambda: (self.verdict, self.drafts))

    def redraft(self, mention: Mention, verdict: Verdict, options: ReplyOptions) -> tuple[Draft, ...]:
        return self.drafts

    def prepared(
        self, purpose: Purpose, mention: Mention, verdict: Verdict, options: ReplyOptions
    ) -> Draft | None:
        private = purpose is Purpose.OPENING
        visibility = Visibility.PRIVATE if private else Visibility.PUBLIC
        return make_draft(text=f"Ciao, {purpose}", visibility=visibility, purpose=purpose, origin=purpose)
