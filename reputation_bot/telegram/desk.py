"""What each button does to a case; who may press it is `access`' job, what is said about it `popups`'."""

from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, assert_never

from reputation_bot import cases
from reputation_bot.cases import Outcome, Result, Terms
from reputation_bot.errors import NotFoundError
from reputation_bot.model import (
    Case,
    Category,
    Correction,
    DismissReason,
    Draft,
    Mention,
    Priority,
    Purpose,
    ReplyOptions,
    Verdict,
    Visibility,
)
from reputation_bot.outgoing import OutgoingCheck, without
from reputation_bot.outgoing.moving import greeting_end
from reputation_bot.outgoing.of_case import Checked, check_case
from reputation_bot.ports import Reader, Transaction
from reputation_bot.promises import sla
from reputation_bot.promises.hours import Hours
from reputation_bot.settings import Settings
from reputation_bot.telegram.access import needs_two_people
from reputation_bot.telegram.buttons import Act, Excuse, Nap, Pressed


class Offers(Protocol):
    """Where drafts come from."""

    def redraft(self, mention: Mention, verdict: Verdict, options: ReplyOptions) -> tuple[Draft, ...]:
        """What we would answer if the verdict were this, best first."""
        ...

    def prepared(
        self, purpose: Purpose, mention: Mention, verdict: Verdict, options: ReplyOptions
    ) -> Draft | None:
        """A canned text for that purpose; None where there is none that fits."""
        ...


