"""What people write to the moderators of our own subreddits: read, and answered where it was written; sending is `client`'s job."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.before_sending import taken
from connectors.fields import at, identity, items, kept_time, line, moment, records, text
from connectors.read_back import is_reply
from connectors.reddit.mentions import author_of
from connectors.reviews import Page, turned
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Author, Mention, Permission, Receipt, Reply, Visibility
from reputation_bot.ports import Batch, for_staff

_PATH = "api/mod/conversations"
_SITE = "https://mod.reddit.com/mail/all"
_FIRST_LOOK, _OVERLAP = timedelta(days=7), timedelta(hours=6)
_PER_PAGE, _PAGES = 100, 5
_FETCHED = 25  # conversations whose messages one look asks for; the others wait for the next
_NAME = re.compile("[a-z0-9]{1,20}")
_OURS = "modmail_"  # in front of what Reddit calls a conversation or a message of one
_CLOSED = for_staff("Reddit lets nobody answer this conversation any more")


class Modmail:
    """Of these subreddits. `account` is ours; what other moderators write, to us or to people, is no mention either.

    Its writers have turned to us themselves, so that Reddit's demand for consent is met.
    """

    def __init__(self, client: Any, subreddits: list[str], account: str, channel: str) -> None:
        self._client, self._subreddits = client, subreddits
        self._account, self._channel = account, channel
        self._closed: set[str] = set()  # conversations, as the last look showed them

    def read(self, cursor: object, now: datetime) -> Batch:
        """The messages of the last hours in each conversation whose writer has written since. Nothing there becomes "read"."""
        read_at = kept_time(at(cursor, "read_at"), now)
        since = read_at - _OVERLAP if read_at else now - _FIRST_LOOK
        talks, broken = self._talks(since, now)
        known = {one: stamp for one, stamp in items(cursor, "known") if one in talks}
        changed = [one for one, stamp in talks.items() if known.get(one) != stamp]
        mentions: list[Mention] = []
        for talk in changed[:_FETCHED]:
            told = self._whole(talk)
            theirs = [one for one in _messages(told) if not _is_of_moderators(one)]
            readable = [one for one in (self._mention(one, told, talk, now) for one in theirs) if one]
            mentions += [one for one in readable if one.created_at and one.created_at >= since]
            broken += len(theirs) - len(readable)
            known[talk] = talks[talk]
        seen_at = now if len(changed) <= _FETCHED else read_at
        kept = {"read_at": seen_at.isoformat() if seen_at else None, "known": known}
        return Batch(
            mentions,
            kept,
            notices=[f"{broken} records of Reddit cannot be read and were left out"] if broken else [],
        )

    def permission(self, mention: Mention, max_chars: int) -> Permission:
        """For a private answer, as the last look showed the conversation."""
        if mention.thread in self._closed:
            return Permission(False, _CLOSED)
        return Permission(True, max_chars=max_chars)

    def send(self, reply: Reply, mention: Mention) -> Receipt:
        """Sends once, in the name of our account."""
        body = {"body": reply.text, "isAuthorHidden": "false", "isInternal": "false"}
        talk = mention.thread.removeprefix(_OURS)
        answer = self._client.send(f"{_PATH}/{talk}", **body)
        ours = filter(self._is_ours, _messages(answer))
        newest = max(ours, key=lambda one: line(one, "date"), default=None)
        is_named = _NAME.fullmatch(identity(newest, "id"))
        return _receipt(taken(newest if is_named else None, "Reddit"), talk, datetime.now(UTC))

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Our message with this text in the conversation, sent after the approval."""
        now, talk = datetime.now(UTC), mention.thread.removeprefix(_OURS)
        for message in filter(self._is_ours, _messages(self._whole(talk))):
            if is_reply(reply, text(message, "bodyMarkdown"), moment(at(message, "date"), now)):
                return _receipt(message, talk, now)
        return None

    def _talks(self, since: datetime, now: datetime) -> tuple[dict[str, str], int]:
        """Conversations with when their writer last wrote, the newest first, and how many others cannot be read."""
        found: dict[str, str] = {}
        broken = 0
        self._closed.clear()
        for page in turned(self._page, _PAGES):
            is_behind = False
            for talk in page.records:
                name, stamp = identity(talk, "id"), at(talk, "lastUserUpdate")
                written_at = moment(stamp, now)
                if at(talk, "isRepliable") is False:
                    self._closed.add(_OURS + name)
                if stamp is None:  # moderators among themselves
                    continue
                if not _NAME.fullmatch(name) or written_at is None:
                    broken += 1
                elif written_at >= since:
                    found[name] = str(stamp)
                else:
                    is_behind = True
            if is_behind:
                break
        return found, broken

    def _page(self, token: str | None) -> Page:
        subreddits = ",".join(self._subreddits)
        place = {"after": token} if token else {}
        answer = self._client.get(
            _PATH, entity=subreddits, sort="user", state="all", limit=_PER_PAGE, **place
        )
        talks, names = at(answer, "conversations"), records(answer, "conversationIds")
        if not isinstance(talks, dict):
            raise BadAnswerError("Reddit did not answer with conversations")
        is_full = len(names) >= _PER_PAGE
        return Page([at(talks, str(name)) for name in names], str(names[-1]) if is_full else None)

    def _whole(self, talk: str) -> object:
        answer = self._client.get(f"{_PATH}/{talk}")
        if not isinstance(at(answer, "messages"), dict):
            raise BadAnswerError("Reddit did not answer with a conversation")
        return answer

    def _is_ours(self, message: object) -> bool:
        return line(message, "author", "name").lower() == self._account.lower()

    def _mention(self, message: object, told: object, talk: str, now: datetime) -> Mention | None:
        """None for what has no author, text or time."""
        name, words = identity(message, "id"), text(message, "bodyMarkdown")
        author = author_of({"author": at(message, "author", "name")})
        written_at = moment(at(message, "date"), now)
        if not (_NAME.fullmatch(name) and author and words and written_at):
            return None
        return Mention(
            channel=self._channel,
            external_id=f"{_OURS}{talk}_{name}",
            author=Author(name=author, handle=author, url=f"https://www.reddit.com/user/{author}"),
            text=words,
            thread=_OURS + talk,
            created_at=written_at,
            title=line(told, "conversation", "subject") or None,
            url=f"{_SITE}/{talk}",
            visibility=Visibility.PRIVATE,
        )


def is_modmail(mention: Mention) -> bool:
    """Whether it was written to the moderators of a subreddit."""
    return mention.thread.startswith(_OURS)


def _is_of_moderators(message: object) -> bool:
    return at(message, "author", "isMod") is True or at(message, "isInternal") is True


def _messages(answer: object) -> list[Any]:
    return [message for _, message in items(answer, "messages")]


def _receipt(message: object, talk: str, now: datetime) -> Receipt:
    sent_at = moment(at(message, "date"), now) or now
    return Receipt(f"{_OURS}{talk}_{identity(message, 'id')}", sent_at, f"{_SITE}/{talk}")
