"""Says a finding in the language of staff: what is wrong, with which words, and what to do; short, for a card on a phone."""

from reputation_bot.i18n import Translate
from reputation_bot.outgoing.finding import Finding, FindingKind, Links
from reputation_bot.text import cut, tidy

_MAX_SHOWN = 60  # characters of the words that a sentence quotes
_LAST_DIGITS = 4  # of a card number, as on a receipt


def said(finding: Finding, translate: Translate) -> str:
    """Plain text on one line, not escaped. Of a card number the last digits only."""
    sentence = _sentences(finding, translate)[finding.kind]
    return sentence.format(words=_shown(finding), wanted=_wanted(finding, translate), limit=finding.limit)


def _sentences(finding: Finding, _: Translate) -> dict[FindingKind, str]:
    return {
        FindingKind.CARD: _("Card number {words}: take it out, nobody may have it in writing."),
        FindingKind.IBAN: _("IBAN in public ({words}): move it to the private message."),
        FindingKind.TAX_CODE: _("Personal tax code in public ({words}): move it to the private message."),
        FindingKind.VAT_NUMBER: _("VAT number in public ({words}): move it to the private message."),
        FindingKind.ORDER_NUMBER: _(
            "Order or tracking number in public ({words}): move it to the private message."
        ),
        FindingKind.EMAIL: _("E-mail address in public ({words}): move it to the private message."),
        FindingKind.PHONE: _("Telephone number in public ({words}): move it to the private message."),
        FindingKind.PRIVATE_WORDS: _("“{words}” was said in private only: move it to the private message."),
        FindingKind.SURNAME: _("Surname of staff in public ({words}): the first name will do."),
        FindingKind.VARIABLE: _("{words} is not filled in: write what belongs there."),
        FindingKind.BANNED: _("“{words}” is on the list of what we never say: put it another way."),
        FindingKind.TOO_LONG: _too_long(finding, _),
        FindingKind.LANGUAGE: _("The customer writes in {wanted}: answer in the same language."),
        FindingKind.LINK: _link(finding, _),
        FindingKind.ADMISSION: _("“{words}” admits a fault: say that we are sorry, and what we do now."),
        FindingKind.PROMISE: _("“{words}” is a promise: be sure that we can keep it, or leave it out."),
        FindingKind.HARSH: _("“{words}” sounds harsh: say it as to a guest."),
        FindingKind.SARCASM: _("“{words}” may be taken for sarcasm: say it plainly."),
        FindingKind.SHOUTING: _("“{words}” shouts: use small letters and a single sign."),
        FindingKind.COLD: _("No greeting and no thanks: begin with one."),
        FindingKind.JARGON: _jargon(finding, _),
        FindingKind.LONG_SENTENCE: _("A long sentence (“{words}”): make two of it."),
    }


def _too_long(finding: Finding, _: Translate) -> str:
    number = finding.span[1] - finding.span[0]
    sentence = _.ngettext(
        "Too long by {number} character: at most {limit} here.",
        "Too long by {number} characters: at most {limit} here.",
        number,
    )
    return sentence.replace("{number}", str(number))


def _link(finding: Finding, _: Translate) -> str:
    if finding.wanted == Links.FORBIDDEN:
        return _("Link ({words}): the platform takes none, leave it out.")
    if finding.wanted == Links.CHARGED:
        return _("Link ({words}): the platform charges for it, leave it out if you can.")
    return _("Link ({words}): it costs {wanted} here, leave it out if you can.")


def _jargon(finding: Finding, _: Translate) -> str:
    if finding.wanted:
        return _("“{words}” is office language: better “{wanted}”.")
    return _("“{words}” is office language: say it as you would aloud.")


def _shown(finding: Finding) -> str:
    if finding.kind is FindingKind.CARD:
        return "…" + "".join(filter(str.isdigit, finding.words))[-_LAST_DIGITS:]
    return cut(" ".join(tidy(finding.words).split()), _MAX_SHOWN)


def _wanted(finding: Finding, _: Translate) -> str:
    if finding.kind is not FindingKind.LANGUAGE:
        return finding.wanted
    names = {
        "it": _("Italian"),
        "en": _("English"),
        "es": _("Spanish"),
        "fr": _("French"),
        "de": _("German"),
    }
    return names.get(finding.wanted, finding.wanted)
