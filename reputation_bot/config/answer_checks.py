"""Checks the FAQ and the contacts of rules.yaml against each other and the staff; canned responses are `crosschecks`' job."""

from collections.abc import Collection, Iterator

from reputation_bot.config import wording
from reputation_bot.errors import ConfigError
from reputation_bot.faq.same import as_asked
from reputation_bot.settings import FaqEntry, Settings


def find(settings: Settings) -> Iterator[ConfigError]:
    """All mistakes, with their keys, without file and line."""
    yield from _variables(settings)
    yield from _asked_twice(settings)
    yield from _operators(settings)
    yield from _topics_twice(settings)


def _variables(settings: Settings) -> Iterator[ConfigError]:
    if not settings.faq:
        return
    from reputation_bot.drafts.checks import check_faq  # noqa: PLC0415  # not needed by most polls

    for number, entry in enumerate(settings.faq):
        try:
            check_faq(settings.model_copy(update={"faq": [entry]}))
        except ConfigError as error:
            yield ConfigError(error.problem, key=f"faq.{number}{(error.key or '').removeprefix('faq.0')}")


def _asked_twice(settings: Settings) -> Iterator[ConfigError]:
    first: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(settings.faq):
        for lang, place, text in _asked(entry):
            asked = as_asked(text)
            if asked and first.setdefault((lang, asked), number) != number:
                yield ConfigError(
                    f"{wording.quoted(text)} is asked in faq.{first[lang, asked]} already: put both answers into one",
                    key=f"faq.{number}.{place}",
                )


def _asked(entry: FaqEntry) -> Iterator[tuple[str, str, str]]:
    """Language, key below the entry, and text."""
    for lang, text in entry.question.items():
        yield lang, f"question.{lang}", text
    for lang, texts in entry.variants.items():
        yield from ((lang, f"variants.{lang}.{index}", text) for index, text in enumerate(texts))


def _operators(settings: Settings) -> Iterator[ConfigError]:
    known: Collection[str] = settings.operators
    for name, contact in settings.contacts.items():
        for index, operator in enumerate(contact.operators):
            if operator not in known:
                yield ConfigError(
                    f"no operator is called {wording.quoted(operator)}; {wording.nearest(operator, known)}",
                    key=f"contacts.{name}.operators.{index}",
                )


def _topics_twice(settings: Settings) -> Iterator[ConfigError]:
    first: dict[str, str] = {}
    for name, contact in settings.contacts.items():
        for index, topic in enumerate(contact.topic):
            if (other := first.setdefault(topic, name)) != name:
                yield ConfigError(
                    f"{topic} belongs to contacts.{other} already: name each topic once",
                    key=f"contacts.{name}.topic.{index}",
                )
