"""The Mastodon connector against a small fake of a server; `test_mastodon_mock` tries it on one that others have written."""

import json
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from connectors.http import Limits
from connectors.mastodon import MastodonConnector, MastodonOptions
from connectors.mastodon.client import Client
from reputation_bot import plugins
from reputation_bot.errors import AccessError, MissingExtraError, PlatformError, RejectedError
from reputation_bot.model import Mention, Visibility
from reputation_bot.ports import Channel, Watcher
from tests.contracts.connector import (
    PATIENT,
    SECRET,
    AnsweringPlatform,
    ReplierContract,
    approved,
    fresh_http,
    texts,
)
from tests.contracts.faults import WRONG_BODIES, echo
from tests.fake_mastodon import US, FakeMastodon
from tests.fake_server import Answer, FakeServer, json_answer, redirect
from tests.hostile_json import ANY_JSON


class Fake(FakeMastodon):
    """With the connector that reads it."""

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> MastodonConnector:
        options = MastodonOptions.model_validate(
            {"server": url or self.server.url, "account": US, "token": SECRET, **more}
        )
        return MastodonConnector(
            Channel("masto", "Bottega Aurora"), options, fresh_http(options.server, limits)
        )


# what a server may say that repeats the key, in a refusal or in an answer that is none
LEAKY = [
    *(echo(status) for status in (400, 401, 403, 404, 410, 422, 429, 500)),
    Answer(200, f"<p>signed in with {SECRET}</p>".encode()),
    Answer(200, f'"{SECRET}"'.encode()),
    Answer(200, f'{{"id": ["{SECRET}"]}}'.encode()),
    Answer(200, b"[" * 50_000 + SECRET.encode()),
    redirect(f"ftp://example.social/?token={SECRET}", 308),
]


def behind(error: BaseException) -> Iterator[BaseException]:
    """An exception and all those that it knows of, shown or not."""
    rest: list[BaseException | None] = [error]
    while rest:
        if one := rest.pop():
            yield one
            rest += [one.__cause__, one.__context__]


@pytest.fixture
def platform() -> Iterator[Fake]:
    fake = Fake()
    with fake.server.running():
        yield fake


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    idempotent = True

    def answerable(self, platform: AnsweringPlatform, visibility: Visibility) -> Mention:
        platform.publish("Ordine mai arrivato")
        (mention,) = platform.connect().poll(None).mentions
        return mention  # type: ignore[no-any-return]  # of the contract's Any

    @pytest.mark.parametrize("answer", LEAKY, ids=[f"{one.status} {one.body[:12]!r}" for one in LEAKY])
    def test_nothing_of_the_library_hangs_on_an_error(
        self, platform: AnsweringPlatform, mention: Mention, answer: Answer
    ) -> None:
        """Mastodon.py's exceptions quote whole answers: none may be kept behind ours, where a log might look."""
        connector = platform.connect()
        acts: list[Callable[[], object]] = [
            lambda: connector.poll(None),
            lambda: connector.find(self.reply(), mention),
            lambda: connector.post(self.reply(), mention),
        ]
        for act in acts:
            posts = act is acts[-1]
            self.fail(platform, answer, only=self.changes if posts else lambda _: True)
            with pytest.raises(PlatformError) as caught:
                act()
            told = "".join(traceback.format_exception(caught.value))
            for error in behind(caught.value):
                told += f"{error!r} {error} {error.args!r} {vars(error)!r}"
                assert type(error).__module__.partition(".")[0] not in {"mastodon", "requests"}
            assert SECRET not in told


def test_fields_of_a_status_become_those_of_a_mention(platform: Fake) -> None:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    status = platform.add("Mai arrivato & <3\n\nperché?", at=at, spoiler_text="negozi")
    (mention,) = platform.connect().poll(None).mentions
    assert mention.text.split() == ["Mai", "arrivato", "&", "<3", "perché?"]
    assert (mention.title, mention.lang, mention.created_at) == ("negozi", "it", at)
    assert (mention.author.name, mention.author.handle) == ("Giulia", "giulia@example.social")
    assert mention.url == f"https://example.social/@x/{status['id']}"
    assert mention.thread == mention.external_id


@pytest.mark.parametrize("visibility", [[], {}, None, 7])
def test_a_visibility_that_is_no_word_is_private(platform: Fake, visibility: object) -> None:
    platform.publish("Mai arrivato", visibility=visibility)
    (mention,) = platform.connect().poll(None).mentions
    assert mention.visibility is Visibility.PRIVATE


