"""The Mastodon connector against mastodon-mock, a server that others have written: the same work as against ours.

`make setup` installs it. What is not tried here, because mastodon-mock 0.6.1 does not do as Mastodon does: the further pages of a
search (it leaves `offset` aside and shows the first page for ever; `test_mastodon` turns them), and whatever our own server has for
breaking off answers in the middle.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mastodon
import pytest

from connectors.http import Http
from connectors.mastodon import MastodonConnector, MastodonOptions
from connectors.pace import Pace
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    PlatformError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.model import Mention, Visibility
from reputation_bot.ports import Batch, Channel
from tests.contracts.connector import approved, texts
from tests.fake_server import refused_url

OURS = Path(__file__).parents[1] / ".venv" / "mastodon-mock" / "bin" / "mastodon_mock"  # by the Makefile
COMMAND = OURS if OURS.exists() else shutil.which("mastodon_mock")
CONFIG = "[auth]\npermissive = false\n" + "".join(
    f'[[seed.accounts]]\nusername = "{name}"\naccess_token = "{name}_token"\n'
    for name in ("bottega", "giulia")
)
CATALOGUE = {f"Vestito numero {number} #catalogo" for number in range(85)}
SEED = "".join(f'[[seed.statuses]]\naccount = "giulia"\ntext = "{text}"\n' for text in CATALOGUE)

pytestmark = pytest.mark.skipif(COMMAND is None, reason="mastodon_mock is not installed: make setup does it")


class Mock:
    """A running server. Giulia writes to it with Mastodon.py as it comes; bottega is our account."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.giulia = mastodon.Mastodon(access_token="giulia_token", api_base_url=url)

    def connect(self, **more: Any) -> MastodonConnector:
        options = MastodonOptions.model_validate(
            {"server": self.url, "account": "bottega", "token": "bottega_token", **more}
        )
        return MastodonConnector(Channel("masto", "Bottega Aurora"), options, Http([self.url], pace=Pace()))

    def write(self, text: str, **more: Any) -> str:
        """A status of giulia's; its id."""
        return str(self.giulia.status_post(text, **more)["id"])

    def mention(self, text: str) -> Mention:
        """The same as our account is shown it."""
        status_id = self.write(f"@bottega {text}")
        return one(self.connect().poll(None), status_id)

    def fail(self, effect: dict[str, object], method: str = "GET") -> None:
        """The next request of that kind fails."""
        rule = {"match": {"methods": [method], "path": "/api/v1/*"}, "effect": effect, "count": 1}
        Http([self.url]).post(f"{self.url}/api/v1/_mock/faults", json=rule)


def one(batch: Batch, status_id: str) -> Mention:
    return next(mention for mention in batch.mentions if mention.external_id == status_id)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    folder: Path = tmp_path_factory.mktemp("mastodon")
    (folder / "mock.toml").write_text(CONFIG + SEED, encoding="utf-8")
    url = refused_url()
    arguments = ["serve", "--in-memory", "--config", "mock.toml", "--port", url.rpartition(":")[2]]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen([str(COMMAND), *arguments], cwd=folder, stdout=log, stderr=log)
        try:
            wait_for(url, folder)
            yield Mock(url)
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def server(started: Mock) -> Iterator[Mock]:
    """One for all tests; no fault outlives its test."""
    yield started
    Http([started.url]).post(f"{started.url}/api/v1/_mock/faults", method="DELETE")


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


@pytest.mark.parametrize("visibility", Visibility)
def test_mention_is_read_answered_once_and_followed_up(server: Mock, visibility: Visibility) -> None:
    connector = server.connect()
    mention = server.mention(f"il pacco non è mai arrivato! ({visibility})")
    assert (mention.text, mention.author.handle) == (
        f"@bottega il pacco non è mai arrivato! ({visibility})",
        "giulia",
    )
    reply = approved(text="Ci dispiace: controlliamo & scriviamo <subito>.", visibility=visibility)
    receipt = connector.post(reply, mention)
    assert connector.post(reply, mention).external_id == receipt.external_id
    found = connector.find(reply, mention)
    assert found is not None
    assert found.external_id == receipt.external_id
    other = next(one for one in Visibility if one is not visibility)
    assert connector.find(approved(text=reply.text, visibility=other), mention) is None
    follow_up = server.write("@bottega grazie", in_reply_to_id=receipt.external_id)
    batch = connector.poll(None)
    assert one(batch, follow_up).thread == mention.external_id
    assert receipt.external_id not in {one.external_id for one in batch.mentions}


