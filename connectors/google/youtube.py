"""Reads the comments under one's videos (and under some of others) on YouTube and answers them, within the day's quota."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field, StringConstraints

from connectors.answer import Response
from connectors.before_sending import check_fits, taken
from connectors.door_httplib2 import done, service
from connectors.google import youtube_comments as comments
from connectors.google.login import Consent, by_consent, google_problem, reason_of
from connectors.google.youtube_reading import Reading, replies_to
from connectors.google.youtube_units import A_DAY, AN_ANSWER, Units
from connectors.http import Http
from connectors.options import ApiAddress
from connectors.signed_in import SignedIn
from reputation_bot.errors import AccessError, PlatformError, RejectedError
from reputation_bot.model import Mention, Permission, Receipt, Reply, ReplyOptions, Visibility
from reputation_bot.ports import About, Batch, Channel, Limit, for_staff

# the field of YouTube's own page, 2nd hand, 2026-11; its API says only "commentTextTooLong"
MAX_CHARS = 10_000
_NO_PRIVATE = for_staff("YouTube has no private messages")
_COST = for_staff("50 units of the day")  # developers.google.com/youtube/v3/determine_quota_cost, 2026-11
_CLOSED = for_staff(
    "YouTube does not let this account answer here: the author or the video has closed the comments"
)


class YouTubeOptions(Consent):
    """What rules.yaml says of a channel with `connector: youtube`."""

    channel_id: str = Field(
        pattern=r"^UC[\w-]{22}$", description="Our YouTube channel, in whose name we answer."
    )
    videos: tuple[Annotated[str, StringConstraints(pattern=r"^[\w-]{11}$")], ...] = Field(
        (), max_length=50, description="Videos of others whose comments are read as well."
    )
    units_a_day: int = Field(
        A_DAY, ge=100, description="The project's quota; a fifth of it is kept for answers."
    )
    api: ApiAddress = Field("https://youtube.googleapis.com", description="Address of the API; for a proxy.")


class ClosedError(AccessError):
    """Nobody may comment there; the channel as a whole is fine."""


class YouTubeConnector:
    """A Replier for public answers. YouTube takes no key by which it would know a second answer from the first."""

    Options: ClassVar[type[BaseModel]] = YouTubeOptions
    about: ClassVar[About] = About(
        platform="YouTube",
        reads="comments and the answers to them: under all videos of your channel, and under the videos that you name",
        answers="under a comment",
        keys={
            "YOUTUBE_CLIENT_SECRET": "secret of an OAuth client of the kind Web application: console.cloud.google.com, "
            "APIs & Services, Credentials, in a project where the YouTube Data API v3 is enabled",
            "YOUTUBE_REFRESH_TOKEN": "what the channel's owner gets by consenting once to "
            "https://www.googleapis.com/auth/youtube.force-ssl",
        },
        limits=(
            Limit(
                f"{A_DAY:,} units a day: 1 for each list, {AN_ANSWER} for each answer",
                "developers.google.com/youtube/v3/determine_quota_cost, 2026-11",
            ),
            Limit(
                f"{MAX_CHARS:,} characters an answer", "the field of YouTube's own page, 2nd hand, 2026-11"
            ),
        ),
        example=(
            "youtube:\n  connector: youtube\n  channel_id: UCxxxxxxxxxxxxxxxxxxxxxx\n"
            "  client_id: 123-abc.apps.googleusercontent.com\n  client_secret: ${YOUTUBE_CLIENT_SECRET}\n"
            "  refresh_token: ${YOUTUBE_REFRESH_TOKEN}\n  own: true\n  every: 5m\n"
        ),
        extra="google",
        needs=("googleapiclient",),
    )

    def __init__(self, channel: Channel, options: YouTubeOptions, http: Http | None = None) -> None:
        http = http or Http([options.api, options.login, *channel.addresses])
        self._channel, self._options = channel.name, options
        signed_in = SignedIn(
            http,
            by_consent(http, options),
            platform="YouTube",
            advice="check that whoever consented owns this channel, and that the consent covers youtube.force-ssl",
            problem=_problem,
        )
        self._youtube = service("youtube", "v3", options.api, signed_in)
        self._closed: set[str] = set()  # threads of the last look that take no answer, for `options`

    def poll(self, cursor: object) -> Batch:
        """The newest threads; once a day some thousand of each source, with what was answered late in old ones."""
        now = datetime.now(UTC)
        units = Units.after(cursor, now, self._options.units_a_day)
        units.check(now)
        self._closed.clear()
        sources = self._sources()
        ours = self._options.channel_id
        reading = Reading(self._youtube, ours, units, cursor, self._closed, sources=len(sources))
        batches, notices = self._looks(reading, sources, now)
        kept = {
            name: batches[name].cursor if name in batches else reading.cursor_of(name) for name in sources
        }
        return _joined(list(batches.values()), kept, notices, reading, now)

    def options(self, mention: Mention) -> ReplyOptions:
        """As the last look showed the thread."""
        is_closed = mention.thread in self._closed
        yes = Permission(True, max_chars=MAX_CHARS, cost=_COST)
        public = Permission(False, _CLOSED) if is_closed else yes
        return ReplyOptions(public, Permission(allowed=False, why_not=_NO_PRIVATE), open_url=mention.url)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Posts once."""
        if reply.visibility is Visibility.PRIVATE:
            raise RejectedError(_NO_PRIVATE)
        check_fits(reply.text, MAX_CHARS)
        request = self._youtube.comments().insert(
            part="snippet", body=comments.body_of(reply, mention.thread)
        )
        try:
            answer = done(request, "YouTube")
        except ClosedError:
            raise RejectedError(_CLOSED) from None
        return taken(comments.receipt_of(answer, mention, datetime.now(UTC)), "YouTube")

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Our answer with this very text in this thread, made after it was approved."""
        now = datetime.now(UTC)
        if reply.visibility is Visibility.PRIVATE:
            return None
        for page in replies_to(self._youtube, mention.thread):
            for one in page.records:
                if comments.is_for(reply, one, self._options.channel_id, now):
                    return comments.receipt_of(one, mention, now)
        return None

    def _looks(
        self, reading: Reading, sources: Mapping[str, Mapping[str, str]], now: datetime
    ) -> tuple[dict[str, Batch], list[str]]:
        """At each source, and why at some not. A video of others may be closed to us: that is no reason to leave out the rest."""
        batches: dict[str, Batch] = {}
        notices: list[str] = []
        for name, source in sources.items():
            if not reading.units.left:
                notices.append(f"{name} was left out: the day's quota is used up")
                continue
            try:
                batches[name] = reading.look_at(
                    name, source, lambda one: comments.mention_of(one, self._channel, now), now
                )
            except AccessError as error:
                if name == self._options.channel_id:
                    raise
                notices.append(f"the comments of video {name} were left out: {error}")
        return batches, notices

    def _sources(self) -> dict[str, dict[str, str]]:
        """What to ask for, by the name under which the cursor keeps it."""
        ours = self._options.channel_id
        return {
            ours: {"allThreadsRelatedToChannelId": ours},
            **{video: {"videoId": video} for video in self._options.videos},
        }


def _joined(
    batches: list[Batch], kept: Mapping[str, object], notices: list[str], reading: Reading, now: datetime
) -> Batch:
    """`kept` is what the cursor says of each source."""
    mentions = {one.external_id: one for batch in batches for one in batch.mentions}
    notices += [notice for batch in batches for notice in batch.notices] + reading.units.warning()
    cursor = {
        "units": reading.units.kept(),
        "sources": kept,
        "counts": reading.below.kept(),
    }
    gone = [one for batch in batches for one in batch.gone if one not in mentions]
    return Batch(list(mentions.values()), cursor, reading.units.pause(now), notices, gone)


def _problem(response: Response) -> PlatformError | None:
    reason, words = reason_of(response)
    if reason == "commentsDisabled":
        return ClosedError(f"YouTube says that comments are closed: {words}")
    return google_problem(response)
