"""What `init` does: asks a few questions and writes the file; its text is made by `file`, all words are in `texts`."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reputation_bot.config import parse
from reputation_bot.errors import ConfigError
from reputation_bot.model import Role
from reputation_bot.settings import LARGEST_ID
from reputation_bot.setup.file import Answers, Staff
from reputation_bot.setup.texts import TEXTS

# asks one question; the second argument is what an empty answer stands for, None where an answer is needed
Ask = Callable[[str, str | None], str]
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def interview(ask: Ask, tell: Callable[[str], None], given: Mapping[str, str]) -> Answers:
    """Asks what is not given, again where an answer cannot be taken; `tell` shows why not.

    The keys of `given` are those of QUESTIONS, with answers as a person would type them. Raises ConfigError for a given one
    that cannot be taken.
    """
    taken: dict[str, Any] = {}
    for key, (read, default) in QUESTIONS.items():
        say = TEXTS[taken.get("language", "it")]
        if key in given:
            taken[key] = _given(key, given[key], read, say)
        else:
            taken[key] = _asked(f"ask_{key}", default(taken), read, ask, tell, say)
    return Answers(**taken)


def write_rules(path: Path, text: str, *, replace: bool = False) -> None:
    """Raises ConfigError, and writes nothing, if the text is not right or (unless told to replace) the file is there already."""
    parse(text, path, {})
    try:
        with path.open("w" if replace else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError("is here already and was left as it is; --force replaces it", file=path) from None
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", file=path) from None


def next_steps(path: Path, language: str) -> str:
    """What is left to do, as three numbered steps."""
    say = TEXTS[language]
    steps = (say["step_token"], say["step_check"], say["step_run"])
    return "\n".join(
        [say["done"].format(path=path), *(f"  {number}. {step}" for number, step in enumerate(steps, 1))]
    )


def _given(key: str, answer: str, read: Callable[[str], Any], say: dict[str, str]) -> Any:
    try:
        return _read(answer, read)
    except ValueError as error:
        raise ConfigError(say[str(error)], key=key) from None


def _asked(
    question: str,
    default: str | None,
    read: Callable[[str], Any],
    ask: Ask,
    tell: Callable[[str], None],
    say: dict[str, str],
) -> Any:
    while True:
        try:
            return _read(ask(say[question], default), read)
        except ValueError as error:
            tell(say[str(error)])


def _read(answer: str, read: Callable[[str], Any]) -> Any:
    if _CONTROL.search(answer):
        raise ValueError("bad_control")
    return read(answer.strip())


def _language(answer: str) -> str:
    if answer.lower() not in TEXTS:
        raise ValueError("bad_language")
    return answer.lower()


def _brand(answer: str) -> str:
    if not 1 <= len(answer) <= 80:  # noqa: PLR2004  # as in settings.Brand
        raise ValueError("bad_brand")
    return answer


def _terms(answer: str) -> tuple[str, ...]:
    terms = _parts(answer)
    if not terms or any(len(term) > 500 for term in terms):  # noqa: PLR2004  # as in rules.schema.Phrase
        raise ValueError("bad_terms")
    return terms


def _languages(answer: str) -> tuple[str, ...]:
    languages = _parts(answer.lower())
    if not languages or not all(re.fullmatch("[a-z]{2}", language) for language in languages):
        raise ValueError("bad_languages")
    return languages


def _chat(answer: str) -> int:
    number = _number(answer, "bad_chat")
    if not -LARGEST_ID < number < 0:
        raise ValueError("bad_chat")
    return number


def _staff(answer: str) -> tuple[Staff, ...]:
    """The first one leads unless a role is given; who comes later is an agent."""
    staff: list[Staff] = []
    for part in _parts(answer):
        found = re.fullmatch(r"(.+?)\s+(\d+)(?:\s+(\w+))?", part)
        role = (found[3] or ("agent" if staff else "lead")).lower() if found else ""
        if not found or role not in list(Role) or len(found[2]) > 15:  # noqa: PLR2004  # longer than any number there
            raise ValueError("bad_staff")
        staff.append(Staff(found[1], int(found[2]), Role(role)))
    if (
        not staff
        or len({person.telegram for person in staff}) < len(staff)
        or any(one.telegram == 0 for one in staff)
    ):
        raise ValueError("bad_staff")
    return tuple(staff)


def _feed(answer: str) -> str | None:
    if answer and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", answer):
        raise ValueError("bad_feed")
    return answer or None


def _number(answer: str, why: str) -> int:
    if not re.fullmatch(r"[-−–]?[0-9]{1,16}", answer):
        raise ValueError(why)
    return int(re.sub("[−–]", "-", answer))


def _parts(answer: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in answer.split(",") if part.strip()))


QUESTIONS: dict[str, tuple[Callable[[str], Any], Callable[[dict[str, Any]], str | None]]] = {
    # how an answer is read, and what an empty one stands for, given the answers so far
    "language": (_language, lambda _: "it"),
    "brand": (_brand, lambda _: None),
    "terms": (_terms, lambda taken: taken["brand"].lower()),
    "languages": (_languages, lambda taken: "it, en" if taken["language"] == "it" else "en, it"),
    "chat": (_chat, lambda _: None),
    "staff": (_staff, lambda _: None),
    "feed": (_feed, lambda _: ""),
    "contact": (lambda answer: answer or None, lambda _: ""),
}
