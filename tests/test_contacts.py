"""Contacts by topic, and what the configuration says about contacts and FAQ entries that do not fit together."""

from pathlib import Path

import pytest

from reputation_bot.config import RulesFileError, load_example, parse
from reputation_bot.contacts import Reach, contact_for, operators_for
from reputation_bot.settings import Settings

HEAD = """brand: {name: Aurora, contact: info@example.it}
telegram: {chat: -100}
operators: {anna: {telegram: 1}, paolo: {telegram: 2}}
"""
SETTINGS = Settings.model_validate(
    {
        "brand": {"name": "Aurora", "contact": "info@example.it"},
        "telegram": {"chat": -1},
        "operators": {"anna": {"telegram": 1}, "paolo": {"telegram": 2}},
        "contacts": {
            "tecnica": {
                "topic": ["warranty", "safety"],
                "name": "il servizio tecnico",
                "address": "tecnica@example.it",
                "phone": "0832 1",
                "hours": "9-13",
                "link": "https://example.it/t",
                "operators": ["paolo", "anna"],
            },
            "voce": {"topic": ["billing"], "phone": "0832 2"},
            "staff": {"topic": ["legal"], "operators": ["anna"]},
        },
    }
)


@pytest.mark.parametrize(
    ("topic", "reach"),
    [
        (
            "safety",
            Reach("tecnica@example.it", "0832 1", "9-13", "il servizio tecnico", "https://example.it/t"),
        ),
        ("billing", Reach("0832 2", "0832 2")),
        ("legal", Reach("info@example.it")),
        ("order", Reach("info@example.it")),
        (None, Reach("info@example.it")),
    ],
)
def test_contact_of_the_topic_is_filled_up_with_the_brands(topic: str | None, reach: Reach) -> None:
    assert contact_for(SETTINGS, topic) == reach


def test_nothing_is_known_of_a_shop_without_contacts() -> None:
    bare = Settings.model_validate({"brand": {"name": "Aurora"}, "telegram": {"chat": -1}})
    assert contact_for(bare, "order") == Reach()
    assert operators_for(bare, "order") == ()


@pytest.mark.parametrize(
    ("topic", "operators"),
    [("warranty", ("paolo", "anna")), ("legal", ("anna",)), ("billing", ()), ("order", ()), (None, ())],
)
def test_operators_of_the_topic_are_named_in_the_order_of_the_file(
    topic: str | None, operators: tuple[str, ...]
) -> None:
    assert operators_for(SETTINGS, topic) == operators


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "contacts:\n  a: {topic: [order], operators: [paola]}\n",
            '5: contacts.a.operators.0: no operator is called "paola"; did you mean "paolo"?',
        ),
        (
            "contacts:\n  a: {topic: [order]}\n  b: {topic: [returns, order]}\n",
            "6: contacts.b.topic.1: order belongs to contacts.a already: name each topic once",
        ),
        ("contacts:\n  a: {topic: []}\n", "5: contacts.a.topic: is empty: fill it in or remove the key"),
        (
            "contacts:\n  a: {topic: [order], link: example.it}\n",
            '5: contacts.a.link: "example.it": write the whole address of a page, such as https://',
        ),
        (
            "faq:\n  - {question: {it: Costa?}, answer: {it: 'a {contatto}'}}\n",
            "5: faq.0.answer.it: there is no {contatto}, did you mean {contact}?",
        ),
        (
            "faq:\n  - {question: {it: Costa?}, answer: {it: a}}\n  - {question: {it: A?}, variants: {it: [costa]}, answer: {it: b}}\n",
            '6: faq.1.variants.it.0: "costa" is asked in faq.0 already: put both answers into one',
        ),
        ("faq:\n  - {question: Costa?, answer: {it: a}}\n", "5: faq.0.question"),
        (
            "canned:\n  - {name: a, text: {it: x}, short: {it: '{wate}'}}\n",
            "5: canned.0.short.it: there is no {wate}, did you mean {wait}?",
        ),
        ("canned:\n  - {name: a, text: {it: x}, purpose: greeting}\n", "5: canned.0.purpose"),
    ],
)
def test_mistake_in_contacts_and_answers_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(RulesFileError) as refused:
        parse(HEAD + text, Path("rules.yaml"), {})
    assert str(refused.value).startswith(f"rules.yaml:{said}")
    assert len(refused.value.errors) == 1


@pytest.mark.parametrize("form", ["informal", "{it: formal, de: informal}"])
def test_form_of_address_is_one_or_one_for_each_language(form: str) -> None:
    parse(f"brand: {{name: A, address_form: {form}}}\ntelegram: {{chat: -100}}\n", Path("r"), {})


@pytest.mark.parametrize("form", ["polite", "{it: polite}", "[formal]"])
def test_unknown_form_of_address_is_a_mistake(form: str) -> None:
    with pytest.raises(RulesFileError, match=r"brand\.address_form"):
        parse(f"brand: {{name: A, address_form: {form}}}\ntelegram: {{chat: -100}}\n", Path("r"), {})


def test_example_has_contacts_and_a_faq_that_fit_its_staff() -> None:
    settings = load_example().settings
    assert operators_for(settings, "rotture") == ("paolo",)
    assert len(settings.faq) >= 2
