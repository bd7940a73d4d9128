"""What is known before a text is read: it tips close calls, never clear ones, and the trace says so."""

import pytest

from reputation_bot import packs
from reputation_bot.cases import dismiss
from reputation_bot.listening.threads import background_of
from reputation_bot.model import Category, DismissReason, Mention, Polarity, Reason, Verdict, Visibility
from reputation_bot.ports import Storage
from reputation_bot.rules.background import (
    COMPLAINED,
    FOLLOW_UP,
    PRAISED,
    SIGNALS,
    UNKNOWN,
    Background,
    signals,
)
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Settings
from tests.factories import NOW, make_author, make_mention, make_verdict
from tests.fakes import FakeJudge
from tests.test_intake import only_case, take_in
from tests.test_packs import CLASSIFIER

COMPLAINT, PRAISE, QUESTION, OTHER = Category.COMPLAINT, Category.PRAISE, Category.QUESTION, Category.OTHER
ANGRY, HAPPY, ANSWER = (
    Background(before=(COMPLAINT,)),
    Background(before=(PRAISE,)),
    Background(is_answer=True),
)

SETTINGS = {"brand": {"name": "x"}, "telegram": {"chat": -1}, "languages": ["zz"]}


def judged(text: str, background: Background = UNKNOWN) -> Verdict:
    mention = make_mention(text=text, rating=None, lang="it")
    return CLASSIFIER.classify(mention, background=background)


def steps(verdict: Verdict, name: str) -> list[Reason]:
    return [step for step in verdict.trace if step.rule == name]


def background(storage: Storage, mention: Mention) -> Background:
    with storage.read() as view:
        return background_of(view, mention)


@pytest.mark.parametrize(
    ("before", "names"),
    [
        ((), []),
        ((COMPLAINT,), [COMPLAINED]),
        ((PRAISE, PRAISE, COMPLAINT), [PRAISED]),
        ((PRAISE, COMPLAINT), []),
        ((QUESTION, OTHER), []),
        ((PRAISE, COMPLAINT, COMPLAINT, QUESTION), [COMPLAINED]),
        ((COMPLAINT, COMPLAINT, PRAISE, QUESTION, PRAISE), [PRAISED]),
    ],
)
def test_the_past_speaks_where_most_of_the_last_three_cases_agree(
    before: tuple[Category, ...], names: list[str]
) -> None:
    assert list(signals(Background(before=before))) == names


def test_a_close_call_goes_the_way_the_author_went_before() -> None:
    known = packs.weights(packs.ANY)
    numbers = {name: known.of(packs.BACKGROUND, name) for name in SIGNALS}
    even = packs.weights_from(
        {
            "start": {"other": 1},
            "complaint": {"😡 👎": {"complaint": 1.5}},
            "praise": {"❤️ 😍 👏": {"praise": 1.75}},
            packs.BACKGROUND: numbers,
        }
    )
    classifier = Classifier(Settings.model_validate(SETTINGS), {"zz": even})
    mixed = make_mention(text="❤️ 👎", rating=None, lang=None)
    found = {past: classifier.classify(mixed, background=past) for past in (UNKNOWN, ANGRY, HAPPY, ANSWER)}
    assert [verdict.category for verdict in found.values()] == [PRAISE, COMPLAINT, PRAISE, PRAISE]
    assert steps(found[ANGRY], COMPLAINED) == [Reason("category", "complaint", COMPLAINED, (), 0.5)]
    assert steps(found[HAPPY], PRAISED) == [Reason("category", "praise", PRAISED, (), 0.5)]
    assert {step.value for step in steps(found[ANSWER], FOLLOW_UP)} == {"praise", "other"}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Il pacco non è mai arrivato e nessuno risponde", COMPLAINT),
        ("Spedite anche in Svizzera?", QUESTION),
        ("Grazie mille, tutto perfetto e bellissimo!", PRAISE),
        ("Ieri sono passato da Lecce", OTHER),
    ],
)
@pytest.mark.parametrize("past", [ANGRY, HAPPY, ANSWER])
def test_a_clear_text_is_what_it_is_whoever_wrote_it(text: str, category: Category, past: Background) -> None:
    assert judged(text, past).category is category


def test_polarity_is_of_the_text_alone() -> None:
    text = "Ieri sono passato da Lecce"
    assert judged(text, ANGRY).polarity is judged(text, HAPPY).polarity is Polarity.NEUTRAL


def test_an_opening_text_of_a_stranger_has_no_background(storage: Storage) -> None:
    assert background(storage, make_mention("m1")) == UNKNOWN


def test_a_text_under_another_is_an_answer(storage: Storage) -> None:
    assert background(storage, make_mention("m2", thread="m1")).is_answer


def test_a_private_message_is_no_answer_until_its_author_has_a_case_there(storage: Storage) -> None:
    first = make_mention("p1", thread="talk", visibility=Visibility.PRIVATE)
    assert not background(storage, first).is_answer
    take_in(storage, first)
    assert background(storage, make_mention("p2", thread="talk", visibility=Visibility.PRIVATE)).is_answer


def test_an_edited_opening_text_is_no_answer(storage: Storage) -> None:
    take_in(storage, make_mention("m1"))
    assert background(storage, make_mention("m1", text="altro")) == UNKNOWN


def test_other_cases_of_the_author_are_the_past_and_the_one_at_hand_is_not(storage: Storage) -> None:
    take_in(storage, make_mention("m1"), judge=FakeJudge(make_verdict(category=PRAISE)))
    take_in(storage, make_mention("m2"))
    assert background(storage, make_mention("m3", thread="m2")) == Background(True, (PRAISE,))
    assert background(storage, make_mention("m4")) == Background(False, (PRAISE, COMPLAINT))
    stranger = make_mention("m5", author=make_author(external_id="u9", handle="u9"))
    assert background(storage, stranger) == UNKNOWN


@pytest.mark.parametrize("reason", [DismissReason.NOT_US, DismissReason.SPAM])
def test_what_was_not_ours_says_nothing_of_its_author(storage: Storage, reason: DismissReason) -> None:
    take_in(storage, make_mention("m1"))
    case = only_case(storage)
    with storage.transaction() as tx:
        dismiss(tx, case, reason, who="anna", now=NOW)
    assert background(storage, make_mention("m2")) == UNKNOWN


def test_intake_tells_the_judge(storage: Storage) -> None:
    judge = FakeJudge()
    take_in(storage, make_mention("m1"), judge=judge)
    assert judge.background == UNKNOWN
    take_in(storage, make_mention("m2", thread="m1"), judge=judge)
    assert judge.background.is_answer
    assert list(signals(judge.background)) == [FOLLOW_UP]
