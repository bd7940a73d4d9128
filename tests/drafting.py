"""What the tests of drafts start from: a shop with its own texts, contacts and FAQ, and where an answer may go."""

from typing import Any

from reputation_bot.model import Mention, Permission, ReplyOptions
from reputation_bot.settings import Settings
from tests.factories import make_mention

YES = Permission(allowed=True)
NO = Permission(allowed=False, why_not="closed")
BOTH = ReplyOptions(YES, YES)
PUBLIC_ONLY = ReplyOptions(YES, NO)
SHIPPING_COSTS = {
    "question": {"it": "Quanto costa la spedizione?"},
    "variants": {"it": ["spese di spedizione"]},
    "answer": {"it": "La spedizione costa 5,90 euro in tutta Italia.", "en": "Shipping is 5.90 euros."},
    "topic": "shipping",
    "link": "https://bottega-aurora.example/faq#spedizione",
}
CONTACTS = {
    "tecnica": {
        "topic": ["warranty", "safety"],
        "name": "il servizio tecnico",
        "address": "tecnica@example.it",
        "phone": "0832 1",
        "hours": "lun-ven 9-13",
        "link": "https://example.it/tecnica",
    },
    "voce": {"topic": ["billing"], "phone": "0832 2"},
}


def make_settings(brand: dict[str, Any] | None = None, **changes: Any) -> Settings:
    return Settings.model_validate(
        {"brand": {"name": "Bottega Aurora"} | (brand or {}), "telegram": {"chat": -1}} | changes
    )


def own(text: str, **keys: Any) -> dict[str, Any]:
    return {"name": "mine", "text": {"it": text}} | keys


def asked(text: str, **changes: Any) -> Mention:
    return make_mention(text=text, rating=None, **changes)
