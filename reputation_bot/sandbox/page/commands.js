// The menu of commands behind the slash, as Telegram's apps show it above the field.

import { call, make } from "./dom.js";
import { currentLanguage } from "./words.js";

const menu = document.getElementById("commands");
let shown = [];
let chosen = 0;
let asked = 0;
const known = new Map(); // address -> the commands there

/** Shows what fits the words in the field; `choose` is told the command that somebody clicks. */
export async function offer(text, chatId, choose) {
  asked += 1;
  if (!/^\/\w*$/.test(text)) return close();
  const mine = asked;
  const all = await commandsAt(`/api/commands?chat_id=${chatId}&language=${currentLanguage()}`);
  if (mine !== asked) return; // more has been typed meanwhile
  shown = all.filter(({ command }) => `/${command}`.startsWith(text));
  chosen = 0;
  menu.replaceChildren(
    ...shown.map(({ command, description }) =>
      make("button", { type: "button", role: "option", onclick: () => choose(command) }, make("b", {}, `/${command}`), make("span", {}, description)),
    ),
  );
  menu.hidden = shown.length === 0;
  mark();
}

/** The bot has changed its commands. */
export function forget() {
  known.clear();
}

export function close() {
  asked += 1;
  shown = [];
  menu.hidden = true;
}

/** The arrows choose, Tab takes; returns true for a key that was meant for the menu. */
export function takeKey(key, choose) {
  if (!shown.length) return false;
  if (key === "ArrowDown" || key === "ArrowUp") {
    chosen = (chosen + (key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length;
    mark();
    return true;
  }
  if (key === "Tab") choose(shown[chosen].command);
  if (key === "Escape") close();
  return key === "Tab" || key === "Escape";
}

async function commandsAt(address) {
  if (known.has(address)) return known.get(address);
  const found = await call("GET", address).catch(() => []);
  if (found.length) known.set(address, found);
  return found;
}

function mark() {
  [...menu.children].forEach((node, index) => node.setAttribute("aria-selected", String(index === chosen)));
  menu.children[chosen]?.scrollIntoView({ block: "nearest" });
}
