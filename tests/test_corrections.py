"""What operators say a mention really is: kept beside the rules' verdict, and the case follows it."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot import cases
from reputation_bot.cases import Outcome, Result
from reputation_bot.corrections import BY_HAND, corrected, judged_of
from reputation_bot.model import (
    Case,
    CaseStatus,
    Category,
    Correction,
    DismissReason,
    Draft,
    Mention,
    Priority,
    Reason,
    Record,
    ReplyOptions,
    Verdict,
)
from reputation_bot.ports import Storage
from reputation_bot.promises import sla
from reputation_bot.settings import Promises
from tests.factories import NOW, make_case, make_draft, make_mention, make_record, make_reply, make_verdict

PROMISES = Promises.model_validate({"first_response": {"low": "8h", "high": "30m"}})
LATER = NOW + timedelta(minutes=5)
verdicts = st.builds(
    make_verdict,
    category=st.sampled_from(Category),
    priority=st.sampled_from(Priority),
    topic=st.sampled_from([None, "order", "returns"]),
)
said = st.builds(
    Correction,
    at=st.just(NOW),
    by=st.just("anna"),
    category=st.none() | st.sampled_from(Category),
    topic=st.none() | st.sampled_from(["order", "price"]),
)


def redraft(mention: Mention, verdict: Verdict, options: ReplyOptions) -> tuple[Draft, ...]:
    return (make_draft(text=f"{mention.external_id} {verdict.category} {verdict.topic}"),)


def open_case(storage: Storage, **changes: object) -> None:
    with storage.transaction() as tx:
        tx.open_case(make_case(**changes))
        tx.put_record(make_record())


def say(storage: Storage, category: Category | None = None, topic: str | None = None) -> Outcome:
    with storage.transaction() as tx:
        correction = Correction(LATER, "anna", category, topic)
        return cases.reclassify(
            tx, tx.case(1), correction, redraft=redraft, due_at=partial(sla.due_at, PROMISES)
        )


def state(storage: Storage) -> tuple[Case, Record]:
    with storage.read() as view:
        return view.case(1), view.records(1)[0]


@given(verdicts, said)
def test_what_was_said_holds_and_the_rest_stays(verdict: Verdict, correction: Correction) -> None:
    after = corrected(verdict, correction)
    assert after.category is (correction.category or verdict.category)
    assert after.topic == (correction.topic or verdict.topic)
    assert (after.lang, after.sentiment, after.brand_words) == (
        verdict.lang,
        verdict.sentiment,
        verdict.brand_words,
    )
    assert corrected(verdict, None) is verdict


@given(verdicts, said)
def test_the_trace_tells_what_was_said_and_no_longer_what_it_replaced(
    verdict: Verdict, correction: Correction
) -> None:
    trace = (Reason("category", verdict.category.value, "a rule"), Reason("lang", "it", "library"))
    after = corrected(replace(verdict, trace=trace), correction)
    by_hand = [reason.field for reason in after.trace if reason.rule == BY_HAND]
    assert by_hand == [field for field in ("category", "topic") if getattr(correction, field)]
    assert len({reason.field for reason in after.trace}) == len(after.trace)


@pytest.mark.parametrize(
    ("before", "category", "after"),
    [
        (Priority.URGENT, Category.PRAISE, Priority.LOW),
        (Priority.LOW, Category.QUESTION, Priority.NORMAL),
        (Priority.HIGH, Category.QUESTION, Priority.HIGH),
        (Priority.LOW, Category.COMPLAINT, Priority.LOW),
    ],
)
def test_the_priority_follows_the_category(before: Priority, category: Category, after: Priority) -> None:
    correction = Correction(NOW, "anna", category)
    assert corrected(make_verdict(priority=before), correction).priority is after


def test_the_promise_follows_the_priority(storage: Storage) -> None:
    open_case(storage)
    say(storage, Category.PRAISE)
    case, _ = state(storage)
    assert case.due_at == NOW + timedelta(hours=8)


def test_a_second_correction_adds_to_the_first(storage: Storage) -> None:
    open_case(storage)
    say(storage, Category.QUESTION)
    assert say(storage, topic="returns").result is Result.RECLASSIFIED
    case, record = state(storage)
    assert (case.verdict.category, case.verdict.topic) == (Category.QUESTION, "returns")
    assert record.correction == Correction(LATER, "anna", Category.QUESTION, "returns")
    assert [draft.text for draft in case.drafts] == ["m1 question returns"]


def test_going_back_to_what_the_rules_said_is_a_confirmation(storage: Storage) -> None:
    open_case(storage)
    say(storage, Category.PRAISE)
    say(storage, Category.COMPLAINT)
    case, record = state(storage)
    assert (case.verdict.category, case.verdict.priority) == (Category.COMPLAINT, Priority.HIGH)
    assert record.correction
    assert record.correction.category is Category.COMPLAINT


def test_the_same_again_does_nothing(storage: Storage) -> None:
    open_case(storage)
    say(storage, Category.PRAISE)
    before = state(storage)
    assert say(storage, Category.PRAISE) == Outcome(Result.ALREADY_DONE, by="anna")
    assert state(storage) == before


def test_a_text_that_an_operator_wrote_stays_on_the_card(storage: Storage) -> None:
    mine = make_draft(text="mia", by="anna")
    open_case(storage, drafts=(make_draft(), mine), shown_draft=1)
    say(storage, Category.PRAISE)
    case, _ = state(storage)
    assert case.draft == mine
    assert [draft.text for draft in case.drafts] == ["mia", "m1 praise shipping"]


def test_an_answered_case_is_corrected_without_new_drafts(storage: Storage) -> None:
    open_case(storage, status=CaseStatus.WAITING, drafts=(), due_at=None)
    assert say(storage, Category.PRAISE).result is Result.RECLASSIFIED
    case, record = state(storage)
    assert (case.drafts, case.due_at, case.status) == ((), None, CaseStatus.WAITING)
    assert record.correction


def test_nothing_is_corrected_while_an_answer_is_on_its_way_or_the_case_is_closed(storage: Storage) -> None:
    open_case(storage)
    with storage.transaction() as tx:
        tx.put_reply(make_reply(), expected=None)
    assert say(storage, Category.PRAISE).result is Result.UNDER_WAY
    with storage.transaction() as tx:
        tx.put_case(replace(tx.case(1), status=CaseStatus.RESOLVED))
    assert say(storage, Category.PRAISE).result is Result.CLOSED
    assert state(storage)[1].correction is None


def test_the_correction_goes_to_the_mention_that_the_verdict_is_of() -> None:
    weighty = make_record()
    later = make_record(make_mention("m2"), verdict=make_verdict(category=Category.OTHER))
    assert judged_of([weighty, later], make_case(verdict=weighty.verdict)) is weighty
    assert judged_of([weighty, later], make_case(verdict=later.verdict)) is later
    assert judged_of([weighty, later], make_case(verdict=make_verdict(topic="legal"))) is later
    assert judged_of([], make_case()) is None


def test_reopening_takes_back_not_us_and_keeps_the_rest(storage: Storage) -> None:
    open_case(storage)
    say(storage, Category.PRAISE)
    with storage.transaction() as tx:
        cases.dismiss(tx, tx.case(1), DismissReason.NOT_US, who="paolo", now=LATER)
    _, record = state(storage)
    assert record.correction == Correction(LATER, "paolo", Category.PRAISE, not_us=True)
    with storage.transaction() as tx:
        cases.reopen(tx, tx.case(1), who="paolo", now=LATER)
    _, record = state(storage)
    assert record.correction == Correction(LATER, "paolo", Category.PRAISE)


def test_other_reasons_to_dismiss_say_nothing_about_the_brand(storage: Storage) -> None:
    open_case(storage)
    with storage.transaction() as tx:
        cases.dismiss(tx, tx.case(1), DismissReason.DUPLICATE, who="paolo", now=LATER)
    assert state(storage)[1].correction is None
