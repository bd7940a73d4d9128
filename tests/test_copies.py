"""One text in several places is one case; two customers never are."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.copies import is_copy, marks_of, original_of, plain_address
from reputation_bot.model import CaseStatus, Mention, Visibility
from reputation_bot.ports import Storage
from reputation_bot.text import fold
from tests.factories import make_author, make_case, make_mention, make_record

REVIEW = (
    "Ho ordinato due tazze il 3 novembre e oggi, dopo tre settimane, il tracking dice ancora preso in carico. "
    "Ho scritto due volte e nessuno mi ha risposto."
)
ARTICLE = (
    "La Bottega Aurora di Faenza apre un secondo laboratorio in via Torricelli: lo ha annunciato ieri la titolare, "
    "che ha parlato di dodici nuovi posti di lavoro, di un corso di tornio aperto a tutti e di una collezione "
    "dedicata ai colori dell'Appennino, che sarà in vendita dal mese prossimo anche online e in quaranta negozi."
)


def post(text: str = REVIEW, channel: str = "piazza", name: str = "Mario Rossi", **more: object) -> Mention:
    author = make_author(name=name, handle=None, external_id=f"{channel}-{name}")
    url = f"https://{channel}.example/{abs(hash((channel, name))) % 1000}"
    mention = make_mention(f"{channel}-1", channel=channel, text=text, author=author, url=url, rating=None)
    return replace(mention, **more)  # type: ignore[arg-type]


COPIES = [
    pytest.param(post(), post(channel="trust"), id="same words of one author on two platforms"),
    pytest.param(post(), post(REVIEW.upper() + "!!", channel="trust"), id="shouted the second time"),
    pytest.param(
        post(ARTICLE, name="Corriere"), post(ARTICLE, channel="alert", name="Gazzetta"), id="syndicated"
    ),
    pytest.param(
        post(ARTICLE, name="Corriere", url="https://www.corriere.example/aurora/?utm_source=rss"),
        post(
            ARTICLE[:200] + "…", channel="alert", name="Corriere Online", url="http://corriere.example/aurora"
        ),
        id="the beginning of the same page",
    ),
    pytest.param(
        post(ARTICLE, name="Corriere"), post(f"RT @corriere: {ARTICLE}", name="Lia", channel="x"), id="repost"
    ),
    pytest.param(
        post(ARTICLE, name="Corriere"),
        post(f"Evviva! {ARTICLE}", name="Lia", channel="x"),
        id="quoted with a word of joy",
    ),
]
OTHERS = [
    pytest.param(
        post(), post(name="Luisa Bianchi", channel="trust"), id="two customers, the same short words"
    ),
    pytest.param(
        post(ARTICLE, rating=5.0),
        post(ARTICLE, channel="trust", name="Lia", rating=5.0),
        id="two customers with stars",
    ),
    pytest.param(post("Tutto perfetto"), post("Tutto perfetto", channel="trust"), id="too short to tell"),
    pytest.param(
        post(), post("Ho ordinato due tazze e sono bellissime, grazie!", channel="trust"), id="another story"
    ),
    pytest.param(post(rating=1.0), post(channel="trust", rating=5.0), id="other stars"),
    pytest.param(post(), post(channel="trust", visibility=Visibility.PRIVATE), id="in private"),
    pytest.param(post(), post(), id="twice on one platform: the author insists"),
    pytest.param(
        post(
            "Arrivate rotte tutte e due le tazze, che delusione", url="https://shop.example/tazze", name="Lia"
        ),
        post(
            "Bellissime le tazze, arrivate in due giorni",
            url="https://shop.example/tazze",
            channel="trust",
            name="Ugo",
        ),
        id="two reviews on one page",
    ),
]


@pytest.mark.parametrize(("one", "other"), COPIES)
def test_a_copy_is_told(one: Mention, other: Mention) -> None:
    assert is_copy(one, other)
    assert is_copy(other, one)
    assert set(marks_of(one)) & set(marks_of(other))


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_what_is_new_is_no_copy(one: Mention, other: Mention) -> None:
    assert not is_copy(one, other)
    assert not is_copy(other, one)


def test_the_oldest_of_several_is_the_original(storage: Storage) -> None:
    first, second, third = post(), post(channel="trust"), post(channel="google")
    with storage.transaction() as tx:
        tx.open_case(make_case(status=CaseStatus.OPEN))
        for mention in (first, second):
            tx.put_record(make_record(mention, marks=marks_of(mention)))
        found = original_of(tx, third)
        assert found is not None
        assert found.mention == first
        assert original_of(tx, post("Una cosa del tutto diversa da dire oggi", channel="google")) is None


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://www.shop.example/a/?utm_source=x&id=7&fbclid=y#top", "shop.example/a?id=7"),
        ("http://m.shop.example/a/amp", "shop.example/a"),
        ("https://shop.example/", None),
        ("https://[broken", None),
        ("https://shop.example/?p=12", "shop.example?p=12"),
    ],
)
def test_addresses_in_their_plain_form(url: str, plain: str | None) -> None:
    assert plain_address(url) == plain


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared_in_either_order(one: str, other: str) -> None:
    here, there = post(one or "x"), post(other or "x", channel="trust")
    assert is_copy(here, there) == is_copy(there, here)
    assert all(mark == fold(mark) for mark in marks_of(here) if mark.startswith("t:"))
