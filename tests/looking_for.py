"""How tests ask which words of a text are about the brand, and the term that they ask most about: a name that others bear too."""

from typing import Any

from reputation_bot.brand.matching import BrandMatcher
from reputation_bot.settings import Brand
from tests.factories import make_mention

AURORA = {
    "term": "aurora",
    "near": ["negozio", "ordine", "pacco", "bottega-aurora.example", "@bottegaaurora"],
    "not_near": ["boreale", "all'aurora", "#alba"],
}


def found(
    text: str, *terms: str | dict[str, Any], title: str | None = None, channel: str = "news", **brand: Any
) -> tuple[str, ...] | None:
    matcher = BrandMatcher(Brand.model_validate({"name": "Bottega Aurora", "terms": list(terms), **brand}))
    return matcher.match(make_mention(text=text, title=title, channel=channel))
