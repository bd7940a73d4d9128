"""Private talks on Meta's platforms: reading and answering them, within the days that Meta allows; asking is `graph`'s job."""

from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.before_sending import taken
from connectors.fields import at, identity, line, moment, records, text
from connectors.meta.graph import Graph, Query
from connectors.read_back import is_reply
from reputation_bot.errors import PlatformError
from reputation_bot.model import Author, Mention, Permission, Receipt, Reply, Visibility
from reputation_bot.ports import Batch, for_staff

# developers.facebook.com/documentation/business-messaging/messenger-platform/discovery/private-replies, 2026-11
ONE_MESSAGE = timedelta(days=7)  # in which a comment may be answered by one private message
WINDOW = timedelta(hours=24)  # in which a private message may be answered
_COMMENT_OVER = for_staff("a private answer is taken until 7 days after the comment; that is over")
_TALK_OVER = for_staff("a private answer is taken until 24 hours after the author's message; that is over")
_TALKS, _MESSAGES = 25, 25


class Messages:
    """Of one Page or account. `place` is whose conversations are read, `sender` in whose name messages are sent.

    `kind` is Meta's name for such conversations. `ours` are our ids and names there: what they wrote is no mention.
    """

    def __init__(
        self, graph: Graph, channel: str, *, kind: str, place: str, sender: str, ours: set[str]
    ) -> None:
        self._graph, self._channel = graph, channel
        self._kind, self._place, self._sender, self._ours = kind, place, sender, ours

    def read(self, cursor: object, now: datetime) -> Batch:
        """The newest messages of each conversation in which something has happened since."""
        query: Query = {"platform": self._kind, "fields": f"id,updated_time,{_messages()}", "limit": _TALKS}
        page = self._graph.page(f"{self._place}/conversations", query)
        talks: dict[str, str] = {}
        mentions: list[Mention] = []
        broken = 0
        for talk in page.records:
            talk_id, updated = identity(talk, "id"), line(talk, "updated_time")
            if not talk_id:
                broken += 1
                continue
            talks[talk_id] = updated
            if not updated or at(cursor, talk_id) != updated:
                found = [self._mention(one, talk_id, now) for one in records(talk, "messages", "data")]
                mentions += [one for one in found if one]
        notices = [f"{broken} conversations cannot be read and were left out"] if broken else []
        return Batch(mentions, talks, notices=notices)

    def permission(self, mention: Mention, max_chars: int, now: datetime) -> Permission:
        """Seven days for one message to who has commented, one for an answer in a talk."""
        is_private = mention.visibility is Visibility.PRIVATE
        span = WINDOW if is_private else ONE_MESSAGE
        closes_at = mention.created_at + span if mention.created_at else None
        if closes_at and closes_at <= now:
            return Permission(False, _TALK_OVER if is_private else _COMMENT_OVER)
        return Permission(True, max_chars=max_chars, closes_at=closes_at)

    def send(self, reply: Reply, mention: Mention) -> Receipt:
        """Sends once. Where follow-ups come is looked up, if it can be."""
        recipient = self._recipient(mention)
        body: dict[str, object] = {"recipient": recipient, "message": {"text": reply.text}}
        if "id" in recipient:
            body["messaging_type"] = "RESPONSE"
        answer = self._graph.post(f"{self._sender}/messages", body)
        message_id = taken(identity(answer, "message_id"), self._graph.platform)
        person = identity(answer, "recipient_id") or mention.author.external_id
        return Receipt(message_id, datetime.now(UTC), thread=self._talk_of(mention, person))

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Our message with this text to the author, sent after the approval."""
        now = datetime.now(UTC)
        talk = self._talk(mention.author.external_id)
        for message in records(talk, "messages", "data"):
            sent_at = moment(at(message, "created_time"), now)
            if self._is_ours(message) and is_reply(reply, text(message, "message"), sent_at):
                return Receipt(identity(message, "id"), sent_at or now, thread=identity(talk, "id") or None)
        return None

    def _recipient(self, mention: Mention) -> dict[str, str]:
        """Who wrote the message, the comment or the post. A post on a Page has its number in front."""
        if mention.visibility is Visibility.PRIVATE:
            return {"id": mention.author.external_id or ""}
        is_post = mention.external_id.startswith(f"{self._sender}_")
        return {"post_id" if is_post else "comment_id": mention.external_id}

    def _talk_of(self, mention: Mention, person: str | None) -> str | None:
        if mention.visibility is Visibility.PRIVATE:
            return mention.thread
        try:
            return identity(self._talk(person), "id") or None
        except PlatformError:
            return None

    def _talk(self, person: str | None) -> Any:
        """The conversation with somebody; None where there is none that can be asked for."""
        if not person:
            return None
        query = {"platform": self._kind, "user_id": person, "fields": f"id,{_messages()}"}
        found = self._graph.page(f"{self._place}/conversations", query).records
        return found[0] if found else None

    def _is_ours(self, message: object) -> bool:
        return bool({identity(message, "from", "id"), line(message, "from", "username")} & self._ours)

    def _mention(self, message: object, talk_id: str, now: datetime) -> Mention | None:
        """None for what is ours or has no text, such as a picture."""
        message_id, words = identity(message, "id"), text(message, "message")
        author_id = identity(message, "from", "id")
        if not message_id or not words or not author_id or self._is_ours(message):
            return None
        handle = line(message, "from", "username") or None
        return Mention(
            channel=self._channel,
            external_id=message_id,
            author=Author(line(message, "from", "name") or handle or self._graph.platform, handle, author_id),
            text=words,
            thread=talk_id,
            created_at=moment(at(message, "created_time"), now),
            visibility=Visibility.PRIVATE,
        )


def _messages() -> str:
    return f"messages.limit({_MESSAGES}){{id,message,from,created_time}}"
