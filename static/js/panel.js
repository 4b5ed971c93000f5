// A lead beside the table: opened from its row, named by the address bar, closed by Esc. The table stays as it is.
// Without this script, on a phone, in a new tab and after a reload the same address is the lead's own page.
import { besideTable, tableUrl } from "./address.js";
import { currentRow, select } from "./cursor.js";
import { park, parked } from "./parking.js";
import { released } from "./press.js";
import { overtake } from "./redraw.js";

const FOLLOW_MS = 120;
const SKELETON_MS = 150;
const PHONE = matchMedia("(max-width: 767.98px)");
const OVERLAY = matchMedia("(max-width: 1103.98px)");
const CONTROLS = "a, button, input, label, select, summary, textarea, [contenteditable], [role=button]";
/** Cells that a click edits; see editing.js. */
const EDITED = "#tb[data-edit] td:is(.k-s, .k-a, .k-o)";

const panel = () => document.getElementById("panel");
const isOpen = () => !panel().hidden;
const shownLead = () => panel().querySelector("[data-lead-url]")?.dataset.leadUrl;
const linkOf = (row) => row?.querySelector("a.name");
const rowFor = (path) => linkTo(path)?.closest("tr");
const linkTo = (path) => document.querySelector(`#tb a.name[href="${CSS.escape(path)}"]`);

/** The table on screen, and its title; the request that is under way; the address that it asks for. */
let table = tableUrl();
let tableTitle = document.title;
let request = null;
let wanted = "";
let following = 0;
/** The lead for which D was pressed in the table: its draft panel has still to come. */
let wished = "";

// --- asking ------------------------------------------------------------------------------------

function show(id) {
  panel().replaceChildren(document.getElementById(id).content.cloneNode(true));
  panel().inert = false;
}

/** Nothing of the lead before may be used from here on: its draft must not be copied for this one. */
function wait() {
  panel().inert = true;
  panel().setAttribute("aria-busy", "true");
  return setTimeout(() => show("panel-waiting"), SKELETON_MS);
}

async function ask(signal) {
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "aside#panel", Accept: "text/html" };
  const response = await fetch(wanted, { headers, cache: "no-store", signal });
  const login = response.headers.get("HX-Redirect");
  if (login) location.assign(login);
  const text = await response.text();
  await released();
  return { status: response.redirected ? 0 : response.status, text };
}

async function put({ status, text }) {
  if (status === 404) return show("panel-gone");
  if (status !== 200) return show("panel-failed");
  panel().scrollTop = 0;
  return window.htmx.swap({ text, target: panel(), swap: "innerHTML", sourceElement: panel(), push: "false" });
}

/** Shows the lead at `path`. A slower answer to an older question is never shown. */
async function load(path, { focus = false } = {}) {
  request?.abort();
  request = new AbortController();
  const { signal } = request;
  overtake(panel());
  park(panel());
  wanted = path;
  const waiting = wait();
  try {
    const kept = parked(path);
    if (kept) panel().replaceChildren(kept);
    else {
      const answer = await ask(signal);
      if (signal.aborted) return;
      clearTimeout(waiting);
      await put(answer);
    }
    if (kept) document.dispatchEvent(new CustomEvent("sd:unparked"));
  } catch (error) {
    if (signal.aborted) return;
    console.info(error);
    clearTimeout(waiting);
    show("panel-failed");
  } finally {
    clearTimeout(waiting);
    if (!signal.aborted) settled(focus);
  }
}

function settled(focus) {
  panel().inert = false;
  panel().removeAttribute("aria-busy");
  const lost = document.activeElement === document.body;
  if (focus || lost) focusPanel();
}

const focusPanel = () => (document.getElementById("panel-title") ?? panel()).focus({ preventScroll: true });

// --- open and closed ---------------------------------------------------------------------------

function reveal() {
  if (!isOpen()) {
    tableTitle = document.title;
    panel().hidden = false;
    linkTo(wanted)?.scrollIntoView({ block: "nearest" });
  }
  cover();
}

/** What lies under the panel on a narrow screen cannot be reached. */
function cover() {
  document.getElementById("work").inert = isOpen() && OVERLAY.matches;
}

function hide() {
  if (!isOpen()) return;
  wished = "";
  request?.abort();
  clearTimeout(following);
  overtake(panel());
  park(panel());
  panel().replaceChildren();
  panel().hidden = true;
  document.title = tableTitle;
  cover();
}

function remember(path, { replace }) {
  const depth = (besideTable()?.depth ?? 0) + (replace ? 0 : 1);
  const state = { htmx: true, sd: { table, depth } };
  if (replace) history.replaceState(state, "", path);
  else {
    if (!history.state?.htmx) history.replaceState({ ...history.state, htmx: true }, "");
    history.pushState(state, "", path);
  }
}

function open(row) {
  const path = linkOf(row).getAttribute("href");
  select(row);
  if (isOpen() && shownLead() === path && !panel().inert) {
    focusPanel();
    return;
  }
  if (!isOpen()) table = tableUrl();
  remember(path, { replace: false });
  wanted = path;
  reveal();
  load(path, { focus: true });
}

