"""How often the verdict is right on labelled texts, beside what must hold and what is hoped for: `python -m bench.accuracy --help`.

Every text goes through the whole classifier with the five languages switched on; its language is not told (`--with-lang` tells
it) and its stars only where the task says so. All figures are in per cent. Macro-F1 is the mean over the labels of the data of
F1 = 2 hits / (2 hits + wrong alarms + misses); a prediction that is none of the data's labels is a miss and nothing else.

polarity         macro-F1 of neg, neu and pos
complaint        macro-F1 of category complaint against any other, on texts labelled as complaint or not
reviews          macro-F1 of complaint against praise, stars withheld, on reviews labelled as either
stars            reviews with their stars: share of the praise (complaints) whose category is praise (complaint)
question         macro-F1 of category question against any other; found: share of the questions so called
asking           share of the labelled complaints holding "?" whose category is question: the fewer the better
suggestion, spam macro-F1 of that category against any other
topic            bitext: macro-F1 of the first topic over the six of the data; airline: macro-F1 of service among all
                 topics found or not, on the texts whose reason is labelled (service or something else)
language         share of texts whose language is right, the mean over five languages; short: under 20 letters
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bench import labelled
from bench.labelled import Row
from reputation_bot.model import Author, Category, Mention, Verdict
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Settings

LANGUAGES = ("it", "en", "es", "fr", "de")
SHORT = 20  # letters
_ASKED = ("complaints_acl19", "airline", "ijcnlp17_en", "ijcnlp17_es", "ijcnlp17_fr", "amazon_it_leoco")
_TOPICS = {"order": "orders", "returns": "returns/exchanges", "service": "customer service"}

Pair = tuple[object, object]  # label, prediction
Label = Callable[[Row], object]
ClassifierFor = Callable[[str], Classifier]  # by the name of the data set that it is to judge


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the table. `label` is None for a text that does not count."""

    name: str
    data: tuple[str, ...]
    label: Label
    predict: Callable[[Verdict], object]
    figure: Callable[[Sequence[Pair]], float]
    must: float
    hoped: float
    with_stars: bool = False
    fewer_is_better: bool = False


def main() -> int:
    """Prints the table; 1 when something that must hold does not."""
    asked = _arguments()
    if not labelled.is_there():
        sys.stderr.write(f"no labelled texts in {labelled.FOLDER}: nothing to measure\n")
        return 0
    tasks = [task for task in TASKS if not asked.task or any(part in task.name for part in asked.task)]
    if asked.leave_one_out:
        from bench.fit import without  # noqa: PLC0415  # it builds on this module

        return _print_table(tasks, asked.split, asked.with_lang, without)
    missed = _print_table(tasks, asked.split, asked.with_lang, lambda _name: classifier())
    if asked.errors:
        _print_errors(tasks, asked.errors, asked.with_lang)
    return missed


@lru_cache(maxsize=1)
def classifier() -> Classifier:
    """As a shop would have it that switched five languages on and wrote no rules."""
    return Classifier(settings())


def settings() -> Settings:
    """The least that a classifier needs."""
    return Settings.model_validate(
        {"brand": {"name": "x"}, "telegram": {"chat": -1}, "languages": list(LANGUAGES)}
    )


def macro_f1(pairs: Sequence[Pair]) -> float:
    """0 to 100, over the labels that occur."""
    hits = Counter(label for label, predicted in pairs if label == predicted)
    labels, predictions = (Counter(side) for side in zip(*pairs, strict=True))
    return 100 * sum(2 * hits[one] / (labels[one] + predictions[one]) for one in labels) / len(labels)


def share_right(pairs: Sequence[Pair]) -> float:
    """0 to 100."""
    return 100 * sum(label == predicted for label, predicted in pairs) / len(pairs)


