"""What the tests of the Bluesky connector share: the fake server with the connector that reads it, a mention, time that passes."""

from datetime import timedelta
from typing import Any

from connectors.bluesky import BlueskyConnector, BlueskyOptions
from connectors.http import Limits
from reputation_bot.model import Mention
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, fresh_http
from tests.fake_bluesky import HANDLES, US, FakeBluesky


class Bluesky(FakeBluesky):
    """With the connector that reads it."""

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> BlueskyConnector:
        options = BlueskyOptions.model_validate(
            {
                "account": HANDLES[US],
                "password": f"app-{SECRET}",
                "messages": True,
                "api": url or self.server.url,
                **more,
            }
        )
        return BlueskyConnector(Channel("bsky", "Bottega Aurora"), options, fresh_http(options.api, limits))


def mention_of(platform: Bluesky, text: str = "Mai arrivato") -> Mention:
    """Of a new post with this text."""
    uri = platform.add(text)
    return next(one for one in platform.connect().poll(None).mentions if one.external_id == uri)


def let_pass(connector: BlueskyConnector, time: timedelta) -> None:
    """Of the session that the connector has."""
    session = connector._client._session
    assert session is not None
    object.__setattr__(session, "begun_at", session.begun_at - time)
