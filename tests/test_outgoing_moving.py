"""«Move this part to the private message»: nothing personal stays in public, nothing is lost, and what stays is well-formed."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_bot.outgoing import BLOCKING, PERSONAL, Finding, FindingKind, without
from reputation_bot.outgoing.sentences import clauses, sentences
from reputation_bot.text import fold
from tests.outgoing_examples import EXAMPLES, Example
from tests.test_outgoing import CHECK, ODD, PUBLIC, place_of

WORD = re.compile(r"\w+")


def divided(text: str) -> tuple[str, str]:
    """As the button does it."""
    return without(text, CHECK.check(text, "it", PUBLIC))


@pytest.mark.parametrize(
    ("text", "public", "private"),
    [
        (  # the greeting is part of the sentence
            "Ciao Giulia, il tuo ordine 4512 è partito ieri. Scusaci per l'attesa. Federica, Bottega Aurora",
            "Ciao Giulia. Scusaci per l'attesa. Federica, Bottega Aurora",
            "Ciao Giulia, il tuo ordine 4512 è partito ieri.",
        ),
        (  # the greeting stands alone
            "Ciao Giulia! Grazie di averci scritto. L'ordine n. 4512 è a Lecce. A presto!",
            "Ciao Giulia! Grazie di averci scritto. A presto!",
            "Ciao Giulia! L'ordine n. 4512 è a Lecce.",
        ),
        (  # lines
            "Gentile Giulia,\n\ngrazie del messaggio.\nOrdine: 4512\nE-mail: giulia@libero.it\n\nUn saluto,\nFederica",
            "Gentile Giulia,\n\ngrazie del messaggio.\n\nUn saluto,\nFederica",
            "Gentile Giulia,\n\nOrdine: 4512\nE-mail: giulia@libero.it",
        ),
        (  # an abbreviation ends no sentence
            "Ciao Giulia, grazie. Il tuo ordine n. 4512, cod. 77, è qui. A presto!",
            "Ciao Giulia, grazie. A presto!",
            "Ciao Giulia,\nIl tuo ordine n. 4512, cod. 77, è qui.",
        ),
        (  # of a signature only the surname goes
            "Ciao Giulia, grazie!\nFederica Bianchi, Bottega Aurora",
            "Ciao Giulia, grazie!\nFederica, Bottega Aurora",
            "Ciao Giulia,\n\nFederica Bianchi, Bottega Aurora",
        ),
        (  # said twice
            "Ciao Giulia, grazie. Ordine 4512 partito. Lecce è vicina. Il 4512 arriva.",
            "Ciao Giulia, grazie. Lecce è vicina.",
            "Ciao Giulia,\nOrdine 4512 partito. Il 4512 arriva.",
        ),
        (  # a sentence that is no signature moves as a whole
            "Ciao Giulia, grazie! Ti aiuta volentieri Federica Bianchi. A presto!",
            "Ciao Giulia, grazie! A presto!",
            "Ciao Giulia,\nTi aiuta volentieri Federica Bianchi.",
        ),
        ("Chiamiamo il 347 1234567.", "", "Chiamiamo il 347 1234567."),
        ("Ciao 347 1234567, grazie!", "Ciao, grazie!", "Ciao 347 1234567,"),
        ("Ciao Giulia,\nl'ordine 4512 è a Lecce.", "Ciao Giulia.", "Ciao Giulia,\nl'ordine 4512 è a Lecce."),
    ],
)
def test_the_part_with_personal_data_moves_and_greeting_and_signature_stay(
    text: str, public: str, private: str
) -> None:
    assert divided(text) == (public, private)


@pytest.mark.parametrize("text", ["Ciao Giulia, grazie!", "Ciao {author}, {contact}!!!", "", "  due  spazi "])
def test_with_nothing_personal_the_text_comes_back_as_it_is(text: str) -> None:
    assert divided(text) == (text, "")


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=[f"{each.lang}-{each.expected}-{each.text[:40]}" for each in EXAMPLES]
)
def test_what_stays_of_an_example_may_leave(example: Example) -> None:
    place = place_of(example)
    public, private = without(example.text, CHECK.check(example.text, example.lang, place))
    moved = replace(place, private_texts=(*place.private_texts, private))  # as the card has it then
    left = {finding.kind for finding in CHECK.check(public, example.lang, moved)}
    assert not left & PERSONAL
    assert_nothing_lost(example.text, public, private)
    assert_well_formed(public)


def assert_nothing_lost(text: str, public: str, private: str) -> None:
    missing = Counter(WORD.findall(text)) - Counter(WORD.findall(public)) - Counter(WORD.findall(private))
    assert not missing


def assert_well_formed(text: str) -> None:
    assert text == text.strip()
    assert not re.search(r"[^\S\n]{2}|\n{3}|[^\S\n]\n|\n[^\S\n]", text)


PIECES = st.lists(
    st.sampled_from(
        [
            "Ciao Giulia,",
            "Guten Tag!",
            "ordine n. 4512",
            "Il pacco è qui.",
            "a@b.it",
            "347 1234567",
            "IT60X0542811101000000123456",
            "Federica Bianchi",
            "Bottega Aurora",
            "\n",
            "\n\n",
            "  ",
            ".",
            "…",
        ]
    )
    | ODD,
    max_size=14,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(text=PIECES)
def test_nothing_found_stays_in_public_and_no_word_is_lost(text: str) -> None:
    found = CHECK.check(text, "it", PUBLIC)
    public, private = without(text, found)
    personal = [finding for finding in found if finding.kind in PERSONAL]
    if not personal:
        assert (public, private) == (text, "")
        return
    assert_nothing_lost(text, public, private)
    assert_well_formed(public)
    for finding in personal:
        assert (
            f" {' '.join(WORD.findall(fold(finding.words)))} "
            not in f" {' '.join(WORD.findall(fold(public)))} "
        )


@settings(max_examples=200, deadline=None)
@given(text=ODD, data=st.data())
def test_any_findings_divide_any_text(text: str, data: st.DataObject) -> None:
    spans = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    found = [
        Finding(data.draw(st.sampled_from(sorted(BLOCKING))), text[begin:end], (begin, end))
        for begin, end in data.draw(st.lists(spans, max_size=4))
    ]
    public, private = without(text, found)
    assert isinstance(public, str)
    assert isinstance(private, str)


@settings(max_examples=200)
@given(text=ODD)
def test_sentences_make_up_the_whole_text(text: str) -> None:
    for divide in (sentences, clauses):
        assert "".join(text[begin:end] for begin, end in divide(text)) == text


def test_a_finding_that_blocks_for_another_reason_moves_nothing() -> None:
    text = "Ciao [NOME], è fuori garanzia."
    kinds = {finding.kind for finding in CHECK.check(text, "it", PUBLIC)}
    assert kinds == {FindingKind.VARIABLE, FindingKind.BANNED}
    assert divided(text) == (text, "")
