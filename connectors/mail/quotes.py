"""What somebody wrote in a mail, without what they answer to and without their signature; taking a mail apart is `reading`'s job."""

import re
from collections.abc import Sequence

_WROTE = ("wrote", "ha scritto", "a écrit", "escribió", "schrieb", "schreef", "escreveu")
_RULE = re.compile(
    r"^[-_\s]*(?:original message|messaggio originale|message d'origine|mensaje original|ursprüngliche nachricht|"
    r"forwarded message|messaggio inoltrato|begin forwarded message)[-_:\s]*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\*?(?:from|da|de|von)\s?:\*?\s?\S", re.IGNORECASE)
_SENT = re.compile(
    r"^\*?(?:sent|date|inviato|data|envoyé|enviado(?: el)?|fecha|gesendet|datum)\s?:\*?\s?\S", re.IGNORECASE
)
_DEVICE = re.compile(
    r"^(?:sent from (?:my|outlook|yahoo|mail)|inviato da(?:l mio|lla mia| iphone| ipad| outlook| yahoo| libero)|"
    r"envoyé (?:de|depuis) mon|enviado desde mi|von meinem .{2,40} gesendet|get outlook for|scarica outlook)\b.{0,80}$",
    re.IGNORECASE,
)
_HTML_QUOTES = (
    '<div class="gmail_quote',
    "<blockquote",
    '<div id="appendonsend"',
    '<div id="divrplyfwdmsg"',
    '<div class="moz-cite-prefix',
    '<div class="yahoo_quoted',
)
_OPENERS = ("on ", "il ", "in data ", "le ", "el ", "am ", "op ", "em ")
_WRAPPED = 3  # lines of an attribution
_LONGEST = 600  # characters of one


def own_words(text: str) -> str:
    """Quotes, what stands behind them, and signatures are left out; if nothing else is there, all of it stays."""
    lines = [line.rstrip() for line in text.split("\n")]
    kept = [line for line in lines[: _end(lines)] if not line.lstrip().startswith(">")]
    return "\n".join(kept).strip() or text.strip()


def without_quotes(markup: str) -> str:
    """The beginning of an HTML mail, up to what it answers to."""
    lowered = markup.lower()
    places = [place for mark in _HTML_QUOTES if (place := lowered.find(mark)) > 0]
    return markup[: min(places)] if places else markup


def _end(lines: Sequence[str]) -> int:
    for index, line in enumerate(lines):
        bare = line.strip()
        if (
            line in {"--", "-- "}
            or _RULE.match(bare)
            or _is_header(lines, index)
            or _is_attribution(lines, index)
        ):
            return index
        if _DEVICE.match(bare) and len(lines) - index < 40:  # noqa: PLR2004  # a signature stands near the end
            return index
    return len(lines)


def _is_header(lines: Sequence[str], index: int) -> bool:
    """Outlook repeats the head of the mail that is answered: From, Sent, To, Subject."""
    return bool(_FROM.match(lines[index].strip())) and any(
        _SENT.match(line.strip()) for line in lines[index + 1 : index + 4]
    )


def _is_attribution(lines: Sequence[str], index: int) -> bool:
    """«Il giorno 20 nov … ha scritto:», maybe wrapped. Somebody may also tell what the shop wrote: that has no date, address or quote."""
    for count in range(1, _WRAPPED + 1):
        head = " ".join(line.strip() for line in lines[index : index + count]).casefold()
        if count > 1 and not (head.startswith(_OPENERS) and "".join(lines[index + 1 : index + 2]).strip()):
            return False
        said = head[:-1].rstrip()
        if (
            not head.endswith(":")
            or len(head) > _LONGEST
            or not (said.endswith(_WROTE) or " schrieb " in said)
        ):
            continue
        following = next((line.strip() for line in lines[index + count :] if line.strip()), ">")
        return following.startswith(">") or "@" in said or sum(map(str.isdigit, said)) > 1
    return False
