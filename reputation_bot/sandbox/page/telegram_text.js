// Draws a message's text from its entities, as Telegram's apps do; the entities' offsets are JavaScript's own.

import { make } from "./dom.js";

const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const SAFE = new Set(["http:", "https:", "tg:", "mailto:", "tel:"]);

export function drawText(text, entities) {
  const drawn = document.createDocumentFragment();
  const blocks = entities.filter((entity) => BLOCKS.has(entity.type));
  const inline = entities.filter((entity) => !BLOCKS.has(entity.type));
  let at = 0;
  for (const block of blocks) {
    const end = block.offset + block.length;
    drawn.append(...drawInline(text, inline, at, block.offset), drawBlock(block, drawInline(text, inline, block.offset, end)));
    at = text[end] === "\n" ? end + 1 : end; // the block itself has broken the line
  }
  drawn.append(...drawInline(text, inline, at, text.length));
  return drawn;
}

/** An address that a click may follow; null for javascript: and the like. */
export function safeAddress(address) {
  try {
    const url = new URL(address);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function drawInline(text, entities, from, to) {
  const cuts = new Set([from, to]);
  for (const { offset, length } of entities) {
    for (const cut of [offset, offset + length]) if (cut > from && cut < to) cuts.add(cut);
  }
  const places = [...cuts].sort((one, other) => one - other);
  return places.slice(0, -1).map((start, index) => {
    const covering = entities.filter((entity) => entity.offset <= start && entity.offset + entity.length > start);
    const piece = document.createTextNode(text.slice(start, places[index + 1]));
    return covering.reduceRight((inside, entity) => wrap(entity, inside, text), piece);
  });
}

function wrap(entity, inside, text) {
  const own = text.slice(entity.offset, entity.offset + entity.length);
  switch (entity.type) {
    case "bold":
    case "italic":
    case "underline":
    case "strikethrough":
    case "code":
      return make(TAGS[entity.type], {}, inside);
    case "text_link":
      return link(entity.url, inside);
    case "url":
      return link(own, inside);
    case "bot_command":
      return make("button", { type: "button", class: "token", dataset: { command: own } }, inside);
    case "text_mention":
      return make("span", { class: "token mention", dataset: { user: entity.user.id } }, inside);
    case "mention":
    case "hashtag":
      return make("span", { class: "token" }, inside);
    case "spoiler":
      return make("span", { class: "spoiler", tabindex: "0", role: "button", onclick: reveal, onkeydown: reveal }, inside);
    default:
      return inside;
  }
}

function link(address, inside) {
  const href = safeAddress(address);
  if (!href) return inside;
  const here = href.startsWith(`${location.origin}/#`);
  return make("a", here ? { href: new URL(href).hash } : { href, target: "_blank", rel: "noopener noreferrer" }, inside);
}

function drawBlock(block, inside) {
  if (block.type === "pre") return make("pre", {}, inside);
  if (block.type === "blockquote") return make("blockquote", {}, inside);
  const quote = make("blockquote", { class: "folded", tabindex: "0", role: "button", "aria-expanded": "false" }, inside);
  const turn = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    quote.setAttribute("aria-expanded", String(!quote.classList.toggle("folded")));
  };
  quote.addEventListener("click", turn);
  quote.addEventListener("keydown", turn);
  return quote;
}

function reveal(event) {
  if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
  event.currentTarget.classList.add("revealed");
}
