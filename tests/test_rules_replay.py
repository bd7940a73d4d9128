"""What other rules would change is told for every stored mention, and nothing is written."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from reputation_bot.cases import dismiss, resolve
from reputation_bot.listening.intake import judge_news, record_batch
from reputation_bot.listening.judge import Judge
from reputation_bot.model import Case, Category, Correction, DismissReason, Mention, ReplyOptions, Verdict
from reputation_bot.ports import Storage
from reputation_bot.settings import ChannelSettings, Promises, Settings
from reputation_bot.tuning.replay import Change, Kind, Outcome, Stored, replay, stored
from tests.factories import NOW, make_mention, make_options, make_record, make_verdict
from tests.fakes import FakeJudge

DAY = timedelta(days=1)
CHANNEL = ChannelSettings(connector="sandbox")
CHANNELS = {"piazza": CHANNEL}


def take_in(storage: Storage, *mentions: Mention, verdict: Verdict | None = None) -> list[Case]:
    """As a poll does; «elsewhere» is not about us."""
    judge = FakeJudge(verdict or make_verdict())
    with storage.read() as view:
        judged = judge_news(view, mentions, judge=judge, channel=CHANNEL, options_of=lambda _: make_options())
    with storage.transaction() as tx:
        record_batch(tx, mentions, judged, promises=Promises(), now=NOW)
        return tx.cases()


def say(storage: Storage, **said: Any) -> None:
    """Anna corrects the mention of case 1."""
    with storage.transaction() as tx:
        (record,) = tx.records(1)
        tx.put_record(replace(record, correction=Correction(NOW, "anna", **said)))


def try_rules(
    storage: Storage,
    *,
    verdict: Verdict | None = None,
    ours: Iterable[str] = ("",),
    channels: dict[str, ChannelSettings] | None = None,
    since: timedelta = DAY,
) -> Outcome:
    """With rules that give this verdict to all, and take for ours what holds one of these words."""
    with storage.read() as view:
        found = list(stored(view, NOW - since))
    now = verdict or make_verdict()

    def rejudge(mention: Mention, *_: object) -> tuple[tuple[str, ...] | None, Verdict]:
        return (("x",) if any(word in mention.text for word in ours) else None), now

    return replay(found, rejudge, CHANNELS if channels is None else channels)


def told(outcome: Outcome) -> list[tuple[Kind, str, str]]:
    return [(change.kind, change.before, change.after) for change in outcome.changes]


def only(outcome: Outcome) -> Change:
    (change,) = outcome.changes
    return change


def test_the_same_rules_change_nothing(storage: Storage) -> None:
    take_in(storage, make_mention(), make_mention("other", text="elsewhere"))
    assert try_rules(storage, ours=["Ordine"]) == Outcome(mentions=2, no_channel=0, changes=())


def test_an_off_brand_mention_that_would_be_ours_is_told_with_its_new_verdict(storage: Storage) -> None:
    take_in(storage, make_mention(text="elsewhere"))
    change = only(try_rules(storage))
    assert (change.kind, change.before, change.after) == (
        Kind.NEWLY_OURS,
        "not about us",
        "complaint, shipping, high",
    )
    assert change.case_id is None
    assert change.mention.text == "elsewhere"


def test_a_mention_that_would_be_hidden_is_told_with_its_old_verdict(storage: Storage) -> None:
    take_in(storage, make_mention())
    change = only(try_rules(storage, ours=[]))
    assert told(try_rules(storage, ours=[])) == [
        (Kind.NO_LONGER_OURS, "complaint, shipping, high", "not about us")
    ]
    assert (change.case_id, change.person, change.against) == (1, None, False)


def test_each_field_that_would_differ_is_told(storage: Storage) -> None:
    take_in(storage, make_mention(), verdict=make_verdict(topic=None))
    other = make_verdict(category=Category.QUESTION, topic="order", priority=make_verdict().priority.LOW)
    assert told(try_rules(storage, verdict=other)) == [
        (Kind.CATEGORY, "complaint", "question"),
        (Kind.TOPIC, "none", "order"),
        (Kind.PRIORITY, "high", "low"),
    ]


def test_what_carries_on_a_case_of_ours_stays_ours(storage: Storage) -> None:
    later = make_mention("m2", text="elsewhere", thread="m1", created_at=NOW)
    take_in(storage, make_mention(), later)
    assert try_rules(storage, ours=["Ordine"]).changes == ()
    assert len(try_rules(storage, ours=[]).changes) == 2


def test_mentions_judged_before_the_time_are_left_out_but_still_make_their_case_ours(
    storage: Storage,
) -> None:
    take_in(storage, make_mention())
    with storage.transaction() as tx:
        (record,) = tx.records(1)
        tx.put_record(replace(record, recorded_at=NOW - 9 * DAY))
        tx.put_record(make_record(make_mention("new", text="carries on")))
    assert try_rules(storage, ours=["Ordine"]) == Outcome(mentions=1, no_channel=0, changes=())


def test_an_edited_mention_counts_from_its_edit(storage: Storage) -> None:
    take_in(storage, make_mention())
    with storage.transaction() as tx:
        (record,) = tx.records(1)
        tx.put_record(replace(record, recorded_at=NOW - 9 * DAY, edited_at=NOW))
    assert try_rules(storage).mentions == 1


def test_archived_cases_are_tried_too(storage: Storage) -> None:
    (case,) = take_in(storage, make_mention())
    with storage.transaction() as tx:
        resolve(tx, case, who="anna", now=NOW)
        tx.archive(NOW + DAY)
    change = only(try_rules(storage, ours=[]))
    assert (change.person, change.against) == ("resolved", True)


def test_a_channel_that_the_rules_do_not_name_is_counted_and_left_alone(storage: Storage) -> None:
    take_in(storage, make_mention(), make_mention("m2", text="elsewhere"))
    assert try_rules(storage, channels={}) == Outcome(mentions=2, no_channel=2, changes=())


def test_hiding_what_was_dismissed_as_not_ours_is_no_contradiction(storage: Storage) -> None:
    (case,) = take_in(storage, make_mention())
    with storage.transaction() as tx:
        dismiss(tx, case, DismissReason.NOT_US, who="anna", now=NOW)
    change = only(try_rules(storage, ours=[]))
    assert change.person is not None
    assert not change.against


def test_hiding_what_a_person_classified_is_a_contradiction(storage: Storage) -> None:
    take_in(storage, make_mention())
    say(storage, category=Category.COMPLAINT)
    change = only(try_rules(storage, ours=[]))
    assert (change.person, change.against) == ("anna corrected it", True)


def test_a_change_to_what_a_person_said_is_no_contradiction_and_one_away_from_it_is(storage: Storage) -> None:
    take_in(storage, make_mention())
    say(storage, category=Category.QUESTION)
    to_it = only(try_rules(storage, verdict=make_verdict(category=Category.QUESTION)))
    away = only(try_rules(storage, verdict=make_verdict(category=Category.PRAISE)))
    assert (to_it.person, to_it.against) == ("anna said question", False)
    assert (away.person, away.against) == ("anna said question", True)


def test_another_category_for_what_was_answered_as_it_was_is_a_contradiction(storage: Storage) -> None:
    (case,) = take_in(storage, make_mention())
    with storage.transaction() as tx:
        tx.put_case(replace(case, answered_at=NOW))
    change = only(try_rules(storage, verdict=make_verdict(category=Category.PRAISE)))
    assert (change.person, change.against) == ("answered as complaint", True)


def test_a_mention_that_became_ours_is_not_tried_twice(storage: Storage) -> None:
    take_in(storage, make_mention(text="elsewhere"))
    take_in(storage, make_mention(text="aurora"))
    assert try_rules(storage).mentions == 1


def test_real_rules_are_tried_and_the_store_is_left_as_it_was(storage: Storage) -> None:
    take_in(storage, make_mention(), make_mention("m2", text="elsewhere, Bottega Aurora, pacco rotto"))
    with storage.read() as view:
        before = (view.cases(), view.records(1), view.off_brand(NOW - DAY))
        found: list[Stored] = list(stored(view, NOW - DAY))
    settings = Settings.model_validate(
        {
            "brand": {"name": "Bottega Aurora"},
            "telegram": {"chat": -1},
            "channels": {"piazza": {"connector": "sandbox"}},
            "rules": [
                {"name": "r", "when": "pacco rotto", "then": {"category": "complaint", "priority": "urgent"}}
            ],
        }
    )
    judge = Judge(settings)

    def rejudge(
        mention: Mention, channel: ChannelSettings, options: ReplyOptions
    ) -> tuple[tuple[str, ...] | None, Verdict]:
        judgement = judge.judge(mention, channel, options)
        return judgement.words, judgement.verdict

    outcome = replay(found, rejudge, settings.channels)
    newly = next(change for change in outcome.changes if change.kind is Kind.NEWLY_OURS)
    assert newly.after.startswith("complaint, ")
    assert newly.after.endswith(", urgent")
    assert [change.kind for change in outcome.changes].count(Kind.NO_LONGER_OURS) == 1
    with storage.read() as view:
        assert (view.cases(), view.records(1), view.off_brand(NOW - DAY)) == before
