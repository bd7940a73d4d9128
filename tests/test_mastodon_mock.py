"""The Mastodon connector against mastodon-mock, a server that others have written: the same work as against ours."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from connectors.http import Http
from connectors.mastodon import MastodonConnector, MastodonOptions
from reputation_bot.errors import PlatformError
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import approved
from tests.fake_server import refused_url

COMMAND = shutil.which("mastodon_mock")
CONFIG = "[auth]\npermissive = false\n" + "".join(
    f'[[seed.accounts]]\nusername = "{name}"\naccess_token = "{name}_token"\n'
    for name in ("bottega", "giulia")
)

pytestmark = pytest.mark.skipif(
    COMMAND is None,
    reason="mastodon_mock is not installed (in a place of its own: pipx install mastodon_mock)",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address; bottega is our account."""
    folder: Path = tmp_path_factory.mktemp("mastodon")
    (folder / "mock.toml").write_text(CONFIG, encoding="utf-8")
    url = refused_url()
    arguments = ["serve", "--in-memory", "--config", "mock.toml", "--port", url.rpartition(":")[2]]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen([str(COMMAND), *arguments], cwd=folder, stdout=log, stderr=log)
        try:
            wait_for(url, folder)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_for(url: str, folder: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            Http([url]).get(f"{url}/api/v2/instance")
        except PlatformError:
            time.sleep(0.1)  # another program starts
        else:
            return
    pytest.fail((folder / "log.txt").read_text(encoding="utf-8")[-2000:])


def connect(server: str) -> MastodonConnector:
    options = MastodonOptions.model_validate(
        {"server": server, "account": "bottega", "token": "bottega_token", "hashtags": ["bottega"]}
    )
    return MastodonConnector(Channel("masto", "Bottega Aurora"), options)


def write(server: str, text: str, **more: str) -> str:
    """What giulia posts; its id."""
    headers = {"Authorization": "Bearer giulia_token", "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"status": text, **more}).encode()
    made: str = Http([server]).post(f"{server}/api/v1/statuses", body=body, headers=headers).json()["id"]
    return made


@pytest.mark.parametrize("visibility", Visibility)
def test_mention_is_read_answered_once_and_followed_up(server: str, visibility: Visibility) -> None:
    connector = connect(server)
    text = f"@bottega il pacco non è mai arrivato! ({visibility})"
    first = write(server, text)
    mention = next(one for one in connector.poll(None).mentions if one.external_id == first)
    assert (mention.text, mention.author.handle) == (text, "giulia")
    reply = approved(text="Ci dispiace: controlliamo & scriviamo <subito>.", visibility=visibility)
    receipt = connector.post(reply, mention)
    assert connector.post(reply, mention).external_id == receipt.external_id
    found = connector.find(reply, mention)
    assert found is not None
    assert found.external_id == receipt.external_id
    other = next(one for one in Visibility if one is not visibility)
    assert connector.find(approved(text=reply.text, visibility=other), mention) is None
    follow_up = write(server, "@bottega grazie", in_reply_to_id=receipt.external_id)
    batch = connector.poll(None)
    assert next(one for one in batch.mentions if one.external_id == follow_up).thread == first
    assert receipt.external_id not in {one.external_id for one in batch.mentions}


def test_hashtag_is_read_and_what_was_deleted_is_told(server: str) -> None:
    connector = connect(server)
    status_id = write(server, "Che bella borsa #bottega")
    before = connector.poll(None)
    assert status_id in {one.external_id for one in before.mentions}
    Http([server]).post(
        f"{server}/api/v1/statuses/{status_id}",
        headers={"Authorization": "Bearer giulia_token"},
        method="DELETE",
    )
    after = connector.poll(before.cursor)
    assert status_id in after.gone
    assert status_id not in {one.external_id for one in after.mentions}
