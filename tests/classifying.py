"""How tests make a classifier of a few rules, and mentions of a few words for it."""

from typing import Any

from reputation_bot.model import Mention
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Settings
from tests.factories import make_mention


def make_classifier(*rules: dict[str, Any], **changes: Any) -> Classifier:
    given: dict[str, Any] = {
        "brand": {"name": "Bottega Aurora"},
        "telegram": {"chat": -1},
        "rules": list(rules),
    }
    return Classifier(Settings.model_validate(given | changes))


def mention(text: str, **changes: Any) -> Mention:
    return make_mention(**({"text": text, "rating": None} | changes))


def rule(when: Any, name: str = "mine", **then: str) -> dict[str, Any]:
    return {"name": name, "when": when, "then": then or {"category": "other"}}
