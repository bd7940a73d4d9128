"""The shape of rules.yaml as pydantic models; reading the file and the environment is `config`'s job."""

import re
from datetime import timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    StringConstraints,
    Tag,
    WithJsonSchema,
)

from reputation_bot.model import Category, Priority, Role
from reputation_bot.rules.schema import Language, Phrase, Rule, Topic

_LONGEST = timedelta(days=3650)
LARGEST_ID = 2**52  # ids have at most 52 significant bits: core.telegram.org/bots/api#chat, 2026-11
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_duration(value: object) -> timedelta:
    """`90s`, `15m`, `1h30m`, `2d`, `1w`, at most ten years. Raises ValueError for anything else, a bare number included."""
    parts = re.findall(r"([0-9]{1,9})([smhdw])", value) if isinstance(value, str) else []
    if not parts or "".join(number + unit for number, unit in parts) != str(value).replace(" ", ""):
        raise ValueError("write a duration such as 10s, 15m, 1h30m or 7d")
    seconds = sum(timedelta(**{_UNITS[unit]: 1}).total_seconds() * int(number) for number, unit in parts)
    if seconds > _LONGEST.total_seconds():
        raise ValueError("is longer than ten years")
    return timedelta(seconds=seconds)


Duration = Annotated[
    timedelta,
    BeforeValidator(lambda value: value if isinstance(value, timedelta) else parse_duration(value)),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^ *([0-9]{1,9}[smhdw] *)+$",
            "examples": ["10s", "15m", "1h30m", "7d"],
        }
    ),
]


def _not_zero(value: timedelta) -> timedelta:
    if value <= timedelta():
        raise ValueError("must be longer than nothing")
    return value


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("write a time zone of the tz database, such as Europe/Rome") from None
    return name


Interval = Annotated[Duration, AfterValidator(_not_zero)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]


def _not_a_lost_minus(value: int) -> int:
    if value == 0 or 10**12 < value < 2 * 10**12:  # people's ids are far from thirteen digits
        raise ValueError("a group's number begins with a minus, usually with -100")
    return value


ChatId = Annotated[
    int,
    Field(
        gt=-LARGEST_ID,
        lt=LARGEST_ID,
        description="Telegram's number of the group, usually starting with -100.",
    ),
    AfterValidator(_not_a_lost_minus),
]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return []  # any value may be a secret out of the environment


class Term(_Section):
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


class Brand(_Section):
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


class Telegram(_Section):
    """The group where the cards go."""

    chat: ChatId
    topic: int | None = Field(None, gt=0, description="message_thread_id of a topic in a group with topics.")
    per_minute: Annotated[int, Field(ge=1, le=20)] = Field(
        20, description="Most sends and edits in one minute; Telegram allows a group 20."
    )


class Operator(_Section):
    """A member of staff."""

    telegram: int = Field(
        gt=0, lt=LARGEST_ID, description="Telegram's number of the person; @userinfobot tells it."
    )
    role: Role = Role.AGENT
    name: str | None = Field(None, description="As shown on cards; the key, capitalised, unless given.")


class ChannelSettings(_Section):
    """One connected place to listen to. Keys that are not listed here belong to the connector, which checks them."""

    model_config = ConfigDict(extra="allow", frozen=True)
    connector: Name = Field(description="The code for the platform, such as rss.")
    every: Interval = Field(timedelta(minutes=5), description="How often to look.")
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


class Publishing(_Section):
    """How an approved answer goes out."""

    undo: Duration = Field(timedelta(seconds=10), description="Time in which an approval can be taken back.")


def _every_priority(value: Any) -> Any:
    return (
        {"low": value, "normal": value, "high": value, "urgent": value} if isinstance(value, str) else value
    )


class Promises(_Section):
    """Until when a first answer is due."""

    first_response: Annotated[
        dict[Priority, Duration],
        BeforeValidator(_every_priority, json_schema_input_type=Duration | dict[Priority, Duration]),
    ] = Field(default_factory=dict, description="One duration, or one per priority; one hour unless given.")

    def first_response_for(self, priority: Priority) -> timedelta:
        """One hour unless configured."""
        return self.first_response.get(priority, timedelta(hours=1))


class Keep(_Section):
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


class Canned(_Section):
    """A ready answer, one text per language."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(
        description="Shown on the card beside the draft."
    )
    category: list[Category] | None = Field(
        None, description="Offered for these categories; all unless given."
    )
    topic: list[Topic] | None = Field(None, description="Offered for these topics; all unless given.")
    text: dict[Language, Annotated[str, StringConstraints(min_length=1, max_length=4000)]] = Field(
        min_length=1,
        description="One text for each language; {author}, {brand}, {contact}, {signature} and {topic} are filled in.",
    )


class Settings(_Section):
    """rules.yaml as a whole."""

    language: Annotated[Language, Field(description="Of the staff interface: it or en.")] = "it"
    timezone: Annotated[str, AfterValidator(_time_zone)] = Field(
        "Europe/Rome", description="Where the shop is, as in the tz database; times on cards are told in it."
    )
    languages: list[Language] = Field(
        ["it", "en"],
        min_length=1,
        description="Languages looked for in mentions; the first is the brand's own.",
    )
    brand: Brand
    telegram: Telegram
    operators: dict[Name, Operator] = Field(
        default_factory=dict, description="The staff, each under a short name: who may press the buttons."
    )
    publishing: Publishing = Publishing()
    promises: Promises = Promises()
    keep: Keep = Keep()
    channels: dict[Name, ChannelSettings] = Field(
        default_factory=dict, description="The places to listen to, each under a name of your choice."
    )
    rules: list[Rule] = Field(
        default_factory=list, description="Rules of your own, before those that come with the program."
    )
    canned: list[Canned] = Field(
        default_factory=list, description="Answers of your own, before those that come with the program."
    )


class Environment(BaseModel):
    """What comes from the environment only. The token never appears in a repr."""

    model_config = ConfigDict(frozen=True)
    token: SecretStr | None = None  # REPUTATION_BOT_TOKEN
    api: str = "https://api.telegram.org"  # REPUTATION_BOT_API, without "/bot"
    store: str = Field("tinydb:reputation-bot.json", repr=False)  # REPUTATION_BOT_STORE; may hold a password
    rules: str = "rules.yaml"  # REPUTATION_BOT_RULES
