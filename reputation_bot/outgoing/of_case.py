"""The check of what a case would publish next: the draft on the card, and the private part of a hand-off."""

from collections.abc import Sequence
from dataclasses import dataclass

from reputation_bot.model import Case, Draft, Record, Reply, ReplyState, Visibility
from reputation_bot.outgoing import Finding, Links, OutgoingCheck, Place


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check says of either part."""

    draft: tuple[Finding, ...] = ()
    opening: tuple[Finding, ...] = ()

    @property
    def blocked(self) -> tuple[str, ...]:
        """What must not leave, by kind, for the audit; the words themselves stay out of it."""
        found = [*self.opening, *self.draft]
        return tuple(dict.fromkeys(one.kind.value for one in found if one.blocking))


def check_case(
    check: OutgoingCheck, case: Case, records: Sequence[Record], replies: Sequence[Reply]
) -> Checked:
    """Never raises. Nothing to publish, nothing found."""
    place = _Places(case, records, replies)
    draft = check.check(case.draft.text, case.draft.lang, place.of(case.draft)) if case.draft else ()
    opening = (
        check.check(case.opening.text, case.opening.lang, place.of(case.opening)) if case.opening else ()
    )
    return Checked(draft, opening)


class _Places:
    """What was said where in one case."""

    def __init__(self, case: Case, records: Sequence[Record], replies: Sequence[Reply]) -> None:
        self._case = case
        self._texts: dict[Visibility, list[str]] = {one: [] for one in Visibility}
        for record in records:
            mention = record.mention
            self._texts[mention.visibility] += [mention.text, mention.title or ""]
        for reply in replies:
            if reply.state is ReplyState.SENT:
                self._texts[reply.visibility].append(reply.text)
        self._texts[Visibility.PUBLIC] += [case.author.name, case.author.handle or ""]

    def of(self, draft: Draft) -> Place:
        """The private part of a hand-off that stands on the card has not been said yet, but is meant to stay private."""
        case = self._case
        permission = case.options.at(draft.visibility)
        opening = [case.opening.text] if case.opening and draft is not case.opening else []
        return Place(
            draft.visibility,
            customer_lang=case.verdict.lang,
            permission=permission,
            links=Links.CHARGED if permission.link_cost else Links.ALLOWED,
            private_texts=(*self._texts[Visibility.PRIVATE], *opening),
            public_texts=tuple(self._texts[Visibility.PUBLIC]),
        )
