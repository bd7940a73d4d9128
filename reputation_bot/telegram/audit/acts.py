"""One sentence for each thing that can happen to a case, in the language of staff; the texts that go with it are `telling`'s."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from reputation_bot.listening.intake import BOT
from reputation_bot.model import Move, Purpose, Visibility
from reputation_bot.telegram.audit import details
from reputation_bot.telegram.audit.about import About
from reputation_bot.telegram.words import Words

_MAX_AUTHOR = 30  # units
_LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`what` goes on from the name `who`, or stands alone where nobody did it. Both are escaped for Telegram HTML."""

    sign: str  # as on the card, where that has one
    who: str
    what: str


def sentence_of(about: About, words: Words) -> Sentence:  # noqa: C901, PLR0911, PLR0912, PLR0915  # one line per move
    """What this line of the audit says, days counted from its own. What cannot be read any more is told as it stands, or left out."""
    _, event = words.translate, about.event
    words = replace(words, now=event.at)
    who = _("The bot") if event.who == BOT else words.person(event.who)
    author = _author(about, words)
    case = about.other_case
    match event.move:
        case Move.OPEN if case:
            return Sentence("✂️", who, _("made a case of its own of this, out of {case}").format(case=case))
        case Move.OPEN:
            return _wrote_first(about, words)
        case Move.AUTHOR_WROTE:
            return _wrote_again(about, words)
        case Move.COPY_FOUND:
            text = _("the same text was found on {channel}")
            return Sentence("🔁", "", text.format(channel=words.channel(event.detail)))
        case Move.MENTION_EDITED:
            stars = details.stars_changed(event.detail)
            text = _("changed the stars: {stars}") if stars else _("edited the text")
            return Sentence("✏️", author, text.format(stars=stars))
        case Move.MENTION_DELETED:
            return Sentence("🗑", "", _("the text is no longer on the platform"))
        case Move.TAKE:
            text = _("took the case over from {name}") if event.before else _("took the case")
            return Sentence("🙋", who, text.format(name=words.person(event.before)))
        case Move.GIVE_BACK:
            others = event.before not in {"", event.who}
            text = _("gave back the case, which {name} had") if others else _("gave the case back")
            return Sentence("👋", who, text.format(name=words.person(event.before)))
        case Move.ASSIGN:
            text = _("assigned the case to {name}; {former} had it") if event.before else ""
            text = text or _("assigned the case to {name}")
            names = {"name": words.person(event.after), "former": words.person(event.before)}
            return Sentence("👤", who, text.format(**names))
        case Move.NOTE:
            return Sentence("📝", who, _("noted"))
        case Move.EDIT:
            return Sentence("✏️", who, _edited(about, words))
        case Move.OTHER_DRAFT:
            return Sentence("🔁", who, _("chose another draft"))
        case Move.HAND_OFF:
            return Sentence("🤝", who, _("prepared the private message and the public invitation"))
        case Move.APPROVE_FIRST:
            return Sentence("👥", who, _("approved the answer; another person has to approve too"))
        case Move.APPROVE:
            return Sentence("👍", who, _approved(event.detail, words))
        case Move.OVERRULE:
            return Sentence("⚠️", who, _overruled(event.detail, words))
        case Move.ACKNOWLEDGE:
            return Sentence("📨", who, _("prepared the notice that an answer comes"))
        case Move.ACKNOWLEDGED:
            return Sentence("📨", who, _("told {author} that an answer comes").format(author=author))
        case Move.UNDO:
            return Sentence("❌", who, _("took the approval back: nothing went out"))
        case Move.ANSWERED:
            return Sentence("✅", who, _published(about, words))
        case Move.REPLY_POSTPONED:
            return Sentence("🕒", "", _with_problem(_("not out yet"), about, words))
        case Move.REPLY_REFUSED:
            return Sentence("⛔", "", _with_problem(_("not published"), about, words))
        case Move.REPLY_LOST:
            return Sentence("❓", "", _with_problem(_("sent, but no confirmation came"), about, words))
        case Move.SEND_AGAIN:
            return Sentence("📤", who, _("had the answer sent again"))
        case Move.CONFIRM_SENT:
            return Sentence("✅", who, _("saw the answer on the platform"))
        case Move.DROP_REPLY:
            return Sentence("❌", who, _("gave up the answer that nobody had confirmed"))
        case Move.DONE_BY_HAND:
            return Sentence("✋", who, _("answered {author} by hand").format(author=author))
        case Move.REPLY_CHANGED:
            return Sentence("👁", "", details.sighted(about.problem, _))
        case Move.PAUSE:
            return Sentence("⏸", who, _("paused publishing"))
        case Move.RESUME:
            return Sentence("▶️", who, _("let publishing go on"))
        case Move.SNOOZE:
            until = details.moment(event.detail)
            text = _("snoozed the case {until}") if until else _("snoozed the case")
            return Sentence("💤", who, text.format(until=words.until(until) if until else ""))
        case Move.WAKE:
            return Sentence("⏰", "", _("the case came back"))
        case Move.REMIND:
            due = details.moment(event.detail)
            text = _("the group was reminded: answer {by}") if due else _("the group was reminded")
            return Sentence("⏰", "", text.format(by=words.by(due) if due else ""))
        case Move.ESCALATE:
            due = details.moment(event.detail)
            text = _("the leads were called: it was due {when}") if due else _("the leads were called")
            return Sentence("🚨", "", text.format(when=words.at(due) if due else ""))
        case Move.MERGE:
            return Sentence("🔗", who, _("joined {case} to this case").format(case=case))
        case Move.SPLIT:
            return Sentence("✂️", who, _("took {case} out of this case").format(case=case))
        case Move.RESOLVE:
            return Sentence("☑️", who, _("closed the case"))
        case Move.DISMISS if case:
            return Sentence("🔗", who, _("joined this case to {case}").format(case=case))
        case Move.DISMISS:
            why = details.reason_in(event.detail, _)
            text = _("dismissed the case: {reason}") if why else _("dismissed the case")
            return Sentence("🗑", who, text.format(reason=why))
        case Move.REOPEN if case:
            return Sentence("✂️", who, _("took this case out of {case}").format(case=case))
        case Move.REOPEN:
            return Sentence("📂", who, _("reopened the case"))
        case Move.RECLASSIFY:
            classes = [details.class_in(one, _) for one in (event.before, event.after)]
            text = _("corrected the class: {before} → {after}")
            return Sentence("🏷", who, text.format(before=classes[0], after=classes[1]))
        case _:
            assert_never(event.move)


