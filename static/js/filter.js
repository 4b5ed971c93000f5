// The filter builder: opened into its slot beside the table, rows made anew by the server, a count while typing.

import { carry, remember } from "./carrying.js";
import { released } from "./press.js";

const COUNT_AFTER_MS = 300;
const slot = () => document.getElementById("fb-slot");
const form = () => document.getElementById("fb");
const FIRST = "select.f, input[type=text], .cols button:not(:disabled), .adds .btn";
let opener = null;
let timer = 0;
let turn = 0;
let pressed = "";
let pressedRow = -1;

const isOpen = () => Boolean(slot()?.querySelector(".fb"));

function expanded(open) {
  document.getElementById("flt")?.setAttribute("aria-expanded", String(open));
}

function close({ focus = true } = {}) {
  if (!isOpen()) return false;
  slot().replaceChildren();
  expanded(false);
  clearTimeout(timer);
  turn += 1;
  if (focus) (opener?.isConnected ? opener : document.getElementById("flt"))?.focus();
  return true;
}

// --- how many leads ----------------------------------------------------------------------------

async function count() {
  const builder = form();
  if (!builder?.dataset.countUrl) return;
  const mine = ++turn;
  const query = new URLSearchParams(new FormData(builder));
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
  const response = await fetch(`${builder.dataset.countUrl}?${query}`, { headers }).catch(() => null);
  const text = response?.ok && !response.redirected ? await response.text() : null;
  // a longer line makes the foot higher
  await released();
  const place = document.getElementById("fb-count");
  if (mine === turn && place && text !== null) place.textContent = text.trim();
}

function countLater() {
  clearTimeout(timer);
  timer = setTimeout(count, COUNT_AFTER_MS);
}

// --- choosing among values ---------------------------------------------------------------------

function find(field) {
  const wanted = field.value.normalize("NFKC").toLowerCase().trim();
  for (const label of field.closest(".pick-list").querySelectorAll("label")) {
    label.hidden = !label.textContent.normalize("NFKC").toLowerCase().includes(wanted);
  }
}

function showChosen(pick) {
  const shown = pick.querySelector(".ell");
  shown.dataset.none ??= [...pick.querySelectorAll("[checked]")].length ? "" : shown.textContent;
  const chosen = [...pick.querySelectorAll("label:has(:checked)")].map((label) => label.textContent.trim());
  const other = pick.querySelector("input[type=text]")?.value.trim();
  const separator = document.documentElement.lang === "ja" ? "、" : ", ";
  shown.textContent = [...chosen, ...(other ? [other] : [])].join(separator) || shown.dataset.none || "—";
}

const openPick = () => slot()?.querySelector("details.pick[open]") ?? document.querySelector(".fb-page details.pick[open]");

// --- events ------------------------------------------------------------------------------------

function onClick(event) {
  const { target } = event;
  const asks = target.closest?.("[hx-target='#fb-slot']");
  if (asks?.id === "flt" && isOpen()) {
    event.preventDefault();
    event.stopPropagation();
    close();
    return;
  }
  if (asks) opener = asks;
  const pick = openPick();
  if (pick && !pick.contains(target)) pick.open = false;
  if (!isOpen()) return;
  if (target.closest("[data-fb-close]")) {
    event.preventDefault();
    close();
  } else if (target.closest("[data-fb-leave]") || (!slot().contains(target) && !asks && target.isConnected)) {
    close({ focus: false });
  }
}

function onKey(event) {
  if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
  const pick = openPick();
  if (pick) {
    pick.open = false;
    pick.querySelector("summary").focus();
  } else if (document.querySelector("dialog[open]") || !close()) return;
  event.preventDefault();
  event.stopPropagation();
}

function onChange({ target }) {
  const builder = target.closest?.(".fb");
  if (!builder) return;
  if (target.matches("[data-pick-find]")) find(target);
  else {
    const pick = target.closest("details.pick");
    if (pick) showChosen(pick);
    countLater();
  }
}

/** Another field: what stood in its row is not meant for it; what is typed from now on is. */
function beginAnew(select) {
  const row = select.closest(".r");
  row.querySelector("[name^='p.']").value = select.value;
  row.querySelector("select.o").selectedIndex = -1;
  for (const input of row.querySelectorAll("[name^='v.']")) {
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  }
}

function onSubmit(event) {
  if (event.target.id !== "fb") return;
  pressed = event.submitter?.value ?? "apply";
  pressedRow = [...event.target.querySelectorAll(".r")].indexOf(event.submitter?.closest(".r"));
  remember(event.target);
}

/** The control to go on with, after the rows came anew. */
function next() {
  const builder = form();
  const wrong = builder.querySelector("[aria-invalid=true], .pick .bad");
  const [what, number] = pressed.split(".");
  const fields = [...builder.querySelectorAll("select.f")];
  if (wrong) return wrong;
  if (what === "add" && number) return [...builder.querySelectorAll(`#fb-g${number} select.f`)].pop();
  if (what === "add") return fields.filter((one) => !one.closest(".g")).pop();
  if (what === "group") return fields[fields.length - 2];
  if (what === "remove") return fields[Math.min(pressedRow, fields.length - 1)] ?? builder.querySelector(".adds .btn");
  if (what === "up" || what === "down") return moved(builder, what, Number(number));
  return null;
}

/** The same button of the row that moved, or its other one at the end. */
function moved(builder, what, place) {
  const row = builder.querySelectorAll(".cols li")[place + (what === "up" ? -1 : 1)];
  const [up, down] = row?.querySelectorAll("button") ?? [];
  return what === "up" ? (up?.disabled ? down : up) : down?.disabled ? up : down;
}

let before = "";
let goneOn = null;

function beforeSwap({ detail: { ctx, tasks } }) {
  goneOn = null;
  const fragment = tasks?.find((task) => task.type === "main")?.fragment;
  if (ctx?.sourceElement?.id !== "fb" || !form() || !fragment) return;
  const carried = carry(form(), fragment);
  goneOn = carried.goneOn;
  for (const pick of new Set(carried.changed.map((field) => field.closest("details.pick")))) if (pick) showChosen(pick);
  if (carried.changed.length > 0) countLater();
}

function onSwap({ detail: { ctx } }) {
  const opened = ctx?.target?.id === "fb-slot";
  if (!form() || (!opened && ctx?.target?.id !== "fb" && ctx?.sourceElement?.id !== "fb")) return;
  expanded(true);
  turn += 1; // a count that is still on its way is that of the rows before
  const at = form().dataset.at;
  const first = (at && document.getElementById(`fb-v${at}`)) || form().querySelector(FIRST);
  const target = opened ? first : (goneOn ?? next() ?? document.getElementById(before) ?? first);
  target?.focus();
}

export function start() {
  document.addEventListener("click", onClick, true);
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("input", onChange);
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.(".fb [data-refresh]")) return;
    if (event.target.matches(".f")) beginAnew(event.target);
    before = event.target.id;
    form().requestSubmit(document.getElementById("fb-refresh"));
  });
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("htmx:before:swap", beforeSwap);
  document.addEventListener("htmx:after:swap", onSwap);
  // not before: the answer's own events (a toast) start from the form
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx?.hx?.location && ctx.sourceElement?.id === "fb") close();
  });
}

start();
