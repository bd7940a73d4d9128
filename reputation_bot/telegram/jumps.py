"""The address under which Telegram opens one message of a group, such as the card of a case."""

from reputation_bot.model import Card

_SUPERGROUP = -1_000_000_000_000  # ids of supergroups are below: core.telegram.org/api/bots/ids, 2026-11


def message_address(chat: int, message_id: int, topic: int | None = None) -> str | None:
    """None in a group that is no supergroup: messages have no address there."""
    if chat > _SUPERGROUP:
        return None
    in_topic = f"{topic}/" if topic else ""
    return f"https://t.me/c/{_SUPERGROUP - chat}/{in_topic}{message_id}"


def address_of(card: Card | None) -> str | None:
    """Where a card hangs, if it does and messages have addresses there."""
    if card is None or card.message_id is None:
        return None
    return message_address(card.chat, card.message_id, card.topic)
