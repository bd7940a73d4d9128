"""Prints all that is known of one case, for people in the staff's language or as JSON; what each act is called is the audit's."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

import click

from reputation_bot import named
from reputation_bot.commands.as_json import case_in_full
from reputation_bot.config import language
from reputation_bot.i18n import Translate
from reputation_bot.model import (
    Case,
    Draft,
    Purpose,
    Record,
    Reply,
    ReplyState,
    Sighting,
    Visibility,
)
from reputation_bot.ports import Reader, Storage
from reputation_bot.settings import Settings
from reputation_bot.telegram import access
from reputation_bot.telegram.audit import Told, told
from reputation_bot.telegram.html import visible
from reputation_bot.telegram.words import Words, category, priority, topic, unsigned


def show_case(storage: Storage, settings: Settings, number: int, *, now: datetime, as_json: bool) -> None:
    """Times for people are those of the shop, in JSON UTC. Raises NotFoundError."""
    with storage.read() as view:
        case = view.case(number)
        if as_json:
            click.echo(json.dumps(case_in_full(view, case), ensure_ascii=False))
            return
        translate = language.for_settings(settings, os.environ)
        people = {key: access.name_of(key, settings.operators) for key in settings.operators}
        words = Words(translate, now, ZoneInfo(settings.timezone), people)
        click.echo("\n".join(_Page(words, settings.timezone).of(view, case)))


class _Page:
    """The lines on one case, worded."""

    def __init__(self, words: Words, zone: str) -> None:
        self._words, self._, self._zone = words, words.translate, zone

    def of(self, view: Reader, case: Case) -> Iterator[str]:
        _ = self._
        yield self._head(case)
        yield from (f"  {one}" for one in self._standing(case))
        for record in view.records(case.id):
            about = _("mention {key} ({about})").format(key=record.mention.key, about=self._about(record))
            yield _entry(about, record.mention.text)
        for thread in case.threads:
            text = _("thread {thread} ({visibility}) of {author}")
            place = f"{thread.channel}:{thread.thread}"
            visibility = self._visibility(thread.visibility)
            yield "  " + text.format(thread=place, visibility=visibility, author=thread.author_key)
        for note in case.notes:
            text = _("note {when} {name}").format(when=self._time(note.at), name=self._name(note.who))
            yield _entry(text, note.text)
        if case.opening:
            about = self._of_draft(case.opening)
            yield _entry(_("draft that goes out first ({about})").format(about=about), case.opening.text)
        for draft in case.drafts:
            yield _entry(_("draft ({about})").format(about=self._of_draft(draft)), draft.text)
        for reply in view.replies(case_id=case.id):
            text = _("reply {id} ({about})").format(id=reply.id, about=self._far(reply))
            yield _entry(text, reply.text)
        yield _("What was done, by the clocks of {zone}:").format(zone=self._zone)
        for act in told(view, case, self._words):
            yield from self._act(act)

    def _head(self, case: Case) -> str:
        _, verdict = self._, case.verdict
        kind = unsigned(category(verdict.category, _))
        about = topic(verdict.topic, _) if verdict.topic else ""
        level = unsigned(priority(verdict.priority, _))
        whose = [self._words.channel(case.channel), self._words.author(case.author.name, case.author.handle)]
        parts = [f"#{case.id}", named.status(case.status, _), kind, about, level, *whose]
        return visible(" · ".join(filter(None, parts)))

    def _standing(self, case: Case) -> Iterator[str]:
        """What a case is besides its status, where it is anything."""
        _ = self._
        if case.merged_into is not None:
            yield _("merged into #{id}").format(id=case.merged_into)
        if case.assignee:
            yield _("assigned to {name}").format(name=self._name(case.assignee))
        if case.due_at:
            text = _("due {when}; the leads were called") if case.due_at in case.escalated_of else ""
            yield (text or _("due {when}")).format(when=self._time(case.due_at))
        if case.snoozed_until:
            yield _("snoozed until {when}").format(when=self._time(case.snoozed_until))
        for one in case.approvals:
            text = _("approved {when} by {name}: revision {number}")
            when, name = self._time(one.at), self._name(one.who)
            yield text.format(when=when, name=name, number=one.revision)

    def _about(self, record: Record) -> str:
        _ = self._
        parts = [self._visibility(record.mention.visibility)]
        if record.copy_of:
            parts.append(_("copy of {key}").format(key=record.copy_of))
        if record.edited_at:
            parts.append(_("edited, noticed {when}").format(when=self._time(record.edited_at)))
        if record.gone_at:
            parts.append(_("gone, noticed {when}").format(when=self._time(record.gone_at)))
        return ", ".join(parts)

    def _of_draft(self, draft: Draft) -> str:
        written = self._("written by {name}").format(name=self._name(draft.by)) if draft.by else ""
        parts = [self._visibility(draft.visibility), draft.lang, written or f"«{draft.origin}»"]
        return ", ".join(parts)

    def _far(self, reply: Reply) -> str:
        """How far a reply has got, and what was seen of it since."""
        _ = self._
        by_hand = _("given by hand by {name}") if reply.by_hand else _("approved by {name}")
        seen = _("last seen {when}").format(when=self._time(reply.seen_at)) if reply.seen_at else ""
        where = reply.receipt.url if reply.receipt else _.sentence(reply.problem or "")
        parts = [
            _state(reply.state, _),
            by_hand.format(name=self._name(reply.approved_by)),
            self._visibility(reply.visibility),
            _purpose(reply.purpose, _),
            _("after {id}").format(id=reply.after) if reply.after else "",
            _sighting(reply.sighting, _) if reply.sighting else "",
            seen,
            where or "",
        ]
        return ", ".join(filter(None, parts))

    def _act(self, act: Told) -> Iterator[str]:
        """Who did what when; below it the texts before and after, where the act changed any."""
        where = f" ({act.url})" if act.url else ""
        said = visible(" ".join(filter(None, [act.who, act.what]))) + where
        yield f"  {self._time(act.at)} {_shown(said)}"
        if act.before:
            yield _entry("  " + self._.pgettext("audit", "before"), act.before)
        if act.text:
            yield _entry(
                "  "
                + (self._.pgettext("audit", "after") if act.before else self._.pgettext("audit", "text")),
                act.text,
            )

    def _visibility(self, visibility: Visibility) -> str:
        match visibility:
            case Visibility.PUBLIC:
                return self._.pgettext("answer", "public")
            case Visibility.PRIVATE:
                return self._.pgettext("answer", "private")
        assert_never(visibility)

    def _name(self, key: str) -> str:
        return visible(self._words.person(key))

    def _time(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._words.timezone):%Y-%m-%d %H:%M:%S}"


def _state(state: ReplyState, _: Translate) -> str:
    match state:
        case ReplyState.PENDING:
            return _.pgettext("reply", "not out yet")
        case ReplyState.SENDING:
            return _.pgettext("reply", "being sent")
        case ReplyState.SENT:
            return _.pgettext("reply", "published")
        case ReplyState.FAILED:
            return _("not published")
        case ReplyState.UNKNOWN:
            return _("sent, but no confirmation came")
        case ReplyState.CANCELLED:
            return _("taken back")
    assert_never(state)


def _purpose(purpose: Purpose, _: Translate) -> str:
    match purpose:
        case Purpose.ANSWER:
            return ""
        case Purpose.INVITATION:
            return _("invitation into private")
        case Purpose.OPENING:
            return _("private message of an invitation")
        case Purpose.CLOSING:
            return _("closing line")
        case Purpose.ACKNOWLEDGEMENT:
            return _("notice that an answer comes")
    assert_never(purpose)


def _sighting(sighting: Sighting, _: Translate) -> str:
    match sighting:
        case Sighting.SEEN:
            return _("seen on the platform")
        case Sighting.NOT_YET:
            return _("not visible on the platform so far")
        case Sighting.GONE:
            return _("no longer visible on the platform")
        case Sighting.EDITED:
            return _("edited on the platform since")
    assert_never(sighting)


def _entry(what: str, text: str) -> str:
    """A text of several lines stays under its head."""
    return f"  {_shown(what)}: " + _shown(text).replace("\n", "\n      ")


def _shown(text: str) -> str:
    """Control characters from outside do nothing to the terminal."""
    return "".join(sign if sign == "\n" or sign.isprintable() else "?" for sign in text)
