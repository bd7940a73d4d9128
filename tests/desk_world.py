"""The little world of the desk's machine: staff, platforms, what people write, and what may become of a post."""

from dataclasses import replace
from datetime import timedelta

from reputation_bot.errors import AccessError, OutcomeUnknownError, RejectedError, RetryLaterError
from reputation_bot.listening.judge import Judgement
from reputation_bot.model import (
    Case,
    Category,
    DismissReason,
    Draft,
    Mention,
    Permission,
    Priority,
    Purpose,
    Receipt,
    Record,
    Reply,
    ReplyOptions,
    Role,
    Visibility,
)
from reputation_bot.ports import Channel
from reputation_bot.rules.background import UNKNOWN, Background
from reputation_bot.settings import ChannelSettings, Settings
from reputation_bot.telegram.buttons import Act, Excuse, Nap
from tests.factories import NOW, make_draft, make_options, make_verdict
from tests.fakes import FakeJudge, FakePlatform

CHAT = -1001234567890
ROLES = {
    1001: Role.LEAD,
    1002: Role.LEAD,
    1003: Role.APPROVER,
    1004: Role.APPROVER,
    1005: Role.APPROVER,
    1006: Role.AGENT,
    1007: Role.AGENT,
    1008: Role.VIEWER,
}
ADMINISTRATOR, STRANGER = 1009, 1010
PEOPLE = (*ROLES, ADMINISTRATOR, STRANGER)
LATE_OWNER = "bot@another-machine:1:1"
SECRET = "giulia.rossi@posta.example"  # said in private only
TEXTS = (
    "Ciao Giulia, controlliamo subito.",
    "Grazie Giulia! Arriva domani.",
    f"Ciao Giulia, ti scriviamo a {SECRET} domani.",
    "Ciao Giulia, " + "parola " * 80,
    " ",
    "https://piazza.example/answers/7",
)
WORDS = ("", "1", "2", "#3", "99", "pacco", "@giulia", "operator_1003", "nessuno", "telefonato", "x" * 1200)
COMMANDS = (
    "inbox",
    "mine",
    "case",
    "audit",
    "find",
    "who",
    "note",
    "assign",
    "merge",
    "pause",
    "resume",
    "help",
    "nope",
)
SAID = {
    "reclamo": make_verdict(),
    "domanda": make_verdict(category=Category.QUESTION, priority=Priority.NORMAL),
    "lode": make_verdict(category=Category.PRAISE, priority=Priority.LOW),
}
EXTRAS = {
    Act.DISMISS_AS: tuple(DismissReason),
    Act.CLASS_AS: tuple(Category),
    Act.TOPIC_AS: ("returns", "shipping"),
    Act.PRIORITY_AS: tuple(Priority),
    Act.SNOOZE_UNTIL: tuple(Nap),
    Act.ASSIGN_TO: tuple(map(str, (*PEOPLE, 7))),
    Act.MERGE_INTO: ("1", "2", "3", "4", "77"),
    Act.OVERRULE_AS: tuple(Excuse),
}
ACTS = tuple(act for act in Act if act not in {Act.ACCEPT, Act.REJECT})
SETTINGS = Settings.model_validate(
    {
        "brand": {"name": "Bottega Aurora"},
        "telegram": {"chat": CHAT, "administrators": "approver"},
        "operators": {
            f"operator_{number}": {"telegram": number, "role": role.value} for number, role in ROLES.items()
        },
        "publishing": {"two_people": {"categories": ["complaint"]}},
        "acknowledge": {"piazza": {"when": "always"}},
        "channels": {
            "piazza": {"connector": "rss", "own": True},
            "vetrina": {"connector": "rss", "own": True},
        },
    }
)


class Died(BaseException):
    """The publisher's process is gone in the middle of a post."""


class Judge(FakeJudge):
    """A mention is what it says that it is."""

    def judge(
        self,
        mention: Mention,
        channel: ChannelSettings,
        options: ReplyOptions,
        background: Background = UNKNOWN,
    ) -> Judgement:
        verdict = next(verdict for word, verdict in SAID.items() if word in mention.text)
        return Judgement(("aurora",), lambda: (verdict, self.redraft(mention, verdict, options)))


class Platform(FakePlatform):
    """Does with each post what it was told to; remembers every text that it holds, and what should not have come."""

    def __init__(self, channel: Channel | None = None, options: object = None) -> None:
        super().__init__(channel, options)
        self.endings: list[str] = []
        self.late: list[tuple[str, Receipt]] = []  # posts whose process went on without us

    def options(self, mention: Mention) -> ReplyOptions:
        if mention.channel == "vetrina":  # short answers for everybody to read, and nothing by itself
            return make_options(
                public=Permission(allowed=True, max_chars=60), private=Permission(allowed=False)
            )
        return make_options(automatic=True)

    def post(self, reply: Reply, mention: Mention) -> Receipt:  # noqa: C901  # one line per ending
        ending = self.endings.pop() if self.endings else "there"
        match ending:
            case "refused":
                raise RejectedError("no")
            case "busy":
                raise RetryLaterError("slow down", timedelta(minutes=1))
            case "locked":
                raise AccessError("key refused")
            case "died before":
                raise Died
            case "lost before":
                raise OutcomeUnknownError("no answer")
        self.posted.append(reply)
        receipt = replace(self._receipt(reply), posted_at=reply.claimed_at or NOW)
        match ending:
            case "lost after":
                raise OutcomeUnknownError("no answer")
            case "fault after":
                raise KeyError("a fault of the connector's own")
            case "died after":
                raise Died
            case "late":
                self.late.append((reply.id, receipt))
                raise Died
        if reply.visibility is Visibility.PRIVATE:
            return replace(receipt, thread=f"dm-{mention.author.key}")
        return receipt


ENDINGS = (
    "there",
    "there",
    "there",
    "refused",
    "busy",
    "locked",
    "lost before",
    "lost after",
    "fault after",
    "died before",
    "died after",
    "late",
)


def worded(case: Case, record: Record, visibility: Visibility, wait: timedelta) -> Draft:
    return make_draft(text="Ricevuto!", visibility=visibility, purpose=Purpose.ACKNOWLEDGEMENT)
