"""What rules.yaml says of a channel with `connector: json`, checked, laid over a mapping that comes along; using it is for others."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from connectors.http import http_address
from connectors.json_api.expression import compiled
from connectors.options import STRICT, ApiAddress

_PRESETS = Path(__file__).parent / "presets"


def _expression(text: str) -> str:
    compiled(text)
    return text


def _preset(name: str) -> str:
    if name not in presets():
        raise ValueError(f"there is none of that name; write one of {', '.join(presets())}")
    return name


Expression = Annotated[
    str, StringConstraints(min_length=1, max_length=500), AfterValidator(_expression)
]  # JMESPath: jmespath.org
PagePath = Annotated[str, StringConstraints(pattern=r"^(/[^\s?#]*)?$", max_length=300)]
Parameter = Annotated[str, StringConstraints(min_length=1, max_length=80)]


def presets() -> tuple[str, ...]:
    """The mappings that come with the program."""
    return tuple(sorted(path.stem for path in _PRESETS.glob("*.yaml")))


class LoginKind(StrEnum):
    """How the platform lets us in."""

    BASIC = "basic"  # key and secret with each request
    CLIENT_CREDENTIALS = "client_credentials"  # key and secret give a token: OAuth 2.0
    FEEDATY = "feedaty"  # the two steps of Feedaty's own


class Login(BaseModel):
    """Key and secret, and how they are shown."""

    model_config = STRICT
    kind: LoginKind = Field(LoginKind.BASIC, description="basic, client_credentials or feedaty.")
    key: SecretStr = Field(description="User name, consumer key or client id.")
    secret: SecretStr = Field(description="Password or secret that belongs to it.")
    address: Annotated[str, AfterValidator(http_address)] | None = Field(
        None, description="Where tokens are given out, for client_credentials."
    )
    more: dict[str, str] = Field(
        default_factory=dict, description="What else is sent for a token, such as audience."
    )

    @model_validator(mode="after")
    def _address_where_needed(self) -> Self:
        if self.kind is LoginKind.CLIENT_CREDENTIALS and self.address is None:
            raise ValueError("write the address where tokens are given out: login.address")
        return self


class PagesBy(StrEnum):
    """How one gets to the next page."""

    PAGE = "page"  # a number that counts pages
    OFFSET = "offset"  # a number that counts records
    CURSOR = "cursor"  # a text that the page before gives
    ADDRESS = "address"  # the page before gives the whole address


class Pages(BaseModel):
    """How one gets from page to page."""

    model_config = STRICT
    by: PagesBy = Field(description="page, offset, cursor or address.")
    parameter: Parameter = Field("page", description="The parameter that says which page.")
    first: int = Field(1, ge=0, le=1, description="The number of the first page.")
    size: int = Field(
        100, ge=1, le=1000, description="How many records a full page holds; a shorter one is the last."
    )
    next: Expression | None = Field(
        None, description="Where the page says what comes next, for cursor and address."
    )

    @model_validator(mode="after")
    def _next_where_needed(self) -> Self:
        if self.by in {PagesBy.CURSOR, PagesBy.ADDRESS} and self.next is None:
            raise ValueError("write where the page says what comes next: next")
        return self


class Since(BaseModel):
    """A parameter that asks for newer records only."""

    model_config = STRICT
    parameter: Parameter = Field(description="Name of the parameter.")
    days: int = Field(60, ge=1, le=3650, description="How far back each look reaches.")


class Read(BaseModel):
    """Where the records are."""

    model_config = STRICT
    path: PagePath = Field("", description="What follows api in the address of the list.")
    query: dict[str, str | int | bool] = Field(
        default_factory=dict, description="Parameters of that address."
    )
    items: Expression = Field("@", description="Where the list of records is in the answer.")
    pages: Pages | None = Field(
        None, description="How one gets to the next page; unless given there is one only."
    )
    since: Since | None = Field(None, description="A parameter that asks for newer records only.")
    one: PagePath | None = Field(
        None, description="What follows api in the address of one record: /reviews/{id}."
    )
    record: Expression = Field("@", description="Where the record is in the answer of that address.")
    whole: bool = Field(
        False, description="The list always holds all records: one that is missing was deleted."
    )

    @model_validator(mode="after")
    def _whole_means_all(self) -> Self:
        if self.whole and self.since:
            raise ValueError(
                "a list that is asked for newer records only does not hold all: leave out whole or since"
            )
        return self


class Fields(BaseModel):
    """Where in a record each part of a mention stands."""

    model_config = STRICT
    id: Expression = Field("id", description="Unique and stable.")
    text: Expression = Field("text", description="What the author wrote.")
    title: Expression | None = Field(None, description="Heading.")
    author: Expression | None = Field(None, description="Name of the author.")
    author_id: Expression | None = Field(
        None, description="What tells authors apart; of an e-mail address only a digest is kept."
    )
    rating: Expression | None = Field(None, description="Stars or points.")
    best: float = Field(5, gt=1, le=1000, description="The best rating there is; it becomes 5.")
    time: Expression | None = Field(None, description="When it was written: ISO 8601 or seconds since 1970.")
    url: Expression | None = Field(None, description="Address where a person reads it.")
    lang: Expression | None = Field(None, description="Its language, such as it or it-IT.")
    thread: Expression | None = Field(None, description="What it belongs to; its own id unless given.")
    private: Expression | None = Field(None, description="True for what only we can read.")
    gone: Expression | None = Field(None, description="True for what was deleted.")
    ours: Expression | None = Field(None, description="True for what we wrote ourselves.")
    html: bool = Field(False, description="Texts are HTML.")


class Shown(BaseModel):
    """Where our answers can be read back."""

    model_config = STRICT
    path: PagePath | None = Field(
        None, description="What follows api; the record itself unless given. {id} is filled in."
    )
    query: dict[str, str | int | bool] = Field(
        default_factory=dict, description="Parameters; {id} is filled in."
    )
    items: Expression = Field(description="Where the list of answers is.")
    id: Expression | None = Field(None, description="Id of an answer; the record's unless given.")
    text: Expression = Field("text", description="Its text.")
    time: Expression | None = Field(None, description="When it was given.")
    html: bool = Field(False, description="Its text is HTML.")


class Answering(BaseModel):
    """How an answer is published."""

    model_config = STRICT
    method: Annotated[str, StringConstraints(pattern="^(POST|PUT|PATCH)$")] = Field(
        "POST", description="POST, PUT or PATCH."
    )
    path: PagePath = Field(description="What follows api; {id} is the record's.")
    body: dict[str, Any] = Field(
        description="What is sent; {text}, {id}, {reply} and the names of values are filled in."
    )
    form: bool = Field(False, description="Sent as a form instead of JSON.")
    values: dict[Parameter, Expression] = Field(
        default_factory=dict, description="What else of the record the body needs; read.one says where it is."
    )
    id: Expression | None = Field(
        None, description="Where the id of the new answer is; the record's unless given."
    )
    max_chars: int | None = Field(None, ge=1, le=100_000, description="The longest answer.")
    several: bool = Field(False, description="A record may hold several answers.")
    shown: Shown | None = Field(None, description="Where answers can be read back.")
    advice: Annotated[str, StringConstraints(max_length=300)] | None = Field(
        None, description="What to do when an answer is refused for lack of rights."
    )

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        named = set(re.findall(r"\{(\w+)\}", f"{self.body}"))
        if "text" not in named:
            raise ValueError("the body of an answer needs {text} somewhere")
        if unknown := named - {"text", "id", "thread", "reply", *self.values}:
            raise ValueError(f"nothing fills in {{{min(unknown)}}}: name it in answer.values")
        return self


class JsonOptions(BaseModel):
    """What rules.yaml says of a channel with `connector: json`; what it leaves out is the preset's."""

    model_config = STRICT
    preset: Annotated[str, AfterValidator(_preset)] = Field(
        "plain",
        description="A mapping that comes with the program: feedaty, plain, trusted_shops or woocommerce.",
    )
    platform: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(
        "this API", description="What it is called in messages."
    )
    api: ApiAddress = Field(description="Address that all paths follow, without a slash at its end.")
    login: Login | None = Field(None, description="Key and secret: key, secret, kind, address, more.")
    headers: dict[str, SecretStr] = Field(
        default_factory=dict, description="Headers of each request, such as an API key."
    )
    read: Read = Field(Read(), description="Where the records are.")
    fields: Fields = Field(Fields(), description="Where in a record each part of a mention stands.")
    answer: Answering | None = Field(None, description="How an answer is published; no answers unless given.")

    @model_validator(mode="before")
    @classmethod
    def _over_preset(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        name = data.get("preset", "plain")
        known = _mapping_of(name) if isinstance(name, str) and name in presets() else {}
        return _over(known, data)

    @model_validator(mode="after")
    def _one_where_needed(self) -> Self:
        if self.answer and self.answer.values and self.read.one is None:
            raise ValueError("answer.values are read from the record itself: write its address, read.one")
        if self.answer and self.answer.shown and not (self.answer.shown.path or self.read.one):
            raise ValueError("write where answers can be read back: answer.shown.path or read.one")
        return self


@cache
def _mapping_of(name: str) -> dict[str, Any]:
    text = (_PRESETS / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)  # type: ignore[no-any-return]  # files of ours, tested


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """What `above` says, and of `below` what that leaves out; sections are laid over each other, key by key."""
    both = {
        name: _over(below[name], value)
        if isinstance(value, Mapping) and isinstance(below.get(name), Mapping)
        else value
        for name, value in above.items()
    }
    return {**below, **both}
