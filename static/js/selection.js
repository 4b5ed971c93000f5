// Selected leads: checkboxes, X, Shift; all that a filter lets through; the bar that acts on them. The selection
// stands here and not in the rows: it survives paging, sorting and fresh rows, and ends with another filter.
import { currentRow, move, select } from "./cursor.js";
import { open, openAt } from "./editing.js";
import { start as startFresh } from "./fresh.js";
import { start as startJob } from "./job.js";
import { released } from "./press.js";
import { t } from "./texts.js";

const CONFIRM_OVER = 100;
const LONG_PRESS_MS = 500;
const STILL_PX = 10;
/** What does not change which leads a table shows. */
const NOT_A_FILTER = ["sort", "after", "before", "view", "cols", "v"];

const phone = window.matchMedia("(max-width: 767.98px)");
const chosen = new Set();
/** {query, n, text} when all that a filter shows is selected; `chosen` then holds those that are not. */
let everything = null;
let filter = null;
let last = null;
let pressed = null;

const bar = () => document.getElementById("bulk");
const body = () => document.getElementById("tb");
const rows = () => [...document.querySelectorAll("#tb tr[data-id]")];
const box = (row) => row.querySelector(".ck input");
const isSelected = (id) => chosen.has(id) !== Boolean(everything);
const count = () => (everything ? everything.n - chosen.size : chosen.size);
const number = (n) => n.toLocaleString(document.documentElement.lang);

/** What the table shows, whatever its order and page. */
function filterOf(table) {
  const query = new URLSearchParams(table.dataset.query);
  for (const name of NOT_A_FILTER) query.delete(name);
  return query.toString();
}

function set(row, on) {
  const { id } = row.dataset;
  if (on !== isSelected(id)) chosen[on !== Boolean(everything) ? "add" : "delete"](id);
}

function clear() {
  chosen.clear();
  everything = null;
  last = null;
  paint();
}

// --- what is seen ------------------------------------------------------------------------------

function paintRow(row) {
  const on = isSelected(row.dataset.id);
  box(row).checked = on;
  if (on) row.setAttribute("aria-selected", "true");
  else row.removeAttribute("aria-selected");
}

function paintHead() {
  const head = document.getElementById("pick-page");
  const on = rows().filter((row) => isSelected(row.dataset.id)).length;
  head.checked = on > 0 && on === rows().length;
  head.indeterminate = on > 0 && !head.checked;
  return head.checked;
}

function paintBar(wholePage) {
  const n = count();
  bar().hidden = n === 0;
  document.body.classList.toggle("selecting", n > 0);
  bar().querySelector("b").textContent = t("selected", { n, total: number(n) });
  const all = bar().querySelector("[data-all]");
  const more = document.querySelector("#work a[rel=next], #work a[rel=prev]") !== null;
  // a phone has no heading to tick
  all.hidden = everything !== null || !(phone.matches ? more || rows().length > n : wholePage && more);
  all.textContent = t("select_all", { total: body().dataset.total });
  const next = bar().querySelector("[data-bulk=next_action]");
  if (next) next.hidden = n !== 1 || everything !== null;
}

function paint() {
  rows().forEach(paintRow);
  paintBar(paintHead());
}

// --- choosing ----------------------------------------------------------------------------------

function toggle(row, on = !isSelected(row.dataset.id)) {
  set(row, on);
  last = row.dataset.id;
  paint();
}

/** From the last row that was ticked to this one. */
function extendTo(row) {
  const list = rows();
  const from = list.findIndex(({ dataset }) => dataset.id === last);
  const to = list.indexOf(row);
  if (from === -1) {
    toggle(row, true);
    return;
  }
  for (const between of list.slice(Math.min(from, to), Math.max(from, to) + 1)) set(between, true);
  last = row.dataset.id;
  paint();
}

function extendBy(step) {
  const row = currentRow();
  if (!row) return;
  set(row, true);
  move(step);
  toggle(currentRow(), true);
}

