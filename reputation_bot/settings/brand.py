"""Whom we speak for, how people name it, and whom the staff should know at a glance."""

from enum import StrEnum
from typing import Annotated

from pydantic import (
    Discriminator,
    Field,
    StringConstraints,
    Tag,
)

from reputation_bot.rules.schema import Language, Phrase
from reputation_bot.settings.fields import Link, Name, Section, text_or_languages


class Term(Section):
    """A word by which people name the brand, and what tells it from others who bear it."""

    term: Phrase = Field(description="The word or words, @handle, #hashtag or domain.")
    near: list[Phrase] = Field(
        default_factory=list,
        description="One of these must stand near, in any form of the word; a domain, @handle or #hashtag anywhere.",
    )
    not_near: list[Phrase] = Field(
        default_factory=list,
        description="None of these may stand near; a domain, @handle or #hashtag nowhere in the text.",
    )
    within: Annotated[int, Field(ge=1, le=100)] = Field(12, description="How many words away is near.")
    capitals: bool = Field(False, description="Counts only with a capital letter: Aurora, not aurora.")
    inflections: bool = Field(False, description="Also in other forms of its words: tazza, tazze.")
    misspellings: bool | None = Field(
        None, description="Also with a slip of the keyboard; as for the brand unless given."
    )
    channels: Annotated[list[Name], Field(min_length=1)] | None = Field(
        None, description="Counts only on these channels; on all unless given."
    )


def _form(value: object) -> str | None:
    if isinstance(value, str):
        return "(text)"
    return "(term)" if isinstance(value, (dict, Term)) else None


# told apart by form, so that a mistake in one form is not reported as not being the other
TextOrTerm = Annotated[
    Annotated[Phrase, Tag("(text)")] | Annotated[Term, Tag("(term)")], Discriminator(_form)
]


class AddressForm(StrEnum):
    """How customers are spoken to, in the languages that know a difference: tu or Lei, tú or usted, tu or vous, du or Sie."""

    INFORMAL = "informal"
    FORMAL = "formal"


AddressForms = Annotated[
    Annotated[AddressForm, Tag("(text)")] | Annotated[dict[Language, AddressForm], Tag("(languages)")],
    Discriminator(text_or_languages),
]


class Brand(Section):
    """Whom we speak for, and the words by which people name it."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] = Field(
        description="As customers know it; also what is looked for when there are no terms."
    )
    terms: list[TextOrTerm] = Field(
        default_factory=list,
        description="Any of these makes a mention ours: words, @handles, #hashtags, domains; each a text, or keys with conditions.",
    )
    all: list[Phrase] = Field(default_factory=list, description="Every one of these must be there as well.")
    not_: list[Phrase] = Field(
        default_factory=list, alias="not", description="A mention with one of these is not about us."
    )
    misspellings: bool = Field(
        False,
        description="Terms count with a slip of the keyboard as well: one for each six letters of a word.",
    )
    contact: str | None = Field(
        None, description="Fills {contact} in canned responses: an address or a number to write to."
    )
    signature: str | None = Field(None, description="Fills {signature}; the brand's name unless given.")
    address_form: AddressForms | None = Field(
        None,
        description="informal (tu) or formal (Lei), for all languages or for each; as is usual in each language unless given.",
    )
    review_link: Link | None = Field(
        None,
        description="Fills {review} in answers to praise: where happy customers may write a review. Without it nobody is invited.",
    )


class Authors(Section):
    """People whom the staff should know at a glance."""

    vip: list[Annotated[str, StringConstraints(min_length=1, max_length=200)]] = Field(
        default_factory=list, description="Names or @handles that get a star on the card."
    )
