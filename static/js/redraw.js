// A fragment as the server has it now, morphed into place: focus, typed text and scroll position stay.

import { released } from "./press.js";

const turns = new WeakMap();

/** What is on its way to `target` comes too late from here on. Returns the number of the new turn. */
export function overtake(target) {
  const turn = (turns.get(target) ?? 0) + 1;
  turns.set(target, turn);
  return turn;
}

/** Resolves to whether it was drawn. Quiet when the server cannot be reached: whoever asks will ask again. */
export async function redraw(url, target) {
  const turn = overtake(target);
  const place = `${target.tagName.toLowerCase()}#${target.id}`;
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": place, Accept: "text/html" };
  const response = await fetch(url, { headers, cache: "no-store" }).catch(() => null);
  const login = response?.headers.get("HX-Redirect");
  if (login) location.assign(login);
  if (response?.status !== 200 || response.redirected) return false;
  const text = await response.text();
  await released();
  // an answer that was overtaken by a later question would put old things back
  if (turns.get(target) !== turn || !target.isConnected) return false;
  await window.htmx.swap({ text, target, swap: "innerMorph", sourceElement: target, push: "false" });
  return true;
}

// what an action of the person's brings is newer than whatever was asked before it
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  if (ctx?.target instanceof Element) overtake(ctx.target);
});
