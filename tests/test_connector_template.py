"""The connector that the documentation offers to start from passes the contract, with a fake such as one writes for it."""

import importlib.util
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from connectors.http import Limits
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, ReplierContract, fresh_http
from tests.fake_server import Answer, FakeServer, Request, json_answer

DOCS = Path(__file__).parents[1] / "docs"
if TYPE_CHECKING:
    from docs import connector_template as template
else:  # docs is no package
    _spec = importlib.util.spec_from_file_location("connector_template", DOCS / "connector_template.py")
    template = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(template)


class FakeGuestBook:
    """Remembers entries, each with its answers."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.given: list[dict[str, Any]] = []
        self.is_endless = False
        self.server = FakeServer(self.answer)
        self.secret_url = self.server.url.replace("//", f"//anna:{SECRET}@")

    def connect(self, url: str | None = None, limits: Limits = PATIENT) -> template.GuestBookConnector:
        options = template.GuestBookOptions.model_validate({"api": url or self.server.url, "key": SECRET})
        return template.GuestBookConnector(
            Channel("book", "Bottega Aurora"), options, fresh_http(options.api, limits)
        )

    def publish(self, text: str, *, created_at: datetime | None = None) -> None:
        at = (created_at or datetime.now(UTC)).isoformat()
        self.entries.append({"id": len(self.entries), "author": "Giulia", "text": text, "created_at": at})

    def edit(self, old: str, new: str) -> None:
        for entry in self.entries:
            if entry["text"] == old:
                entry["text"] = new

    def delete(self, text: str) -> None:
        self.given = [answer for answer in self.given if answer["text"] != text]
        for entry in self.entries:
            if entry["text"] == text:
                entry.update(text="", deleted=True)

    def publish_broken(self) -> None:
        self.entries.append({"id": "?", "author": None, "text": 7})

    def page_endlessly(self) -> None:
        self.is_endless = True

    def answers(self) -> list[tuple[str, Visibility]]:
        return [(answer["text"], Visibility.PUBLIC) for answer in self.given]

    def answer(self, request: Request) -> Answer:
        if request.path == "/entries":
            return json_answer({"entries": self.entries, "next": 2 if self.is_endless else None})
        under = request.path.split("/")[2]
        if request.method == "GET":
            return json_answer([answer for answer in self.given if answer["under"] == under])
        made_at = datetime.now(UTC).isoformat()
        made = {"id": len(self.given), "under": under, "text": request.json()["text"], "created_at": made_at}
        self.given.append(made)
        return json_answer(made, 201)


@pytest.fixture
def platform() -> Iterator[FakeGuestBook]:
    book = FakeGuestBook()
    with book.server.running():
        yield book


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    visibilities = (Visibility.PUBLIC,)


def test_page_for_writers_names_every_test_attribute_and_hook() -> None:
    """A claim or a hook added to the contract is told to those who must keep it."""
    page = (DOCS / "connectors.md").read_text(encoding="utf-8")
    own = {name for cls in ReplierContract.__mro__[:2] for name in vars(cls)}
    told = {name for name in own if not name.startswith(("_", "test_"))} - {
        "bare",
        "texts",
        "fail",
        "error_for",
        "mention",
        "reply",
    }
    for name in sorted(told):
        assert f"`{name}`" in page, f"docs/connectors.md does not tell of {name}"
    assert re.search(r"connector_template\.py", page)
