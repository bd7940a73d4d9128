"""What would change for stored mentions if other rules were live; writes nothing, and reading the rules is the caller's job."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reputation_bot.i18n import ENGLISH, Translate
from reputation_bot.model import (
    Case,
    CaseStatus,
    Category,
    Correction,
    DismissReason,
    Mention,
    Permission,
    ReplyOptions,
    Verdict,
)
from reputation_bot.named import reason, value
from reputation_bot.ports import Reader
from reputation_bot.settings import ChannelSettings

_UNASKED = Permission(allowed=False)
_NO_OPTIONS = ReplyOptions(_UNASKED, _UNASKED)
_FIELDS = ("category", "topic", "priority")

# the words that make a mention ours (None: it is not) and the verdict
Rejudge = Callable[[Mention, ChannelSettings, ReplyOptions], tuple[tuple[str, ...] | None, Verdict]]


class Kind(StrEnum):
    """What would be different."""

    NEWLY_OURS = "newly_ours"
    NO_LONGER_OURS = "no_longer_ours"
    CATEGORY = "category"
    TOPIC = "topic"
    PRIORITY = "priority"


@dataclass(frozen=True, slots=True)
class Stored:
    """A mention as the store has it: of a case, with the rules' verdict of then, or off-brand, without both."""

    mention: Mention
    at: datetime  # when it was judged
    case: Case | None = None
    verdict: Verdict | None = None
    correction: Correction | None = None
    only_asked: bool = False  # too old to be listed; needed to know whether what follows it is ours


@dataclass(frozen=True, slots=True)
class Change:
    """One difference for one mention. `person` tells what people did with it, `against` whether the change contradicts them."""

    kind: Kind
    mention: Mention
    case_id: int | None
    before: str
    after: str
    person: str | None = None
    against: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """`no_channel` counts mentions of channels that the rules do not name any more; nothing is said about these."""

    mentions: int
    no_channel: int
    changes: tuple[Change, ...]


def stored(view: Reader, since: datetime) -> Iterator[Stored]:
    """All that was judged from then on, case by case and oldest first within each, then the off-brand mentions."""
    known: set[str] = set()
    for case in view.cases(archived=True):
        records = view.records(case.id)
        known.update(record.mention.key for record in records)
        if not any(_judged_at(record.recorded_at, record.edited_at) >= since for record in records):
            continue
        for record in records:
            at = _judged_at(record.recorded_at, record.edited_at)
            yield Stored(record.mention, at, case, record.verdict, record.correction, only_asked=at < since)
    for kept in view.off_brand(since):
        if kept.mention.key not in known:
            yield Stored(kept.mention, kept.judged_at)


def replay(
    found: Iterable[Stored], rejudge: Rejudge, channels: Mapping[str, ChannelSettings], _: Translate = ENGLISH
) -> Outcome:
    """Judges each anew. Mentions of one case must come oldest first, for what carries on a case of ours is ours."""
    mentions = no_channel = 0
    ours: set[int] = set()
    changes: list[Change] = []
    for one in found:
        channel = channels.get(one.mention.channel)
        mentions += not one.only_asked
        if channel is None:
            no_channel += not one.only_asked
            continue
        words, verdict = rejudge(one.mention, channel, one.case.options if one.case else _NO_OPTIONS)
        is_ours = words is not None or (one.case is not None and one.case.id in ours)
        if is_ours and one.case:
            ours.add(one.case.id)
        if not one.only_asked:
            changes += _changes(one, verdict if is_ours else None, _)
    return Outcome(mentions, no_channel, tuple(changes))


def _changes(one: Stored, now: Verdict | None, _: Translate) -> Iterator[Change]:
    """`now` is None when the mention would not be ours."""
    case_id, not_ours = one.case.id if one.case else None, _("not about us")
    if one.verdict is None:
        if now:
            yield Change(Kind.NEWLY_OURS, one.mention, case_id, not_ours, _in_words(now, _))
    elif now is None:
        said = _about_us(one, _)
        against = said is not None and not _said_not_us(one)
        yield Change(
            Kind.NO_LONGER_OURS, one.mention, case_id, _in_words(one.verdict, _), not_ours, said, against
        )
    else:
        for field in _FIELDS:
            before, after = getattr(one.verdict, field), getattr(now, field)
            if before != after:
                person, against = _on(one, field, before, after, _)
                was, would_be = _value(field, before, _), _value(field, after, _)
                yield Change(Kind(field), one.mention, case_id, was, would_be, person, against)


def _about_us(one: Stored, _: Translate) -> str | None:
    """What people did that shows whether it is about us."""
    case, said = one.case, one.correction
    if said and said.not_us:
        return _.pgettext("person", "{name} said that it is not about us").format(name=said.by)
    if case and case.dismissed:
        return _.pgettext("person", "dismissed as {reason}").format(reason=reason(case.dismissed, _))
    if said:
        return _.pgettext("person", "{name} corrected it").format(name=said.by)
    if case and case.answered_at:
        return _.pgettext("person", "answered")
    return _.pgettext("person", "resolved") if case and case.status is CaseStatus.RESOLVED else None


def _said_not_us(one: Stored) -> bool:
    said_so = one.correction is not None and one.correction.not_us
    unwanted = {DismissReason.NOT_US, DismissReason.SPAM, DismissReason.DUPLICATE}
    return said_so or (one.case is not None and one.case.dismissed in unwanted)


def _on(
    one: Stored, field: str, before: str | None, after: str | None, _: Translate
) -> tuple[str | None, bool]:
    """What people said of a field or did by it, and whether the change contradicts them."""
    said = getattr(one.correction, field) if one.correction else None
    if one.correction and said:
        told = _.pgettext("person", "{name} said {what}")
        return told.format(name=one.correction.by, what=value(field, said, _)), after != said
    if field == "category" and one.case and one.case.dismissed is DismissReason.SPAM:
        told = _.pgettext("person", "dismissed as {reason}")
        return told.format(reason=reason(DismissReason.SPAM, _)), before == Category.SPAM
    if one.case and one.case.answered_at:
        told = _.pgettext("person", "answered as {what}")
        return told.format(what=_value(field, before, _)), field == "category"
    return None, False


def _in_words(verdict: Verdict, _: Translate) -> str:
    return ", ".join(value(field, one, _) for field in _FIELDS if (one := getattr(verdict, field)))


def _value(field: str, one: str | None, _: Translate) -> str:
    return _.pgettext("field", "none") if one is None else value(field, one, _)


def _judged_at(recorded_at: datetime, edited_at: datetime | None) -> datetime:
    return edited_at or recorded_at
