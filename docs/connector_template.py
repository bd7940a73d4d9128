"""A connector to start from: a guest book with an API of its own. Copy it, and put your platform in the place of this one."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from connectors.http import Http, http_address
from reputation_bot.errors import BadAnswerError, OutcomeUnknownError, RejectedError
from reputation_bot.model import Author, Mention, Permission, Receipt, Reply, ReplyOptions, Visibility
from reputation_bot.ports import About, Batch, Channel, Limit
from reputation_bot.text import cut, tidy

MAX_CHARS = 1000  # guestbook.example/api#answers, 2026-11
_PAGES = 20  # a platform whose pages never end must not hold us for ever
_CLOCK_SLACK = timedelta(minutes=1)


class GuestBookOptions(BaseModel):
    """The keys of a channel in rules.yaml. What was given never stands in an error: it may be a secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    api: Annotated[str, AfterValidator(http_address)] = Field(
        description="Where the guest book is.", repr=False
    )
    key: SecretStr = Field(description="The shop's key, ${GUESTBOOK_KEY}.")


class GuestBookConnector:
    """Reads and answers. One that only reads leaves out `options`, `post` and `find`."""

    Options: ClassVar[type[BaseModel]] = GuestBookOptions
    about: ClassVar[About] = About(
        platform="Guest Book",
        reads="every entry",
        answers="under an entry",
        keys={"GUESTBOOK_KEY": "the shop's key: guestbook.example, Settings, API"},
        limits=(Limit("1,000 characters an answer", "guestbook.example/api#answers, 2026-11"),),
        example="book:\n  connector: guestbook\n  api: https://guestbook.example\n  key: ${GUESTBOOK_KEY}\n",
    )

    def __init__(self, channel: Channel, options: GuestBookOptions, http: Http | None = None) -> None:
        self._channel = channel
        self._api = options.api.rstrip("/")
        self._headers = {"Authorization": f"Bearer {options.key.get_secret_value()}"}
        # the addresses of rules.yaml are the only ones that may be private
        self._http = http or Http([options.api, *channel.addresses])

    def poll(self, cursor: object) -> Batch:  # noqa: ARG002  # nothing to remember here
        """Everything each time: the store knows what it has seen, and an edited or late entry is found by itself."""
        now = datetime.now(UTC)
        entries, notices = self._entries()
        mentions = [self._mention(entry, now) for entry in entries if not entry.get("deleted")]
        whole = [mention for mention in mentions if mention is not None]
        if broken := len(mentions) - len(whole):
            notices.append(f"{broken} entries cannot be read and were left out")
        gone = [str(entry.get("id")) for entry in entries if entry.get("deleted")]
        return Batch(whole, cursor={}, notices=notices, gone=gone)

    def options(self, mention: Mention) -> ReplyOptions:
        """What the platform allows for this mention, known before anybody writes."""
        return ReplyOptions(
            public=Permission(allowed=True, max_chars=MAX_CHARS),
            private=Permission(allowed=False, why_not="the guest book has no private messages"),
            open_url=mention.url,
        )

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Posts once; the door tells what certainly did not happen from what nobody can know."""
        if reply.visibility is Visibility.PRIVATE:
            raise RejectedError("the guest book has no private messages")
        if len(reply.text) > MAX_CHARS:
            raise RejectedError(f"the answer has {len(reply.text)} characters; {MAX_CHARS} are allowed")
        answer = self._http.post(self._answers_of(mention), json={"text": reply.text}, headers=self._headers)
        try:
            return _receipt(answer.json())
        except BadAnswerError:
            raise OutcomeUnknownError("the guest book took the answer without giving it an id") from None

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """The answer with this text under this entry, made after it was approved. None proves nothing."""
        if reply.visibility is Visibility.PRIVATE:
            return None
        found = self._http.get(self._answers_of(mention), self._headers).json()
        if not isinstance(found, list):
            raise BadAnswerError("the guest book did not answer with a list")
        for answer in found:
            if isinstance(answer, dict) and tidy(str(answer.get("text"))) == tidy(reply.text):
                receipt = _receipt(answer)
                if receipt.posted_at >= reply.approved_at - _CLOCK_SLACK:
                    return receipt
        return None

    def _entries(self) -> tuple[list[dict[str, Any]], list[str]]:
        entries: list[dict[str, Any]] = []
        page: object = 1
        for _ in range(_PAGES):
            answer = self._http.get(f"{self._api}/entries?page={page}", self._headers).json()
            records = answer.get("entries") if isinstance(answer, dict) else None
            if not isinstance(records, list):
                raise BadAnswerError("the guest book did not answer with entries; is this its address?")
            entries += [record for record in records if isinstance(record, dict)]
            if not isinstance(page := answer.get("next"), int):
                return entries, []
        return entries, ["the guest book has more pages than one look reads"]

    def _mention(self, entry: dict[str, Any], now: datetime) -> Mention | None:
        entry_id, author, text = entry.get("id"), entry.get("author"), entry.get("text")
        if not (isinstance(entry_id, int) and isinstance(author, str) and isinstance(text, str)):
            return None
        name, text = cut(" ".join(tidy(author).split()), 200), cut(tidy(text), 20_000)
        if not name or not text:
            return None
        made_at = _moment(entry.get("created_at"))
        return Mention(
            channel=self._channel.name,
            external_id=str(entry_id),
            author=Author(name=name),
            text=text,
            thread=str(entry_id),
            created_at=min(made_at, now) if made_at else None,
            url=f"https://guestbook.example/entries/{entry_id}",
        )

    def _answers_of(self, mention: Mention) -> str:
        return f"{self._api}/entries/{quote(mention.external_id, safe='')}/answers"


def _receipt(answer: object) -> Receipt:
    answer_id = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(answer_id, int):
        raise BadAnswerError("the guest book's answer has no id")
    now = datetime.now(UTC)
    return Receipt(str(answer_id), min(_moment(answer.get("created_at")) or now, now))


def _moment(stamp: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(stamp) if isinstance(stamp, str) else None
    except ValueError:
        return None
    return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
