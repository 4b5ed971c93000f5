// Short messages at the bottom, announced politely; one action (undo, retry) at most. They lie over the page, and a
// new one stands on top of those that are there: nothing that can be pressed moves.
import { t } from "./texts.js";

const SHOWN_MS = 6000;
const UNDO_MS = 10000;
/** Of the toasts that stand, the newest last: {node, undo, once}. */
let actions = [];

function button(label, run) {
  const node = document.createElement("button");
  node.type = "button";
  node.textContent = label;
  node.addEventListener("click", run);
  return node;
}

/** A toast goes, those above it stay where they are: one of their buttons may be under a finger by now. */
function leave(node) {
  const stack = node.parentElement;
  if (!stack) return;
  const gap = document.createElement("i");
  gap.className = "gap";
  gap.setAttribute("aria-hidden", "true");
  gap.style.height = `${node.getBoundingClientRect().height}px`;
  node.replaceWith(gap);
  while (stack.lastElementChild?.matches(".gap")) stack.lastElementChild.remove();
}

const standing = () => actions.filter(({ node }) => node.isConnected);

function dismissLater(node, ms) {
  let timer = setTimeout(leave, ms, node);
  const hold = () => clearTimeout(timer);
  const release = () => {
    timer = setTimeout(leave, ms, node);
  };
  node.addEventListener("pointerenter", hold);
  node.addEventListener("focusin", hold);
  node.addEventListener("pointerleave", release);
  node.addEventListener("focusout", release);
}

/** A strip that burns down, for the eye alone: the words say how long there is. */
function fuse(seconds) {
  const node = document.createElement("i");
  node.className = "fuse";
  node.setAttribute("aria-hidden", "true");
  node.style.animationDuration = `${seconds}s`;
  return node;
}

/**
 * toast("Saved"), toast(text, {tone: "danger", label, run}), toast(text, {undo: url}). Returns the node.
 * `seconds`: after so many there is nothing left to undo.
 */
export function toast(text, { tone, label, run, undo, seconds, sticky = false } = {}) {
  const node = document.createElement("div");
  node.className = "snack";
  if (tone) node.dataset.tone = tone;
  const words = document.createElement("span");
  words.textContent = text;
  node.append(words);
  const action = undo ? () => window.htmx.ajax("POST", undo, { source: document.body, swap: "none" }) : run;
  if (action) {
    const once = () => {
      // what was copied three times is taken back once
      for (const other of standing()) if (undo && other.undo === undo) leave(other.node);
      leave(node);
      action();
    };
    actions = [...standing(), { node, undo, once }];
    node.append(button(label ?? t("undo"), once));
  }
  const close = button("×", () => leave(node));
  close.className = "x";
  close.setAttribute("aria-label", t("close"));
  node.append(close);
  if (seconds) node.append(fuse(seconds));
  document.getElementById("toasts").append(node);
  if (seconds) setTimeout(leave, seconds * 1000, node);
  else if (!sticky) dismissLater(node, action ? UNDO_MS : SHOWN_MS);
  return node;
}

/** Key U: run the action of the newest toast that still stands. */
export function runLastAction() {
  standing().at(-1)?.once();
}

export function start() {
  for (const node of document.querySelectorAll("[data-toast]")) dismissLater(node, SHOWN_MS);
  // a view answers with the header HX-Trigger: {"sd:toast": {"text": …, "undo": …}}
  document.addEventListener("sd:toast", (event) => toast(event.detail.text, event.detail));
}
