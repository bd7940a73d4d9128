"""Proposed answers for a mention, filled in and fitting the platform; approving and posting them is for others.

They come from the FAQ when a question was asked, then from the canned responses of rules.yaml, then from those of the packs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from reputation_bot import packs
from reputation_bot.drafts.checks import check_canned, check_faq
from reputation_bot.drafts.filling import VARIABLES, Filler, Occasion, Sheet
from reputation_bot.drafts.fitting import MAX_DRAFTS, Candidate, drafts_of
from reputation_bot.model import Category, Draft, Mention, Purpose, ReplyOptions, Verdict, Visibility
from reputation_bot.settings import AddressForm, Canned, Settings
from reputation_bot.text import cut

if TYPE_CHECKING:
    from reputation_bot.faq.search import FaqSearch, Hit

__all__ = ["MAX_DRAFTS", "VARIABLES", "Drafts", "check_canned", "check_faq"]

MAX_ORIGIN = 80  # characters
_MAX_FROM_FAQ = 2  # so that an answer of another kind is always among them
_PRIVATELY, _CONTACT, _ANSWER, _LINK = "{privately}", "{contact}", "{answer}", "{link}"


class Drafts:
    """The FAQ, the canned responses of rules.yaml and those of the packs, ready to be chosen from."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._languages = tuple(settings.languages)
        self._forms = {lang: _form(settings, lang) for lang in self._languages}
        self._packs = {lang: _sorted_out(packs.canned(lang, form)) for lang, form in self._forms.items()}
        self._own = sorted(settings.canned, key=_specificity, reverse=True)
        self._filler = Filler(settings, self._forms)

    def drafts_for(
        self, mention: Mention, verdict: Verdict, options: ReplyOptions, *, wait: timedelta | None = None
    ) -> tuple[Draft, ...]:
        """Best first, all different, each within the platform's length; none for spam, or when nothing fits.

        Those in the author's language come first (`Draft.lang` says which it is); among them the FAQ's, then rules.yaml's before the
        packs', then the more specific ones. Only when no text fits whole are texts shortened, after a sentence. `wait` is
        how long the customer may have to wait for an answer, in {wait}; unless given, as promised for the priority.
        """
        if verdict.category is Category.SPAM:
            return ()
        visibility = _visibility(mention, options)
        sheet = Sheet(
            self._filler, Occasion(mention, verdict, visibility, wait, can_write=options.private.allowed)
        )
        candidates = [*self._from_faq(sheet), *self._canned(Purpose.ANSWER, sheet)]
        in_order = sorted(candidates, key=lambda candidate: candidate.lang != verdict.lang)
        return drafts_of(in_order, Purpose.ANSWER, visibility, options.at(visibility).max_chars)

    def purpose(
        self,
        purpose: Purpose,
        mention: Mention,
        verdict: Verdict,
        options: ReplyOptions,
        *,
        visibility: Visibility | None = None,
        wait: timedelta | None = None,
    ) -> Draft | None:
        """The best text for this purpose; None for spam, or when none fits.

        Unless `visibility` is given, an opening is private, an invitation and a closing are public, and the rest is as in `drafts_for`.
        An invitation says that we have written where a private message can be sent, and asks for one elsewhere.
        """
        if verdict.category is Category.SPAM:
            return None
        chosen = visibility or _usual(purpose) or _visibility(mention, options)
        occasion = Occasion(mention, verdict, chosen, wait, can_write=options.private.allowed)
        candidates = self._canned(purpose, Sheet(self._filler, occasion))
        return next(iter(drafts_of(candidates, purpose, chosen, options.at(chosen).max_chars)), None)

    def _canned(self, purpose: Purpose, sheet: Sheet) -> Iterator[Candidate]:
        for canned, lang, is_own in self._matching(purpose, sheet):
            written = (canned.text[lang], canned.short.get(lang))
            filled = [sheet.fill(text, lang) for text in written if text]
            if texts := tuple(filter(None, filled)):
                yield Candidate(texts, lang, canned.name, is_own=is_own)

    def _matching(self, purpose: Purpose, sheet: Sheet) -> list[tuple[Canned, str, bool]]:
        """Canned responses with the language to use and whether they are the shop's own, best first."""
        occasion, verdict = sheet.occasion, sheet.occasion.verdict
        languages = tuple(dict.fromkeys((verdict.lang, *self._languages)))
        own = [
            (canned, next(lang for lang in languages if lang in canned.text), True)
            for canned in self._own
            if canned.purpose is purpose
            and _matches(canned, occasion)
            and not canned.text.keys().isdisjoint(languages)
        ]
        kind = (purpose, verdict.category)
        of_packs = (
            [(one, lang, False) for one in self._packs.get(lang, {}).get(kind, ()) if _matches(one, occasion)]
            for lang in languages
        )
        best_pack = next(filter(None, of_packs), [])
        if last := _asked_in_vain(sheet):
            best_pack.sort(key=lambda found: last in found[0].text[found[1]])
        return sorted([*own, *best_pack], key=lambda candidate: candidate[1] != verdict.lang)

    def _from_faq(self, sheet: Sheet) -> Iterator[Candidate]:
        mention, verdict = sheet.occasion.mention, sheet.occasion.verdict
        if verdict.category is not Category.QUESTION or not self._settings.faq:
            return
        text = f"{mention.title or ''}\n{mention.text}"
        hits = self._search.best(text, verdict.lang, _topics(verdict))
        for hit in hits[:_MAX_FROM_FAQ]:
            about = replace(verdict, topic=hit.entry.topic or verdict.topic)
            own_sheet = Sheet(self._filler, replace(sheet.occasion, verdict=about))
            filled = (
                own_sheet.fill(written, hit.lang, link=hit.entry.link or "")
                for written in self._wordings(hit)
            )
            if texts := tuple(dict.fromkeys(filter(None, filled))):
                yield Candidate(texts, hit.lang, _origin(hit, verdict.lang), is_own=True)

    def _wordings(self, hit: "Hit") -> Iterator[str]:
        """With a greeting and the page to read more on, then without the one and the other."""
        names = packs.names(hit.lang)
        form = self._forms.get(hit.lang) or names.address_form
        around = names.around_answer(form)
        greets = "{author}" in hit.answer or _first_word(hit.answer) == _first_word(around)
        polite = hit.answer if greets else around.replace(_ANSWER, hit.answer)
        if hit.entry.link and _LINK not in hit.answer and hit.entry.link not in hit.answer:
            yield f"{polite} {names.more}"
        yield polite
        yield hit.answer

    @cached_property
    def _search(self) -> "FaqSearch":
        from reputation_bot.faq.search import FaqSearch  # noqa: PLC0415  # loads the stemmer: only when a question comes

        return FaqSearch(self._settings.faq, self._languages)


