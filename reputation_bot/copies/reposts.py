"""Whose words a text holds: its author's own, or somebody else's that it repeats without adding a word; copies are `copies`' job."""

import re
from dataclasses import dataclass

from reputation_bot.model import Author, Mention
from reputation_bot.text import fold

_LINK = re.compile(r"https?://[^\s<>\"“”«»()\[\]…]*[^\s<>\"“”«»()\[\]….,;:!?'*](…|\.\.\.)?", re.IGNORECASE)
_CLOSING = '”"»“'
# Signs, and names that are only addressed, add nothing: "😎 @BottegaAurora RT @giulia: …"
_MARKED = re.compile(
    r"(?:[^\w@“\"«„]|@\w+)*(?:\b(RT|MT)\b[\s:]*[“\"«„]?\s*@(\w{1,40})\s*:?|[“\"«„]\s*@(\w{1,40})\s*:)",
    re.IGNORECASE,
)
_OPENS = re.compile(r"[“\"«„]")
_NAME = re.compile(r"(?<!\w)@\w+")  # not the domain of an address
_WORD = re.compile(r"[^\W_]+")
_NOBODY = frozenset(
    "anonymous|anonym|anonimo|anonima|anonyme|customer|a customer|cliente|client|kunde|guest|ospite|user|utente|reader|lettore|"
    "amazon customer|cliente amazon|amazon kunde|client d amazon|google user|a google user|un utente di google|utente google|"
    "verified buyer|acquirente verificato|deleted".split("|")
)


@dataclass(frozen=True, slots=True)
class Voice:
    """A text without links and names addressed, and who said it: `names` are folded names and handles, of which one is enough."""

    names: frozenset[str]
    text: str
    links: tuple[str, ...]
    is_repeated: bool  # the words are somebody else's


def voice_of(mention: Mention, max_chars: int) -> Voice:
    """Of title and text, as far as `max_chars`. Where words are added to what is repeated, all of them count as the author's own."""
    title, text = mention.title or "", mention.text
    whole = (text if text.startswith(title) else f"{title}\n{text}")[:max_chars]
    links = tuple(
        dict.fromkeys(link[0] for link in _LINK.finditer(whole) if not link[1])
    )  # none that is cut off
    bare = _LINK.sub(" ", whole)
    marked = _marked(bare)
    if marked:
        repeated = _NAME.sub(" ", bare[marked.end() :])
        return Voice(frozenset({_name(marked[2] or marked[3])}), repeated, links, is_repeated=True)
    return Voice(names_of(mention.author), _NAME.sub(" ", bare), links, is_repeated=False)


def names_of(author: Author) -> frozenset[str]:
    """As people see them, for platforms' own numbers differ; without those that stand for nobody."""
    return frozenset({_name(author.name)} - _NOBODY | {_name(author.handle or "")}) - {""}


def _marked(text: str) -> re.Match[str] | None:
    """What says whose words follow. Behind the end of a quotation nothing may be said: signs and names only."""
    marked = _MARKED.match(text)
    if marked is None or not _OPENS.search(marked[0]):
        return marked
    ends = [end for sign in _CLOSING if (end := text.find(sign, marked.end())) >= 0]
    is_bare = bool(ends) and not _WORD.search(_NAME.sub("", text[min(ends) :]))
    return marked if is_bare else None


def _name(text: str) -> str:
    """`mario rossi` of "Mario Rossi" and of "mario_rossi"."""
    return " ".join(_WORD.findall(fold(text)))
