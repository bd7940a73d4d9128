"""A batch in the store: each mention once, in the right case, whatever order and however often it is shown."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reputation_bot.cases import dismiss
from reputation_bot.listening.intake import OFF_BRAND_CHARS, Tally, judge_news, mark_gone, record_batch
from reputation_bot.model import Case, CaseStatus, Category, DismissReason, Mention, Priority
from reputation_bot.ports import Storage
from reputation_bot.settings import ChannelSettings, Promises
from storage.tiny import TinyStorage
from tests.factories import NOW, make_author, make_draft, make_mention, make_options, make_verdict
from tests.fakes import FakeJudge

CHANNEL = ChannelSettings(connector="sandbox")
PROMISES = Promises.model_validate({"first_response": {"urgent": "15m", "high": "30m"}})


def take_in(
    storage: Storage,
    *mentions: Mention,
    judge: FakeJudge | None = None,
    channel: ChannelSettings = CHANNEL,
    now: datetime = NOW,
    skip_before: datetime | None = None,
) -> Tally:
    """Judges and records as a poll does."""
    judge = judge or FakeJudge()
    with storage.read() as view:
        judged = judge_news(view, mentions, judge=judge, channel=channel, options_of=lambda _: make_options())
    with storage.transaction() as tx:
        return record_batch(tx, mentions, judged, promises=PROMISES, now=now, skip_before=skip_before)


def all_cases(storage: Storage) -> Sequence[Case]:
    with storage.read() as view:
        return view.cases()


def only_case(storage: Storage) -> Case:
    (case,) = all_cases(storage)
    return case


def test_a_new_mention_opens_a_case_with_draft_and_due_time(storage: Storage) -> None:
    assert take_in(storage, make_mention()) == Tally(new=1, opened=1)
    case = only_case(storage)
    assert case.status is CaseStatus.OPEN
    assert case.due_at == NOW + timedelta(minutes=30)
    assert case.draft is not None


def test_shown_again_it_is_only_seen(storage: Storage) -> None:
    take_in(storage, make_mention())
    assert take_in(storage, make_mention()) == Tally(seen=1)
    assert take_in(storage, make_mention(created_at=NOW)) == Tally(seen=1), "a new date is no news"
    assert len(all_cases(storage)) == 1


def test_a_copy_in_another_place_joins_the_case_and_is_owed_nothing(storage: Storage) -> None:
    text = "Ordine di tre tazze mai arrivato, scrivo da una settimana e nessuno mi risponde, che vergogna"
    take_in(storage, make_mention(text=text))
    before = only_case(storage)
    later = NOW + timedelta(hours=1)
    copy = make_mention("r9", channel="google", thread="r9", text=text, author=make_author(external_id="g7"))
    assert take_in(storage, copy, now=later) == Tally(new=1)
    case = only_case(storage)
    assert (case.due_at, case.revision, case.mention_keys) == (before.due_at, 1, before.mention_keys)
    with storage.read() as view:
        assert [record.copy_of for record in view.records(case.id)] == [None, "piazza:m1"]
    follow_up = make_mention("r10", channel="google", thread="r9", author=make_author(external_id="g7"))
    take_in(storage, replace(follow_up, text="Allora?"), now=later)
    assert only_case(storage).mention_keys == ("piazza:m1", "google:r10")


def test_who_repeats_a_text_gets_a_case_of_their_own_for_their_own_words(storage: Storage) -> None:
    text = "Ordine di tre tazze mai arrivato, scrivo da una settimana e nessuno mi risponde, che vergogna"
    take_in(storage, make_mention(text=text))
    ugo = make_author(name="Ugo", handle="ugo", external_id="u2")
    repeated = make_mention("m2", thread="m2", text=f"RT @giulia: {text}", author=ugo)
    assert take_in(storage, repeated) == Tally(new=1)
    assert len(all_cases(storage)) == 1
    own = make_mention("m3", thread="m2", text="Anche a me non arriva niente", author=ugo)
    assert take_in(storage, own) == Tally(new=1, opened=1)


def test_changed_stars_are_recorded_and_a_deleted_mention_is_marked(storage: Storage) -> None:
    take_in(storage, make_mention(rating=2.0))
    take_in(storage, make_mention(rating=3.0))
    take_in(storage, make_mention(rating=5.0))
    with storage.transaction() as tx:
        assert mark_gone(tx, "piazza", ["m1", "unknown"], now=NOW) == 1
        assert mark_gone(tx, "piazza", ["m1"], now=NOW) == 0
        (record,) = tx.records(1)
        assert (record.first_rating, record.mention.rating, record.gone_at) == (2.0, 5.0, NOW)
        assert "rating 2.0 -> 3.0" in [event.detail for event in tx.events(1)]


def test_what_another_process_recorded_meanwhile_is_not_recorded_again(storage: Storage) -> None:
    with storage.read() as view:
        judged = judge_news(
            view,
            [make_mention()],
            judge=FakeJudge(),
            channel=CHANNEL,
            options_of=lambda _: make_options(),
        )
    take_in(storage, make_mention())
    with storage.transaction() as tx:
        tally = record_batch(tx, [make_mention()], judged, promises=PROMISES, now=NOW)
    assert tally == Tally(seen=1)
    assert len(all_cases(storage)) == 1


def test_a_mention_of_something_else_opens_nothing_and_is_not_judged_again(storage: Storage) -> None:
    judge = FakeJudge()
    other = make_mention(text="elsewhere")
    assert take_in(storage, other, judge=judge) == Tally(off_brand=1)
    assert take_in(storage, other, judge=judge) == Tally(seen=1)
    assert judge.judged == 1
    assert not all_cases(storage)


def test_a_mention_of_something_else_is_kept_shortened_to_try_other_rules_on(storage: Storage) -> None:
    take_in(storage, make_mention(text="elsewhere " * 1000, title="a " * 1000))
    with storage.read() as view:
        (kept,) = view.off_brand(NOW)
    assert kept.judged_at == NOW
    assert kept.mention.key == make_mention().key
    assert len(kept.mention.text) <= OFF_BRAND_CHARS
    assert kept.mention.text.startswith("elsewhere elsewhere")
    assert len(kept.mention.title or "") <= OFF_BRAND_CHARS


def test_edited_to_be_about_us_it_opens_a_case(storage: Storage) -> None:
    take_in(storage, make_mention(text="elsewhere"))
    assert take_in(storage, make_mention(text="aurora")) == Tally(new=1, opened=1)


def test_on_our_own_channel_everything_is_about_us(storage: Storage) -> None:
    own = CHANNEL.model_copy(update={"own": True})
    assert take_in(storage, make_mention(text="elsewhere"), channel=own) == Tally(new=1, opened=1)


def test_an_edit_updates_the_case_and_makes_old_buttons_stale(storage: Storage) -> None:
    take_in(storage, make_mention())
    tally = take_in(storage, make_mention(text="Arrivato, grazie!", rating=5.0))
    assert tally == Tally(updated=1)
    case = only_case(storage)
    assert case.revision == 2
    with storage.read() as view:
        record = view.record("piazza:m1")
        assert record is not None
        assert (record.mention.text, record.mention.rating, record.edited_at) == (
            "Arrivato, grazie!",
            5.0,
            NOW,
        )
        assert view.events(1)[-1].detail == "rating 1.0 -> 5.0"


def test_an_edit_keeps_what_an_operator_wrote_among_the_drafts(storage: Storage) -> None:
    take_in(storage, make_mention())
    with storage.transaction() as tx:
        tx.put_case(replace(tx.case(1), drafts=(make_draft(text="mio", by="anna"),)))
    take_in(storage, make_mention(text="altro"))
    assert [draft.text for draft in only_case(storage).drafts if draft.by] == ["mio"]


def test_the_author_writing_again_in_the_thread_carries_the_case_on(storage: Storage) -> None:
    take_in(storage, make_mention())
    tally = take_in(storage, make_mention("m2", thread="m1", text="elsewhere, ma ancora niente"))
    assert tally == Tally(new=1)
    assert only_case(storage).mention_keys == ("piazza:m1", "piazza:m2")


def test_somebody_else_in_the_same_thread_gets_a_case_of_their_own(storage: Storage) -> None:
    take_in(storage, make_mention())
    other = make_mention("m2", thread="m1", author=make_author(name="Luca", handle="luca", external_id="u2"))
    assert take_in(storage, other).opened == 1


def test_an_answer_shown_before_what_it_answers_joins_it(storage: Storage) -> None:
    later = make_mention("m2", thread="m1", created_at=NOW)
    take_in(storage, later, make_mention(created_at=NOW - timedelta(hours=1)))
    assert only_case(storage).mention_keys == ("piazza:m1", "piazza:m2")


def test_a_friendlier_second_message_does_not_hide_a_first_that_is_still_owed_an_answer(
    storage: Storage,
) -> None:
    take_in(storage, make_mention(), judge=FakeJudge(make_verdict(priority=Priority.URGENT)))
    take_in(storage, make_mention("m2", thread="m1"), judge=FakeJudge(make_verdict(priority=Priority.LOW)))
    assert only_case(storage).verdict.priority is Priority.URGENT


def test_a_second_message_that_says_nothing_by_itself_leaves_the_case_what_it_was(storage: Storage) -> None:
    take_in(storage, make_mention(), judge=FakeJudge(make_verdict()))
    with storage.transaction() as tx:
        tx.put_case(replace(tx.case(1), due_at=None))  # answered
    said = make_verdict(category=Category.OTHER, priority=Priority.URGENT)
    take_in(storage, make_mention("m2", thread="m1"), judge=FakeJudge(said))
    assert only_case(storage).verdict == make_verdict()


def test_words_after_a_dismissal_as_not_ours_stay_with_it(storage: Storage) -> None:
    take_in(storage, make_mention())
    with storage.transaction() as tx:
        dismiss(tx, tx.case(1), DismissReason.NOT_US, who="anna", now=NOW)
    take_in(storage, make_mention("m2", thread="m1"))
    assert only_case(storage).status is CaseStatus.DISMISSED


def test_words_after_a_dismissal_for_lack_of_need_open_a_new_case(storage: Storage) -> None:
    take_in(storage, make_mention())
    with storage.transaction() as tx:
        dismiss(tx, tx.case(1), DismissReason.NO_ANSWER_NEEDED, who="anna", now=NOW)
    take_in(storage, make_mention("m2", thread="m1"))
    assert [case.status for case in all_cases(storage)] == [CaseStatus.DISMISSED, CaseStatus.OPEN]


def test_the_backlog_is_only_noted(storage: Storage) -> None:
    old = make_mention("old", created_at=NOW - timedelta(days=9))
    tally = take_in(storage, old, make_mention("new"), skip_before=NOW - timedelta(days=7))
    assert tally == Tally(new=1, seen=1, opened=1)
    assert take_in(storage, old) == Tally(seen=1)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(batches=st.lists(st.lists(st.integers(0, 9), max_size=8), max_size=6))
def test_whatever_the_batches_every_mention_has_one_case(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[int]]
) -> None:
    storage = TinyStorage(str(tmp_path_factory.mktemp("store") / "store.json"))
    total = 0
    for batch in batches:
        mentions = [make_mention(f"m{number}", thread=f"t{number % 3}") for number in batch]
        tally = take_in(storage, *mentions)
        assert tally.new + tally.seen + tally.updated + tally.off_brand == len(set(batch))
        total += tally.new
    with storage.read() as view:
        keys = [key for case in view.cases() for key in case.mention_keys]
    assert len(keys) == len(set(keys)) == total == len({number for batch in batches for number in batch})
    storage.close()