/** D in the table: the lead, and a draft for it if it has none. */
function onKeyOffered(event) {
  const row = currentRow();
  if (event.detail.key !== "d" || isOpen() || !row || PHONE.matches) return;
  event.preventDefault();
  open(row);
  wished = wanted;
}

function onSwap({ detail: { ctx } }) {
  if (ctx?.target?.id !== "draft" || !wished) return;
  if (wished === shownLead()) document.querySelector('#draft-panel[data-kind="none"] [data-key="d"]')?.click();
  wished = "";
}

function openTab(row) {
  window.open(linkOf(row).href, "_blank", "noopener");
}

/** Back to the table's own entry of the history where it lies behind us. */
function close() {
  const depth = besideTable()?.depth;
  hide();
  if (depth) history.go(-depth); // see onTraverse
  else {
    history.replaceState({ htmx: true }, "", table);
    focusTable();
  }
}

function focusTable() {
  const row = rowFor(wanted) ?? currentRow();
  if (row) select(row);
  else document.getElementById("wrap").focus({ preventScroll: true });
}

/** J and K: the panel follows the cursor, once it rests. */
function follow({ target: row }) {
  if (!isOpen() || !linkOf(row)) return;
  const path = linkOf(row).getAttribute("href");
  if (path === wanted) return;
  request?.abort();
  park(panel());
  panel().inert = true;
  wanted = path;
  remember(path, { replace: true });
  clearTimeout(following);
  following = setTimeout(() => load(path), FOLLOW_MS);
}

// --- history -----------------------------------------------------------------------------------

/** Back and forward between a table and its leads: htmx would replace the whole page. */
async function onTraverse(event) {
  const { path } = event.detail;
  const beside = besideTable();
  if (!beside && path !== table) {
    table = path; // another table: htmx draws the page
    return;
  }
  event.preventDefault();
  if (!beside) {
    hide();
    focusTable();
    return;
  }
  if (beside.table !== table) await redrawTable(beside.table);
  wanted = path;
  reveal();
  const row = rowFor(path);
  if (row) select(row);
  load(path, { focus: !row });
}

/** The browser would put the focus at the beginning of the page after each traversal that a script handles. */
function onNavigate(event) {
  if (event.navigationType !== "traverse" || !event.canIntercept || event.hashChange) return;
  event.intercept({ focusReset: "manual", scroll: "manual" });
}

async function redrawTable(url) {
  table = url;
  await window.htmx.ajax("GET", url, { source: document.body, target: "#work", swap: "innerMorph" });
}

/** Another filter, order or page of the table: the address is the table's again. */
function onAddress() {
  table = tableUrl();
  if (!besideTable()) hide();
}

// --- clicks and keys ---------------------------------------------------------------------------

const rowAt = (event) => (PHONE.matches ? null : event.target.closest?.("#tb tr[data-id]"));

function onClick(event) {
  if (event.target.closest?.("[data-panel-close]")) close();
  if (event.target.closest?.("[data-panel-retry]")) load(wanted, { focus: true });
  const row = event.defaultPrevented ? null : rowAt(event);
  const control = event.target.closest?.(CONTROLS);
  if (!row || event.target.closest(EDITED) || (control && !control.matches("a.name"))) return;
  if (event.ctrlKey || event.metaKey) {
    if (!control) openTab(row);
    return;
  }
  if (event.shiftKey || event.altKey || isSelecting(row)) return;
  event.preventDefault();
  open(row);
}

/** Somebody who marks a name to copy it does not mean to open it. */
function isSelecting(row) {
  const selection = getSelection();
  return selection.type === "Range" && selection.containsNode(row, true);
}

function onMiddleClick(event) {
  const row = rowAt(event);
  if (event.button !== 1 || !row || event.target.closest(CONTROLS)) return;
  event.preventDefault();
  openTab(row);
}

function onKey(event) {
  if (event.isComposing || event.keyCode === 229) return;
  const row = event.target.closest?.("#tb tr[data-id]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && row === event.target) {
    event.preventDefault();
    openTab(row);
  }
  // the first Esc leaves the field, the second closes the panel: nobody loses a sentence to it
  if (event.key === "Escape" && event.target.closest?.("#panel") && event.target.matches("input, textarea, select")) {
    event.preventDefault();
    focusPanel();
  }
}

document.addEventListener("click", onClick);
document.addEventListener("auxclick", onMiddleClick);
document.addEventListener("keydown", onKey);
document.addEventListener("sd:cursor", follow);
document.addEventListener("sd:key", onKeyOffered);
document.addEventListener("htmx:after:swap", onSwap);
window.navigation?.addEventListener("navigate", onNavigate);
document.addEventListener("htmx:before:history:restore", onTraverse);
document.addEventListener("htmx:after:history:push", onAddress);
document.addEventListener("htmx:after:history:replace", onAddress);
OVERLAY.addEventListener("change", cover);
