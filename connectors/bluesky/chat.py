"""Bluesky's direct messages: reading what changed, sending one, finding it again; whether they are used is `bluesky`'s choice."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.before_sending import nothing_sent_yet, taken
from connectors.bluesky.posts import SITE, author_of
from connectors.fields import at, identity, moment, records, text
from connectors.read_back import is_reply
from reputation_bot.errors import BadAnswerError, RejectedError
from reputation_bot.model import Mention, Receipt, Reply, Visibility
from reputation_bot.ports import Batch, for_staff

if TYPE_CHECKING:
    from connectors.bluesky.client import Client

_CONVERSATIONS, _MESSAGES = 50, 50
TAKES_NONE = for_staff("the author takes no direct messages from accounts that they do not follow")
_BLOCKED = for_staff("the author has blocked our account, or we theirs")
_REFUSALS = {
    "MessagesDisabled": for_staff("the author takes no direct messages"),
    "NotFollowedBySender": TAKES_NONE,
    "BlockedActor": _BLOCKED,
    "BlockedSubject": _BLOCKED,
    "RecipientNotFound": for_staff("the author's account is not there any more"),
    "AccountSuspended": for_staff("our account is suspended on Bluesky"),
}


class Chat:
    """On behalf of one account."""

    def __init__(self, client: "Client", channel: str) -> None:
        self._client, self._channel = client, channel

    def read(self, cursor: object, now: datetime) -> Batch:
        """The newest fifty messages of each conversation in which something has happened since."""
        answer = self._asked("listConvos", {"limit": _CONVERSATIONS, "kind": "direct"}, "convos")
        mentions: list[Mention] = []
        gone: list[str] = []
        kept: dict[str, str] = {}
        broken = 0
        for convo in records(answer, "convos"):
            convo_id, rev = identity(convo, "id"), identity(convo, "rev")
            if not convo_id or not rev:
                broken += 1
                continue
            kept[convo_id] = rev
            if at(cursor, convo_id) == rev:
                continue
            for message in self._messages(convo_id):
                if identity(message, "sender", "did") == self._client.did:
                    continue
                if _is_deleted(message):
                    gone.append(identity(message, "id"))
                elif mention := self._mention(message, convo, now):
                    mentions.append(mention)
        notices = [f"{broken} conversations cannot be read and were left out"] if broken else []
        return Batch(mentions, kept, notices=notices, gone=gone)

    def send(self, reply: Reply, mention: Mention, now: datetime) -> Receipt:
        """Sends once; opens the conversation where there is none."""
        from connectors.bluesky.writing import message_of  # noqa: PLC0415  # as heavy as the client

        with nothing_sent_yet():
            convo_id = self._conversation(mention)
        body = {"convoId": convo_id, "message": message_of(reply)}
        answer = self._client.post("chat.bsky.convo.sendMessage", body)
        return taken(_receipt(answer, convo_id, now), "Bluesky")

    def find(self, reply: Reply, mention: Mention, now: datetime) -> Receipt | None:
        """Our message with this text to the author, sent after the approval."""
        try:
            convo_id = self._conversation(mention)
        except RejectedError:
            return None
        for message in self._messages(convo_id):
            sent_at = moment(at(message, "sentAt"), now)
            is_ours = identity(message, "sender", "did") == self._client.did
            if is_ours and is_reply(reply, text(message, "text"), sent_at):
                return _receipt(message, convo_id, now)
        return None

    def _conversation(self, mention: Mention) -> str:
        """Raises RejectedError where the author takes no messages of ours."""
        if mention.visibility is Visibility.PRIVATE:
            return mention.thread
        query = {"members": [mention.author.external_id or ""]}
        answer = self._client.get("chat.bsky.convo.getConvoForMembers", query, known=_REFUSALS)
        if isinstance(answer, str):
            raise RejectedError(_REFUSALS[answer])
        convo_id = identity(answer, "convo", "id")
        if not convo_id:
            raise BadAnswerError("Bluesky did not answer with what its API describes")
        return convo_id

    def _messages(self, convo_id: str) -> list[Any]:
        query = {"convoId": convo_id, "limit": _MESSAGES}
        return records(self._asked("getMessages", query, "messages"), "messages")

    def _asked(self, method: str, query: Mapping[str, object], name: str) -> object:
        answer = self._client.get(f"chat.bsky.convo.{method}", query)
        if not isinstance(at(answer, name), list):
            raise BadAnswerError("Bluesky did not answer with what its API describes")
        return answer

    def _mention(self, message: object, convo: object, now: datetime) -> Mention | None:
        message_id, words = identity(message, "id"), text(message, "text")
        sender, convo_id = identity(message, "sender", "did"), identity(convo, "id")
        members = [one for one in records(convo, "members") if identity(one, "did") == sender]
        author = author_of(members[0] if members else at(message, "sender"))
        if not message_id or author is None or not words:
            return None
        return Mention(
            channel=self._channel,
            external_id=message_id,
            author=author,
            text=words,
            thread=convo_id,
            created_at=moment(at(message, "sentAt"), now),
            url=f"{SITE}/messages/{convo_id}",
            visibility=Visibility.PRIVATE,
        )


def _is_deleted(message: object) -> bool:
    """Of such a message all but the text is still told."""
    return isinstance(message, dict) and "text" not in message and identity(message, "id") != ""


def _receipt(message: object, convo_id: str, now: datetime) -> Receipt | None:
    message_id = identity(message, "id")
    sent_at = moment(at(message, "sentAt"), now)
    return Receipt(message_id, sent_at or now, thread=convo_id) if message_id else None
