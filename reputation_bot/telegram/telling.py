"""Tells the group once what is wrong with a channel, and once that it is well again; what is wrong is `coverage`'s judgement."""

from collections.abc import Callable, Sequence
from typing import assert_never

from reputation_bot.errors import ReputationBotError
from reputation_bot.listening.coverage import (
    TOLD,
    Concern,
    Trouble,
    all_concerns,
    news,
    states_of,
    told_after,
    told_of,
)
from reputation_bot.model import ChannelState
from reputation_bot.ports import Message, Reader, Storage
from reputation_bot.settings import Settings
from reputation_bot.telegram.html import escape, line
from reputation_bot.telegram.words import Words

_MAX_DETAIL, _MAX_ANSWER = 160, 3_500  # units

Say = Callable[[Message], bool]  # False: there is no room now


def tell(storage: Storage, settings: Settings, words: Words, say: Say) -> int:
    """Says what is new; returns how many messages that were. Noted before it leaves: a crash may lose one, never double it."""
    with storage.read() as view:
        found = all_concerns(states_of(view, settings), settings, words.now)
        told = told_of(view)
    said = 0
    for channel in settings.channels:
        here = [one for one in found if one.channel == channel]
        known, keys = told.get(channel, []), {one.key for one in here}
        if not news(keys, set(known)):
            continue
        _note(storage, channel, told_after(keys, known))
        try:
            is_said = say(_news(channel, [one for one in here if one.key not in known], words))
        except ReputationBotError:
            return said
        if not is_said:
            _note(storage, channel, known)
            return said
        said += 1
    return said


def overview(view: Reader, settings: Settings, words: Words) -> Message:
    """The answer to /coverage, cut to one message."""
    _ = words.translate
    text = "\n".join(told(view, settings, words)) or escape(_("rules.yaml names no channel yet."))
    return Message(text if len(text) < _MAX_ANSWER else text[: text.rfind("\n", 0, _MAX_ANSWER)])


def told(view: Reader, settings: Settings, words: Words) -> list[str]:
    """Lines of HTML: every channel, what it has seen, and what to do where something is wrong."""
    states = {state.name: state for state in states_of(view, settings)}
    found = all_concerns(list(states.values()), settings, words.now)
    lines: list[str] = []
    for name in settings.channels:
        here = [one for one in found if one.channel == name]
        lines.append(_summary(name, states.get(name), here, words))
        lines += [f"↳ {describe(one, words)}" for one in here]
    return lines


def describe(concern: Concern, words: Words) -> str:
    """One line of HTML: what happened, and what to do."""
    _ = words.translate
    detail = line(_.sentence(concern.detail), _MAX_DETAIL)
    match concern.trouble:
        case Trouble.REFUSED:
            text = _("⛔ access refused {since}: {detail}. Renew the key, then run: reputation-bot check")
        case Trouble.FAILING:
            text = _("⚠️ no answer {since}: {detail}. It is tried again by itself.")
        case Trouble.GAP:
            text = _("🕳 something may be missing {since} {until}: look on the platform itself")
        case Trouble.LATE:
            text = _("🐌 came over a day late to us (mentions: {detail}): the platform shows them late")
        case Trouble.SILENT:
            text = _("🔇 nothing new {since}: does the address still hold?")
        case Trouble.SLOW:
            text = _("🐢 answers after {detail} s only")
        case _:
            assert_never(concern.trouble)
    until = words.until(concern.until) if concern.until else ""
    return text.format(since=words.since(concern.since), until=until, detail=detail)


def _news(channel: str, new: Sequence[Concern], words: Words) -> Message:
    """What has begun; with nothing new, something has ended."""
    _ = words.translate
    lines = [describe(one, words) for one in new] or ["✅ " + _("answers again")]
    return Message("\n".join([f"📡 <b>{words.channel(channel)}</b>", *lines]))


def _summary(name: str, state: ChannelState | None, found: list[Concern], words: Words) -> str:
    _ = words.translate
    sign = "⚠️" if found else "✅"
    if state is None or state.covered_until is None:
        return f"{sign} <b>{words.channel(name)}</b> · " + _("not looked at yet")
    seen = _("all seen {since}, last look {when}").format(
        since=words.since(state.covered_from or state.covered_until), when=words.at(state.covered_until)
    )
    return f"{sign} <b>{words.channel(name)}</b> · {seen}"


def _note(storage: Storage, channel: str, keys: list[str]) -> None:
    with storage.transaction() as tx:
        tx.put_value(TOLD, {**told_of(tx), channel: keys})
