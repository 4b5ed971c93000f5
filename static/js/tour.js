// The tour: a small card that points at what is on the page. The page stays usable, its keys included.
// Where one is stays in the tab; that it was seen is kept by the server.
import { csrfToken } from "./csrf.js";

const GAP = 12;
const EDGE = 8;
const PHONE = matchMedia("(max-width: 767.98px)");

const card = document.getElementById("tour");
const steps = [...card.querySelectorAll("[data-step]")];
const back = card.querySelector("[data-tour-back]");
const next = card.querySelector("[data-tour-next]");
const nextWord = next.textContent;
const key = `sd-tour-${card.dataset.person}`;
let at = Math.min(Number(sessionStorage.getItem(key)) || 0, steps.length - 1);

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
  if (card.hidden) return;
  unmark();
  const node = pointedAt();
  node?.classList.add("tour-target");
  node?.scrollIntoView({ block: "nearest", inline: "nearest" });
  const box = node?.getBoundingClientRect();
  if (PHONE.matches) dock(box);
  else put(box);
}

function show() {
  steps.forEach((step, index) => {
    step.hidden = index !== at;
  });
  const last = at === steps.length - 1;
  next.textContent = last ? next.dataset.last : nextWord;
  // a button that vanishes must not take the focus with it
  if (at === 0 && document.activeElement === back) next.focus();
  back.hidden = at === 0;
  card.querySelector("[data-tour-close]").hidden = last;
  sessionStorage.setItem(key, at);
  place();
}

function close() {
  const inside = card.contains(document.activeElement);
  card.hidden = true;
  unmark();
  sessionStorage.removeItem(key);
  if (inside) document.getElementById("main").focus();
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

next.addEventListener("click", () => go(at + 1));
back.addEventListener("click", () => go(at - 1));
card.querySelector("[data-tour-close]").addEventListener("click", close);
addEventListener("resize", place);
document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-tour-restart]")) sessionStorage.removeItem(key);
});
document.addEventListener("htmx:after:swap", place);
card.hidden = false;
show();
// where the page itself has put the focus, say into a field, it stays
if (document.activeElement === document.body) card.focus();