class TestThreads:
    def test_what_the_author_writes_under_our_answer_is_in_the_thread(self, platform: Fake) -> None:
        first = platform.add("Mai arrivato")
        ours = platform.add("Controlliamo", US, in_reply_to_id=first["id"])
        platform.add("Grazie", in_reply_to_id=ours["id"], visibility="direct")
        mentions = {one.text: one for one in platform.connect().poll(None).mentions}
        assert {one.thread for one in mentions.values()} == {first["id"]}
        assert mentions["Grazie"].visibility is Visibility.PRIVATE
        assert mentions["Mai arrivato"].visibility is Visibility.PUBLIC

    def test_beginning_of_a_thread_is_asked_for_once(self, platform: Fake) -> None:
        first = platform.add("Mai arrivato")
        platform.add("Ancora niente", in_reply_to_id=first["id"])
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.server.requests.clear()
        connector.poll(json.loads(json.dumps(cursor)))
        assert not [one for one in platform.server.requests if one.path.endswith("/context")]

    def test_many_threads_are_asked_for_over_several_polls(self, platform: Fake) -> None:
        roots = [platform.add(f"Inizio {number}", mentions=[]) for number in range(50)]
        between = [platform.add("sì", mentions=[], in_reply_to_id=one["id"]) for one in roots]
        for one in between:
            platform.add("Anche qui", in_reply_to_id=one["id"])
        connector = platform.connect(limits=Limits())
        first = connector.poll(None)
        second = connector.poll(first.cursor)
        assert len([one for one in first.mentions if one.thread in {root["id"] for root in roots}]) == 30
        assert {one.thread for one in second.mentions} == {one["id"] for one in roots}

    def test_status_whose_thread_is_gone_stops_no_other(self, platform: Fake) -> None:
        platform.add("Sotto uno cancellato", in_reply_to_id="1")
        (mention,) = platform.connect().poll(None).mentions
        assert mention.thread == "1"

    def test_status_that_goes_while_it_is_read_stops_no_other(self, platform: Fake) -> None:
        platform.add("Intanto cancellato", in_reply_to_id="1")
        platform.server.fail(Answer(404), only=lambda request: request.path.endswith("/context"))
        assert texts(platform.connect().poll(None)) == {"Intanto cancellato"}


class TestSources:
    def test_hashtags_and_search_are_read_and_what_two_of_them_show_comes_once(self, platform: Fake) -> None:
        platform.add("Che bella #bottega")
        platform.add("Senza nome #bottega", mentions=[])
        platform.add("La bottega aurora", mentions=[])
        platform.add("Nostro #bottega", US)
        connector = platform.connect(hashtags=["bottega"], query="bottega aurora")
        batch = connector.poll(None)
        assert len(batch.mentions) == len({one.key for one in batch.mentions})
        assert texts(batch) == {"Che bella #bottega", "Senza nome #bottega", "La bottega aurora"}

    def test_two_hundred_mentions_are_read_at_first_and_eighty_then(self, platform: Fake) -> None:
        for number in range(200):
            platform.add(f"Ordine {number}")
        connector = platform.connect(limits=Limits())
        first = connector.poll(None)
        assert len(first.mentions) == 200
        assert len(connector.poll(first.cursor).mentions) == 80

    def test_further_pages_of_a_search_are_read(self, platform: Fake) -> None:
        for number in range(100):
            platform.add(f"La bottega aurora {number}", mentions=[])
        connector = platform.connect(limits=Limits(), mentions=False, query="bottega aurora")
        assert len(connector.poll(None).mentions) == 100


class TestLibrary:
    """What Mastodon.py does by itself, and may not do here."""

    def client(self, server: FakeServer) -> Client:
        return Client(fresh_http(server.url, PATIENT), server.url, SecretStr(SECRET))

    def test_poll_asks_for_its_sources_and_for_nothing_else(self, platform: Fake) -> None:
        platform.connect(hashtags=["bottega"], query="bottega aurora").poll(None)
        assert [one.path for one in platform.server.requests] == [
            "/api/v1/notifications",
            "/api/v1/timelines/tag/bottega",
            "/api/v2/search",
            "/api/v2/instance/",
        ]

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 408, 429, 500, 502, 503, 504])
    def test_answer_leaves_once_whatever_the_server_says(self, platform: Fake, status: int) -> None:
        mention = platform_mention(platform)
        moved = redirect(f"{platform.server.url}/elsewhere", status)
        platform.server.fail(moved, only=lambda request: request.method == "POST")
        platform.server.requests.clear()
        with pytest.raises(PlatformError):
            platform.connect().post(approved(), mention)
        assert [one.method for one in platform.server.requests].count("POST") == 1
        assert not [one for one in platform.server.requests if one.path == "/elsewhere"]

    def test_headers_that_it_stumbles_over_disturb_no_good_answer(self, platform: Fake) -> None:
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
        self, platform: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / SECRET).write_text("another token\n")
        monkeypatch.chdir(tmp_path)
        platform.publish("Mai arrivato")
        assert texts(platform.connect().poll(None)) == {"Mai arrivato"}

    def test_records_are_left_as_the_server_sent_them(self, platform: Fake) -> None:
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


@pytest.fixture(scope="module")
def scripted() -> Iterator[FakeServer]:
    """Answers as each test says; one for all examples."""
    with FakeServer(lambda _request: Answer(500)).running() as server:
        yield server


def platform_mention(platform: Fake) -> Mention:
    platform.publish("Mai arrivato")
    (mention,) = platform.connect().poll(None).mentions
    return mention


