// The view tabs: counts that come beside the table, one's own tabs in the order a person gives them.
import { csrfToken } from "./csrf.js";
import { released } from "./press.js";

const COUNT_EVERY_MS = 30000;
const PAUSE_MS = 5000;
let asked = 0;
let waiting = 0;

const bar = () => document.querySelector(".viewbar");
const hasViews = () => Boolean(document.querySelector(".views [data-view]"));
const own = () => [...document.querySelectorAll(".views a[data-own]")];

async function count() {
  if (document.hidden || !bar()) return;
  asked = Date.now();
  const response = await fetch(bar().dataset.counts, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const counts = await response.json();
  // a wider number moves what stands behind it
  await released();
  for (const [id, text] of Object.entries(counts)) {
    const place = document.getElementById(`vc-${id}`);
    if (place) place.textContent = text;
  }
}

/** After what the person has changed: at once, and not for each of ten changes in a row. */
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(count, Math.max(0, asked + PAUSE_MS - Date.now()));
}

async function keep() {
  const body = new URLSearchParams(own().map((tab) => ["view", tab.dataset.view]));
  const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true", "HX-Request-Type": "partial" };
  await fetch(bar().dataset.order, { method: "POST", body, headers }).catch(() => null);
}

/** Before or behind `other`, both of them one's own. */
function place(tab, other, behind) {
  if (tab === other || !other?.matches("[data-own]")) return false;
  other[behind ? "after" : "before"](tab);
  return true;
}

function onKey(event) {
  const tab = event.target.closest?.(".views a[data-own]");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!tab || !step || !event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const tabs = own();
  if (!place(tab, tabs[tabs.indexOf(tab) + step], step > 0)) return;
  tab.focus();
  tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  keep();
}

let dragged = null;

function onDrag(event) {
  const tab = event.target.closest?.(".views a[data-own]");
  if (event.type === "dragstart" && tab) {
    dragged = tab;
    tab.classList.add("drag");
    event.dataTransfer.effectAllowed = "move";
  } else if (event.type === "dragover" && dragged && tab) {
    event.preventDefault();
    const box = tab.getBoundingClientRect();
    place(dragged, tab, event.clientX > box.left + box.width / 2);
  } else if (event.type === "drop" && dragged) event.preventDefault();
  else if (event.type === "dragend" && dragged) {
    dragged.classList.remove("drag");
    dragged = null;
    keep();
  }
}

let shown = "";

/** The tab of what is shown is in sight, also on a phone; where a person has scrolled the tabs, they stay. */
function reveal() {
  const tab = document.querySelector(".views [aria-current]");
  const href = tab?.getAttribute("href") ?? "";
  if (href && href !== shown) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  shown = href;
}

/** A wheel that only turns one way moves the tabs, too. */
function onWheel({ target, deltaX, deltaY }) {
  const tabs = target.closest?.(".views");
  if (tabs && !deltaX) tabs.scrollLeft += deltaY;
}

document.addEventListener("keydown", onKey);
document.addEventListener("wheel", onWheel, { passive: true });
for (const type of ["dragstart", "dragover", "drop", "dragend"]) document.addEventListener(type, onDrag);
// a new table brings what was counted at most a minute ago, or nothing yet
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx?.target?.id !== "work") return;
  reveal();
  const unknown = [...document.querySelectorAll(".views [id^=vc-]")].some((place) => place.textContent === "…");
  if (unknown || (hasViews() && Date.now() - asked > PAUSE_MS)) count();
});
document.addEventListener("visibilitychange", () => Date.now() - asked > COUNT_EVERY_MS && count());
for (const name of ["sd:lead", "sd:edited"]) document.addEventListener(name, soon);
setInterval(count, COUNT_EVERY_MS);
if (hasViews()) count();
reveal();
