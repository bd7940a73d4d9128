"""Which FAQ entries are found for a question, and that nothing else is."""

import time
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reputation_bot.faq.search import MAX_HITS, FaqSearch
from reputation_bot.faq.terms import terms
from reputation_bot.settings import FaqEntry


def entry(question: str, *variants: str, topic: str | None = None, **english: Any) -> FaqEntry:
    """An Italian one, with English where given as `en` (question) and `en_answer`."""
    answer = {"it": f"Risposta a: {question}"}
    if "en_answer" in english:
        answer["en"] = english["en_answer"]
    asked = {"it": question} | ({"en": english["en"]} if "en" in english else {})
    return FaqEntry(question=asked, variants={"it": list(variants)}, answer=answer, topic=topic)


SHIPPING = entry(
    "Quanto costa la spedizione?",
    "spese di spedizione",
    topic="shipping",
    en="How much is shipping?",
    en_answer="Shipping is free above 50 euros.",
)
ABROAD = entry(
    "Spedite all'estero?",
    "consegnate fuori dall'Italia",
    "spedite in Svizzera",
    topic="shipping",
    en="Do you ship abroad?",
    en_answer="We ship all over Europe.",
)
RETURNS = entry("Come faccio un reso?", "posso restituire un articolo", "rimandare indietro", topic="returns")
PAYMENT = entry("Quali metodi di pagamento accettate?", "si può pagare con PayPal", topic="billing")
DISHES = entry("Le ceramiche vanno in lavastoviglie?", "si possono lavare in lavastoviglie", topic="product")
GIFT = entry("Fate confezioni regalo?", "pacchetto regalo", "biglietto di auguri")
ENTRIES = (SHIPPING, ABROAD, RETURNS, PAYMENT, DISHES, GIFT)
SEARCH = FaqSearch(ENTRIES, ["it", "en"])


@pytest.mark.parametrize(
    ("text", "topic", "found"),
    [
        ("Quanto costa la spedizione?", "shipping", SHIPPING),
        ("quanto costano le spedizioni", "shipping", SHIPPING),
        ("Quanto mi costa spedire a Lecce?", "shipping", SHIPPING),
        ("Che spese di spedizione avete?", "shipping", SHIPPING),
        ("Buongiorno, bellissime tazze. Spedite anche in Svizzera? Grazie mille!", "shipping", ABROAD),
        ("consegnate fuori Italia?", "shipping", ABROAD),
        ("Posso restituire il vaso?", "returns", RETURNS),
        ("RESO: COME SI FA?", "returns", RETURNS),
        ("si può pagare con paypal???", "billing", PAYMENT),
        ("che metodi di pagamento accettate, per favore?", "billing", PAYMENT),
        ("Questa tazza si può lavare in lavastoviglie?", "product", DISHES),
        ("Fate anche pacchetti regalo?", None, GIFT),
    ],
)
def test_entry_is_found_for_its_question_in_other_words(
    text: str, topic: str | None, found: FaqEntry
) -> None:
    hits = SEARCH.best(text, "it", [topic] if topic else [])
    assert hits
    assert hits[0].entry is found


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Quanto costa il vaso blu?", "price"),
        ("A che ora aprite il sabato?", "service"),
        ("Dov'è il mio pacco?", "shipping"),
        ("Quando riparte il corso di ceramica?", "product"),
        ("Avete anche piatti fondi?", "stock"),
        ("Buongiorno!", None),
        ("?", None),
        ("", None),
        ("🤔🤔", None),
    ],
)
def test_nothing_is_offered_for_another_question(text: str, topic: str | None) -> None:
    assert SEARCH.best(text, "it", [topic] if topic else []) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [("How much does shipping cost?", SHIPPING), ("do you also ship abroad?", ABROAD)],
)
def test_english_question_is_answered_from_the_english_side(text: str, found: FaqEntry) -> None:
    hits = SEARCH.best(text, "en", ["shipping"])
    assert hits[0].entry is found
    assert hits[0].lang == "en"
    assert hits[0].answer == found.answer["en"]


