"""Prints what the corrections propose to change in rules.yaml, each with what it would do, and writes one that is accepted."""

import json
from dataclasses import asdict, replace
from typing import Any

import click

from reputation_bot import proposals
from reputation_bot.app import App
from reputation_bot.brand.matching import BrandMatcher
from reputation_bot.errors import NotFoundError
from reputation_bot.i18n import translator
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
    for one in found:
        click.echo("\n".join(_in_words(one)))
    if found:
        click.echo("Accept one with: reputation-bot rules learn --accept ID", err=True)
    else:
        click.echo(
            f"nothing to propose: it takes {AT_LEAST} corrections that share words which at most one in {RARE} "
            "confirmed mentions holds against them",
            err=True,
        )


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
    click.echo(f"written into {app.config.path}: {_what(proposal)}")


def _found(app: App) -> list[Proposal]:
    with app.storage.read() as view:
        mentions, asked = known(view), proposals.questions(view)
    done = [one.proposal for one in asked if one.standing in proposals.DECIDED]
    return learn(app.settings, mentions, lambda brand: BrandMatcher(brand).match, done)


def _in_words(one: Proposal) -> list[str]:
    effect = one.effect
    what = "hide" if one.kind is Kind.NOT_US else "change"
    like = "called not us" if one.kind is Kind.NOT_US else f"corrected to {one.value}"
    against = ", ".join(f"{number} confirmed as {name}" for name, number in effect.against)
    counts = f"{effect.mended} as corrected, {against or 'none against what people confirmed'}"
    return [
        f"{one.id}  {_what(one)}",
        f"  because {one.corrections} of {one.of_corrections} mentions {like} have these words",
        f"  would {what} {effect.changed} of {effect.of} stored mentions: {counts}",
    ]


def _what(one: Proposal) -> str:
    return (
        f"leave out «{one.words}» (brand.not)"
        if one.kind is Kind.NOT_US
        else f"«{one.words}» means {one.kind} {one.value} (rules)"
    )


def _as_json(one: Proposal) -> dict[str, Any]:
    return {"id": one.id, **asdict(one), "effect": asdict(one.effect) | {"against": dict(one.effect.against)}}
