"""Reads what the audit keeps beside an act (times, classes, reasons) and says it in words; what it cannot read it says as it stands."""

import re
from datetime import datetime
from typing import assert_never

from reputation_bot.i18n import Translate
from reputation_bot.model import Category, DismissReason, Priority, Record, Sighting
from reputation_bot.outgoing.finding import FindingKind
from reputation_bot.telegram.buttons import Excuse
from reputation_bot.telegram.html import line
from reputation_bot.telegram.words import category, excuse, priority, reason, stars, topic, unsigned

_MOMENT = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:.+]{5,21}")
_RATING = re.compile(r"rating (None|[0-9.]{1,6}) -> (None|[0-9.]{1,6})")
_MAX_PROBLEM, _MAX_PIECE = 160, 40  # units


def moment(detail: str) -> datetime | None:
    """The time that stands in it, if one does. Aware."""
    found = _MOMENT.search(detail)
    try:
        read = datetime.fromisoformat(found[0]) if found else None
    except ValueError:
        return None
    return read if read and read.tzinfo else None


def category_in(detail: str, _: Translate) -> tuple[str, str]:
    """Sign and word of a category; a speech bubble and no word for anything else."""
    if detail not in set(Category):
        return "💬", ""
    sign, word = category(Category(detail), _).split(maxsplit=1)
    return sign, word.lower()


def first_stars(record: Record | None) -> str:
    """Those that the author gave at first, if any."""
    if record is None:
        return ""
    rating = record.mention.rating if record.first_rating is None else record.first_rating
    return "" if rating is None else stars(rating)


def stars_changed(detail: str) -> str:
    """Before and after; empty where something else was changed."""
    found = _RATING.fullmatch(detail)
    if not found:
        return ""
    try:
        return " → ".join("–" if one == "None" else stars(float(one)) for one in found.groups())
    except ValueError:
        return line(detail, _MAX_PIECE)


def class_in(kept: str, _: Translate) -> str:
    """A class as the audit keeps it, "complaint/shipping/high", in the words of a card without its signs."""
    return " · ".join(_piece(one, _) for one in kept.split("/")[:3])


def reason_in(detail: str, _: Translate) -> str:
    """Why a case was dismissed."""
    known = detail in set(DismissReason)
    return reason(DismissReason(detail), _).lower() if known else line(detail, _MAX_PIECE)


def overruled(detail: str, _: Translate) -> tuple[str, str]:
    """Why a lead published in spite of the check, and what the check had found."""
    why, found, kinds = detail.partition(": ")
    if not found or why not in set(Excuse):
        return "", ""
    known = finding_names(_)
    names = [known.get(one) or line(one, _MAX_PIECE) for one in kinds.split(", ")]
    return excuse(Excuse(why), _).lower(), ", ".join(names)


def finding_names(_: Translate) -> dict[str, str]:
    """What the check may stop a text for."""
    return {
        FindingKind.CARD: _.pgettext("found", "card number"),
        FindingKind.IBAN: _.pgettext("found", "IBAN"),
        FindingKind.TAX_CODE: _.pgettext("found", "tax code"),
        FindingKind.VAT_NUMBER: _.pgettext("found", "VAT number"),
        FindingKind.ORDER_NUMBER: _.pgettext("found", "order number"),
        FindingKind.EMAIL: _.pgettext("found", "e-mail address"),
        FindingKind.PHONE: _.pgettext("found", "telephone number"),
        FindingKind.PRIVATE_WORDS: _.pgettext("found", "words said in private"),
        FindingKind.SURNAME: _.pgettext("found", "surname of staff"),
        FindingKind.VARIABLE: _.pgettext("found", "gap not filled in"),
        FindingKind.BANNED: _.pgettext("found", "words that we never say"),
        FindingKind.TOO_LONG: _.pgettext("found", "too long"),
    }


def sighted(detail: str, _: Translate) -> str:
    """What a later look at the platform found of an answer."""
    if detail not in set(Sighting):
        return _("the answer looks different on the platform")
    match found := Sighting(detail):
        case Sighting.SEEN:
            return _("the answer was seen on the platform")
        case Sighting.NOT_YET:
            return _("the answer cannot be seen on the platform so far")
        case Sighting.GONE:
            return _("the answer is no longer on the platform")
        case Sighting.EDITED:
            return _("somebody edited the answer on the platform")
    assert_never(found)


def problem_in(told: str, _: Translate) -> str:
    """What the platform said."""
    return line(_.sentence(told), _MAX_PROBLEM)


def _piece(kept: str, _: Translate) -> str:
    if kept in set(Category):
        return unsigned(category(Category(kept), _)).lower()
    if kept in set(Priority):
        return unsigned(priority(Priority(kept), _))
    return topic(kept, _, _MAX_PIECE)
