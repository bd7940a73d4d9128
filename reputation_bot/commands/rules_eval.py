"""Compares verdicts with labels for the command line: tables, JSON, and a picture."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import click

from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Settings
from reputation_bot.tuning.evaluate import Confusion, Share, Task, evaluate
from reputation_bot.tuning.labelled import BadLine, Labelled, read

MOST_BAD = 20  # lines that are named one by one
TELL_EVERY = 5000  # texts between two signs of life
_PICTURED = ("category", "topic", "polarity")  # the others have two classes only


def run(
    settings: Settings, files: Sequence[TextIO], *, as_json: bool, out: Path | None, stars: bool = True
) -> bool:
    """Prints how well the rules agree with the labels; True if a line was bad or there was nothing to compare."""
    classifier = Classifier(settings)
    reader = _Reader()
    found = reader.labelled(read(getattr(file, "name", "-"), file, stars=stars) for file in files)
    tasks = evaluate(_tell(found), classifier.classify)
    if as_json:
        click.echo(json.dumps(_as_json(tasks, reader), ensure_ascii=False))
    else:
        click.echo("\n\n".join("\n".join(_table(name, task)) for name, task in tasks.items()))
    _tell_bad(reader, has_labels=bool(tasks))
    if out and tasks:
        _draw(tasks, out)
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


def _tell(found: Iterable[Labelled]) -> Iterator[Labelled]:
    for number, one in enumerate(found):
        if number and number % TELL_EVERY == 0:
            click.echo(f"{number} texts so far", err=True)
        yield one


def _tell_bad(reader: _Reader, *, has_labels: bool) -> None:
    for bad in reader.bad[:MOST_BAD]:
        click.echo(f"{bad.file}:{bad.line}: left out: {bad.problem}", err=True)
    if len(reader.bad) > MOST_BAD:
        click.echo(f"and {len(reader.bad) - MOST_BAD} more lines were left out", err=True)
    if reader.unlabelled:
        click.echo(f"{reader.unlabelled} lines have no label and were passed over", err=True)
    if not has_labels:
        click.echo(
            "nothing to compare: give lines with a category, act, topic, polarity or is_complaint", err=True
        )


def _draw(tasks: dict[str, Task], out: Path) -> None:
    from reputation_bot.charts import draw_confusions  # noqa: PLC0415  # matplotlib takes half a second

    many = {name: task.all for name, task in tasks.items() if name in _PICTURED}
    draw_confusions(many or {name: task.all for name, task in tasks.items()}, out)
    click.echo(f"the picture is in {out}", err=True)


def _table(name: str, task: Task) -> Iterator[str]:
    confusion = task.all
    yield (
        f"{name}: {confusion.texts} texts, macro-F1 {confusion.macro_f1 * 100:.1f}, "
        f"right {_percent(confusion.right)}"
    )
    width = max(len(label) for label in [*confusion.answers, "class"])
    yield f"  {'class':<{width}}  texts  precision           recall              F1"
    for label, score in confusion.classes().items():
        yield (
            f"  {label:<{width}} {score.recall.whole:>6}  {_percent(score.precision):<18}  "
            f"{_percent(score.recall):<18}  {score.f1 * 100:.1f}"
        )
    yield "  each row: what people said; each column: what the rules said"
    yield from _counts(confusion, width)
    yield from _groups("language", task.by_language)
    yield from _groups("source", task.by_source)


def _counts(confusion: Confusion, width: int) -> Iterator[str]:
    columns = confusion.answers
    yield f"  {'':<{width}}  {'  '.join(columns)}"
    for label in confusion.labels:
        cells = "  ".join(f"{confusion.counts[label, column]:>{len(column)}}" for column in columns)
        yield f"  {label:<{width}}  {cells}"


def _groups(by: str, groups: dict[str, Confusion]) -> Iterator[str]:
    told = (
        f"{name} {one.macro_f1 * 100:.1f} ({one.texts} texts)"
        for name, one in sorted(groups.items(), key=lambda item: -item[1].texts)
    )
    yield f"  macro-F1 by {by}: {', '.join(told)}"


def _percent(share: Share) -> str:
    if share.value is None:
        return "none"
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
