"""Answers as community managers write them, each with what the check must say of it: the test of the check, and what it means.

All are checked as public answers to Giulia in their own language unless they say otherwise. "" stands for no finding at all.
"""

from dataclasses import dataclass

PRIVATE_TALK = (
    "Buongiorno, sono Giulia Santangelo, abito in via dei Mille 12 a Brindisi. Ho pagato 87,40 euro e mio figlio ha la celiachia.",
    "Ciao Giulia, grazie: il corriere passa da Don Tonino a ritirare la zuppiera antigraffio.",
    "Hello, this is about the tureen for my sister Rosamund, she lives at 14 Larkfield Road.",
    "Hallo, hier ist Hans Wegmüller aus der Lindenstraße 7, es geht um die Suppenschüssel.",
)
PUBLIC_TALK = (
    "Giulia",
    "giulia_s",
    "Ordine mai arrivato, nessuno risponde. Dovevate consegnare il 14 novembre 2026.",
)


@dataclass(frozen=True, slots=True)
class Example:
    """An answer and the kinds of finding expected, by their values, separated by spaces."""

    lang: str
    expected: str
    text: str
    is_public: bool = True
    knows_private: bool = False  # whether PRIVATE_TALK was said in the case
    customer_lang: str | None = None  # its own language unless given


def good(lang: str, *texts: str) -> list[Example]:
    """Answers that anybody would gladly send."""
    return [Example(lang, "", text) for text in texts]


def bad(lang: str, expected: str, *texts: str) -> list[Example]:
    """Public answers with these faults and no others."""
    return [Example(lang, expected, text) for text in texts]


def private(lang: str, expected: str, *texts: str) -> list[Example]:
    """The same as private messages."""
    return [Example(lang, expected, text, is_public=False) for text in texts]


def giving_away(lang: str, expected: str, *texts: str) -> list[Example]:
    """Public answers in a case with PRIVATE_TALK."""
    return [Example(lang, expected, text, knows_private=True) for text in texts]


