"""What a platform showed, who wrote it, and what we think of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from reputation_bot.model.kinds import Category, Priority, Visibility


class Polarity(StrEnum):
    """How a text feels about what it speaks of."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class Author:
    """Whoever wrote a mention, as the platform names them."""

    name: str
    handle: str | None = None  # without "@"
    external_id: str | None = None
    url: str | None = None

    @property
    def key(self) -> str:
        """What tells this author from the others on one channel."""
        return self.external_id or self.handle or self.name


@dataclass(frozen=True, slots=True)
class Mention:
    """One text that a platform showed. `text` and `title` are plain text; times are aware UTC and never in the future."""

    channel: str
    external_id: str  # unique and stable within its channel
    author: Author
    text: str
    thread: str  # the platform's grouping: equal for a text and the answers under it
    created_at: datetime | None = None  # None: the platform does not say
    title: str | None = None
    url: str | None = None  # absolute; where a person reads it
    rating: float | None = None  # 1 (worst) … 5 (best)
    lang: str | None = None  # ISO 639-1, only when the platform says so
    visibility: Visibility = Visibility.PUBLIC

    @property
    def key(self) -> str:
        """Unique over all channels."""
        return f"{self.channel}:{self.external_id}"


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of why a verdict is as it is, e.g. field "category", value "complaint", rule "mai arrivato"."""

    field: str
    value: str
    rule: str  # name of the rule, or what else decided ("language model", "default")
    words: tuple[str, ...] = ()  # the words of the text that matched, as written
    weight: float = 0.0  # how much it speaks for `value`; 0 for what was decided without weighing


class _ToldLater:
    """For a verdict whose trace is put together when it is first asked for: finding the words to show takes as long as the rest."""

    __slots__ = ("_tell",)
    _tell: Callable[[], tuple[Reason, ...]]

    if not TYPE_CHECKING:  # or every misspelt attribute would pass

        def __getattr__(self, name: str) -> tuple[Reason, ...]:
            if name != "trace":
                raise AttributeError(f"a {type(self).__name__} has no {name}")
            trace = self._tell()  # by two threads at once: then twice, with the same outcome
            object.__setattr__(self, "trace", trace)
            object.__setattr__(self, "_tell", lambda: trace)  # frees what it was worked out from
            return trace


@dataclass(frozen=True, slots=True)
class Verdict(_ToldLater):
    """What we think of a mention, and why."""

    category: Category
    priority: Priority
    lang: str  # ISO 639-1
    sentiment: float  # -1 … 1, of the words alone, on vaderSentiment's scale
    topic: str | None = None
    topics: tuple[str, ...] = ()  # all that were found, the weightiest first; `topic` is the first
    confidence: float = 1.0  # 0 … 1: how far the category is ahead of the next
    needs_person: bool = False  # too close to call, or too grave for a routine answer
    brand_words: tuple[str, ...] = ()  # the words that say the mention is about the brand
    polarity: Polarity = Polarity.NEUTRAL  # by words, stars and forms together, each with its weight
    trace: tuple[Reason, ...] = ()

    def told_by(self, tell: Callable[[], tuple[Reason, ...]]) -> "Verdict":
        """This very verdict, once made, with a trace that is worked out when it is first read. It is a value like any other."""
        object.__setattr__(self, "_tell", tell)
        object.__delattr__(self, "trace")
        return self

    def told(self) -> "Verdict":
        """This very verdict, its trace put together now, before somebody waits for it."""
        _ = self.trace
        return self


@dataclass(frozen=True, slots=True)
class Correction:
    """What an operator says a mention really is. What is None was not said; `not_us` says that it is not about the brand."""

    at: datetime
    by: str
    category: Category | None = None
    topic: str | None = None
    priority: Priority | None = None
    not_us: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A mention as we keep it. `edited_at` is when we noticed that its text or rating had changed."""

    mention: Mention
    case_id: int
    verdict: Verdict
    recorded_at: datetime
    edited_at: datetime | None = None
    correction: Correction | None = None  # `verdict` is the rules' own all the same
    first_rating: float | None = None  # the stars at first, where the author has changed them since
    gone_at: datetime | None = None  # when we noticed that the platform no longer shows it
    marks: tuple[str, ...] = ()  # what a copy of it would share: see `copies`
    copy_of: str | None = None  # key of the mention whose text this is, in another place
