"""What rules.yaml says of a channel with `connector: mail`; using it is for others."""

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from connectors.options import STRICT

Address = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,250}$", to_lower=True),
]


class Security(StrEnum):
    """How the way to a server is kept private."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


def _host_alone(value: Any) -> Any:
    return {"host": value} if isinstance(value, str) else value


class Server(BaseModel):
    """Where a server is. A name alone is enough."""

    model_config = STRICT
    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:-]{0,250}$")] = Field(
        description="Name or number of the server."
    )
    port: int | None = Field(None, ge=1, le=65535, description="As is usual unless given.")
    security: Security = Field(Security.TLS, description="tls, starttls, or none on this machine.")

    @model_validator(mode="after")
    def _never_in_the_open(self) -> Self:
        if self.security is Security.NONE and not _is_here(self.host):
            raise ValueError("without tls the password could be read on the way: write tls or starttls")
        return self


AServer = Annotated[Server, BeforeValidator(_host_alone, json_schema_input_type=str | Mapping[str, Any])]


class MailOptions(BaseModel):
    """What rules.yaml says of a channel with `connector: mail`."""

    model_config = STRICT
    address: Address = Field(description="The mailbox's own address: from it we answer.")
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = Field(
        None, description="Shown as sender of answers; the brand's name unless given."
    )
    user: Annotated[str, StringConstraints(min_length=1, max_length=250)] | None = Field(
        None, description="Login; the address unless given."
    )
    password: SecretStr = Field(description="Password, or application password.")
    imap: AServer = Field(description="Where mail is read: a name, or host, port and security.")
    smtp: AServer | None = Field(
        None,
        description="Where answers are sent: a name, or host, port and security. Without it there are no answers.",
    )
    folder: Annotated[str, StringConstraints(min_length=1, max_length=250)] = Field(
        "INBOX", description="What is read."
    )
    sent: Annotated[str, StringConstraints(min_length=1, max_length=250)] | None = Field(
        None, description="Folder of sent mail; the one that the server marks as such unless given."
    )
    save_sent: bool = Field(
        False, description="Puts a copy of each answer there, for providers that do not do so themselves."
    )
    days: int = Field(14, ge=1, le=365, description="How far back the very first look reaches.")
    mark_read: bool = Field(False, description="Marks as read what has become a mention.")
    machines: bool = Field(False, description="Reads newsletters, lists and automatic mails as well.")
    ca: Path | None = Field(None, description="Certificate (PEM) of an authority of your own.")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
