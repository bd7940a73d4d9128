"""Fills the variables of a text in; which text is chosen, and whether it fits, is for others.

{author} is the author's first name or @handle, and vanishes with its space or comma when there is none; {privately} says
«in a private message» in public, and vanishes in private; {written} says in public that a private message has been sent, where one
can be. A text that uses another variable without a value is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from reputation_bot import packs
from reputation_bot.contacts import contact_for
from reputation_bot.model import Author, Mention, Verdict, Visibility
from reputation_bot.settings import AddressForm, Settings
from reputation_bot.text import fold

VARIABLES = frozenset(
    {
        "author",
        "brand",
        "contact",
        "contact_name",
        "hours",
        "link",
        "phone",
        "privately",
        "review",
        "signature",
        "topic",
        "wait",
        "written",
    }
)
VARIABLE = re.compile(r"\{([^{}]*)\}")
_NO_AUTHOR_FIRST = re.compile(r"(^|\n)\{author\}[ \t]*[,:!]?[ \t]*(\w?)")
_NO_AUTHOR = re.compile(r",?[ \t]*\{author\}")
_IN_PRIVATE = re.compile(r"[ \t]*\{privately\}")
_PERSON = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_HANDLE = re.compile(r"[A-Za-z0-9_](?:[\w.-]{0,48}\w)?", re.ASCII)
_MIN_NAME, _MAX_NAME = 2, 20
_ROUND_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a text is for. `wait` is how long the customer may have to wait; None: as promised for the priority."""

    mention: Mention
    verdict: Verdict
    visibility: Visibility
    wait: timedelta | None = None
    can_write: bool = True  # whether the platform takes a private message from us


class Filler:
    """Knows the shop."""

    def __init__(self, settings: Settings, forms: Mapping[str, AddressForm]) -> None:
        self._settings, self._forms = settings, forms
        nameless = (packs.names(lang).nameless for lang in settings.languages)
        self._nameless = frozenset(fold(word) for words in nameless for word in words)

    def has_contact(self, occasion: Occasion) -> bool:
        """Whether customers can be told where else to write to."""
        return bool(contact_for(self._settings, occasion.verdict.topic).address)

    def values(self, lang: str, occasion: Occasion) -> dict[str, str]:
        """By the names of VARIABLES; empty where there is none."""
        brand, names = self._settings.brand, packs.names(lang)
        reach = contact_for(self._settings, occasion.verdict.topic)
        form = self._forms.get(lang) or names.address_form
        in_public = occasion.visibility is Visibility.PUBLIC
        promised = self._settings.promises.first_response_for(occasion.verdict.priority)
        return {
            "author": self._called(occasion.mention.author),
            "brand": brand.name,
            "signature": brand.signature or brand.name,
            "contact": reach.address,
            "contact_name": reach.name,
            "phone": reach.phone,
            "hours": reach.hours,
            "link": reach.link,
            "review": brand.review_link or "" if _may_be_invited(occasion) else "",
            "topic": names.topics.get(occasion.verdict.topic or "", ""),
            "wait": in_words(promised if occasion.wait is None else occasion.wait, lang),
            "privately": names.privately,
            "written": names.we_have_written(form) if in_public and occasion.can_write else "",
        }

    def _called(self, author: Author) -> str:
        """How to address the author: first name, else handle; empty when the platform shows neither."""
        first = (author.name.split() or [""])[0]
        if fold(first) in self._nameless:
            return ""
        if _PERSON.fullmatch(first) and _MIN_NAME <= len(first) <= _MAX_NAME:
            return first.title() if first.isupper() or first.islower() else first
        if author.handle and _HANDLE.fullmatch(author.handle):
            return f"@{author.handle}"
        return author.name if _HANDLE.fullmatch(author.name) and len(author.name) >= _MIN_NAME else ""


class Sheet:
    """The values for one occasion, worked out once for each language."""

    def __init__(self, filler: Filler, occasion: Occasion) -> None:
        self._filler, self.occasion = filler, occasion
        self._values: dict[str, dict[str, str]] = {}

    def fill(self, text: str, lang: str, *, link: str = "") -> str | None:
        """The text without variables; None when a value that it needs is missing. `link` goes before the contact's own."""
        if lang not in self._values:
            self._values[lang] = self._filler.values(lang, self.occasion)
        values = self._values[lang] | {"link": link} if link else self._values[lang]
        if not values["author"]:
            text = _NO_AUTHOR_FIRST.sub(lambda start: start[1] + start[2].upper(), text)
            text = _NO_AUTHOR.sub("", text)
        if self.occasion.visibility is Visibility.PRIVATE:
            text = _IN_PRIVATE.sub("", text)
        if not all(values.get(name) for name in VARIABLE.findall(text)):
            return None
        return VARIABLE.sub(lambda variable: values[variable[1]], text).strip()

    @property
    def has_contact(self) -> bool:
        """Whether customers can be told where else to write to."""
        return self._filler.has_contact(self.occasion)


def in_words(wait: timedelta, lang: str) -> str:
    """«entro due ore», never less than `wait`; empty for no time at all, and in a language without a pack."""
    minutes = ceil(wait / timedelta(minutes=1))
    hours = ceil(minutes / 60)
    if minutes < 60:  # noqa: PLR2004
        rounded = minutes if minutes <= _ROUND_MINUTES else ceil(minutes / _ROUND_MINUTES) * _ROUND_MINUTES
        unit, number = ("minutes", rounded) if rounded < 60 else ("hours", 1)  # noqa: PLR2004
    else:
        unit, number = ("hours", hours) if hours < 24 else ("days", ceil(hours / 24))  # noqa: PLR2004
    words = packs.names(lang).wait.get(unit)
    if words is None or number < 1:
        return ""
    return words[0] if number == 1 else words[1].format(number=number)


def _may_be_invited(occasion: Occasion) -> bool:
    """To write a review: in public, and not somebody who has just written one."""
    return occasion.visibility is Visibility.PUBLIC and occasion.mention.rating is None
