"""What customers write with links, likes, codes and requests, which must never be hidden as spam."""

from functools import lru_cache

import pytest

from reputation_bot.model import Category
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Settings
from tests.classifying import mention

ABOUT_ORDERS = [
    "Ho appena creato un profilo sul vostro sito ma non riesco ad accedere",
    "Condividete anche voi la vostra esperienza con questo negozio, io mi sono trovata malissimo",
    "Fate girare: questo negozio non risponde a nessuno da un mese!",
    "Aiutatemi, ho pagato 50 euro e non ho ricevuto nulla",
    "Vi mando il preventivo firmato, quando possiamo sentirci?",
    "Ho vinto il vostro giveaway ma non ho ricevuto il premio",
    "Guarda come è arrivato il pacco https://imgur.com/abc",
    "Incredibile! Guarda come mi hanno spedito il vaso https://ibb.co/xyz",
    "Ecco come è arrivato https://photos.app.goo.gl/abc",
    "Seguitemi il reso per favore, è una settimana che aspetto",
    "Segui la mia pratica per favore",
    "Lavoro da casa e il corriere non suona mai il campanello",
    "Il bonus di benvenuto di 10 euro non compare",
    "Il mio codice invito non va",
    "Scrivetemi su whatsapp al 333 1234567, vorrei fare un ordine",
    "Siamo specializzate in matrimoni e cerchiamo 200 bomboniere",
    "Regaliamo 20 vostri vasi ai dipendenti, fate sconti quantità?",
    "Check out how my parcel arrived https://imgur.com/abc",
    "Please like I said, I need my money back",
    "Add me to the newsletter please",
    "Subscribe and save discount was not applied",
    "Here's the photo of the damage https://www.facebook.com/photo/?fbid=1",
    "Posted my review here https://myblog.wordpress.com/bottega-aurora lovely shop",
    "Can you share the tracking please",
]
NAMING_US = [
    "Bottega Aurora has opened a second shop https://news.example/2026/11/aurora",
    "Ten gift ideas from small Italian shops, Bottega Aurora among them https://giftguide.example/italy",
    "Look what Bottega Aurora sent me https://pixelfed.social/p/1",
    "Bottega Aurora's vases on our table https://www.instagram.com/p/abc",
    "Incredibile la mostra di Bottega Aurora https://giornale.example/aurora",
    "Guardate che bella la tazza di Bottega Aurora https://www.instagram.com/p/abc",
]


@lru_cache(maxsize=1)
def classifier() -> Classifier:
    given = {"brand": {"name": "Bottega Aurora"}, "telegram": {"chat": -1}, "languages": ["it", "en"]}
    return Classifier(Settings.model_validate(given))


@pytest.mark.parametrize("text", ABOUT_ORDERS)
def test_a_customer_on_a_page_of_our_own_is_no_spammer(text: str) -> None:
    assert classifier().classify(mention(text, lang=None)).category is not Category.SPAM


@pytest.mark.parametrize("text", NAMING_US)
def test_who_names_us_beside_an_address_is_no_spammer(text: str) -> None:
    found = classifier().classify(mention(text, lang=None), ("Bottega Aurora",))
    assert found.category is not Category.SPAM


def test_who_begs_for_followers_is_a_spammer_though_naming_us() -> None:
    text = (
        "Nice, Bottega Aurora! Subscribe to my channel and follow me back, free gift cards www.cards.example"
    )
    assert classifier().classify(mention(text, lang=None), ("Bottega Aurora",)).category is Category.SPAM
