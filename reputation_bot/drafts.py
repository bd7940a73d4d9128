"""Proposed answers for a mention, filled in and fitting the platform; approving and posting them is for others.

Variables: {author} is the author's first name or @handle, and vanishes with its space or comma when there is none; {brand},
{signature}; {contact} and {topic}, without which a canned response that uses them is left out.
"""

import re
from difflib import get_close_matches
from itertools import islice

from reputation_bot import packs
from reputation_bot.errors import ConfigError
from reputation_bot.model import Author, Category, Draft, Mention, ReplyOptions, Verdict, Visibility
from reputation_bot.settings import Canned, Settings
from reputation_bot.text import fold

VARIABLES = frozenset({"author", "brand", "signature", "contact", "topic"})
MAX_DRAFTS = 4  # more are not flipped through
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_NO_AUTHOR_FIRST = re.compile(r"(^|\n)\{author\}[ \t]*[,:!]?[ \t]*(\w?)")
_NO_AUTHOR = re.compile(r",?[ \t]*\{author\}")
_SENTENCE_END = re.compile(r"[.!?…][\"'»”)]*(?=\s|$)")
_PERSON = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_HANDLE = re.compile(r"[A-Za-z0-9_](?:[\w.-]{0,48}\w)?", re.ASCII)
_MIN_NAME, _MAX_NAME = 2, 20
_MIN_SHORTENED = 40  # characters


class Drafts:
    """Canned responses of rules.yaml and of the packs, ready to be chosen from."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._languages = tuple(settings.languages)
        self._packs = {lang: packs.canned(lang) for lang in self._languages}
        self._nameless = frozenset().union(*(packs.names(lang).nameless for lang in self._languages))

    def drafts_for(self, mention: Mention, verdict: Verdict, options: ReplyOptions) -> tuple[Draft, ...]:
        """Best first, all different, each within the platform's length; none for spam, or when nothing fits.

        Those in the author's language come first; among them rules.yaml's before the packs', then the more specific ones.
        Only when no text fits whole are texts shortened, after a sentence.
        """
        if verdict.category is Category.SPAM:
            return ()
        visibility = _visibility(mention, options)
        texts: dict[str, tuple[str, str]] = {}
        for canned, lang in self._candidates(verdict):
            if text := self._filled(canned.text[lang], mention.author, verdict, lang):
                texts.setdefault(text, (lang, canned.name))
        max_chars = options.at(visibility).max_chars
        fitting = {
            text: origin for text, origin in texts.items() if max_chars is None or len(text) <= max_chars
        } or {short: origin for text, origin in texts.items() if (short := _shortened(text, max_chars or 0))}
        return tuple(
            Draft(text, visibility, lang, origin=name)
            for text, (lang, name) in islice(fitting.items(), MAX_DRAFTS)
        )

    def _candidates(self, verdict: Verdict) -> list[tuple[Canned, str]]:
        """Matching canned responses with the language to use, best first."""
        languages = tuple(dict.fromkeys((verdict.lang, *self._languages)))
        own = [
            (canned, next(lang for lang in languages if lang in canned.text))
            for canned in self._settings.canned
            if _matches(canned, verdict) and not canned.text.keys().isdisjoint(languages)
        ]
        of_packs = (
            [(canned, lang) for canned in self._packs.get(lang, ()) if _matches(canned, verdict)]
            for lang in languages
        )
        best_pack = next(filter(None, of_packs), [])
        ranked = [
            *sorted(own, key=_specificity, reverse=True),
            *sorted(best_pack, key=_specificity, reverse=True),
        ]
        return sorted(ranked, key=lambda candidate: candidate[1] != verdict.lang)

    def _filled(self, text: str, author: Author, verdict: Verdict, lang: str) -> str | None:
        """The text with its variables filled; None when a value that it needs is missing."""
        brand = self._settings.brand
        values = {
            "author": self._called(author),
            "brand": brand.name,
            "signature": brand.signature or brand.name,
            "contact": brand.contact or "",
            "topic": packs.names(lang).topics.get(verdict.topic or "", ""),
        }
        if not values["author"]:
            text = _NO_AUTHOR_FIRST.sub(lambda start: start[1] + start[2].upper(), text)
            text = _NO_AUTHOR.sub("", text)
        if not all(values.get(name) for name in _VARIABLE.findall(text)):
            return None
        return _VARIABLE.sub(lambda variable: values[variable[1]], text).strip()

    def _called(self, author: Author) -> str:
        """How to address the author: first name, else handle; empty when the platform shows neither."""
        first = (author.name.split() or [""])[0]
        if fold(first) in self._nameless:
            return ""
        if _PERSON.fullmatch(first) and _MIN_NAME <= len(first) <= _MAX_NAME:
            return first.title() if first.isupper() or first.islower() else first
        if author.handle and _HANDLE.fullmatch(author.handle):
            return f"@{author.handle}"
        return author.name if _HANDLE.fullmatch(author.name) and len(author.name) >= _MIN_NAME else ""


def check_canned(settings: Settings) -> None:
    """Raises ConfigError for the first variable that does not exist, with a key such as `canned.0.text.it`."""
    for number, canned in enumerate(settings.canned):
        for lang, text in canned.text.items():
            for name in _VARIABLE.findall(text):
                if name not in VARIABLES:
                    raise ConfigError(_unknown(name), key=f"canned.{number}.text.{lang}")


def _unknown(name: str) -> str:
    near = get_close_matches(name.strip(), VARIABLES, n=1, cutoff=0.6)
    known = ", ".join(f"{{{variable}}}" for variable in sorted(VARIABLES))
    return f"there is no {{{name}}}" + (f", did you mean {{{near[0]}}}?" if near else f"; there are {known}")


def _visibility(mention: Mention, options: ReplyOptions) -> Visibility:
    """What was said in private is answered in private; the rest in public where that is allowed."""
    private_only = options.private.allowed and not options.public.allowed
    if mention.visibility is Visibility.PRIVATE or private_only:
        return Visibility.PRIVATE
    return Visibility.PUBLIC


def _matches(canned: Canned, verdict: Verdict) -> bool:
    by_category = canned.category is None or verdict.category in canned.category
    return by_category and (canned.topic is None or verdict.topic in canned.topic)


def _specificity(candidate: tuple[Canned, str]) -> int:
    canned, _ = candidate
    return 2 * (canned.topic is not None) + (canned.category is not None)


def _shortened(text: str, max_chars: int) -> str | None:
    """The whole sentences that fit; None when these are too few to say something."""
    end = max((match.end() for match in _SENTENCE_END.finditer(text) if match.end() <= max_chars), default=0)
    return text[:end] if end >= _MIN_SHORTENED else None
