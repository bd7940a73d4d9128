"""The example that a connector gives of itself, in rules.yaml with keys from the environment, makes that connector."""

from pathlib import Path

import pytest

from reputation_bot import config, plugins
from reputation_bot.ports import Channel
from tests.contracts.platform import SECRET
from tests.fake_google import service_account_key
from tests.test_app_store import pem

HEAD = "brand: {name: Bottega Aurora}\ntelegram: {chat: -1001234567890}\nchannels:\n"
KEYS = {
    "GOOGLE_PLAY_KEY": lambda: service_account_key("https://oauth2.googleapis.com/token"),
    "APP_STORE_KEY": lambda: pem().replace("\n", "\\n"),
}


@pytest.mark.parametrize(
    "name",
    [
        "app_store",
        "app_store_rss",
        "google_business",
        "google_play",
        "inbox",
        "json",
        "mail",
        "trustpilot",
        "youtube",
    ],
)
def test_example_channel_makes_its_connector(name: str, tmp_path: Path) -> None:
    told = plugins.about(plugins.load_connector(name))
    file = tmp_path / "rules.yaml"
    file.write_text(HEAD + "".join(f"  {line}\n" for line in told.example.splitlines()), encoding="utf-8")
    environ = {key: KEYS.get(key, lambda: SECRET)() for key in told.keys}
    loaded = config.load(file, environ)
    (channel,) = loaded.settings.channels.values()
    kind = plugins.load_connector(channel.connector)
    connector = kind(Channel(name, "Bottega Aurora"), kind.Options.model_validate(channel.options))
    assert channel.connector == name
    assert SECRET not in repr(vars(connector))
