"""Everything that staff can do at the desk, chapter by chapter, played with any hands; which hands is the tests' choice."""

from datetime import timedelta

from tests.at_work import AtWork
from tests.hands import FEDERICA, PAOLO, STRANGER, VITTORIA, Hands, wait_for

RULES = """
brand:
  name: Bottega Aurora
  terms: [bottega aurora]
  contact: ciao@bottega-aurora.example
  signature: Lo staff
telegram: {chat: -1001234567890}
operators:
  anna: {telegram: 1001, role: lead}
  paolo: {telegram: 1002, role: approver}
  federica: {telegram: 1003, role: agent}
  vittoria: {telegram: 1004, role: viewer}
publishing: {undo: 2s, two_people: {categories: [suggestion]}}
channels:
  piazza: {connector: sandbox, url: "{url}", every: 1s}
"""
_LATE = "Bottega Aurora, il mio pacco è in ritardo e nessuno risponde"


def first_answer(hands: Hands) -> None:
    """Taken, given back, assigned, edited, flipped, published, undone, published; the author goes on."""
    post = hands.network.post("Elena Marchi", f"{_LATE}!", rating=1)
    card = hands.network.card("Elena Marchi")
    assert "Non sei tra gli operatori" in hands.press(card, "Prendo io", STRANGER)
    assert "Puoi guardare" in hands.press(card, "Prendo io", VITTORIA)
    assert hands.press(card, "Prendo io", FEDERICA) == "È tuo."
    hands.see(card, "👤 Federica", "Lascio")
    hands.press(card, "Lascio", FEDERICA)
    hands.press(card, "Altro")
    hands.press(card, "Assegna…")
    hands.press(card, "Paolo")
    hands.see(card, "👤 Paolo")
    hands.press(card, "Altra bozza", PAOLO)
    hands.see(card, "Bozza 2/")
    hands.press(card, "In privato", PAOLO)
    hands.see(card, "🔒 PRIVATA", "Invia in privato")
    hands.press(card, "In pubblico", PAOLO)
    assert "Rispondi a questa scheda" in hands.press(card, "Modifica", PAOLO)
    hands.say("Ciao Elena, ci dispiace: controlliamo subito.", PAOLO, answering=card)
    hands.see(card, "scritta da Paolo", "Ciao Elena, ci dispiace: controlliamo subito.")
    assert "Può pubblicare solo chi approva" in hands.press(card, "Pubblica", FEDERICA)
    hands.press(card, "Pubblica", PAOLO)
    hands.press(card, "Annulla", PAOLO)
    hands.see(card, "Pubblica")
    assert hands.network.answers(post) == []
    hands.press(card, "Pubblica", PAOLO)
    hands.see(card, "pubblicata", "Scrivi ancora")
    assert hands.network.answers(post) == ["Ciao Elena, ci dispiace: controlliamo subito."]
    _the_author_goes_on(hands, card, post)


def _the_author_goes_on(hands: Hands, card: int, post: str) -> None:
    before = hands.network.last_id()
    hands.network.post("Elena Marchi", "Grazie, vi ho scritto in privato.", reply_to=post)
    hands.network.newest("Grazie, vi ho scritto", after=before)
    hands.see(card, "↩️ PUBBLICO", "Pubblica")
    before = hands.network.last_id()
    hands.network.post("Elena Marchi", "Abito in via Verdi 3.", reply_to=post, private=True)
    hands.network.newest("🔒 PRIVATO", after=before)
    hands.see(card, "via Verdi 3", "Invia in privato")
    hands.say("Arriva domani, Elena.", answering=card)
    hands.see(card, "Arriva domani, Elena.")
    hands.press(card, "Invia in privato")
    hands.see(card, "inviata in privato")
    assert hands.network.answers(post, private=True) == ["Arriva domani, Elena."]
    hands.press(card, "Chiudi")
    hands.see(card, "Chiuso", "Riapri")
    before = hands.network.last_id()
    hands.press(card, "Storia")
    hands.network.newest("📖", after=before)
    _who_did_what(hands, card)
    hands.press(card, "Riapri")
    hands.see(card, "Altro")