async function selectAll() {
  const query = filterOf(body());
  const answer = await fetch(`${bar().dataset.count}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { n } = await answer.json();
  // the bar's buttons move together
  await released();
  if (query !== filterOf(body())) return;
  chosen.clear();
  everything = { query, n };
  paint();
}

// --- acting ------------------------------------------------------------------------------------

function hidden(form, name, value) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  form.append(field);
}

/** The selection as forms send it. */
export function fill(form) {
  hidden(form, "ids", [...chosen].join(","));
  if (!everything) return;
  hidden(form, "all", "1");
  hidden(form, "query", everything.query);
}

function act(button) {
  const field = button.dataset.bulk;
  if (button.dataset.url) {
    openAt(button, `${button.dataset.url}?selected=1&${body().dataset.query}`, fill);
    return;
  }
  if (field === "next_action") {
    const row = document.getElementById(`lead-${[...chosen][0]}`);
    if (row) open(row, field);
    return;
  }
  openAt(button, bar().dataset.new.replace("FIELD", field), (form) => {
    fill(form);
    if (count() > CONFIRM_OVER) form.setAttribute("hx-confirm", t(`confirm_${field}`, { total: number(count()) }));
  });
}

// --- events ------------------------------------------------------------------------------------

function onClick(event) {
  const { target } = event;
  const row = target.closest("#tb tr[data-id]");
  if (row && target.closest(".ck")) {
    event.stopPropagation(); // a click on the row opens the lead
    if (event.shiftKey) extendTo(row);
    else toggle(row);
    select(row);
    return;
  }
  if (target.id === "pick-page") {
    for (const each of rows()) set(each, target.checked);
    paint();
  }
  const held = pressed === "held";
  pressed = null;
  if (row && phone.matches && (held || count() > 0)) {
    // while something is selected a touch selects more
    event.preventDefault();
    event.stopPropagation();
    if (!held) toggle(row);
  }
  const link = target.closest("a[data-export]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openAt(link, link.href);
  }
  const button = target.closest("#bulk button");
  if (!button) return;
  if ("clear" in button.dataset) clear();
  else if ("all" in button.dataset) selectAll();
  else if (button.dataset.bulk) act(button);
}

/** A finger that stays selects the card under it. */
function onPress(event) {
  const row = event.target.closest?.("#tb tr[data-id]");
  if (!row || !phone.matches || event.pointerType === "mouse") return;
  const press = { x: event.clientX, y: event.clientY };
  press.timer = setTimeout(() => {
    toggle(row);
    navigator.vibrate?.(10);
    pressed = "held";
  }, LONG_PRESS_MS);
  pressed = press;
}

function onMove({ clientX, clientY }) {
  if (pressed?.timer && Math.hypot(clientX - pressed.x, clientY - pressed.y) > STILL_PX) release();
}

function release() {
  if (!pressed?.timer) return;
  clearTimeout(pressed.timer);
  pressed = null;
}

function onSwap() {
  if (!body()) return;
  const now = filterOf(body());
  if (filter !== null && now !== filter) clear();
  filter = now;
  paint();
}

const keys = {
  x: () => currentRow() && toggle(currentRow()),
  J: () => extendBy(1),
  K: () => extendBy(-1),
};

if (bar()) {
  startFresh();
  startJob();
  onSwap();
  // before htmx and links see the click
  document.addEventListener("click", onClick, true);
  document.addEventListener("pointerdown", onPress);
  document.addEventListener("pointermove", onMove);
  for (const name of ["pointerup", "pointercancel", "scroll"]) document.addEventListener(name, release, true);
  document.addEventListener("contextmenu", (event) => {
    if (phone.matches && event.target.closest("#tb")) event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", onSwap);
  // all of a filter may be others after an edit
  document.addEventListener("sd:edited", () => everything && clear());
  document.addEventListener("sd:key", (event) => {
    if (!Object.hasOwn(keys, event.detail.key)) return;
    event.preventDefault();
    keys[event.detail.key]();
  });
  // on the row itself, whether single keys are switched off or not
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches?.("#tb tr[data-id]")) return;
    event.preventDefault();
    if (event.shiftKey) extendTo(event.target);
    else toggle(event.target);
  });
}
