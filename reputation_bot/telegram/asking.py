"""Asks the leads in the group about changes of rules.yaml, at most once a week; what a press on the answer does is the handlers' job."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from reputation_bot import proposals
from reputation_bot.errors import OutcomeUnknownError, ReputationBotError
from reputation_bot.i18n import Translate
from reputation_bot.model import Category, Role
from reputation_bot.ports import Button, Message, Storage
from reputation_bot.proposals import Question, Standing
from reputation_bot.settings import Settings
from reputation_bot.telegram.buttons import Act, Pressed, encode
from reputation_bot.telegram.html import line
from reputation_bot.telegram.words import MAX_NAME, category, topic
from reputation_bot.tuning.proposal import Kind, Proposal

log = logging.getLogger(__name__)

_MAX_WORDS = 80  # units

Say = Callable[[Message], bool]  # False: there is no room now


def ask_leads(storage: Storage, settings: Settings, say: Say, *, now: datetime, _: Translate) -> int:
    """Looks for something to ask when a week is over, and sends what is not sent yet; returns how many were sent."""
    if not any(operator.role is Role.LEAD for operator in settings.operators.values()):
        return 0
    with storage.read() as view:
        is_due = proposals.is_due(view, now)
        waiting = [one for one in proposals.questions(view) if one.standing is Standing.NEW]
    if is_due:
        _look(storage, settings, now)
    sent = 0
    for one in waiting:
        if not _send(storage, one, say, _):
            break
        sent += 1
    return sent


def render(asked: Question, people: Mapping[str, str], _: Translate) -> Message:
    """The question with its buttons, or with what was decided and by whom."""
    proposal = asked.proposal
    parts = [f"💡 <b>{_title(proposal, _)}</b>", _why(proposal, _), _effect(proposal, _)]
    if asked.standing not in proposals.DECIDED:
        yes = Button("✅ " + _("Accept"), data=encode(Pressed(Act.ACCEPT, 0, extra=proposal.id)))
        no = Button("❌ " + _("Reject"), data=encode(Pressed(Act.REJECT, 0, extra=proposal.id)))
        return Message("\n".join(parts), ((yes, no),))
    accepted = asked.standing is Standing.ACCEPTED
    text = "✅ " + _("accepted by {name}") if accepted else "❌ " + _("rejected by {name}")
    who = asked.by or ""
    name = line(people.get(who, who.capitalize()), MAX_NAME)
    return Message("\n".join([*parts, f"<b>{text.format(name=name)}</b>"]))


def _look(storage: Storage, settings: Settings, now: datetime) -> None:
    """Slow, so outside the transaction."""
    from reputation_bot.brand.matching import BrandMatcher  # noqa: PLC0415
    from reputation_bot.tuning.history import known  # noqa: PLC0415  # loads what a poll may not need
    from reputation_bot.tuning.learn import learn  # noqa: PLC0415

    with storage.read() as view:
        mentions = known(view)
        done = [one.proposal for one in proposals.questions(view)]
    found = learn(settings, mentions, lambda brand: BrandMatcher(brand).match, done)
    log.info("looked for something to learn mentions=%d proposals=%d", len(mentions), len(found))
    with storage.transaction() as tx:
        if proposals.is_due(tx, now):
            proposals.ask(tx, found, now)


def _send(storage: Storage, asked: Question, say: Say, _: Translate) -> bool:
    """Noted before it leaves: a crash may lose a question, but never asks twice."""
    with storage.transaction() as tx:
        proposals.put(tx, replace(asked, standing=Standing.ASKED))
    try:
        if say(render(asked, {}, _)):
            return True
    except OutcomeUnknownError:
        return False  # it may be there
    except ReputationBotError as error:
        log.warning("question to the leads not sent problem=%s", error)
    with storage.transaction() as tx:
        proposals.put(tx, asked)
    return False


def _title(proposal: Proposal, _: Translate) -> str:
    match proposal.kind:
        case Kind.NOT_US:
            text, value = _("Leave out mentions with «{words}»?"), ""
        case Kind.CATEGORY:
            text = _("Take mentions with «{words}» for {value}?")
            value = category(Category(proposal.value), _)
        case Kind.TOPIC:
            text, value = _("Mentions with «{words}»: are they about {value}?"), topic(proposal.value, _)
    return text.format(words=line(proposal.words, _MAX_WORDS), value=value)


def _why(proposal: Proposal, _: Translate) -> str:
    if proposal.kind is Kind.NOT_US:
        text = _("{some} of {all} mentions that you called “Not us” have these words.")
    else:
        text = _("{some} of {all} mentions that you corrected so have these words.")
    return text.format(some=proposal.corrections, all=proposal.of_corrections)


def _effect(proposal: Proposal, _: Translate) -> str:
    """Nothing is proposed that goes against what people confirmed without saying so."""
    effect = proposal.effect
    if proposal.kind is Kind.NOT_US:
        text = _.ngettext(
            "It would hide {number} of {all} mentions",
            "It would hide {number} of {all} mentions",
            effect.changed,
        )
    else:
        text = _.ngettext(
            "It would change {number} of {all} mentions",
            "It would change {number} of {all} mentions",
            effect.changed,
        )
    text = text.format(number=effect.changed, all=effect.of)
    if not effect.against:
        return text + _(", none against what you confirmed.")
    wrong = ", ".join(f"{number} × {_named(name, proposal.kind, _)}" for name, number in effect.against)
    return text + _(". ⚠️ Of these you had confirmed: {what}").format(what=wrong)


def _named(name: str, kind: Kind, _: Translate) -> str:
    return topic(name, _) if kind is Kind.TOPIC else category(Category(name), _)
