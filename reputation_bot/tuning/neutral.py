"""Ordinary sentences in each language that no rule ought to single out, by which a pattern that fits everything is found."""

_SENTENCES = {
    "it": (
        "Ieri siamo passati dal centro con mia sorella.",
        "Ho visto la vostra pagina mentre cercavo un regalo",
        "La scatola è blu e sta sul tavolo della cucina.",
        "Buongiorno a tutti, oggi piove",
        "Mio fratello abita a Torino da due anni.",
        "Domani apre il mercato in piazza",
        "Il colore della foto è un po' più chiaro.",
        "Abbiamo parlato di voi a cena",
        "Questa mattina il treno era pieno.",
        "Sto leggendo il libro che mi hai dato",
    ),
    "en": (
        "We walked through the town with my sister yesterday.",
        "I saw your page while looking for a present",
        "The box is blue and stands on the kitchen table.",
        "Good morning everyone, it is raining",
        "My brother has lived in Leeds for two years.",
        "The market opens tomorrow",
        "The colour in the photo is a little lighter.",
        "We talked about you over dinner",
        "The train was full this morning.",
        "I am reading the book you gave me",
    ),
    "es": (
        "Ayer paseamos por el centro con mi hermana.",
        "Vi vuestra página mientras buscaba un regalo",
        "La caja es azul y está en la mesa de la cocina.",
        "Buenos días a todos, hoy llueve",
        "Mi hermano vive en Sevilla desde hace dos años.",
        "Mañana abre el mercado",
        "Estoy leyendo el libro que me diste",
        "Esta mañana el tren iba lleno.",
    ),
    "fr": (
        "Hier nous sommes passés par le centre avec ma sœur.",
        "J'ai vu votre page en cherchant un cadeau",
        "La boîte est bleue, elle est sur la table de la cuisine.",
        "Bonjour à tous, il pleut aujourd'hui",
        "Mon frère habite à Lyon depuis deux ans.",
        "Le marché ouvre demain",
        "Je lis le livre que tu m'as donné",
        "Ce matin le train était plein.",
    ),
    "de": (
        "Gestern sind wir mit meiner Schwester durch die Stadt gegangen.",
        "Ich habe eure Seite gesehen, als ich ein Geschenk suchte",
        "Die Schachtel ist blau und steht auf dem Küchentisch.",
        "Guten Morgen zusammen, heute regnet es",
        "Mein Bruder wohnt seit zwei Jahren in Bremen.",
        "Morgen öffnet der Markt",
        "Ich lese das Buch, das du mir gegeben hast",
        "Heute früh war der Zug voll.",
    ),
}


def sentences(lang: str) -> tuple[str, ...]:
    """Those of one language; the English ones for a language without any."""
    return _SENTENCES.get(lang, _SENTENCES["en"])
