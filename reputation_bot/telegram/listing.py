"""Lists of cases that somebody asked for, each line with a jump to its card; which cases they are is `commands`' job."""

from collections.abc import Sequence
from dataclasses import replace

from reputation_bot.model import CLOSED, Case, CaseStatus, Category
from reputation_bot.ports import Button, Message, Reader
from reputation_bot.telegram.buttons import Act, Pressed, encode
from reputation_bot.telegram.html import escape, line, units, visible
from reputation_bot.telegram.jumps import address_of
from reputation_bot.telegram.words import Words, category, topic

PAGE = 12  # cases that one answer lists
_IN_A_ROW = 4
_MAX_NAME, _MAX_SAID, _MAX_LINE = 24, 70, 44  # units; a phone shows some forty in a line


class Listing:
    """Words one answer. Texts from outside are cut short and escaped."""

    def __init__(self, view: Reader, words: Words) -> None:
        self._view, self._words = view, words

    def inbox(self, cases: Sequence[Case], *, page: int) -> Message:
        """Open cases."""
        _ = self._words.translate
        title = _.ngettext("{number} open case", "{number} open cases", len(cases))
        return self._page("📥 " + title, cases, page, "inbox", empty=_("Nothing is waiting. Well done!"))

    def mine(self, cases: Sequence[Case], *, page: int) -> Message:
        """Those of one operator."""
        _ = self._words.translate
        title = _.ngettext("{number} case is yours", "{number} cases are yours", len(cases))
        return self._page("👤 " + title, cases, page, "mine", empty=_("You have no open case."))

    def found(self, cases: Sequence[Case], words: str) -> Message:
        """What a search has found, the newest first."""
        _ = self._words.translate
        said = line(words, _MAX_SAID)
        if not cases:
            return Message(_("Nothing found for «{words}».").format(words=said))
        title = _.ngettext("{number} case for «{words}»", "{number} cases for «{words}»", len(cases))
        message = self._of(f"🔎 <b>{title.format(number=len(cases), words=said)}</b>", cases[:PAGE])
        if len(cases) <= PAGE:
            return message
        rest = _("These are the newest {number}: with more words there are fewer.").format(number=PAGE)
        return replace(message, html=f"{message.html}\n{rest}")

    def of_author(self, case: Case, cases: Sequence[Case]) -> Message:
        """What one author has written, oldest first, and how often it was what."""
        _ = self._words.translate
        name = self._words.author(case.author.name, case.author.handle)
        counted = [(kind, sum(one.verdict.category is kind for one in cases)) for kind in Category]
        counts = " · ".join(f"{category(kind, _)} {number}" for kind, number in counted if number)
        return self._of(f"📖 <b>{name}</b>\n{counts}", list(cases)[-PAGE:])

    def pointer(self, case: Case) -> Message:
        """The way to the card of one case."""
        return self._of("👇", [case])

    def _page(self, title: str, cases: Sequence[Case], page: int, command: str, *, empty: str) -> Message:
        _ = self._words.translate
        if not cases:
            return Message(escape(empty))
        pages = -(-len(cases) // PAGE)
        page = min(page, pages)
        shown = cases[(page - 1) * PAGE : page * PAGE]
        more = _("More: {command}").format(command=f"/{command}_{page + 1}")  # a tap writes it
        message = self._of(f"<b>{title.format(number=len(cases))}</b>", shown)
        return replace(message, html=f"{message.html}\n{more}") if page < pages else message

    def _of(self, title: str, cases: Sequence[Case]) -> Message:
        """Two lines a case. A case whose card has an address gets a link to it, any other a button that brings its card."""
        entries, buttons = [], []
        for case in cases:
            address = address_of(self._view.card(case.id))
            entries.append(self._entry(case, address))
            if address is None and case.merged_into is None:
                buttons.append(Button(f"#{case.id}", data=encode(Pressed(Act.SHOW, case.id, case.revision))))
        rows = tuple(tuple(buttons[start : start + _IN_A_ROW]) for start in range(0, len(buttons), _IN_A_ROW))
        return Message("\n".join([title, *entries]), rows)

    def _entry(self, case: Case, address: str | None) -> str:
        words, _ = self._words, self._words.translate
        number = f'<a href="{address}">#{case.id}</a>' if address else f"#{case.id}"
        kind = category(case.verdict.category, _).split()[0]
        what = topic(case.verdict.topic, _, _MAX_NAME) if case.verdict.topic else ""
        who = f"👤 {words.person(case.assignee)}" if case.assignee else ""
        parts = [f"{kind} <b>{number}</b>", self._state(case), what, who]
        records = self._view.records(case.id)
        author = words.author(case.author.name, case.author.handle, _MAX_NAME)
        said = line(records[-1].mention.text, _MAX_LINE - units(visible(author))) if records else ""
        return " · ".join(filter(None, parts)) + f"\n{author}: <i>{said}</i>"

    def _state(self, case: Case) -> str:
        words, _ = self._words, self._words.translate
        if case.status in CLOSED:
            return "☑️ " + words.at(case.closed_at or case.opened_at)
        if case.status is CaseStatus.WAITING:
            return "✅ " + _("answered")
        if case.status is CaseStatus.SNOOZED and case.snoozed_until:
            return "💤 " + words.until(case.snoozed_until)
        if case.due_at is None:
            return words.at(case.opened_at)
        return ("⏱ " if case.due_at > words.now else "⏰ ") + words.by(case.due_at)
