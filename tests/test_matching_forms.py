"""Other forms of a term: its inflections, and the slips of a keyboard that are forgiven where asked."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.looking_for import AURORA, found


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        ("tazza luna", "due Tazze Luna", ("Tazze Luna",)),
        ("pacco", "i pacchi", ("pacchi",)),
        ("negozio", "i negozi", ("negozi",)),
        ("order", "my orders", ("orders",)),
        ("delivery", "two deliveries", ("deliveries",)),
        ("paket", "zwei Pakete", ("Pakete",)),
        ("bestellung", "drei Bestellungen", ("Bestellungen",)),
        ("pedido", "los pedidos", ("pedidos",)),
        ("cadeau", "des cadeaux", ("cadeaux",)),
        ("tazza luna", "una tazzina luna", None),
        ("pacco", "un pacchetto", None),
        ("mai", "mao", None),
    ],
)
def test_inflected_term_is_found_in_its_other_forms(
    term: str, text: str, words: tuple[str, ...] | None
) -> None:
    assert found(text, {"term": term, "inflections": True}) == words
    assert found(text, term) is None


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        ("bottega aurora", "alla Botega Aurora", "Botega Aurora"),
        ("bottega aurora", "Bottega Auorra", "Bottega Auorra"),
        ("bottega aurora", "Bottegga-Aurara!", "Bottegga-Aurara"),
        ("bottega aurora", "Bottega Aurore", "Bottega Aurore"),
        ("bottega aurora", "viva #BotegaAurora", "BotegaAurora"),
        ("bottega aurora", "Bótega Aurora", "Bótega Aurora"),
        ("satispay", "con satispy", "satispy"),
        ("satispay", "«satsipay»", "satsipay"),
        ("satispay", "Sattispay", "Sattispay"),
    ],
)
def test_slip_of_the_keyboard_is_forgiven_where_asked(term: str, text: str, words: str) -> None:
    assert found(text, term, misspellings=True) == (words,)
    assert found(text, {"term": term, "misspellings": True}) == (words,)
    assert found(text, term) is None
    assert found(text, {"term": term, "misspellings": False}, misspellings=True) is None


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("bottega aurora", "bottega autore"),  # another word
        ("bottega aurora", "bodega aurata"),  # two slips in one word
        ("bottega aurora", "la bottega a urora"),  # over the border of words
        ("bottega aurora", "la bottega. Aurara"),
        ("bottega aurora", "@botegaaurora"),  # another account
        ("bottega aurora", "botegaaurora.it"),
        ("bottega aurora", "info@botegaaurora.example"),
        ("aurora", "urora"),  # the first letter
        ("aurora", "auroras aurore auror"),  # another ending
        ("aurora", "auauras"),
        ("luna", "lunna"),  # too short
        ("casa luna", "cosa luna"),
        ("@bottegaaurora", "@botegaaurora"),
        ("bottega24", "botega24"),
        ("diffetto", "un difetto"),  # a word of its own
        ("perfetta", "perfecta, è perfetto"),
        ("carrera", "la mia carriera"),
    ],
)
def test_what_may_be_another_word_is_not_taken_for_a_slip(term: str, text: str) -> None:
    assert found(text, term, misspellings=True) is None


def test_misspelt_form_that_the_shop_excludes_is_no_slip() -> None:
    assert found("da Satispray", "satispay", misspellings=True) == ("Satispray",)
    brand: dict[str, Any] = {"not": ["satispray blu"]}
    assert found("da Satispray", "satispay", misspellings=True, **brand) is None


def test_misspelt_namesake_needs_its_company_as_well() -> None:
    term = {**AURORA, "misspellings": True, "capitals": True}
    assert found("Il pacco di Auorra", term) == ("Auorra", "pacco")
    assert found("Il gatto di Auorra", term) is None
    assert found("Il pacco di auorra", term) is None


def test_term_written_right_keeps_misspelt_ones_out_of_the_trace() -> None:
    assert found("Bottega Aurora, botega aurora", "bottega aurora", misspellings=True) == ("Bottega Aurora",)


@given(
    st.sampled_from(["bottega aurora", "satispay", "ceramiche lecce"]),
    st.data(),
)
def test_one_swap_inside_a_long_word_is_always_forgiven(term: str, data: st.DataObject) -> None:
    word = max(term.split(), key=len)
    at = data.draw(st.integers(1, len(word) - 3))
    slip = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    text = f"ieri da {term.replace(word, slip)} con Anna"
    assert found(text, term, misspellings=True) is not None
