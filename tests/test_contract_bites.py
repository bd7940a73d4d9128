"""The contract of connectors catches what it is for: connectors spoilt in one way each fail the very test that names it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.outcomes import Failed

from connectors.http import Limits
from reputation_bot.errors import OutcomeUnknownError, PlatformError, RejectedError, RetryLaterError
from reputation_bot.model import Mention, Receipt, Reply
from reputation_bot.ports import Batch, Channel
from tests import test_connector_template as whole_one
from tests.contracts.connector import PATIENT, SECRET, fresh_http
from tests.contracts.faults import TROUBLES
from tests.fake_server import Answer

if TYPE_CHECKING:
    from docs import connector_template as template
else:
    template = whole_one.template
Whole = template.GuestBookConnector


class GoesOnFromTheNewest(Whole):
    def poll(self, cursor: object) -> Batch:
        batch: Batch = super().poll(cursor)
        newest = cursor.get("newest", "") if isinstance(cursor, dict) else ""
        new = [one for one in batch.mentions if str(one.created_at) > newest]
        return Batch(
            new, {"newest": max((str(one.created_at) for one in new), default=newest)}, gone=batch.gone
        )


class NeverSaysGone(Whole):
    def poll(self, cursor: object) -> Batch:
        return Batch(super().poll(cursor).mentions, {}, notices=("left out",))


class StumblesOverOneRecord(Whole):
    def _mention(self, entry: dict[str, Any], now: Any) -> Mention | None:
        if not isinstance(entry["text"], str):
            raise TypeError("text")
        found: Mention | None = super()._mention(entry, now)
        return found


class PagesForEver(Whole):
    def _entries(self) -> Any:
        entries: list[Any] = []
        for page in range(1, 70):
            answer = self._http.get(f"{self._api}/entries?page={page}", self._headers).json()
            entries += answer["entries"]
            if not answer["next"]:
                break
        return entries, []


class PostsAgain(Whole):
    def post(self, reply: Reply, mention: Mention) -> Receipt:
        for last in (False, True):
            try:
                receipt: Receipt = super().post(reply, mention)
            except OutcomeUnknownError:
                if last:
                    raise
            else:
                return receipt
        raise AssertionError


class CallsEveryFailureRetryable(Whole):
    def post(self, reply: Reply, mention: Mention) -> Receipt:
        try:
            receipt: Receipt = super().post(reply, mention)
        except OutcomeUnknownError as error:
            raise RetryLaterError(str(error)) from None
        return receipt


class ShowsItsKey(Whole):
    def post(self, reply: Reply, mention: Mention) -> Receipt:
        try:
            receipt: Receipt = super().post(reply, mention)
        except PlatformError:
            raise RejectedError(f"refused with {self._headers}") from None
        return receipt


class FindsAnyAnswer(Whole):
    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        found = self._http.get(self._answers_of(mention), self._headers).json()
        return template._receipt(found[0]) if found else None


class CutsLongAnswers(Whole):
    def post(self, reply: Reply, mention: Mention) -> Receipt:
        receipt: Receipt = super().post(replace(reply, text=reply.text[:1000]), mention)
        return receipt


class ReadsItsOwnAnswers(Whole):
    def poll(self, cursor: object) -> Batch:
        batch: Batch = super().poll(cursor)
        ours = [
            replace(batch.mentions[0], external_id=f"a{index}", text="nostra")
            for index, _ in enumerate(self._http.get(f"{self._api}/entries/0/answers", self._headers).json())
        ]
        return Batch([*batch.mentions, *ours], {})


class SpoiltBook(whole_one.FakeGuestBook):
    """Is read by a spoilt connector."""

    kind: Any = Whole

    def connect(self, url: str | None = None, limits: Limits = PATIENT) -> Any:
        options = template.GuestBookOptions(api=url or self.server.url, key=SECRET)
        return self.kind(Channel("book", "B"), options, fresh_http(options.api, limits))


@pytest.fixture
def platform() -> Iterator[SpoiltBook]:
    book = SpoiltBook()
    with book.server.running():
        yield book


contract = whole_one.TestContract()
Trial = Callable[[Any], None]


def answering(test: Any, **more: Any) -> Trial:
    """A test of the contract that begins with a mention to be answered."""

    def trial(platform: SpoiltBook) -> None:
        test(platform, contract.answerable(platform, contract.reply().visibility), **more)

    return trial


@pytest.mark.parametrize(
    ("kind", "how", "trial"),
    [
        (GoesOnFromTheNewest, AssertionError, contract.test_late_indexed_mention_is_found),
        (GoesOnFromTheNewest, AssertionError, contract.test_edited_mention_comes_again_under_its_id),
        (NeverSaysGone, AssertionError, contract.test_deleted_mention_is_told_and_shown_no_more),
        (StumblesOverOneRecord, TypeError, contract.test_broken_record_stops_no_other_and_is_told),
        (PagesForEver, AssertionError, contract.test_endless_pages_come_to_an_end),
        (
            PagesForEver,
            TypeError,
            lambda platform: contract.test_fault_has_its_name_and_the_cursor_still_works(
                platform, next(one for one in TROUBLES if one.name == "body b'null'")
            ),
        ),
        (
            PostsAgain,
            Failed,
            answering(contract.test_lost_answer_is_unknown_until_it_is_found, answer=Answer(body=b"<html>")),
        ),
        (
            CallsEveryFailureRetryable,
            RetryLaterError,
            answering(contract.test_lost_answer_is_unknown_until_it_is_found, answer=Answer(500)),
        ),
        (
            CutsLongAnswers,
            Failed,
            answering(contract.test_answer_beyond_the_limit_is_refused_before_it_leaves),
        ),
        (ReadsItsOwnAnswers, AssertionError, answering(contract.test_our_own_answer_is_no_mention)),
        (
            FindsAnyAnswer,
            AssertionError,
            answering(
                contract.test_other_answer_of_ours_is_not_taken_for_it, other={"text": "Un altro testo"}
            ),
        ),
    ],
)
def test_spoilt_connector_fails_and_the_whole_one_does_not(
    platform: SpoiltBook, kind: Any, how: type[BaseException], trial: Trial
) -> None:
    trial(platform)
    platform.entries.clear()
    platform.given.clear()
    platform.server.faults.clear()
    platform.server.requests.clear()
    platform.is_endless = False
    platform.kind = kind
    with pytest.raises(how):
        trial(platform)


def test_key_in_an_error_is_caught(platform: SpoiltBook, caplog: pytest.LogCaptureFixture) -> None:
    trial = answering(contract.test_no_secret_of_keys_is_shown_when_an_answer_fails, caplog=caplog)
    trial(platform)
    platform.kind = ShowsItsKey
    with pytest.raises(AssertionError):
        trial(platform)
