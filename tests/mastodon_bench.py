"""What the tests of the Mastodon connector share: a small fake of a server, with the connector that reads and answers."""

from typing import Any

from connectors.http import Limits
from connectors.mastodon import MastodonConnector, MastodonOptions
from reputation_bot.model import Mention
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, fresh_http
from tests.fake_mastodon import US, FakeMastodon


class Mastodon(FakeMastodon):
    """With the connector that reads it."""

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> MastodonConnector:
        options = MastodonOptions.model_validate(
            {"server": url or self.server.url, "account": US, "token": SECRET, **more}
        )
        return MastodonConnector(
            Channel("masto", "Bottega Aurora"), options, fresh_http(options.server, limits)
        )


def mention_of(platform: Mastodon) -> Mention:
    platform.publish("Mai arrivato")
    (mention,) = platform.connect().poll(None).mentions
    return mention
