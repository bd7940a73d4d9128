"""Whether the bot itself may tell an author that a mention has arrived; what it says is a canned response, sending it is for others."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from reputation_bot.corrections import corrected
from reputation_bot.model import (
    Case,
    CaseStatus,
    Mention,
    Purpose,
    Record,
    Reply,
    ReplyOptions,
    ReplyState,
    Visibility,
)
from reputation_bot.promises.hours import Hours
from reputation_bot.settings import Acknowledge, AcknowledgeWhen, Settings

FRESH = timedelta(hours=24)  # “we have received your message” about last week's would be a mockery
_NOTHING_WENT_OUT = frozenset({ReplyState.CANCELLED, ReplyState.FAILED})


def should_acknowledge(
    case: Case,
    record: Record,
    replies: Iterable[Reply],
    settings: Settings,
    hours: Hours,
    now: datetime,
    options: ReplyOptions,
) -> Visibility | None:
    """Where to acknowledge the mention of this record, the newest of its case; None: not at all.

    `replies` are all of the case. Once in a case, and never beside an answer that is there or on its way; never what is gone, older
    than a day or of unknown age; only where the platform's rules allow an automatic message. Spam and praise no settings can name.
    """
    wanted = settings.acknowledge.get(case.channel)
    if wanted is None or not options.automatic:
        return None
    if not _is_waiting(case, record, now) or any(_stands_in_the_way(reply) for reply in replies):
        return None
    if not _is_of_the_kind(record, wanted) or not _is_the_hour(wanted, hours, now):
        return None
    visibility = _visibility(record.mention, wanted)
    return visibility if _is_allowed(options, visibility, now) else None


def _is_waiting(case: Case, record: Record, now: datetime) -> bool:
    """An answer is owed to this very mention, and nobody has given any in this case."""
    created_at = record.mention.created_at
    return (
        case.status is CaseStatus.OPEN
        and case.due_at is not None
        and case.answered_at is None
        and case.mention_keys[-1] == record.mention.key
        and record.gone_at is None
        and created_at is not None
        and now - created_at <= FRESH
    )


def _stands_in_the_way(reply: Reply) -> bool:
    """An acknowledgement that failed or was taken back is not tried again: a person has seen it."""
    return reply.purpose is Purpose.ACKNOWLEDGEMENT or reply.state not in _NOTHING_WENT_OUT


def _is_of_the_kind(record: Record, wanted: Acknowledge) -> bool:
    if record.correction is not None and record.correction.not_us:
        return False
    verdict = corrected(record.verdict, record.correction)
    return verdict.category in wanted.category


def _is_the_hour(wanted: Acknowledge, hours: Hours, now: datetime) -> bool:
    return wanted.when is AcknowledgeWhen.ALWAYS or not hours.is_open(now)


def _visibility(mention: Mention, wanted: Acknowledge) -> Visibility:
    """What was said in private is never spoken of in public, whatever is configured."""
    if mention.visibility is Visibility.PRIVATE:
        return Visibility.PRIVATE
    return wanted.visibility or mention.visibility


def _is_allowed(options: ReplyOptions, visibility: Visibility, now: datetime) -> bool:
    permission = options.at(visibility)
    return permission.allowed and (permission.closes_at is None or now < permission.closes_at)
