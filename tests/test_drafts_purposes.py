"""Texts for other purposes than answering: acknowledgement, invitation into private, opening there, closing."""

from datetime import timedelta

import pytest

from reputation_bot.drafts import Drafts
from reputation_bot.model import Category, Purpose, ReplyOptions, Visibility
from tests.drafting import BOTH, PUBLIC_ONLY, make_settings, own
from tests.factories import make_mention, make_verdict


@pytest.mark.parametrize(
    ("purpose", "visibility"),
    [
        (Purpose.ANSWER, Visibility.PUBLIC),
        (Purpose.ACKNOWLEDGEMENT, Visibility.PUBLIC),
        (Purpose.INVITATION, Visibility.PUBLIC),
        (Purpose.CLOSING, Visibility.PUBLIC),
        (Purpose.OPENING, Visibility.PRIVATE),
    ],
)
def test_each_purpose_has_its_visibility_unless_another_is_asked_for(
    purpose: Purpose, visibility: Visibility
) -> None:
    drafts = Drafts(make_settings())
    found = drafts.purpose(purpose, make_mention(), make_verdict(), BOTH)
    assert found is not None
    assert (found.visibility, found.purpose) == (visibility, purpose)
    private = drafts.purpose(
        Purpose.ACKNOWLEDGEMENT, make_mention(), make_verdict(), BOTH, visibility=Visibility.PRIVATE
    )
    assert private is not None
    assert private.visibility is Visibility.PRIVATE


def test_texts_for_a_purpose_are_no_answers_and_the_shops_own_comes_first() -> None:
    canned = own("A presto!", purpose="closing")
    drafts = Drafts(make_settings(canned=[canned]))
    found = drafts.purpose(Purpose.CLOSING, make_mention(), make_verdict(), BOTH)
    assert found is not None
    assert found.text == "A presto!"
    answers = drafts.drafts_for(make_mention(), make_verdict(), BOTH)
    assert "mine" not in {draft.origin for draft in answers}
    assert {draft.purpose for draft in answers} == {Purpose.ANSWER}


@pytest.mark.parametrize(
    ("contact", "options", "said"),
    [
        (None, BOTH, "ti abbiamo scritto in privato"),
        ("info@example.it", BOTH, "ti abbiamo scritto in privato"),
        ("info@example.it", PUBLIC_ONLY, "Ci trovi a info@example.it"),
        (None, PUBLIC_ONLY, "Ci mandi un messaggio privato?"),
    ],
)
def test_invitation_never_claims_a_message_that_cannot_be_sent(
    contact: str | None, options: ReplyOptions, said: str
) -> None:
    drafts = Drafts(make_settings(brand={"contact": contact}))
    for category in set(Category) - {Category.SPAM}:
        verdict = make_verdict(category=category)
        found = drafts.purpose(Purpose.INVITATION, make_mention(), verdict, options)
        assert found is not None
        assert said in found.text


def test_acknowledgement_tells_the_wait_else_none() -> None:
    drafts, mention = Drafts(make_settings()), make_mention()
    told = drafts.purpose(Purpose.ACKNOWLEDGEMENT, mention, make_verdict(), BOTH, wait=timedelta(days=2))
    assert told is not None
    assert "entro 2 giorni" in told.text
    unknown = drafts.purpose(Purpose.ACKNOWLEDGEMENT, mention, make_verdict(), BOTH, wait=timedelta())
    assert unknown is not None
    assert unknown.origin == "ricevuto, senza tempi"


def test_spam_gets_no_text_for_any_purpose() -> None:
    spam = make_verdict(category=Category.SPAM)
    found = {Drafts(make_settings()).purpose(one, make_mention(), spam, BOTH) for one in Purpose}
    assert found == {None}
