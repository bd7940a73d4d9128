"""Figures of agreement are those of the textbooks, whatever the lines hold."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.charts import draw_confusions
from reputation_bot.errors import ReputationBotError
from reputation_bot.model import Category, Mention, Polarity, Verdict
from reputation_bot.tuning.evaluate import Confusion, Share, answer_to, evaluate
from reputation_bot.tuning.labelled import MAX_CHARS, BadLine, Labelled, read
from tests.factories import make_verdict

LABELS = st.sampled_from(["complaint", "praise", "question"])
PAIRS = st.lists(st.tuples(LABELS, st.sampled_from(["complaint", "praise", "question", "spam"])))


def confusion_of(*pairs: tuple[str, str]) -> Confusion:
    confusion = Confusion()
    for label, answer in pairs:
        confusion.add(label, answer)
    return confusion


def read_all(*lines: Any, stars: bool = True) -> list[Labelled | BadLine]:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return list(read("a.jsonl", texts, stars=stars))


def read_one(**given: Any) -> Labelled:
    (one,) = read_all({"text": "Il vaso", **given})
    assert isinstance(one, Labelled), one
    return one


# Figures


def test_precision_recall_and_macro_f1_of_a_known_table() -> None:
    confusion = confusion_of(
        *[("complaint", "complaint")] * 3,
        ("complaint", "question"),
        *[("praise", "praise")] * 2,
        *[("praise", "complaint")] * 2,
        ("praise", "other"),
    )
    classes = confusion.classes()
    assert classes["complaint"].precision == Share(3, 5)
    assert classes["complaint"].recall == Share(3, 4)
    assert classes["praise"].precision == Share(2, 2)
    assert classes["praise"].recall == Share(2, 5)
    assert classes["complaint"].f1 == pytest.approx(2 / 3)
    assert classes["praise"].f1 == pytest.approx(4 / 7)
    assert confusion.macro_f1 == pytest.approx((2 / 3 + 4 / 7) / 2)
    assert confusion.right == Share(5, 9)


def test_a_class_that_is_never_answered_has_no_precision_and_counts_as_nought() -> None:
    confusion = confusion_of(("praise", "complaint"), ("complaint", "complaint"))
    assert confusion.classes()["praise"].precision.value is None
    assert confusion.classes()["praise"].f1 == 0
    assert confusion.macro_f1 == pytest.approx((0 + 2 / 3) / 2)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # the last is an example of R. G. Newcombe, Statistics in Medicine 17 (1998)
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    assert Share(part, whole).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_interval_holds_the_share_and_stays_between_nought_and_one(numbers: tuple[int, int]) -> None:
    share = Share(*numbers)
    low, high = share.interval
    assert 0 <= low <= high <= 1
    if share.value is not None:
        assert low - 1e-9 <= share.value <= high + 1e-9


@given(PAIRS)
def test_every_text_is_counted_once_in_every_table(pairs: list[tuple[str, str]]) -> None:
    confusion = confusion_of(*pairs)
    assert confusion.texts == len(pairs)
    assert sum(score.recall.whole for score in confusion.classes().values()) == len(pairs)
    assert 0 <= confusion.macro_f1 <= 1
    assert set(confusion.labels) == {label for label, _ in pairs}
    assert set(confusion.answers) == {name for pair in pairs for name in pair}


def test_texts_are_divided_by_language_and_source_for_each_task() -> None:
    texts = [
        read_one(lang="it", source="review", category="complaint", polarity="neg"),
        read_one(lang="it", source="tweet", act="praise"),
        read_one(lang="en", source="tweet", category="complaint", polarity="pos"),
        read_one(polarity="neg"),
    ]
    found = make_verdict(category=Category.COMPLAINT, polarity=Polarity.NEGATIVE, lang="it")
    tasks = evaluate(texts, lambda _: found)
    assert list(tasks) == ["category", "polarity"]
    assert tasks["category"].all == confusion_of(
        ("complaint", "complaint"), ("praise", "complaint"), ("complaint", "complaint")
    )
    assert tasks["category"].by_source["tweet"] == confusion_of(
        ("praise", "complaint"), ("complaint", "complaint")
    )
    assert tasks["category"].by_language["en"] == confusion_of(("complaint", "complaint"))
    assert tasks["polarity"].by_language["it"] == confusion_of(("neg", "neg"), ("neg", "neg"))
    assert tasks["polarity"].by_source["not told"] == confusion_of(("neg", "neg"))


def test_rules_see_text_language_and_stars_but_no_label() -> None:
    seen: list[Mention] = []

    def classify(mention: Mention) -> Verdict:
        seen.append(mention)
        return make_verdict()

    evaluate([read_one(lang="en", stars=2, category="complaint", topic="shipping")], classify)
    (mention,) = seen
    assert (mention.text, mention.lang, mention.rating) == ("Il vaso", "en", 2.0)
    assert "complaint" not in repr(mention)


@pytest.mark.parametrize(
    ("task", "verdict", "answer"),
    [
        ("polarity", make_verdict(polarity=Polarity.NEGATIVE), "neg"),
        ("polarity", make_verdict(polarity=Polarity.NEUTRAL), "neu"),
        ("polarity", make_verdict(polarity=Polarity.POSITIVE), "pos"),
        ("complaint", make_verdict(category=Category.COMPLAINT), "complaint"),
        ("complaint", make_verdict(category=Category.SPAM), "not"),
        ("spam", make_verdict(category=Category.SPAM), "spam"),
        ("topic", make_verdict(topic=None), "none"),
        ("category", make_verdict(category=Category.PRAISE), "praise"),
    ],
)
def test_a_verdict_answers_each_kind_of_label(task: str, verdict: Verdict, answer: str) -> None:
    assert answer_to(task, verdict) == answer


# Lines


def test_labels_are_read_under_all_their_names() -> None:
    labels = read_one(
        act="question", topic="orders", polarity="neu", is_complaint=False, is_question=True, is_spam=None
    ).labels
    assert labels == {
        "category": "question",
        "complaint": "not",
        "question": "question",
        "topic": "order",
        "polarity": "neu",
    }


def test_no_label_is_not_the_label_no() -> None:
    assert read_one(category=None, topic=None, polarity=None, is_complaint=None).labels == {}


def test_stars_can_be_hidden_from_the_rules() -> None:
    (hidden,) = read_all({"text": "x", "rating": 1, "category": "praise"}, stars=False)
    assert isinstance(hidden, Labelled)
    assert hidden.mention.rating is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "is not JSON"),
        ("[" * 100_000, "is n"),
        ('"text"', "is not an object"),
        ({"category": "praise"}, "has no text"),
        ({"text": 3}, "text is not a string"),
        ({"text": "x", "category": "angry"}, "'angry' is none of question, complaint"),
        ({"text": "x", "polarity": "negative"}, "is none of neg, neu, pos"),
        ({"text": "x", "rating": "five"}, "rating is not a number"),
        ({"text": "x", "stars": True}, "stars is not a number"),
        ('{"text": "x", "stars": NaN}', "stars is not a number"),
        ({"text": "x", "is_spam": "yes"}, "is_spam is neither true nor false"),
        ({"text": "x", "lang": 5}, "lang is not a string"),
        ('{"text": "' + "x" * MAX_CHARS + '"}', "is longer than"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_the_rest_is_read(line: Any, said: str) -> None:
    good = {"text": "x", "category": "praise"}
    found = read_all(good, "", line, good)
    assert [type(one) for one in found] == [Labelled, BadLine, Labelled]
    bad = found[1]
    assert isinstance(bad, BadLine)
    assert (bad.file, bad.line) == ("a.jsonl", 3)
    assert said in bad.problem


@given(
    st.lists(
        st.text()
        | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps)
    )
)
def test_no_line_raises(lines: list[str]) -> None:
    for one in read("a.jsonl", lines):
        assert isinstance(one, Labelled | BadLine)


# The picture


def test_the_picture_is_a_png(tmp_path: Path) -> None:
    path = tmp_path / "table.png"
    draw_confusions(
        {
            "category": confusion_of(("praise", "praise"), ("complaint", r"<b>&$\no$")),
            "topic": confusion_of(("order", "order")),
        },
        path,
    )
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20]) > int.from_bytes(content[20:24]) > 100, (
        "two tables stand side by side"
    )


def test_a_picture_of_very_many_classes_shows_the_most_frequent(tmp_path: Path) -> None:
    path = tmp_path / "table.png"
    draw_confusions({"topic": confusion_of(*[(f"t{n}", f"t{n + 1}") for n in range(300)])}, path)
    assert int.from_bytes(path.read_bytes()[16:20]) < 5000


def test_a_picture_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    for name in ("nowhere/table.png", "table.what"):
        with pytest.raises(ReputationBotError, match="cannot be written"):
            draw_confusions({"category": confusion_of(("praise", "praise"))}, tmp_path / name)


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(ReputationBotError, match=r"pip install 'reputation-bot\[charts\]'"):
        draw_confusions({"category": confusion_of(("praise", "praise"))}, tmp_path / "table.png")
