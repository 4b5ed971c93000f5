// Stage, owner and next action in their rows: a click on the cell, or S, W, N on the current row, opens an editor
// over it. Enter saves, Esc cancels, the focus returns to the row. On a phone the lead page has the same forms.
import { drop, give, keep } from "./ahead.js";
import { currentRow, mark } from "./cursor.js";
import { columns } from "./fresh.js";

const CELLS = { stage: "td.k-s", owner: "td.k-o", next_action: "td.k-a" };
const KEYS = { s: "stage", w: "owner", n: "next_action" };
const GAP = 4;

/** The one in use. Going back in the history brings a body of its own, and with it another one. */
let editor = null;
const phone = window.matchMedia("(max-width: 767.98px)");
/** While an editor is open or on its way: where it hangs, where the focus goes back to, what else its form sends. */
let opened = null;
/** What the fields held when the editor came. */
let untouched = "";

/** Whether one is open or on its way; none is that went with an earlier body. */
const isOpen = () => opened !== null && editor.isConnected;
const mayEdit = () => document.querySelector("#tb[data-edit]") !== null;
const visible = (node) => node && node.getClientRects().length > 0;
const items = () => [...editor.querySelectorAll(".menu-item")].filter(visible);
const typed = () => JSON.stringify([...new FormData(editor.querySelector("form") ?? undefined)]);

function cellOf(id, field) {
  const row = document.getElementById(id);
  const cell = row?.querySelector(CELLS[field]);
  return visible(cell) ? cell : (row?.querySelector("td.k-n") ?? row);
}

/** Menus hang below their cell, the fields of a next action lie over it; both stay on the screen. */
function place() {
  const cell = opened?.anchor();
  if (!cell || phone.matches) {
    editor.removeAttribute("style");
    return;
  }
  const { left, top, bottom } = cell.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = editor;
  const below = editor.querySelector(".editor-list, .export-form") ? bottom - GAP : top - GAP;
  const above = top - height + GAP;
  const fits = below + height + GAP <= window.innerHeight;
  editor.style.left = `${Math.max(GAP, Math.min(left, window.innerWidth - width - GAP))}px`;
  editor.style.top = `${Math.max(GAP, fits ? below : above)}px`;
}

function focusFirst() {
  const field = editor.querySelector("[aria-invalid=true], [data-first], input:not([type=hidden], [type=radio])");
  const first = field ?? editor.querySelector(".menu-item[aria-current], input:checked") ?? items()[0];
  first?.focus();
  if (first?.matches("input")) first.select?.();
}

function address(row, field) {
  return `${row.querySelector(".name").pathname}edit/${field}/?${columns()}`;
}

function show(url, turn) {
  take(document.getElementById("editor"));
  opened = turn;
  keep();
  window.htmx.ajax("GET", url, { source: editor, target: editor, swap: "innerHTML" });
}

/** The editor of one cell. */
export function open(row, field) {
  const { id } = row;
  mark(row);
  show(address(row, field), { anchor: () => cellOf(id, field), back: () => document.getElementById(id) });
}

/** An editor that hangs at a button; `prepare(form)` adds what else is sent. */
export function openAt(button, url, prepare) {
  show(url, { anchor: () => button, back: () => button, prepare });
}

function close({ focus = true } = {}) {
  if (!isOpen()) return;
  const back = opened.back();
  opened = null;
  drop();
  editor.hidePopover();
  editor.replaceChildren();
  if (focus && visible(back)) back.focus({ preventScroll: true });
}

/** A click elsewhere keeps what was typed; a menu that nobody used closes. */
function leave() {
  const form = editor.querySelector("form");
  if (form?.querySelector("[name=next_action]:not([type=hidden])") && typed() !== untouched) form.requestSubmit();
  else close({ focus: false });
}

function onSwap({ detail: { ctx } }) {
  const { sourceElement: source, response } = ctx ?? {};
  // data-within: a piece of the form that changes by itself
  if (!isOpen() || !source || !editor.contains(source) || "within" in source.dataset) return;
  if (source !== editor && response?.status === 200) {
    close();
    return;
  }
  if (!editor.firstElementChild) return;
  opened.prepare?.(editor.querySelector("form"));
  if (!editor.matches(":popover-open")) editor.showPopover();
  untouched = typed();
  place();
  focusFirst();
  give();
}

function onClick(event) {
  const { target } = event;
  const cancel = target.closest("#editor [data-cancel]");
  const fill = target.closest("#editor [data-fill]");
  if (cancel) close();
  if (fill) {
    const field = document.getElementById(fill.dataset.fill);
    field.value = fill.dataset.value;
    field.focus();
  }
  if (phone.matches || !mayEdit() || target.closest("a, input")) return;
  const cell = target.closest(Object.values(CELLS).map((css) => `#tb ${css}`).join(", "));
  const field = Object.keys(CELLS).find((name) => cell?.matches(CELLS[name]));
  if (field && !String(window.getSelection())) open(cell.closest("tr"), field);
}

function step(by) {
  const list = items();
  const at = list.indexOf(document.activeElement);
  const next = at === -1 && by < 0 ? list.length - 1 : at + by;
  list[Math.max(0, Math.min(list.length - 1, next))]?.focus();
}

const moves = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Home: () => items()[0]?.focus(),
  End: () => items().at(-1)?.focus(),
};

function onKey(event) {
  event.stopPropagation(); // the page's own keys are not meant
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") close();
  else if (event.target.matches("[name=next_action], [type=datetime-local], [type=radio]")) return;
  else if (event.key in moves && !(event.target.matches("input") && /Home|End/.test(event.key))) moves[event.key]();
  else if (event.key === "Enter" && event.target.matches("[data-narrow]")) items()[0]?.click();
  else if (/^\d$/.test(event.key) && !event.target.matches("input")) {
    editor.querySelector(`[data-digit="${event.key}"]`)?.click();
  } else return;
  event.preventDefault();
}

/** A long list of people gets shorter by typing; widths and cases are one. */
function onInput({ target }) {
  if (!target.matches("[data-narrow]")) return;
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
  for (const item of editor.querySelectorAll(".menu-item")) {
    item.hidden = !plain(item.textContent).includes(plain(target.value));
  }
  place();
}

/** The focus stays within, as in any dialog. */
function onTab(event) {
  if (event.key !== "Tab") return;
  const inside = [...editor.querySelectorAll("button, input:not([type=hidden])")].filter(visible);
  const edge = event.shiftKey ? inside[0] : inside.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? inside.at(-1) : inside[0])?.focus();
}

function take(node) {
  if (node === editor) return;
  editor = node;
  editor.addEventListener("keydown", onTab);
  editor.addEventListener("keydown", onKey);
  editor.addEventListener("input", onInput);
  // the answer is a file, or another page
  editor.addEventListener("submit", ({ target }) => "leaves" in target.dataset && setTimeout(close));
}

if (document.getElementById("editor")) {
  document.addEventListener("click", onClick);
  document.addEventListener("pointerdown", ({ target }) => {
    if (isOpen() && !editor.contains(target) && !target.closest("dialog, .toasts")) leave();
  });
  document.addEventListener("htmx:after:swap", onSwap);
  // whatever came of it
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => ctx?.sourceElement === editor && drop());
  document.addEventListener("scroll", () => isOpen() && place(), { capture: true, passive: true });
  window.addEventListener("resize", () => isOpen() && place());
  document.addEventListener("sd:key", (event) => {
    const row = currentRow();
    const field = Object.hasOwn(KEYS, event.detail.key) && KEYS[event.detail.key];
    if (!field || !row || !mayEdit()) return;
    event.preventDefault();
    open(row, field);
  });
}
