"""Where the bot listens for what forms and platforms send by themselves, and how they prove who they are."""

from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from reputation_bot.settings.fields import Name, Section

_SHORTEST_SECRET = 16


class Proof(StrEnum):
    """How a sender proves that it knows the secret."""

    SIGNATURE = "signature"  # HMAC-SHA256 over time and body
    META = "meta"  # Meta's own way: HMAC-SHA256 over the body, with the app's secret
    PASSWORD = "password"  # noqa: S105  # of HTTP basic authentication, for platforms that sign in no way of ours


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < _SHORTEST_SECRET:
        raise ValueError(
            f"is too short: take {_SHORTEST_SECRET} signs at least, such as those of openssl rand -hex 32"
        )
    return secret


def _number_of_this_machine(text: str) -> str:
    try:
        ip_address(text)
    except ValueError:
        raise ValueError("write an address of this machine in numbers, such as 127.0.0.1") from None
    return text


class WebhookChannel(Section):
    """Who may send to one channel."""

    secret: Annotated[SecretStr, AfterValidator(_long_enough)] = Field(
        description="Known to the sender and to us, ${NAME} from the environment."
    )
    proof: Proof = Field(
        Proof.SIGNATURE,
        description="signature of each post, meta for Meta's own way, or password for platforms that cannot sign.",
    )
    verify: Annotated[SecretStr, AfterValidator(_long_enough)] | None = Field(
        None, description="For meta: what is written there as Verify token, ${NAME} from the environment."
    )
    per_minute: Annotated[int, Field(ge=1, le=600)] = Field(60, description="Most posts in a minute.")


class Webhook(Section):
    """Where to listen. Behind a web server that speaks TLS: this does not."""

    port: Annotated[int, Field(ge=1, le=65535)] = Field(description="Port to listen on.")
    address: Annotated[str, AfterValidator(_number_of_this_machine)] = Field(
        "127.0.0.1", description="Address to listen on; this machine only unless given."
    )
    channels: Annotated[dict[Name, WebhookChannel], Field(min_length=1)] = Field(
        description="Channels, by their names, to which may be sent."
    )
