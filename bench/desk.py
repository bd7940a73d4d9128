"""How long a press waits for its card: from the handler to the edit in the chat, in a store of ten thousand cases; at most 150 ms."""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bench.storage import NOW, case_of, record_of
from reputation_bot.i18n import translator
from reputation_bot.listening.judge import Judge
from reputation_bot.model import Card, CaseEvent, Move
from reputation_bot.outgoing import OutgoingCheck
from reputation_bot.ports import Message, Press, Update
from reputation_bot.settings import Settings
from reputation_bot.telegram.buttons import Act, Pressed, encode
from reputation_bot.telegram.commands import Commands
from reputation_bot.telegram.desk import Desk
from reputation_bot.telegram.handlers import Handlers
from reputation_bot.telegram.look import ChatLook
from reputation_bot.telegram.pace import Pace
from reputation_bot.telegram.showing import Shower
from storage.tiny import TinyStorage

CASES = 10_000
MOST = 150.0  # ms, at the 95th percentile
ACTS = (Act.TAKE, Act.MORE, Act.BACK, Act.OTHER_DRAFT, Act.HAND_OFF, Act.PUBLISH, Act.UNDO, Act.GIVE_BACK)
_CHAT, _ANNA = -1001234567890, 1001
_Clocks = tuple[float, float]  # seconds: on the wall, and of the processor at work for this process


@dataclass
class _Chat:
    """Takes every edit at once: what Telegram needs is not ours to measure."""

    edited: _Clocks = (0.0, 0.0)

    def send(
        self,
        chat: int,  # noqa: ARG002  # here and below: as the port has it
        message: Message,  # noqa: ARG002
        *,
        reply_to: int | None = None,  # noqa: ARG002
        topic: int | None = None,  # noqa: ARG002
    ) -> int:
        raise AssertionError("every card is in the chat already")

    def edit(self, chat: int, message_id: int, message: Message) -> str:  # noqa: ARG002
        self.edited = _clocks()
        return message.html

    def open_topic(self, chat: int, name: str) -> int:  # noqa: ARG002
        raise AssertionError("there are no topics")

    def answer(self, query_id: str, text: str, *, alert: bool = False) -> None:  # noqa: ARG002
        raise AssertionError("pop-ups go before the edit")

    def updates(self, offset: int | None, *, wait: timedelta) -> Iterable[Update]:  # noqa: ARG002
        return ()


class _Office:
    """The bot's own parts on a store full of cases whose cards hang in the chat."""

    def __init__(self, path: Path, cases: int) -> None:
        settings = Settings.model_validate(
            {
                "brand": {"name": "Bottega Aurora"},
                "telegram": {"chat": _CHAT},
                "operators": {"anna": {"telegram": _ANNA, "role": "lead"}},
            }
        )
        self.storage, self._other = TinyStorage(str(path)), TinyStorage(str(path))
        self.now, self.chat, self.pressed = NOW, _Chat(), 0
        translate, check, judge = translator("it"), OutgoingCheck(settings), Judge(settings)
        check.load()
        self._fill(cases)
        desk = Desk(settings, judge, check)
        self.handlers = Handlers(
            self.storage, settings, translate, desk, Commands(settings, translate), _no_change
        )
        self.shower = Shower(
            self.storage,
            self.chat,
            ChatLook(settings, check, self._clock),
            chat=_CHAT,
            pace=Pace(20, reserve=4),
            owner="bench",
            clock=self._clock,
        )

    def press(self, act: Act, number: int, *, cold: bool) -> _Clocks:
        """Seconds from the press to the call that edits its card, and how many of them the processor worked for us."""
        with self.storage.read() as view:
            revision = view.case(number).revision
        self.pressed += 1
        self.now += timedelta(minutes=3)  # the pace of the chat is not what is measured
        data = encode(Pressed(act, number, revision))
        press = Press(self.pressed, "q", _CHAT, number, _ANNA, "Anna", data)
        if cold:
            self._write_elsewhere()
        started = _clocks()
        self.handlers.handle(press, now=self.now)
        self.shower.show_due()
        if self.chat.edited < started:
            raise AssertionError(f"{act.name} did not edit its card")
        return self.chat.edited[0] - started[0], self.chat.edited[1] - started[1]

    def _write_elsewhere(self) -> None:
        """The poll in the other process has written: what was read of the file is stale."""
        with self._other.transaction() as tx:
            tx.put_value("heartbeat", self.pressed)

    def _clock(self) -> datetime:
        return self.now

    def _fill(self, cases: int) -> None:
        with self.storage.transaction() as tx:
            for number in range(cases):
                drafts = case_of(number).drafts
                other = replace(drafts[0], text=f"{drafts[0].text} Grazie.", origin="altra")
                case = tx.open_case(replace(case_of(number), drafts=(*drafts, other)))
                tx.put_record(record_of(number))
                tx.append_event(case.id, CaseEvent(at=self.now, who="bot", move=Move.OPEN))
                tx.put_card(Card(case.id, _CHAT, message_id=case.id, shown_version=case.version))


def run(cases: int = CASES, presses: int = 48) -> list[tuple[str, float, str]]:
    """Milliseconds, when this process wrote last (warm) and when the poll has written meanwhile (cold)."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        office = _Office(Path(folder, "store.json"), cases)
        for act in ACTS:
            office.press(act, cases, cold=False)  # what is loaded once is not what is measured
        for name, first in (("warm", 1), ("cold", 1 + presses)):
            taken = [
                office.press(ACTS[turn % len(ACTS)], first + turn // len(ACTS), cold=name == "cold")
                for turn in range(presses)
            ]
            waited, worked = (sorted(1_000 * one for one in clock) for clock in zip(*taken, strict=True))
            what = f"press to card {name}, {cases} cases"
            rows.append((what, statistics.median(waited), "ms"))
            rows.append((what, waited[int(presses * 0.95)], f"ms at the 95th percentile, at most {MOST:.0f}"))
            rows.append((what, statistics.median(worked), "ms of the processor alone"))
    return rows


def _clocks() -> _Clocks:
    return time.perf_counter(), time.process_time()


def _no_change(_proposal: object, _comment: str) -> None:
    raise AssertionError("nobody was asked about rules.yaml")


if __name__ == "__main__":
    for measured, figure, unit in run():
        sys.stdout.write(f"{measured:36} {figure:8.1f} {unit}\n")
