"""The places to listen to, and how long what they bring is kept."""

from datetime import timedelta
from typing import Any

from pydantic import (
    ConfigDict,
    Field,
)

from reputation_bot.rules.schema import Language
from reputation_bot.settings.fields import Duration, Interval, Name, Section


class ChannelSettings(Section):
    """One connected place to listen to. Keys that are not listed here belong to the connector, which checks them."""

    model_config = ConfigDict(extra="allow", frozen=True)
    connector: Name = Field(description="The code for the platform, such as rss.")
    every: Interval = Field(timedelta(minutes=5), description="How often to look.")
    slowest: Interval | None = Field(
        None,
        description="While nothing new comes, looks grow rarer up to this; always `every` unless given.",
    )
    own: bool = Field(
        False, description="Everything here is about us (our own page): no brand match is needed."
    )
    language: Language | None = Field(None, description="Assumed for texts too short to tell.")
    backlog: Duration | None = Field(
        None,
        description="On the very first look, older mentions are only noted as seen. Unless given, all open cases.",
    )

    @property
    def options(self) -> dict[str, Any]:
        """The connector's own keys."""
        return dict(self.model_extra or {})


class Keep(Section):
    """How long things stay in the live store."""

    closed: Interval = Field(
        timedelta(days=30), description="Closed cases move to the yearly archive after this time."
    )
    seen: Interval = Field(
        timedelta(days=90),
        description="A mention that no channel has shown for this long may count as new again.",
    )
    off_brand: Interval = Field(
        timedelta(days=7),
        description="Mentions that were not about us are kept for this long, to try other rules on.",
    )
