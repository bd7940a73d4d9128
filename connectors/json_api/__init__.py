"""Reads any HTTP API that answers with JSON, by a mapping in rules.yaml or one that comes along; answering is `answers`' job."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urljoin

from pydantic import BaseModel

from connectors.answer import GONE
from connectors.fields import page_token
from connectors.http import Http
from connectors.json_api.answers import Answers
from connectors.json_api.expression import found
from connectors.json_api.login import asking
from connectors.json_api.mentions import Mapped, sample
from connectors.json_api.options import JsonOptions, PagesBy
from connectors.reviews import Page, look, turned
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Mention, Receipt, Reply, ReplyOptions
from reputation_bot.ports import About, Batch, Channel, Limit

_MAX_PAGES = 40
_MAX_RECORDS = 1000  # of one page


class JsonConnector:
    """A Replier as far as the mapping says how answers are published."""

    Options: ClassVar[type[BaseModel]] = JsonOptions
    about: ClassVar[About] = About(
        platform="any JSON API (WooCommerce, Trusted Shops, Feedaty, a script of your own), by a mapping",
        reads="what the mapping names: reviews, comments, messages",
        answers="where the mapping says how",
        keys={
            "SHOP_KEY": "consumer key or user name: WooCommerce, Settings, Advanced, REST API; or what the platform calls it",
            "SHOP_SECRET": "the secret or password that belongs to it",
        },
        limits=(Limit(f"{_MAX_PAGES} pages a look", "our own, so that endless pages end"),),
        example=(
            "shop:\n  connector: json\n  preset: woocommerce\n  api: https://shop.example\n"
            "  login:\n    key: ${SHOP_KEY}\n    secret: ${SHOP_SECRET}\n  own: true\n  every: 10m\n"
        ),
    )

    def __init__(self, channel: Channel, options: JsonOptions, http: Http | None = None) -> None:
        login = [options.login.address] if options.login and options.login.address else []
        self._options, self._read = options, options.read
        self._asks = asking(http or Http([options.api, *login, *channel.addresses]), options)
        self._mapped = Mapped(channel.name, options.platform, options.api, options.fields)
        self._answers = Answers(options, self._asks, self._record)

    def poll(self, cursor: object) -> Batch:
        """The newest pages; once a day all that fit into forty."""
        now = datetime.now(UTC)
        said_gone: dict[str, None] = {}
        misfits: list[str] = []
        self._answers.forget()
        batch = look(
            cursor,
            now,
            pages=self._pages(now, said_gone),
            mention_of=lambda record: self._mention(record, now, misfits),
            is_gone=lambda own_id: own_id in said_gone or self._is_gone(own_id),
        )
        if misfits and not batch.mentions and misfits[0].startswith("fields.id"):
            raise BadAnswerError(f"{self._options.platform} answered, but {misfits[0]}; correct the mapping")
        notices = [f"one of these was left out because {misfits[0]}"] if misfits else []
        gone = dict.fromkeys([*batch.gone, *said_gone])
        return replace(batch, notices=[*batch.notices, *notices], gone=list(gone))

    def options(self, mention: Mention) -> ReplyOptions:
        """As the mapping says, and as the last look showed the record; `post` looks again."""
        return self._answers.options(mention)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Posts once. Where the mapping says how, it looks before and reads the answer back."""
        return self._answers.post(reply, mention)

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Our answer, where the mapping says how it can be read back."""
        return self._answers.find(reply, mention)

    def _mention(self, record: object, now: datetime, misfits: list[str]) -> Mention | None:
        """None for a record that the mapping does not fit; of the first such one `misfits` tells why."""
        mention = self._mapped.mention(record, now)
        if mention:
            self._answers.remember(mention.external_id, record)
        elif not misfits:
            misfits.append(self._mapped.misfit(record))
        return mention

    def _pages(self, now: datetime, said_gone: dict[str, None]) -> Iterator[Page]:
        since = self._read.since
        begin = now - timedelta(days=since.days if since else 0)
        reach = {since.parameter: begin.isoformat(timespec="seconds")} if since else {}
        return turned(lambda token: self._page(token, reach, said_gone), _MAX_PAGES)

    def _page(self, token: str | None, reach: Mapping[str, str], said_gone: dict[str, None]) -> Page:
        answer = self._asks.get(self._address(token, reach)).json()
        items = found(self._read.items, answer)
        if not isinstance(items, list):
            raise BadAnswerError(
                f"{self._options.platform} answered without a list at read.items ({self._read.items}), but with {sample(answer)}; "
                "correct the mapping or the address"
            )
        kept = []
        for record in items[:_MAX_RECORDS]:
            if self._mapped.is_gone(record):
                said_gone[self._mapped.id_of(record)] = None
            elif not self._mapped.is_ours(record):
                kept.append(record)
        said_gone.pop("", None)
        return Page(kept, self._next(token, answer, len(items)))

    def _address(self, token: str | None, reach: Mapping[str, str]) -> str:
        pages = self._read.pages
        if pages and pages.by is PagesBy.ADDRESS and token:
            return token
        query: dict[str, Any] = {**self._read.query, **reach}
        if pages and token:
            query[pages.parameter] = token
        elif pages and pages.by is PagesBy.PAGE:
            query[pages.parameter] = pages.first
        elif pages and pages.by is PagesBy.OFFSET:
            query[pages.parameter] = 0
        words = {name: f"{one}".lower() if isinstance(one, bool) else one for name, one in query.items()}
        return f"{self._options.api}{self._read.path}" + (f"?{urlencode(words)}" if words else "")

    def _next(self, token: str | None, answer: object, count: int) -> str | None:
        pages = self._read.pages
        if pages is None or not count:
            return None
        match pages.by:
            case PagesBy.PAGE:
                return str(int(token or pages.first) + 1) if count >= pages.size else None
            case PagesBy.OFFSET:
                return str(int(token or 0) + count) if count >= pages.size else None
            case PagesBy.CURSOR:
                return page_token({"next": found(pages.next, answer)}, "next")
            case PagesBy.ADDRESS:
                return self._following(found(pages.next, answer))

    def _following(self, address: object) -> str | None:
        """Only the API itself may be asked for the next page: the key goes along."""
        if not isinstance(address, str) or not address.strip():
            return None
        whole = urljoin(f"{self._options.api}/", address.strip())
        if not whole.startswith(f"{self._options.api}/"):
            raise BadAnswerError(
                f"{self._options.platform} wants us to read on at another server than api; nobody else may see the key"
            )
        return whole

    def _is_gone(self, own_id: str) -> bool:
        if self._read.one is None:
            return self._read.whole
        return self._record(own_id) is None

    def _record(self, own_id: str) -> dict[str, Any] | None:
        """One record as it is now; None when it was deleted. `read.one` must be there."""
        path = (self._read.one or "").replace("{id}", quote(own_id, safe=""))
        response = self._asks.get(f"{self._options.api}{path}", accept=GONE)
        if response.status in GONE:
            return None
        record = found(self._read.record, response.json())
        if not isinstance(record, dict) or self._mapped.id_of(record) != own_id:
            raise BadAnswerError(
                f"{self._options.platform} did not answer with the record that was asked for"
            )
        return None if self._mapped.is_gone(record) else record
