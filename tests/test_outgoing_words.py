"""The lists of the check, how phrases are written, what is said to staff, and the mistakes in rules.yaml."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from reputation_bot import i18n
from reputation_bot.brand.terms import Line
from reputation_bot.outgoing import Finding, FindingKind, Links, said
from reputation_bot.outgoing.lists import Source, folders, read
from reputation_bot.outgoing.phrases import Phrases
from reputation_bot.settings import Outgoing
from tests.test_outgoing import LANGUAGES, ODD

LISTS = ("greetings", "courtesies", "harsh", "sarcasm", "jargon", "admissions", "promises")


def found(text: str, *phrases: str) -> list[str]:
    """The places of the phrases, as written."""
    return [text[slice(*span)] for span in Phrases(phrases).spans(Line(text))]


@pytest.mark.parametrize(
    ("phrase", "text", "words"),
    [
        ("è colpa nostra", "Perché? E' colpa nostra", ["E' colpa nostra"]),  # how many write the accent
        ("è colpa nostra", "E COLPA  nostra, sì", ["E COLPA  nostra"]),
        ("colpa", "la colpa, discolparsi", ["colpa"]),
        ("rimbors*", "il rimborso: rimborsare", ["rimborso", "rimborsare"]),
        ("subito|domani", "domani o subito", ["domani", "subito"]),
        ("rimborso … entro", "rimborso di tutto quanto entro ieri", ["rimborso di tutto quanto entro"]),
        ("rimborso … entro", "il rimborso entro ieri", ["rimborso entro"]),
        (
            "rimborso … entro",
            "rimborso di $45.00 uno due tre quattro entro",
            ["rimborso di $45.00 uno due tre quattro entro"],
        ),
        ("rimborso … entro", "rimborso uno due tre quattro cinque sei sette entro", []),
        ("rimborso … entro", "un rimborso, e poi entro", []),
        ("rimborso … entro", "un rimborso. Poi entro", []),
        ("N%", "il 10%", []),  # a number is a word of its own
        ("N %", "il 10% e il 12,5 %", ["10%", "12,5 %"]),
        ("entro N ore", "entro 24/48 ore o entro 24 ore", ["entro 24 ore"]),
        ("non ti|le va", "se non le va", ["non le va"]),
        ("🙄", "ecco🙄🙄", ["🙄", "🙄"]),
        ("… rimborso ...", "il rimborso", ["rimborso"]),  # nothing follows
        ("fuori garanzia", "fuori-garanzia, fuori «garanzia»", ["fuori-garanzia", "fuori «garanzia"]),
        ("straße", "STRASSE", ["STRASSE"]),
    ],
)
def test_a_phrase_is_found_as_whole_words(phrase: str, text: str, words: list[str]) -> None:
    assert found(text, phrase) == words


def test_no_phrases_find_nothing() -> None:
    assert found("ciao") == []


@given(text=ODD, phrase=st.sampled_from(["rimbors* … entro", "N euro|€", "a|b c*", "🙄"]))
def test_any_text_is_searched(text: str, phrase: str) -> None:
    for begin, end in Phrases([phrase]).spans(Line(text)):
        assert 0 <= begin < end <= len(text)


def test_the_phrase_behind_some_words_is_known() -> None:
    phrases = Phrases(["in merito al|alla", "in merito a"])
    assert phrases.which("In merito  alla") == "in merito al|alla"
    assert phrases.which("nulla") == ""


def test_every_language_has_its_lists() -> None:
    assert set(folders()) == {*LANGUAGES, "any"}
    for lang in LANGUAGES:
        for name in (*LISTS, "negators"):
            assert getattr(read(lang), name), f"{lang}: {name}"
    assert read("nl") == Source()


@pytest.mark.parametrize("folder", folders())
@pytest.mark.parametrize("name", LISTS)
def test_every_phrase_of_a_list_can_be_found(folder: str, name: str) -> None:
    for phrase in getattr(read(folder), name):
        for choice in range(max(word.count("|") for word in phrase.split()) + 1):
            text = " ".join(_chosen(word, choice) for word in phrase.split() if word != "…")
            assert found(f"«{text}»", phrase) == [text], phrase


def _chosen(word: str, choice: int) -> str:
    choices = word.split("|")
    chosen = choices[min(choice, len(choices) - 1)]
    return "12" if chosen == "N" else chosen.removesuffix("*")


@pytest.mark.parametrize("folder", folders())
def test_no_list_says_the_same_twice(folder: str) -> None:
    for name in LISTS:
        phrases = list(getattr(read(folder), name))
        assert len(phrases) == len(set(phrases)), name


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("kind", FindingKind)
def test_every_finding_is_said_on_one_short_line(kind: FindingKind, language: str) -> None:
    finding = Finding(kind, "parole\nsu {più} righe " * 30, (10, 700), wanted="it", limit=300)
    text = said(finding, i18n.translator(language))
    assert text
    assert "\n" not in text
    assert len(text) <= 180


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in FindingKind
        if kind not in {FindingKind.COLD, FindingKind.TOO_LONG, FindingKind.LANGUAGE}
    ],
)
def test_a_finding_is_said_with_its_words(kind: FindingKind) -> None:
    text = said(Finding(kind, "le parole 77", (0, 12)), i18n.translator("it"))
    assert ("77" if kind is FindingKind.CARD else "le parole 77") in text


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (
            Finding(FindingKind.ORDER_NUMBER, "4512", (0, 4)),
            "In pubblico c'è un numero d'ordine o di spedizione (4512): spostatelo in privato.",
        ),
        (
            Finding(FindingKind.CARD, "4111 1111 1111 1111", (0, 19)),
            "Numero di carta (…1111): toglietelo, nessuno deve averlo per iscritto.",
        ),
        (
            Finding(FindingKind.TOO_LONG, "x", (350, 351), limit=350),
            "Troppo lungo di 1 carattere: qui al massimo 350.",
        ),
        (
            Finding(FindingKind.TOO_LONG, "xx", (350, 352), limit=350),
            "Troppo lungo di 2 caratteri: qui al massimo 350.",
        ),
        (
            Finding(FindingKind.LANGUAGE, "Ciao", (0, 4), wanted="en"),
            "Il cliente scrive in inglese: rispondete nella stessa lingua.",
        ),
        (
            Finding(FindingKind.JARGON, "in merito a", (0, 11), wanted="su"),
            "“in merito a” è lingua d'ufficio: meglio “su”.",
        ),
        (
            Finding(FindingKind.LINK, "a.it", (0, 4), wanted="0.20 USD"),
            "Link (a.it): qui costa 0.20 USD, se potete toglietelo.",
        ),
        (
            Finding(FindingKind.LINK, "a.it", (0, 4), wanted=Links.CHARGED.value),
            "Link (a.it): qui la piattaforma lo fa pagare, se potete toglietelo.",
        ),
        (
            Finding(FindingKind.LINK, "a.it", (0, 4), wanted=Links.FORBIDDEN.value),
            "Link (a.it): qui la piattaforma non ne accetta, toglietelo.",
        ),
    ],
)
def test_italian_staff_are_told_what_is_wrong_and_what_to_do(finding: Finding, text: str) -> None:
    assert said(finding, i18n.translator("it")) == text


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ({"order_numbers": [r"(?=a)"]}, "look-ahead"),
        ({"order_numbers": [r"\d*"]}, "fits the empty text"),
        ({"banned": ["…"]}, "there is no word to look for"),
        ({"allowed": ["N"]}, "there is no word to look for"),
        ({"jargon": {"*": "x"}}, "there is no word to look for"),
        ({"forbidden": ["x"]}, "Extra inputs"),
    ],
)
def test_a_mistake_in_rules_yaml_is_told(source: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Outgoing.model_validate(source)


def test_a_phrase_may_be_of_any_signs() -> None:
    phrases = ["100%", "fuori-garanzia", "dell'ordine", "🙄", "perché|poiché", "entro N ore"]
    assert Outgoing.model_validate({"banned": phrases}).banned == phrases
    for phrase in phrases:
        text = phrase.replace("|poiché", "").replace("N", "24")
        assert found(f"«{text}»", phrase) == [text]


@given(st.text(min_size=1, max_size=30))
def test_whatever_rules_yaml_takes_as_a_phrase_can_be_looked_for(phrase: str) -> None:
    try:
        taken = Outgoing.model_validate({"banned": [phrase]}).banned
    except ValidationError:
        return
    assert all(text.strip() for text in found(f"a {phrase} b 24", *taken))
