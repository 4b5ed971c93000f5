// What is typed for something that is still on its way: kept until it is there, and no key of the page meanwhile.

// F5, Tab and whatever else a browser does are its own
const NAMED = ["Enter", "Escape", "ArrowUp", "ArrowDown", "Backspace"];
let kept = null;

export function keep() {
  kept = [];
}

export function drop() {
  kept = null;
}

/** Gives what was typed to whatever has the focus by now. */
export function give() {
  const keys = kept ?? [];
  kept = null;
  for (const key of keys) press(document.activeElement, key);
}

function press(node, key) {
  const isText = node.matches("input, textarea") && typeof node.selectionStart === "number";
  if (isText && key.length === 1) {
    node.setRangeText(key, node.selectionStart, node.selectionEnd, "end");
    node.dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  const open = node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  if (!open || key !== "Enter") return;
  if (isText) node.form?.requestSubmit();
  else node.click();
}

function onKey(event) {
  const { key, target } = event;
  if (!kept || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.keyCode === 229) return;
  if (target.closest?.("input:not([type=checkbox]), textarea, select") || (key.length > 1 && !NAMED.includes(key))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (key === "Backspace") kept.pop();
  else if (!event.repeat) kept.push(key);
}

// before anything else on the page hears of it
window.addEventListener("keydown", onKey, true);
