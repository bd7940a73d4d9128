// The right column: the group as Telegram shows it, and the field to write as a member of the staff.

import * as commands from "./commands.js";
import { call, dressAvatar, flash, grow, icon, make, tone } from "./dom.js";
import { drawText, safeAddress } from "./telegram_text.js";
import { clock, say } from "./words.js";

const list = document.getElementById("messages");
const form = document.getElementById("say");
const answering = document.getElementById("answering");
const newest = document.getElementById("newest");
const unread = document.getElementById("chat-unread");
const messages = new Map();
let chatId = null;
let answered = null;
let missed = 0;

export function showAll(chat, all) {
  chatId = chat.chat_id;
  document.getElementById("chat-title").textContent = chat.title;
  messages.clear();
  for (const message of all) messages.set(message.message_id, message);
  redraw();
}

export function redraw() {
  list.replaceChildren(...[...messages.values()].map(draw));
  if (!messages.size) list.append(make("p", { class: "empty" }, say("noMessages")));
  toNewest("instant");
}

/** A new or changed message. Returns false for another chat's. */
export function show(message) {
  if (message.chat_id !== chatId) return false;
  const stays = !atNewest();
  const old = nodeOf(message.message_id);
  messages.set(message.message_id, message);
  const node = draw(message);
  list.querySelector(".empty")?.remove();
  old ? old.replaceWith(node) : list.append(node);
  flash(node.querySelector(".bubble") ?? node);
  if (!stays) toNewest("smooth");
  else if (!old) miss();
  if (!old && !inSight()) unread.hidden = false;
  if (!old && isAsked(message)) answer(message.message_id);
  return true;
}

export function isEmpty() {
  return messages.size === 0;
}

export function remove({ chat_id: chat, message_id: id }) {
  if (chat !== chatId) return;
  messages.delete(id);
  nodeOf(id)?.remove();
  if (answered === id) answer(null);
}

