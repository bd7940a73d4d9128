"""Looks on the platform for our replies: for those whose outcome is unknown, and whether the published ones are still there."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from reputation_bot.errors import ReputationBotError
from reputation_bot.model import Mention, Move, Receipt, Reply, ReplyState, Sighting
from reputation_bot.outbox.posting import Clock, ReplierOf, mention_of
from reputation_bot.outbox.settling import arrived, move_of_case
from reputation_bot.ports import Replier, Storage, Watcher
from reputation_bot.text import tidy
from reputation_bot.transitions import ReplyMove

log = logging.getLogger(__name__)

LOOK_FOR = timedelta(days=1)  # how long a lost reply is looked for on the platform
WATCH_FOR = timedelta(days=30)  # how long a published one is looked after
MOST_LOOKS = 20  # a turn, so that nothing else waits for long
_RARELY = timedelta(days=1)  # between two looks at most
_AFTER_FAULT = timedelta(minutes=15)


def read_back(storage: Storage, replier_of: ReplierOf, *, clock: Clock) -> int:
    """Looks on the platform for replies whose outcome is unknown. Returns how many were found; finding nothing proves nothing."""
    now = clock()
    with storage.read() as view:
        unknown = [reply for reply in view.replies(states={ReplyState.UNKNOWN}) if _worth_looking(reply, now)]
    found = 0
    for reply in unknown:
        receipt = _find(storage, replier_of, reply)
        with storage.transaction() as tx:
            current = tx.reply(reply.id)
            if current is None or current.state is not ReplyState.UNKNOWN:
                continue
            if receipt:
                arrived(tx, current, ReplyMove.FIND, receipt, now=clock())
                found += 1
            else:
                tx.put_reply(_look_again(current, clock()), expected=ReplyState.UNKNOWN)
    return found


def watch(storage: Storage, replier_of: ReplierOf, *, clock: Clock) -> int:
    """Looks whether published replies are there, unchanged: soon at first, then ever more rarely. Returns at how many."""
    with storage.read() as view:
        due = view.replies_to_look_for(clock())[:MOST_LOOKS]
    for reply in due:
        try:
            mention = mention_of(storage, reply)
            receipt = _seen(replier_of(mention.channel), reply, mention)
        except ReputationBotError as error:
            log.info("could not look after a reply reply=%s problem=%s", reply.id, error)
            _note_look(storage, reply, reply.sighting, reply.receipt, now=clock(), again=_AFTER_FAULT)
            continue
        except Exception:
            log.exception("replier failed unexpectedly while looking reply=%s", reply.id)
            _note_look(storage, reply, reply.sighting, reply.receipt, now=clock(), again=_RARELY)
            continue
        _note_look(storage, reply, _sighting(reply, receipt), receipt, now=clock())
    return len(due)


def _seen(replier: Replier, reply: Reply, mention: Mention) -> Receipt | None:
    """As the platform shows it now; where it cannot be asked for by its id, it is searched for by its text."""
    if isinstance(replier, Watcher) and reply.receipt and reply.receipt.external_id:
        return replier.look(reply, mention)
    return replier.find(reply, mention)


def _sighting(reply: Reply, receipt: Receipt | None) -> Sighting:
    if receipt is None:
        return Sighting.GONE if reply.seen_at else Sighting.NOT_YET
    is_ours = receipt.text is None or tidy(receipt.text) == tidy(reply.text)
    return Sighting.SEEN if is_ours else Sighting.EDITED


def _note_look(
    storage: Storage,
    reply: Reply,
    sighting: Sighting | None,
    receipt: Receipt | None,
    *,
    now: datetime,
    again: timedelta | None = None,
) -> None:
    """The case changes only when something else than before was seen."""
    with storage.transaction() as tx:
        current = tx.reply(reply.id)
        if current is None or current.state is not ReplyState.SENT:
            return
        seen = sighting in {Sighting.SEEN, Sighting.EDITED} and again is None
        looked = replace(
            current,
            sighting=sighting,
            receipt=_better(current.receipt, receipt),
            seen_at=now if seen else current.seen_at,
            look_at=_next_look(current, now, again),
        )
        tx.put_reply(looked, expected=ReplyState.SENT)
        if sighting is not None and sighting is not current.sighting:
            text = receipt.text or "" if receipt and sighting is Sighting.EDITED else ""
            move_of_case(tx, looked, Move.REPLY_CHANGED, now=now, detail=sighting.value, after=text)


def _better(known: Receipt | None, found: Receipt | None) -> Receipt | None:
    """What was known stays; what only a look can tell is added."""
    if known is None or found is None:
        return known
    return replace(known, external_id=known.external_id or found.external_id, url=known.url or found.url)


def _next_look(reply: Reply, now: datetime, again: timedelta | None) -> datetime | None:
    """After as long again as it has been out, at most a day later."""
    posted_at = reply.receipt.posted_at if reply.receipt else reply.approved_at
    if now - posted_at > WATCH_FOR:
        return None
    return now + (again or min(max(now - posted_at, timedelta(seconds=20)), _RARELY))


def _find(storage: Storage, replier_of: ReplierOf, reply: Reply) -> Receipt | None:
    try:
        mention = mention_of(storage, reply)
        return replier_of(mention.channel).find(reply, mention)
    except ReputationBotError as error:
        log.warning("could not look for a lost reply reply=%s problem=%s", reply.id, error)
    except Exception:
        log.exception("replier failed unexpectedly while looking reply=%s", reply.id)
    return None


def _worth_looking(reply: Reply, now: datetime) -> bool:
    """`not_before` of an unknown reply is when to look next."""
    return reply.not_before <= now and now - (reply.claimed_at or reply.approved_at) < LOOK_FOR


def _look_again(reply: Reply, now: datetime) -> Reply:
    """Waits as long again as it has been lost already: soon at first, then ever more rarely."""
    lost_for = now - (reply.claimed_at or reply.approved_at)
    return replace(reply, not_before=now + max(lost_for, timedelta(seconds=5)))
