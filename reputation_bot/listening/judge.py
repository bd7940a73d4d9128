"""What we think of a mention and would answer to it: brand match, verdict and drafts behind one door, loaded when first needed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from reputation_bot.model import (
    Case,
    Draft,
    Mention,
    Priority,
    Purpose,
    Record,
    ReplyOptions,
    Verdict,
    Visibility,
)
from reputation_bot.rules.background import UNKNOWN, Background
from reputation_bot.settings import ChannelSettings, Settings

if TYPE_CHECKING:
    from reputation_bot.brand.matching import BrandMatcher
    from reputation_bot.drafts import Drafts
    from reputation_bot.rules.engine import Classifier


Wait = Callable[[Priority], timedelta | None]


@dataclass(frozen=True)
class Judgement:
    """`words` are those that say the mention is about the brand; None: it is not, unless it carries on a case.

    Verdict and drafts take most of the time, so they are worked out when first asked for: what is about somebody else needs neither.
    """

    words: tuple[str, ...] | None
    work_out: Callable[[], tuple[Verdict, tuple[Draft, ...]]]

    @property
    def verdict(self) -> Verdict:
        """What we think of the mention."""
        return self.worked_out[0]

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """What we would answer."""
        return self.worked_out[1]

    @cached_property
    def worked_out(self) -> tuple[Verdict, tuple[Draft, ...]]:
        """Both; asking for it is what costs the time."""
        return self.work_out()


class Judge:
    """Loads patterns and models (about 0.2 s) at the first mention, so that a poll without news never pays for them."""

    def __init__(self, settings: Settings, wait: Wait | None = None) -> None:
        """`wait` says how long an author may have to wait from now on, for {wait} in drafts; unless given, as long as was promised."""
        self._settings, self._wait = settings, wait or (lambda _: None)

    def judge(
        self,
        mention: Mention,
        channel: ChannelSettings,
        options: ReplyOptions,
        background: Background = UNKNOWN,
    ) -> Judgement:
        """Never raises for any text."""
        words = () if channel.own else self._matcher.match(mention)

        def work_out() -> tuple[Verdict, tuple[Draft, ...]]:
            verdict = self._classifier.classify(mention, words or (), background).told()
            return verdict, self.redraft(mention, verdict, options)

        return Judgement(words, work_out)

    def redraft(self, mention: Mention, verdict: Verdict, options: ReplyOptions) -> tuple[Draft, ...]:
        """What we would answer if the verdict were this."""
        return self._drafts.drafts_for(mention, verdict, options, wait=self._wait(verdict.priority))

    def prepared(
        self, purpose: Purpose, mention: Mention, verdict: Verdict, options: ReplyOptions
    ) -> Draft | None:
        """A canned text for that purpose; None where there is none that fits."""
        return self._drafts.purpose(purpose, mention, verdict, options, wait=self._wait(verdict.priority))

    def acknowledgement(
        self, case: Case, record: Record, visibility: Visibility, wait: timedelta
    ) -> Draft | None:
        """What tells an author that the mention has arrived, and how long an answer may take at most."""
        return self._drafts.purpose(
            Purpose.ACKNOWLEDGEMENT,
            record.mention,
            case.verdict,
            case.options,
            visibility=visibility,
            wait=wait,
        )

    @cached_property
    def _matcher(self) -> "BrandMatcher":
        from reputation_bot.brand.matching import BrandMatcher  # noqa: PLC0415  # loads RE2

        return BrandMatcher(self._settings.brand)

    @cached_property
    def _classifier(self) -> "Classifier":
        from reputation_bot.rules.engine import Classifier  # noqa: PLC0415  # loads the language model

        return Classifier(self._settings)

    @cached_property
    def _drafts(self) -> "Drafts":
        from reputation_bot.drafts import Drafts  # noqa: PLC0415  # loads the packs

        return Drafts(self._settings)
