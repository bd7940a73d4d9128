"""Terms that others bear too: which company, capitals and channels make them ours."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.text import fold
from tests.looking_for import AURORA, found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Il pacco di Aurora era rotto", ("Aurora", "pacco")),
        ("aurora: due ORDINI mai arrivati", ("aurora", "ORDINI")),
        ("Aurora. Che bei negozi!", ("Aurora", "negozi")),
        (
            "Che bella Aurora https://bottega-aurora.example/vasi",
            ("Aurora", "bottega-aurora.example", "aurora"),
        ),
        ("Aurora " + "è bella " * 40 + "@bottegaaurora", ("Aurora", "@bottegaaurora")),
        (
            "Vista l'aurora boreale. " + "Poi altro. " * 10 + "Aurora mi ha perso il pacco",
            ("Aurora", "pacco"),
        ),
    ],
)
def test_namesake_in_our_company_is_ours_and_the_company_is_told(text: str, words: tuple[str, ...]) -> None:
    assert found(text, AURORA) == words


@pytest.mark.parametrize(
    "text",
    [
        "Aurora è nata ieri",
        "Il pacco è arrivato",
        "L'aurora boreale, un pacco di foto",
        "In coda in negozio all'Aurora",
        "Aurora con il pacco in mano #alba",
        "Il pacchetto di Aurora",
        "Ho un ordine. " + "E poi altro ancora. " * 5 + "Aurora dorme",
    ],
)
def test_namesake_in_other_company_is_not_ours(text: str) -> None:
    assert found(text, AURORA) is None


@pytest.mark.parametrize(("within", "is_ours"), [(2, False), (3, True)])
def test_near_is_as_many_words_away_as_the_term_says(within: int, *, is_ours: bool) -> None:
    term = {"term": "aurora", "near": ["pacco"], "within": within}
    assert (found("pacco da noi Aurora", term) is not None) is is_ours
    assert (found("Aurora a noi: pacco", term) is not None) is is_ours


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("da Aurora", ("Aurora",)),
        ("DA AURORA", ("AURORA",)),
        ("all'aurora, da Aurora", ("Aurora",)),
        ("all'aurora", None),
        ("#aurora", None),
    ],
)
def test_capital_tells_a_name_from_a_word(text: str, words: tuple[str, ...] | None) -> None:
    assert found(text, {"term": "aurora", "capitals": True}) == words


def test_script_without_capitals_has_them() -> None:
    assert found("我在欧若拉 买", {"term": "我在欧若拉", "capitals": True}) is not None


def test_term_counts_on_its_channels_only() -> None:
    term = {"term": "aurora", "channels": ["piazza"]}
    assert found("da aurora", term, channel="piazza") == ("aurora",)
    assert found("da aurora", term, channel="news") is None
    assert found("bottega aurora", term, channel="news") is None


def test_namesake_beside_a_plain_term_tells_both() -> None:
    assert found("Bottega Aurora: il pacco di Aurora", "bottega aurora", AURORA) == (
        "Bottega Aurora",
        "Aurora",
        "pacco",
    )


def test_not_excludes_namesakes_too() -> None:
    brand: dict[str, Any] = {"not": ["aurora motors"]}
    assert found("il pacco di Aurora Motors", AURORA, **brand) is None


@given(
    st.lists(st.sampled_from(["a b", "A b", "A B", "a", "b", "c", "d", "x", "."]), max_size=6).map(" ".join),
    st.booleans(),
    st.booleans(),
)
def test_what_a_plain_term_finds_conditions_only_narrow(text: str, capitals: bool, has_near: bool) -> None:
    term = {"term": "a b", "capitals": capitals, "near": ["c"] if has_near else [], "not_near": ["d"]}
    if found(text, term) is not None:
        assert found(text, "a b") is not None


FILLERS = ["x", "à", "ß", "\U0001f600", "e poi", "d'oro"]


@given(
    st.permutations(["ab", "c\u200bd", *FILLERS]).map(" ".join)
    | st.permutations(["ab", "AB", "cd", "cD", *FILLERS, *FILLERS]).map(" ".join),
    st.integers(1, 5),
)
def test_near_holds_where_a_count_of_words_says_so(text: str, within: int) -> None:
    words = re.findall(r"\w+", fold(text))
    ours = [index for index, word in enumerate(words) if word == "ab"]
    company = [index for index, word in enumerate(words) if word == "cd"]
    near = any(abs(one - other) <= within for one in ours for other in company)
    term = {"term": "ab", "near": ["cd"], "within": within}
    spaced = " , ".join(words)  # so that no two share a sign between them
    assert (found(spaced, term) is not None) is near