export function setUp(people) {
  const select = form.elements.user_id;
  select.append(...people.map((person) => make("option", { value: person.user_id, dataset: { name: person.name, role: person.role } })));
  const chosen = localStorageValue("user_id");
  if (people.some((person) => String(person.user_id) === chosen)) select.value = chosen;
  select.addEventListener("change", becomeSomebody);
  labelPeople();
  becomeSomebody();
  form.addEventListener("submit", send);
  form.elements.text.addEventListener("input", (event) => {
    grow(event.target);
    commands.offer(event.target.value, chatId, write);
  });
  form.elements.text.addEventListener("keydown", (event) => {
    if (commands.takeKey(event.key, write)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
    if (event.key === "Escape") answer(null);
  });
  answering.querySelector("button").addEventListener("click", () => answer(null));
  newest.addEventListener("click", () => toNewest("smooth"));
  list.addEventListener("scroll", () => atNewest() && caughtUp());
  list.addEventListener("click", (event) => {
    const address = event.target.closest?.("a[href]")?.href;
    const command = event.target.closest?.("[data-command]")?.dataset.command;
    if (address && jumpTo(address)) event.preventDefault();
    if (command) sendText(command, null);
  });
}

export function labelPeople() {
  for (const option of form.elements.user_id.options) option.textContent = `${option.dataset.name} · ${say(option.dataset.role)}`;
}

function becomeSomebody() {
  const select = form.elements.user_id;
  dressAvatar(document.getElementById("me-avatar"), select.selectedOptions[0]?.dataset.name ?? "?");
  try {
    localStorage.setItem("user_id", select.value);
  } catch {
    // storage is switched off: the choice lasts as long as the page
  }
  for (const node of list.children) node.classList.toggle("mine", node.dataset.from === select.value);
}

function draw(message) {
  const { message_id: id, from } = message;
  if (message.service) return make("p", { class: "service", dataset: { message: id } }, serviceWords(message.service));
  const stamp = `${message.edited ? `${say("edited")} ` : ""}${clock(message.date)}`;
  const bubble = make(
    "div",
    { class: "bubble" },
    make("strong", { class: "name", dataset: { tone: tone(from.name) } }, from.name, message.topic_name && make("span", { class: "topic" }, message.topic_name)),
    message.reply_to && quote(message.reply_to),
    message.photo && make("img", { src: message.photo, alt: message.text || say("photo"), class: "photo", onload: () => atNewest(260) && toNewest("instant") }),
    make("div", { class: "text" }, drawText(message.text, message.entities), make("span", { class: "room", "aria-hidden": "true" }, stamp)),
    make("span", { class: "stamp" }, stamp),
    make("button", { type: "button", class: "icon answer", title: say("reply"), "aria-label": say("reply"), onclick: () => answer(id) }, icon("reply")),
  );
  const mine = String(from.id) === form.elements.user_id.value;
  const node = make("div", { class: `message${from.is_bot ? " bot" : ""}${mine ? " mine" : ""}`, dataset: { message: id, from: from.id } }, bubble);
  if (message.buttons.length) node.append(make("div", { class: "keyboard" }, message.buttons.map((row) => make("div", { class: "keys" }, row.map((button) => key(id, button))))));
  return node;
}

function serviceWords({ kind, name }) {
  const keys = { forum_topic_created: "topicMade", forum_topic_edited: "topicRenamed", forum_topic_closed: "topicClosed" };
  return say(keys[kind] ?? kind, { name });
}

function quote(id) {
  const original = messages.get(id);
  const words = original ? original.text.split("\n")[0].slice(0, 120) || say("photo") : say("deletedMessage");
  return make("button", { type: "button", class: "quote", onclick: () => jump(id) }, make("b", {}, original?.from.name ?? ""), make("span", {}, words));
}

function jump(id) {
  const node = nodeOf(id);
  node?.scrollIntoView({ behavior: "smooth", block: "center" });
  if (node) flash(node.querySelector(".bubble") ?? node);
  return node !== null;
}

/** Follows an address of a message of this very group, t.me/c/<group>/<topic>/<message>; false for any other. */
function jumpTo(address) {
  const parts = /^https:\/\/t\.me\/c\/(\d+)\/(?:\d+\/)?(\d+)$/.exec(address);
  return parts !== null && `-100${parts[1]}` === String(chatId) && jump(Number(parts[2]));
}

function key(id, button) {
  if (button.url) {
    const href = safeAddress(button.url);
    const here = href?.startsWith(`${location.origin}/#`);
    const where = here ? { href: new URL(href).hash } : { href, target: "_blank", rel: "noopener noreferrer" };
    return make("a", { class: "key", ...where }, button.text, icon("link"));
  }
  if (button.copy_text !== null) {
    const copy = () => navigator.clipboard.writeText(button.copy_text).then(() => toast(say("copied")), () => alertBox(button.copy_text));
    return make("button", { type: "button", class: "key", onclick: copy }, button.text, icon("copy"));
  }
  return make("button", { type: "button", class: "key", onclick: (event) => press(event.currentTarget, id, button.callback_data) }, button.text);
}

async function press(node, id, data) {
  node.setAttribute("aria-busy", "true");
  try {
    const user = Number(form.elements.user_id.value);
    const { text, alert } = await call("POST", "/api/chat/press", { message_id: id, callback_data: data, user_id: user, chat_id: chatId });
    if (text) alert ? alertBox(text) : toast(text);
  } catch (error) {
    toast(error.status === 504 ? say("noAnswer") : say("failed", { why: error.message }));
  } finally {
    node.removeAttribute("aria-busy");
  }
}

async function send(event) {
  event.preventDefault();
  const field = form.elements.text;
  const text = field.value;
  if (!text.trim()) return;
  field.value = "";
  grow(field);
  commands.close();
  if (await sendText(text, answered)) answer(null);
  else field.value = text;
}

async function sendText(text, replyTo) {
  try {
    await call("POST", "/api/chat/send", { user_id: Number(form.elements.user_id.value), text, reply_to: replyTo, chat_id: chatId });
    toNewest("smooth");
    return true;
  } catch (error) {
    toast(say("failed", { why: error.message }));
    return false;
  }
}

/** Puts a command into the field; what belongs behind it is still to be written. */
function write(command) {
  const field = form.elements.text;
  field.value = `/${command} `;
  commands.close();
  field.focus();
}

function isAsked({ asks }) {
  return asks !== null && (asks.user_ids === null || asks.user_ids.includes(Number(form.elements.user_id.value)));
}

function answer(id) {
  const stays = !atNewest();
  answered = id;
  answering.hidden = id === null;
  const { from, text, asks } = messages.get(id) ?? {};
  form.elements.text.placeholder = asks?.placeholder ?? say("message");
  if (id === null) return;
  answering.querySelector("p").replaceChildren(make("b", {}, from.name), text.split("\n")[0]);
  if (!stays) toNewest("instant"); // the bar takes room from the messages
  form.elements.text.focus();
}

let fading;
export function toast(text) {
  const node = document.getElementById("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => (node.hidden = true), 2500 + 45 * text.length);
}

function alertBox(text) {
  const box = document.getElementById("alert");
  box.querySelector("p").textContent = text;
  if (!box.open) box.showModal();
}

function nodeOf(id) {
  return list.querySelector(`[data-message="${Number(id)}"]`);
}

function atNewest(near = 120) {
  return list.scrollHeight - list.scrollTop - list.clientHeight < near;
}

function inSight() {
  const { top, bottom } = list.getBoundingClientRect();
  return top < innerHeight - 80 && bottom > 80;
}

export function seen() {
  if (inSight()) unread.hidden = true;
}

function toNewest(behavior) {
  list.scrollTo({ top: list.scrollHeight, behavior });
  caughtUp();
}

function miss() {
  missed += 1;
  newest.hidden = false;
  newest.querySelector("b").textContent = String(missed);
}

function caughtUp() {
  missed = 0;
  newest.hidden = true;
}

function localStorageValue(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
