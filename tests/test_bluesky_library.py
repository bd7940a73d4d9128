"""What atproto must not do to us: another name or address, a lost record, a misread refusal, a slow start."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    RejectedError,
    RetryLaterError,
)
from tests.bluesky_bench import Bluesky, mention_of
from tests.contracts.connector import approved, texts
from tests.fake_server import Answer, json_answer


@pytest.fixture
def platform() -> Iterator[Bluesky]:
    fake = Bluesky()
    with fake.server.running():
        yield fake


class TestLibrary:
    def test_who_asks_is_us_at_the_address_of_the_channel(self, platform: Bluesky) -> None:
        platform.message("Il mio ordine è 123")
        platform.connect().poll(None)
        assert len(platform.server.requests) > 3
        for request in platform.server.requests:
            assert request.headers["user-agent"].startswith("reputation-bot/")
            assert request.path.startswith("/xrpc/")

    def test_broken_record_costs_no_other_of_its_page(self, platform: Bluesky) -> None:
        platform.add("Prima")
        (post,) = platform.posts.values()
        broken: list[object] = [
            None,
            {"uri": 7},
            {**post, "record": {"text": "\ud83d", "createdAt": float("nan")}, "uri": f"{post['uri']}x"},
            {**post, "author": {"did": "did:plc:x", "handle": None, "viewer": []}, "uri": f"{post['uri']}y"},
        ]
        page = {"notifications": [*broken, {**post, "reason": "mention"}]}
        platform.server.fail(json_answer(page), only=lambda one: "Notifications" in one.path)
        batch = platform.connect().poll(None)
        assert "Prima" in texts(batch)
        assert any("left out" in notice for notice in batch.notices)

    @pytest.mark.parametrize("body", [b'["busy"]', b'"busy"', b"17", b'{"error": {"code": 1}}', b"busy"])
    def test_refusal_of_any_shape_means_what_its_status_says(self, platform: Bluesky, body: bytes) -> None:
        mention = mention_of(platform)
        for status, looking, posting in (
            (503, RetryLaterError, OutcomeUnknownError),
            (403, AccessError, AccessError),
            (400, BadAnswerError, RejectedError),
        ):
            refusal = Answer(status, body, {"Content-Type": "application/json"})
            connector = platform.connect()
            platform.server.fail(refusal, only=lambda one: "getRecord" in one.path)
            with pytest.raises(looking):
                connector.find(approved(), mention)
            platform.server.fail(refusal, only=lambda one: "putRecord" in one.path)
            with pytest.raises(posting):
                connector.post(approved(), mention)
        assert platform.answers() == []

    def test_json_that_breaks_off_is_no_answer(self, platform: Bluesky) -> None:
        mention = mention_of(platform)
        broken = Answer(body=b'{"uri": "at://', headers={"Content-Type": "application/json"})
        platform.server.fail(broken, only=lambda one: "getRecord" in one.path)
        with pytest.raises(BadAnswerError):
            platform.connect().find(approved(), mention)
        platform.server.fail(broken, only=lambda one: "putRecord" in one.path, after_effect=True)
        with pytest.raises(OutcomeUnknownError):
            platform.connect().post(approved(), mention)

    def test_words_of_a_refusal_are_the_platforms_and_its_name_a_stopgap(self, platform: Bluesky) -> None:
        mention = mention_of(platform)
        for answer, words in (
            ({"error": "InvalidRequest", "message": "Troppo lungo"}, r"^Troppo lungo \(400\)$"),
            ({"error": "BlobTooLarge"}, r"^BlobTooLarge \(400\)$"),
        ):
            platform.server.fail(json_answer(answer, 400), only=lambda one: "putRecord" in one.path)
            with pytest.raises(RejectedError, match=words):
                platform.connect().post(approved(), mention)

    def test_it_is_loaded_only_when_there_is_something_to_ask(self) -> None:
        code = (
            "import sys\n"
            "from reputation_bot import plugins\n"
            "from reputation_bot.ports import Channel\n"
            "from tests.factories import make_mention\n"
            "kind = plugins.load_connector('bluesky')\n"
            "options = kind.Options(account='a.example', password='x', messages=True)\n"
            "connector = kind(Channel('bluesky', 'Bottega Aurora'), options)\n"
            "assert connector.options(make_mention()).public.allowed\n"
            "heavy = [one for one in sys.modules if one.startswith('atproto')]\n"
            "sys.exit(bool(heavy))\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True)

    def test_connector_tells_of_itself_where_it_is_not_installed(self) -> None:
        code = (
            "import sys; sys.modules |= dict.fromkeys(['atproto_client', 'atproto_core', 'httpx']); "
            "from connectors.bluesky import BlueskyConnector; print(BlueskyConnector.about.extra)"
        )
        told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        assert told.stdout == "bluesky\n"
