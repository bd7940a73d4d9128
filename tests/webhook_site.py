"""What the tests of the webhook share: the webhook at work on a store, and the one who sends to it."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.inbox import InboxConnector, InboxOptions
from reputation_bot.config import Config, parse
from reputation_bot.ports import Channel, Connector, Storage
from reputation_bot.settings import Settings
from reputation_bot.webhook.listener import Listener, running
from reputation_bot.webhook.proof import signature_of
from reputation_bot.webhook.receiving import Receiving
from tests.contracts.platform import SECRET
from tests.fakes import FakeClock, FakeJudge

KEY = f"{SECRET}-0123456789abcdef"
RULES = """\
brand: {name: Aurora}
telegram: {chat: -100}
channels:
  forms: {connector: inbox, own: true, private: true}
  tp: {connector: inbox, own: true}
webhook:
  port: 8443
  channels:
    forms: {secret: "${KEY}", per_minute: 5}
    tp: {secret: "${KEY}", proof: password}
"""
LINE = {"id": "f1", "text": "Ordine mai arrivato", "author": "Giulia"}


def loaded(rules: str = RULES) -> Config:
    return parse(rules, Path("rules.yaml"), {"KEY": KEY})


class Site:
    """The webhook at work on a store, and the one who sends to it."""

    def __init__(self, storage: Storage) -> None:
        self.settings: Settings = loaded().settings
        self.storage, self.clock, self.judge = storage, FakeClock(), FakeJudge()
        self.connectors: dict[str, Connector] = {
            name: InboxConnector(
                Channel(name, "Aurora"), InboxOptions.model_validate(self.settings.channels[name].options)
            )
            for name in ("forms", "tp")
        }
        self.receiving = Receiving(
            storage,
            lambda: self.settings,
            self.connectors.__getitem__,
            lambda: self.judge,
            clock=self.clock,
        )
        self.listener = Listener(lambda: self.settings, self.receiving, self.clock)
        self.port = 0

    @contextmanager
    def listening(self) -> Iterator["Site"]:
        with running(self.listener, "127.0.0.1", 0) as self.port:
            yield self

    def sign(self, body: bytes, at: datetime | None = None, key: str = KEY) -> dict[str, str]:
        stamp = str(int((at or self.clock.now).timestamp()))
        return {"X-Timestamp": stamp, "X-Signature": signature_of(stamp, body, key.encode())}

    def send(
        self,
        what: object = LINE,
        headers: Mapping[str, str] | None = None,
        *,
        channel: str = "forms",
        method: str = "POST",
    ) -> tuple[int, Any]:
        body = what if isinstance(what, bytes) else json.dumps(what).encode()
        heads = self.sign(body) if headers is None else headers
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/hooks/{channel}", body, dict(heads), method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                content = error.read()
                return error.code, json.loads(content) if content.startswith(b"{") else content

    def texts(self) -> list[str]:
        with self.storage.read() as view:
            return [record.mention.text for case in view.cases() for record in view.records(case.id)]
