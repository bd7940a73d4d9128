"""What the author wrote, as a card quotes it: with stars, times, what came since, and where else it stands."""

from reputation_bot.history import repeats
from reputation_bot.model import Case, Category, Record, Visibility
from reputation_bot.telegram.cards.view import CardView
from reputation_bot.telegram.html import Part, Quote, clean, link
from reputation_bot.telegram.words import Words, message_mark, stars

_NEWEST_SHOWN = 2  # of what the author wrote after the first mention
_COPIES_SHOWN = 4


def mentions(view: CardView, words: Words) -> list[Part]:
    """The first, how many are left out, and the newest; of these the last is cut last."""
    _ = words.translate
    if not view.records:
        return [facts(view.case, None, words)]
    originals = [record for record in view.records if record.copy_of is None] or list(view.records)
    first, later = originals[0], originals[1:]
    newest = later[-_NEWEST_SHOWN:]
    known = _who_is_it(view, words)
    parts = [facts(view.case, first, words), *filter(None, [known]), *quoted(first, 2, words)]
    if hidden := len(later) - len(newest):
        text = _.ngettext("{number} more message", "{number} more messages", hidden)
        parts.append("… " + text.format(number=hidden))
    for record in newest:
        parts += [again(record, words), *quoted(record, 1 if record is newest[-1] else 3, words)]
    return [*parts, *_copies(view, words)]


def facts(case: Case, record: Record | None, words: Words) -> str:
    """Stars, platform, author, time, and a mark if only we can read it."""
    whose = [words.channel(case.channel), words.author(case.author.name, case.author.handle)]
    if record is None:
        return " · ".join(whose)
    mention = record.mention
    rating = _rating(record)
    private = mention.visibility is Visibility.PRIVATE
    mark = [message_mark(mention.visibility, words.translate)] if private else []
    return " · ".join([*rating, *whose, words.at(mention.created_at or record.recorded_at), *mark])


def again(record: Record, words: Words) -> str:
    mention = record.mention
    mark = f"<b>{message_mark(mention.visibility, words.translate)}</b>"
    rating = _rating(record)
    return "↩️ " + " · ".join([mark, *rating, words.at(mention.created_at or record.recorded_at)])


def quoted(record: Record, rank: int, words: Words) -> list[Part]:
    _ = words.translate
    parts: list[Part] = [Quote(clean(text_of(record)) or _("(no text)"), rank)]
    if record.edited_at:
        when = words.at(record.edited_at)
        parts.append("✏️ " + _("edited by the author {when}").format(when=when))
    if record.gone_at:
        when = words.at(record.gone_at)
        parts.append("🗑 " + _("no longer on the platform; noticed {when}").format(when=when))
    return parts


def text_of(record: Record) -> str:
    title, text = record.mention.title or "", record.mention.text
    return text if text.startswith(title) else f"{title}\n{text}"


def _rating(record: Record) -> list[str]:
    """The stars; where the author has changed them, before and after."""
    now, first = record.mention.rating, record.first_rating
    if now is None:
        return []
    return [f"{stars(first)} → {stars(now)}" if first is not None and first != now else stars(now)]


def _who_is_it(view: CardView, words: Words) -> str:
    """What is known of the author: how often we have heard of them, and how it was."""
    _ = words.translate
    history = view.history
    marks = ["⭐ VIP"] if history.is_vip else []
    if times := len(history.others) + 1 if history.others else 0:
        marks.append(_("has written {number} times").format(number=times))
    praised, complained = history.times(Category.PRAISE), history.times(Category.COMPLAINT)
    if praised:
        marks.append(_.ngettext("{number} praise", "{number} praises", praised).format(number=praised))
    if complained:
        text = _.ngettext("{number} complaint", "{number} complaints", complained).format(number=complained)
        marks.append(f"⚠️ {text}" if repeats(history, view.case) else text)
    return " · ".join(marks)


def _copies(view: CardView, words: Words) -> list[Part]:
    """Where else the same text stands."""
    _ = words.translate
    found = [record.mention for record in view.records if record.copy_of is not None]
    places = [link(words.channel(one.channel), one.url) or words.channel(one.channel) for one in found]
    if not places:
        return []
    shown = ", ".join(dict.fromkeys(places[:_COPIES_SHOWN]))
    return ["🔁 " + _("also on {channels}").format(channels=shown)]