def _who_did_what(hands: Hands, card: int) -> None:
    """Below the card, once for all who ask; what has happened since is added there."""
    before = hands.network.last_id()
    assert hands.press(card, "Registro", VITTORIA) == ""
    audit = hands.network.newest("📜 Registro di", after=before)
    told = [
        "Elena Marchi ha scritto su Piazza (reclamo) ★☆☆☆☆",
        "Federica ha preso il caso",
        "Anna ha assegnato il caso a Paolo",
        "Paolo ha annullato: non è uscito niente",
        "Il bot ha pubblicato la risposta a Elena Marchi approvata da Paolo: «Ciao Elena, ci dispiace: controlliamo subito.»",
        "Anna ha chiuso il caso",
    ]
    hands.see(audit, *told)
    text = hands.network.message(audit)["text"]
    assert sorted(told, key=text.index) == told
    assert hands.network.message(audit)["reply_to"] == card
    assert "Il registro è sotto la scheda" in hands.press(card, "Registro")
    hands.say("/note Sentita: è contenta.", answering=card)
    hands.see(card, "📝 Anna: Sentita: è contenta.")
    hands.press(card, "Registro", PAOLO)
    hands.see(audit, "Anna ha annotato: «Sentita: è contenta.»")


def hand_off(hands: Hands) -> None:
    """Both parts, each edited; first the private message, then the invitation; closed in public once it is settled."""
    post = hands.network.post("Carlo Testa", f"{_LATE}. Che delusione", rating=2)
    card = hands.network.card("Carlo Testa")
    hands.press(card, "Invita")
    hands.see(card, "1. 🔒 PRIVATA", "2. PUBBLICA", "Pubblica entrambe")
    hands.press(card, "Solo la 2")
    hands.see(card, "Invita")
    hands.press(card, "Invita")
    hands.see(card, "1 privata")
    hands.press(card, "2 pubblica")
    hands.say("Ciao Carlo, ti abbiamo appena scritto in privato.", answering=card)
    hands.see(card, "Ciao Carlo, ti abbiamo appena scritto in privato.")
    hands.press(card, "1 privata")
    hands.say("Ciao Carlo, ci mandi il numero d'ordine?", answering=hands.asked())
    hands.see(card, "Ciao Carlo, ci mandi il numero d'ordine?")
    hands.press(card, "Pubblica entrambe")
    hands.see(card, "inviata in privato", "pubblicata")
    assert hands.network.answers(post, private=True) == ["Ciao Carlo, ci mandi il numero d'ordine?"]
    assert hands.network.answers(post) == ["Ciao Carlo, ti abbiamo appena scritto in privato."]
    hands.press(card, "Chiudi in pubblico")
    hands.see(card, "Pubblica")
    hands.press(card, "Pubblica")
    hands.see(card, "Chiuso")
    assert len(hands.network.answers(post)) == 2


def the_check(hands: Hands) -> None:
    """What must not be said in public is moved to a private message, or a lead says why it may go out."""
    post = hands.network.post("Dario Neri", f"{_LATE}, ordine 45127", rating=1)
    card = hands.network.card("Dario Neri")
    blocked = "Ciao Dario, ci dispiace. Scrivici a dario.neri@posta.example per il rimborso."
    hands.say(blocked, PAOLO, answering=card)
    hands.see(card, "⛔", "Sposta in privato")
    hands.press(card, "Sposta in privato", PAOLO)
    hands.see(card, "1. 🔒 PRIVATA", "2. PUBBLICA", "Pubblica entrambe")
    hands.press(card, "Solo la 2", PAOLO)
    hands.see(card, "Invita")
    hands.say(blocked, PAOLO, answering=card)
    hands.see(card, "Comunque…")
    assert "Può deciderlo solo" in hands.press(card, "Comunque…", PAOLO)
    hands.press(card, "Comunque…")
    hands.press(card, "Torna")
    hands.press(card, "Comunque…")
    hands.press(card, "D'accordo col cliente")
    hands.see(card, "pubblicata")
    assert hands.network.answers(post) == [blocked]