def as_mention(row: Row, *, with_stars: bool = False, with_lang: bool = False) -> Mention:
    """A mention whose platform tells no more than it is allowed to."""
    return Mention(
        channel="bench",
        external_id="1",
        author=Author("?"),
        text=row["text"],
        thread="1",
        title=row.get("title"),
        rating=row["stars"] if with_stars else None,
        lang=row["lang"] if with_lang else None,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.accuracy", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--task", action="append", metavar="PART", help="only tasks whose name holds this; repeatable"
    )
    parser.add_argument(
        "--split", choices=("held", "tune", "all"), default="held", help="held: never tuned on"
    )
    parser.add_argument(
        "--errors", type=int, default=0, metavar="N", help="show N wrong texts of the tuning half"
    )
    parser.add_argument(
        "--with-lang", action="store_true", help="tell each text's language, as some platforms do"
    )
    parser.add_argument(
        "--leave-one-out", action="store_true", help="each task with weights fitted without its own data sets"
    )
    return parser.parse_args()


def _print_table(
    tasks: Iterable[Task],
    split: str,
    with_lang: bool,
    classifier_for: ClassifierFor,
) -> int:
    missed = 0
    sys.stdout.write(f"{'task':28} {'figure':>7} {'must':>6} {'hoped':>6} {'texts':>7}\n")
    for task in tasks:
        pairs = [
            (label, predicted) for _, _, label, predicted in judged(task, split, with_lang, classifier_for)
        ]
        if not pairs:
            sys.stdout.write(f"{task.name:28} no labelled texts on this machine\n")
            continue
        figure = task.figure(pairs)
        gain = -1 if task.fewer_is_better else 1
        met = (gain * figure >= gain * task.must) + (gain * figure >= gain * task.hoped)
        missed += met == 0
        mark = ("below", "", "as hoped")[met]
        sys.stdout.write(
            f"{task.name:28} {figure:7.1f} {task.must:6g} {task.hoped:6g} {len(pairs):7} {mark}\n"
        )
        sys.stdout.flush()
    return int(missed > 0)


def judged(
    task: Task, split: str, with_lang: bool, classifier_for: ClassifierFor
) -> Iterator[tuple[Row, Verdict, object, object]]:
    """Text, verdict, label and prediction for each text of the half that counts for the task."""
    for name in task.data:
        for row, verdict in _verdicts(name, task.with_stars, with_lang, classifier_for(name)):
            label = task.label(row)
            if label is not None and (
                split == "all" or labelled.is_for_tuning(row["text"]) == (split == "tune")
            ):
                yield row, verdict, label, task.predict(verdict)


@lru_cache(maxsize=64)
def _verdicts(
    name: str, with_stars: bool, with_lang: bool, judge: Classifier
) -> tuple[tuple[Row, Verdict], ...]:
    return tuple(
        (row, judge.classify(as_mention(row, with_stars=with_stars, with_lang=with_lang)))
        for row in labelled.rows(name)
    )


