"""What operators write with a slash: finding their way among the cases, stopping all publishing; what a button can do is `desk`'s."""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from reputation_bot import cases, history, pausing
from reputation_bot.cases import CHANGES, Outcome
from reputation_bot.errors import NotFoundError
from reputation_bot.i18n import Translate
from reputation_bot.model import CLOSED, Case, CaseStatus, Role
from reputation_bot.ports import ChatText, Message, Press, Reader, Transaction
from reputation_bot.settings import Settings
from reputation_bot.telegram import access, popups, search, telling
from reputation_bot.telegram.access import Person
from reputation_bot.telegram.audit import audit_message, told
from reputation_bot.telegram.audit.asking import pressed
from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.effects import Effects, Say
from reputation_bot.telegram.html import escape
from reputation_bot.telegram.jumps import address_of
from reputation_bot.telegram.listing import Listing
from reputation_bot.telegram.words import Words

log = logging.getLogger(__name__)

# a figure may hang on the name: Telegram makes "/inbox_2" something to tap, "/inbox 2" not
_COMMAND = re.compile(r"/([a-z]{1,32})(?:_([0-9]{1,9}))?(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the menu. `text` says what it does, in English, as a msgid."""

    name: str
    least: Role
    text: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """One command as somebody wrote it."""

    tx: Transaction
    words: str  # behind the command
    case_id: int | None
    person: Person
    now: datetime


def menu(_: Translate) -> tuple[Command, ...]:
    """All commands, in the order of the menu, in the language of the staff."""
    return (
        Command("inbox", Role.VIEWER, _("open cases, the most urgent first")),
        Command("mine", Role.VIEWER, _("the cases that you have")),
        Command("case", Role.VIEWER, _("to the card of a case: /case 1024")),
        Command("audit", Role.VIEWER, _("who did what in a case, and when: /audit 1024")),
        Command("find", Role.VIEWER, _("cases with these words: /find broken cup")),
        Command("who", Role.VIEWER, _("what somebody has written: /who @giulia")),
        Command("note", Role.AGENT, _("answer a card with /note and a note for colleagues")),
        Command("assign", Role.AGENT, _("answer a card with /assign and a colleague's name")),
        Command("merge", Role.AGENT, _("answer a card with /merge and the number of the other case")),
        Command("coverage", Role.VIEWER, _("what each channel has seen, and what is wrong with it")),
        Command("pause", Role.APPROVER, _("nothing is published until /resume")),
        Command("resume", Role.APPROVER, _("publishing goes on")),
        Command("help", Role.VIEWER, _("how the cards work")),
    )


class Commands:
    """Answers commands. Nothing is kept between two of them."""

    def __init__(self, settings: Settings, translate: Translate) -> None:
        self._settings, self._ = settings, translate
        self._people = {key: access.name_of(key, settings.operators) for key in settings.operators}
        self._zone = ZoneInfo(settings.timezone)
        self._answers: dict[str, Callable[[_Asked], Message | None]] = {
            "inbox": self._inbox,
            "mine": self._mine,
            "case": self._case,
            "audit": self._audit,
            "find": self._find,
            "who": self._who,
            "note": self._note,
            "assign": self._assign,
            "merge": self._merge,
            "coverage": self._coverage,
            "pause": self._pause,
            "resume": self._resume,
            "help": self._help,
        }

    def run(self, tx: Transaction, text: ChatText, case_id: int | None, now: datetime) -> Effects:
        """`case_id` is the case whose card was answered. A command that is not ours is left to others."""
        found = _COMMAND.fullmatch(text.text.strip())
        command = next((one for one in menu(self._) if found and one.name == found[1]), None)
        if found is None or command is None:
            return ()
        person = access.who(self._settings, tx, text.user_id, text.user_name)
        if person is None or person.role.rank < command.least.rank:
            refusal = access.refusal(self._settings, _LIKE[command.least], person, self._)
            return (self._say(text, Message(escape(refusal))),)
        access.remember(self._settings, tx, text.user_id, person)
        asked = _Asked(tx, (found[2] or found[3] or "").strip(), case_id, person, now)
        message = self._answers[command.name](asked)
        return (self._say(text, message),) if message else ()

    def story_of(self, view: Reader, case: Case, now: datetime) -> Message:
        """All that the author of a case has written on its channel, archived cases too."""
        others = history.of_author(view, case, archived=True)
        listing = self._listing(view, now)
        return listing.of_author(case, [*others, case])

    def audit_below(self, tx: Transaction, case: Case, press: Press, now: datetime) -> Effects:
        """Who did what in a case, below the card that was pressed."""
        return pressed(tx, case, press, self._audit_of(tx, case, now), self._words(now))

    def _inbox(self, asked: "_Asked") -> Message:
        return self._listing(asked.tx, asked.now).inbox(_open(asked.tx), page=_page(asked.words))

    def _mine(self, asked: "_Asked") -> Message:
        mine = [case for case in _open(asked.tx) if case.assignee == asked.person.key]
        return self._listing(asked.tx, asked.now).mine(mine, page=_page(asked.words))

    def _case(self, asked: "_Asked") -> Message:
        number = _number(asked.words)
        if number is None:
            return self._how("case")
        try:
            return self._listing(asked.tx, asked.now).pointer(asked.tx.case(number))
        except NotFoundError:
            return self._no_case(number)

    def _audit(self, asked: "_Asked") -> Message:
        """Of the case named, or else of the one whose card is answered."""
        number = _number(asked.words) if asked.words else asked.case_id
        if number is None:
            return self._how("audit")
        try:
            return self._audit_of(asked.tx, asked.tx.case(number), asked.now)
        except NotFoundError:
            return self._no_case(number)

    def _find(self, asked: "_Asked") -> Message:
        if not asked.words:
            return self._how("find")
        found = search.by_words(asked.tx, asked.words)
        return self._listing(asked.tx, asked.now).found(found, asked.words)

    def _who(self, asked: "_Asked") -> Message:
        if not asked.words:
            return self._how("who")
        found = search.by_author(asked.tx, asked.words)
        return self._listing(asked.tx, asked.now).found(found, asked.words)

    def _coverage(self, asked: "_Asked") -> Message:
        return telling.overview(asked.tx, self._settings, self._words(asked.now))

    def _pause(self, asked: "_Asked") -> Message:
        if pausing.pause(asked.tx, who=asked.person.key, now=asked.now):
            log.info("publishing paused who=%s", asked.person.key)
            return Message("⏸ " + escape(self._("Nothing is published from now on. /resume lets it go on.")))
        return Message("⏸ " + escape(self._("Publishing is paused already.")))

    def _resume(self, asked: "_Asked") -> Message:
        if pausing.resume(asked.tx, who=asked.person.key, now=asked.now):
            log.info("publishing goes on who=%s", asked.person.key)
            return Message("▶️ " + escape(self._("Publishing goes on.")))
        return Message("▶️ " + escape(self._("Publishing was not paused.")))

    def _note(self, asked: "_Asked") -> Message | None:
        def note(case: Case) -> Outcome:
            return cases.note(asked.tx, case, asked.words, who=asked.person.key, now=asked.now)

        return self._on_card(asked, note, "note")

    def _assign(self, asked: "_Asked") -> Message | None:
        """By key or by name, whatever the case of letters."""
        wanted = asked.words.lstrip("@").casefold()
        names = {key: {key.casefold(), name.casefold()} for key, name in self._people.items()}
        to = next((key for key, known in names.items() if wanted in known), None)

        def assign(case: Case) -> Outcome:
            return cases.assign(asked.tx, case, to or "", who=asked.person.key, now=asked.now)

        return self._on_card(asked, assign, "assign") if to else self._how("assign")

    def _merge(self, asked: "_Asked") -> Message | None:
        """The newer of both goes into the older one."""
        number = _number(asked.words)
        try:
            other = asked.tx.case(number or 0)
        except NotFoundError:
            return self._how("merge")

        def merge(case: Case) -> Outcome:
            older, newer = sorted([case, other], key=lambda one: one.id)
            return cases.merge(asked.tx, newer, older, who=asked.person.key, now=asked.now)

        return self._on_card(asked, merge, "merge")

    def _on_card(self, asked: "_Asked", act: Callable[[Case], Outcome], name: str) -> Message | None:
        """None where the card itself shows what came of it."""
        if asked.case_id is None:
            return self._how(name)
        outcome = act(asked.tx.case(asked.case_id))
        if outcome.result in CHANGES:
            return None
        undo = self._settings.publishing.undo
        return Message(escape(popups.about(outcome, self._settings.operators, undo, self._)))

    def _no_case(self, number: int) -> Message:
        return Message(escape(self._("There is no case #{id}.").format(id=number)))

    def _audit_of(self, view: Reader, case: Case, now: datetime) -> Message:
        words, address = self._words(now), address_of(view.card(case.id))
        return audit_message(case, told(view, case, words), words, address)

    def _how(self, name: str) -> Message:
        text = next(one.text for one in menu(self._) if one.name == name)
        return Message(f"/{name}: {escape(text)}")

    def _help(self, asked: "_Asked") -> Message:
        _ = self._
        lines = [
            f"/{one.name} · {escape(one.text)}" for one in menu(_) if one.least.rank <= asked.person.role.rank
        ]
        how = _(
            "Each customer's word comes as a card. Answer the card to change the draft; Publish sends it, with a few "
            "seconds to undo. Only what the card shows goes out."
        )
        title = _("How it works")
        return Message("\n".join([f"<b>{title}</b>", escape(how), "", *lines]))

    def _listing(self, view: Reader, now: datetime) -> Listing:
        return Listing(view, self._words(now))

    def _words(self, now: datetime) -> Words:
        return Words(self._, now, self._zone, self._people)

    @staticmethod
    def _say(text: ChatText, message: Message) -> Say:
        return Say(text.chat, text.message_id, message)


_LIKE = {
    Role.VIEWER: Act.SHOW,
    Role.AGENT: Act.TAKE,
    Role.APPROVER: Act.UNDO,
    Role.LEAD: Act.OVERRULE,
}  # a button for the same role: its refusal says who may


def _open(view: Reader) -> Sequence[Case]:
    """What waits for us, the earliest due first; what has no due time last."""
    live = view.cases(statuses=set(CaseStatus) - CLOSED - {CaseStatus.WAITING, CaseStatus.SNOOZED})
    return sorted(live, key=lambda case: (case.due_at is None, case.due_at or case.opened_at, case.id))


def _number(words: str) -> int | None:
    found = re.fullmatch(r"#?([0-9]{1,9})", words)
    return int(found[1]) if found else None


def _page(words: str) -> int:
    return max(_number(words) or 1, 1)
