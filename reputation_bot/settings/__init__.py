"""The shape of rules.yaml as pydantic models; reading the file and the environment is `config`'s job."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from reputation_bot.rules.schema import Language, Rule
from reputation_bot.settings.answers import Canned, Contact, FaqEntry
from reputation_bot.settings.brand import AddressForm, Authors, Brand, Term
from reputation_bot.settings.channels import ChannelSettings, Keep
from reputation_bot.settings.fields import LARGEST_ID, Name, Section, parse_duration
from reputation_bot.settings.opening import Acknowledge, AcknowledgeWhen, OpeningHours
from reputation_bot.settings.promises import Promises
from reputation_bot.settings.publishing import Outgoing, Publishing
from reputation_bot.settings.staff import Operator, Telegram
from reputation_bot.settings.webhook import Proof, Webhook

__all__ = [
    "LARGEST_ID",
    "Acknowledge",
    "AcknowledgeWhen",
    "AddressForm",
    "Brand",
    "Canned",
    "ChannelSettings",
    "Contact",
    "Environment",
    "FaqEntry",
    "OpeningHours",
    "Operator",
    "Outgoing",
    "Promises",
    "Proof",
    "Settings",
    "Term",
    "Webhook",
    "parse_duration",
]


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("write a time zone of the tz database, such as Europe/Rome") from None
    return name


class Settings(Section):
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
    webhook: Webhook | None = Field(
        None, description="Where the bot listens for what forms and platforms send; nowhere unless given."
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
