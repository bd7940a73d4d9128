"""Folding for comparison: what must hold for every text, and the letters that matter to us."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.text import fold, fold_ends, fold_with_positions


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Perché NO", "perche no"),
        ("perche\u0301", "perche"),
        ("L’Aurora dell`orto", "l'aurora dell'orto"),
        ("Straße", "strasse"),
        ("ŒUVRE Søren Łódź", "oeuvre soren lodz"),
        ("bot\u200btega\u00ad", "bottega"),
        ("❤\ufe0f", "❤"),
        ("ΛΌΓΟΣ", "λογοσ"),
        ("ｆｕｌｌ…", "full..."),
        ("İstanbul", "istanbul"),
    ],
)
def test_case_accents_apostrophes_and_invisible_characters_make_no_difference(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cs"])))
def test_composed_and_decomposed_letters_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text())
def test_positions_lead_back_to_the_character_folded(text: str) -> None:
    folded, positions = fold_with_positions(text)
    assert folded == fold(text)
    assert len(positions) == len(folded) + 1
    assert positions[-1] == len(text)
    assert list(positions) == sorted(positions)
    assert all(sign in fold(text[place]) for sign, place in zip(folded, positions, strict=False))


@given(st.text())
def test_ends_are_the_lengths_of_folded_beginnings(text: str) -> None:
    assert fold_ends(text) == [len(fold(text[: index + 1])) for index in range(len(text))]


@given(st.text())
def test_each_character_folds_as_it_does_alone(text: str) -> None:
    assert fold(text) == "".join(map(fold, text))
