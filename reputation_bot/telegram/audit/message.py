"""Lays the audit of a case out as one message of the chat: a line an act, the newest last, the date once a day."""

from collections.abc import Sequence
from dataclasses import dataclass

from reputation_bot.model import Case
from reputation_bot.ports import Message
from reputation_bot.telegram.audit.telling import PARTS, Told
from reputation_bot.telegram.html import MAX_UNITS, escape, line, link, units, visible
from reputation_bot.telegram.words import Words

_MAX_TEXT = 180  # units of what was written; the whole stands on the card or in the terminal
_MAX_AUTHOR = 40  # units
# of one message. Tags after the hundredth are ignored, and above some 9,500 characters with all addresses it is refused:
# github.com/rubenlagus/TelegramBots/issues/854, github.com/tdlib/telegram-bot-api/issues/165, 2026-11
_MAX_TAGS, _MAX_MARKUP = 90, 9_000


@dataclass(frozen=True, slots=True)
class _Size:
    """What lines take of a message, each with its end."""

    units: int
    tags: int
    markup: int

    @classmethod
    def of(cls, lines: Sequence[str]) -> "_Size":
        text = "\n".join([*lines, ""])
        return cls(units(visible(text)) + len(lines), text.count("</"), len(text))

    def __add__(self, other: "_Size") -> "_Size":
        return _Size(self.units + other.units, self.tags + other.tags, self.markup + other.markup)

    @property
    def fits(self) -> bool:
        return self.units <= MAX_UNITS and self.tags <= _MAX_TAGS and self.markup <= _MAX_MARKUP


def audit_message(case: Case, acts: Sequence[Told], words: Words, address: str | None = None) -> Message:
    """What does not fit is left out from the oldest on, and counted. `address` is where the case's card hangs."""
    _ = words.translate
    number = link(f"#{case.id}", address) or f"#{case.id}"
    author = words.author(case.author.name, case.author.handle, _MAX_AUTHOR)
    head = "📜 <b>" + _("Audit of {case}").format(case=number) + f"</b> · {author}"
    kept = _newest(acts, [head, _left_out(len(acts), case, words)], words)
    shown = acts[len(acts) - kept :]
    left = [_left_out(len(acts) - kept, case, words)] if kept < len(acts) else []
    nothing = [] if acts else [escape(_("Nothing is written there."))]
    return Message("\n".join([head, *left, *nothing, *_lines(shown, words)]))


def _newest(acts: Sequence[Told], taken: Sequence[str], words: Words) -> int:
    """How many of the newest fit beside the lines that are taken, each with the date of its day above it."""
    used, kept, above = _Size.of(taken), 0, ""
    for act in reversed(acts):
        date = words.date(act.at)
        used += _Size.of([_line(act, words), *([_day(date)] if date != above else [])])
        if not used.fits:
            break
        kept, above = kept + 1, date
    return kept


def _lines(acts: Sequence[Told], words: Words) -> list[str]:
    lines, above = [], ""
    for act in acts:
        if (date := words.date(act.at)) != above:
            lines.append(_day(date))
            above = date
        lines.append(_line(act, words))
    return lines


def _day(date: str) -> str:
    return f"<b>{escape(date)}</b>"


def _line(act: Told, words: Words) -> str:
    _ = words.translate
    who = f"<b>{act.who}</b> " if act.who else ""
    text, where = _quoted(act.text), link(_("see it"), act.url)
    said, seen = f": <i>«{text}»</i>" if text else "", f" · {where}" if where else ""
    return f"{words.clock(act.at)} {act.sign} {who}{act.what}{said}{seen}"


def _quoted(text: str) -> str:
    """On one line; of a hand-off a piece of either part."""
    parts = text.split(PARTS, 1)
    return " / ".join(filter(None, (line(part, _MAX_TEXT // len(parts)) for part in parts)))


def _left_out(number: int, case: Case, words: Words) -> str:
    _ = words.translate
    text = _.ngettext(
        "… {number} earlier act is left out. The whole audit, on the server: {command}",
        "… {number} earlier acts are left out. The whole audit, on the server: {command}",
        number,
    )
    return text.format(number=number, command=f"<code>reputation-bot case {case.id}</code>")
