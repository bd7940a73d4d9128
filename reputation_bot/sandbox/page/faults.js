// The drawer that makes the bot's calls fail.

import { call, make } from "./dom.js";
import { say } from "./words.js";

const PRESETS = {
  network: [["drop", 5], ["500", 1], ["429", 1], ["timeout_after", 1], ["lost", 1]],
  telegram: [["drop", 5], ["500", 1], ["429", 1], ["slow", 3], ["timeout_after", 1], ["lost", 1]],
};
const presets = document.getElementById("fault-presets");
const list = document.getElementById("fault-list");
const count = document.getElementById("faults-count");
const clear = document.getElementById("faults-clear");
let pending = [];

export function show(faults) {
  pending = faults;
  list.replaceChildren(...faults.map((fault) => make("li", {}, make("b", {}, say(`${fault.where}Side`)), ` ${say(`fault_${fault.kind}`)} × ${fault.times}`)));
  count.textContent = String(faults.length);
  count.hidden = clear.hidden = faults.length === 0;
}

export function redraw() {
  presets.replaceChildren(
    ...Object.entries(PRESETS).map(([where, kinds]) =>
      make("div", {}, make("h3", {}, say(`${where}Side`)), kinds.map(([kind, times]) => preset(where, kind, times))),
    ),
  );
  show(pending);
}

export function setUp() {
  clear.addEventListener("click", () => call("DELETE", "/api/faults").catch(() => {}));
}

function preset(where, kind, times) {
  const add = () => call("POST", "/api/faults", { where, kind, times }).catch(() => {});
  return make("button", { type: "button", class: "preset", onclick: add }, say(`fault_${kind}`), times > 1 && make("span", {}, ` × ${times}`));
}
