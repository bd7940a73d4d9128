"""Short messages that answer a card where people shall notice: an edit of the card makes no sound."""

from reputation_bot.model import Case, Record
from reputation_bot.ports import Message
from reputation_bot.telegram.cards import said
from reputation_bot.telegram.html import compose
from reputation_bot.telegram.words import Words


def follow_up(case: Case, record: Record, words: Words) -> Message:
    """What the author wrote since."""
    author = words.author(case.author.name, case.author.handle)
    return Message(
        compose(
            [f"{said.again(record, words)} · {author} · <b>#{case.id}</b>", *said.quoted(record, 0, words)]
        )
    )


def awake(case: Case, words: Words) -> Message:
    """A snoozed case is back."""
    _ = words.translate
    author = words.author(case.author.name, case.author.handle)
    who = f" · 👤 {words.person(case.assignee)}" if case.assignee else ""
    again = _("It is time again")
    return Message(f"⏰ {again} · {author} · <b>#{case.id}</b>{who}")