def two_people(hands: Hands) -> None:
    """Nobody publishes this alone."""
    post = hands.network.post(
        "Irene Galli", "Bottega Aurora, sarebbe bello se aggiungeste il colore verde alle tazze."
    )
    card = hands.network.card("Irene Galli")
    hands.see(card, "👥")
    hands.say("Bella idea, Irene: grazie!", PAOLO, answering=card)
    hands.see(card, "Bella idea, Irene: grazie!")
    assert "Deve approvare un'altra persona" in hands.press(card, "Pubblica", PAOLO)
    hands.see(card, "Approvata da Paolo")
    assert "Hai già approvato" in hands.press(card, "Pubblica", PAOLO)
    hands.press(card, "Pubblica")
    hands.see(card, "pubblicata")
    assert hands.network.answers(post) == ["Bella idea, Irene: grazie!"]


def snoozes(hands: Hands, work: AtWork) -> None:
    """All four; each comes back by itself."""
    naps = {
        "Sara Lupi": "1 ora",
        "Ugo Riva": "Stasera",
        "Nina Costa": "Domani all'apertura",
        "Leo Monti": "Lunedì all'apertura",
    }
    cards = {}
    for author, nap in naps.items():
        hands.network.post(author, f"Bottega Aurora, quando riaprite? Lo chiede {author}")
        cards[author] = hands.network.card(author)
        hands.press(cards[author], "Altro")
        hands.press(cards[author], "Rimanda…")
        hands.see(cards[author], "Fino a quando?")
        hands.press(cards[author], nap)
        hands.see(cards[author], "💤")
    before = hands.network.last_id()
    work.let_pass(timedelta(days=8))
    for author in naps:
        woken = hands.network.newest(author, after=before)
        hands.see(woken, "È ora di riprenderlo")


def notes(hands: Hands) -> None:
    """Asked for by the button, or written with the command in answer to the card; neither leaves the group."""
    post = hands.network.post("Olga Fini", f"{_LATE}: Olga", rating=2)
    card = hands.network.card("Olga Fini")
    hands.press(card, "Altro", FEDERICA)
    hands.press(card, "Nota", FEDERICA)
    hands.say("Il corriere dice domani.", FEDERICA, answering=hands.asked(FEDERICA))
    hands.see(card, "📝 Federica: Il corriere dice domani.")
    hands.say("/note Sentita al telefono.", PAOLO, answering=card)
    hands.see(card, "📝 Paolo: Sentita al telefono.")
    hands.say("/assign Paolo", answering=card)
    hands.see(card, "👤 Paolo")
    assert hands.network.answers(post) == hands.network.answers(post, private=True) == []


def corrections(hands: Hands) -> None:
    """What it is, what it is about, how urgent it is."""
    hands.network.post("Rita Poli", "Bottega Aurora, ho visto il vostro banco in fiera", rating=3)
    card = hands.network.card("Rita Poli")
    for steps in (
        ["Classe…", "Idea"],
        ["Classe…", "Argomento…", "prezzo"],
        ["Classe…", "Priorità…", "urgente"],
    ):
        hands.press(card, "Altro", FEDERICA)
        for button in steps:
            hands.press(card, button, FEDERICA)
    hands.see(card, "Idea · prezzo · ‼️ urgente", "corretto da Federica")


