"""Drafts: which canned responses are chosen, how they are filled, and that they fit the platform."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.drafts import Drafts, check_canned
from reputation_bot.errors import ConfigError
from reputation_bot.model import Author, Category, Draft, Permission, ReplyOptions, Verdict, Visibility
from reputation_bot.settings import Settings
from tests.factories import make_author, make_mention, make_options, make_verdict

YES = Permission(allowed=True)
NO = Permission(allowed=False, why_not="closed")


def make_settings(*canned: dict[str, Any], contact: str | None = None, **changes: Any) -> Settings:
    return Settings.model_validate(
        {
            "brand": {"name": "Bottega Aurora", "contact": contact},
            "telegram": {"chat": -1},
            "canned": list(canned),
        }
        | changes
    )


def drafted(
    *canned: dict[str, Any],
    author: Author | None = None,
    verdict: Verdict | None = None,
    options: ReplyOptions | None = None,
    **settings: Any,
) -> tuple[Draft, ...]:
    drafts = Drafts(make_settings(*canned, **settings))
    mention = make_mention(author=author or make_author())
    return drafts.drafts_for(mention, verdict or make_verdict(), options or ReplyOptions(YES, YES))


def first(text: str, **changes: Any) -> str:
    """The text of the first draft when this is the shop's only canned response."""
    return drafted({"name": "mine", "text": {"it": text}}, **changes)[0].text


def own(name: str, text: str = "", lang: str = "it", **matching: Any) -> dict[str, Any]:
    return {"name": name, "text": {lang: text or name}, **matching}


def test_shop_answers_come_before_the_packs_and_specific_ones_first() -> None:
    drafts = drafted(
        own("any"),
        own("complaint", category=["complaint"]),
        own("shipping", category=["complaint"], topic=["shipping", "order"]),
        own("praise", category=["praise"]),
        own("billing", topic=["billing"]),
    )
    assert [draft.origin for draft in drafts[:3]] == ["shipping", "complaint", "any"]
    assert drafts[3].origin == "reclamo, spedizione in privato"
    assert not {"praise", "billing"} & {draft.origin for draft in drafts}


def test_answer_is_in_the_language_of_the_mention_else_in_the_first_configured() -> None:
    two = {"name": "two", "text": {"it": "Ciao", "en": "Hello", "fr": "Salut"}}
    assert drafted(two, verdict=make_verdict(lang="en"))[0].text == "Hello"
    assert drafted(two, verdict=make_verdict(lang="fr"))[0].lang == "fr"
    fallback = drafted(two, verdict=make_verdict(lang="nl"), languages=["en", "it", "nl"])
    assert {draft.lang for draft in fallback} == {"en"}
    assert fallback[0].text == "Hello"


def test_answer_in_the_right_language_comes_before_the_shops_own_in_another() -> None:
    drafts = drafted(own("solo italiano"), verdict=make_verdict(lang="en"))
    assert drafts[0].lang == "en"
    assert drafts[-1].origin == "solo italiano"


def test_answer_only_in_languages_that_are_not_configured_is_left_out() -> None:
    assert "fr" not in {draft.lang for draft in drafted(own("français", lang="fr"))}


def test_spam_gets_no_draft() -> None:
    assert drafted(own("any"), verdict=make_verdict(category=Category.SPAM)) == ()


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize("category", [category for category in Category if category is not Category.SPAM])
@pytest.mark.parametrize("topic", [None, "shipping", "product", "price", "unheard_of"])
def test_every_mention_has_alternatives_to_flip_through(
    lang: str, category: Category, topic: str | None
) -> None:
    drafts = drafted(verdict=make_verdict(lang=lang, category=category, topic=topic), options=make_options())
    texts = [draft.text for draft in drafts]
    assert len(texts) >= 2
    assert len(set(texts)) == len(texts)
    assert all("{" not in text and "Giulia" in text for text in texts)


@pytest.mark.parametrize(
    ("public", "private", "visibility"),
    [
        (YES, YES, Visibility.PUBLIC),
        (YES, NO, Visibility.PUBLIC),
        (NO, YES, Visibility.PRIVATE),
        (NO, NO, Visibility.PUBLIC),
    ],
)
def test_draft_is_public_unless_only_private_is_allowed(
    public: Permission, private: Permission, visibility: Visibility
) -> None:
    assert {draft.visibility for draft in drafted(options=ReplyOptions(public, private))} == {visibility}


