"""The message that stands for many cases at once when there is no room for a card each; a case's own card is `card`'s job."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from reputation_bot.model import Case
from reputation_bot.ports import Button, Message
from reputation_bot.telegram.buttons import Act, Pressed, encode
from reputation_bot.telegram.html import MAX_UNITS, compose, line, units, visible
from reputation_bot.telegram.words import Words, category, priority, topic

MOST_LISTED = 20
_BUTTONS_IN_A_ROW = 5  # Telegram takes eight; five still show a whole number on a phone
_MAX_NAME, _MAX_SAID = 24, 60  # units


def render_list(cases: Sequence[Case], words: Words, texts: Mapping[int, str]) -> Message:
    """Most urgent first, each with the button that asks for its own card. `texts` has what was said, by case id; it may lack any.

    Raises ValueError for more than 20 cases: none may be left out unseen.
    """
    if len(cases) > MOST_LISTED:
        raise ValueError(f"{len(cases)} cases do not fit into one list of {MOST_LISTED}")
    ordered = sorted(cases, key=_urgency)
    _ = words.translate
    head = _.ngettext(
        "{number} new case: press its number for the card",
        "{number} new cases at once, most urgent first: press a number for its card",
        len(ordered),
    )
    title = f"<b>🌊 {head.format(number=len(ordered))}</b>"
    room = (MAX_UNITS - units(visible(title))) // max(len(ordered), 1) - 1
    entries = [_entry(case, texts.get(case.id, ""), room, words) for case in ordered]
    buttons = [
        Button(f"#{case.id}", data=encode(Pressed(Act.SHOW, case.id, case.revision))) for case in ordered
    ]
    return Message(
        compose([title, *entries]),
        tuple(
            tuple(buttons[start : start + _BUTTONS_IN_A_ROW])
            for start in range(0, len(buttons), _BUTTONS_IN_A_ROW)
        ),
    )


def _entry(case: Case, text: str, room: int, words: Words) -> str:
    """Two lines; what was said gets what the rest leaves of `room` units."""
    _ = words.translate
    verdict = case.verdict
    what = [category(verdict.category, _), topic(verdict.topic, _, _MAX_NAME) if verdict.topic else ""]
    due = words.by(case.due_at) if case.due_at else ""
    first = " · ".join(filter(None, [f"<b>#{case.id}</b>", *what, priority(verdict.priority, _), due]))
    author = words.author(case.author.name, case.author.handle, _MAX_NAME)
    entry = f"{first}\n{author} · {words.channel(case.channel, _MAX_NAME)}"
    said = line(text, min(_MAX_SAID, room - units(visible(entry)) - 5))
    return f"{entry} · <i>{said}</i>" if said else entry


def _urgency(case: Case) -> tuple[int, datetime, int]:
    return -case.verdict.priority.rank, case.due_at or datetime.max.replace(tzinfo=UTC), case.id
