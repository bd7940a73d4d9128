"""Ready answers, the questions that customers ask, and whom to turn to."""

from typing import Annotated

from pydantic import (
    Field,
    StringConstraints,
)

from reputation_bot.model import Category, Purpose, Visibility
from reputation_bot.rules.schema import Language, Topic
from reputation_bot.settings.fields import Link, Name, Section

CannedText = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class Canned(Section):
    """A ready answer, one text per language."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(
        description="Shown on the card beside the draft."
    )
    category: list[Category] | None = Field(
        None, description="Offered for these categories; all unless given."
    )
    topic: list[Topic] | None = Field(None, description="Offered for these topics; all unless given.")
    purpose: Purpose = Field(
        Purpose.ANSWER,
        description="What it is for: an answer, or one of the short texts around a private conversation.",
    )
    visibility: Visibility | None = Field(
        None, description="Only for public or only for private answers; for both unless given."
    )
    text: dict[Language, CannedText] = Field(
        min_length=1,
        description="One text for each language; {author}, {brand}, {contact}, {signature}, {topic}, {wait} and others are filled in.",
    )
    short: dict[Language, CannedText] = Field(
        default_factory=dict,
        description="A shorter text for places where the other does not fit; unless given, whole sentences are left out.",
    )


class FaqEntry(Section):
    """A question that customers ask, and its answer."""

    question: dict[Language, Annotated[str, StringConstraints(min_length=1, max_length=500)]] = Field(
        min_length=1, description="The question, in each language in which it may be asked."
    )
    variants: dict[Language, list[Annotated[str, StringConstraints(min_length=1, max_length=500)]]] = Field(
        default_factory=dict, description="The same question in other words."
    )
    answer: dict[Language, CannedText] = Field(
        min_length=1,
        description="One answer for each language; {author}, {brand}, {contact}, {link} and others are filled in.",
    )
    topic: Topic | None = Field(
        None, description="Preferred for mentions of this topic; it also chooses {contact}."
    )
    link: Link | None = Field(
        None,
        description="Where the whole answer stands; fills {link}, and follows the answer where there is room.",
    )


class Contact(Section):
    """Whom customers may turn to for some topics, and who of the staff looks after them."""

    topic: Annotated[list[Topic], Field(min_length=1)] = Field(description="The topics it is for.")
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = Field(
        None, description="Fills {contact_name}, such as: il nostro servizio tecnico."
    )
    address: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        None, description="Fills {contact}: an e-mail address, a handle or whatever one writes to."
    )
    phone: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = Field(
        None, description="Fills {phone}, and {contact} where there is no address."
    )
    hours: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = Field(
        None, description="Fills {hours}: when somebody is there, in plain words."
    )
    link: Link | None = Field(None, description="Fills {link}: a page or form for these topics.")
    operators: list[Name] = Field(
        default_factory=list, description="Who of the staff is named on cards about these topics."
    )
