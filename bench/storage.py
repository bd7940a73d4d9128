"""How long the two commonest acts on the store take, beside the same on TinyDB as it comes; trust the ratios, not the milliseconds."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from tinydb import TinyDB
from tinydb.table import Document

from reputation_bot.model import (
    Author,
    Case,
    CaseEvent,
    CaseStatus,
    Category,
    Draft,
    Mention,
    Move,
    Permission,
    Priority,
    Reason,
    Record,
    ReplyOptions,
    Verdict,
    Visibility,
)
from storage.tiny import TinyStorage

NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
BATCH = 50
_TEXT = "Ordine mai arrivato, nessuno risponde: sono passati dieci giorni e il pacco è ancora fermo. " * 5


def run(sizes: tuple[int, ...] = (1_000, 10_000)) -> list[tuple[str, float, str]]:
    """Act, median milliseconds, and how many times as fast it is as TinyDB as it comes. `sizes` count documents of 1.2 KB."""
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            ours = _ours(Path(folder, "store.json"), size)
            plain = _plain(Path(folder, "plain.json"), size)
        for act, seconds in ours.items():
            ratio = plain[act.removesuffix(" cold")] / seconds
            rows.append((f"{act}, {size} documents", seconds * 1000, f"{ratio:.1f} times as fast"))
    return rows


def _ours(path: Path, size: int) -> dict[str, float]:
    storage, other = TinyStorage(str(path)), TinyStorage(str(path))
    with storage.transaction() as tx:
        for number in range(size // 2):
            tx.open_case(case_of(number))
            tx.put_record(record_of(number))
    return {
        "click": _median(lambda number: _click(storage, number)),
        "click cold": _median(
            lambda number: _click(storage, number), before=lambda number: _touch(other, number)
        ),
        "poll": _median(lambda number: _poll(storage, number)),
        "poll cold": _median(
            lambda number: _poll(storage, 100 + number), before=lambda number: _touch(other, number)
        ),
    }


def _click(storage: TinyStorage, number: int) -> None:
    with storage.transaction() as tx:
        tx.put_case(replace(tx.case(1 + number), assignee=f"anna{time.perf_counter_ns()}"))
        tx.append_event(1 + number, CaseEvent(at=NOW, who="anna", move=Move.TAKE))


def _poll(storage: TinyStorage, turn: int) -> None:
    numbers = range(1_000_000 + turn * BATCH, 1_000_000 + (turn + 1) * BATCH)
    with storage.transaction() as tx:
        for mention in (record_of(number).mention for number in numbers):
            if tx.seen(mention.channel, mention.external_id) is None:
                tx.newest_case(mention.channel, mention.thread, mention.author.key)
        for number in numbers:
            case = tx.open_case(case_of(number))
            tx.put_record(replace(record_of(number), case_id=case.id))
            tx.append_event(case.id, CaseEvent(at=NOW, who="bot", move=Move.OPEN))
        tx.mark_seen("news", {str(number): "0123456789abcdef" for number in numbers}, NOW.date())


def _touch(storage: TinyStorage, number: int) -> None:
    with storage.transaction() as tx:
        tx.put_value("heartbeat", f"{number} {time.perf_counter_ns()}")


def _plain(path: Path, size: int) -> dict[str, float]:
    with TinyDB(path) as database:
        cases, records = database.table("cases"), database.table("records")
        cases.insert_multiple(
            Document(msgspec.to_builtins(case_of(number)), number + 1) for number in range(size // 2)
        )
        records.insert_multiple(msgspec.to_builtins(record_of(number)) for number in range(size // 2))

        def click(number: int) -> None:
            document = cases.get(doc_id=number + 1)
            cases.update({"assignee": "anna", "version": document["version"] + 1}, doc_ids=[number + 1])

        def poll(turn: int) -> None:
            numbers = range(1_000_000 + turn * BATCH, 1_000_000 + (turn + 1) * BATCH)
            cases.insert_multiple(msgspec.to_builtins(case_of(number)) for number in numbers)
            records.insert_multiple(msgspec.to_builtins(record_of(number)) for number in numbers)

        return {"click": _median(click, times=3), "poll": _median(poll, times=3)}


def _median(
    act: Callable[[int], None], *, before: Callable[[int], None] | None = None, times: int = 15
) -> float:
    taken = []
    for number in range(times):
        if before:
            before(number)
        started = time.perf_counter()
        act(number)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _verdict() -> Verdict:
    reason = Reason(field="category", value="complaint", rule="mai arrivato", words=("mai arrivato",))
    return Verdict(
        category=Category.COMPLAINT,
        priority=Priority.HIGH,
        lang="it",
        sentiment=-0.6,
        topic="shipping",
        trace=(reason,) * 3,
    )


def record_of(number: int) -> Record:
    mention = Mention(
        channel="news",
        external_id=str(number),
        author=Author(name=f"Giulia {number}", external_id=f"u{number}"),
        text=_TEXT,
        thread=str(number),
        created_at=NOW,
        url=f"https://piazza.example/posts/{number}",
    )
    return Record(mention=mention, case_id=number + 1, verdict=_verdict(), recorded_at=NOW)


def case_of(number: int) -> Case:
    allowed = Permission(allowed=True, max_chars=500)
    draft = Draft(text=_TEXT[:250], visibility=Visibility.PUBLIC, lang="it", origin="mai arrivato")
    return Case(
        id=0,
        version=0,
        status=CaseStatus.OPEN,
        channel="news",
        thread=str(number),
        author=Author(name=f"Giulia {number}", external_id=f"u{number}"),
        verdict=_verdict(),
        options=ReplyOptions(public=allowed, private=allowed),
        opened_at=NOW,
        due_at=NOW + timedelta(hours=1),
        mention_keys=(f"news:{number}",),
        drafts=(draft,),
    )


if __name__ == "__main__":
    for act, milliseconds, ratio in run():
        sys.stdout.write(f"{act:28} {milliseconds:8.1f} ms {ratio:>24}\n")
