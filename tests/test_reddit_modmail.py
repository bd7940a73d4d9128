"""Mail to the moderators of our own subreddits, against a small fake of Reddit and recorded answers."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given
from pydantic import ValidationError

from connectors.reddit.modmail import Modmail
from reputation_bot.errors import AccessError, BadAnswerError, RejectedError
from reputation_bot.model import Mention, Visibility
from reputation_bot.ports import Batch
from tests.contracts.connector import ReplierContract, approved, check_whole, texts
from tests.contracts.platform import AnsweringPlatform
from tests.factories import make_mention
from tests.fake_modmail import PATH, FakeModmail
from tests.fake_reddit import GIULIA, TOKEN
from tests.fake_server import Answer, Request, json_answer
from tests.hostile_json import ANY_JSON, spoiled
from tests.recordings import body_of
from tests.shared import needs_shared


@pytest.fixture
def platform() -> Iterator[FakeModmail]:
    reddit = FakeModmail()
    with reddit.server.running():
        yield reddit


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    visibilities: ClassVar[Iterable[Visibility]] = (Visibility.PRIVATE,)
    refusals = 2
    late_by = timedelta(hours=5)
    refusal = json_answer({"message": "Too rude for this place", "error": 422}, 422)
    exempt: ClassVar[Mapping[str, str]] = {
        "test_edited_mention_comes_again_under_its_id": "what was sent to moderators cannot be edited",
        "test_deleted_mention_is_told_and_shown_no_more": "what was sent to moderators cannot be taken back",
        "test_unchanged_platform_is_shown_whole_again_after_a_week": "a message that was read stays as it is",
    }

    def changes(self, request: Request) -> bool:
        return request.method == "POST" and request.path != TOKEN

    def answerable(self, platform: AnsweringPlatform, visibility: Visibility) -> Mention:
        platform.publish("Ordine mai arrivato")
        mention: Mention = platform.connect().poll(None).mentions[0]
        return mention


class TestReading:
    def test_a_message_becomes_a_private_mention_of_its_conversation(self, platform: FakeModmail) -> None:
        platform.publish("Dov'è il **pacco**?")
        (mention,) = platform.connect().poll(None).mentions
        assert (mention.external_id, mention.thread) == ("modmail_c0_m0", "modmail_c0")
        assert (mention.author.name, mention.author.handle) == (GIULIA, GIULIA)
        assert (mention.text, mention.title) == ("Dov'è il **pacco**?", "Ordine 12")
        assert (mention.visibility, mention.url) == (
            Visibility.PRIVATE,
            "https://mod.reddit.com/mail/all/c0",
        )

    def test_follow_up_comes_into_the_same_thread_and_nothing_is_asked_for_twice(
        self, platform: FakeModmail
    ) -> None:
        platform.publish("Dov'è?")
        platform.publish("Un'altra cosa")
        connector = platform.connect()
        first = connector.poll(None)
        platform.write("c0", "Allora?")
        platform.server.requests.clear()
        second = connector.poll(first.cursor)
        assert texts(second) == {"Dov'è?", "Allora?"}
        assert {one.thread for one in second.mentions} == {"modmail_c0"}
        asked = [request.path for request in platform.server.requests if PATH in request.path]
        assert asked == [f"/{PATH}", f"/{PATH}/c0"]

    def test_what_moderators_write_is_no_mention(self, platform: FakeModmail) -> None:
        platform.publish("Dov'è?")
        platform.write("c0", "Ci guardiamo", author="altra_moderatrice")
        platform.write("c0", "nota interna", author="altra_moderatrice", isInternal=True)
        platform.publish("fra noi", author="altra_moderatrice")
        assert texts(platform.connect().poll(None)) == {"Dov'è?"}

    def test_old_part_of_a_conversation_is_not_told_as_new(self, platform: FakeModmail) -> None:
        platform.publish("due anni fa", created_at=datetime.now(UTC) - timedelta(days=700))
        platform.write("c0", "oggi")
        assert texts(platform.connect().poll(None)) == {"oggi"}

    def test_more_conversations_than_one_look_asks_for_come_with_the_next(
        self, platform: FakeModmail
    ) -> None:
        for number in range(60):
            platform.publish(
                f"numero {number}", created_at=datetime.now(UTC) - timedelta(days=1, minutes=number)
            )
        connector, cursor, found = platform.connect(), None, set[str]()
        for expected in (25, 50, 60):
            batch = connector.poll(cursor)
            cursor, found = batch.cursor, found | texts(batch)
            assert len(found) == expected
        assert connector.poll(cursor).mentions == []

    def test_refused_reading_names_the_right_that_is_missing(self, platform: FakeModmail) -> None:
        platform.server.fail(Answer(403), times=2, only=lambda request: PATH in request.path)
        with pytest.raises(AccessError, match="permission modmail"):
            platform.connect().poll(None)


class TestAnswers:
    def test_consent_is_not_asked_for_from_who_has_written_to_us(self, platform: FakeModmail) -> None:
        platform.publish("Dov'è?")
        connector = platform.connect(private_messages_consented=False)
        (mention,) = connector.poll(None).mentions
        options = connector.options(mention)
        assert options.private.allowed
        assert not options.public.allowed

    def test_closed_conversation_cannot_be_answered(self, platform: FakeModmail) -> None:
        platform.publish("Dov'è?")
        platform.talks["c0"]["isRepliable"] = False
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert "nobody answer this conversation" in str(connector.options(mention).private.why_not)
        with pytest.raises(RejectedError, match="nobody answer"):
            connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert platform.answers() == []

    @needs_shared("recordings/reddit")
    def test_recorded_answer_is_understood(self, platform: FakeModmail) -> None:
        body, serve = body_of("reddit", "TestModmailConversation.test_reply", f"/{PATH}/"), platform.answer
        platform.server.handler = lambda request: (
            Answer(200, body) if request.path.startswith(f"/{PATH}/") else serve(request)
        )
        connector = platform.connect(account="BJO_test_mod")
        mention = make_mention("modmail_ik72_uui4", thread="modmail_ik72", visibility=Visibility.PRIVATE)
        reply = approved(
            text="A message", visibility=Visibility.PRIVATE, approved_at=datetime(2017, 3, 29, 15, tzinfo=UTC)
        )
        receipt = connector.post(reply, mention)
        assert receipt.external_id == "modmail_ik72_138qf"
        assert receipt.posted_at == datetime.fromisoformat("2017-03-29T15:13:08.069923+00:00")
        assert connector.find(reply, mention) == receipt


class Recorded:
    """Reddit as far as one conversation, whatever it holds."""

    def __init__(self, whole: dict[str, Any]) -> None:
        self.whole = whole

    def get(self, path: str, **_: object) -> object:
        talk = self.whole.get("conversation")
        return self.whole if path != PATH else {"conversations": {"c": talk}, "conversationIds": ["c", talk]}

    def read(self, now: datetime) -> Batch:
        return Modmail(self, ["ThirdRealm"], "BJO_test_mod", "reddit").read(None, now)


@needs_shared("recordings/reddit")
@pytest.mark.parametrize(
    ("name", "day", "found"),
    [
        ("TestModmailConversation.test_reply", datetime(2017, 3, 8, tzinfo=UTC), ["modmail_ik72_uui4"]),
        ("TestSubredditModmail.test_create", datetime(2017, 4, 4, tzinfo=UTC), []),  # among moderators
    ],
)
def test_recorded_conversations_become_whole_mentions(name: str, day: datetime, found: list[str]) -> None:
    batch = Recorded(json.loads(body_of("reddit", name, f"/{PATH}/"))).read(day)
    assert [one.external_id for one in batch.mentions] == found
    assert batch.notices == []
    for mention in batch.mentions:
        check_whole(mention)
        assert mention.author.name == "BJO_test_user"
        assert mention.title == "This is an outrage!"


YESTERDAY = "2026-11-21T10:00:00+00:00"
A_TALK = {"id": "c0", "subject": "Ordine", "lastUserUpdate": YESTERDAY, "isRepliable": True}
A_MESSAGE = {
    "id": "m0",
    "author": {"name": GIULIA, "isMod": False},
    "bodyMarkdown": "Dov'è?",
    "date": YESTERDAY,
    "isInternal": False,
}


@given(talk=ANY_JSON | spoiled(A_TALK), messages=ANY_JSON | spoiled(A_MESSAGE).map(lambda one: {"m0": one}))
def test_whatever_a_conversation_holds_its_mentions_are_whole(talk: Any, messages: Any) -> None:
    with suppress(BadAnswerError):
        batch = Recorded({"conversation": talk, "messages": messages}).read(
            datetime(2026, 11, 22, tzinfo=UTC)
        )
        assert len(json.dumps(batch.cursor)) < 10_000
        for mention in batch.mentions:
            check_whole(mention)


def test_mail_to_moderators_needs_an_account(platform: FakeModmail) -> None:
    with pytest.raises(ValidationError, match="in the name of our account"):
        platform.connect(refresh_token=None, query="aurora")
