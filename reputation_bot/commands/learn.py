"""Prints what the corrections propose to change in rules.yaml, each with what it would do, and writes one that is accepted."""

import json
import os
from dataclasses import asdict, replace
from typing import Any

import click

from reputation_bot import named, proposals
from reputation_bot.app import App
from reputation_bot.brand.matching import BrandMatcher
from reputation_bot.config import language
from reputation_bot.errors import NotFoundError
from reputation_bot.i18n import Translate, translator
from reputation_bot.proposals import Question, Standing
from reputation_bot.tuning.history import known
from reputation_bot.tuning.learn import AT_LEAST, RARE, learn
from reputation_bot.tuning.proposal import Kind, Proposal


def list_proposals(app: App, *, as_json: bool) -> None:
    """All but those that a lead has decided about."""
    found = _found(app)
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in found], ensure_ascii=False))
        return
    _ = language.for_settings(app.settings, os.environ)
    for one in found:
        click.echo("\n".join(_in_words(one, _)))
    if found:
        click.echo(_("Accept one with: reputation-bot rules learn --accept ID"), err=True)
    else:
        nothing = _.pgettext(
            "learn",
            "nothing to propose: it takes {least} corrections that share words which at most one in {rare} "
            "confirmed mentions holds against them",
        )
        click.echo(nothing.format(least=AT_LEAST, rare=RARE), err=True)


def accept(app: App, proposal_id: str, by: str) -> None:
    """Writes it into rules.yaml. Raises NotFoundError, or ConfigError with the file as it was."""
    proposal = next((one for one in _found(app) if one.id == proposal_id), None)
    if proposal is None:
        raise NotFoundError(f"there is no proposal {proposal_id}: see reputation-bot rules learn")
    with app.storage.transaction() as tx:
        asked = proposals.question(tx, proposal_id) or Question(proposal)
        if asked.standing in proposals.DECIDED:
            raise NotFoundError(f"{asked.by} has decided about {proposal_id} meanwhile")
        comment = proposals.remark(proposal, by, app.now(), translator(app.settings.language))
        app.amend(proposal, comment)
        proposals.decide(tx, replace(asked, proposal=proposal), Standing.ACCEPTED, by)
    _ = language.for_settings(app.settings, os.environ)
    click.echo(
        _.pgettext("learn", "written into {file}: {what}").format(
            file=app.config.path, what=_what(proposal, _)
        )
    )


def _found(app: App) -> list[Proposal]:
    with app.storage.read() as view:
        mentions, asked = known(view), proposals.questions(view)
    done = [one.proposal for one in asked if one.standing in proposals.DECIDED]
    return learn(app.settings, mentions, lambda brand: BrandMatcher(brand).match, done)


def _in_words(one: Proposal, _: Translate) -> list[str]:
    return [f"{one.id}  {_what(one, _)}", f"  {_because(one, _)}", f"  {_would(one, _)}"]


def _what(one: Proposal, _: Translate) -> str:
    """What would be written; values as the file has them."""
    if one.kind is Kind.NOT_US:
        return _.pgettext("learn", "leave out «{words}» (brand.not)").format(words=one.words)
    told = _.pgettext("learn", "«{words}» means {field} {value} (rules)")
    return told.format(words=one.words, field=named.field(one.kind, _), value=_value(one, _))


def _because(one: Proposal, _: Translate) -> str:
    told = (
        _.pgettext("learn", "because {some} of {all} mentions called not us have these words")
        if one.kind is Kind.NOT_US
        else _.pgettext("learn", "because {some} of {all} mentions corrected to {value} have these words")
    )
    return told.format(some=one.corrections, all=one.of_corrections, value=_value(one, _))


def _would(one: Proposal, _: Translate) -> str:
    effect = one.effect
    told = (
        _.pgettext("learn", "would hide {number} of {all} stored mentions: {mended} as corrected, {against}")
        if one.kind is Kind.NOT_US
        else _.pgettext(
            "learn", "would change {number} of {all} stored mentions: {mended} as corrected, {against}"
        )
    )
    confirmed = _.pgettext("learn", "{number} confirmed as {name}")
    of = "topic" if one.kind is Kind.TOPIC else "category"
    against = ", ".join(
        confirmed.format(number=number, name=named.value(of, name, _)) for name, number in effect.against
    )
    none = _.pgettext("learn", "none against what people confirmed")
    return told.format(number=effect.changed, all=effect.of, mended=effect.mended, against=against or none)


def _value(one: Proposal, _: Translate) -> str:
    return named.value(one.kind, one.value, _)


def _as_json(one: Proposal) -> dict[str, Any]:
    return {"id": one.id, **asdict(one), "effect": asdict(one.effect) | {"against": dict(one.effect.against)}}
