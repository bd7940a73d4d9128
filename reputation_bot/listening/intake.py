"""A batch of mentions into the store: what is new, what was edited, whose case it is; fetching it is `polling`'s job."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from reputation_bot import copies
from reputation_bot.copies import marks_of
from reputation_bot.listening import threads
from reputation_bot.listening.judge import Judge, Judgement
from reputation_bot.model import (
    Case,
    CaseEvent,
    CaseStatus,
    Category,
    Draft,
    Mention,
    Move,
    Record,
    ReplyOptions,
    Thread,
    Verdict,
)
from reputation_bot.ports import Reader, Transaction
from reputation_bot.promises import sla
from reputation_bot.promises.hours import ALWAYS, Hours
from reputation_bot.settings import ChannelSettings, Promises
from reputation_bot.text import cut
from reputation_bot.transitions import move_case

BOT = "bot"  # who, in the audit, for what no person did
OFF_BRAND_A_POLL = 2000  # are kept to try other rules on; of more, housekeeping would drop the rest
OFF_BRAND_CHARS = 1000  # of title and of text; enough to try other rules on, and the store stays small


@dataclass(frozen=True, slots=True)
class Tally:
    """How the mentions of one batch divided; `opened` counts cases."""

    new: int = 0
    seen: int = 0
    updated: int = 0
    off_brand: int = 0
    opened: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """A mention that looks new or changed, with all that is slow to find out about it."""

    mention: Mention
    fingerprint: str
    options: ReplyOptions
    judgement: Judgement


def fingerprint(mention: Mention) -> str:
    """Changes when the author edits text, title or stars; not when the platform re-dates it."""
    parts = (mention.title or "", mention.text, str(mention.rating), mention.visibility.value)
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=6).hexdigest()


def judge_news(
    view: Reader,
    mentions: Iterable[Mention],
    *,
    judge: Judge,
    channel: ChannelSettings,
    options_of: Callable[[Mention], ReplyOptions],
) -> list[Judged]:
    """Judges what the view has not seen in this form, oldest first. Slow, so done before the transaction.

    What is about somebody else gets no verdict, unless it carries on a case.
    """
    news = [
        (mention, mark)
        for mention in _oldest_first(mentions)
        if view.seen(mention.channel, mention.external_id) != (mark := fingerprint(mention))
    ]
    judged = [
        Judged(
            mention,
            mark,
            options := options_of(mention),
            judge.judge(mention, channel, options, threads.background_of(view, mention)),
        )
        for mention, mark in news
    ]
    _work_out(view, judged)
    return judged


def record_batch(
    tx: Transaction,
    mentions: Sequence[Mention],
    judged: Sequence[Judged],
    *,
    promises: Promises,
    now: datetime,
    hours: Hours = ALWAYS,
    skip_before: datetime | None = None,
    room: int = OFF_BRAND_A_POLL,
) -> Tally:
    """Writes what is still news inside the transaction: another process may have recorded it since it was judged.

    Mentions created before `skip_before` are only noted as seen. All mentions shown are marked as seen on this day. Of those that
    are not about us so many are kept as there is `room` for.
    """
    tally = Tally(seen=len({mention.key for mention in mentions}) - len(judged))
    for item in judged:
        counted = _record(tx, item, promises=promises, hours=hours, now=now, skip_before=skip_before)
        if "off_brand" in counted and tally.off_brand < room:
            tx.put_off_brand(_shortened(item.mention), now)
        tally = replace(tally, **{name: getattr(tally, name) + 1 for name in counted})
    news = {item.mention.key: item.fingerprint for item in judged}
    marks: dict[str, dict[str, str]] = {}
    for mention in mentions:
        mark = news.get(mention.key) or fingerprint(mention)
        marks.setdefault(mention.channel, {})[mention.external_id] = mark
    for channel, fingerprints in marks.items():
        tx.mark_seen(channel, fingerprints, now.date())
    return tally


def mark_gone(tx: Transaction, channel: str, external_ids: Iterable[str], *, now: datetime) -> int:
    """Notes on their cases that the platform no longer shows these mentions; returns of how many that is news."""
    noted = 0
    for external_id in external_ids:
        record = tx.record(f"{channel}:{external_id}")
        if record is None or record.gone_at is not None:
            continue
        tx.put_record(replace(record, gone_at=now))
        case = tx.case(record.case_id)
        moved, event = move_case(case, Move.MENTION_DELETED, who=BOT, now=now, detail=external_id)
        tx.put_case(moved)
        tx.append_event(case.id, event)
        noted += 1
    return noted


def _record(
    tx: Transaction,
    item: Judged,
    *,
    promises: Promises,
    hours: Hours,
    now: datetime,
    skip_before: datetime | None,
) -> tuple[str, ...]:
    """Returns the names of the Tally's fields that this mention counts in."""
    mention = item.mention
    if tx.seen(mention.channel, mention.external_id) == item.fingerprint:
        return ("seen",)
    if known := tx.record(mention.key):
        _update(tx, item, known, now=now)
        return ("updated",)
    case = threads.case_of(tx, mention)
    if case:
        _carry_on(tx, case, item, promises=promises, hours=hours, now=now)
        return ("new",)
    if item.judgement.words is None:
        return ("off_brand",)
    if skip_before and mention.created_at and mention.created_at < skip_before:
        return ("seen",)
    return _begin(tx, item, promises=promises, hours=hours, now=now)


def _begin(
    tx: Transaction, item: Judged, *, promises: Promises, hours: Hours, now: datetime
) -> tuple[str, ...]:
    """A case of its own, unless we know the text from another place."""
    if original := copies.original_of(tx, item.mention):
        _join_copy(tx, original, item, now=now)
        return ("new",)
    _open(tx, item, promises=promises, hours=hours, now=now)
    return ("new", "opened")


