"""The YouTube connector against a small fake of the Data API, built as Google's own description of it says."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.google.youtube import YouTubeConnector, YouTubeOptions
from connectors.google.youtube_units import Units
from connectors.http import Limits
from reputation_bot.errors import AccessError, OutcomeUnknownError, RejectedError, RetryLaterError
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, ReplierContract, approved, texts
from tests.fake_google import Google, refused
from tests.fake_server import Answer, Request, json_answer

OURS, GIULIA = "UC" + "o" * 22, "UC" + "g" * 22
VIDEO, OTHER_VIDEO = "dQw4w9WgXcQ", "aaaaaaaaaaa"
THREADS, COMMENTS = "/youtube/v3/commentThreads", "/youtube/v3/comments"


class FakeYouTube:
    """Comments under videos, newest thread first; at most five answers come along with a thread."""

    def __init__(self) -> None:
        self.threads: list[Any] = []
        self.replies: dict[str, list[dict[str, Any]]] = {}
        self.disabled: set[str] = set()
        self.is_endless = False
        self.per_page = 100
        self.count = 0
        self.google = Google(self.api, scope="https://www.googleapis.com/auth/youtube.force-ssl")
        self.server = self.google.server
        self.secret_url = self.server.url

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> YouTubeConnector:
        login = {**self.google.consent(), "login": self.google.token_url}
        options = YouTubeOptions.model_validate(
            {"channel_id": OURS, "api": url or self.server.url, **login, **more}
        )
        return YouTubeConnector(Channel("yt", "Bottega"), options, self.google.http(options.api, limits))

    def comment(
        self, text: str, at: datetime | None, author: str, video: str = VIDEO, parent: str | None = None
    ) -> dict[str, Any]:
        self.count += 1
        snippet = {
            "videoId": video,
            "textDisplay": text,
            "textOriginal": text,
            "authorDisplayName": "@giulia" if author == GIULIA else "@bottega",
            "authorChannelUrl": "http://www.youtube.com/@x",
            "authorChannelId": {"value": author},
            "publishedAt": stamp(at),
            "updatedAt": stamp(at),
        }
        if parent:
            snippet["parentId"] = parent
        comment_id = f"{parent}.r{self.count}" if parent else f"Ugw{self.count}"
        return {"kind": "youtube#comment", "id": comment_id, "snippet": snippet}

    def publish(
        self,
        text: str,
        *,
        created_at: datetime | None = None,
        author: str = GIULIA,
        video: str = VIDEO,
        can_reply: bool = True,
    ) -> None:
        comment = self.comment(text, created_at, author, video)
        snippet = {"videoId": video, "topLevelComment": comment, "canReply": can_reply, "isPublic": True}
        self.threads.insert(0, {"kind": "youtube#commentThread", "id": comment["id"], "snippet": snippet})

    def reply(self, text: str, *, thread: int = 0, author: str = GIULIA) -> dict[str, Any]:
        parent = self.threads[thread]["id"]
        comment = self.comment(text, None, author, parent=parent)
        self.replies.setdefault(parent, []).append(comment)
        return comment

    def all_comments(self) -> list[dict[str, Any]]:
        first = [one["snippet"]["topLevelComment"] for one in self.threads if "snippet" in one]
        return [*first, *(one for some in self.replies.values() for one in some)]

    def edit(self, old: str, new: str) -> None:
        for one in self.all_comments():
            if one["snippet"]["textOriginal"] == old:
                one["snippet"].update(textOriginal=new, textDisplay=new, updatedAt=stamp())

    def delete(self, text: str) -> None:
        self.threads = [one for one in self.threads if text not in str(one)]
        self.replies = {
            key: [one for one in some if one["snippet"]["textOriginal"] != text]
            for key, some in self.replies.items()
        }

    def publish_broken(self) -> None:
        self.threads.insert(0, {"kind": "youtube#commentThread", "id": None})

    def page_endlessly(self) -> None:
        self.is_endless = True

    def answers(self) -> list[tuple[str, Visibility]]:
        ours = [one for some in self.replies.values() for one in some if f"'{OURS}'" in str(one)]
        return [(one["snippet"]["textOriginal"], Visibility.PUBLIC) for one in ours]

    def api(self, request: Request) -> Answer:
        if request.method == "POST":
            return self.insert(request)
        if request.path == THREADS:
            return self.list_threads(request)
        assert request.path == COMMENTS
        if "id" in request.query:
            found = [{"id": one["id"]} for one in self.all_comments() if one["id"] in request.query["id"]]
            return json_answer({"items": found})
        return json_answer(self.paged(self.replies.get(request.query["parentId"][0], []), request))

    def insert(self, request: Request) -> Answer:
        snippet = request.json()["snippet"]
        assert set(snippet) == {"parentId", "textOriginal"}
        where = [n for n, one in enumerate(self.threads) if one["id"] == snippet["parentId"]]
        if not where:
            return refused(404, "parentCommentNotFound", "The parent comment could not be found.")
        made = self.reply(snippet["textOriginal"], thread=where[0], author=OURS)
        shown = {name: value for name, value in made["snippet"].items() if name != "videoId"}
        return json_answer({**made, "snippet": shown})

    def list_threads(self, request: Request) -> Answer:
        assert request.query["textFormat"] == ["plainText"]
        assert int(request.query["maxResults"][0]) <= 100
        video = request.query.get("videoId", [None])[0]
        if video in self.disabled:
            return refused(403, "commentsDisabled", "The video has <code>disabled</code> comments.")
        if not video:
            assert request.query["allThreadsRelatedToChannelId"] == [OURS]
        wanted = [one for one in self.threads if str(video or VIDEO) in str(one) or one["id"] is None]
        answer = self.paged(wanted, request)
        answer["items"] = [self.with_replies(one) for one in answer["items"]]
        return json_answer(answer)

    def with_replies(self, thread: dict[str, Any]) -> dict[str, Any]:
        replies = self.replies.get(thread["id"], [])
        if "snippet" not in thread or not replies:
            return thread
        snippet = {**thread["snippet"], "totalReplyCount": len(replies)}
        return {**thread, "snippet": snippet, "replies": {"comments": replies[-5:]}}

    def paged(self, items: list[Any], request: Request) -> dict[str, Any]:
        start = int(request.query.get("pageToken", ["0"])[0])
        answer: dict[str, Any] = {"items": items[start : start + self.per_page]}
        if self.is_endless or start + self.per_page < len(items):
            answer["nextPageToken"] = str(start + self.per_page)
        return answer


def stamp(at: datetime | None = None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture
def platform() -> Iterator[FakeYouTube]:
    youtube = FakeYouTube()
    with youtube.server.running():
        yield youtube


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    visibilities = (Visibility.PUBLIC,)
    refusal: ClassVar[Answer] = refused(400, "commentTextTooLong", "Too rude for this place")

    def changes(self, request: Request) -> bool:
        return request.method == "POST" and request.path == COMMENTS


def test_fields_of_a_comment_become_those_of_a_mention(platform: FakeYouTube) -> None:
    platform.publish("Quando arriva?", created_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.text, mention.external_id, mention.thread) == ("Quando arriva?", "Ugw1", "Ugw1")
    assert (mention.author.name, mention.author.handle, mention.author.key) == ("@giulia", "giulia", GIULIA)
    assert mention.author.url == f"https://www.youtube.com/channel/{GIULIA}"
    assert mention.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert mention.url == f"https://www.youtube.com/watch?v={VIDEO}&lc=Ugw1"


class TestThreads:
    def test_answers_of_others_belong_to_the_thread_and_ours_are_no_mentions(
        self, platform: FakeYouTube
    ) -> None:
        platform.publish("Quando arriva?")
        platform.reply("Domani", author=OURS)
        platform.reply("Grazie")
        platform.publish("Il nostro nuovo negozio", author=OURS)
        platform.reply("Bello", thread=0)
        mentions = platform.connect().poll(None).mentions
        assert {mention.text: mention.thread for mention in mentions} == {
            "Quando arriva?": "Ugw1",
            "Grazie": "Ugw1",
            "Bello": "Ugw4",
        }

    def test_all_answers_of_a_long_thread_are_read_and_asked_for_only_when_there_are_more(
        self, platform: FakeYouTube
    ) -> None:
        platform.publish("Quando arriva?")
        for number in range(8):
            platform.reply(f"Anche a me {number}")
        connector = platform.connect()
        first = connector.poll(None)
        assert len(first.mentions) == 9
        platform.server.requests.clear()
        second = connector.poll(first.cursor)
        assert [request.path for request in platform.server.requests] == [THREADS]
        assert second.gone == []
        platform.reply("Pure a me")
        assert "Pure a me" in texts(connector.poll(second.cursor))

    def test_of_many_long_threads_twenty_are_read_in_a_look_and_the_others_in_the_next(
        self, platform: FakeYouTube
    ) -> None:
        for thread in range(25):
            platform.publish(f"Domanda {thread}")
            for number in range(7):
                platform.reply(f"Risposta {number} a {thread}")
        connector = platform.connect()
        first = connector.poll(None)
        assert "Risposta 0 a 24" in texts(first)
        assert "Risposta 0 a 0" not in texts(first)
        assert "Risposta 0 a 0" in texts(connector.poll(first.cursor))

    def test_answer_to_an_answer_goes_under_the_first_comment(self, platform: FakeYouTube) -> None:
        platform.publish("Quando arriva?")
        platform.reply("Anche il mio")
        connector = platform.connect()
        mention = next(one for one in connector.poll(None).mentions if one.text == "Anche il mio")
        receipt = connector.post(approved(), mention)
        assert receipt.external_id.startswith("Ugw1.")
        assert receipt.url == f"https://www.youtube.com/watch?v={VIDEO}&lc={receipt.external_id}"

    def test_thread_that_takes_no_answer_says_so(self, platform: FakeYouTube) -> None:
        platform.publish("Chiuso", can_reply=False)
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        options = connector.options(mention)
        assert "closed the comments" in str(options.public.why_not)
        assert options.open_url == mention.url

    def test_comments_closed_since_the_look_are_a_refusal(self, platform: FakeYouTube) -> None:
        platform.publish("Quando arriva?")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.server.fail(
            refused(403, "commentsDisabled", "x"), only=lambda request: request.method == "POST"
        )
        with pytest.raises(RejectedError, match="closed the comments"):
            connector.post(approved(), mention)

    def test_answer_without_an_id_is_unknown(self, platform: FakeYouTube) -> None:
        platform.publish("Quando arriva?")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.server.fail(json_answer({"kind": "x"}), only=lambda request: request.path == COMMENTS)
        with pytest.raises(OutcomeUnknownError):
            connector.post(approved(), mention)

    def test_comment_of_a_community_post_has_no_address(self, platform: FakeYouTube) -> None:
        platform.publish("Bel post")
        del platform.threads[0]["snippet"]["topLevelComment"]["snippet"]["videoId"]
        (mention,) = platform.connect().poll(None).mentions
        assert mention.url is None


class TestVideos:
    def test_videos_of_others_are_read_as_well(self, platform: FakeYouTube) -> None:
        platform.publish("Sotto il nostro")
        platform.publish("Sotto un altro", video=OTHER_VIDEO)
        assert texts(platform.connect(videos=[OTHER_VIDEO]).poll(None)) == {
            "Sotto il nostro",
            "Sotto un altro",
        }

    def test_video_that_closed_its_comments_stops_no_other(self, platform: FakeYouTube) -> None:
        platform.publish("Sotto il nostro")
        platform.disabled.add(OTHER_VIDEO)
        batch = platform.connect(videos=[OTHER_VIDEO]).poll(None)
        assert texts(batch) == {"Sotto il nostro"}
        (notice,) = batch.notices
        assert notice.startswith(f"the comments of video {OTHER_VIDEO} were left out: ")
        assert notice.endswith("The video has disabled comments.")


class TestQuota:
    def test_each_list_counts_and_a_day_has_a_limit(self, platform: FakeYouTube) -> None:
        connector = platform.connect(units_a_day=100)
        cursor: object = None
        warnings: list[str] = []
        for _ in range(80):
            batch = connector.poll(cursor)
            cursor = batch.cursor
            warnings += batch.notices
        with pytest.raises(RetryLaterError, match="80 units a day") as caught:
            connector.poll(cursor)
        assert caught.value.after is not None
        assert timedelta() < caught.value.after <= timedelta(hours=25)
        assert len([one for one in platform.server.requests if one.path == THREADS]) == 80
        assert len(warnings) == 1
        assert "64 of the 80 units" in warnings[0]

    def test_next_day_begins_anew(self, platform: FakeYouTube) -> None:
        connector = platform.connect(units_a_day=100)
        spent = {"units": {"day": "2026-01-01", "used": 80, "warned": True}}
        batch = connector.poll(spent)
        assert isinstance(batch.cursor, dict)
        assert batch.cursor["units"]["used"] == 1

    def test_dear_polls_ask_for_a_pause(self, platform: FakeYouTube) -> None:
        platform.per_page = 1
        for number in range(10):
            platform.publish(f"Commento {number}")
        assert platform.connect(units_a_day=100).poll(None).again_after is not None
        assert platform.connect(units_a_day=1_000_000).poll(None).again_after is None

    def test_poll_that_uses_up_the_quota_keeps_what_it_read(self, platform: FakeYouTube) -> None:
        platform.per_page = 1
        for number in range(10):
            platform.publish(f"Commento {number}")
        day = Units.after(None, datetime.now(UTC), 100).day
        batch = platform.connect(units_a_day=100).poll({"units": {"day": day, "used": 77}})
        assert texts(batch) == {"Commento 9", "Commento 8", "Commento 7"}

    def test_video_that_the_quota_does_not_reach_keeps_its_memory(self, platform: FakeYouTube) -> None:
        platform.publish("Sotto un altro", video=OTHER_VIDEO)
        connector = platform.connect(units_a_day=100, videos=[OTHER_VIDEO])
        first = connector.poll(None)
        assert isinstance(first.cursor, dict)
        day = first.cursor["units"]["day"]
        short = connector.poll({**first.cursor, "units": {"day": day, "used": 79}})
        assert isinstance(short.cursor, dict)
        assert f"{OTHER_VIDEO} was left out: the day's quota is used up" in short.notices
        assert short.cursor["sources"][OTHER_VIDEO] == first.cursor["sources"][OTHER_VIDEO]
        assert short.gone == []

    def test_cursor_stays_small_with_many_videos(self, platform: FakeYouTube) -> None:
        videos = [f"video{number:06}" for number in range(30)]
        for video in videos:
            for number in range(20):
                platform.publish(f"Commento {number}", video=video)
        batch = platform.connect(videos=videos).poll(None)
        assert len(batch.mentions) == 600
        assert len(json.dumps(batch.cursor)) < 100_000

    def test_quota_that_google_says_is_used_up_is_waited_for(self, platform: FakeYouTube) -> None:
        platform.server.fail(refused(403, "quotaExceeded", "You have exceeded your <a>quota</a>."))
        with pytest.raises(RetryLaterError, match="the day's quota is used up") as caught:
            platform.connect().poll(None)
        assert caught.value.after is not None

    def test_answer_says_what_it_costs(self, platform: FakeYouTube) -> None:
        platform.publish("Quando arriva?")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert connector.options(mention).public.cost == "50 units of the day"

    @given(cost=st.integers(1, 60), every=st.integers(1, 60), used=st.integers(0, 7999))
    def test_quota_lasts_until_midnight_at_the_wished_pace(self, cost: int, every: int, used: int) -> None:
        now = datetime(2026, 11, 21, 8, tzinfo=UTC)  # midnight in California
        midnight = now + timedelta(days=1)
        units = Units(8000, "2026-11-21", used)
        while now < midnight:
            units.used, units.spent = units.used + cost, cost
            now += max(timedelta(minutes=every), units.pause(now) or timedelta())
        assert units.used <= units.limit + cost


def test_missing_permission_is_told_in_the_words_of_google(platform: FakeYouTube) -> None:
    platform.server.fail(refused(403, "insufficientPermissions", "Request had insufficient scopes."))
    with pytest.raises(AccessError, match=r"insufficientPermissions.*insufficient scopes"):
        platform.connect().poll(None)


@pytest.mark.parametrize(
    "wrong",
    [{"channel_id": "bottega"}, {"videos": ["https://youtu.be/x"]}, {"units_a_day": 0}, {"colour": SECRET}],
)
def test_wrong_options_are_refused_without_repeating_them(
    platform: FakeYouTube, wrong: Mapping[str, Any]
) -> None:
    with pytest.raises(ValidationError) as caught:
        YouTubeOptions.model_validate({"channel_id": OURS, **platform.google.consent(), **wrong})
    assert SECRET not in str(caught.value)
