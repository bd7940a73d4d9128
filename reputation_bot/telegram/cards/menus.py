"""The menus behind a card's buttons: rare acts, reasons, classes, times, people; the buttons that are always there are `keyboard`'s."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from reputation_bot.model import Case, Category, DismissReason, Menu, Priority
from reputation_bot.ports import Button
from reputation_bot.telegram.buttons import TOPIC, Act, Excuse, Nap
from reputation_bot.telegram.cards.pressing import Row, in_rows, press
from reputation_bot.telegram.html import one_line, visible
from reputation_bot.telegram.words import Words, category, excuse, priority, reason, topic, topics

MOST_TOPICS = 15  # on one card
_MOST_PEOPLE = 11
_MOST_CASES = 5
_MAX_NAME, _MAX_TOPIC = 20, 14  # units


def menu_rows(  # noqa: C901, PLR0911  # one line per menu
    case: Case, menu: Menu, words: Words, *, operators: Mapping[str, int], others: Sequence[Case]
) -> list[Row]:
    """The rows of an open menu; none for MAIN. `operators`: their numbers at Telegram by key; `others`: the author's other cases."""
    match menu:
        case Menu.MAIN:
            return []
        case Menu.MORE:
            return _more(case, words, bool(others))
        case Menu.DISMISS:
            return _reasons(case, words)
        case Menu.CLASS:
            return _classes(case, words)
        case Menu.TOPIC:
            return _topics(case, words)
        case Menu.PRIORITY:
            return _priorities(case, words)
        case Menu.SNOOZE:
            return _naps(case, words)
        case Menu.ASSIGN:
            return _people(case, words, operators)
        case Menu.MERGE:
            return _others(case, words, others)
        case Menu.OVERRULE:
            return _excuses(case, words)
    assert_never(menu)


def asked(menu: Menu, words: Words) -> str:  # noqa: PLR0911  # one line per menu
    """What the buttons of the menu answer, as the card's last line; empty for MAIN and MORE."""
    _ = words.translate
    match menu:
        case Menu.MAIN | Menu.MORE:
            return ""
        case Menu.DISMISS:
            return "🗑 " + _("Why does it need no answer?")
        case Menu.CLASS:
            return "🏷 " + _("What is it really?")
        case Menu.TOPIC:
            return "📎 " + _("What is it about?")
        case Menu.PRIORITY:
            return "❗ " + _("How urgent is it?")
        case Menu.SNOOZE:
            return "💤 " + _("Until when?")
        case Menu.ASSIGN:
            return "👥 " + _("Who takes it?")
        case Menu.MERGE:
            return "🔗 " + _("Which case is it part of?")
        case Menu.OVERRULE:
            return "⚠️ " + _("It goes out all the same: why? It will stand in the audit.")
    assert_never(menu)


def _more(case: Case, words: Words, has_others: bool) -> list[Row]:
    _ = words.translate
    merge = press(case, Act.MERGE, "🔗 " + _("Merge…")) if has_others else None
    split = press(case, Act.SPLIT, "✂️ " + _("Split off")) if len(case.mention_keys) > 1 else None
    acts = [
        press(case, Act.SNOOZE, "💤 " + _("Snooze…")),
        press(case, Act.ASSIGN, "👥 " + _("Assign…")),
        press(case, Act.NOTE, "📝 " + _("Note")),
        press(case, Act.WRONG_CLASS, "🏷 " + _("Class…")),
        merge,
        split,
        press(case, Act.HISTORY, "📖 " + _("History")),
        press(case, Act.AUDIT, "📜 " + _("Audit")),
        press(case, Act.RESOLVE, "☑️ " + _("Close")),
        _back(case, words),
    ]
    return in_rows(3, acts)


def _reasons(case: Case, words: Words) -> list[Row]:
    _ = words.translate
    choices = [press(case, Act.DISMISS_AS, reason(why, _), extra=why.value) for why in DismissReason]
    return [*in_rows(2, choices), (_back(case, words),)]


def _classes(case: Case, words: Words) -> list[Row]:
    """The other categories, and the way to topics and priorities."""
    _ = words.translate
    others = [kind for kind in Category if kind is not case.verdict.category]
    choices = [press(case, Act.CLASS_AS, category(kind, _), extra=kind.value) for kind in others]
    about = press(case, Act.WRONG_TOPIC, "📎 " + _("Topic…"))
    urgency = press(case, Act.WRONG_PRIORITY, "❗ " + _("Priority…"))
    return [*in_rows(3, choices), (about, urgency, _back(case, words))]


def _topics(case: Case, words: Words) -> list[Row]:
    """The other topics: those that come with the program, and the shop's own that were found in this very text."""
    _ = words.translate
    own = filter(TOPIC.fullmatch, case.verdict.topics)
    others = [one for one in dict.fromkeys([*topics(_), *own]) if one != case.verdict.topic][:MOST_TOPICS]
    choices = [press(case, Act.TOPIC_AS, visible(topic(one, _, _MAX_TOPIC)), extra=one) for one in others]
    return in_rows(3, [*choices, _back(case, words)])


def _priorities(case: Case, words: Words) -> list[Row]:
    _ = words.translate
    others = [level for level in Priority if level is not case.verdict.priority]
    choices = [press(case, Act.PRIORITY_AS, priority(level, _), extra=level.value) for level in others]
    return [*in_rows(3, choices), (_back(case, words),)]


def _naps(case: Case, words: Words) -> list[Row]:
    choices = [press(case, Act.SNOOZE_UNTIL, _nap(one, words), extra=one.value) for one in Nap]
    return [*in_rows(2, choices), (_back(case, words),)]


def _nap(nap: Nap, words: Words) -> str:
    _ = words.translate
    match nap:
        case Nap.HOUR:
            return _("1 hour")
        case Nap.TONIGHT:
            return _("Tonight")
        case Nap.TOMORROW:
            return _("Tomorrow at opening")
        case Nap.MONDAY:
            return _("Monday at opening")
    assert_never(nap)


def _people(case: Case, words: Words, operators: Mapping[str, int]) -> list[Row]:
    choices = [
        press(case, Act.ASSIGN_TO, one_line(visible(words.person(key)), _MAX_NAME), extra=str(number))
        for key, number in operators.items()
        if key != case.assignee
    ][:_MOST_PEOPLE]
    return in_rows(4, [*choices, _back(case, words)])


def _others(case: Case, words: Words, others: Sequence[Case]) -> list[Row]:
    """The newest of the author's other cases; any other case by /merge."""
    choices: list[Button | None] = [
        press(case, Act.MERGE_INTO, f"#{one.id}", extra=str(one.id)) for one in others[-_MOST_CASES:]
    ]
    return in_rows(3, [*choices, _back(case, words)])


def _excuses(case: Case, words: Words) -> list[Row]:
    _ = words.translate
    choices = [press(case, Act.OVERRULE_AS, excuse(one, _), extra=one.value) for one in Excuse]
    return in_rows(2, [*choices, _back(case, words)])


def _back(case: Case, words: Words) -> Button | None:
    _ = words.translate
    return press(case, Act.BACK, "⬅️ " + _("Back"))
