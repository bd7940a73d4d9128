"""Every connector takes `api:` in its channel: the platform's address, for a proxy or a test server."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from connectors.mastodon import MastodonConnector, MastodonOptions
from reputation_bot import plugins
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, fresh_http
from tests.fake_mastodon import FakeMastodon

PAGES = Path(__file__).parents[1] / "docs" / "connectors"
WITHOUT = {
    "inbox": "it reads a file or folder of this machine: there is no platform to ask",
    "mail": "it speaks IMAP and SMTP: imap and smtp name the hosts, and take a test server or a relay as well",
}
NAMES = sorted(plugins.connectors())
ASKING = [name for name in NAMES if name not in WITHOUT]


def example(name: str) -> dict[str, Any]:
    """The connector's own example of a channel, as options: keys of the channel itself are left out."""
    kind = plugins.find_connector(name)
    ((_, channel),) = yaml.safe_load(plugins.about(kind).example).items()
    return {key: value for key, value in channel.items() if key in kind.Options.model_fields}


def test_only_what_asks_no_platform_goes_without() -> None:
    assert set(WITHOUT) <= set(NAMES)
    assert {name for name in NAMES if "api" not in plugins.find_connector(name).Options.model_fields} == set(
        WITHOUT
    )


@pytest.mark.parametrize("name", ASKING)
def test_it_is_a_web_address_and_nothing_else(name: str) -> None:
    options = plugins.find_connector(name).Options
    for wrong in (f"ftp://{SECRET}.example", SECRET, 7, ["http://127.0.0.1"]):
        with pytest.raises(ValidationError) as caught:
            options.model_validate({**example(name), "api": wrong})
        assert ("api",) in [problem["loc"][:1] for problem in caught.value.errors(include_input=False)]
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", ASKING)
def test_its_page_says_what_it_stands_for(name: str) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert re.search(r"^\| `api`[ ,|]", page, re.MULTILINE)


@pytest.mark.parametrize("name", WITHOUT)
def test_a_page_says_why_there_is_none(name: str) -> None:
    assert "`api`" in (PAGES / f"{name}.md").read_text(encoding="utf-8")


def test_a_server_that_stands_for_mastodons_is_asked_in_its_place() -> None:
    fake = FakeMastodon()
    with fake.server.running():
        options = MastodonOptions.model_validate(
            {
                "server": "https://mastodon.example",
                "api": fake.server.url,
                "account": "aurora",
                "token": SECRET,
            }
        )
        http = fresh_http(fake.server.url, PATIENT)
        MastodonConnector(Channel("mastodon", "Bottega Aurora"), options, http).poll(None)
    assert fake.server.requests
