"""Changes of rules.yaml that the leads are asked about, and what they decided; finding them is `tuning.learn`'s job."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from reputation_bot.i18n import Translate
from reputation_bot.ports import Reader, Transaction
from reputation_bot.tuning.proposal import Kind, Proposal

ASK_EVERY = timedelta(days=7)
LOOK_EVERY = timedelta(days=1)  # as long as there was nothing to ask
MOST_AT_ONCE = 5  # questions; people stop reading the tenth
_REMEMBERED = 500  # questions
_KEY = "rules.proposals"

Amend = Callable[[Proposal, str], None]  # writes it into rules.yaml, with this comment; raises ConfigError


class Standing(StrEnum):
    """How far a question has got."""

    NEW = "new"  # not in the chat yet
    ASKED = "asked"  # noted before it is sent: a crash loses a question, it never asks twice
    ACCEPTED = "accepted"
    REJECTED = "rejected"


DECIDED = frozenset({Standing.ACCEPTED, Standing.REJECTED})


@dataclass(frozen=True, slots=True)
class Question:
    """A proposal as the leads see it. `by` is the operator's key of whoever decided."""

    proposal: Proposal
    standing: Standing = Standing.NEW
    by: str | None = None


def questions(view: Reader) -> list[Question]:
    """All that is remembered, oldest first."""
    return msgspec.convert(_state(view).get("questions", []), list[Question])


def question(view: Reader, proposal_id: str) -> Question | None:
    """The one with this id."""
    return next((one for one in questions(view) if one.proposal.id == proposal_id), None)


def is_due(view: Reader, now: datetime) -> bool:
    """Whether it is time to look for something to ask: a week after the last questions, a day after looking in vain."""
    after = _state(view).get("after")
    return after is None or datetime.fromisoformat(after) <= now


def ask(tx: Transaction, found: Iterable[Proposal], now: datetime) -> None:
    """Remembers the first few as questions to be sent, and when to look again. Those asked before stay as they are."""
    known = questions(tx)
    ids = {one.proposal.id for one in known}
    new = [Question(one) for one in found if one.id not in ids][:MOST_AT_ONCE]
    _put(tx, [*known, *new], now + (ASK_EVERY if new else LOOK_EVERY))


def put(tx: Transaction, changed: Question) -> None:
    """In the place of the same question, or as the newest."""
    kept = [changed if one.proposal.id == changed.proposal.id else one for one in questions(tx)]
    _put(tx, kept if changed in kept else [*kept, changed])


def decide(tx: Transaction, asked: Question, standing: Standing, who: str) -> Question:
    """Returns it decided, as it is now remembered."""
    decided = replace(asked, standing=standing, by=who)
    put(tx, decided)
    return decided


def remark(proposal: Proposal, name: str, now: datetime, _: Translate) -> str:
    """The comment that stands over the change in rules.yaml: who, when and why."""
    if proposal.kind is Kind.NOT_US:
        why = _("{some} of {all} mentions that were not about us have these words")
    else:
        why = _("{some} of {all} mentions that were corrected to {value} have these words")
    because = why.format(some=proposal.corrections, all=proposal.of_corrections, value=proposal.value)
    text = _("accepted by {name} on {day}: {why}")
    return text.format(name=name, day=now.date().isoformat(), why=because)


def _state(view: Reader) -> dict[str, Any]:
    return view.value(_KEY) or {}


def _put(tx: Transaction, asked: list[Question], after: datetime | None = None) -> None:
    kept = {"questions": msgspec.to_builtins(asked[-_REMEMBERED:])}
    when = {"after": after.isoformat()} if after else {}
    tx.put_value(_KEY, {**_state(tx), **kept, **when})
