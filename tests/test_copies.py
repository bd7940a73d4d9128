"""One text in several places is one case; two customers never are."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.copies import is_copy, marks_of, original_of
from reputation_bot.copies.addresses import plain_address
from reputation_bot.model import CaseStatus, Mention, Visibility
from reputation_bot.ports import Storage
from reputation_bot.text import fold
from tests.factories import NOW, make_author, make_case, make_mention, make_record

REVIEW = (
    "Ho ordinato due tazze il 3 novembre e oggi, dopo tre settimane, il tracking dice ancora preso in carico. "
    "Ho scritto due volte e nessuno mi ha risposto."
)
ARTICLE = (
    "La Bottega Aurora di Faenza apre un secondo laboratorio in via Torricelli: lo ha annunciato ieri la titolare, "
    "che ha parlato di dodici nuovi posti di lavoro, di un corso di tornio aperto a tutti e di una collezione "
    "dedicata ai colori dell'Appennino, che sarà in vendita dal mese prossimo anche online e in quaranta negozi."
)


MIDNIGHT = NOW.replace(hour=0, minute=0)


def elsewhere(mention: Mention) -> Mention:
    """The same in another thread of its channel."""
    return replace(mention, external_id="other", thread="other", url="https://piazza.example/groups/2")


def post(text: str = REVIEW, channel: str = "piazza", name: str = "Mario Rossi", **more: Any) -> Mention:
    author = make_author(name=name, handle=None, external_id=f"{channel}-{name}")
    url = f"https://{channel}.example/{abs(hash((channel, name))) % 1000}"
    mention = make_mention(
        f"{channel}-{name}", channel=channel, text=text, author=author, url=url, rating=None
    )
    return replace(mention, **more)


COPIES = [
    pytest.param(post(), post(channel="trust"), id="same words of one author on two platforms"),
    pytest.param(post(), post(channel="trust", name="mario_rossi"), id="whose name is a handle there"),
    pytest.param(
        post(f"{REVIEW} (https://shop.example/tazze)."),
        post(f"{REVIEW} https://shop.example/ta…", channel="trust"),
        id="the link cut off",
    ),
    pytest.param(
        post(), post(REVIEW.replace("tracking", "traking"), channel="trust"), id="with a letter lost"
    ),
    pytest.param(post(), post(REVIEW[:90] + "…", channel="trust"), id="cut off"),
    pytest.param(post(), post(channel="trust", title="Mai arrivato"), id="under a title"),
    pytest.param(post(), post(REVIEW.upper() + "!!", channel="trust"), id="shouted the second time"),
    pytest.param(
        post(ARTICLE, name="Corriere", title="Apre il secondo laboratorio"),
        post(
            f"{ARTICLE}\n\nL'articolo Faenza cresce proviene da La Gazzetta.",
            channel="alert",
            name="Gazzetta",
            title="Faenza cresce",
        ),
        id="syndicated under another title, with a line below",
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
        post(ARTICLE, name="Corriere", title="Apre il secondo laboratorio"),
        post(f"Evviva! {ARTICLE}", name="Lia", channel="x"),
        id="an article quoted whole with a word of joy",
    ),
    pytest.param(
        post("Ordine mai arrivato @corriere", name="Lia"),
        post("😎 RT @lia: Ordine mai arrivato @corriere https://t.co/1", name="Ugo"),
        id="a few words repeated on the same platform",
    ),
    pytest.param(
        post(name="Lia"),
        post(f"“@lia: {REVIEW[:90]}…” @bottega", name="Ugo"),
        id="the beginning in quotation marks",
    ),
    pytest.param(
        post(f"RT @lia: {REVIEW}", name="Ugo"),
        post(f"RT @lia: {REVIEW}", name="Eva", channel="x"),
        id="repeated by two",
    ),
    pytest.param(
        post(
            ARTICLE,
            name="Corriere",
            title="Apre il secondo laboratorio",
            url="https://corriere.example/aurora",
        ),
        post(
            "Apre il secondo laboratorio https://www.corriere.example/aurora/?fbclid=1",
            name="Ugo",
            channel="x",
        ),
        id="shared by its title",
    ),
    pytest.param(
        post(),
        elsewhere(post(created_at=NOW + timedelta(hours=3))),
        id="in two groups of one platform on one day",
    ),
    pytest.param(
        post("Mai arrivato", url="https://piazza.example/7"),
        post("Mai arrivato", url="https://piazza.example/7", channel="search"),
        id="one post that two channels show, however short",
    ),
    pytest.param(
        post(ARTICLE, name="Corriere", title="Apre il secondo laboratorio", url="https://corriere.example/a"),
        post(
            "Apre il secondo laboratorio",
            name="Alert",
            channel="alert",
            url="https://corriere.example/a?ref=rss",
        ),
        id="the headline alone in another feed",
    ),
    pytest.param(
        post(
            "Domani", name="Corriere", title="Apre il secondo laboratorio", url="https://corriere.example/a"
        ),
        post(
            "Domani",
            name="Alert",
            title="Apre il secondo laboratorio",
            channel="x",
            url="https://corriere.example/a",
        ),
        id="an entry of few words in two feeds",
    ),
    pytest.param(
        post("Apre domani!", name="Corriere", url="https://corriere.example/a"),
        post("Apre domani!", name="Alert", channel="alert", url="https://corriere.example/a"),
        id="an entry without a title in two feeds, of one moment",
    ),
    pytest.param(
        post("Mai!", url="https://piazza.example/7", created_at=NOW),
        post("mai", url="https://piazza.example/7", channel="search", created_at=None),
        id="though one does not say when",
    ),
    pytest.param(
        post(f"{REVIEW} https://shop.example/tazze?utm_source=x"),
        post(f"{REVIEW} https://bit.ly/7", channel="trust"),
        id="with its link shortened",
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
    pytest.param(post(), post(external_id="later"), id="twice in one thread: the author insists"),
    pytest.param(
        post(),
        elsewhere(post(created_at=NOW + timedelta(days=2))),
        id="two days later on one platform: the author insists",
    ),
    pytest.param(
        post(ARTICLE, name="Corriere"),
        post(ARTICLE, channel="alert", name="Gazzetta"),
        id="two people send in one form letter",
    ),
    pytest.param(
        post(ARTICLE, name="Corriere", title="Apre"),
        post(ARTICLE, name="Ugo", thread="1", title="Apre", channel="alert"),
        id="an answer, however long",
    ),
    pytest.param(
        post("L'ordine 1234 non è mai arrivato e nessuno mi risponde al telefono da giorni"),
        post("L'ordine 5678 non è mai arrivato e nessuno mi risponde al telefono da giorni", channel="trust"),
        id="one author, two orders",
    ),
    pytest.param(
        post("Non so che cosa devo fare per avere la fattura del mese scorso, aiuto"),
        post("Non so che cosa devo fare per avere il rimborso del mese scorso, aiuto", channel="trust"),
        id="one author, two questions",
    ),
    pytest.param(
        post("Sono contento di come hanno risolto, ci tornerò"),
        post("Non sono contento di come hanno risolto, ci tornerò", channel="trust"),
        id="one author, the contrary",
    ),
    pytest.param(
        post("Consegna veloce e tutto perfetto, grazie", name="Maria"),
        post("Consegna veloce e tutto perfetto, grazie", name="Maria", channel="trust"),
        id="two customers of one first name",
    ),
    pytest.param(
        post(name="Cliente Amazon"), post(name="Cliente Amazon", channel="trust"), id="two who give no name"
    ),
    pytest.param(
        post(name="Lia"),
        post(f"RT @lia: {REVIEW} Anche a me!", name="Ugo", channel="x"),
        id="repeated, and a word behind",
    ),
    pytest.param(
        post(name="Lia"),
        post(f"Anche a me! RT @lia: {REVIEW}", name="Ugo", channel="x"),
        id="repeated, and a word before",
    ),
    pytest.param(
        post(name="Lia"),
        post(f"“@lia: {REVIEW}” Idem", name="Ugo", channel="x"),
        id="quoted, and a word behind",
    ),
    pytest.param(
        post(f"RT @lia: {REVIEW} Idem", name="Ugo"),
        post(f"RT @lia: {REVIEW}", name="Eva", channel="x"),
        id="one of two who repeat adds a word",
    ),
    pytest.param(
        post(
            ARTICLE,
            name="Corriere",
            title="Apre il secondo laboratorio",
            url="https://corriere.example/aurora",
        ),
        post("Apre il secondo laboratorio, evviva https://corriere.example/aurora", name="Ugo", channel="x"),
        id="shared with a word of one's own",
    ),
    pytest.param(
        post("Grazie, articolo davvero molto utile", url="https://blog.example/1#comment-7", name="Lia"),
        post(
            "Grazie, articolo davvero molto utile",
            url="https://blog.example/1#comment-8",
            name="Ugo",
            channel="x",
        ),
        id="two comments on one page",
    ),
    pytest.param(
        post(
            "Tutto bene con la consegna, grazie", url="https://forum.example/1", name="Lia", title="Re: Tazze"
        ),
        post(
            "Mai più, due tazze rotte su tre",
            url="https://forum.example/1",
            name="Ugo",
            channel="x",
            title="Re: Tazze",
        ),
        id="two answers under one title on one page",
    ),
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
        ("https://twitter.com/giulia/status/7?s=20&t=abc", "x.com/giulia/status/7"),
        ("https://old.reddit.com/r/italy/comments/a/b/c/?context=3", "reddit.com/r/italy/comments/a/b/c"),
        ("https://shop.example/caff%C3%A8/index.html?amp=1", "shop.example/caffè"),
        ("http://127.0.0.1:8800/posts/7", "127.0.0.1:8800/posts/7"),
        ("https://shop.example:99999/a", None),
        ("https://blog.example/1#comment-7", "blog.example/1#comment-7"),
        ("https://blog.example/1#xtor=RSS-8", "blog.example/1"),
    ],
)
def test_addresses_in_their_plain_form(url: str, plain: str | None) -> None:
    assert plain_address(url) == plain


WORDS = st.lists(
    st.sampled_from("ordine mai arrivato tazza rotta rt @lia: “ ” 12 https://a.example/1 …".split()),
    max_size=60,
)
TEXTS = st.text(min_size=1, max_size=300) | WORDS.map(" ".join).filter(bool)
NAMES = st.sampled_from(["Lia", "lia", "Mario Rossi", "Cliente", "", "La Gazzetta"])
MENTIONS = st.builds(
    post,
    TEXTS,
    channel=st.sampled_from(["piazza", "trust"]),
    name=NAMES,
    title=st.none() | TEXTS,
    url=st.none() | st.sampled_from(["https://a.example/1", "https://b.example/2", "https://[", "x"]),
    thread=st.sampled_from(["piazza-Lia", "trust-Lia", "other"]),
    rating=st.sampled_from([None, 1.0, 5.0]),
)


@given(MENTIONS, MENTIONS)
def test_any_two_mentions_can_be_compared_in_either_order(here: Mention, there: Mention) -> None:
    assert is_copy(here, there) == is_copy(there, here)
    assert not is_copy(here, here)
    assert all(mark == fold(mark) for mark in marks_of(here) if mark.startswith("t:"))


@given(MENTIONS, MENTIONS)
def test_a_copy_is_found_by_a_mark_that_both_have(here: Mention, there: Mention) -> None:
    assert set(marks_of(here)) & set(marks_of(there)) or not is_copy(here, there)


@given(MENTIONS, st.sampled_from(["utm_source=rss&utm_medium=feed", "fbclid=IwAR0", "gclid=7", "ref=x"]))
def test_with_a_tracker_in_its_address_it_is_a_copy_of_itself(mention: Mention, tracker: str) -> None:
    page = replace(mention, url="https://paper.example/news/1")
    assert is_copy(
        page, replace(page, channel="alert", url=f"http://www.paper.example/news/1/?{tracker}#top")
    )


@given(st.lists(TEXTS, min_size=2, max_size=2), st.sampled_from(["piazza", "trust"]))
def test_two_names_are_never_one_but_for_an_article_or_a_repetition(texts: list[str], channel: str) -> None:
    one, other = post(texts[0], name="Lia Bo"), post(texts[1], name="Ugo Fo", channel=channel)
    assert not is_copy(one, other) or "@" in f"{one.text}{other.text}"
    assert not is_copy(one, replace(other, text=one.text)) or "@" in one.text


@pytest.mark.parametrize("piece", ["@a ", "@", "“", "“@a: ", "RT @a ", '"', "https://a.b/(", "x…", "-"])
def test_hostile_text_takes_bounded_time(piece: str) -> None:
    begin = time.process_time()
    one, other = post(piece * 20_000), post(piece * 19_000, channel="trust")
    assert is_copy(one, other) in {True, False}
    assert time.process_time() - begin < 1


def test_said_again_after_our_answer_it_is_new(storage: Storage) -> None:
    first, answered_at = post(created_at=NOW), NOW + timedelta(hours=1)
    with storage.transaction() as tx:
        tx.open_case(make_case(status=CaseStatus.WAITING, answered_at=answered_at))
        tx.put_record(make_record(first, marks=marks_of(first)))
        before = original_of(tx, post(channel="trust", created_at=NOW + timedelta(minutes=59)))
        after = original_of(tx, post(channel="trust", created_at=NOW + timedelta(minutes=61)))
        assert before is not None
        assert after is None


def test_of_a_flood_only_the_newest_are_compared(storage: Storage) -> None:
    """However many texts of one author share a mark."""
    flood = [post(f"{REVIEW} {number}", external_id=f"{number}", url=None) for number in range(60)]
    with storage.transaction() as tx:
        tx.open_case(make_case())
        for mention in flood:
            tx.put_record(make_record(mention, marks=marks_of(mention)))
        loaded = tx.records_marked(marks_of(flood[0])[1:2], newest=20)
        found = original_of(tx, replace(flood[59], channel="trust", external_id="copy"))
    assert {record.mention.key for record in loaded} == {mention.key for mention in flood[40:]}
    assert found is not None
    assert found.mention == flood[59]
