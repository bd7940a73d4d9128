"""Checks the parts of rules.yaml against each other: names given twice, channels that are not there, patterns, canned responses."""

from collections.abc import Collection, Iterator, Sequence

from reputation_bot import i18n
from reputation_bot.config import answer_checks, opening_checks, webhook_checks, wording
from reputation_bot.config.environment import Filled
from reputation_bot.errors import ConfigError
from reputation_bot.rules.schema import Condition, Rule
from reputation_bot.settings import Brand, Settings


def find(settings: Settings, channels: Collection[str], filled: Filled) -> list[ConfigError]:
    """All mistakes, with their keys, without file and line. `channels` are the names of all channels, wrong ones included.

    Where a value came from the environment the text does not speak of it.
    """
    mistakes = [
        *_language(settings),
        *_operators(settings),
        *_twice([rule.name for rule in settings.rules], "rules"),
        *_twice([canned.name for canned in settings.canned], "canned"),
        *_unknown_channels(settings.rules, channels),
        *_terms(settings.brand),
        *_term_channels(settings.brand, channels),
        *_patterns(settings.rules),
        *_canned(settings),
        *answer_checks.find(settings),
        *opening_checks.find(settings, channels, hours_given=_has_hours(settings, filled)),
    ]
    told = [
        ConfigError(wording.about_secret(source), key=mistake.key)
        if mistake.key and (source := filled.source(mistake.key))
        else mistake
        for mistake in mistakes
    ]
    return [*told, *webhook_checks.find(settings, channels)]  # these speak of no values


def _language(settings: Settings) -> Iterator[ConfigError]:
    spoken = i18n.languages()
    if settings.language not in spoken:
        yield ConfigError(
            f"the staff interface does not speak {wording.quoted(settings.language)}: write {' or '.join(spoken)}",
            key="language",
        )


def _operators(settings: Settings) -> Iterator[ConfigError]:
    first: dict[int, str] = {}
    for name, operator in settings.operators.items():
        if (other := first.setdefault(operator.telegram, name)) != name:
            yield ConfigError(
                f"{other} has this number already: each person has one of their own",
                key=f"operators.{name}.telegram",
            )


def _twice(names: Sequence[str], section: str) -> Iterator[ConfigError]:
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if first.setdefault(name, index) != index:
            yield ConfigError(
                f"{wording.quoted(name)} is the name of {section}.{first[name]} already: give this one another",
                key=f"{section}.{index}.name",
            )


def _unknown_channels(rules: Sequence[Rule], channels: Collection[str]) -> Iterator[ConfigError]:
    for number, rule in enumerate(rules):
        for key, condition in _conditions(rule.when, f"rules.{number}.when"):
            for index, name in enumerate(condition.channel or ()):
                if name not in channels:
                    yield ConfigError(
                        f"no channel is called {wording.quoted(name)}; {wording.nearest(name, channels)}",
                        key=f"{key}.channel.{index}",
                    )


def _patterns(rules: Sequence[Rule]) -> Iterator[ConfigError]:
    if not any(map(_needs_a_look, rules)):
        return  # RE2 is not loaded for nothing: most polls find nothing new
    from reputation_bot.rules.conditions import check_patterns  # noqa: PLC0415

    for number, rule in enumerate(rules):
        try:
            check_patterns([rule])
        except ConfigError as error:
            yield ConfigError(error.problem, key=_renumbered(error.key, "rules", number))


def _terms(brand: Brand) -> Iterator[ConfigError]:
    if all(map(_has_word, _brand_words(brand))):
        return
    from reputation_bot.brand.matching import BrandMatcher  # noqa: PLC0415  # loads RE2

    try:
        BrandMatcher(brand)
    except ConfigError as error:
        yield error


def _brand_words(brand: Brand) -> Iterator[str]:
    for entry in brand.terms:
        yield from [entry] if isinstance(entry, str) else [entry.term, *entry.near, *entry.not_near]
    yield from (*brand.all, *brand.not_)


def _term_channels(brand: Brand, channels: Collection[str]) -> Iterator[ConfigError]:
    for number, entry in enumerate(brand.terms):
        for index, name in enumerate([] if isinstance(entry, str) else entry.channels or []):
            if name not in channels:
                yield ConfigError(
                    f"no channel is called {wording.quoted(name)}; {wording.nearest(name, channels)}",
                    key=f"brand.terms.{number}.channels.{index}",
                )


def _canned(settings: Settings) -> Iterator[ConfigError]:
    if not settings.canned:
        return
    from reputation_bot.drafts import check_canned  # noqa: PLC0415  # not needed by most polls

    for number, canned in enumerate(settings.canned):
        try:
            check_canned(settings.model_copy(update={"canned": [canned]}))
        except ConfigError as error:
            yield ConfigError(error.problem, key=_renumbered(error.key, "canned", number))


def _renumbered(key: str | None, section: str, number: int) -> str:
    """The key of the only item of a list, as that of the item with this number."""
    return f"{section}.{number}{(key or '').removeprefix(f'{section}.0')}"


def _has_hours(settings: Settings, filled: Filled) -> bool:
    """Hours that are wrong are there all the same: that they are missing must not be said as well."""
    return settings.hours is not None or (isinstance(filled.value, dict) and "hours" in filled.value)


def _needs_a_look(rule: Rule) -> bool:
    """Whether there is a regex, or a phrase that may have no word in it."""
    if isinstance(rule.when, str):
        return not _has_word(rule.when)
    return any(
        condition.regex is not None or not all(map(_has_word, _phrases(condition)))
        for _, condition in _conditions(rule.when, "")
    )


def _has_word(phrase: str) -> bool:
    return any(map(str.isalnum, phrase))


def _phrases(condition: Condition) -> Iterator[str]:
    if condition.phrase is not None:
        yield condition.phrase
    for parts in (condition.any, condition.all, condition.not_):
        yield from (part for part in parts or () if isinstance(part, str))


def _conditions(when: str | Condition, key: str) -> Iterator[tuple[str, Condition]]:
    """The condition and all inside it, with their keys."""
    if isinstance(when, str):
        return
    yield key, when
    for name, parts in (("any", when.any), ("all", when.all), ("not", when.not_)):
        for index, part in enumerate(parts or ()):
            yield from _conditions(part, f"{key}.{name}.{index}")
