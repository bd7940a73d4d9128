"""Lines of an audit, and how each is told in both languages of the staff; in which case they stand is `test_audit`'s."""

from typing import Any

from reputation_bot.model import Move

FOUND = "numero di telefono, indirizzo e-mail"
DUE = "due 2026-11-21T10:12+00:00"  # 11:12 in Rome

# a line of the audit, and how it is told: in English, in Italian
SENTENCES: list[tuple[dict[str, Any], str, str]] = [
    (
        {"move": Move.OPEN, "detail": "complaint"},
        "🔴 Giulia Rossi wrote on Piazza (complaint) ★☆☆☆☆",
        "🔴 Giulia Rossi ha scritto su Piazza (reclamo) ★☆☆☆☆",
    ),
    (
        {"move": Move.OPEN, "who": "anna", "detail": "out of #7"},
        "✂️ Anna made a case of its own of this, out of #7",
        "✂️ Anna ne ha fatto un caso a sé, diviso da #7",
    ),
    (
        {"move": Move.AUTHOR_WROTE, "detail": "public"},
        "↩️ Giulia Rossi wrote in public",
        "↩️ Giulia Rossi ha scritto in pubblico",
    ),
    (
        {"move": Move.AUTHOR_WROTE, "detail": "private"},
        "↩️ 🔒 Giulia Rossi wrote in private",
        "↩️ 🔒 Giulia Rossi ha scritto in privato",
    ),
    (
        {"move": Move.AUTHOR_WROTE, "detail": "since"},
        "↩️ the author had written meanwhile: an answer is still owed",
        "↩️ l'autore aveva scritto nel frattempo: aspetta ancora una risposta",
    ),
    (
        {"move": Move.AUTHOR_WROTE, "who": "anna", "detail": "in #3"},
        "↩️ an answer to what was said in #3 is still owed",
        "↩️ quello che è stato scritto in #3 aspetta ancora una risposta",
    ),
    (
        {"move": Move.COPY_FOUND, "detail": "vetrina"},
        "🔁 the same text was found on Vetrina",
        "🔁 lo stesso testo è comparso su Vetrina",
    ),
    (
        {"move": Move.MENTION_EDITED, "detail": "text"},
        "✏️ Giulia Rossi edited the text",
        "✏️ Giulia Rossi ha modificato il testo",
    ),
    (
        {"move": Move.MENTION_EDITED, "detail": "rating 1.0 -> 5.0"},
        "✏️ Giulia Rossi changed the stars: ★☆☆☆☆ → ★★★★★",
        "✏️ Giulia Rossi ha cambiato le stelle: ★☆☆☆☆ → ★★★★★",
    ),
    (
        {"move": Move.MENTION_DELETED, "detail": "m1"},
        "🗑 the text is no longer on the platform",
        "🗑 il testo non c'è più sulla piattaforma",
    ),
    (
        {"move": Move.TAKE, "who": "anna", "after": "anna"},
        "🙋 Anna took the case",
        "🙋 Anna ha preso il caso",
    ),
    (
        {"move": Move.TAKE, "who": "anna", "before": "federica", "after": "anna"},
        "🙋 Anna took the case over from Federica",
        "🙋 Anna ha preso il caso, che aveva Federica",
    ),
    (
        {"move": Move.GIVE_BACK, "who": "anna", "before": "anna"},
        "👋 Anna gave the case back",
        "👋 Anna ha rimesso a disposizione il caso",
    ),
    (
        {"move": Move.GIVE_BACK, "who": "anna", "before": "federica"},
        "👋 Anna gave back the case, which Federica had",
        "👋 Anna ha rimesso a disposizione il caso, che aveva Federica",
    ),
    (
        {"move": Move.ASSIGN, "who": "anna", "after": "federica"},
        "👤 Anna assigned the case to Federica",
        "👤 Anna ha assegnato il caso a Federica",
    ),
    (
        {"move": Move.ASSIGN, "who": "anna", "before": "anna", "after": "federica"},
        "👤 Anna assigned the case to Federica; Anna had it",
        "👤 Anna ha assegnato il caso a Federica; prima l'aveva Anna",
    ),
    ({"move": Move.NOTE, "who": "anna", "after": "x"}, "📝 Anna noted: «x»", "📝 Anna ha annotato: «x»"),
    (
        {"move": Move.EDIT, "who": "anna", "before": "y", "after": "x"},
        "✏️ Anna changed the draft: «x»",
        "✏️ Anna ha cambiato la bozza: «x»",
    ),
    (
        {"move": Move.EDIT, "who": "anna", "after": "x"},
        "✏️ Anna wrote the draft: «x»",
        "✏️ Anna ha scritto la bozza: «x»",
    ),
    (
        {"move": Move.EDIT, "who": "anna", "detail": "private", "before": "x", "after": "x"},
        "✏️ Anna turned the draft to private",
        "✏️ Anna ha girato la bozza in privato",
    ),
    (
        {"move": Move.EDIT, "who": "anna", "detail": "public", "before": "x", "after": "x"},
        "✏️ Anna turned the draft to public",
        "✏️ Anna ha rimesso la bozza in pubblico",
    ),
    (
        {"move": Move.EDIT, "who": "anna", "before": "p\n---\nx", "after": "x"},
        "✏️ Anna took the private part away",
        "✏️ Anna ha tolto la parte privata",
    ),
    (
        {"move": Move.EDIT, "who": "anna", "before": "p\n---\nx", "after": "q\n---\nx"},
        "✏️ Anna changed the draft: «q»",
        "✏️ Anna ha cambiato la bozza: «q»",
    ),
    (
        {"move": Move.OTHER_DRAFT, "who": "anna", "before": "y", "after": "x"},
        "🔁 Anna chose another draft: «x»",
        "🔁 Anna ha scelto un'altra bozza: «x»",
    ),
    (
        {"move": Move.HAND_OFF, "who": "anna", "before": "y", "after": "p\n---\nx"},
        "🤝 Anna prepared the private message and the public invitation: «p / x»",
        "🤝 Anna ha preparato il messaggio privato e l'invito pubblico: «p / x»",
    ),
    (
        {"move": Move.APPROVE_FIRST, "who": "anna", "detail": "1.1"},
        "👥 Anna approved the answer; another person has to approve too",
        "👥 Anna ha approvato la risposta; deve approvare anche un'altra persona",
    ),
    (
        {"move": Move.APPROVE, "who": "anna", "detail": "1.9 public", "after": "x"},
        "👍 Anna approved the public answer: «x»",
        "👍 Anna ha approvato la risposta pubblica: «x»",
    ),
    (
        {"move": Move.APPROVE, "who": "anna", "detail": "1.9 private", "after": "x"},
        "👍 Anna approved the private message: «x»",
        "👍 Anna ha approvato il messaggio privato: «x»",
    ),
    (
        {"move": Move.APPROVE, "who": "anna", "detail": "1.9 private + public", "after": "p\n---\nx"},
        "👍 Anna approved the private message and the public invitation: «p / x»",
        "👍 Anna ha approvato il messaggio privato e l'invito pubblico: «p / x»",
    ),
    (
        {"move": Move.OVERRULE, "who": "anna", "detail": "agreed: phone, email"},
        "⚠️ Anna published in spite of the check (telephone number, e-mail address): the customer agrees",
        f"⚠️ Anna ha fatto uscire la risposta nonostante il controllo ({FOUND}): d'accordo col cliente",
    ),
    (
        {"move": Move.ACKNOWLEDGE, "detail": "public", "after": "x"},
        "📨 The bot prepared the notice that an answer comes: «x»",
        "📨 Il bot ha preparato l'avviso che arriverà una risposta: «x»",
    ),
    (
        {"move": Move.ACKNOWLEDGED, "detail": "1.0"},
        "📨 The bot told Giulia Rossi that an answer comes: «Ricevuto!»",
        "📨 Il bot ha avvisato Giulia Rossi che arriverà una risposta: «Ricevuto!»",
    ),
    (
        {"move": Move.UNDO, "who": "anna", "detail": "1.1"},
        "❌ Anna took the approval back: nothing went out",
        "❌ Anna ha annullato: non è uscito niente",
    ),
    (
        {"move": Move.ANSWERED, "detail": "1.1"},
        "✅ The bot published the answer to Giulia Rossi that Anna approved: «Eccoci.» · see it",
        "✅ Il bot ha pubblicato la risposta a Giulia Rossi approvata da Anna: «Eccoci.» · vedi",
    ),
    (
        {"move": Move.ANSWERED, "detail": "1.2"},
        "✅ The bot sent Giulia Rossi the private message that Federica approved: «In privato.»",
        "✅ Il bot ha inviato a Giulia Rossi il messaggio privato approvato da Federica: «In privato.»",
    ),
    (
        {"move": Move.ANSWERED, "detail": "1.3"},
        "✅ The bot published the closing line that Anna approved: «Risolto.»",
        "✅ Il bot ha pubblicato la riga finale approvata da Anna: «Risolto.»",
    ),
    (
        {"move": Move.ANSWERED, "detail": "1.99"},
        "✅ The bot published the answer",
        "✅ Il bot ha pubblicato la risposta",
    ),
    (
        {
            "move": Move.REPLY_POSTPONED,
            "detail": "1.1 https://shop.example did not answer in time",
        },
        "🕒 not out yet: https://shop.example did not answer in time",
        "🕒 non ancora uscita: https://shop.example non ha risposto in tempo",
    ),
    (
        {"move": Move.REPLY_REFUSED, "detail": "1.1 no & never"},
        "⛔ not published: no & never",
        "⛔ non pubblicata: no & never",
    ),
    (
        {"move": Move.REPLY_LOST, "detail": "1.1"},
        "❓ sent, but no confirmation came",
        "❓ inviata, ma la conferma non è arrivata",
    ),
    (
        {"move": Move.SEND_AGAIN, "who": "anna", "detail": "1.1"},
        "📤 Anna had the answer sent again",
        "📤 Anna ha fatto inviare di nuovo la risposta",
    ),
    (
        {"move": Move.CONFIRM_SENT, "who": "anna", "detail": "1.2"},
        "✅ Anna saw the answer on the platform: «In privato.»",
        "✅ Anna ha visto la risposta sulla piattaforma: «In privato.»",
    ),
    (
        {"move": Move.DROP_REPLY, "who": "anna", "detail": "1.1"},
        "❌ Anna gave up the answer that nobody had confirmed",
        "❌ Anna ha lasciato stare la risposta senza conferma",
    ),
    (
        {"move": Move.DONE_BY_HAND, "who": "anna", "detail": "1.1 https://x.example/7", "after": "x"},
        "✋ Anna answered Giulia Rossi by hand: «x» · see it",
        "✋ Anna ha risposto a mano a Giulia Rossi: «x» · vedi",
    ),
    (
        {"move": Move.REPLY_CHANGED, "detail": "1.1 seen"},
        "👁 the answer was seen on the platform",
        "👁 la risposta si vede sulla piattaforma",
    ),
    (
        {"move": Move.REPLY_CHANGED, "detail": "1.1 not_yet"},
        "👁 the answer cannot be seen on the platform so far",
        "👁 la risposta per ora non si vede sulla piattaforma",
    ),
    (
        {"move": Move.REPLY_CHANGED, "detail": "1.1 gone"},
        "👁 the answer is no longer on the platform",
        "👁 la risposta non c'è più sulla piattaforma",
    ),
    (
        {"move": Move.REPLY_CHANGED, "detail": "1.1 edited", "after": "x"},
        "👁 somebody edited the answer on the platform: «x»",
        "👁 qualcuno ha modificato la risposta sulla piattaforma: «x»",
    ),
    (
        {"move": Move.PAUSE, "who": "anna", "detail": "1.1"},
        "⏸ Anna paused publishing",
        "⏸ Anna ha sospeso la pubblicazione",
    ),
    (
        {"move": Move.RESUME, "who": "anna", "detail": "1.1"},
        "▶️ Anna let publishing go on",
        "▶️ Anna ha fatto riprendere la pubblicazione",
    ),
    (
        {"move": Move.SNOOZE, "who": "anna", "detail": "2026-11-21T10:12+00:00"},
        "💤 Anna snoozed the case until 11:12",
        "💤 Anna ha rimandato il caso fino alle 11:12",
    ),
    ({"move": Move.WAKE}, "⏰ the case came back", "⏰ il caso è tornato"),
    (
        {"move": Move.REMIND, "detail": DUE},
        "⏰ the group was reminded: answer by 11:12",
        "⏰ promemoria al gruppo: rispondere entro le 11:12",
    ),
    (
        {"move": Move.ESCALATE, "detail": DUE},
        "🚨 the leads were called: it was due at 11:12",
        "🚨 chiamati i responsabili: la risposta era attesa alle 11:12",
    ),
    (
        {"move": Move.MERGE, "who": "anna", "detail": "#7"},
        "🔗 Anna joined #7 to this case",
        "🔗 Anna ha unito #7 a questo caso",
    ),
    (
        {"move": Move.SPLIT, "who": "anna", "detail": "#7"},
        "✂️ Anna took #7 out of this case",
        "✂️ Anna ha separato #7 da questo caso",
    ),
    ({"move": Move.RESOLVE, "who": "anna"}, "☑️ Anna closed the case", "☑️ Anna ha chiuso il caso"),
    (
        {"move": Move.DISMISS, "who": "anna", "detail": "not_us"},
        "🗑 Anna dismissed the case: not us",
        "🗑 Anna ha scartato il caso: non siamo noi",
    ),
    (
        {"move": Move.DISMISS, "who": "anna", "detail": "merged into #7"},
        "🔗 Anna joined this case to #7",
        "🔗 Anna ha unito questo caso a #7",
    ),
    ({"move": Move.REOPEN, "who": "anna"}, "📂 Anna reopened the case", "📂 Anna ha riaperto il caso"),
    (
        {"move": Move.REOPEN, "who": "anna", "detail": "out of #7"},
        "✂️ Anna took this case out of #7",
        "✂️ Anna ha separato questo caso da #7",
    ),
    (
        {
            "move": Move.RECLASSIFY,
            "who": "anna",
            "before": "complaint/shipping/urgent",
            "after": "praise/normal",
        },
        "🏷 Anna corrected the class: complaint · shipping · urgent → praise · normal",
        "🏷 Anna ha corretto la classe: reclamo · spedizione · urgente → elogio · normale",
    ),
]
