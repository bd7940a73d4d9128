"""How cards look in this brand's chat: the pure renderings of `cards` bound to the settings and the clock."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from reputation_bot.contacts import operators_for
from reputation_bot.history import is_vip
from reputation_bot.i18n import translator
from reputation_bot.model import Case, Record
from reputation_bot.outgoing import OutgoingCheck
from reputation_bot.outgoing.of_case import check_case
from reputation_bot.ports import Message
from reputation_bot.settings import Settings
from reputation_bot.telegram import access, cards
from reputation_bot.telegram.access import needs_two_people
from reputation_bot.telegram.html import one_line
from reputation_bot.telegram.words import Words

_MAX_AUTHOR = 60  # units, in the name of a topic


class ChatLook:
    """What `showing` needs to know of how things look."""

    def __init__(self, settings: Settings, check: OutgoingCheck, clock: Callable[[], datetime]) -> None:
        self._settings, self._check, self._clock = settings, check, clock
        self._people = {key: access.name_of(key, settings.operators) for key in settings.operators}
        self._timezone = ZoneInfo(settings.timezone)

    def card(self, view: cards.CardView) -> Message:
        """The case as it is, with what the outgoing check says of its drafts."""
        return cards.render(self._completed(view), self.words())

    def listing(self, views: Sequence[cards.CardView]) -> Message:
        """Many cases in one message, each with its first words and its jump button."""
        texts = {view.case.id: view.records[0].mention.text for view in views if view.records}
        listed = [view.case for view in views]
        return cards.render_list(listed, self.words(), texts)

    def follow_up(self, case: Case, record: Record) -> Message:
        """What the author wrote since, in answer to the card."""
        return cards.follow_up(case, record, self.words())

    def bare(self, case: Case) -> Message:
        """For when Telegram refuses the card: nothing from outside in it."""
        return cards.bare(case, self.words())

    def awake(self, case: Case) -> Message:
        """A snoozed case is back, in answer to its card."""
        return cards.awake(case, self.words())

    def words(self) -> Words:
        """What messages about other things than cases are worded with."""
        _ = translator(self._settings.language)
        return Words(_, self._clock(), self._timezone, self._people)

    def topic_of(self, case: Case) -> int | None:
        """Where cards of this category go, in a group with topics; None: where all go."""
        return self._settings.telegram.topics.get(case.verdict.category)

    def new_topic_of(self, case: Case) -> str | None:
        """The name of the topic to open for this case, if each gets one."""
        if not self._settings.telegram.topic_per_case:
            return None
        return f"#{case.id} · {one_line(case.author.name, _MAX_AUTHOR)}"

    def _completed(self, view: cards.CardView) -> cards.CardView:
        """With what only rules.yaml knows."""
        settings, case = self._settings, view.case
        return replace(
            view,
            checked=check_case(self._check, case, view.records, view.replies),
            history=replace(view.history, is_vip=is_vip(case.author, settings.authors.vip)),
            needs_two=needs_two_people(settings, case.verdict),
            operators={key: one.telegram for key, one in settings.operators.items()},
            looked_after_by=operators_for(settings, case.verdict.topic),
        )
