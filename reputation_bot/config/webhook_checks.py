"""Checks that the channels of the webhook are there, take what is sent to them, and know how it is proven."""

from collections.abc import Collection, Iterator

from reputation_bot import plugins
from reputation_bot.config import wording
from reputation_bot.errors import ConfigError
from reputation_bot.settings import Proof, Settings


def find(settings: Settings, channels: Collection[str]) -> Iterator[ConfigError]:
    """All mistakes, with their keys, in texts that repeat no value. `channels` are the names of all channels, wrong ones included."""
    for name, sender in settings.webhook.channels.items() if settings.webhook else ():
        key = f"webhook.channels.{name}"
        if (sender.proof is Proof.META) != (sender.verify is not None):
            yield ConfigError("proof: meta and verify belong together: write both or neither", key=key)
        if name not in channels:
            yield ConfigError(
                f"no channel is called {wording.quoted(name)}; {wording.nearest(name, channels)}", key=key
            )
        elif (channel := settings.channels.get(name)) and not _takes(channel.connector):
            yield ConfigError(
                "the connector of this channel takes nothing that is sent: use inbox for forms and programs of your own",
                key=key,
            )


def _takes(connector: str) -> bool:
    try:
        return hasattr(plugins.find_connector(connector), "received")
    except ConfigError:
        return True  # that is a mistake of the channel
