"""What a fake platform must offer so that the contract of `connector` can be tried on it; a connector's tests write one."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from connectors.http import Http, Limits
from connectors.pace import Pace
from reputation_bot.model import Visibility
from tests.fake_server import Answer, FakeServer

SECRET = "hunter2-secret"
# long enough for a busy machine; where a fault makes the connector wait, the test asks for IMPATIENT
PATIENT = Limits(max_bytes=200_000)
IMPATIENT = Limits(read=timedelta(seconds=0.3), total=timedelta(seconds=0.5), max_bytes=200_000)


def fresh_http(url: str, limits: Limits) -> Http:
    """A door that remembers no other test."""
    return Http([url], limits=limits, pace=Pace())


def limits_for(answer: Answer) -> Limits:
    """IMPATIENT where the answer would never come or never end."""
    return IMPATIENT if answer.is_silent or answer.drip is not None else PATIENT


class Platform(Protocol):
    """A fake platform with a memory.

    Every key, password and token of its connectors is or holds SECRET; what is sent as it stands, such as a token, is SECRET.
    `server.spares` may pick requests that no fault hits, such as those for a token: then faults hit what the test is about.
    """

    server: FakeServer
    secret_url: (
        str  # its address with SECRET wherever this platform's addresses may hold one; else just its address
    )

    def connect(self, url: str | None = None, limits: Limits = PATIENT) -> Any:
        """A new connector with `fresh_http(url, limits)`, to this platform unless another address is given."""
        ...

    def publish(self, text: str, *, created_at: datetime | None = None) -> None:
        """Somebody writes this: a mention that may be answered in public, where this platform takes answers."""
        ...

    def edit(self, old: str, new: str) -> None:
        """The author changes a text."""
        ...

    def delete(self, text: str) -> None:
        """Whoever wrote this text (we too) takes it back, and the platform says so as it does."""
        ...

    def publish_broken(self) -> None:
        """A record that cannot become a mention."""
        ...

    def page_endlessly(self) -> None:
        """From now on every page says that there is one more."""
        ...


class AnsweringPlatform(Platform, Protocol):
    """A fake platform that takes answers."""

    def answers(self) -> list[tuple[str, Visibility]]:
        """Text and visibility of what was posted by us, oldest first."""
        ...
