// The page's words in Italian and English; which of them stand where is index.html's business.

const WORDS = {
  it: {
    tagline: "sandbox: tutto resta su questo computer",
    faults: "Guasti",
    faultsTitle: "Guasti, per prova",
    faultsHint: "Fanno fallire solo le chiamate del bot. Guarda come se la cava.",
    repair: "Ripara tutto",
    language: "Lingua",
    piazzaHint: "La rete dei clienti: post, recensioni, messaggi privati.",
    yourName: "Il tuo nome",
    yourPost: "Il tuo post",
    postPlaceholder: "Scrivi come cliente. Nomina {brand}, o il bot ti ignorerà.",
    stars: "Stelle",
    noStars: "senza stelle",
    starsOf: "{n} su 5",
    private: "Privato",
    privateBox: "Privato: lo leggono solo {author} e il negozio",
    publish: "Pubblica",
    reply: "Rispondi",
    edit: "Modifica",
    remove: "Elimina",
    save: "Salva",
    cancel: "Annulla",
    edited: "modificato",
    deletedPost: "Post eliminato",
    shop: "negozio",
    replyPlaceholder: "Rispondi a {author}…",
    noPosts: "Ancora nessun post. Scrivi il primo qui sopra.",
    columns: "Colonne",
    chat: "Gruppo",
    noMessages: "Il gruppo è vuoto: le schede del bot arrivano qui.",
    message: "Messaggio",
    send: "Invia",
    youAre: "Scrivi come",
    commands: "Comandi",
    newest: "Vai ai messaggi nuovi",
    deletedMessage: "messaggio eliminato",
    photo: "Immagine",
    copied: "Copiato",
    noAnswer: "Il bot non ha risposto",
    failed: "Non è riuscito: {why}",
    looked: "il bot ha guardato {ago}",
    neverLooked: "il bot non ha ancora guardato",
    listening: "il bot è in ascolto",
    chatLooked: "bot assente, visto {ago}",
    chatNeverLooked: "il bot non è collegato",
    typing: "il bot sta scrivendo…",
    reconnecting: "collegamento perso, riprovo…",
    now: "ora",
    topicMade: "Argomento «{name}» aperto",
    topicRenamed: "Argomento rinominato «{name}»",
    topicClosed: "Argomento chiuso",
    networkSide: "Piazza",
    telegramSide: "Telegram",
    lead: "responsabile",
    approver: "approva",
    agent: "risponde",
    viewer: "legge",
    stranger: "estraneo",
    fault_drop: "Rete giù",
    fault_500: "Errore del server",
    fault_429: "Troppe richieste",
    fault_slow: "Lenta",
    fault_timeout_after: "Fatto, ma conferma persa",
    fault_lost: "Accettato, poi svanito",
  },
  en: {
    tagline: "sandbox: everything stays on this computer",
    faults: "Faults",
    faultsTitle: "Faults, to try",
    faultsHint: "Only the bot's own calls fail. See how it copes.",
    repair: "Repair all",
    language: "Language",
    piazzaHint: "The customers' network: posts, reviews, private messages.",
    yourName: "Your name",
    yourPost: "Your post",
    postPlaceholder: "Write as a customer. Name {brand}, or the bot will pass you by.",
    stars: "Stars",
    noStars: "no stars",
    starsOf: "{n} of 5",
    private: "Private",
    privateBox: "Private: only {author} and the shop can read this",
    publish: "Post",
    reply: "Reply",
    edit: "Edit",
    remove: "Delete",
    save: "Save",
    cancel: "Cancel",
    edited: "edited",
    deletedPost: "Deleted post",
    shop: "shop",
    replyPlaceholder: "Reply to {author}…",
    noPosts: "No posts yet. Write the first one above.",
    columns: "Columns",
    chat: "Group",
    noMessages: "The group is empty: the bot's cards arrive here.",
    message: "Message",
    send: "Send",
    youAre: "Write as",
    commands: "Commands",
    newest: "Go to the newest messages",
    deletedMessage: "deleted message",
    photo: "Picture",
    copied: "Copied",
    noAnswer: "The bot did not answer",
    failed: "That did not work: {why}",
    looked: "the bot looked {ago}",
    neverLooked: "the bot has not looked yet",
    listening: "the bot is listening",
    chatLooked: "bot away, seen {ago}",
    chatNeverLooked: "the bot is not connected",
    typing: "the bot is typing…",
    reconnecting: "connection lost, trying again…",
    now: "now",
    topicMade: "Topic “{name}” opened",
    topicRenamed: "Topic renamed “{name}”",
    topicClosed: "Topic closed",
    networkSide: "Piazza",
    telegramSide: "Telegram",
    lead: "lead",
    approver: "approves",
    agent: "answers",
    viewer: "reads",
    stranger: "stranger",
    fault_drop: "Network down",
    fault_500: "Server error",
    fault_429: "Too many requests",
    fault_slow: "Slow",
    fault_timeout_after: "Done, but confirmation lost",
    fault_lost: "Accepted, then vanished",
  },
};

let language = remembered() ?? (navigator.language.startsWith("en") ? "en" : "it");

export function currentLanguage() {
  return language;
}

export function choose(chosen) {
  language = chosen;
  try {
    localStorage.setItem("language", chosen);
  } catch {
    // storage is switched off: the choice lasts as long as the page
  }
}

export function say(key, values = {}) {
  return (WORDS[language][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Fills every element that names its words: data-words for text, data-label and data-placeholder for attributes. */
export function fillIn(values) {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-words]")) node.textContent = say(node.dataset.words, values);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label, values));
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = say(node.dataset.placeholder, values);
  for (const node of document.querySelectorAll("[data-language]")) {
    node.setAttribute("aria-pressed", String(node.dataset.language === language));
  }
}

/** "3 min fa", "ieri": how long before now a moment was. */
export function ago(iso) {
  const seconds = Math.round((Date.now() - new Date(iso)) / 1000);
  if (seconds < 2) return say("now");
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (seconds >= size) return format.format(-Math.floor(seconds / size), unit);
  }
  return format.format(-seconds, "second");
}

export function clock(unixSeconds) {
  return new Date(unixSeconds * 1000).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function remembered() {
  try {
    const chosen = localStorage.getItem("language");
    return chosen in WORDS ? chosen : null;
  } catch {
    return null;
  }
}
