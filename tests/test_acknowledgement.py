"""When the bot itself may tell an author that a mention has arrived, and when it must keep silent."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.model import (
    Case,
    CaseStatus,
    Category,
    Correction,
    Permission,
    Purpose,
    Record,
    Reply,
    ReplyOptions,
    ReplyState,
    Visibility,
)
from reputation_bot.promises.acknowledgement import FRESH, should_acknowledge
from reputation_bot.promises.hours import Hours
from reputation_bot.settings import Settings
from storage import codec
from tests.factories import NOW, make_case, make_mention, make_options, make_record, make_reply, make_verdict
from tests.opening import TICK, settings_with

CLOSED_NOW = {"mon-fri": "9:00-18:00"}  # NOW is a Saturday
OPEN_NOW = {"sat": "9:00-18:00"}
AUTOMATIC = make_options(automatic=True)
REFUSED = Permission(allowed=False, why_not="no")


def settings(hours: dict[str, Any] | None = CLOSED_NOW, **keys: Any) -> Settings:
    acknowledge = {"acknowledge": {"piazza": keys}}
    return Settings.model_validate(
        settings_with(None).model_dump() | acknowledge | ({"hours": hours} if hours else {})
    )


def decide(
    *replies: Reply,
    case: Case | None = None,
    record: Record | None = None,
    configured: Settings | None = None,
    options: ReplyOptions = AUTOMATIC,
) -> Visibility | None:
    configured = configured or settings()
    hours = Hours.of(configured)
    return should_acknowledge(
        case or make_case(), record or make_record(), replies, configured, hours, NOW, options
    )


def record_of(category: Category = Category.COMPLAINT, **changes: Any) -> Record:
    return make_record(make_mention(**changes), verdict=make_verdict(category=category))


# ---------------------------------------------------------------- yes


def test_a_complaint_on_a_closed_day_is_acknowledged_where_it_stands() -> None:
    assert decide() is Visibility.PUBLIC


def test_what_was_written_in_private_is_acknowledged_in_private() -> None:
    private = record_of(visibility=Visibility.PRIVATE)
    assert decide(record=private) is Visibility.PRIVATE
    assert decide(record=private, configured=settings(visibility="public")) is Visibility.PRIVATE


def test_what_was_written_in_public_may_be_acknowledged_in_private() -> None:
    assert decide(configured=settings(visibility="private")) is Visibility.PRIVATE


def test_always_means_in_opening_hours_too() -> None:
    assert decide(configured=settings(OPEN_NOW, when="always")) is Visibility.PUBLIC
    assert decide(configured=settings(None, when="always")) is Visibility.PUBLIC


@pytest.mark.parametrize("state", [ReplyState.CANCELLED, ReplyState.FAILED])
def test_an_answer_that_never_went_out_is_none(state: ReplyState) -> None:
    assert decide(make_reply(state=state)) is Visibility.PUBLIC


# ---------------------------------------------------------------- no


def test_nothing_is_acknowledged_unless_the_channel_is_configured() -> None:
    assert decide(configured=settings_with(CLOSED_NOW)) is None
    assert decide(case=make_case(channel="news")) is None


def test_a_platform_that_forbids_automatic_messages_gets_none() -> None:
    assert decide(options=make_options()) is None
    assert not ReplyOptions(REFUSED, REFUSED).automatic, "forbidden unless the connector says otherwise"


@pytest.mark.parametrize(
    ("configured", "options"),
    [
        ({}, make_options(automatic=True, public=REFUSED)),
        ({"visibility": "private"}, make_options(automatic=True, private=REFUSED)),
        ({}, make_options(automatic=True, public=Permission(allowed=True, closes_at=NOW))),
    ],
)
def test_where_an_answer_is_not_possible_nothing_goes_elsewhere_instead(
    configured: dict[str, Any], options: ReplyOptions
) -> None:
    assert decide(configured=settings(**configured), options=options) is None


def test_in_opening_hours_people_answer() -> None:
    assert decide(configured=settings(OPEN_NOW)) is None
    assert decide(configured=settings(None)) is None, "without hours it is never closed"


@pytest.mark.parametrize(
    "state", [one for one in ReplyState if one not in {ReplyState.CANCELLED, ReplyState.FAILED}]
)
def test_an_answer_that_is_there_or_on_its_way_needs_no_acknowledgement(state: ReplyState) -> None:
    assert decide(make_reply(state=state)) is None


@pytest.mark.parametrize("state", ReplyState)
def test_a_case_is_acknowledged_once_whatever_became_of_it(state: ReplyState) -> None:
    assert decide(make_reply(revision=0, state=state, purpose=Purpose.ACKNOWLEDGEMENT)) is None


@pytest.mark.parametrize("status", [one for one in CaseStatus if one is not CaseStatus.OPEN])
def test_a_case_that_waits_for_nobody_is_left_alone(status: CaseStatus) -> None:
    assert decide(case=make_case(status=status)) is None


@pytest.mark.parametrize(
    "changes", [{"due_at": None}, {"answered_at": NOW}, {"mention_keys": ("piazza:m1", "piazza:m2")}]
)
def test_only_the_newest_mention_of_an_unanswered_case_is_acknowledged(changes: dict[str, Any]) -> None:
    assert decide(case=make_case(**changes)) is None


@pytest.mark.parametrize("category", [Category.PRAISE, Category.SUGGESTION, Category.OTHER, Category.SPAM])
def test_only_questions_and_complaints_are_acknowledged_unless_told_otherwise(category: Category) -> None:
    assert decide(record=record_of(category)) is None
    assert decide(record=record_of(Category.QUESTION)) is Visibility.PUBLIC


def test_what_an_operator_says_it_is_counts_and_not_what_the_rules_said() -> None:
    def said(**changes: Any) -> Record:
        return replace(record_of(), correction=Correction(NOW, "anna", **changes))

    assert decide(record=said(category=Category.SPAM)) is None
    assert decide(record=said(category=Category.PRAISE)) is None
    assert decide(record=said(not_us=True)) is None
    assert decide(record=said(category=Category.QUESTION)) is Visibility.PUBLIC


@pytest.mark.parametrize("created_at", [None, NOW - FRESH - TICK])
def test_what_is_old_or_may_be_is_not_acknowledged(created_at: Any) -> None:
    assert decide(record=record_of(created_at=created_at)) is None
    assert decide(record=record_of(created_at=NOW - FRESH)) is Visibility.PUBLIC


def test_what_the_author_has_taken_away_is_not_acknowledged() -> None:
    assert decide(record=replace(record_of(), gone_at=NOW)) is None


# ---------------------------------------------------------------- whatever comes


permissions = st.builds(
    Permission, st.booleans(), closes_at=st.sampled_from([None, NOW, NOW + timedelta(hours=1)])
)
replies = st.builds(
    make_reply,
    state=st.sampled_from(ReplyState),
    purpose=st.sampled_from([Purpose.ANSWER, Purpose.ACKNOWLEDGEMENT, Purpose.INVITATION]),
)


@given(
    st.lists(replies, max_size=2),
    st.builds(ReplyOptions, permissions, permissions, automatic=st.booleans()),
    st.sampled_from(Category),
    st.sampled_from(Visibility),
    st.sampled_from(["public", "private", None]),
    st.sampled_from(CaseStatus),
)
def test_it_never_speaks_where_it_may_not(
    others: list[Reply],
    options: ReplyOptions,
    category: Category,
    written: Visibility,
    visibility: str | None,
    status: CaseStatus,
) -> None:
    configured = settings(visibility=visibility, category=["question", "complaint", "suggestion", "other"])
    found = decide(
        *others,
        case=make_case(status=status),
        record=record_of(category, visibility=written),
        configured=configured,
        options=options,
    )
    if found is not None:
        assert options.automatic
        assert options.at(found).allowed
        assert options.at(found).closes_at != NOW
        assert category not in {Category.SPAM, Category.PRAISE}
        assert status is CaseStatus.OPEN
        assert {reply.state for reply in others} <= {ReplyState.CANCELLED, ReplyState.FAILED}
        assert {reply.purpose for reply in others}.isdisjoint({Purpose.ACKNOWLEDGEMENT})
        assert not (written is Visibility.PRIVATE and found is Visibility.PUBLIC)


def test_a_stored_case_from_before_allows_no_automatic_message() -> None:
    text = codec.encode(make_case(options=AUTOMATIC))
    assert codec.decode(text, Case).options.automatic
    older = text.replace(b',"automatic":true', b"")
    assert older != text
    assert not codec.decode(older, Case).options.automatic
