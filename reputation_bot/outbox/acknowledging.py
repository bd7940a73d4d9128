"""Tells authors that their mention has arrived, where rules.yaml and the platform want it; whether to is `acknowledgement`'s decision."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from reputation_bot.listening.intake import BOT
from reputation_bot.model import Case, CaseStatus, Draft, Move, Purpose, Record, Reply, ReplyState, Visibility
from reputation_bot.ports import Reader, Storage, Transaction
from reputation_bot.promises import sla
from reputation_bot.promises.acknowledgement import should_acknowledge
from reputation_bot.promises.hours import Hours
from reputation_bot.settings import Settings
from reputation_bot.transitions import move_case

log = logging.getLogger(__name__)

# the text for a mention, its verdict and the visibility, with the longest wait filled in; None where there is none that fits
Worded = Callable[[Case, Record, Visibility, timedelta], Draft | None]


def acknowledge_due(storage: Storage, settings: Settings, worded: Worded, *, now: datetime) -> int:
    """Approves the acknowledgements that are due, in the bot's own name; returns how many. Posting them is `post_due`'s job."""
    if not settings.acknowledge:
        return 0
    hours = Hours.of(settings)
    with storage.read() as view:
        open_cases = view.cases(statuses={CaseStatus.OPEN})
        due = [case.id for case in open_cases if _where(view, case, settings, hours, now)]
    done = 0
    for case_id in due:
        with storage.transaction() as tx:
            done += _acknowledge(tx, tx.case(case_id), settings, hours, worded, now)
    return done


def _where(
    view: Reader, case: Case, settings: Settings, hours: Hours, now: datetime
) -> tuple[Record, Visibility] | None:
    if case.channel not in settings.acknowledge or view.reply(f"{case.id}.0"):
        return None
    record = view.record(case.mention_keys[-1])
    if record is None:
        return None
    replies = view.replies(case_id=case.id)
    visibility = should_acknowledge(case, record, replies, settings, hours, now, case.options)
    return (record, visibility) if visibility else None


def _acknowledge(
    tx: Transaction, case: Case, settings: Settings, hours: Hours, worded: Worded, now: datetime
) -> bool:
    found = _where(tx, case, settings, hours, now)
    if found is None:
        return False
    record, visibility = found
    wait = sla.wait(settings.promises, case.verdict.priority, now, hours=hours)
    draft = worded(case, record, visibility, wait)
    if draft is None:
        log.warning("no acknowledgement fits case=%s", case.id)
        return False
    tx.put_reply(_reply(case, record, draft, now), expected=None)
    moved, event = move_case(case, Move.ACKNOWLEDGE, who=BOT, now=now, detail=visibility, after=draft.text)
    tx.put_case(moved)
    tx.append_event(case.id, event)
    return True


def _reply(case: Case, record: Record, draft: Draft, now: datetime) -> Reply:
    """Revision 0: there is one id for it in each case, so it cannot be made twice."""
    return Reply(
        id=f"{case.id}.0",
        case_id=case.id,
        revision=0,
        mention_key=record.mention.key,
        visibility=draft.visibility,
        text=draft.text,
        lang=draft.lang,
        state=ReplyState.PENDING,
        approved_by=BOT,
        approved_at=now,
        not_before=now,
        purpose=Purpose.ACKNOWLEDGEMENT,
    )