EXAMPLES: list[Example] = [
    # ------------------------------------------------------------------------------------------------ nothing wrong
    *good(
        "it",
        "Ciao Giulia, ci dispiace molto per l'attesa. Ti abbiamo scritto in privato per capire insieme dov'è il pacco.",
        "Grazie Giulia! Le tue parole fanno bene a tutta la bottega. A presto!",
        "Buongiorno Giulia, la tazza grande tiene 350 ml e va in lavastoviglie. Un saluto, Federica",
        "Ciao Giulia, il vaso costa 49,90 euro e la spedizione 6,50 euro.",
        "Ciao Giulia, siamo aperti dal lunedì al sabato, 9:00-13:00 e 15:30-19:30.",
        "Ciao Giulia, scrivici a ciao@bottega-aurora.example: ti risponde Federica.",
        "Ciao Giulia, ci trovi anche al telefono: 0832 123456, dalle 9 alle 18.",
        "Ciao Giulia, il mercatino è dal 12/12/2026 al 24/12/2026 in piazza Sant'Oronzo. Ti aspettiamo!",
        "Ciao Giulia, la collezione 2026 arriva in primavera. Grazie di seguirci dal 2019!",
        "Grazie mille Giulia 😊 Che bella foto, la tavola è proprio allegra.",
        "Ciao Giulia, ci spiace. Ci mandi in privato il numero d'ordine? Così guardiamo subito.",
        "Salve Giulia, per il reso hai 30 giorni dal ricevimento. Trovi tutto nella pagina Resi.",
        "Ciao Giulia, capiamo la delusione. Non possiamo garantire che sia l'ultimo pezzo, ma controlliamo volentieri.",
        "Ciao Giulia, hai ragione: una settimana senza risposta è troppo. Ti scriviamo adesso in privato.",
        "Ciao Giulia, sì, spediamo anche in Svizzera con GLS e con Poste Italiane. Grazie della domanda!",
        "Ciao Giulia, le misure sono 30 x 20 x 10 cm, il peso è 1.250 grammi. Un saluto!",
        "Ciao Giulia, puoi pagare con PayPal, carta o bonifico. A presto, lo staff di Bottega Aurora",
        "Ciao Giulia, la pratica è semplice: ci mandi una foto in privato e pensiamo noi al resto.",
        "Ciao Giulia, il forno arriva a 1.240 gradi, per questo lo smalto resiste. Grazie della curiosità!",
        "Ciao Giulia, abbiamo 10.000 clienti e leggiamo ogni messaggio. Grazie della pazienza.",
        "Ciao Giulia, scusaci: il messaggio ci era sfuggito. Ora siamo qui, come possiamo aiutarti?",
        "Ciao Giulia, il colore è RAL 5015, un azzurro chiaro. Un abbraccio!",
        "Ciao Giulia, lo sconto del 10% vale su tutta la collezione. Grazie di avercelo chiesto!",
        "Ciao Giulia, hai visto l'articolo 32? È lo stesso vaso, ma più basso. Un saluto",
    )
    + good(
        "en",
        "Hi Giulia, we're so sorry about the wait. We've sent you a private message so we can look into it together.",
        "Thank you, Giulia! Your words made our day.",
        "Hello Giulia, the large mug holds 350 ml and is dishwasher safe. Best wishes, Federica",
        "Hi Giulia, the vase is €49.90 and delivery to Malta is €12.",
        "Hi Giulia, could you send us your order number in a private message? Then we can check.",
        "Dear Giulia, we are open Monday to Friday, 9 am to 6 pm. See you soon!",
        "Hi Giulia, write to ciao@bottega-aurora.example and Federica will help you.",
        "Hi Giulia, we cannot promise a date yet, but we will tell you as soon as we know.",
        "Hi Giulia, the 2026 collection comes out in spring. Thank you for asking!",
        "Hello Giulia, yes, we ship to the UK with DHL and UPS. Thanks for asking!",
        "Thanks so much, Giulia! We'll pass this on to everyone in the workshop. 💛",
        "Hi Giulia, you have 30 days to send it back. The whole story is on the Returns page.",
    )
    + good(
        "es",
        "Hola Giulia, sentimos mucho la espera. Te hemos escrito por privado para ver juntos dónde está el paquete.",
        "¡Gracias, Giulia! Tus palabras nos alegran el día.",
        "Hola Giulia, la taza grande es de 350 ml y puede ir al lavavajillas. Un saludo, Federica",
        "Hola Giulia, el jarrón cuesta 49,90 euros y el envío 12 euros.",
        "Hola Giulia, ¿nos mandas por privado el número de pedido? Así lo miramos.",
        "Buenos días Giulia, abrimos de lunes a viernes de 9:00 a 18:00. ¡Hasta pronto!",
        "Hola Giulia, no podemos prometer una fecha todavía, pero te avisamos en cuanto sepamos algo.",
    )
    + good(
        "fr",
        "Bonjour Giulia, nous sommes désolés pour l'attente. Nous vous avons écrit en privé pour regarder ensemble.",
        "Merci Giulia ! Vos mots nous font très plaisir.",
        "Bonjour Giulia, la grande tasse contient 350 ml et passe au lave-vaisselle. À bientôt, Federica",
        "Bonjour Giulia, le vase coûte 49,90 € et la livraison 12 €.",
        "Bonjour Giulia, pouvez-vous nous envoyer le numéro de commande en message privé ?",
        "Bonjour Giulia, la boutique est ouverte du lundi au vendredi, de 9h00 à 18h00. À bientôt !",
        "Bonjour Giulia, nous ne pouvons pas garantir une date, mais nous vous écrivons dès que nous savons.",
    )
    + good(
        "de",
        "Guten Tag Giulia, das tut uns leid. Wir haben Ihnen privat geschrieben und schauen gemeinsam nach dem Paket.",
        "Vielen Dank, Giulia! Ihre Worte freuen die ganze Werkstatt.",
        "Hallo Giulia, die große Tasse fasst 350 ml und darf in die Spülmaschine. Viele Grüße, Federica",
        "Hallo Giulia, die Vase kostet 49,90 € und der Versand 12 €.",
        "Guten Tag Giulia, schicken Sie uns bitte privat die Bestellnummer? Dann sehen wir nach.",
        "Hallo Giulia, wir sind Montag bis Freitag von 9:00 bis 18:00 Uhr da. Bis bald!",
        "Guten Tag Giulia, wir können keinen Termin garantieren, sagen Ihnen aber Bescheid.",
    ),
    # ---------------------------------------------------------------------------------------- personal data in public
    *bad(
        "it",
        "order_number",
        "Ciao Giulia, il tuo ordine n. 4512 è in viaggio.",
        "Ciao Giulia, abbiamo guardato l'ordine 10456 e ti scriviamo in privato.",
        "Ciao Giulia, l'ordine #4512 è partito ieri, scusa l'attesa.",
        "Ciao Giulia, la spedizione BRT123456789 risulta ferma, ci dispiace.",
        "Ciao Giulia, il codice è 1Z999AA10123456784, scusaci per il giro.",
        "Ciao Giulia, il pacco RR123456785IT è a Lecce. A presto!",
        "Ciao Giulia, il tracking è 301234567890, scusa il ritardo.",
        "Ciao Giulia, ordine BA-100245 controllato: ti scriviamo in privato.",
        "Ciao Giulia, ordine numero: 451. Grazie!",
        "Ciao Giulia, il pacco è 0034 0434 1610 9404 2557, scusa.",
        "Ciao Giulia, il tuo ordine XKBKNABJK è partito.",
        "Ciao Giulia, il pacco 404-1234567-7654321 è fermo, ci dispiace.",
        "Ciao Giulia, il tuo ordine AU26x991 è pronto.",  # the shop's own pattern
    )
    + bad(
        "it",
        "email",
        "Ciao Giulia, ti abbiamo risposto a giulia.rossi@gmail.com, scusa l'attesa.",
        "Ciao Giulia, scrivi a federica.b@bottega-aurora.example, ti aiuta lei.",
        "Ciao Giulia, la tua e-mail giulia (at) libero.it non riceve. Ci dispiace.",
        "Ciao Giulia, abbiamo come indirizzo ｇｉｕｌｉａ＠ｌｉｂｅｒｏ.it, è giusto? Grazie",
    )
    + bad(
        "it",
        "phone",
        "Ciao Giulia, ti abbiamo chiamata al 347 1234567, grazie della pazienza.",
        "Ciao Giulia, chiama Federica al +39 347.123.4567.",
        "Ciao Giulia, il corriere risponde allo 02 12345678. Scusa l'attesa!",
        "Ciao Giulia, il numero 3471234567 non risponde, ci dispiace.",
        "Ciao Giulia, ti scriviamo su 347/1234567. A presto!",
    )
    + bad(
        "it",
        "iban",
        "Ciao Giulia, il bonifico va su IT60 X054 2811 1010 0000 0123 456 come chiedevi, grazie.",
    )
    + bad("it", "iban", "Grazie Giulia, abbiamo segnato it60x0542811101000000123456, va bene?")
    + bad(
        "it",
        "tax_code",
        "Ciao Giulia, la fattura è a nome RSSMRA85T10A562S, grazie.",
        "Ciao Giulia, il codice rss mra 85t10 a562s è giusto? Grazie!",
    )
    + bad("it", "vat_number", "Ciao Giulia, la partita IVA 00743110157 è quella giusta? Grazie!")
    + bad("it", "card", "Ciao Giulia, la carta 4111 1111 1111 1111 è stata rifiutata, ci dispiace.")
    + bad(
        "it",
        "surname",
        "Ciao Giulia, ti aiuta Federica Bianchi. A presto!",
        "Grazie Giulia! Paolo DE MARTINO ne sarà felice.",
        "Ciao Giulia, ne parla con te la signora Quaranta. Un saluto",  # named in rules.yaml
    )
    + bad(
        "it",
        "order_number email",
        "Ciao Giulia, l'ordine 10456 era di giulia@libero.it, scusa la confusione.",
    )
    + bad(
        "en",
        "order_number",
        "Hi Giulia, your order no. 4512 is on its way.",
        "Hi Giulia, thanks, order #10456 left yesterday.",
        "Hi Giulia, parcel 1Z999AA10123456784 is in Rome, sorry for the wait.",
    )
    + bad("en", "email", "Hi Giulia, thanks, we wrote to giulia.rossi@gmail.com.")
    + bad(
        "en",
        "phone",
        "Hi Giulia, thanks, we tried 020 7946 0018 twice.",
        "Hi Giulia, thanks, we called +44 20 7946 0018.",
    )
    + bad("en", "iban", "Hi Giulia, thanks, we have GB82 WEST 1234 5698 7654 32 on file.")
    + bad("en", "card", "Hi Giulia, sorry, the card 5555-5555-5555-4444 was refused.")
    + bad("en", "surname", "Hi Giulia, Federica Bianchi will help you, thank you.")
    + bad(
        "es",
        "order_number",
        "Hola Giulia, tu pedido n.º 45123 está en camino.",
        "Hola Giulia, el pedido 45123 ya salió.",
    )
    + bad("es", "tax_code", "Hola Giulia, gracias, la factura lleva el DNI 12345678Z.")
    + bad("es", "phone", "Hola Giulia, gracias, te llamamos al 612 345 678.")
    + bad("es", "email", "Hola Giulia, gracias, escribimos a giulia@correo.es.")
    + bad("fr", "order_number", "Bonjour Giulia, votre commande n° 45123 est en route.")
    + bad("fr", "phone", "Bonjour Giulia, merci, nous avons appelé le 06 12 34 56 78.")
    + bad("fr", "email", "Bonjour Giulia, merci, nous avons écrit à giulia@orange.fr.")
    + bad("fr", "iban", "Bonjour Giulia, merci, c'est bien FR14 2004 1010 0505 0001 3M02 606 ?")
    + bad(
        "de",
        "order_number",
        "Guten Tag Giulia, Ihre Bestellung Nr. 45123 ist unterwegs.",
        "Hallo Giulia, danke, Auftrag 45123 ist da.",
    )
    + bad("de", "phone", "Hallo Giulia, danke, wir haben 030 12345678 angerufen.")
    + bad("de", "vat_number", "Hallo Giulia, danke, die Nummer DE136695976 stimmt.")
    + bad("de", "iban", "Hallo Giulia, danke, wir haben DE89 3704 0044 0532 0130 00 notiert."),
    # --------------------------------------------------------------------------------------------- what is allowed in private
    *private(
        "it",
        "",
        "Ciao Giulia, il tuo ordine n. 4512 è in viaggio con BRT123456789.",
        "Ciao Giulia, ti chiamiamo al 347 1234567 o ti scriviamo a giulia.rossi@gmail.com.",
        "Ciao Giulia, il bonifico parte per IT60X0542811101000000123456. Federica Bianchi",
        "Ciao Giulia, la fattura è a nome RSSMRA85T10A562S, grazie.",
    )
    + private("it", "card", "Ciao Giulia, la carta 4111 1111 1111 1111 è stata rifiutata.")
    + private("it", "variable", "Ciao {author}, il tuo pacco è a Lecce. Grazie!")
    + private("it", "banned", "Ciao Giulia, il prodotto è fuori garanzia, ci dispiace.")
    + private("it", "promise", "Ciao Giulia, ti rimborsiamo entro domani.")
    + private("en", "", "Hi Giulia, your order no. 4512 is with 1Z999AA10123456784.")
    + private("de", "", "Hallo Giulia, Ihre Bestellung Nr. 45123 ist unterwegs."),
    # ------------------------------------------------------------------------------------------- said in private only
    *giving_away(
        "it",
        "private_words",
        "Ciao Giulia Santangelo, ci dispiace molto.",
        "Ciao Giulia, passiamo in via dei Mille, scusa il disagio.",
        "Ciao Giulia, il rimborso di 87,40 euro è una cosa che guardiamo, grazie.",
        "Ciao Giulia, ci dispiace che tuo figlio ha la celiachia.",
        "Ciao Giulia, grazie, lo lasciamo da Don Tonino.",
        "Ciao Giulia, scusa, spediamo a Brindisi anche oggi.",
    )
    + giving_away(
        "it",
        "",
        "Ciao Giulia, ci dispiace. Ti abbiamo scritto in privato.",
        "Ciao Giulia, grazie: il corriere passa di nuovo nei prossimi giorni.",
        "Ciao Giulia, il 14 novembre 2026 doveva arrivare, hai ragione. Scusaci.",
        "Grazie Giulia, a presto in bottega!",
        "Ciao Giulia, sono Federica, grazie: ho letto tutto.",
    )
    + giving_away(
        "en",
        "private_words",
        "Hi Giulia, thanks, we hope Rosamund likes it.",
        "Hi Giulia, thanks, we ship to Larkfield Road.",
    )
    + giving_away("en", "", "Hi Giulia, thanks, we have written to you in private.")
    + giving_away(
        "de",
        "private_words",
        "Guten Tag Hans Wegmüller, danke für Ihre Nachricht.",
        "Hallo Giulia, danke, in die Lindenstraße liefern wir.",
    )
    + giving_away("de", "", "Hallo Giulia, danke für Ihre Nachricht, es geht um die Suppe."),
    # ------------------------------------------------------------------------------------------------- not ready to leave
    *bad(
        "it",
        "variable",
        "Ciao {author}, grazie!",
        "Ciao [NOME], grazie di averci scritto.",
        "Ciao NOME, grazie di averci scritto.",
        "Ciao Giulia, scrivici a [inserire indirizzo]. Grazie!",
        "Ciao Giulia, ci vediamo il XXX, grazie!",
        "Ciao Giulia, il pacco è a ____, scusa.",
        "Ciao <nome cliente>, grazie!",
        "Gentile {{ customer_name }}, grazie.",
    )
    + bad(
        "en",
        "variable",
        "Hi [name], thanks for writing.",
        "Hi %s, thanks for writing.",
        "Hi ${name}, thanks for writing.",
    )
    + bad("de", "variable", "Hallo [Vorname], danke für Ihre Frage.")
    + bad("fr", "variable", "Bonjour [PRÉNOM], merci de votre message.")
    + bad("es", "variable", "Hola [nombre], gracias por escribirnos.")
    + bad(
        "it",
        "banned",
        "Ciao Giulia, purtroppo è fuori garanzia. Scusaci.",
        "Ciao Giulia, il FUORI-GARANZIA vale dopo due anni, grazie.",
    ),
    # ---------------------------------------------------------------------------------------------------------- the tone
    *bad(
        "it",
        "harsh",
        "Ciao Giulia, si calmi, il pacco arriva.",
        "Ciao Giulia, bastava leggere la pagina delle spedizioni.",
        "Ciao Giulia, forse se leggesse bene capirebbe.",
        "Ciao Giulia, lei non ha capito niente.",
        "Buongiorno, come già detto il pacco è dal corriere.",
        "Buongiorno Giulia, è colpa sua: ha scritto male l'indirizzo.",
        "Ciao Giulia, non è un nostro problema se il corriere ritarda.",
        "Ciao Giulia, queste sono bugie.",
        "Gentile Giulia, i nostri avvocati le scriveranno.",
        "Ciao Giulia, se non ti piace compra altrove.",
    )
    + bad(
        "it",
        "sarcasm",
        "Ciao Giulia, ma che strano, solo a te non è arrivato.",
        "Ciao Giulia, grazie per la stellina.",
        "Ciao Giulia, lo sappiamo già 🙄",
        "Grazie Giulia, se lo dice lei.",
    )
    + bad(
        "it",
        "shouting",
        "Ciao Giulia, ABBIAMO GIÀ RISPOSTO in privato.",
        "Ciao Giulia, leggi la mail!!!",
        "Ciao Giulia, come mai non rispondi ??!?",
        "Ciao Giulia, il pacco parte SEMPRE di lunedì.",
    )
    + bad("it", "harsh shouting", "Ciao Giulia, NON È COLPA NOSTRA se il corriere è in ritardo.")
    + bad("it", "cold", "Il pacco è fermo dal corriere.", "Mandaci il numero in privato.")
    + bad(
        "it",
        "jargon",
        "Ciao Giulia, il tuo ordine è stato evaso ieri.",
        "Ciao Giulia, abbiamo preso in carico la richiesta. Aspetta: l'abbiamo presa in carico ora.",
        "Ciao Giulia, in merito alla tua domanda: sì, va in forno.",
        "Gentile Giulia, restiamo a disposizione.",
        "Ciao Giulia, scusa il disservizio.",
        "Gentile Giulia, ci scusiamo per il disagio arrecato.",
        "Ciao Giulia, il pacco è in giacenza, guardiamo noi.",
    )
    + bad(
        "it",
        "admission",
        "Ciao Giulia, è colpa nostra.",
        "Ciao Giulia, colpa nostra: eccoci.",
        "Ciao Giulia, abbiamo sbagliato e ti scriviamo in privato.",
        "Ciao Giulia, è stato un nostro errore, ci dispiace.",
        "Ciao Giulia, ci assumiamo tutta la responsabilità.",
        "Ciao Giulia, ci siamo dimenticati di te, scusa.",
    )
    + bad(
        "it",
        "promise",
        "Ciao Giulia, avrai il rimborso entro domani.",
        "Ciao Giulia, ti garantisco che il pacco c'è.",
        "Ciao Giulia, arriva entro venerdì.",
        "Ciao Giulia, non succederà mai più.",
        "Ciao Giulia, ti regaliamo un buono.",
        "Ciao Giulia, per scusarci hai uno sconto del 20 %.",
        "Ciao Giulia, riceverai il rimborso, promesso. Intanto grazie.",
        "Ciao Giulia, il pacco partirà domani.",
    )
    + bad(
        "it",
        "long_sentence",
        "Ciao Giulia, abbiamo letto con calma il tuo messaggio di ieri sera e volevamo dirti che il vaso che hai visto in vetrina è"
        " fatto a mano da Anna e da Paolo nella nostra bottega di Lecce con la terra rossa della zona",
    )
    + bad(
        "en",
        "harsh",
        "Hi Giulia, calm down, it is on its way.",
        "Hello Giulia, you should have read the page.",
        "Hi Giulia, it is not our fault.",
    )
    + bad("en", "sarcasm", "Hi Giulia, what a coincidence.", "Thanks Giulia, good luck with that.")
    + bad("en", "shouting", "Hi Giulia, WE ALREADY ANSWERED in private.")
    + bad("en", "cold", "The parcel is with the carrier.")
    + bad(
        "en",
        "jargon",
        "Hi Giulia, please be advised that it left.",
        "Hi Giulia, do not hesitate to write.",
        "Hi Giulia, we will reach out.",
    )
    + bad("en", "admission", "Hi Giulia, it was our mistake.", "Hi Giulia, we messed up.")
    + bad(
        "en",
        "promise",
        "Hi Giulia, we guarantee it.",
        "Hi Giulia, your refund of $45.00 will be processed within 3 days.",
        "Hi Giulia, you will get a full refund.",
        "Hi Giulia, it will arrive by Friday.",
        "Hi Giulia, it won't happen again.",
    )
    + bad("es", "harsh", "Hola Giulia, no es nuestro problema.", "Hola Giulia, cálmese, ya llega.")
    + bad("es", "cold", "El paquete está con el mensajero.")
    + bad("es", "jargon", "Hola Giulia, quedamos a su disposición.")
    + bad("es", "admission", "Hola Giulia, ha sido culpa nuestra.", "Hola Giulia, nos hemos equivocado.")
    + bad("es", "promise", "Hola Giulia, te reembolsamos mañana.", "Hola Giulia, te garantizo que llega.")
    + bad("fr", "harsh", "Bonjour Giulia, calmez-vous.", "Bonjour Giulia, ce n'est pas notre problème.")
    + bad("fr", "cold", "Le colis est chez le transporteur.")
    + bad("fr", "jargon", "Bonjour Giulia, nous vous répondons dans les plus brefs délais.")
    + bad(
        "fr",
        "admission",
        "Bonjour Giulia, c'est de notre faute.",
        "Bonjour Giulia, nous nous sommes trompés.",
    )
    + bad(
        "fr",
        "promise",
        "Bonjour Giulia, vous serez remboursée demain.",
        "Bonjour Giulia, nous vous garantissons une réponse.",
    )
    + bad(
        "de",
        "harsh",
        "Guten Tag Giulia, das ist nicht unser Problem.",
        "Guten Tag Giulia, beruhigen Sie sich.",
    )
    + bad("de", "cold", "Das Paket ist beim Boten.")
    + bad("de", "jargon", "Guten Tag Giulia, wir melden uns schnellstmöglich.")
    + bad(
        "de",
        "admission",
        "Guten Tag Giulia, das war unser Fehler.",
        "Guten Tag Giulia, wir haben einen Fehler gemacht.",
    )
    + bad(
        "de",
        "promise",
        "Guten Tag Giulia, wir erstatten alles bis morgen.",
        "Guten Tag Giulia, das kommt nicht wieder vor.",
    ),
    # ------------------------------------------------------------------------------------------------------ the language
    Example(
        "it",
        "language",
        "Ciao Giulia, ci dispiace molto per l'attesa, guardiamo subito dov'è.",
        customer_lang="en",
    ),
    Example(
        "en", "language", "Hi Giulia, we're so sorry about the wait, we'll look into it.", customer_lang="it"
    ),
    Example(
        "de",
        "language",
        "Guten Tag Giulia, das tut uns leid, wir sehen gleich nach dem Paket.",
        customer_lang="fr",
    ),
    Example(
        "es", "language", "Hola Giulia, sentimos mucho la espera, lo miramos ahora mismo.", customer_lang="it"
    ),
    Example("it", "", "Grazie mille Giulia!", customer_lang="en"),  # too short to tell
    Example("it", "", "Ciao Giulia, grazie!", customer_lang="de"),
]