def _print_errors(tasks: Iterable[Task], number: int, with_lang: bool) -> None:
    for task in tasks:
        wrong = [
            one for one in judged(task, "tune", with_lang, lambda _name: classifier()) if one[2] != one[3]
        ]
        sys.stdout.write(f"\n{task.name}: {len(wrong)} wrong in the tuning half\n")
        for row, verdict, label, predicted in wrong[:: max(len(wrong) // number, 1)][:number]:
            why = "; ".join(
                f"{step.value} {step.weight:+g} {step.rule}{' “' + '”, “'.join(step.words) + '”' if step.words else ''}"
                for step in verdict.trace
                if step.field == "category"
            )
            sys.stdout.write(
                f"- {label} taken for {predicted} ({row['dataset']}, {verdict.lang}, mood {verdict.sentiment:+.2f})\n"
                f"    {' '.join(row['text'].split())}\n    {why}\n"
            )


def _polarity(verdict: Verdict) -> str:
    return verdict.polarity.value[:3]  # the labels are cut


def _flag(name: str) -> Label:
    return lambda row: row.get(name)


def _is(category: Category) -> Callable[[Verdict], bool]:
    return lambda verdict: verdict.category is category


def _act(*acts: str) -> Label:
    return lambda row: row["act"] if row.get("act") in acts else None


def _category(verdict: Verdict) -> str:
    return verdict.category.value


def _topic(verdict: Verdict) -> str | None:
    return _TOPICS.get(verdict.topic or "", verdict.topic)


def _asking_complaint(row: Row) -> bool | None:
    is_complaint = row.get("is_complaint") or row.get("act") == "complaint"
    return True if is_complaint and "?" in row["text"] else None


def _by_language(of: Callable[[Row], bool]) -> Label:
    return lambda row: row["lang"] if of(row) else None


def _right_by_language(pairs: Sequence[Pair]) -> float:
    languages = {label for label, _ in pairs}
    return sum(share_right([pair for pair in pairs if pair[0] == lang]) for lang in languages) / len(
        languages
    )


def _is_short(row: Row) -> bool:
    return sum(map(str.isalpha, row["text"])) < SHORT


def _tasks() -> Iterator[Task]:
    for lang, must, hoped in (("it", 60, 66), ("en", 61, 66), ("es", 52, 57), ("fr", 54, 62), ("de", 60, 68)):
        data = (f"umsab_{lang}",)
        yield Task(f"polarity {lang}", data, _flag("polarity"), _polarity, macro_f1, must, hoped)
    for name, data_set, must, hoped in (
        ("acl19", "complaints_acl19", 74, 82),
        ("airline", "airline", 72, 83),
        ("ijcnlp en", "ijcnlp17_en", 75, 80),
        ("ijcnlp es", "ijcnlp17_es", 79, 86),
        ("ijcnlp fr", "ijcnlp17_fr", 74, 84),
    ):
        complaint = _is(Category.COMPLAINT)
        yield Task(f"complaint {name}", (data_set,), _flag("is_complaint"), complaint, macro_f1, must, hoped)
    reviews, starred = ("amazon_it_leoco",), ("amazon_it_gdmr",)
    yield Task("reviews it, no stars", reviews, _act("complaint", "praise"), _category, macro_f1, 77, 83)
    yield Task(
        "stars it, praise found", starred, _act("praise"), _category, share_right, 95, 98, with_stars=True
    )
    yield Task(
        "stars it, complaints found",
        starred,
        _act("complaint"),
        _category,
        share_right,
        90,
        95,
        with_stars=True,
    )
    question, is_question = _is(Category.QUESTION), _flag("is_question")
    yield Task("question nps", ("nps_chat",), is_question, question, macro_f1, 89, 93)
    yield Task("question ilisten", ("ilisten_it",), is_question, question, macro_f1, 87, 92)
    yield Task("question qa4faq, found", ("qa4faq_it",), is_question, question, share_right, 64, 78)
    yield Task(
        "asking complaints misfiled",
        _ASKED,
        _asking_complaint,
        question,
        share_right,
        20,
        10,
        fewer_is_better=True,
    )
    yield Task(
        "suggestion",
        ("suggestion_semeval19",),
        _flag("is_suggestion"),
        _is(Category.SUGGESTION),
        macro_f1,
        78,
        82,
    )
    yield Task("spam", ("youtube_spam",), _flag("is_spam"), _is(Category.SPAM), macro_f1, 94, 97)
    yield Task("topic bitext", ("bitext_cs",), _flag("topic"), _topic, macro_f1, 96, 98)
    yield Task(
        "topic airline, service",
        ("airline",),
        lambda row: row["topic"] == "customer service" if row.get("topic_raw") else None,
        lambda verdict: "service" in verdict.topics,
        macro_f1,
        74,
        80,
    )
    everything = tuple(labelled.names())
    yield Task(
        "language",
        everything,
        _by_language(lambda _: True),
        lambda verdict: verdict.lang,
        _right_by_language,
        98.3,
        99,
    )
    yield Task(
        "language, short",
        everything,
        _by_language(_is_short),
        lambda verdict: verdict.lang,
        _right_by_language,
        86,
        90,
    )


TASKS = tuple(_tasks())

if __name__ == "__main__":
    sys.exit(main())
