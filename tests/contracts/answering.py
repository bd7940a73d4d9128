"""What every connector must do that answers, besides all that those do which only read."""

import logging
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from reputation_bot.errors import (
    AccessError,
    OutcomeUnknownError,
    PlatformError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.model import Mention, Reply, Visibility
from reputation_bot.ports import Replier
from tests.contracts.faults import Trouble, each_loss, each_trouble, echo
from tests.contracts.platform import SECRET, AnsweringPlatform, limits_for
from tests.contracts.reading import ConnectorContract
from tests.factories import make_reply
from tests.fake_server import Answer, Request, refused_url


class ReplierContract(ConnectorContract):
    """For connectors that answer.

    `visibilities` are those that the platform offers for some mention at least. `refusal` is how it refuses a text for good, with
    the words "Too rude for this place". `idempotent`: a second post with the same reply id is none.
    """

    visibilities: ClassVar[Iterable[Visibility]] = tuple(Visibility)
    refusal: ClassVar[Answer] = Answer(422, b'{"error": "Too rude for this place"}')
    idempotent: ClassVar[bool] = False

    def changes(self, request: Request) -> bool:
        """Whether a request posts an answer (and does not, say, ask for a token)."""
        return request.method in {"POST", "PUT"}

    def answerable(self, platform: AnsweringPlatform, visibility: Visibility) -> Mention:
        """A mention that may be answered so. Subclasses arrange what the platform asks for."""
        platform.publish("Ordine mai arrivato")
        mention: Mention = platform.connect().poll(None).mentions[0]
        return mention

    @pytest.fixture
    def mention(self, platform: AnsweringPlatform) -> Mention:
        """One to be answered in public, or where only that is possible in private."""
        visibility = Visibility.PUBLIC if Visibility.PUBLIC in self.visibilities else Visibility.PRIVATE
        return self.answerable(platform, visibility)

    def reply(self, **changes: Any) -> Reply:
        """Approved just now, for `mention`."""
        is_public = Visibility.PUBLIC in self.visibilities
        return approved(**{"visibility": Visibility.PUBLIC if is_public else Visibility.PRIVATE, **changes})

    def test_connector_is_a_replier(self, platform: AnsweringPlatform) -> None:
        assert isinstance(platform.connect(), Replier)

    def test_options_of_every_mention_say_what_is_allowed_or_why_not(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        connector = platform.connect()
        for one in [mention, *connector.poll(None).mentions]:
            options = connector.options(one)
            assert options.open_url is None or re.match(r"https?://[^/]", options.open_url)
            for visibility in Visibility:
                permission = options.at(visibility)
                assert permission.allowed == (permission.why_not is None)
                assert permission.why_not is None or 10 < len(permission.why_not) <= 300
                assert permission.max_chars is None or permission.max_chars > 0
                assert permission.closes_at is None or permission.closes_at.utcoffset() is not None

    @pytest.mark.parametrize("visibility", Visibility)
    def test_answer_is_posted_once_and_read_back(
        self, platform: AnsweringPlatform, visibility: Visibility
    ) -> None:
        if visibility not in self.visibilities:
            pytest.skip("this platform has none")
        mention = self.answerable(platform, visibility)
        replier: Replier = platform.connect()
        permission = replier.options(mention).at(visibility)
        assert permission.allowed
        text = ("Ci dispiace! " * 1000)[: permission.max_chars].strip()
        reply = approved(text=text, visibility=visibility)
        receipt = replier.post(reply, mention)
        assert platform.answers() == [(text, visibility)]
        assert receipt.posted_at.utcoffset() is not None
        assert receipt.posted_at <= datetime.now(UTC)
        found = replier.find(reply, mention)
        assert found is not None
        assert (found.external_id, found.url) == (receipt.external_id, receipt.url)
        assert abs(found.posted_at - receipt.posted_at) < timedelta(minutes=1)

    @pytest.mark.parametrize("visibility", Visibility)
    def test_visibility_that_is_not_offered_is_refused_before_anything_leaves(
        self, platform: AnsweringPlatform, mention: Mention, visibility: Visibility
    ) -> None:
        replier: Replier = platform.connect()
        if replier.options(mention).at(visibility).allowed:
            pytest.skip("offered")
        with pytest.raises(RejectedError):
            replier.post(approved(visibility=visibility), mention)
        assert not any(map(self.changes, platform.server.requests))
        assert replier.find(approved(visibility=visibility), mention) is None

    def test_our_own_answer_is_no_mention(self, platform: AnsweringPlatform, mention: Mention) -> None:
        replier = platform.connect()
        replier.post(self.reply(), mention)
        assert self.texts(replier.poll(None)) == {self.bare(mention)}

    def test_answer_beyond_the_limit_is_refused_before_it_leaves(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        replier = platform.connect()
        limit = replier.options(mention).at(self.reply().visibility).max_chars
        with pytest.raises(RejectedError, match=str(limit)):
            replier.post(self.reply(text="x" * (limit + 1)), mention)
        assert not any(map(self.changes, platform.server.requests))

    def test_refused_key_means_that_nothing_was_posted(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        self.fail(platform, Answer(401), only=self.changes)
        with pytest.raises(AccessError):
            platform.connect().post(self.reply(), mention)
        assert platform.answers() == []

    def test_wish_to_be_left_alone_means_that_nothing_was_posted(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        platform.server.fail(self.wish, only=self.changes)
        with pytest.raises(RetryLaterError) as caught:
            platform.connect().post(self.reply(), mention)
        assert platform.answers() == []
        assert caught.value.after is not None
        assert timedelta(seconds=80) <= caught.value.after <= timedelta(seconds=100)

    def test_refused_text_is_told_in_the_words_of_the_platform(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        platform.server.fail(self.refusal, only=self.changes)
        with pytest.raises(RejectedError, match="Too rude for this place"):
            platform.connect().post(self.reply(), mention)
        assert platform.answers() == []

    def test_refused_connection_means_that_nothing_was_posted(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        with pytest.raises(RetryLaterError):
            platform.connect(refused_url()).post(self.reply(), mention)

    @each_loss
    def test_lost_answer_is_unknown_until_it_is_found(
        self, platform: AnsweringPlatform, mention: Mention, answer: Answer
    ) -> None:
        replier: Replier = platform.connect()
        reply = self.reply()
        platform.server.fail(answer, after_effect=True, only=self.changes)
        with pytest.raises(OutcomeUnknownError):
            platform.connect(limits=limits_for(answer)).post(reply, mention)
        assert len(platform.answers()) == 1
        assert replier.find(reply, mention) is not None

    def test_nothing_is_found_where_nothing_was_posted(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        replier: Replier = platform.connect()
        platform.server.fail(Answer(500), only=self.changes)
        with pytest.raises(OutcomeUnknownError):
            replier.post(self.reply(), mention)
        assert replier.find(self.reply(), mention) is None

    def test_same_reply_posted_twice_is_there_once(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        if not self.idempotent:
            pytest.skip("this platform takes no key by which it would know the second from the first")
        replier: Replier = platform.connect()
        first = replier.post(reply := self.reply(), mention)
        assert replier.post(reply, mention).external_id == first.external_id
        assert len(platform.answers()) == 1

    @pytest.mark.parametrize(
        "other",
        [
            {"text": "Un altro testo"},
            {"visibility": None},
            {"approved_at": datetime.now(UTC) + timedelta(hours=1)},
        ],
        ids=["text", "visibility", "approved later"],
    )
    def test_other_answer_of_ours_is_not_taken_for_it(
        self, platform: AnsweringPlatform, mention: Mention, other: dict[str, Any]
    ) -> None:
        replier: Replier = platform.connect()
        reply = self.reply()
        replier.post(reply, mention)
        if "visibility" in other:
            other = {"visibility": next(one for one in Visibility if one is not reply.visibility)}
        assert replier.find(self.reply(**other), mention) is None

    def test_same_answer_under_another_mention_is_not_taken_for_it(
        self, platform: AnsweringPlatform, mention: Mention
    ) -> None:
        platform.publish("Un altro ordine")
        replier: Replier = platform.connect()
        other = next(one for one in replier.poll(None).mentions if one.key != mention.key)
        replier.post(self.reply(), other)
        assert replier.find(self.reply(), mention) is None

    def test_deleted_answer_is_not_found(self, platform: AnsweringPlatform, mention: Mention) -> None:
        replier: Replier = platform.connect()
        reply = self.reply()
        replier.post(reply, mention)
        platform.delete(reply.text)
        assert replier.find(reply, mention) is None

    @each_trouble
    def test_fault_while_looking_for_an_answer_has_its_name(
        self, platform: AnsweringPlatform, mention: Mention, trouble: Trouble
    ) -> None:
        self.fail(platform, trouble.answer)
        hasty = platform.connect(limits=limits_for(trouble.answer))
        if error := self.error_for(trouble):
            with pytest.raises(error):
                hasty.find(self.reply(), mention)
        else:
            assert hasty.find(self.reply(), mention) is None

    def test_no_secret_of_keys_is_shown_when_an_answer_fails(
        self, platform: AnsweringPlatform, mention: Mention, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        replier: Replier = platform.connect(platform.secret_url)
        seen = []
        for answer in (echo(400), echo(401), echo(403), echo(422), self.refusal, Answer(500)):
            self.fail(platform, answer, only=self.changes)
            with pytest.raises(PlatformError) as caught:
                replier.post(self.reply(), mention)
            seen.append(f"{caught.value!r} {caught.value.__cause__!r}")
            assert caught.value.__suppress_context__ or caught.value.__context__ is None
        told = "".join([*seen, caplog.text])
        assert SECRET not in told, told[max(told.find(SECRET) - 300, 0) : told.find(SECRET) + 100]


def approved(**changes: Any) -> Reply:
    """A reply approved just now."""
    return replace(make_reply(), **{"approved_at": datetime.now(UTC), **changes})
