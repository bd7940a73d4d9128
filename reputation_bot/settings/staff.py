"""The group where the cards go, and who may press the buttons."""

from typing import Annotated

from pydantic import (
    Field,
)

from reputation_bot.model import Category, Role
from reputation_bot.settings.fields import LARGEST_ID, ChatId, Section


class Telegram(Section):
    """The group where the cards go."""

    chat: ChatId
    topic: int | None = Field(None, gt=0, description="message_thread_id of a topic in a group with topics.")
    topics: dict[Category, Annotated[int, Field(gt=0)]] = Field(
        default_factory=dict,
        description="The topic for the cards of a category, in a group with topics; those of the others go to `topic`.",
    )
    topic_per_case: bool = Field(
        False, description="Opens a topic for each case; the bot must be allowed to manage topics."
    )
    administrators: Role | None = Field(
        None,
        description="What the group's administrators may do who are not among the operators; nothing unless given.",
    )
    per_minute: Annotated[int, Field(ge=1, le=20)] = Field(
        20, description="Most sends and edits in one minute; Telegram allows a group 20."
    )


class Operator(Section):
    """A member of staff."""

    telegram: int = Field(
        gt=0, lt=LARGEST_ID, description="Telegram's number of the person; @userinfobot tells it."
    )
    role: Role = Role.AGENT
    name: str | None = Field(None, description="As shown on cards; the key, capitalised, unless given.")
