// The left column: customers' posts with the answers and private messages below them, and the forms to write as a customer.

import { avatar, call, dressAvatar, flash, grow, icon, make } from "./dom.js";
import { ago, say } from "./words.js";

const feed = document.getElementById("posts");
const compose = document.getElementById("compose");
const posts = new Map();
const open = new Map(); // root id -> what is being written under it: {kind, id}

export function showAll(list) {
  posts.clear();
  for (const post of list) posts.set(post.id, post);
  redraw();
}

export function show(post) {
  const isNew = !posts.has(post.id);
  posts.set(post.id, post);
  drawThread(rootOf(post));
  const node = document.getElementById(`post-${post.id}`);
  if (!node) return;
  if (isNew && post.official && isIdle()) node.scrollIntoView({ behavior: "smooth", block: "nearest" });
  flash(node);
}

/** Whether the column may move by itself: it stands beside the chat, and nobody is writing in it. */
function isIdle() {
  return matchMedia("(min-width: 861px)").matches && !document.activeElement.closest("#piazza form");
}

export function redraw() {
  const old = new Map([...feed.querySelectorAll(".thread")].map((thread) => [thread.dataset.thread, thread]));
  feed.replaceChildren();
  for (const post of posts.values()) if (rootOf(post) === post) drawThread(post, old.get(post.id));
  if (!feed.childElementCount) feed.append(make("p", { class: "empty" }, say("noPosts")));
}

export function setUpCompose() {
  const name = compose.elements.author;
  name.value = "Sara Conti";
  const dress = () => dressAvatar(document.getElementById("compose-avatar"), name.value || "?");
  name.addEventListener("input", dress);
  dress();
  compose.elements.text.addEventListener("input", (event) => grow(event.target));
  const field = compose.querySelector(".stars-input");
  for (const stars of [1, 2, 3, 4, 5, 0]) field.append(...starChoice(stars));
  compose.addEventListener("submit", (event) => {
    event.preventDefault();
    const rating = Number(new FormData(compose).get("rating"));
    const fields = { author: name.value, text: compose.elements.text.value, private: compose.elements.private.checked };
    submit(compose, () => call("POST", "/api/posts", rating ? { ...fields, rating } : fields), () => {
      compose.elements.text.value = "";
      compose.elements.private.checked = false;
      compose.querySelector("#stars-0").checked = true;
      grow(compose.elements.text);
    });
  });
  sendOnControlEnter(compose);
}

export function labelStars() {
  for (const label of compose.querySelectorAll(".stars-input label")) {
    const stars = label.dataset.stars;
    label.setAttribute("title", stars === "0" ? say("noStars") : say("starsOf", { n: stars }));
    label.querySelector(".unseen").textContent = label.title;
  }
}

/** Brings into view the post that the address names, if any. */
export function goToAnchor() {
  const node = location.hash.startsWith("#post-") && document.getElementById(location.hash.slice(1));
  if (!node) return;
  node.scrollIntoView({ behavior: "smooth", block: "center" });
  flash(node);
}

function starChoice(stars) {
  const id = `stars-${stars}`;
  return [
    make("input", { type: "radio", name: "rating", id, value: stars, checked: stars === 0, class: "unseen" }),
    make("label", { for: id, dataset: { stars } }, icon(stars ? "star" : "close"), make("span", { class: "unseen" })),
  ];
}

function rootOf(post) {
  const answered = posts.get(post.reply_to);
  return answered ? rootOf(answered) : post;
}

function drawThread(root, old = feed.querySelector(`[data-thread="${CSS.escape(root.id)}"]`)) {
  feed.querySelector(".empty")?.remove();
  const below = [...posts.values()].filter((post) => post !== root && rootOf(post) === root);
  const thread = make("article", { class: "thread", dataset: { thread: root.id } }, drawPost(root));
  if (below.length) thread.append(make("div", { class: "answers" }, below.map(drawPost)));
  const shown = old?.parentElement === feed;
  if (old) keepWriting(old, thread);
  shown ? old.replaceWith(thread) : feed.prepend(thread);
}

/** A form that is open below stays as it is while the thread above it changes. */
function keepWriting(old, thread) {
  const form = old.querySelector(":scope > form");
  if (!form) return;
  const active = form.contains(document.activeElement) ? document.activeElement : null;
  thread.append(form);
  if (active) queueMicrotask(() => active.focus());
}

