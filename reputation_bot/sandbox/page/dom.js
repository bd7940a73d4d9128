// Small pieces of page made without HTML strings, so that no text from outside can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** make("p", {class: "x", onclick: f, dataset: {id: 1}}, "text", node, null): properties first, then what is inside. */
export function make(tag, properties = {}, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "dataset") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...inside.flat().filter((part) => part !== null && part !== undefined && part !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** Shows initials in a colour that stays the same for the same name. */
export function dressAvatar(node, name) {
  const words = name.trim().split(/\s+/);
  const initials = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...word][0] ?? "").join("");
  node.textContent = initials.toUpperCase();
  node.dataset.tone = String(tone(name));
  return node;
}

export function avatar(name) {
  return dressAvatar(make("span", { class: "avatar", "aria-hidden": "true" }), name);
}

export function tone(name) {
  let sum = 0;
  for (const sign of name) sum = (sum * 31 + sign.codePointAt(0)) % 9973;
  return sum % 7;
}

/** Draws the eye to what has just come or changed. */
export function flash(node) {
  node.classList.remove("fresh");
  void node.offsetWidth; // starts the animation anew
  node.classList.add("fresh");
}

/** A text field as tall as what is in it. */
export function grow(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

export async function call(method, path, body) {
  const options = { method, headers: { "content-type": "application/json" } };
  if (body !== undefined) options.body = JSON.stringify(body);
  const response = await fetch(path, options);
  const value = await response.json();
  if (!response.ok) throw Object.assign(new Error(value.error), { status: response.status });
  return value;
}
