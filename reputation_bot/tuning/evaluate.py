"""How well verdicts agree with labels that people gave: counts, macro-F1, precision and recall; printing them is `commands.rules`' job."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt

from reputation_bot.model import Mention, Verdict
from reputation_bot.tuning.labelled import Labelled

_Z = 1.959964  # of the normal distribution, for 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0 … 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies, 95 times of 100 (Wilson's score interval)."""
        if not self.whole:
            return 0.0, 1.0
        spread = _Z**2 / self.whole
        middle = self.part / self.whole + spread / 2
        half = _Z * sqrt(self.part * (self.whole - self.part) / self.whole**3 + spread / (4 * self.whole))
        return max((middle - half) / (1 + spread), 0.0), min((middle + half) / (1 + spread), 1.0)


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class: how much of what was called so is so, and how much of what is so was found."""

    precision: Share
    recall: Share

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        together = self.precision.whole + self.recall.whole
        return 2 * self.recall.part / together if together else 0.0


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each label (first) got each answer (second)."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, label: str, answer: str) -> None:
        """One more text."""
        self.counts[label, answer] += 1

    @property
    def texts(self) -> int:
        """All that were counted."""
        return self.counts.total()

    @property
    def labels(self) -> list[str]:
        """The classes that people gave, the most frequent first."""
        totals: Counter[str] = Counter()
        for (label, _), count in self.counts.items():
            totals[label] += count
        return sorted(totals, key=lambda label: (-totals[label], label))

    @property
    def answers(self) -> list[str]:
        """The labels, then what was answered besides."""
        return [*self.labels, *sorted({answer for _, answer in self.counts} - set(self.labels))]

    @property
    def right(self) -> Share:
        """Texts that got their label."""
        return Share(sum(self.counts[label, label] for label in self.labels), self.texts)

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the classes that people gave; an answer that nobody gave as label counts against the others only."""
        scores = self.classes()
        return sum(score.f1 for score in scores.values()) / len(scores) if scores else 0.0

    def classes(self) -> dict[str, ClassScore]:
        """By label."""
        answered: Counter[str] = Counter()
        labelled: Counter[str] = Counter()
        for (label, answer), count in self.counts.items():
            labelled[label] += count
            answered[answer] += count
        return {
            label: ClassScore(
                Share(self.counts[label, label], answered[label]),
                Share(self.counts[label, label], labelled[label]),
            )
            for label in self.labels
        }


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of label: over all texts, and over those of each language and source."""

    all: Confusion = field(default_factory=Confusion)
    by_language: dict[str, Confusion] = field(default_factory=dict)
    by_source: dict[str, Confusion] = field(default_factory=dict)


def evaluate(texts: Iterable[Labelled], classify: Callable[[Mention], Verdict]) -> dict[str, Task]:
    """By task, in the order of TASKS: only those for which a text has a label."""
    tasks: dict[str, Task] = {}
    for text in texts:
        verdict = classify(text.mention)
        for name, label in text.labels.items():
            _count(tasks.setdefault(name, Task()), text, verdict.lang, label, answer_to(name, verdict))
    return {name: tasks[name] for name in TASKS if name in tasks}


def answer_to(task: str, verdict: Verdict) -> str:
    """What the verdict says where people gave the label."""
    return TASKS[task](verdict)


def _count(task: Task, text: Labelled, lang: str, label: str, answer: str) -> None:
    task.all.add(label, answer)
    task.by_language.setdefault(text.mention.lang or lang, Confusion()).add(label, answer)
    task.by_source.setdefault(text.source, Confusion()).add(label, answer)


def _is(category: str) -> Callable[[Verdict], str]:
    return lambda verdict: category if verdict.category == category else "not"


TASKS: Mapping[str, Callable[[Verdict], str]] = {
    "category": lambda verdict: verdict.category.value,
    "complaint": _is("complaint"),
    "question": _is("question"),
    "suggestion": _is("suggestion"),
    "spam": _is("spam"),
    "topic": lambda verdict: verdict.topic or "none",
    "polarity": lambda verdict: verdict.polarity.value[:3],  # labels are cut to neg, neu, pos
}
