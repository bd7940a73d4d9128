"""The shape of rules.yaml as pydantic models; reading the file and the environment is `config`'s job."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
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
    model_validator,
)
from pydantic_core.core_schema import CoreSchema, no_info_plain_validator_function

from reputation_bot.model import Category, Priority, Purpose, Role, Visibility
from reputation_bot.rules.schema import Language, Phrase, Rule, Topic
from reputation_bot.timetable import (
    Days,
    Shift,
    read_date,
    read_day_of_year,
    read_days,
    read_shifts,
    read_weekdays,
)

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


def _web_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"{}]{3,490}", value):
        raise ValueError("write the whole address of a page, such as https://shop.example/faq")
    return value


Link = Annotated[str, AfterValidator(_web_address)]


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


class AddressForm(StrEnum):
    """How customers are spoken to, in the languages that know a difference: tu or Lei, tú or usted, tu or vous, du or Sie."""

    INFORMAL = "informal"
    FORMAL = "formal"


def _text_or_languages(value: object) -> str | None:
    if isinstance(value, str):
        return "(text)"
    return "(languages)" if isinstance(value, dict) else None


AddressForms = Annotated[
    Annotated[AddressForm, Tag("(text)")] | Annotated[dict[Language, AddressForm], Tag("(languages)")],
    Discriminator(_text_or_languages),
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
    address_form: AddressForms | None = Field(
        None,
        description="informal (tu) or formal (Lei), for all languages or for each; as is usual in each language unless given.",
    )
    review_link: Link | None = Field(
        None,
        description="Fills {review} in answers to praise: where happy customers may write a review. Without it nobody is invited.",
    )


class Telegram(_Section):
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


class TwoPeople(_Section):
    """The cases whose answers need the approval of two different people."""

    categories: list[Category] = Field(default_factory=list, description="For these categories.")
    priorities: list[Priority] = Field(default_factory=list, description="For these priorities.")


class Authors(_Section):
    """People whom the staff should know at a glance."""

    vip: list[Annotated[str, StringConstraints(min_length=1, max_length=200)]] = Field(
        default_factory=list, description="Names or @handles that get a star on the card."
    )


def _re2_pattern(pattern: str) -> str:
    from reputation_bot.rules.patterns import compile_regex  # noqa: PLC0415  # RE2 is loaded only where there is one

    if compile_regex(pattern).search("") is not None:
        raise ValueError("fits the empty text, and so every text")
    return pattern


def _with_a_word(phrase: str) -> str:
    """ "N" stands for a number, "…" for some words, "*" for an ending: none of them says what to look for."""
    if not any(re.sub(r"[*…]|[.]{3}", "", word) for word in re.split(r"[\s|]+", phrase) if word != "N"):
        raise ValueError("there is no word to look for")
    return phrase


Pattern = Annotated[Phrase, AfterValidator(_re2_pattern)]
Words = Annotated[Phrase, AfterValidator(_with_a_word)]


class Outgoing(_Section):
    """What the check of an answer looks for, besides what comes with the program; how phrases are written, docs/rules.md says."""

    order_numbers: list[Pattern] = Field(
        default_factory=list, description="RE2 patterns of order numbers and tracking codes: not in public."
    )
    surnames: list[Phrase] = Field(
        default_factory=list, description="Surnames of staff, besides those of operators: not in public."
    )
    banned: list[Words] = Field(default_factory=list, description="Phrases that no answer may have.")
    allowed: list[Words] = Field(
        default_factory=list,
        description="Phrases and numbers that may always be said, whatever they look like: names of products, the shop's own address.",
    )
    admissions: list[Words] = Field(
        default_factory=list, description="Phrases that admit a fault: a warning."
    )
    promises: list[Words] = Field(
        default_factory=list, description="Phrases that promise something: a warning."
    )
    harsh: list[Words] = Field(default_factory=list, description="Phrases that sound harsh: a warning.")
    jargon: dict[Words, str] = Field(
        default_factory=dict,
        description="Office language, each phrase with what people say instead: a warning.",
    )


class Publishing(_Section):
    """How an approved answer goes out."""

    undo: Duration = Field(timedelta(seconds=10), description="Time in which an approval can be taken back.")
    two_people: TwoPeople = Field(
        default_factory=TwoPeople, description="When two different people must approve an answer."
    )


REMIND_UNLESS_GIVEN, ESCALATE_UNLESS_GIVEN = 0.25, 0.5  # of the promised time


def _part_of_a_promise(value: object) -> timedelta | float | None:
    """A duration, a share such as `25%`, or None for `never`."""
    if isinstance(value, str) and value.strip() == "never":
        return None
    if isinstance(value, str) and (share := re.fullmatch(r" *([0-9]{1,4}) *% *", value)):
        return int(share[1]) / 100
    try:
        return parse_duration(value)
    except ValueError as error:
        raise ValueError(f"{error}, a share such as 25%, or never") from None


Part = Annotated[
    timedelta | float | None,
    BeforeValidator(_part_of_a_promise),
    WithJsonSchema({"type": "string", "examples": ["15m", "25%", "never"]}),
]


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
    remind: Annotated[
        dict[Priority, Part],
        BeforeValidator(_every_priority, json_schema_input_type=Part | dict[Priority, Part]),
    ] = Field(
        default_factory=dict,
        description="How long before it is due the group is reminded: a duration, a share of the promise, or never; 25% unless given.",
    )
    escalate: Annotated[
        dict[Priority, Part],
        BeforeValidator(_every_priority, json_schema_input_type=Part | dict[Priority, Part]),
    ] = Field(
        default_factory=dict,
        description="How long after it was due a case escalates: a duration, a share of the promise, or never; 50% unless given.",
    )

    def first_response_for(self, priority: Priority) -> timedelta:
        """One hour unless configured."""
        return self.first_response.get(priority, timedelta(hours=1))

    def remind_before(self, priority: Priority) -> timedelta | None:
        """How long before it is due; None: never."""
        return self._part(self.remind.get(priority, REMIND_UNLESS_GIVEN), priority)

    def escalate_after(self, priority: Priority) -> timedelta | None:
        """How long after it was due; None: never."""
        return self._part(self.escalate.get(priority, ESCALATE_UNLESS_GIVEN), priority)

    def _part(self, part: timedelta | float | None, priority: Priority) -> timedelta | None:
        return part * self.first_response_for(priority) if isinstance(part, float) else part


ANY_DAY = "a day or days such as mon, mon-fri or lun-ven"  # what may stand for `week` in a list of known keys
_DAY_KEY = "(mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|gio|ven|sab|dom)[A-Za-zì]*"
_DAYS_KEY = f"^ *{_DAY_KEY} *([-–,] *{_DAY_KEY} *)*$"
_LONGEST_CODE = 3  # of a province or region in ISO 3166-2
_TEXT_OR_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


def _place_with_holidays(value: str) -> str:
    country, dash, part = (one.strip() for one in value.partition("-"))
    if not re.fullmatch(r"[A-Za-z]{2}", country) or not re.fullmatch(r"[\w .]{1,40}" if dash else "", part):
        raise ValueError(
            "write the two letters of the country, or with its province or region as in ISO 3166: IT or IT-MI"
        )
    # a few places have a name and no letters: IT-Cesena
    return f"{country.upper()}{dash}{part if len(part) > _LONGEST_CODE else part.upper()}"


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _days_as_keys(schema: dict[str, Any]) -> None:
    """In the file the days stand beside the other keys, not below one."""
    days = schema["properties"].pop(ANY_DAY)
    schema["patternProperties"] = {
        _DAYS_KEY: {**days["additionalProperties"], "description": days["description"]}
    }


@dataclass(frozen=True, slots=True)
class _ReadBy:
    """For a type that is written as text: nothing of its own fields belongs into the schema of the file."""

    read: Callable[[object], object]
    schema: Mapping[str, object] = field(hash=False)

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> CoreSchema:
        return no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, core_schema: object, handler: object) -> dict[str, Any]:
        return dict(self.schema)


Shifts = Annotated[
    tuple[Shift, ...], _ReadBy(read_shifts, {**_TEXT_OR_TEXTS, "examples": ["9:00-13:00, 15:00-19:00"]})
]
DateKey = Annotated[date, _ReadBy(read_date, {"type": "string", "format": "date"})]
ClosedDays = Annotated[
    Days, _ReadBy(read_days, {"type": "string", "examples": ["2026-12-24", "2026-08-10..2026-08-24"]})
]
DayOfYear = Annotated[tuple[int, int], _ReadBy(read_day_of_year, {"type": "string", "examples": ["12-07"]})]


class OpeningHours(_Section):
    """When somebody is there to answer, by the clock of the shop's time zone. A day that is not named is closed."""

    model_config = ConfigDict(json_schema_extra=_days_as_keys)
    week: dict[str, Shifts] = Field(
        default_factory=dict,
        alias=ANY_DAY,
        description="The shifts of a day or of several days, such as 9:00-13:00, 15:00-19:00, or closed.",
    )
    closed: Annotated[
        list[ClosedDays], BeforeValidator(_listed, json_schema_input_type=ClosedDays | list[ClosedDays])
    ] = Field(default_factory=list, description="Days on which nobody is there: holidays of the shop's own.")
    open: dict[DateKey, Shifts] = Field(
        default_factory=dict,
        description="The hours of single days, which count before all else: a Sunday before Christmas.",
    )
    holidays: Annotated[str, AfterValidator(_place_with_holidays)] | None = Field(
        None, description="Closed on the public holidays of this country, region or province: IT, IT-MI."
    )
    patron: Annotated[
        list[DayOfYear], BeforeValidator(_listed, json_schema_input_type=DayOfYear | list[DayOfYear])
    ] = Field(default_factory=list, description="Closed on these days every year: 12-07.")

    @model_validator(mode="before")
    @classmethod
    def _days_below_one_key(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "week" in data:
            return data
        days = {key: value for key, value in data.items() if isinstance(key, str) and read_weekdays(key)}
        return {key: value for key, value in data.items() if key not in days} | {"week": days}


class AcknowledgeWhen(StrEnum):
    """At which hours the bot acknowledges by itself."""

    CLOSED = "closed"
    ALWAYS = "always"


def _worth_acknowledging(category: Category) -> Category:
    if category in {Category.SPAM, Category.PRAISE}:
        raise ValueError("is never acknowledged: write question, complaint, suggestion or other")
    return category


class Acknowledge(_Section):
    """What is acknowledged on one channel without anybody approving it, where the platform's rules allow that."""

    category: Annotated[
        list[Annotated[Category, AfterValidator(_worth_acknowledging)]], Field(min_length=1)
    ] = Field(
        [Category.QUESTION, Category.COMPLAINT],
        description="Which mentions; questions and complaints unless given.",
    )
    when: AcknowledgeWhen = Field(
        AcknowledgeWhen.CLOSED, description="closed: only outside the opening hours; or always."
    )
    visibility: Visibility | None = Field(
        None,
        description="public or private; as the author wrote unless given. What was written in private is never answered in public.",
    )


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


CannedText = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class Canned(_Section):
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


class FaqEntry(_Section):
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


class Contact(_Section):
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
    outgoing: Outgoing = Outgoing()
    authors: Authors = Authors()
    promises: Promises = Promises()
    hours: OpeningHours | None = Field(
        None, description="When somebody is there: only this time counts in promises. Unless given, always."
    )
    acknowledge: dict[Name, Acknowledge] = Field(
        default_factory=dict,
        description="Channels, by their names, on which the bot itself says that a message has arrived, and until when it is answered.",
    )
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
    faq: list[FaqEntry] = Field(
        default_factory=list,
        max_length=5000,
        description="Questions that customers ask, with their answers: offered first when somebody asks one.",
    )
    contacts: dict[Name, Contact] = Field(
        default_factory=dict,
        description="Whom to turn to for which topics, each under a name of your choice.",
    )


class Environment(BaseModel):
    """What comes from the environment only. The token never appears in a repr."""

    model_config = ConfigDict(frozen=True)
    token: SecretStr | None = None  # REPUTATION_BOT_TOKEN
    api: str = "https://api.telegram.org"  # REPUTATION_BOT_API, without "/bot"
    store: str = Field("tinydb:reputation-bot.json", repr=False)  # REPUTATION_BOT_STORE; may hold a password
    rules: str = "rules.yaml"  # REPUTATION_BOT_RULES