def _author(about: About, words: Words) -> str:
    return words.author(about.author.name, about.author.handle, _MAX_AUTHOR)


def _wrote_first(about: About, words: Words) -> Sentence:
    """With the class that the rules gave it then."""
    _ = words.translate
    sign, kind = details.category_in(about.event.detail, _)
    channel = words.channel(about.record.mention.channel if about.record else about.case.channel)
    text = _("wrote on {channel} ({category})") if kind else _("wrote on {channel}")
    what = text.format(channel=channel, category=kind)
    what = " ".join(filter(None, [what, details.first_stars(about.record)]))
    return Sentence(sign, _author(about, words), what + _long_before(about, words))


def _wrote_again(about: About, words: Words) -> Sentence:
    """Or what it means for the case that the author has written meanwhile."""
    _, case = words.translate, about.other_case
    if case:
        return Sentence("↩️", "", _("an answer to what was said in {case} is still owed").format(case=case))
    match about.event.detail:
        case Visibility.PRIVATE:
            return Sentence("↩️ 🔒", _author(about, words), _("wrote in private") + _long_before(about, words))
        case Visibility.PUBLIC:
            return Sentence("↩️", _author(about, words), _("wrote in public") + _long_before(about, words))
        case _:
            return Sentence("↩️", "", _("the author had written meanwhile: an answer is still owed"))


def _long_before(about: About, words: Words) -> str:
    """When it was written, if the platform showed it to us much later."""
    created_at = about.record.mention.created_at if about.record else None
    is_late = created_at is not None and about.event.at - created_at > _LATE
    return f", {words.at(created_at)}" if created_at and is_late else ""


def _edited(about: About, words: Words) -> str:
    _, event = words.translate, about.event
    match event.detail:
        case Visibility.PRIVATE:
            return _("turned the draft to private")
        case Visibility.PUBLIC:
            return _("turned the draft to public")
    if not event.before:
        return _("wrote the draft")
    if event.before != event.after and event.before.endswith(event.after):
        return _("took the private part away")
    return _("changed the draft")


def _approved(detail: str, words: Words) -> str:
    _ = words.translate
    private, public = Visibility.PRIVATE.value in detail, Visibility.PUBLIC.value in detail
    if private and public:
        return _("approved the private message and the public invitation")
    return _("approved the private message") if private else _("approved the public answer")


def _overruled(detail: str, words: Words) -> str:
    _ = words.translate
    why, kinds = details.overruled(detail, _)
    text = _("published in spite of the check ({found}): {reason}") if why else _("overruled the check")
    return text.format(found=kinds, reason=why)


def _published(about: About, words: Words) -> str:
    """To whom, and who had approved it: the bot only carried it out."""
    _, reply = words.translate, about.reply
    if reply is None:
        return _("published the answer")
    if reply.visibility is Visibility.PRIVATE:
        text = _("sent {author} the private message that {name} approved")
    elif reply.purpose is Purpose.CLOSING:
        text = _("published the closing line that {name} approved")
    else:
        text = _("published the answer to {author} that {name} approved")
    return text.format(author=_author(about, words), name=words.person(reply.approved_by))


def _with_problem(what: str, about: About, words: Words) -> str:
    problem = details.problem_in(about.problem, words.translate)
    return f"{what}: {problem}" if problem else what
