"""What the check of a text says and what it must know of the place the text goes to; how each thing is found is for the others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reputation_bot.brand.terms import Span
from reputation_bot.model import Permission, Visibility


class FindingKind(StrEnum):
    """What is wrong, the gravest first: of two findings on the same words the earlier one is kept."""

    CARD = "card"
    IBAN = "iban"
    TAX_CODE = "tax_code"  # a person's: codice fiscale, DNI and NIE, NIR, Steuer-ID
    VAT_NUMBER = "vat_number"
    ORDER_NUMBER = "order_number"  # tracking codes too
    EMAIL = "email"
    PHONE = "phone"
    PRIVATE_WORDS = "private_words"  # said in private and nowhere in public
    SURNAME = "surname"  # of staff
    VARIABLE = "variable"  # unfilled: {contact}, [NOME], XXX
    BANNED = "banned"
    TOO_LONG = "too_long"

    LANGUAGE = "language"
    LINK = "link"
    ADMISSION = "admission"
    PROMISE = "promise"
    HARSH = "harsh"
    SARCASM = "sarcasm"
    SHOUTING = "shouting"
    COLD = "cold"  # neither greeting nor thanks
    JARGON = "jargon"
    LONG_SENTENCE = "long_sentence"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return _RANKS[self]


_RANKS = {kind: rank for rank, kind in enumerate(FindingKind)}
BLOCKING = frozenset(list(FindingKind)[: FindingKind.LANGUAGE.rank])
PERSONAL = frozenset(list(FindingKind)[: FindingKind.VARIABLE.rank])  # what may move to the private message
OF_THE_WHOLE = frozenset(  # no word of the text is to blame
    {FindingKind.TOO_LONG, FindingKind.LANGUAGE, FindingKind.COLD, FindingKind.LONG_SENTENCE}
)
PUBLIC_ONLY = PERSONAL - {FindingKind.CARD}  # in private they may be said; a card number never


class Links(StrEnum):
    """What the platform does to an answer with a link in it."""

    ALLOWED = "allowed"
    CHARGED = "charged"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a text. `words` stay out of the repr: they may be somebody's card number."""

    kind: FindingKind
    words: str = field(repr=False)  # as they stand in the text
    span: Span  # begin and end in the text
    wanted: str = field(
        default="", repr=False
    )  # the plain word, the language (ISO 639-1), the price of a link
    limit: int | None = None  # characters that the platform takes

    @property
    def blocking(self) -> bool:
        """Whether the text must not leave as it is."""
        return self.kind in BLOCKING


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text is about to go, and what was said there.

    `private_texts` are the private messages of the case, of both sides; `public_texts` all that anybody can read: the mention,
    its title, our public replies, the author's name and handle.
    """

    visibility: Visibility
    customer_lang: str | None = None  # ISO 639-1; None: unknown
    permission: Permission = field(default_factory=lambda: Permission(allowed=True))
    links: Links = Links.ALLOWED
    private_texts: Sequence[str] = field(default=(), repr=False)
    public_texts: Sequence[str] = field(default=(), repr=False)

    @property
    def is_public(self) -> bool:
        """Whether everybody will read it."""
        return self.visibility is Visibility.PUBLIC
