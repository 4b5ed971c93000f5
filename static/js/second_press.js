// Another button of a form, pressed while what the first one sent is still being stored: it is pressed again by itself
// once that is stored, with what the server says by then. After a refusal a person decides anew.

const STORING = "form[id][hx-sync='this:drop']";
/** By the form's address, so that no press reaches the next lead: which button is under way, which one waits. */
const underWay = new Map();
const waiting = new Map();

const keyOf = (button) => `${button?.name ?? ""}=${button?.value ?? ""}`;
const addressOf = (form) => form.getAttribute("action");
const same = (form, key) => [...form.querySelectorAll("button:not(:disabled)")].find((one) => keyOf(one) === key);

function onSubmit({ target: form, submitter }) {
  if (!form.matches?.(STORING)) return;
  const first = underWay.get(addressOf(form));
  if (first !== undefined && first !== keyOf(submitter)) waiting.set(addressOf(form), keyOf(submitter));
}

function onRequest({ detail: { ctx } }) {
  const form = ctx.sourceElement;
  if (form.matches?.(STORING)) underWay.set(addressOf(form), keyOf(ctx.sourceEvent?.submitter));
}

function onEnd({ detail: { ctx } }) {
  const form = ctx.sourceElement;
  if (!form.matches?.(STORING)) return;
  const address = addressOf(form);
  const key = waiting.get(address);
  underWay.delete(address);
  waiting.delete(address);
  if (key === undefined || ctx.response?.status !== 200) return;
  // htmx takes the next request of a form only after this event
  queueMicrotask(() => {
    const stored = document.getElementById(form.id);
    if (stored && addressOf(stored) === address) same(stored, key)?.click();
  });
}

export function start() {
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("htmx:before:request", onRequest);
  document.addEventListener("htmx:finally:request", onEnd);
}
