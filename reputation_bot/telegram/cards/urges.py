"""What the group reads of answers that are due or late: one case in answer to its card, several in one list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reputation_bot.model import Card, Case
from reputation_bot.ports import Button, Message
from reputation_bot.telegram.buttons import Act, Pressed, encode
from reputation_bot.telegram.cards.calling import bell, called
from reputation_bot.telegram.jumps import address_of
from reputation_bot.telegram.words import Words

MOST_LISTED = 10  # a longer list nobody reads; /inbox has them all
_CALLED, _LEADS_CALLED = 3, 5  # people; of a longer list nobody feels meant
_IN_A_ROW = 5  # buttons
_MAX_NAME = 24  # units
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Owed:
    """A case whose author waits for an answer, and the operators whom its topic concerns."""

    case: Case
    card: Card | None = None
    looked_after_by: Sequence[str] = ()

    @property
    def address(self) -> str | None:
        """Where its card hangs, if that has an address."""
        return address_of(self.card)


def reminder(owed: Sequence[Owed], operators: Mapping[str, int], words: Words) -> Message:
    """Answers that are due soon, the first due first; whoever has a case is called, else those who look after its topic."""
    _ = words.translate
    if len(owed) == 1:
        return _single(owed[0], "⏰", _soon(owed[0].case, words), _who(owed[0], operators, words))
    title = _.ngettext("{number} answer is due", "{number} answers are due", len(owed))
    shown = owed[:MOST_LISTED]
    entries = [_entry(one, _by(one.case, words), _who(one, operators, words), words) for one in shown]
    return _list(owed, "⏰ " + title, entries, "", words)


def escalation(
    owed: Sequence[Owed], leads: Sequence[str], operators: Mapping[str, int], words: Words
) -> Message:
    """Answers that are late, the longest due first; the leads are called, or whoever would have been reminded where there are none."""
    _ = words.translate
    bells = bell(leads, operators, words, _LEADS_CALLED)

    def who(one: Owed) -> str:
        return _holder(one.case, words) if bells else _who(one, operators, words)

    if len(owed) == 1:
        late = _late(owed[0].case, _("was due {when} ({time} ago), no answer yet"), words)
        return _single(owed[0], "🚨", late, " · ".join(filter(None, [who(owed[0]), bells])))
    title = _.ngettext("{number} answer is late", "{number} answers are late", len(owed))
    text = _("was due {when} ({time} ago)")
    entries = [_entry(one, _late(one.case, text, words), who(one), words) for one in owed[:MOST_LISTED]]
    return _list(owed, "🚨 " + title, entries, bells, words)


def _single(one: Owed, sign: str, what: str, who: str) -> Message:
    """In answer to the card; where there is none, with the button that brings it."""
    has_card = one.card is not None and one.card.message_id is not None
    return Message(
        "\n".join(filter(None, [f"{sign} <b>#{one.case.id}</b> · {what}", who])),
        () if has_card else ((_button(one),),),
    )


def _list(owed: Sequence[Owed], title: str, entries: Sequence[str], last: str, words: Words) -> Message:
    _ = words.translate
    left = len(owed) - MOST_LISTED
    more = ""
    if left > 0:
        more = _.ngettext("+ {number} other: {command}", "+ {number} others: {command}", left)
        more = more.format(number=left, command="/inbox")
    buttons = [_button(one) for one in owed[:MOST_LISTED] if one.address is None]
    rows = tuple(tuple(buttons[start : start + _IN_A_ROW]) for start in range(0, len(buttons), _IN_A_ROW))
    head = f"<b>{title.format(number=len(owed))}</b>"
    return Message("\n".join(filter(None, [head, *entries, more, last])), rows)


def _entry(one: Owed, when: str, who: str, words: Words) -> str:
    case, address = one.case, one.address
    number = f'<a href="{address}">#{case.id}</a>' if address else f"#{case.id}"
    author = words.author(case.author.name, case.author.handle, _MAX_NAME)
    return " · ".join(filter(None, [f"<b>{number}</b>", author, when, who]))


def _button(one: Owed) -> Button:
    return Button(f"#{one.case.id}", data=encode(Pressed(Act.SHOW, one.case.id, one.case.revision)))


def _who(one: Owed, operators: Mapping[str, int], words: Words) -> str:
    if one.case.assignee:
        return f"👤 {called(one.case.assignee, operators, words)}"
    return bell(one.looked_after_by, operators, words, _CALLED)


def _holder(case: Case, words: Words) -> str:
    return f"👤 {words.person(case.assignee)}" if case.assignee else ""


def _soon(case: Case, words: Words) -> str:
    due, _ = _due(case), words.translate
    return _("answer {by} (in {time})").format(by=words.by(due), time=_left(due, words))


def _by(case: Case, words: Words) -> str:
    due, _ = _due(case), words.translate
    return _("{by} (in {time})").format(by=words.by(due), time=_left(due, words))


def _late(case: Case, text: str, words: Words) -> str:
    due = _due(case)
    return text.format(when=words.at(due), time=words.span(words.now - due))


def _left(due: datetime, words: Words) -> str:
    """Whole minutes, rounded up."""
    return words.span(-(-(due - words.now) // _MINUTE) * _MINUTE)


def _due(case: Case) -> datetime:
    return case.due_at or case.opened_at
