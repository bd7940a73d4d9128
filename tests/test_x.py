"""The X connector against a small fake of X, and against recorded answers."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from connectors.x import XConnector, XOptions
from connectors.x.mentions import (
    id_at,
)
from connectors.x.reading import Reading
from reputation_bot.errors import AccessError, RejectedError
from reputation_bot.model import Mention, Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import (
    PATIENT,
    SECRET,
    AnsweringPlatform,
    ReplierContract,
    approved,
    fresh_http,
    keys,
    texts,
)
from tests.factories import make_mention
from tests.fake_server import Answer
from tests.fake_x import GIULIA, MARK, US, FakeX


@pytest.fixture
def platform() -> Iterator[FakeX]:
    x = FakeX()
    with x.server.running():
        yield x


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    mark = MARK
    late_by = timedelta(minutes=45)
    exempt: ClassVar[Mapping[str, str]] = {
        "test_unchanged_platform_is_shown_whole_again_after_a_week": "X shows seven days, the store remembers ninety",
    }

    def answerable(self, platform: AnsweringPlatform, visibility: Visibility) -> Mention:
        assert isinstance(platform, FakeX)
        platform.publish("Ordine mai arrivato")
        connector = platform.connect()
        if visibility is Visibility.PUBLIC:
            return connector.poll(None).mentions[0]
        platform.write_to_us("Vi ho scritto in privato")
        connector = platform.connect(messages=True)
        return next(one for one in connector.poll(None).mentions if one.visibility is Visibility.PRIVATE)


def follow_up(platform: FakeX, answer: dict[str, str], text: str) -> None:
    """Giulia answers what we answered."""
    platform.publish(
        text,
        conversation_id=answer["conversation_id"],
        referenced_tweets=[{"type": "replied_to", "id": answer["id"]}],
    )


class TestReading:
    def test_fields_of_a_post_become_those_of_a_mention(self, platform: FakeX) -> None:
        platform.publish("che delusione &lt;3", lang="it")
        (mention,) = platform.connect().poll(None).mentions
        assert mention.text == "@BottegaAurora che delusione <3"
        assert (mention.author.name, mention.author.handle, mention.author.external_id) == (
            "Giulia Rossi",
            "giulia_r",
            GIULIA,
        )
        assert mention.url == f"https://x.com/giulia_r/status/{mention.external_id}"
        assert (mention.lang, mention.visibility) == ("it", Visibility.PUBLIC)

    @pytest.mark.parametrize("lang", ["und", "qme", "zxx", 7, None])
    def test_language_that_is_none_is_not_told(self, platform: FakeX, lang: object) -> None:
        platform.publish("ahah", lang=lang)
        assert platform.connect().poll(None).mentions[0].lang is None

    def test_search_brings_posts_that_do_not_name_the_account(self, platform: FakeX) -> None:
        platform.publish("alla bottega aurora mai più", mentions_us=False, raw="alla bottega aurora mai più")
        batch = platform.connect(query='"bottega aurora"').poll(None)
        assert texts(batch) == {"alla bottega aurora mai più"}
        asked = next(one for one in platform.server.requests if one.path.endswith("recent"))
        assert asked.query["query"] == [
            '(("bottega aurora") OR to:BottegaAurora) -from:BottegaAurora -is:retweet'
        ]

    def test_answer_to_our_answer_joins_the_thread(self, platform: FakeX) -> None:
        platform.publish("dove siete?")
        connector = platform.connect()
        first = connector.poll(None)
        connector.post(approved(), first.mentions[0])
        follow_up(platform, platform.posts[-1], "grazie, ma non basta")
        second = connector.poll(first.cursor)
        assert {mention.thread for mention in second.mentions} == {first.mentions[0].thread}
        assert len(second.mentions) == 2

    def test_reposts_are_no_mentions(self, platform: FakeX) -> None:
        platform.publish("RT", referenced_tweets=[{"type": "retweeted", "id": "1"}])
        assert platform.connect().poll(None).mentions == []

    def test_direct_messages_are_private_and_their_dates_may_lack_fractions(self, platform: FakeX) -> None:
        platform.write_to_us("Vi scrivo in privato")
        (mention,) = platform.connect(messages=True).poll(None).mentions
        assert (mention.visibility, mention.thread) == (Visibility.PRIVATE, f"{GIULIA}-{US}")
        assert platform.connect().poll(None).mentions == []

    def test_both_spellings_of_the_fields_are_understood(self, platform: FakeX) -> None:
        platform.has_new_names = True
        platform.publish("con i nomi nuovi", referenced_tweets=[{"type": "replied_to", "id": "5"}])
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        connector.post(reply := approved(), mention)
        assert connector.find(reply, mention) is not None
        platform.server.requests.clear()
        connector.poll(None)
        assert "tweet.fields" not in platform.server.requests[0].query

    def test_edit_keeps_the_id_of_the_first_version(self, platform: FakeX) -> None:
        platform.publish("prima")
        connector = platform.connect()
        first = connector.poll(None)
        platform.edit("prima", "dopo")
        second = connector.poll(first.cursor)
        assert second.mentions[0].url != first.mentions[0].url
        assert second.gone == []

    def test_short_links_are_told_in_full(self, platform: FakeX) -> None:
        link = {"url": "https://t.co/abc", "expanded_url": "https://x.com/BottegaAurora/status/12"}
        platform.publish("guardate", raw="guardate https://t.co/abc", entities={"urls": [link]})
        (mention,) = platform.connect().poll(None).mentions
        assert mention.text == "guardate https://x.com/BottegaAurora/status/12"

    def test_more_posts_than_one_poll_reads_come_with_the_next(self, platform: FakeX) -> None:
        for number in range(1005):
            platform.publish(f"numero {number}")
        connector = platform.connect()
        first = connector.poll(None)
        assert len(first.mentions) == 1000
        assert any("comes with the next" in notice for notice in first.notices)
        second = connector.poll(first.cursor)
        assert len(keys(first) | keys(second)) == 1005

    def test_flood_that_goes_on_is_read_to_its_end(self, platform: FakeX) -> None:
        connector = platform.connect()
        found: set[str] = set()
        cursor = connector.poll(None).cursor
        for wave in range(9):
            if wave < 3:
                for number in range(2500):
                    platform.publish(f"{wave} {number}")
            batch = connector.poll(cursor)
            found |= keys(batch)
            cursor = json.loads(json.dumps(batch.cursor))
            assert len(json.dumps(cursor)) < 100_000
        assert len(found) == 7500
        platform.publish("dopo la piena")
        assert "@BottegaAurora dopo la piena" in texts(connector.poll(cursor))

    def test_rest_that_x_no_longer_shows_is_let_go(self, platform: FakeX) -> None:
        connector = platform.connect()
        old = {"rests": [["mentions", "5", "9"]], "read_at": datetime.now(UTC).isoformat()}
        cursor = connector.poll(old).cursor
        assert isinstance(cursor, dict)
        assert cursor["rests"] == []

    def test_authors_are_asked_for_once(self, platform: FakeX) -> None:
        platform.publish("uno")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.publish("due")
        connector.poll(cursor)
        assert [request.path for request in platform.server.requests].count("/2/users") == 1

    def test_span_of_a_poll_reaches_an_hour_behind_the_last_and_every_six_hours_to_the_begin_of_the_day(
        self, platform: FakeX
    ) -> None:
        now = datetime(2026, 11, 22, 20, tzinfo=UTC)
        for swept_hours_ago, since in ((1, now - timedelta(hours=1, minutes=15)), (7, now.replace(hour=0))):
            cursor = {
                "read_at": (now - timedelta(minutes=15)).isoformat(),
                "swept_at": (now - timedelta(hours=swept_hours_ago)).isoformat(),
            }
            reading(platform.connect(), cursor, now).batch("x")
            assert platform.server.requests[-1].query["since_id"] == [id_at(since)]


class TestKeys:
    def test_refused_keys_come_with_what_to_do(self, platform: FakeX) -> None:
        platform.server.fail(Answer(401))
        with pytest.raises(AccessError, match=r"make the four anew at developer\.x\.com"):
            platform.connect().poll(None)


class TestAnswering:
    def test_only_who_addressed_us_may_be_answered_in_public(self, platform: FakeX) -> None:
        platform.publish("chi?", mentions_us=False, raw="mai più da bottega aurora")
        connector = platform.connect(query="aurora")
        (mention,) = connector.poll(None).mentions
        options = connector.options(mention)
        assert not options.public.allowed
        assert "name our account or quote a post of it" in (options.public.why_not or "")
        assert options.open_url == mention.url
        with pytest.raises(RejectedError, match="name our account"):
            connector.post(approved(), mention)
        assert not any(request.method == "POST" for request in platform.server.requests)

    @pytest.mark.parametrize(
        ("text", "is_addressed"),
        [
            ("ciao @bottegaaurora!", True),
            ("leggete https://x.com/BottegaAurora/status/123", True),
            ("leggete https://twitter.com/bottegaaurora/status/123", True),
            ("a@bottegaaurora.it", False),
            ("@bottegaauroraroma", False),
            ("https://x.com/BottegaAuroraFan/status/1", False),
            ("@@bottegaaurora", False),
        ],
    )
    def test_addressed_is_who_names_or_quotes_us(
        self, platform: FakeX, text: str, is_addressed: bool
    ) -> None:
        mention = make_mention(text=text)
        assert platform.connect().options(mention).public.allowed == is_addressed

    def test_cost_is_told_and_that_of_a_link(self, platform: FakeX) -> None:
        permission = platform.connect().options(make_mention(text="@bottegaaurora")).public
        assert (permission.cost, permission.link_cost) == ("0.010 USD", "0.20 USD")

    def test_direct_message_goes_only_to_who_wrote_first(self, platform: FakeX) -> None:
        platform.publish("ciao")
        connector = platform.connect(messages=True)
        first = connector.poll(None)
        assert "written one to us before" in (connector.options(first.mentions[0]).private.why_not or "")
        with pytest.raises(RejectedError, match="written one to us before"):
            connector.post(approved(visibility=Visibility.PRIVATE), first.mentions[0])
        platform.write_to_us("eccomi")
        connector.poll(first.cursor)
        assert connector.options(first.mentions[0]).private.allowed
        platform.connect().post(approved(visibility=Visibility.PRIVATE), first.mentions[0])
        assert platform.answers()[-1][1] is Visibility.PRIVATE

    def test_refusal_and_missing_permission_are_told_apart(self, platform: FakeX) -> None:
        platform.publish("ciao")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        for body, error in (
            (
                b'{"detail":"You are not permitted to perform this action.","type":"about:blank"}',
                RejectedError,
            ),
            (
                b'{"detail":"Your client app is not configured","type":"/problems/oauth1-permissions"}',
                AccessError,
            ),
        ):
            platform.server.fail(Answer(403, body), only=lambda request: request.method == "POST")
            with pytest.raises(error):
                connector.post(approved(), mention)

    def test_channel_with_an_app_token_only_can_search_and_not_answer(self, platform: FakeX) -> None:
        platform.publish("uno", mentions_us=False, raw="aurora, che bella")
        options = XOptions.model_validate(
            {"bearer_token": SECRET, "query": "aurora", "api": platform.server.url}
        )
        connector = XConnector(Channel("x", "B"), options, fresh_http(options.api, PATIENT))
        (mention,) = connector.poll(None).mentions
        assert platform.server.requests[0].headers["authorization"] == f"Bearer {SECRET}"
        assert not connector.options(mention).public.allowed
        assert connector.find(approved(), mention) is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"consumer_key": None}, "belong together"),
        ({"account": None}, "give account"),
        ({"account": "non valido!"}, "pattern"),
        ({"budget": "20"}, "20 USD"),
        ({"api": "x.com"}, "whole address"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_wrong_options_say_what_is_wrong_and_hide_the_keys(
    platform: FakeX, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ValidationError, match=problem) as caught:
        platform.connect(**changes)
    assert SECRET not in str(caught.value)


def reading(connector: XConnector, cursor: object, now: datetime) -> Reading:
    return Reading(connector._client, connector._options, connector._me, connector._prices, cursor, now)