def dismissals(hands: Hands) -> None:
    """Each reason, and the way back."""
    reasons = {"Non siamo noi": "Ada", "Spam": "Bice", "Doppione": "Cleo", "Non serve rispondere": "Dora"}
    for reason, author in reasons.items():
        hands.network.post(
            f"{author} Valli", f"Bottega Aurora: parla {author}, solo per salutare tutti quanti"
        )
        card = hands.network.card(f"{author} Valli")
        hands.press(card, "Scarta…", FEDERICA)
        hands.see(card, "Perché la scarti?")
        hands.press(card, reason, FEDERICA)
        hands.see(card, "Scartato", reason.lower())
    hands.press(card, "Riapri", FEDERICA)
    hands.see(card, "Scarta…")


def together_and_apart(hands: Hands) -> None:
    """Two cases become one and two again; a second message gets a case of its own."""
    one = hands.network.post("Vera Longo", f"{_LATE}: il vaso", rating=1)
    first = hands.network.card("Vera Longo")
    hands.network.post("Vera Longo", "Bottega Aurora, e fate anche i corsi di tornio?")
    second = hands.network.card("Vera Longo", after=first)
    hands.see(second, "2ª volta")
    hands.press(second, "Altro")
    hands.press(second, "Unisci…")
    hands.press(second, _number(hands, first))
    hands.see(second, "Ora fa parte di")
    hands.see(first, "corsi di tornio")
    hands.press(second, "Separa")
    hands.see(second, "Altro")
    hands.say(f"/merge {_number(hands, first)}", answering=second)
    hands.see(second, "Ora fa parte di")
    hands.press(second, "Separa")
    hands.network.post("Vera Longo", "E un'altra cosa: vorrei la fattura.", reply_to=one)
    hands.see(first, "vorrei la fattura")
    before = hands.network.last_id()
    hands.press(first, "Altro")
    hands.press(first, "Dividi")
    assert hands.network.card("Vera Longo", after=before) != second


def by_hand(hands: Hands) -> None:
    """Where no API may answer, a person does, and tells us where."""
    card = hands.network.card("Blog di Marta")
    hands.see(card, "✋", "Fatto a mano")
    hands.say("Ciao Marta, grazie di averci provati.", answering=card)
    hands.see(card, "Copia testo")
    hands.press(card, "Fatto a mano")
    hands.say("https://blog.example/tazze#commento-7", answering=hands.asked())
    hands.see(card, "risposta data a mano", "vedi")


def lost_answers(hands: Hands) -> None:
    """The platform took the answer, and does not show it: a person decides, three times differently."""
    post = hands.network.post("Gino Serra", f"{_LATE}: Gino", rating=1)
    card = hands.network.card("Gino Serra")
    _lose(hands, card)
    hands.press(card, "Invia di nuovo", PAOLO)
    hands.see(card, "pubblicata")
    assert len(hands.network.answers(post)) == 1
    for button, after in {"Lascia stare": "Pubblica", "C'è": "pubblicata"}.items():
        hands.say(f"Ciao Gino, eccoci ({after}).", PAOLO, answering=card)
        hands.see(card, f"eccoci ({after})")
        _lose(hands, card)
        hands.press(card, button, PAOLO)
        hands.see(card, after)
    assert len(hands.network.answers(post)) == 1


def _lose(hands: Hands, card: int) -> None:
    hands.network.fail("lost")
    hands.press(card, "Pubblica", PAOLO)
    hands.see(card, "❓", "Invia di nuovo")


def changes_of_mind(hands: Hands) -> None:
    """The author edits, gives other stars, takes the text away."""
    post = hands.network.post("Tina Bassi", f"{_LATE}: Tina", rating=1)
    card = hands.network.card("Tina Bassi")
    hands.network.change(post, text="Bottega Aurora, pacco arrivato: grazie!", rating=5)
    hands.see(card, "★☆☆☆☆ → ★★★★★", "modificato dall'autore")
    hands.network.delete(post)
    hands.see(card, "non c'è più sulla piattaforma")


