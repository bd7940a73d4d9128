"""Several timelines as one batch: what is read how far, what comes once, what is gone, and where there may be a hole."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connectors.reviews import Page
from connectors.timelines import read
from reputation_bot.model import Author, Mention
from reputation_bot.ports import Batch

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PER_PAGE = 10


def mention_of(record: object) -> Mention | None:
    """A record is a number: the greater, the newer; negative ones are ours, other things are broken."""
    if not isinstance(record, int):
        return None
    author = Author("us" if record < 0 else "giulia")
    at = NOW - timedelta(minutes=1000 - abs(record))
    return Mention("x", str(record), author, "Ciao", thread=str(record), created_at=at)


def pages(newest_first: list[object]) -> Callable[[str | None], Page]:
    def fetch(token: str | None) -> Page:
        start = int(token or 0)
        is_more = start + PER_PAGE < len(newest_first)
        return Page(newest_first[start : start + PER_PAGE], str(start + PER_PAGE) if is_more else None)

    return fetch


def look(cursor: object, now: datetime = NOW, gone: tuple[str, ...] = (), **timelines: list[object]) -> Batch:
    return read(
        cursor,
        now,
        {name: pages(records) for name, records in timelines.items()},
        mention_of=mention_of,
        is_gone=lambda name, one: f"{name} {one}" in gone,
        is_ours=lambda mention: mention.author.name == "us",
        kind="posts",
    )


def ids(batch: Batch) -> list[str]:
    return [one.external_id for one in batch.mentions]


def test_what_two_timelines_show_comes_once_and_ours_not_at_all() -> None:
    assert ids(look(None, one=[3, -2, 1], other=[4, 3])) == ["3", "1", "4"]


def test_what_another_timeline_still_shows_is_not_gone() -> None:
    cursor = look(None, one=[3, 2, 1], other=[3, 2]).cursor
    gone = ("one 3", "one 2")
    assert look(cursor, one=[1], other=[2], gone=gone).gone == ["3"]


def test_platform_is_asked_by_the_name_of_the_timeline() -> None:
    cursor = look(None, one=[2, 1], other=[9, 8]).cursor
    assert look(cursor, one=[1], other=[8], gone=("one 2", "one 9")).gone == ["2"]


def test_broken_records_are_told_by_their_kind() -> None:
    assert look(None, one=[1, None, "x"]).notices == ["2 posts cannot be read and were left out"]


def test_pages_that_point_at_themselves_are_left() -> None:
    asked: list[str | None] = []

    def fetch(token: str | None) -> Page:
        asked.append(token)
        return Page([len(asked)], "same")

    batch = read(
        None,
        NOW,
        {"one": fetch},
        mention_of=mention_of,
        is_gone=lambda _name, _one: False,
        is_ours=lambda _mention: False,
        kind="posts",
    )
    assert asked == [None, "same"]
    assert len(batch.mentions) == 2


@given(old=st.integers(1, 60), new=st.integers(0, 300))
def test_either_everything_new_comes_or_the_hole_is_told(old: int, new: int) -> None:
    before: list[object] = list(range(old, 0, -1))
    cursor = look(None, one=before).cursor
    after: list[object] = [*range(old + new, old, -1), *before]
    batch = look(cursor, NOW + timedelta(hours=1), one=after)
    missing = {str(number) for number in range(old + 1, old + new + 1)} - set(ids(batch))
    if missing:
        assert batch.complete_since is not None
        times = {one: NOW - timedelta(minutes=1000 - int(one)) for one in missing}
        assert max(times.values()) < batch.complete_since
    else:
        assert batch.complete_since is None or new >= 9 * PER_PAGE
