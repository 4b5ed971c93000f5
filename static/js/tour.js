// The tour: a small card that points at what is on the page. The page stays usable, its keys included.
// Where one is stays in the tab; that it was seen is kept by the server.
import { csrfToken } from "./csrf.js";

const GAP = 12;
const EDGE = 8;
const PHONE = matchMedia("(max-width: 767.98px)");

/** The one on the page: going back in the history may bring another. */
let card = null;
let steps = [];
let at = 0;
/** Seen to its end, or skipped, on this page. */
let over = false;

const part = (name) => card.querySelector(`[data-tour-${name}]`);
const key = () => `sd-tour-${card.dataset.person}`;
const reached = () => Math.min(Number(sessionStorage.getItem(key())) || 0, steps.length - 1);

const clamp = (value, most) => Math.max(EDGE, Math.min(value, most - EDGE));

/** The first thing on the page that the step speaks of; null if none of them is to be seen. */
function pointedAt() {
  for (const name of steps[at].dataset.targets.split(" ")) {
    const marked = document.querySelectorAll(`[data-tour~="${CSS.escape(name)}"]`);
    const node = name && [...marked].find((one) => one.getClientRects().length > 0);
    if (node) return node;
  }
  return null;
}

function dock(box) {
  const low = box && box.top + box.height / 2 > innerHeight / 2;
  card.dataset.dock = box ? (low ? "top" : "bottom") : "middle";
  card.style.left = card.style.top = "";
}

/** Beside a narrow thing at the left edge, else below, else above; in the middle where there is none. */
function put(box) {
  const { offsetWidth: width, offsetHeight: height } = card;
  let left = (innerWidth - width) / 2;
  let top = (innerHeight - height) / 2;
  if (box && box.right < 2 * GAP + 64) {
    left = box.right + GAP;
    top = box.top;
  } else if (box) {
    left = box.left;
    top = box.bottom + GAP + height < innerHeight ? box.bottom + GAP : box.top - GAP - height;
  }
  card.style.left = `${clamp(left, innerWidth - width)}px`;
  card.style.top = `${clamp(top, innerHeight - height)}px`;
}

function unmark() {
  for (const node of document.querySelectorAll(".tour-target")) node.classList.remove("tour-target");
}

function place() {
  if (card.hidden || !card.isConnected) return;
  unmark();
  const node = pointedAt();
  node?.classList.add("tour-target");
  node?.scrollIntoView({ block: "nearest", inline: "nearest" });
  const box = node?.getBoundingClientRect();
  if (PHONE.matches) dock(box);
  else put(box);
}

function show() {
  const [back, next] = [part("back"), part("next")];
  steps.forEach((step, index) => {
    step.hidden = index !== at;
  });
  const last = at === steps.length - 1;
  next.dataset.word ??= next.textContent;
  next.textContent = last ? next.dataset.last : next.dataset.word;
  // a button that vanishes must not take the focus with it
  if (at === 0 && document.activeElement === back) next.focus();
  back.hidden = at === 0;
  part("close").hidden = last;
  sessionStorage.setItem(key(), at);
  place();
}

function hide() {
  const inside = card.contains(document.activeElement);
  card.hidden = true;
  over = true;
  unmark();
  if (inside) document.getElementById("main").focus();
}

function close() {
  hide();
  sessionStorage.removeItem(key());
  // if this never arrives, the card comes again on the next page: nothing else is lost
  fetch(card.dataset.seen, {
    method: "POST",
    keepalive: true,
    headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
  }).catch(() => {});
}

function go(to) {
  if (to >= steps.length) return close();
  at = Math.max(to, 0);
  show();
}

/** Starts where one has come to, unless it is over. */
function take() {
  const found = document.getElementById("tour");
  if (!found || found === card) return;
  card = found;
  steps = [...card.querySelectorAll("[data-step]")];
  if (over) return;
  at = reached();
  card.hidden = false;
  show();
  // where the page itself has put the focus, say into a field, it stays
  if (document.activeElement === document.body) card.focus();
}

/** A page that the browser has kept meanwhile: the tour may have gone on, or ended, on another one. */
function onReturn({ persisted }) {
  if (!persisted || card.hidden) return;
  if (sessionStorage.getItem(key()) === null) return hide();
  go(reached());
}

function onClick({ target }) {
  const button = target.closest?.("#tour button");
  if (button?.matches("[data-tour-next]")) go(at + 1);
  else if (button?.matches("[data-tour-back]")) go(at - 1);
  else if (button?.matches("[data-tour-close]")) close();
}

document.addEventListener("click", onClick);
addEventListener("resize", place);
addEventListener("pageshow", onReturn);
document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-tour-restart]")) sessionStorage.removeItem(key());
});
document.addEventListener("htmx:after:swap", () => {
  take();
  place();
});
take();
