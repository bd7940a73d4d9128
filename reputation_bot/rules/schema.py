"""The shape of a rule in rules.yaml and in the packs; what it means when run is `engine`'s job."""

from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    FiniteFloat,
    StringConstraints,
    Tag,
    model_validator,
)

from reputation_bot.model import Category, Polarity, Priority

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Topic = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class Range(BaseModel):
    """Numbers from `min` to `max`, both included; a missing end is open."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    min: FiniteFloat | None = Field(None, description="From this number on.")
    max: FiniteFloat | None = Field(None, description="Up to this number.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is above max, so that nothing fits")
        return self


def _form(value: object) -> str | None:
    if isinstance(value, str):
        return "(text)"
    return "(conditions)" if isinstance(value, (dict, Condition)) else None


# told apart by form, so that a mistake in one form is not reported as not being the other
When = Annotated[
    Annotated[Phrase, Tag("(text)")] | Annotated["Condition", Tag("(conditions)")], Discriminator(_form)
]


class Condition(BaseModel):
    """True when every key given is true. A bare string in a list stands for `phrase`."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    phrase: Phrase | None = Field(
        None, description="Whole words in this order, whatever their case and accents."
    )
    regex: Phrase | None = Field(
        None,
        description="An RE2 pattern, searched in the text as written and without accents; no look-around, no back-references.",
    )
    any: list[When] | None = Field(None, description="At least one of these.")
    all: list[When] | None = Field(None, description="Every one of these.")
    not_: list[When] | None = Field(None, alias="not", description="None of these.")
    rating: Range | None = Field(None, description="Stars, 1 to 5; false for a mention without stars.")
    sentiment: Range | None = Field(None, description="-1 (very negative) to 1 (very positive).")
    stated: Range | None = Field(
        None,
        description="The same of what the text states: what it asks is left out, as a question tells no mood.",
    )
    names_us: bool | None = Field(
        None,
        description="Whether it names the brand; what stands on a page of our own need not, all else does.",
    )
    author: list[Phrase] | None = Field(None, description="Name or handle of the author is one of these.")
    channel: list[Phrase] | None = Field(None, description="The channel's name in this file is one of these.")
    language: list[Language] | None = Field(None, description="The text's language is one of these.")


class Outcome(BaseModel):
    """What a rule sets. The first rule that sets a field wins."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    category: Category | None = Field(None, description="What kind of answer is needed.")
    topic: Topic | None = Field(
        None, description="What it is about: order, shipping, returns, or a word of your own."
    )
    priority: Priority | None = Field(None, description="How soon an answer is needed.")
    polarity: Polarity | None = Field(None, description="How the text feels about what it speaks of.")


class Rule(BaseModel):
    """When this holds for a mention, then that is so."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] = Field(
        description="Shown on the card as the reason."
    )
    when: When = Field(description="A text stands for `phrase`.")
    then: Outcome
    examples: list[str] = Field(default_factory=list, description="Texts for which this rule must hold.")