def test_entry_without_an_answer_in_the_language_says_in_which_it_answers() -> None:
    search = FaqSearch([FaqEntry(question={"en": "Do you ship abroad?"}, answer={"it": "Sì"})], ["en", "it"])
    (hit,) = search.best("do you ship abroad", "en")
    assert (hit.lang, hit.answer) == ("it", "Sì")


def test_answer_speaks_for_an_entry_whose_question_nobody_translated() -> None:
    untranslated = FaqEntry(
        question={"it": "Spedite all'estero?"}, answer={"it": "Sì", "en": "We ship abroad"}
    )
    (hit,) = FaqSearch([untranslated], ["it", "en"]).best("Do you ship abroad?", "en")
    assert hit.lang == "en"


def test_topic_of_the_mention_decides_between_entries_that_are_alike() -> None:
    first, second = (
        entry("Quanto tempo ci vuole?", topic="returns"),
        entry("Quanto tempo ci vuole?", topic="shipping"),
    )
    search = FaqSearch([first, second], ["it"])
    assert search.best("quanto tempo ci vuole?", "it", ["shipping"])[0].entry is second
    assert search.best("quanto tempo ci vuole?", "it", ["returns"])[0].entry is first


def test_rare_words_count_more_than_common_ones() -> None:
    about = [entry(f"Quanto costa {thing}?") for thing in ("il vaso", "la tazza", "il piatto", "la ciotola")]
    hits = FaqSearch(about, ["it"]).best("La ciotola quanto viene?", "it")
    assert [hit.entry for hit in hits] == [about[3]]


def test_language_without_stemmer_is_searched_by_whole_words() -> None:
    dutch = FaqEntry(question={"nl": "Verzenden jullie naar België?"}, answer={"nl": "Ja"})
    assert FaqSearch([dutch], ["nl"]).best("verzenden jullie naar belgie", "nl")


def test_no_entries_find_nothing() -> None:
    assert FaqSearch([], ["it"]).best("Quanto costa?", "it") == ()
    assert FaqSearch([entry("???")], ["it"]).best("???", "it") == ()


@given(st.text(max_size=300), st.sampled_from(["it", "en", "nl"]))
def test_any_text_finds_few_entries_that_are_alike_enough(text: str, lang: str) -> None:
    hits = SEARCH.best(text, lang)
    assert len(hits) <= MAX_HITS
    assert len({id(hit.entry) for hit in hits}) == len(hits)
    assert all(0.4 < hit.likeness <= 1.0001 and hit.lang in hit.entry.answer for hit in hits)


# one question each: what stands behind a question mark is another one
_ASKED = st.text(st.characters(codec="utf-8", exclude_characters="?¿"), min_size=1, max_size=80)


@given(st.lists(_ASKED, min_size=1, max_size=MAX_HITS), st.data())
def test_question_finds_the_entry_that_asks_just_that(questions: list[str], data: st.DataObject) -> None:
    """Where it has a word that says something."""
    asked = data.draw(st.sampled_from(questions))
    assume(terms(asked, "it"))
    entries = [FaqEntry(question={"it": text}, answer={"it": "x"}) for text in questions]
    hits = FaqSearch(entries, ["it"]).best(asked, "it")
    assert any(hit.entry.question["it"] == asked and hit.likeness > 0.99 for hit in hits)


def test_five_hundred_entries_cost_little_more_than_a_few() -> None:
    """Ratios within one run: the time must not grow with the square of the entries, nor be felt by a poll."""
    many = [entry(f"Quanto costa il vaso numero {number}?", f"prezzo {number}") for number in range(500)]
    search = FaqSearch(many, ["it"])
    assert search.best("quanto costa il vaso numero 77", "it")[0].entry is many[77]
    begun = time.perf_counter()
    for number in range(50):
        search.best(f"quanto costa il vaso numero {number}?", "it")
    assert (time.perf_counter() - begun) / 50 < 0.1  # about 1 ms; a busy machine is no failure