@pytest.mark.parametrize(
    ("author", "called"),
    [
        (Author("Maria Rossi"), "Maria"),
        (Author("MARIA"), "Maria"),
        (Author("anna-maria d."), "Anna-Maria"),
        (Author("D'Angelo"), "D'Angelo"),
        (Author("José"), "José"),
        (Author("Мария Иванова"), "Мария"),
        (Author("gio88", handle="gio_88"), "@gio_88"),
        (Author("mario_rossi88"), "mario_rossi88"),
    ],
)
def test_author_is_called_by_first_name_or_handle(author: Author, called: str) -> None:
    assert first("Ciao {author}, grazie!", author=author) == f"Ciao {called}, grazie!"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "A",
        "A Google user",
        "Utente anonimo",
        "Cliente Amazon",
        "<b>x</b>",
        "https://spam.example",
        "a\nb c",
        "x" * 90,
        "🔥🔥",
    ],
)
@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Ciao {author}, grazie.", "Ciao, grazie."),
        ("Grazie, {author}! A presto", "Grazie! A presto"),
        ("Grazie {author}", "Grazie"),
        ("{author}, ci dispiace", "Ci dispiace"),
        ("Ci dispiace.\n{author}: grazie", "Ci dispiace.\nGrazie"),
    ],
)
def test_greeting_reads_well_without_a_name(name: str, text: str, filled: str) -> None:
    assert first(text, author=Author(name)) == filled


def test_variables_are_filled() -> None:
    text = "{brand} {signature} {contact} {topic}"
    assert (
        first(text, contact="info@example.it")
        == "Bottega Aurora Bottega Aurora info@example.it la spedizione"
    )
    signed = make_settings(own("s", "{signature}"), brand={"name": "B", "signature": "Anna di B"})
    assert Drafts(signed).drafts_for(make_mention(), make_verdict(), make_options())[0].text == "Anna di B"


@pytest.mark.parametrize(
    ("text", "topic"), [("Scrivi a {contact}", "shipping"), ("Su {topic}", None), ("Su {topic}", "mine")]
)
def test_answer_that_would_have_a_hole_is_left_out(text: str, topic: str | None) -> None:
    assert "mine" not in {
        draft.origin for draft in drafted(own("mine", text), verdict=make_verdict(topic=topic))
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ciao {autore}", "did you mean {author}?"),
        ("Ciao {}", "there are {author}"),
        ("{ author }", "did you mean {author}?"),
    ],
)
def test_unknown_variable_is_a_configuration_error_with_its_place(text: str, said: str) -> None:
    settings = make_settings(
        own("good", "Ciao {author}, {contact}"), {"name": "bad", "text": {"it": "Ciao", "en": text}}
    )
    with pytest.raises(ConfigError) as refused:
        check_canned(settings)
    assert refused.value.key == "canned.1.text.en"
    assert said in refused.value.problem


def test_known_variables_pass_the_check() -> None:
    check_canned(make_settings(own("good", "{author} {brand} {signature} {contact} {topic}")))


LONG = "Ciao {author}, ci dispiace davvero moltissimo. Guarda https://example.it/a.b?c=d. E poi scrivici quando vuoi, grazie."


@pytest.mark.parametrize(
    ("max_chars", "text"),
    [
        (200, LONG.replace("{author}", "Giulia")),
        (95, "Ciao Giulia, ci dispiace davvero moltissimo. Guarda https://example.it/a.b?c=d."),
        (70, "Ciao Giulia, ci dispiace davvero moltissimo."),
    ],
)
def test_answer_is_shortened_after_a_sentence_when_nothing_fits_whole(max_chars: int, text: str) -> None:
    options = ReplyOptions(Permission(allowed=True, max_chars=max_chars), NO)
    drafts = drafted(own("mine", LONG), options=options, verdict=make_verdict(topic=None, lang="it"))
    assert text in {draft.text for draft in drafts}


def test_whole_answers_are_preferred_to_shortened_ones() -> None:
    options = ReplyOptions(Permission(allowed=True, max_chars=80), NO)
    drafts = drafted(own("long", LONG), own("short", "Ciao {author}, ci dispiace."), options=options)
    assert [draft.text for draft in drafts] == ["Ciao Giulia, ci dispiace."]


@given(st.one_of(st.none(), st.integers(0, 400)), st.text(), st.one_of(st.none(), st.text()))
def test_no_draft_is_longer_than_allowed_and_no_author_raises(
    max_chars: int | None, name: str, handle: str | None
) -> None:
    options = ReplyOptions(Permission(allowed=True, max_chars=max_chars), YES)
    drafts = PACKS_ONLY.drafts_for(make_mention(author=Author(name, handle)), make_verdict(), options)
    assert all(len(draft.text) <= (max_chars if max_chars is not None else 10_000) for draft in drafts)
    assert all("\n" not in draft.text and "  " not in draft.text for draft in drafts)


PACKS_ONLY = Drafts(make_settings())


def test_what_was_said_in_private_is_answered_in_private() -> None:
    """Even where the public is allowed: a private text must not come out by accident."""
    mention = make_mention(visibility=Visibility.PRIVATE)
    drafts = Drafts(make_settings()).drafts_for(mention, make_verdict(), make_options())
    assert drafts
    assert {draft.visibility for draft in drafts} == {Visibility.PRIVATE}
