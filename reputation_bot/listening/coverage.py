"""What each channel is sure to have seen, and what is wrong with it; telling the group of it is `telegram.telling`'s job."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from reputation_bot.model import ChannelState, Gap
from reputation_bot.ports import Reader
from reputation_bot.settings import ChannelSettings, Settings

TOLD = "coverage.told"  # value: by channel, the keys of the concerns that the group knows of
GAPS_KEPT = 10
LATE = timedelta(days=1)  # a mention that we find this long after it was written came late
FAILING = timedelta(minutes=30)  # a shorter failure is nobody's concern
SLOW = 10.0  # seconds
SILENT = timedelta(days=14)
RECENT = timedelta(days=7)  # gaps and late mentions are told of for so long


class Trouble(StrEnum):
    """What is wrong with a channel, the gravest first."""

    REFUSED = "refused"  # key or address: nothing comes until a person does something
    FAILING = "failing"
    GAP = "gap"
    LATE = "late"
    SILENT = "silent"
    SLOW = "slow"


ENDING = frozenset({Trouble.REFUSED, Trouble.FAILING})  # worth telling when they are over
_KEYS_KEPT = 30  # by channel, of what was told


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing wrong with one channel. `key` tells it from others of its kind, so that each is told once."""

    channel: str
    trouble: Trouble
    since: datetime
    detail: str = ""  # what the platform said; seconds; how many
    until: datetime | None = None  # of a gap

    @property
    def key(self) -> str:
        """What ends and comes back is told each time, each gap once, and the rest once a month."""
        if self.trouble in ENDING:
            return self.trouble.value
        moment = self.since.isoformat() if self.trouble is Trouble.GAP else f"{self.since:%Y-%m}"
        return f"{self.trouble} {moment}"


def looked(
    state: ChannelState,
    *,
    started_at: datetime,
    ended_at: datetime,
    complete_since: datetime | None,
    late: int,
) -> ChannelState:
    """The state after a good look. What lies between the end of the last one and `complete_since` is a gap."""
    covered_until, gaps = state.covered_until, state.gaps
    if covered_until and complete_since and complete_since > covered_until:
        gaps = (*gaps, Gap(covered_until, complete_since, noticed_at=ended_at))[-GAPS_KEPT:]
    return replace(
        state,
        covered_from=state.covered_from or complete_since or started_at,
        covered_until=started_at,
        gaps=gaps,
        failing_since=None,
        took=(ended_at - started_at).total_seconds(),
        late=state.late + late,
        late_at=ended_at if late else state.late_at,
    )


def concerns(state: ChannelState, channel: ChannelSettings, now: datetime) -> list[Concern]:
    """What is wrong with this channel now, the gravest first."""
    name, found = state.name, []
    if state.paused:
        found.append(Concern(name, Trouble.REFUSED, state.failing_since or now, state.problem or ""))
    elif state.failing_since and now - state.failing_since >= max(FAILING, channel.every):
        found.append(Concern(name, Trouble.FAILING, state.failing_since, state.problem or ""))
    recent = (gap for gap in state.gaps if now - gap.noticed_at < RECENT)
    found += [Concern(name, Trouble.GAP, gap.begins_at, until=gap.ends_at) for gap in recent]
    if state.late_at and now - state.late_at < RECENT:
        found.append(Concern(name, Trouble.LATE, state.late_at, str(state.late)))
    if state.failing_since is None and state.shown_at and now - state.shown_at > SILENT:
        found.append(Concern(name, Trouble.SILENT, state.shown_at))
    if state.took > SLOW:
        found.append(Concern(name, Trouble.SLOW, state.polled_at or now, f"{state.took:.0f}"))
    return found


def all_concerns(states: Sequence[ChannelState], settings: Settings, now: datetime) -> list[Concern]:
    """Of the channels that rules.yaml names, in its order."""
    by_name = {state.name: state for state in states}
    return [
        concern
        for name, channel in settings.channels.items()
        if name in by_name
        for concern in concerns(by_name[name], channel, now)
    ]


def has_news(view: Reader, settings: Settings, now: datetime) -> bool:
    """Whether there is something that the group has not been told."""
    found, told = all_concerns(states_of(view, settings), settings, now), told_of(view)
    return any(
        news({one.key for one in found if one.channel == name}, set(told.get(name, [])))
        for name in settings.channels
    )


def news(keys: set[str], told: set[str]) -> bool:
    """Whether something has begun that was not told of, or ended that was."""
    return bool(keys - told or (told & ENDING) - keys)


def told_after(keys: set[str], told: Iterable[str]) -> list[str]:
    """What the group knows of once it has been told of these."""
    kept = [key for key in told if key not in ENDING and key not in keys]
    return [*kept, *sorted(keys)][-_KEYS_KEPT:]


def states_of(view: Reader, settings: Settings) -> list[ChannelState]:
    """Of the channels that rules.yaml names, as far as they were looked at."""
    return [state for name in settings.channels if (state := view.channel(name))]


def told_of(view: Reader) -> dict[str, list[str]]:
    """By channel, the keys of the concerns that the group knows of."""
    kept = view.value(TOLD)
    return kept if isinstance(kept, dict) else {}


def as_json(state: ChannelState | None, name: str, channel: ChannelSettings, now: datetime) -> dict[str, Any]:
    """For programs: spans as ISO 8601 in UTC; null for what is not known yet."""
    state = state or ChannelState(name)
    return {
        "channel": name,
        "covered_from": _iso(state.covered_from),
        "covered_until": _iso(state.covered_until),
        "last_mention_at": _iso(state.shown_at),
        "seconds": round(state.took, 3),
        "gaps": [{"from": _iso(gap.begins_at), "until": _iso(gap.ends_at)} for gap in state.gaps],
        "late_mentions": state.late,
        "concerns": [
            {"trouble": one.trouble.value, "since": _iso(one.since), "detail": one.detail}
            for one in concerns(state, channel, now)
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