def test_answer_stands_there_as_it_was_sent(server: Mock) -> None:
    mention = server.mention("perché nessuno risponde?")
    receipt = server.connect().post(approved(text="Ci dispiace!\n\nControlliamo."), mention)
    status = server.giulia.status(receipt.external_id)
    assert status.account.username == "bottega"
    assert str(status.in_reply_to_id) == mention.external_id
    assert (status.visibility, status.language) == ("public", "it")
    assert [name.acct for name in status.mentions] == ["giulia"]
    assert receipt.url == status.url


def test_direct_message_is_private_and_answered_in_private_only(server: Mock) -> None:
    status_id = server.write("@bottega il mio ordine è il 1234", visibility="direct")
    connector = server.connect()
    mention = one(connector.poll(None), status_id)
    assert mention.visibility is Visibility.PRIVATE
    with pytest.raises(RejectedError):
        connector.post(approved(), mention)
    receipt = connector.post(approved(visibility=Visibility.PRIVATE), mention)
    assert server.giulia.status(receipt.external_id).visibility == "direct"


def test_hashtag_and_search_are_read_and_what_was_deleted_is_told(server: Mock) -> None:
    connector = server.connect(hashtags=["bottega"], query="Aurora di Modena", mentions=False)
    tagged, named = server.write("Che bella borsa #bottega"), server.write("La Aurora di Modena è chiusa?")
    before = connector.poll(None)
    assert {tagged, named} <= {one.external_id for one in before.mentions}
    server.giulia.status_delete(tagged)
    after = connector.poll(before.cursor)
    assert tagged in after.gone
    assert tagged not in {one.external_id for one in after.mentions}
    assert named not in after.gone


def test_edited_mention_comes_again_under_its_id(server: Mock) -> None:
    status_id = server.write("@bottega ordine in ritardo")
    connector = server.connect()
    cursor = connector.poll(None).cursor
    server.giulia.status_update(status_id, "@bottega ordine mai arrivato!")
    assert one(connector.poll(cursor), status_id).text == "@bottega ordine mai arrivato!"


def test_wrong_token_is_refused(server: Mock) -> None:
    with pytest.raises(AccessError, match="check the access token"):
        server.connect(token="another").poll(None)


@pytest.mark.parametrize(
    ("effect", "error"),
    [
        ({"type": "ratelimit"}, RetryLaterError),
        ({"type": "status", "status": 503}, RetryLaterError),
        ({"type": "status", "status": 403}, AccessError),
        ({"type": "malformed"}, BadAnswerError),
        ({"type": "malformed", "truncate": False}, BadAnswerError),
    ],
)
def test_fault_has_its_name_and_the_next_look_reads_on(
    server: Mock, effect: dict[str, object], error: type[PlatformError]
) -> None:
    server.write(text := f"@bottega prima di {effect}")
    server.fail(effect)
    with pytest.raises(error):
        server.connect().poll(None)
    assert text in texts(server.connect().poll(None))


@pytest.mark.parametrize(
    ("effect", "error"),
    [
        ({"type": "ratelimit"}, RetryLaterError),
        ({"type": "status", "status": 422, "body": {"error": "Too rude"}}, RejectedError),
        ({"type": "status", "status": 500}, OutcomeUnknownError),
        ({"type": "malformed"}, OutcomeUnknownError),
    ],
)
def test_answer_that_fails_is_not_there_and_not_sent_again(
    server: Mock, effect: dict[str, object], error: type[PlatformError]
) -> None:
    mention, reply = server.mention(f"nessuno risponde {effect}"), approved(text=f"Ci dispiace {effect}")
    server.fail(effect, "POST")
    with pytest.raises(error):
        server.connect().post(reply, mention)
    assert server.connect().find(reply, mention) is None
    assert server.connect().post(reply, mention).external_id


def test_pages_are_turned_as_the_server_links_them(server: Mock) -> None:
    assert texts(server.connect(hashtags=["catalogo"], mentions=False).poll(None)) == CATALOGUE
