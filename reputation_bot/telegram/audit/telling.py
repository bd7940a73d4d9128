"""Tells the acts on a case one by one: when, who, what, and whose words go with it; each act's sentence is `acts`' job."""

from dataclasses import dataclass
from datetime import datetime

from reputation_bot.model import Case, Move, ReplyState
from reputation_bot.ports import Reader
from reputation_bot.telegram.audit.about import About, abouts
from reputation_bot.telegram.audit.acts import sentence_of
from reputation_bot.telegram.words import Words

PARTS = "\n---\n"  # between the private and the public text of a hand-off


@dataclass(frozen=True, slots=True)
class Told:
    """One act. `who` and `what` are escaped for Telegram HTML and hold no tags; the texts are whole, as somebody wrote them."""

    at: datetime
    sign: str
    who: str  # a name; empty where nobody did it
    what: str  # goes on from the name, or stands alone
    text: str = ""  # what was written, noted, drafted or published
    before: str = ""  # what `text` took the place of
    url: str | None = None  # where the published answer stands


def told(view: Reader, case: Case, words: Words) -> list[Told]:
    """The whole audit of a case, in the order in which it was written; archived cases too. Nothing stored makes it raise."""
    return [told_about(about, words) for about in abouts(view, case)]


def told_about(about: About, words: Words) -> Told:
    """One line of it."""
    event, said = about.event, sentence_of(about, words)
    before, text = _texts(about)
    return Told(event.at, said.sign, said.who, said.what, text, before, _address(about))


def _texts(about: About) -> tuple[str, str]:
    """Before and after. What went out is quoted where it is told that it did, and not where it was approved."""
    event, record, reply = about.event, about.record, about.reply
    text = ""
    match event.move:
        case Move.OPEN | Move.AUTHOR_WROTE if (
            record and record.edited_at is None
        ):  # else it is not what was written then
            text = record.mention.text
        case Move.MENTION_EDITED | Move.MENTION_DELETED if record:
            text = record.mention.text
        case Move.EDIT | Move.OTHER_DRAFT | Move.HAND_OFF:
            return _changed(event.before, event.after)
        case Move.APPROVE if reply is None or reply.state is not ReplyState.SENT:
            text = event.after
        case Move.ANSWERED | Move.CONFIRM_SENT | Move.ACKNOWLEDGED if reply:
            text = reply.text
        case Move.NOTE | Move.ACKNOWLEDGE | Move.DONE_BY_HAND | Move.REPLY_CHANGED:
            text = event.after
    return "", text


def _changed(before: str, after: str) -> tuple[str, str]:
    """Of two texts with as many parts only those that differ; nothing where a part was only taken away, or turned to private."""
    were, are = before.split(PARTS), after.split(PARTS)
    if len(were) == len(are):
        pairs = [(old, new) for old, new in zip(were, are, strict=True) if old != new]
        were, are = [old for old, _ in pairs], [new for _, new in pairs]
    elif were[1:] == are:
        return "", ""
    return PARTS.join(were), PARTS.join(are)


def _address(about: About) -> str | None:
    """Where what this act brought out can be seen."""
    receipt = about.reply.receipt if about.reply else None
    match about.event.move:
        case Move.ANSWERED | Move.CONFIRM_SENT | Move.ACKNOWLEDGED | Move.DONE_BY_HAND:
            return receipt.url if receipt else None
        case _:
            return None