class TestAnswers:
    def mention(self, platform: Fake, **fields: Any) -> Mention:
        platform.publish("Mai arrivato", **fields)
        (mention,) = platform.connect().poll(None).mentions
        return mention

    def test_answer_names_the_author_and_is_as_visible_as_what_it_answers(self, platform: Fake) -> None:
        mention = self.mention(platform, visibility="unlisted", spoiler_text="negozi")
        platform.connect().post(approved(text="Ci dispiace"), mention)
        ours = platform.newest()[0]
        assert (ours["text"], ours["visibility"], ours["spoiler_text"], ours["in_reply_to_id"]) == (
            "@giulia@example.social Ci dispiace",
            "unlisted",
            "negozi",
            mention.external_id,
        )

    def test_author_who_is_named_already_is_not_named_twice(self, platform: Fake) -> None:
        mention = self.mention(platform)
        reply = approved(text="Ci dispiace, @Giulia@example.social!")
        connector = platform.connect()
        connector.post(reply, mention)
        assert platform.newest()[0]["text"] == reply.text

    def test_private_mention_is_answered_in_private_only(self, platform: Fake) -> None:
        mention = self.mention(platform, visibility="direct")
        connector = platform.connect()
        options = connector.options(mention)
        assert "answer in private" in str(options.public.why_not)
        with pytest.raises(RejectedError, match="answer in private"):
            connector.post(approved(), mention)
        connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert platform.newest()[0]["visibility"] == "direct"

    def test_answer_further_down_the_thread_is_not_taken_for_this_one(self, platform: Fake) -> None:
        mention = self.mention(platform)
        platform.add("Ancora niente", in_reply_to_id=mention.external_id)
        connector = platform.connect()
        below = next(one for one in connector.poll(None).mentions if one.text == "Ancora niente")
        reply = approved()
        connector.post(reply, below)
        assert connector.find(reply, below) is not None
        assert connector.find(reply, mention) is None

    def test_server_says_how_long_an_answer_may_be(self, platform: Fake) -> None:
        platform.max_characters = 5000
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert connector.options(mention).public.max_chars == 5000 - len("@giulia ")
        fresh = platform.connect()
        assert fresh.post(approved(text="x" * 4000), mention).external_id

    def test_server_that_does_not_say_allows_500(self, platform: Fake) -> None:
        platform.server.fail(Answer(404), only=lambda request: request.path == "/api/v2/instance/")
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert connector.options(mention).public.max_chars == 500 - len("@giulia ")

    def test_post_that_is_gone_is_not_answered(self, platform: Fake) -> None:
        mention = self.mention(platform)
        platform.delete("Mai arrivato")
        with pytest.raises(RejectedError, match="not there any more"):
            platform.connect().post(approved(), mention)

    def test_same_reply_id_of_another_store_is_another_post(self, platform: Fake) -> None:
        mention = self.mention(platform)
        connector = platform.connect()
        one = connector.post(approved(text="Ci dispiace"), mention)
        other = connector.post(approved(text="Ce ne occupiamo"), mention)
        assert one.external_id != other.external_id

    def test_look_shows_the_answer_as_it_is_now(self, platform: Fake) -> None:
        mention = self.mention(platform)
        connector = platform.connect()
        assert isinstance(connector, Watcher)
        reply = approved(text="Ci dispiace.\n\nControlliamo subito!")
        reply = approved(text=reply.text, receipt=connector.post(reply, mention))
        seen = connector.look(reply, mention)
        assert seen is not None
        assert seen.text == reply.text
        platform.edit("@giulia@example.social " + reply.text, "@giulia@example.social Altro")
        edited = connector.look(reply, mention)
        assert edited is not None
        assert edited.text == "Altro"
        platform.delete("Altro")
        assert connector.look(reply, mention) is None


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


def test_missing_permission_says_what_to_do(platform: Fake) -> None:
    platform.server.fail(Answer(403, b'{"error": "This action is outside the authorized scopes"}'))
    with pytest.raises(AccessError, match="write:statuses"):
        platform.connect().poll(None)


def test_limit_of_the_server_is_asked_for_once_a_day(platform: Fake) -> None:
    connector = platform.connect()
    cursor = connector.poll(None).cursor
    connector.poll(cursor)
    asked = [one for one in platform.server.requests if one.path == "/api/v2/instance/"]
    assert len(asked) == 1
    assert isinstance(cursor, dict)
    old = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    connector.poll({**cursor, "limit": {"asked_at": old, "characters": 10}})
    assert len([one for one in platform.server.requests if one.path == "/api/v2/instance/"]) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"server": "mastodon.uno"},
        {"account": "@bottega@mastodon.uno"},
        {"hashtags": ["#a b"]},
        {"mentions": False},
        {"colour": SECRET},
    ],
)
def test_wrong_options_are_refused_without_repeating_them(wrong: Mapping[str, Any]) -> None:
    good = {"server": "https://mastodon.uno", "account": US, "token": SECRET}
    with pytest.raises(ValidationError) as caught:
        MastodonOptions.model_validate({**good, **wrong})
    assert SECRET not in str(caught.value)