def commands(hands: Hands) -> None:
    """Finding the way; and nothing is published while publishing is paused."""
    post = hands.network.post("Mara Villa", f"{_LATE}: Mara e il suo colapasta", rating=1)
    card = hands.network.card("Mara Villa")
    hands.press(card, "Prendo io")
    for text, answer in {
        "/inbox": "casi aperti",
        "/mine": "Mara Villa",
        f"/case {_number(hands, card).lstrip('#')}": "👇",
        f"/audit {_number(hands, card).lstrip('#')}": "Anna ha preso il caso",
        "/find colapasta": "Mara Villa",
        "/who mara": "Mara Villa",
        "/coverage": "Piazza",
        "/help": "Come funziona",
    }.items():
        asked = hands.say(text)
        assert hands.network.newest(answer, after=asked)
    asked = hands.say("/pause", FEDERICA)
    hands.network.newest("solo chi approva", after=asked)
    hands.say("/pause", PAOLO)
    hands.press(card, "Pubblica")
    hands.see(card, "⏸")
    assert hands.network.answers(post) == []
    hands.say("/resume", PAOLO)
    hands.see(card, "pubblicata")
    assert len(hands.network.answers(post)) == 1


def an_old_card(hands: Hands) -> None:
    """A button that hangs in a card of long ago still does what it says: it shows the text as private, and sends nothing."""
    hands.network.post("Zeno Bruni", f"{_LATE}: Zeno", rating=1)
    card = hands.network.card("Zeno Bruni")
    number = _number(hands, card).lstrip("#")
    old = {"inline_keyboard": [[{"text": "🔒 Manda in privato", "callback_data": f"pp:{number}:1"}]]}
    where = {"chat_id": -1001234567890, "message_id": card, "reply_markup": old}
    hands.network.call("POST", "/bot1:x/editMessageReplyMarkup", where)
    hands.press(card, "Manda in privato")
    hands.see(card, "🔒 PRIVATA")


def what_the_rules_learn(hands: Hands, work: AtWork) -> None:
    """What staff corrected again and again is proposed to the leads; only they decide, and rules.yaml is changed."""
    for number, author in enumerate(["Alfa", "Beta", "Gamma"]):
        hands.network.post(
            f"{author} Conti", f"Ristorante Bottega Aurora, cena numero {number}: {author} dice ottimo!"
        )
        hands.press(card := hands.network.card(f"{author} Conti"), "Scarta…")
        hands.press(card, "Non siamo noi")
        hands.see(card, "Scartato")
        hands.network.post(f"{author} Serra", f"Bottega Aurora in trasferta, foto {number} di {author}")
        hands.press(card := hands.network.card(f"{author} Serra"), "Altro")
        hands.press(card, "Classe…")
        hands.press(card, "Elogio")
    before = hands.network.last_id()
    work.let_pass(timedelta(days=1, minutes=1))

    def asked() -> bool:
        work.let_pass(timedelta(seconds=21))  # the program looks for questions now and then
        texts = "".join(one["text"] for one in hands.network.messages() if one["message_id"] > before)
        return "Lasciare fuori" in texts and "Classificare" in texts

    wait_for("questions to the leads", asked)
    excluded = hands.network.newest("Lasciare fuori le menzioni", after=before)
    assert "Può deciderlo solo" in hands.press(excluded, "Accetta", PAOLO)
    hands.press(excluded, "Accetta")
    hands.see(excluded, "accettata da Anna")
    other = hands.network.newest("Classificare le menzioni", after=before)
    hands.press(other, "Rifiuta")
    hands.see(other, "rifiutata da Anna")
    assert "cena" in work.rules.read_text(encoding="utf-8")


def a_flood(hands: Hands) -> None:
    """Many at once come as one list; its numbers bring the cards."""
    listed = hands.network.newest("casi nuovi insieme")
    number = hands.network.message(listed)["buttons"][0][0]["text"]
    hands.press(listed, number)
    hands.see(hands.network.newest(number, after=listed, is_card=True), "Pubblica")


def _number(hands: Hands, card: int) -> str:
    """The case's number, as the card's first line ends."""
    return str(hands.network.message(card)["text"].partition("\n")[0].rpartition(" ")[2])