function drawPost(post) {
  const marks = { class: `post${post.private ? " private" : ""}${post.official ? " official" : ""}`, id: `post-${post.id}`, tabindex: "-1" };
  if (post.deleted) return make("div", { ...marks, class: "post deleted" }, say("deletedPost"));
  const face = avatar(post.author);
  if (post.official) face.classList.add("brand");
  return make(
    "div",
    marks,
    post.private && make("p", { class: "seal" }, icon("lock"), say("privateBox", { author: privateWith(post) })),
    make(
      "header",
      {},
      face,
      make("strong", {}, post.author),
      post.official && make("span", { class: "badge" }, icon("shop"), say("shop")),
      make("time", { datetime: post.created_at, dataset: { ago: post.created_at } }, ago(post.created_at)),
      post.edited_at && make("span", { class: "edited" }, say("edited")),
    ),
    post.rating && drawStars(post.rating),
    make("p", { class: "text" }, post.text),
    drawActs(post),
  );
}

function privateWith(post) {
  if (!post.official) return post.author;
  let other = posts.get(post.reply_to);
  while (other?.official) other = posts.get(other.reply_to);
  return other?.author ?? "";
}

function drawStars(rating) {
  const stars = [1, 2, 3, 4, 5].map((place) => {
    const star = icon("star");
    if (place <= Math.round(rating)) star.classList.add("on");
    return star;
  });
  return make("div", { class: "stars", role: "img", "aria-label": say("starsOf", { n: rating }) }, stars);
}

function drawActs(post) {
  const act = (key, action) => make("button", { type: "button", class: "plain", onclick: action }, say(key));
  const own = !post.official;
  return make(
    "footer",
    {},
    act("reply", () => startWriting({ kind: "reply", id: post.id })),
    own && act("edit", () => startWriting({ kind: "edit", id: post.id })),
    own && act("remove", () => call("DELETE", `/api/posts/${post.id}`).catch(() => {})),
  );
}

function startWriting(what) {
  const root = rootOf(posts.get(what.id));
  open.set(root.id, what);
  const thread = feed.querySelector(`[data-thread="${CSS.escape(root.id)}"]`);
  thread.querySelector(":scope > form")?.remove();
  openForm(thread).elements.text.focus();
}

function openForm(thread) {
  const { kind, id } = open.get(thread.dataset.thread);
  const post = posts.get(id);
  const form = kind === "edit" ? editForm(post) : replyForm(post, thread.dataset.thread);
  const close = () => {
    open.delete(thread.dataset.thread);
    form.remove();
  };
  form.querySelector(".cancel").addEventListener("click", close);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form, () => form.send(), close);
  });
  form.elements.text.addEventListener("input", (event) => grow(event.target));
  sendOnControlEnter(form);
  thread.append(form);
  grow(form.elements.text);
  return form;
}

function replyForm(post, rootId) {
  const writer = post.official ? posts.get(rootId).author : compose.elements.author.value || post.author;
  const form = make(
    "form",
    { class: "compose small", autocomplete: "off" },
    make("input", { name: "author", maxlength: 80, required: true, "aria-label": say("yourName"), value: writer }),
    textField(say("replyPlaceholder", { author: post.author }), ""),
    make(
      "div",
      { class: "row" },
      make("label", { class: "toggle" }, make("input", { type: "checkbox", name: "private", checked: post.private }), icon("lock"), say("private")),
      ...formButtons("reply"),
    ),
    problemLine(),
  );
  form.send = () => {
    const { author, text } = form.elements;
    return call("POST", "/api/posts", { author: author.value, text: text.value, reply_to: post.id, private: form.elements.private.checked });
  };
  return form;
}

function editForm(post) {
  const form = make(
    "form",
    { class: "compose small", autocomplete: "off" },
    textField(say("yourPost"), post.text),
    make("div", { class: "row" }, post.rating && starSelect(post.rating), ...formButtons("save")),
    problemLine(),
  );
  form.send = () => {
    const { text, rating } = form.elements;
    return call("PATCH", `/api/posts/${post.id}`, { text: text.value, ...(rating && { rating: Number(rating.value) }) });
  };
  return form;
}

/** A customer who has given stars may change their mind about them. */
function starSelect(rating) {
  const choices = [1, 2, 3, 4, 5].map((stars) => make("option", { value: stars, selected: stars === Math.round(rating) }, "★".repeat(stars)));
  return make("select", { name: "rating", class: "rating", "aria-label": say("stars") }, choices);
}

function textField(label, text) {
  return make("textarea", { name: "text", rows: 1, maxlength: 5000, required: true, "aria-label": label, placeholder: label }, text);
}

function formButtons(key) {
  return [make("button", { type: "button", class: "plain cancel" }, say("cancel")), make("button", { class: "primary" }, say(key))];
}

function problemLine() {
  return make("p", { class: "problem", role: "alert", hidden: true });
}

async function submit(form, send, done) {
  const problem = form.querySelector(".problem");
  const button = form.querySelector(".primary");
  problem.hidden = true;
  button.disabled = true; // an impatient second click would write twice
  try {
    await send();
    done();
  } catch (error) {
    problem.textContent = say("failed", { why: error.message });
    problem.hidden = false;
  } finally {
    button.disabled = false;
  }
}

function sendOnControlEnter(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}