def _work_out(view: Reader, judged: Iterable[Judged]) -> None:
    """Has every verdict ready that recording will ask for, but for a case that another process opens just now."""
    opened: set[tuple[str, str]] = set()  # places where a case will be by then
    for item in judged:
        mention = item.mention
        place = mention.thread, mention.author.key
        is_needed = item.judgement.words is not None or place in opened
        if is_needed or view.record(mention.key) or threads.case_of(view, mention):
            _ = item.judgement.worked_out
            opened.add(place)


def _open(tx: Transaction, item: Judged, *, promises: Promises, hours: Hours, now: datetime) -> None:
    mention, verdict = item.mention, item.judgement.verdict
    case = tx.open_case(
        Case(
            id=0,
            version=0,
            status=CaseStatus.OPEN,
            channel=mention.channel,
            thread=mention.thread,
            author=mention.author,
            verdict=verdict,
            options=item.options,
            opened_at=now,
            due_at=sla.due_at(promises, verdict.priority, now, hours=hours),
            mention_keys=(mention.key,),
            drafts=item.judgement.drafts,
        )
    )
    tx.put_record(Record(mention, case.id, verdict, recorded_at=now, marks=marks_of(mention)))
    tx.append_event(case.id, CaseEvent(at=now, who=BOT, move=Move.OPEN, detail=f"{verdict.category}"))


def _carry_on(
    tx: Transaction, case: Case, item: Judged, *, promises: Promises, hours: Hours, now: datetime
) -> None:
    mention, verdict = item.mention, item.judgement.verdict
    tx.put_record(Record(mention, case.id, verdict, recorded_at=now, marks=marks_of(mention)))
    stays_closed = case.status is CaseStatus.DISMISSED
    promised = case.due_at or sla.due_at(promises, verdict.priority, now, hours=hours)
    moved, event = move_case(
        case,
        Move.AUTHOR_WROTE,
        who=BOT,
        now=now,
        detail=mention.visibility.value,
        mention_keys=(*case.mention_keys, mention.key),
        verdict=_weightier(case, verdict),
        options=item.options,
        due_at=None if stays_closed else promised,
        closed_at=case.closed_at if stays_closed else None,
        snoozed_until=None,
        **_new_drafts(case, item.judgement.drafts),
    )
    tx.put_case(moved)
    tx.append_event(case.id, event)


def _join_copy(tx: Transaction, original: Record, item: Judged, *, now: datetime) -> None:
    """The case of the original shows where else the text stands; nothing is owed twice."""
    mention, case = item.mention, tx.case(original.case_id)
    key = original.copy_of or original.mention.key
    tx.put_record(Record(mention, case.id, item.judgement.verdict, now, marks=marks_of(mention), copy_of=key))
    place = Thread(mention.channel, mention.thread, mention.author.key, mention.visibility)
    # what somebody says who has repeated the text is another one's story
    places = [place] if copies.is_same_author(mention, original.mention) else []
    threads_now = tuple(dict.fromkeys([*case.threads, *places]))
    moved, event = move_case(
        case, Move.COPY_FOUND, who=BOT, now=now, detail=mention.channel, threads=threads_now
    )
    tx.put_case(moved)
    tx.append_event(case.id, event)


def _update(tx: Transaction, item: Judged, known: Record, *, now: datetime) -> None:
    first_rating = known.mention.rating if known.first_rating is None else known.first_rating
    edited = replace(known, mention=item.mention, verdict=item.judgement.verdict, edited_at=now)
    edited = replace(edited, first_rating=first_rating, gone_at=None, marks=marks_of(item.mention))
    tx.put_record(edited)
    case = tx.case(known.case_id)
    is_latest = case.mention_keys[-1] == item.mention.key
    changes = _new_drafts(case, item.judgement.drafts) if is_latest else {}
    if is_latest:
        changes |= {"verdict": item.judgement.verdict, "options": item.options}
    moved, event = move_case(
        case, Move.MENTION_EDITED, who=BOT, now=now, detail=_what_changed(known, item), **changes
    )
    tx.put_case(moved)
    tx.append_event(case.id, event)


def _what_changed(known: Record, item: Judged) -> str:
    before, after = known.mention.rating, item.mention.rating
    return f"rating {before} -> {after}" if before != after else "text"


def _weightier(case: Case, verdict: Verdict) -> Verdict:
    """While an answer is owed, a friendlier second message does not hide the first; one that says nothing by itself never does."""
    owed = case.due_at is not None and case.verdict.priority.rank > verdict.priority.rank
    return case.verdict if owed or verdict.category is Category.OTHER else verdict


def _new_drafts(case: Case, drafts: tuple[Draft, ...]) -> dict[str, Any]:
    """What an operator wrote is kept among the alternatives; a new revision makes old buttons stale."""
    written = tuple(draft for draft in case.drafts if draft.by)
    return {"drafts": (*drafts, *written), "shown_draft": 0, "opening": None, "revision": case.revision + 1}


def _shortened(mention: Mention) -> Mention:
    title = mention.title and cut(mention.title, OFF_BRAND_CHARS)
    return replace(mention, title=title, text=cut(mention.text, OFF_BRAND_CHARS))


def _oldest_first(mentions: Iterable[Mention]) -> list[Mention]:
    """An answer comes after what it answers, so that both find the same case; undated ones last, as the platform gave them."""
    last = datetime.max.replace(tzinfo=UTC)
    unique = {mention.key: mention for mention in mentions}
    return sorted(unique.values(), key=lambda mention: mention.created_at or last)
