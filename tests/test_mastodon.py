"""The Mastodon connector against a small fake of a server: the contract, and what is read; `test_mastodon_mock` has another server."""

import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.http import Limits
from connectors.mastodon import MastodonOptions
from reputation_bot.errors import AccessError, PlatformError
from reputation_bot.model import Mention, Visibility
from tests.contracts.connector import SECRET, AnsweringPlatform, ReplierContract, texts
from tests.contracts.faults import echo
from tests.fake_mastodon import US
from tests.fake_server import Answer, redirect
from tests.mastodon_bench import Mastodon

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
def platform() -> Iterator[Mastodon]:
    fake = Mastodon()
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


def test_fields_of_a_status_become_those_of_a_mention(platform: Mastodon) -> None:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    status = platform.add("Mai arrivato & <3\n\nperché?", at=at, spoiler_text="negozi")
    (mention,) = platform.connect().poll(None).mentions
    assert mention.text.split() == ["Mai", "arrivato", "&", "<3", "perché?"]
    assert (mention.title, mention.lang, mention.created_at) == ("negozi", "it", at)
    assert (mention.author.name, mention.author.handle) == ("Giulia", "giulia@example.social")
    assert mention.url == f"https://example.social/@x/{status['id']}"
    assert mention.thread == mention.external_id


@pytest.mark.parametrize("visibility", [[], {}, None, 7])
def test_a_visibility_that_is_no_word_is_private(platform: Mastodon, visibility: object) -> None:
    platform.publish("Mai arrivato", visibility=visibility)
    (mention,) = platform.connect().poll(None).mentions
    assert mention.visibility is Visibility.PRIVATE


class TestThreads:
    def test_what_the_author_writes_under_our_answer_is_in_the_thread(self, platform: Mastodon) -> None:
        first = platform.add("Mai arrivato")
        ours = platform.add("Controlliamo", US, in_reply_to_id=first["id"])
        platform.add("Grazie", in_reply_to_id=ours["id"], visibility="direct")
        mentions = {one.text: one for one in platform.connect().poll(None).mentions}
        assert {one.thread for one in mentions.values()} == {first["id"]}
        assert mentions["Grazie"].visibility is Visibility.PRIVATE
        assert mentions["Mai arrivato"].visibility is Visibility.PUBLIC

    def test_beginning_of_a_thread_is_asked_for_once(self, platform: Mastodon) -> None:
        first = platform.add("Mai arrivato")
        platform.add("Ancora niente", in_reply_to_id=first["id"])
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.server.requests.clear()
        connector.poll(json.loads(json.dumps(cursor)))
        assert not [one for one in platform.server.requests if one.path.endswith("/context")]

    def test_many_threads_are_asked_for_over_several_polls(self, platform: Mastodon) -> None:
        roots = [platform.add(f"Inizio {number}", mentions=[]) for number in range(50)]
        between = [platform.add("sì", mentions=[], in_reply_to_id=one["id"]) for one in roots]
        for one in between:
            platform.add("Anche qui", in_reply_to_id=one["id"])
        connector = platform.connect(limits=Limits())
        first = connector.poll(None)
        second = connector.poll(first.cursor)
        assert len([one for one in first.mentions if one.thread in {root["id"] for root in roots}]) == 30
        assert {one.thread for one in second.mentions} == {one["id"] for one in roots}

    def test_status_whose_thread_is_gone_stops_no_other(self, platform: Mastodon) -> None:
        platform.add("Sotto uno cancellato", in_reply_to_id="1")
        (mention,) = platform.connect().poll(None).mentions
        assert mention.thread == "1"

    def test_status_that_goes_while_it_is_read_stops_no_other(self, platform: Mastodon) -> None:
        platform.add("Intanto cancellato", in_reply_to_id="1")
        platform.server.fail(Answer(404), only=lambda request: request.path.endswith("/context"))
        assert texts(platform.connect().poll(None)) == {"Intanto cancellato"}


class TestSources:
    def test_hashtags_and_search_are_read_and_what_two_of_them_show_comes_once(
        self, platform: Mastodon
    ) -> None:
        platform.add("Che bella #bottega")
        platform.add("Senza nome #bottega", mentions=[])
        platform.add("La bottega aurora", mentions=[])
        platform.add("Nostro #bottega", US)
        connector = platform.connect(hashtags=["bottega"], query="bottega aurora")
        batch = connector.poll(None)
        assert len(batch.mentions) == len({one.key for one in batch.mentions})
        assert texts(batch) == {"Che bella #bottega", "Senza nome #bottega", "La bottega aurora"}

    def test_two_hundred_mentions_are_read_at_first_and_eighty_then(self, platform: Mastodon) -> None:
        for number in range(200):
            platform.add(f"Ordine {number}")
        connector = platform.connect(limits=Limits())
        first = connector.poll(None)
        assert len(first.mentions) == 200
        assert len(connector.poll(first.cursor).mentions) == 80

    def test_further_pages_of_a_search_are_read(self, platform: Mastodon) -> None:
        for number in range(100):
            platform.add(f"La bottega aurora {number}", mentions=[])
        connector = platform.connect(limits=Limits(), mentions=False, query="bottega aurora")
        assert len(connector.poll(None).mentions) == 100


def test_missing_permission_says_what_to_do(platform: Mastodon) -> None:
    platform.server.fail(Answer(403, b'{"error": "This action is outside the authorized scopes"}'))
    with pytest.raises(AccessError, match="write:statuses"):
        platform.connect().poll(None)


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