class Desk:
    """Holds nothing of any case: everything is in the transaction."""

    def __init__(self, settings: Settings, offers: Offers, check: OutgoingCheck) -> None:
        self._settings, self._offers, self._check = settings, offers, check
        self._hours = Hours.of(settings)

    def move(self, tx: Transaction, case: Case, pressed: Pressed, who: str, now: datetime) -> Outcome:  # noqa: C901, PLR0911, PLR0912  # one line per button
        """Does what a button asks for. Raises AssertionError for one that only opens a menu or asks for a text."""
        undo, revision = self._settings.publishing.undo, pressed.revision
        reply_id = f"{case.id}.{revision}"
        match pressed.act:
            case Act.PUBLISH:
                return cases.approve(tx, case, revision, who=who, now=now, terms=self.terms(tx, case))
            case Act.OVERRULE_AS:
                terms = self.terms(tx, case, Excuse(pressed.extra))
                return cases.approve(tx, case, revision, who=who, now=now, terms=terms)
            case Act.OTHER_DRAFT:
                return cases.other_draft(tx, case, revision, who=who, now=now)
            case Act.SWITCH | Act.PUBLISH_PRIVATE:  # the latter hangs in old cards
                return cases.switch_visibility(tx, case, revision, who=who, now=now)
            case Act.HAND_OFF:
                return self._hand_off(tx, case, revision, who=who, now=now)
            case Act.DROP_OPENING:
                return cases.without_opening(tx, case, revision, who=who, now=now)
            case Act.MOVE_TO_PRIVATE:
                return self._move_to_private(tx, case, revision, who=who, now=now)
            case Act.CLOSE_PUBLICLY:
                return self._close_publicly(tx, case, revision, who=who, now=now)
            case Act.TAKE:
                return cases.take(tx, case, who=who, now=now)
            case Act.GIVE_BACK:
                return cases.give_back(tx, case, who=who, now=now)
            case Act.ASSIGN_TO:
                return self._assign(tx, case, int(pressed.extra), who=who, now=now)
            case Act.SNOOZE_UNTIL:
                until = self.nap_until(Nap(pressed.extra), now)
                return cases.snooze(tx, case, until, who=who, now=now)
            case Act.MERGE_INTO:
                return self._merge(tx, case, int(pressed.extra), who=who, now=now)
            case Act.SPLIT:
                redraft = self._offers.redraft
                return cases.split(tx, case, who=who, now=now, redraft=redraft, due_at=self._due_at)
            case Act.DISMISS_AS:
                return cases.dismiss(tx, case, DismissReason(pressed.extra), who=who, now=now)
            case Act.CLASS_AS:
                return self._reclassify(tx, case, Correction(now, who, category=Category(pressed.extra)))
            case Act.TOPIC_AS:
                return self._reclassify(tx, case, Correction(now, who, topic=pressed.extra))
            case Act.PRIORITY_AS:
                return self._reclassify(tx, case, Correction(now, who, priority=Priority(pressed.extra)))
            case Act.UNDO:
                return cases.undo(tx, case, who=who, now=now)
            case Act.RESOLVE:
                return cases.resolve(tx, case, who=who, now=now)
            case Act.REOPEN:
                return self._reopen(tx, case, who=who, now=now)
            case Act.CONFIRM_SENT:
                return cases.confirm_sent(tx, case, reply_id, who=who, now=now)
            case Act.SEND_AGAIN:
                return cases.send_again(tx, case, reply_id, who=who, now=now, undo=undo)
            case Act.DROP_REPLY:
                return cases.drop_reply(tx, case, reply_id, who=who, now=now)
            case (
                Act.SHOW
                | Act.HISTORY
                | Act.AUDIT
                | Act.EDIT
                | Act.EDIT_OPENING
                | Act.NOTE
                | Act.DONE_BY_HAND
                | Act.MORE
                | Act.SNOOZE
                | Act.ASSIGN
                | Act.MERGE
                | Act.OVERRULE
                | Act.DISMISS
                | Act.WRONG_CLASS
                | Act.WRONG_TOPIC
                | Act.WRONG_PRIORITY
                | Act.BACK
            ):
                raise AssertionError("these move no case")
            case Act.ACCEPT | Act.REJECT:
                raise AssertionError("these concern no case")
            case _:
                assert_never(pressed.act)

    def terms(self, view: Reader, case: Case, excuse: Excuse | None = None) -> Terms:
        """On what publishing the draft on the card depends now."""
        return Terms(
            self._settings.publishing.undo,
            people=2 if needs_two_people(self._settings, case.verdict) else 1,
            blocked=self.checked(view, case).blocked,
            overruled=excuse.value if excuse else None,
        )

    def checked(self, view: Reader, case: Case) -> Checked:
        """What the outgoing check says of the card's drafts."""
        return check_case(self._check, case, view.records(case.id), view.replies(case_id=case.id))

    def nap_until(self, nap: Nap, now: datetime) -> datetime:
        """When a snoozed case comes back, by the shop's hours."""
        match nap:
            case Nap.HOUR:
                return now + timedelta(hours=1)
            case Nap.TONIGHT:
                return self._hours.tonight(now) or now + timedelta(hours=1)
            case Nap.TOMORROW:
                return self._hours.tomorrow_opening(now)
            case Nap.MONDAY:
                return self._hours.monday_opening(now)
        assert_never(nap)

    def _reclassify(self, tx: Transaction, case: Case, said: Correction) -> Outcome:
        return cases.reclassify(tx, case, said, redraft=self._offers.redraft, due_at=self._due_at)

    def _due_at(self, priority: Priority, start: datetime) -> datetime:
        return sla.due_at(self._settings.promises, priority, start, hours=self._hours)

    def _assign(self, tx: Transaction, case: Case, number: int, *, who: str, now: datetime) -> Outcome:
        operators = self._settings.operators
        to = next((key for key, one in operators.items() if one.telegram == number), None)
        return cases.assign(tx, case, to, who=who, now=now) if to else Outcome(Result.STALE)

    def _merge(self, tx: Transaction, case: Case, other: int, *, who: str, now: datetime) -> Outcome:
        """The newer case goes into the older one, whichever card was pressed."""
        try:
            older, newer = sorted([case, tx.case(other)], key=lambda one: one.id)
        except NotFoundError:
            return Outcome(Result.STALE)
        return cases.merge(tx, newer, older, who=who, now=now)

    def _reopen(self, tx: Transaction, case: Case, *, who: str, now: datetime) -> Outcome:
        if case.merged_into is None:
            return cases.reopen(tx, case, who=who, now=now)
        return cases.unmerge(tx, case, who=who, now=now, redraft=self._offers.redraft, due_at=self._due_at)

    def _hand_off(self, tx: Transaction, case: Case, revision: int, *, who: str, now: datetime) -> Outcome:
        """Where no private message can be sent, the public invitation asks for one."""
        prepare = partial(self._prepared, tx, case)
        invitation = prepare(Purpose.INVITATION)
        if invitation is None:
            return Outcome(Result.NO_DRAFT)
        opening = prepare(Purpose.OPENING) if case.options.private.allowed else None
        if opening is None:
            return cases.offer(tx, case, revision, invitation, who=who, now=now)
        return cases.hand_off(tx, case, revision, invitation, opening, who=who, now=now)

    def _close_publicly(
        self, tx: Transaction, case: Case, revision: int, *, who: str, now: datetime
    ) -> Outcome:
        closing = self._prepared(tx, case, Purpose.CLOSING)
        if closing is None:
            return Outcome(Result.NO_DRAFT)
        return cases.offer(tx, case, revision, closing, who=who, now=now)

    def _move_to_private(
        self, tx: Transaction, case: Case, revision: int, *, who: str, now: datetime
    ) -> Outcome:
        """What must not be said in public goes into the private part, in one press."""
        if case.draft is None:
            return Outcome(Result.NO_DRAFT)
        public, private = without(case.draft.text, self.checked(tx, case).draft)
        if not private or not public:
            return Outcome(Result.STALE)
        kept = Draft(
            public, Visibility.PUBLIC, case.draft.lang, "operator", by=who, purpose=Purpose.INVITATION
        )
        said = f"{case.opening.text}\n\n{_greetless(private)}" if case.opening else private
        opening = Draft(
            said, Visibility.PRIVATE, case.draft.lang, "operator", by=who, purpose=Purpose.OPENING
        )
        return cases.hand_off(tx, case, revision, kept, opening, who=who, now=now)

    def _prepared(self, tx: Transaction, case: Case, purpose: Purpose) -> Draft | None:
        record = tx.record(case.mention_keys[-1])
        if record is None:
            return None
        return self._offers.prepared(purpose, record.mention, case.verdict, case.options)


def _greetless(text: str) -> str:
    """What is put below a message that greets already."""
    return text[greeting_end(text) :].lstrip(" ,!.:;\n")
