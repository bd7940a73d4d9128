"""The trace of a verdict is put together when it is first read; until then and after, the verdict is a value like any other."""

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import pytest

from reputation_bot.model import Category, Priority, Reason, Verdict
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Settings
from storage.codec import decode, encode
from tests.factories import make_mention

CLASSIFIER = Classifier(
    Settings.model_validate({"brand": {"name": "x"}, "telegram": {"chat": -1}, "languages": ["it", "en"]})
)
TEXT = "Ordine mai arrivato, nessuno risponde! Però il vaso era bello, grazie."


def judged() -> Verdict:
    return CLASSIFIER.classify(make_mention(text=TEXT, rating=None, lang="it"), ("vaso",))


def in_full() -> Verdict:
    """The same verdict as it would be made with its trace at once."""
    read = judged()
    return Verdict(**{name: getattr(read, name) for name in Verdict.__match_args__})


@pytest.mark.parametrize(
    "passed_on",
    [
        copy.copy,
        copy.deepcopy,
        replace,
        lambda verdict: pickle.loads(pickle.dumps(verdict)),  # noqa: S301  # our own
        lambda verdict: decode(encode(verdict), Verdict),
    ],
    ids=["copied", "deeply", "replaced", "pickled", "stored"],
)
def test_a_verdict_that_nobody_has_read_is_passed_on_whole(passed_on: Callable[[Verdict], Verdict]) -> None:
    assert passed_on(judged()) == in_full()
    assert len(in_full().trace) > 5


def test_what_compares_and_shows_a_verdict_sees_its_trace() -> None:
    assert judged() == in_full()
    assert judged() != replace(in_full(), trace=())
    assert hash(judged()) == hash(in_full())
    assert repr(judged()) == repr(in_full())
    assert asdict(judged()) == asdict(in_full())


def test_the_trace_is_put_together_once() -> None:
    verdict, told = judged(), []

    def tell() -> tuple[Reason, ...]:
        told.append(1)
        return (Reason("lang", "it", "its words"),)

    verdict = replace(verdict).told_by(tell)
    assert not told
    assert verdict.trace is verdict.trace
    assert told == [1]


def test_threads_that_read_a_trace_at_once_see_the_same() -> None:
    verdict = judged()
    with ThreadPoolExecutor(8) as threads:
        traces = list(threads.map(lambda _: verdict.trace, range(32)))
    assert set(traces) == {in_full().trace}


def test_a_verdict_has_no_other_attribute() -> None:
    verdict = Verdict(category=Category.OTHER, priority=Priority.LOW, lang="it", sentiment=0.0)
    with pytest.raises(AttributeError, match="colour"):
        verdict.colour  # type: ignore[attr-defined]  # noqa: B018  # to read it is the point
