// Single keys. A control takes part by data-key="c"; a link by data-go="l" (after G). Off by the user's setting.
import { currentRow, move } from "./cursor.js";
import { closeTopmost } from "./dialogs.js";
import { runLastAction } from "./toast.js";

const SEQUENCE_MS = 1200;
let waitsForGo = 0;

function isTyping(event) {
  return event.isComposing || event.keyCode === 229 || event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

const visible = (node) => node && !node.disabled && !node.closest("[inert]") && node.getClientRects().length > 0;

function press(selector) {
  const node = [...document.querySelectorAll(selector)].find(visible);
  node?.click();
  return Boolean(node);
}

function focusSearch() {
  const field = [...document.querySelectorAll("[data-search]")].find(visible);
  field?.focus();
  field?.select();
  return Boolean(field);
}

const fixed = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => currentRow() === document.activeElement && (move(1), true),
  ArrowUp: () => currentRow() === document.activeElement && (move(-1), true),
  Enter: () => currentRow() === document.activeElement && (currentRow().querySelector(".name")?.click(), true),
  o: () => currentRow()?.querySelector(".name")?.click(),
  "/": focusSearch,
  u: runLastAction,
  "?": () => document.getElementById("keys")?.showModal(),
  Escape: () => closeTopmost() || press('[data-key="Escape"]'),
};

function run(key) {
  if (Date.now() - waitsForGo < SEQUENCE_MS) {
    waitsForGo = 0;
    return press(`[data-go="${CSS.escape(key)}"]`);
  }
  if (key === "g") {
    waitsForGo = Date.now();
    return true;
  }
  if (Object.hasOwn(fixed, key)) return fixed[key]() !== false;
  return (key.length === 1 && press(`[data-key="${CSS.escape(key)}"]`)) || offer(key);
}

/** A page's own module may take the key: it says so by preventDefault. */
function offer(key) {
  return !document.dispatchEvent(new CustomEvent("sd:key", { detail: { key }, cancelable: true }));
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  if (document.querySelector("dialog[open]")) return;
  const off = document.body.dataset.keys === "off" && event.key.length === 1;
  if (!off && run(event.key)) event.preventDefault();
}

export function start() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", (event) => {
    // of a word that is being composed it takes back the conversion
    if (event.key !== "Escape" || event.isComposing || !event.target.matches?.("[data-search]")) return;
    event.preventDefault(); // the browser would empty the field, and the table be that of the words before
    event.target.blur();
  });
}
