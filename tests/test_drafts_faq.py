"""How answers of the FAQ become drafts: before the canned ones, short enough for the platform, in the right language."""

from typing import Any

import pytest

from reputation_bot.drafts import MAX_DRAFTS, Drafts, check_faq
from reputation_bot.errors import ConfigError
from reputation_bot.model import Category, Draft, Permission, ReplyOptions
from tests.drafting import BOTH, CONTACTS, SHIPPING_COSTS, asked, make_settings, own
from tests.factories import make_verdict

QUESTION = make_verdict(category=Category.QUESTION)


def faq_drafts(
    text: str = "Quanto costa la spedizione?",
    *entries: dict[str, Any],
    options: ReplyOptions = BOTH,
    **changes: Any,
) -> tuple[Draft, ...]:
    verdict = changes.pop("verdict", QUESTION)
    settings = make_settings(faq=list(entries) or [SHIPPING_COSTS], **changes)
    return Drafts(settings).drafts_for(asked(text, lang=verdict.lang), verdict, options)


def test_answer_of_the_faq_comes_before_the_canned_ones_and_names_its_question() -> None:
    drafts = faq_drafts(canned=[own("Mia")])
    assert drafts[0].origin == "faq: Quanto costa la spedizione?"
    assert drafts[0].text == (
        "Ciao Giulia, grazie della domanda! La spedizione costa 5,90 euro in tutta Italia. "
        "Qui c'è tutto: https://bottega-aurora.example/faq#spedizione"
    )
    assert drafts[1].origin == "mine"
    assert len(drafts) == MAX_DRAFTS


def test_only_questions_are_answered_from_the_faq() -> None:
    for category in set(Category) - {Category.QUESTION}:
        verdict = make_verdict(category=category)
        assert all(not draft.origin.startswith("faq") for draft in faq_drafts(verdict=verdict))


@pytest.mark.parametrize(
    ("max_chars", "text"),
    [
        (142, "Ciao Giulia, grazie della domanda! La spedizione costa 5,90 euro in tutta Italia. Qui c'è tutto: https://bottega-aurora.example/faq#spedizione"),
        (141, "Ciao Giulia, grazie della domanda! La spedizione costa 5,90 euro in tutta Italia."),
        (80, "La spedizione costa 5,90 euro in tutta Italia."),
    ],
)  # fmt: skip
def test_answer_of_the_faq_loses_link_and_greeting_before_it_is_left_out(max_chars: int, text: str) -> None:
    bounded = Permission(allowed=True, max_chars=max_chars)
    assert faq_drafts(options=ReplyOptions(bounded, bounded))[0].text == text


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("Ciao! Costa 5 euro.", "Ciao! Costa 5 euro. Qui c'è tutto: https://x.example/a"),
        ("{author}, costa 5 euro: {link}", "Giulia, costa 5 euro: https://x.example/a"),
        ("Costa 5 euro, vedi https://x.example/a", "Ciao Giulia, grazie della domanda! Costa 5 euro, vedi https://x.example/a"),
    ],
)  # fmt: skip
def test_answer_that_greets_or_links_by_itself_is_left_as_it_is(answer: str, text: str) -> None:
    entry = SHIPPING_COSTS | {"answer": {"it": answer}, "link": "https://x.example/a"}
    assert faq_drafts("Quanto costa la spedizione?", entry)[0].text == text


def test_formal_shops_answer_formally_from_the_faq() -> None:
    text = faq_drafts(brand={"address_form": "formal"})[0].text
    assert text.startswith("Buongiorno Giulia, grazie della domanda. La spedizione")


def test_answer_in_another_language_is_marked_and_stands_behind_those_in_the_right_one() -> None:
    entry = SHIPPING_COSTS | {"answer": {"en": "Shipping is 5.90 euros."}}
    drafts = faq_drafts("Quanto costa la spedizione?", entry)
    assert [draft.lang for draft in drafts] == ["it", "it", "it", "en"]
    assert drafts[-1].origin == "faq: Quanto costa la spedizione?"


def test_answer_with_a_hole_is_left_out() -> None:
    entry = SHIPPING_COSTS | {"answer": {"it": "Scrivi a {contact}"}}
    assert all(
        not draft.origin.startswith("faq") for draft in faq_drafts("Quanto costa la spedizione?", entry)
    )


def test_contact_in_an_answer_is_that_of_the_entrys_topic() -> None:
    entry = SHIPPING_COSTS | {"answer": {"it": "Scrivi a {contact}."}, "topic": "warranty"}
    verdict = make_verdict(category=Category.QUESTION, topic=None)
    drafts = faq_drafts("Quanto costa la spedizione?", entry, contacts=CONTACTS, verdict=verdict)
    assert "Scrivi a tecnica@example.it." in drafts[0].text


def test_unknown_variable_in_an_answer_is_a_configuration_error_with_its_place() -> None:
    settings = make_settings(faq=[SHIPPING_COSTS, {"question": {"it": "a?"}, "answer": {"it": "{autor}"}}])
    with pytest.raises(ConfigError, match=r"faq.1.answer.it: there is no \{autor\}, did you mean \{author\}"):
        check_faq(settings)


def test_long_question_is_cut_in_the_origin() -> None:
    entry = SHIPPING_COSTS | {"question": {"it": "Quanto costa la spedizione " + "e il resto " * 20}}
    origin = faq_drafts("spese di spedizione", entry)[0].origin
    assert origin.startswith("faq: Quanto costa")
    assert len(origin) <= 80
