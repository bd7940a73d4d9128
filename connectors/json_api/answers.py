"""Publishes an answer through any JSON API, as the mapping says, and finds it there again; reading mentions is `json_api`'s job."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from connectors.answer import Response
from connectors.before_sending import nothing_sent_yet, sent_already, taken
from connectors.fields import identity, moment, text
from connectors.json_api.expression import found
from connectors.json_api.login import Asks
from connectors.json_api.options import Answering, JsonOptions, Shown
from connectors.one_answer import Answer, OneAnswer
from connectors.read_back import is_reply
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    PlatformError,
    RejectedError,
)
from reputation_bot.model import Mention, Permission, Receipt, Reply, ReplyOptions
from reputation_bot.ports import for_staff
from reputation_bot.text import plain

_MAX_ANSWERS = 500
_NAME = re.compile(r"\{(\w+)\}")
_NOT_SAID = for_staff("rules.yaml does not say how answers are published on this channel (answer)")


class Answers:
    """What we answer on one channel. `record` gives a record by its id, or None when it is not there any more."""

    def __init__(
        self, options: JsonOptions, asks: Asks, record: Callable[[str], dict[str, Any] | None]
    ) -> None:
        self._how, self._platform, self._api = options.answer, options.platform, options.api
        self._asks, self._record = asks, record
        self._one = OneAnswer(
            self._platform,
            self._place,
            lambda place: next(iter(self._in(place)), None),
            options.answer.max_chars if options.answer else None,
        )

    def forget(self) -> None:
        """A new look begins."""
        self._one.forget()

    def remember(self, own_id: str, record: object) -> None:
        """What a look shows of a record's answers."""
        shown = self._how.shown if self._how else None
        if shown and shown.path is None and self._how and not self._how.several:
            self._one.remember(own_id, is_answered=bool(found(shown.items, record)))

    def options(self, mention: Mention) -> ReplyOptions:
        """As the last look showed the record."""
        if self._how is None:
            no = Permission(allowed=False, why_not=_NOT_SAID)
            return ReplyOptions(public=no, private=no, open_url=mention.url)
        return self._one.options(mention, mention.url)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Errors as a Replier's."""
        how = self._checked(reply, mention)
        if how.shown and not how.several and (there := self._one.already_there(reply, mention)):
            return Receipt(there.external_id, there.posted_at, mention.url)
        body = _filled(how.body, {**self._values(how, mention), "text": reply.text, "reply": reply.id})
        address = f"{self._api}{_in_path(how.path, mention)}"
        try:
            response = self._send(how, address, body)
        except AccessError as error:
            raise AccessError(f"{error}; {how.advice}" if how.advice else str(error)) from None
        return self._receipt(how, response, reply, mention)

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """None too where the mapping does not say how answers are read back."""
        how = self._how
        if how is None or how.shown is None or reply.visibility is not mention.visibility:
            return None
        place = self._place(mention.external_id)
        if place is None:
            raise AccessError(f"{self._platform} does not show this any more")
        for answer in self._in(place):
            if is_reply(reply, answer.text, answer.made_at):
                return Receipt(answer.external_id, answer.receipt().posted_at, mention.url)
        return None

    def _checked(self, reply: Reply, mention: Mention) -> Answering:
        """How answers are published. Raises RejectedError for what the platform would refuse anyway."""
        if self._how is None:
            raise RejectedError(_NOT_SAID)
        self._one.check(reply, mention)
        return self._how

    def _values(self, how: Answering, mention: Mention) -> dict[str, Any]:
        """What the body needs of the record. Nothing has been sent yet, so what cannot be understood is to be tried later."""
        known: dict[str, Any] = {"id": mention.external_id, "thread": mention.thread}
        if not how.values:
            return known
        with nothing_sent_yet():
            record = self._record(mention.external_id)
        if record is None:
            raise RejectedError(f"{self._platform} does not show this any more")
        for name, expression in how.values.items():
            value = found(expression, record)
            if not isinstance(value, str | int | float | bool):
                raise RejectedError(
                    f"answer.values.{name} ({expression}) finds nothing in the record; correct the mapping"
                )
            known[name] = value
        return known

    def _send(self, how: Answering, address: str, body: dict[str, Any]) -> Response:
        if how.form:
            kind = "application/x-www-form-urlencoded"
            return self._asks.send(how.method, address, urlencode(body).encode(), kind)
        return self._asks.send(how.method, address, json.dumps(body).encode())

    def _receipt(self, how: Answering, response: Response, reply: Reply, mention: Mention) -> Receipt:
        with sent_already():  # a page may be anybody's
            told = response.json() if response.body.strip() else None
        if how.id is not None:
            own_id = taken(identity(found(how.id, told)), self._platform)
            return Receipt(own_id, datetime.now(UTC), mention.url)
        if how.shown is not None:
            return self._read_back(reply, mention)
        return Receipt(mention.external_id, datetime.now(UTC), mention.url)

    def _read_back(self, reply: Reply, mention: Mention) -> Receipt:
        """Where looking fails, the platform's word that it took it must do."""
        try:
            there = self.find(reply, mention)
        except PlatformError:
            return Receipt(mention.external_id, datetime.now(UTC), mention.url)
        if there is None:
            raise OutcomeUnknownError(f"{self._platform} took the answer, but does not show it")
        return there

    def _place(self, own_id: str) -> dict[str, Any] | None:
        """Where the answers to a record can be read; None when the record is not there any more."""
        shown = self._how.shown if self._how else None
        if shown is None or shown.path is None:
            record = self._record(own_id)
            return None if record is None else {"id": own_id, "in": record}
        query = urlencode(_filled(shown.query, {"id": own_id}))
        address = f"{self._api}{shown.path.replace('{id}', quote(own_id, safe=''))}"
        answer = self._asks.get(f"{address}?{query}" if query else address).json()
        if not isinstance(found(shown.items, answer), list):
            raise BadAnswerError(
                f"{self._platform} answered without a list at answer.shown.items ({shown.items})"
            )
        return {"id": own_id, "in": answer}

    def _in(self, place: object) -> list[Answer]:
        shown = self._how.shown if self._how else None
        if shown is None or not isinstance(place, Mapping):
            return []
        items = found(shown.items, place["in"])
        answers = items[:_MAX_ANSWERS] if isinstance(items, list) else []
        return [_answer(shown, one, str(place["id"])) for one in answers if one]


def _answer(shown: Shown, one: object, own_id: str) -> Answer:
    """Where the platform does not say when it was given, the text alone must tell."""
    now = datetime.now(UTC)
    words = found(shown.text, one)
    if shown.html and isinstance(words, str):
        words = plain(words)
    made_at = moment(found(shown.time, one), now) if shown.time else now
    return Answer(text(words), made_at, identity(found(shown.id, one)) or own_id)


def _in_path(path: str, mention: Mention) -> str:
    known = {"id": mention.external_id, "thread": mention.thread}
    return _NAME.sub(lambda name: quote(known.get(name[1], name[0]), safe=""), path)


def _filled(part: Any, values: Mapping[str, Any]) -> Any:
    """The template with its names replaced, once: what an author or an operator wrote is never read as a template."""
    if isinstance(part, Mapping):
        return {name: _filled(value, values) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, values) for value in part]
    if not isinstance(part, str):
        return part
    if (only := _NAME.fullmatch(part)) and only[1] in values:
        return values[only[1]]
    return _NAME.sub(lambda name: str(values.get(name[1], name[0])), part)
