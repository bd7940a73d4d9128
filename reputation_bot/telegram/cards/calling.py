"""People called by name in a message of ours: Telegram sounds their phones."""

from collections.abc import Iterable, Mapping

from reputation_bot.telegram.words import Words


def called(key: str, operators: Mapping[str, int], words: Words) -> str:
    """The name of an operator, as a call where we have the number at Telegram."""
    name = words.person(key)
    return f'<a href="tg://user?id={operators[key]}">{name}</a>' if key in operators else name


def bell(keys: Iterable[str], operators: Mapping[str, int], words: Words, most: int) -> str:
    """Calls the first of them that rules.yaml still names; empty when it names none."""
    _ = words.translate
    names = [called(key, operators, words) for key in keys if key in operators][:most]
    return "🔔 " + _("for {names}").format(names=", ".join(names)) if names else ""
