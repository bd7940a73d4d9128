"""What the library that speaks to Mastodon servers may do in our name: what it asks for, how often, and what becomes of any answer."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from connectors.mastodon.client import Client
from reputation_bot import plugins
from reputation_bot.errors import MissingExtraError, PlatformError
from tests.contracts.connector import PATIENT, SECRET, approved, fresh_http, texts
from tests.contracts.faults import WRONG_BODIES
from tests.fake_server import Answer, FakeServer, json_answer, redirect
from tests.hostile_json import ANY_JSON
from tests.mastodon_bench import Mastodon, mention_of


@pytest.fixture
def platform() -> Iterator[Mastodon]:
    fake = Mastodon()
    with fake.server.running():
        yield fake


@pytest.fixture(scope="module")
def scripted() -> Iterator[FakeServer]:
    """Answers as each test says; one for all examples."""
    with FakeServer(lambda _request: Answer(500)).running() as server:
        yield server


class TestLibrary:
    """What Mastodon.py does by itself, and may not do here."""

    def client(self, server: FakeServer) -> Client:
        return Client(fresh_http(server.url, PATIENT), server.url, SecretStr(SECRET))

    def test_poll_asks_for_its_sources_and_for_nothing_else(self, platform: Mastodon) -> None:
        platform.connect(hashtags=["bottega"], query="bottega aurora").poll(None)
        assert [one.path for one in platform.server.requests] == [
            "/api/v1/notifications",
            "/api/v1/timelines/tag/bottega",
            "/api/v2/search",
            "/api/v2/instance/",
        ]

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 408, 429, 500, 502, 503, 504])
    def test_answer_leaves_once_whatever_the_server_says(self, platform: Mastodon, status: int) -> None:
        mention = mention_of(platform)
        moved = redirect(f"{platform.server.url}/elsewhere", status)
        platform.server.fail(moved, only=lambda request: request.method == "POST")
        platform.server.requests.clear()
        with pytest.raises(PlatformError):
            platform.connect().post(approved(), mention)
        assert [one.method for one in platform.server.requests].count("POST") == 1
        assert not [one for one in platform.server.requests if one.path == "/elsewhere"]

    def test_headers_that_it_stumbles_over_disturb_no_good_answer(self, platform: Mastodon) -> None:
        platform.publish("Mai arrivato")
        record = {"id": "1", "type": "mention", "status": platform.newest()[0]}
        odd = {
            "X-RateLimit-Reset": "never",
            "X-RateLimit-Remaining": "all",
            "Deprecation": "true",
            "Mastodon-Async-Refresh": "=",
            "Link": "<>; rel",
        }
        platform.server.fail(Answer(200, json_answer([record]).body, odd))
        assert texts(platform.connect().poll(None)) == {"Mai arrivato"}

    def test_token_is_never_taken_for_the_name_of_a_file(
        self, platform: Mastodon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / SECRET).write_text("another token\n")
        monkeypatch.chdir(tmp_path)
        platform.publish("Mai arrivato")
        assert texts(platform.connect().poll(None)) == {"Mai arrivato"}

    def test_records_are_left_as_the_server_sent_them(self, platform: Mastodon) -> None:
        status = platform.add("Mai arrivato #bottega", spoiler_text=["no", "words"])
        client = self.client(platform.server)
        (found,) = client.hashtag("bottega", None).records
        assert (found, client.status(status["id"])) == (status, status)
        assert type(found["id"]) is str
        assert type(found["created_at"]) is str

    @settings(deadline=None, max_examples=150)
    @given(
        answer=ANY_JSON | st.dictionaries(st.sampled_from(["statuses", "ancestors", "id"]), ANY_JSON),
        link=st.none() | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    )
    def test_any_answer_is_understood_or_has_a_name(
        self, scripted: FakeServer, answer: object, link: str | None
    ) -> None:
        headers = {"Link": f'<{scripted.url}/x?max_id={link}&offset={link}>; rel="next"'} if link else {}
        scripted.handler = lambda _request: Answer(200, json.dumps(answer).encode(), headers)
        client = self.client(scripted)
        acts: list[Callable[[], object]] = [
            lambda: client.mentions("7"),
            lambda: client.hashtag("bottega", None),
            lambda: client.search("bottega", None),
            lambda: client.status("7"),
            lambda: client.below("7"),
            lambda: client.above("7"),
            client.longest,
            lambda: client.publish("Ci dispiace", {"in_reply_to_id": "7"}, "key"),
        ]
        for act in acts:
            with suppress(PlatformError):
                act()

    @pytest.mark.parametrize("body", WRONG_BODIES)
    def test_server_that_does_not_tell_of_itself_has_no_limit(
        self, scripted: FakeServer, body: bytes
    ) -> None:
        scripted.handler = lambda _request: Answer(200, body)
        assert self.client(scripted).longest() is None


def test_without_the_library_the_connector_tells_of_itself_and_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = "import sys; sys.modules['mastodon'] = None; from connectors.mastodon import MastodonConnector as C; print(C.about.extra)"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("mastodon\n", "")
    monkeypatch.setattr(plugins, "find_spec", lambda name: None if name == "mastodon" else find_spec(name))
    with pytest.raises(MissingExtraError) as caught:
        plugins.load_connector("mastodon")
    assert caught.value.command == 'pip install "reputation-bot[mastodon]"'
