"""Who may write to the chat: one process at a time, the bot while it lives, a poll only when no bot has been alive for two minutes."""

from datetime import datetime, timedelta

from reputation_bot.owner import is_gone, kind_of, take_claim
from reputation_bot.ports import Reader, Storage

SENDER = "sender"  # the claim; a bot renews it as its heartbeat and leaves it behind when it stops
ALIVE_FOR = timedelta(minutes=2)  # a bot not heard of for longer is taken for dead
BEAT = timedelta(seconds=40)  # how often the bot renews: twice may fail


def hold(storage: Storage, owner: str, *, now: datetime) -> str | None:
    """Becomes or stays the sender and returns None, or returns who is.

    A bot takes over at once from a process that is gone. A poll waits out a bot's two minutes even so: the bot is most likely being
    restarted, and would find its chat in other hands.
    """
    with storage.transaction() as tx:
        for claim in tx.claims():
            rival = claim.key == SENDER and claim.owner != owner and claim.until > now
            if rival and not (
                is_gone(claim.owner) and (kind_of(owner) == "bot" or kind_of(claim.owner) != "bot")
            ):
                return claim.owner
        take_claim(tx, SENDER, owner, now=now, lease=ALIVE_FOR)
        return None


def is_held(view: Reader, *, now: datetime) -> bool:
    """Whether some process is the sender, as far as its claim tells."""
    return any(claim.key == SENDER and claim.until > now for claim in view.claims())


def let_go(storage: Storage, owner: str) -> None:
    """A poll is done with the chat."""
    with storage.transaction() as tx:
        tx.release(SENDER, owner)
