// Puts the page together: loads the present state, follows the changes, switches the language.

import * as chat from "./chat.js";
import * as commands from "./commands.js";
import { call } from "./dom.js";
import * as faults from "./faults.js";
import * as piazza from "./piazza.js";
import { ago, choose, fillIn, say } from "./words.js";

let brand = "";
let looked = { network: null, chat: null, listening: false };
let connected = true;
let typingUntil = 0;

async function load() {
  const [overview, posts] = await Promise.all([call("GET", "/api/overview"), call("GET", "/api/posts")]);
  brand = overview.brand;
  looked = overview.looked;
  connected = true;
  fillIn({ brand });
  piazza.showAll(posts);
  chat.showAll(overview.chat, await call("GET", `/api/chat?chat_id=${overview.chat.chat_id}`));
  faults.show(overview.faults);
  showLooks();
  piazza.goToAnchor();
}

function follow() {
  const live = new EventSource("/api/live");
  const on = (name, action) => live.addEventListener(name, (event) => action(JSON.parse(event.data)));
  on("hello", () => load().catch(() => {})); // a page that fell behind starts afresh
  on("post", piazza.show);
  on("message", (message) => chat.show(message) || (chat.isEmpty() && load().catch(() => {}))); // the bot speaks in another chat
  on("deleted", chat.remove);
  on("faults", faults.show);
  on("commands", commands.forget);
  on("typing", () => (typingUntil = Date.now() + 5000));
  on("looked", (value) => {
    looked = value;
    showLooks();
  });
  live.addEventListener("error", () => {
    connected = false;
    showLooks();
  });
}

function showLooks() {
  const network = document.getElementById("network-looked");
  network.textContent = !connected ? say("reconnecting") : looked.network ? say("looked", { ago: ago(looked.network) }) : say("neverLooked");
  network.classList.toggle("alive", connected && recent(looked.network, 120));
  const line = document.getElementById("chat-looked");
  const here = looked.listening || recent(looked.chat, 3);
  line.classList.toggle("alive", connected && here);
  if (!connected) line.textContent = say("reconnecting");
  else if (here) line.textContent = say(Date.now() < typingUntil ? "typing" : "listening");
  else line.textContent = looked.chat ? say("chatLooked", { ago: ago(looked.chat) }) : say("chatNeverLooked");
}

function recent(iso, seconds) {
  return iso !== null && Date.now() - new Date(iso) < seconds * 1000;
}

function tick() {
  showLooks();
  chat.seen();
  for (const node of document.querySelectorAll("[data-ago]")) node.textContent = ago(node.dataset.ago);
}

function speak(language) {
  choose(language);
  fillIn({ brand });
  piazza.labelStars();
  piazza.redraw();
  chat.labelPeople();
  chat.redraw();
  faults.redraw();
  tick();
}

piazza.setUpCompose();
piazza.labelStars();
faults.setUp();
faults.redraw();
fillIn({ brand });
for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", () => speak(button.dataset.language));
addEventListener("hashchange", piazza.goToAnchor);
addEventListener("click", ({ target }) => target.closest?.('a[href^="#post-"]')?.hash === location.hash && piazza.goToAnchor());
addEventListener("scroll", chat.seen, { passive: true });
chat.setUp(await call("GET", "/api/people"));
follow();
setInterval(tick, 1000);
