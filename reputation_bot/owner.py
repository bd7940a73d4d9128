"""Who holds a piece of work: names this process, tells whether another is gone, and takes claims from the gone."""

import os
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from reputation_bot.ports import Transaction


@cache
def this_process(kind: str) -> str:
    """`kind@host:pid:start`, e.g. "bot@shop:812:1843". `start` tells a process from a later one with the same pid."""
    pid = os.getpid()
    return f"{kind}@{socket.gethostname()}:{pid}:{_started(pid)}"


def kind_of(owner: str) -> str:
    """What the process was started as: "bot", "poll" …"""
    return owner.partition("@")[0]


def is_gone(owner: str) -> bool:
    """True only when the process certainly no longer runs: it was on this machine, and is not there any more."""
    try:
        host, pid, start = owner.partition("@")[2].rsplit(":", 2)
        number = int(pid)
    except ValueError:
        return False
    if host != socket.gethostname():
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return start != _started(number)


def take_claim(tx: Transaction, key: str, owner: str, *, now: datetime, lease: timedelta) -> bool:
    """Claims, without waiting for the lease of a process that is gone. False while somebody living holds it."""
    return bool(take_claims(tx, [key], owner, now=now, lease=lease))


def take_claims(
    tx: Transaction, keys: Iterable[str], owner: str, *, now: datetime, lease: timedelta
) -> list[str]:
    """Claims each of them as `take_claim` does; returns those that are now ours, in the order given."""
    wanted = list(keys)
    held = {claim.key: claim.owner for claim in tx.claims()}
    others = {held[key] for key in wanted if held.get(key, owner) != owner}
    gone = {other for other in others if is_gone(other)}
    for key in wanted:
        if held.get(key) in gone:
            tx.release(key, held[key])
    return [key for key in wanted if tx.claim(key, owner, now=now, lease=lease)]


def _started(pid: int) -> str:
    """Clock ticks from boot to the start of the process; "0" where the system does not say (then only the pid counts)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "0"
    return stat.rpartition(")")[2].split()[19]  # field 22, counted after the name; man 5 proc
