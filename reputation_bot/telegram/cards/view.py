"""All that a card shows, brought together; how it is worded is the other modules' job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reputation_bot.history import History
from reputation_bot.model import UNFINISHED, Case, Menu, Purpose, Record, Reply
from reputation_bot.outgoing.of_case import Checked
from reputation_bot.pausing import Pause


@dataclass(frozen=True, slots=True)
class CardView:
    """All that a card shows: records oldest first, replies by approval time, the author's other cases oldest first."""

    case: Case
    records: Sequence[Record]
    replies: Sequence[Reply]
    menu: Menu = Menu.MAIN
    history: History = field(default_factory=History)
    checked: Checked = field(default_factory=Checked)
    pause: Pause | None = None
    needs_two: bool = False  # different people must approve
    operators: Mapping[str, int] = field(default_factory=dict)  # numbers at Telegram by key
    replaced: str | None = None  # address of the older message of this card
    looked_after_by: Sequence[str] = ()  # keys of the operators whom this topic concerns

    @property
    def unfinished(self) -> list[Reply]:
        """Of people's answers; an acknowledgement on its way stands in nobody's way."""
        busy = (reply for reply in self.replies if reply.state in UNFINISHED)
        return [reply for reply in busy if reply.purpose is not Purpose.ACKNOWLEDGEMENT]