def _form(settings: Settings, lang: str) -> AddressForm:
    chosen = settings.brand.address_form
    if isinstance(chosen, AddressForm):
        return chosen
    return (chosen or {}).get(lang) or packs.names(lang).address_form


def _visibility(mention: Mention, options: ReplyOptions) -> Visibility:
    """What was said in private is answered in private; the rest in public where that is allowed."""
    private_only = options.private.allowed and not options.public.allowed
    if mention.visibility is Visibility.PRIVATE or private_only:
        return Visibility.PRIVATE
    return Visibility.PUBLIC


def _usual(purpose: Purpose) -> Visibility | None:
    if purpose is Purpose.OPENING:
        return Visibility.PRIVATE
    return Visibility.PUBLIC if purpose in {Purpose.INVITATION, Purpose.CLOSING} else None


def _sorted_out(canned: Iterable[Canned]) -> dict[tuple[Purpose, Category], list[Canned]]:
    """By what they are for, the more specific first."""
    found: dict[tuple[Purpose, Category], list[Canned]] = {}
    for one in sorted(canned, key=_specificity, reverse=True):
        for category in Category if one.category is None else one.category:
            found.setdefault((one.purpose, category), []).append(one)
    return found


def _matches(canned: Canned, occasion: Occasion) -> bool:
    verdict = occasion.verdict
    return (
        (canned.topic is None or verdict.topic in canned.topic)
        and (canned.category is None or verdict.category in canned.category)
        and canned.visibility in {None, occasion.visibility}
    )


def _asked_in_vain(sheet: Sheet) -> str | None:
    """The variable by which texts ask to write elsewhere from within a private talk, or in private where the platform has no such thing."""
    if sheet.occasion.visibility is Visibility.PRIVATE:
        return _CONTACT
    return _PRIVATELY if not sheet.occasion.can_write and sheet.has_contact else None


def _specificity(canned: Canned) -> int:
    return 2 * (canned.topic is not None) + (canned.category is not None)


def _topics(verdict: Verdict) -> tuple[str, ...]:
    return verdict.topics or tuple(filter(None, [verdict.topic]))


def _origin(hit: "Hit", lang: str) -> str:
    question = hit.entry.question.get(lang) or next(iter(hit.entry.question.values()))
    return cut(f"faq: {' '.join(question.split())}", MAX_ORIGIN)


def _first_word(text: str) -> str:
    return "".join(sign for sign in (text.split() or [""])[0] if sign.isalnum())
