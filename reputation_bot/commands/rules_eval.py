"""Compares verdicts with labels for the command line: tables, JSON, and a picture."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import click

from reputation_bot.config import language
from reputation_bot.i18n import Translate
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Settings
from reputation_bot.tuning.evaluate import Confusion, Share, Task, evaluate
from reputation_bot.tuning.labelled import NO_SOURCE, BadLine, Labelled, read

MOST_BAD = 20  # lines that are named one by one
TELL_EVERY = 5000  # texts between two signs of life
_PICTURED = ("category", "topic", "polarity")  # the others have two classes only


def run(
    settings: Settings, files: Sequence[TextIO], *, as_json: bool, out: Path | None, stars: bool = True
) -> bool:
    """Prints how well the rules agree with the labels; True if a line was bad or there was nothing to compare."""
    classifier, _ = Classifier(settings), language.for_settings(settings, os.environ)
    reader = _Reader()
    found = reader.labelled(read(getattr(file, "name", "-"), file, stars=stars) for file in files)
    tasks = evaluate(_tell(found, _), classifier.classify)
    if as_json:
        click.echo(json.dumps(_as_json(tasks, reader), ensure_ascii=False))
    else:
        click.echo("\n\n".join("\n".join(_table(name, task, _)) for name, task in tasks.items()))
    _tell_bad(reader, _, has_labels=bool(tasks))
    if out and tasks:
        _draw(tasks, out, _)
    return bool(reader.bad) or not tasks


class _Reader:
    """Counts what cannot be compared."""

    def __init__(self) -> None:
        self.bad: list[BadLine] = []
        self.unlabelled = 0
        self.texts = 0

    def labelled(self, files: Iterable[Iterable[Labelled | BadLine]]) -> Iterator[Labelled]:
        for lines in files:
            for one in lines:
                if isinstance(one, BadLine):
                    self.bad.append(one)
                elif one.labels:
                    self.texts += 1
                    yield one
                else:
                    self.unlabelled += 1


def _tell(found: Iterable[Labelled], _: Translate) -> Iterator[Labelled]:
    for number, one in enumerate(found):
        if number and number % TELL_EVERY == 0:
            click.echo(_.pgettext("eval", "{number} texts so far").format(number=number), err=True)
        yield one


def _tell_bad(reader: _Reader, _: Translate, *, has_labels: bool) -> None:
    left_out = _.pgettext("eval", "{file}:{line}: left out: {problem}")
    for bad in reader.bad[:MOST_BAD]:
        problem = _.sentence(bad.problem)
        click.echo(left_out.format(file=bad.file, line=bad.line, problem=problem), err=True)
    if (more := len(reader.bad) - MOST_BAD) > 0:
        told = _.ngettext(
            "and {number} more lines were left out", "and {number} more lines were left out", more
        )
        click.echo(told.format(number=more), err=True)
    if number := reader.unlabelled:
        told = _.ngettext(
            "{number} lines have no label and were passed over",
            "{number} lines have no label and were passed over",
            number,
        )
        click.echo(told.format(number=number), err=True)
    if not has_labels:
        told = _("nothing to compare: give lines with a category, act, topic, polarity or is_complaint")
        click.echo(told, err=True)


def _draw(tasks: dict[str, Task], out: Path, _: Translate) -> None:
    from reputation_bot.charts import draw_confusions  # noqa: PLC0415  # matplotlib takes half a second

    many = {name: task.all for name, task in tasks.items() if name in _PICTURED}
    draw_confusions(many or {name: task.all for name, task in tasks.items()}, out)
    click.echo(_.pgettext("eval", "the picture is in {file}").format(file=out), err=True)


def _table(name: str, task: Task, _: Translate) -> Iterator[str]:
    """Tasks and classes are named as in the labelled lines."""
    confusion, none = task.all, _.pgettext("eval", "none")
    yield _.pgettext("eval", "{task}: {number} texts, macro-F1 {f1:.1f}, right {share}").format(
        task=name, number=confusion.texts, f1=confusion.macro_f1 * 100, share=_percent(confusion.right, none)
    )
    of = _.pgettext("eval", "class")
    width = max(len(label) for label in [*confusion.answers, of])
    yield from _classes(confusion, of, width, _)
    yield "  " + _.pgettext("eval", "each row: what people said; each column: what the rules said")
    yield from _counts(confusion, width)
    yield from _groups(_.pgettext("eval", "macro-F1 by language: {list}"), task.by_language, _)
    yield from _groups(_.pgettext("eval", "macro-F1 by source: {list}"), task.by_source, _)


def _classes(confusion: Confusion, of: str, width: int, _: Translate) -> Iterator[str]:
    texts, none = _.pgettext("eval", "texts"), _.pgettext("eval", "none")
    precision, recall = _.pgettext("eval", "precision"), _.pgettext("eval", "recall")
    yield f"  {of:<{width}}  {texts:>5}  {precision:<18}  {recall:<18}  F1"
    for label, score in confusion.classes().items():
        yield (
            f"  {label:<{width}} {score.recall.whole:>6}  {_percent(score.precision, none):<18}  "
            f"{_percent(score.recall, none):<18}  {score.f1 * 100:.1f}"
        )


def _counts(confusion: Confusion, width: int) -> Iterator[str]:
    columns = confusion.answers
    yield f"  {'':<{width}}  {'  '.join(columns)}"
    for label in confusion.labels:
        cells = "  ".join(f"{confusion.counts[label, column]:>{len(column)}}" for column in columns)
        yield f"  {label:<{width}}  {cells}"


def _groups(title: str, groups: dict[str, Confusion], _: Translate) -> Iterator[str]:
    told, no_source = _.pgettext("eval", "{name} {f1:.1f} ({number} texts)"), _.pgettext("eval", "not told")
    found = (
        told.format(name=no_source if name == NO_SOURCE else name, f1=one.macro_f1 * 100, number=one.texts)
        for name, one in sorted(groups.items(), key=lambda item: -item[1].texts)
    )
    yield "  " + title.format(list=", ".join(found))


def _percent(share: Share, none: str) -> str:
    if share.value is None:
        return none
    low, high = share.interval
    return f"{share.value * 100:.1f} ({low * 100:.1f}–{high * 100:.1f})"


def _as_json(tasks: dict[str, Task], reader: _Reader) -> dict[str, object]:
    return {
        "texts": reader.texts,
        "unlabelled": reader.unlabelled,
        "bad": [{"file": bad.file, "line": bad.line, "problem": bad.problem} for bad in reader.bad],
        "tasks": {
            name: _confusion_as_json(task.all)
            | {
                "by_language": {key: _in_short(one) for key, one in task.by_language.items()},
                "by_source": {key: _in_short(one) for key, one in task.by_source.items()},
            }
            for name, task in tasks.items()
        },
    }


def _confusion_as_json(confusion: Confusion) -> dict[str, object]:
    return _in_short(confusion) | {
        "classes": {
            label: {"texts": score.recall.whole, "f1": round(score.f1, 4)}
            | _share_as_json("precision", score.precision)
            | _share_as_json("recall", score.recall)
            for label, score in confusion.classes().items()
        },
        "confusion": {
            label: {answer: confusion.counts[label, answer] for answer in confusion.answers}
            for label in confusion.labels
        },
    }


def _in_short(confusion: Confusion) -> dict[str, object]:
    return {"texts": confusion.texts, "macro_f1": round(confusion.macro_f1, 4)} | _share_as_json(
        "right", confusion.right
    )


def _share_as_json(name: str, share: Share) -> dict[str, object]:
    low, high = share.interval
    value = None if share.value is None else round(share.value, 4)
    return {name: value, f"{name}_95": [round(low, 4), round(high, 4)]}
