"""The words of `packs/<language>/outgoing.yaml` together with those of rules.yaml, read when a text is first checked.

"any" holds what is true in every language. A language without such a file has empty lists. How a phrase is written, `phrases` says.
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints

from reputation_bot import packs
from reputation_bot.outgoing.phrases import Phrases
from reputation_bot.settings import Outgoing

_FOLDERS = Path(packs.__file__).parent
_Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Source(BaseModel):
    """A file outgoing.yaml as written."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    greetings: list[_Phrase] = []  # begin a text
    courtesies: list[
        _Phrase
    ] = []  # thanks, excuses, good wishes: with none of these and no greeting a text is cold
    harsh: list[_Phrase] = []
    sarcasm: list[_Phrase] = []
    jargon: dict[_Phrase, str] = {}  # each with what people say
    admissions: list[_Phrase] = []
    promises: list[_Phrase] = []
    negators: str = ""  # before an admission or a promise they turn it round
    orders: str = ""  # what an order or a parcel's number is called
    placeholders: str = ""  # between brackets, they are still to be filled in
    known: str = ""  # names that everybody knows: they tell nothing of a person


class Lists:
    """What is looked for in texts of one language."""

    def __init__(self, lang: str, own: Outgoing) -> None:
        source, every = read(lang), read(packs.ANY)
        self.has_courtesies = bool(source.greetings)
        self.courtesies = Phrases([*source.greetings, *source.courtesies])
        self.harsh = Phrases([*source.harsh, *every.harsh, *own.harsh])
        self.sarcasm = Phrases([*source.sarcasm, *every.sarcasm])
        self.plain_words = source.jargon | own.jargon
        self.jargon = Phrases(self.plain_words)
        self.admissions = Phrases([*source.admissions, *own.admissions])
        self.promises = Phrases([*source.promises, *own.promises])
        self.negators = frozenset(source.negators.split())


@lru_cache(maxsize=16)
def read(folder: str) -> Source:
    """Empty where there is no such file."""
    path = _FOLDERS / folder / "outgoing.yaml"
    if not path.is_file():
        return Source()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is built in
    return Source.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {})  # noqa: S506  # both are safe loaders


@lru_cache(maxsize=1)
def folders() -> tuple[str, ...]:
    """The languages that have such a file, and "any"."""
    return tuple(sorted(path.parent.name for path in _FOLDERS.glob("*/outgoing.yaml")))


@lru_cache(maxsize=1)
def greetings() -> Phrases:
    """Those of every language: whoever divides a text may not know which it is in."""
    return Phrases(dict.fromkeys(phrase for folder in folders() for phrase in read(folder).greetings))


def words_of_every_language(name: str) -> frozenset[str]:
    """One of the lists that are plain words (`orders`, `placeholders`, `known`), over all folders."""
    return frozenset(word for folder in folders() for word in getattr(read(folder), name).split())
