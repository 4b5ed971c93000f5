// The item page of the review queue: the lease, keys (never one that publishes), the live comparison.
import { watch } from "./review_live.js";

const HEARTBEAT_MS = 60000;
const IDLE_MS = 300000;
// drafts/review.py
const LEASE_MS = 600000;
const ARMED_MS = 3000;
const TYPING_MS = 300;

const byId = (id) => document.getElementById(id);
const lease = byId("rv-lease");
const form = byId("reviewitem_form");
const subject = byId("id_subject");
const body = byId("id_body");
const control = (name) => document.querySelector(`[data-rv="${name}"]`);

let leaving = false;
let lastActive = Date.now();
let endsAt = Date.now() + LEASE_MS;

function send(url, data) {
  const sent = new FormData();
  sent.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  sent.set("token", form.elements.token.value);
  for (const [name, value] of Object.entries(data ?? {})) sent.set(name, value);
  return { url, sent };
}

async function post(url, data) {
  const request = send(url, data);
  const answer = await fetch(request.url, { method: "POST", body: request.sent, headers: { Accept: "application/json" } });
  return { ok: answer.ok && !answer.redirected, status: answer.status, data: await answer.json().catch(() => ({})) };
}

// --- lease -------------------------------------------------------------------------------------

const held = () => lease.dataset.held === "1";

/** Nothing can be saved any more; what was typed stays. */
function lose(words) {
  lease.dataset.held = "";
  lease.classList.add("rv-lost");
  lease.textContent = words || lease.dataset.lost;
  for (const field of [subject, body, ...remarks()]) field.readOnly = true;
  keep();
  for (const button of document.querySelectorAll(".rv-acts button:not([data-rv='skip']), .rv-save button, .rv-sheet button")) {
    button.disabled = true;
  }
}

/** All that was typed, in one field and behind one button. */
function keep() {
  if (!typed()) return;
  const said = remarks().filter((field) => field.value.trim()).map((field) => `${field.labels[0].textContent}: ${field.value}`);
  const text = changed() ? [subject.value, body.value] : [];
  const words = [...text, said.join("\n")].filter(Boolean).join("\n\n");
  byId("rv-mine").value = words;
  byId("rv-copy").dataset.copy = words;
  byId("rv-kept").hidden = false;
}

/** A line above the text; empty: none. */
function tell(words) {
  const news = byId("rv-news");
  news.textContent = words;
  news.hidden = !words;
}

/** A forgotten tab gives no sign of life: its lease ends, and it says so. */
async function beat() {
  if (!held() || document.hidden || Date.now() - lastActive > IDLE_MS) return;
  await ask();
}

async function ask() {
  try {
    const answer = await post(lease.dataset.leaseUrl);
    const until = lease.querySelector(".rv-until");
    if (answer.ok && until) {
      until.textContent = answer.data.text;
      endsAt = Date.now() + LEASE_MS;
      tell("");
    } else if (answer.status === 409 || answer.status === 404) lose(answer.data.detail);
  } catch {
    const until = lease.querySelector(".rv-until");
    if (until) until.textContent = lease.dataset.offline;
  }
}

function look() {
  if (held() && Date.now() > endsAt) tell(lease.dataset.ended);
}

function onActivity() {
  lastActive = Date.now();
  if (held() && lastActive > endsAt) {
    // once, not with each key
    endsAt = lastActive + HEARTBEAT_MS;
    ask();
  }
}

/** What others do with this item, as it happens. */
function told(items) {
  if (leaving) return;
  const item = items[lease.dataset.item];
  if (held()) {
    // the answer says by whom it was taken; a lease of one's own that has run out is left to `look`
    if (!item || item.gone || item.escalated || (item.held && !item.mine)) ask();
    return;
  }
  if (!item || item.gone) {
    lose(item?.gone);
    return;
  }
  const [who, until] = item.held ? item.lines : [];
  lease.querySelector(".rv-who")?.replaceChildren(who ?? "");
  lease.querySelector(".rv-until")?.replaceChildren(until ?? "");
  if (!item.escalated) tell(item.held ? "" : lease.dataset.free);
}

function release() {
  if (leaving || !held()) return;
  const { url, sent } = send(lease.dataset.releaseUrl);
  navigator.sendBeacon(url, sent);
}

// --- editing -----------------------------------------------------------------------------------

// against the text that the page was made of: a refused form brings what was typed along
const base = form.elements;
const changed = () => subject.value !== base.base_subject.value || body.value !== base.base_body.value;
const remarks = () => ["rv-instruction", "rv-note", "rv-escalation-note"].map(byId).filter(Boolean);
const typed = () => changed() || remarks().some((field) => field.value.trim());

function showPrimary() {
  const button = control("approve");
  if (!button || !held()) return;
  button.querySelector("[data-plain]").hidden = changed();
  button.querySelector("[data-edited]").hidden = !changed();
  if ("unlessEdited" in button.dataset) button.disabled = !changed();
}

function draw(side, pieces) {
  const nodes = pieces.map(([kind, text]) => {
    if (kind === "same") return document.createTextNode(text);
    const node = document.createElement(kind);
    node.textContent = text;
    return node;
  });
  byId(side).replaceChildren(...nodes);
}

let typing = 0;
let asked = 0;

async function compare() {
  const turn = ++asked;
  const answer = await post(lease.dataset.diffUrl, { subject: subject.value, body: body.value }).catch(() => null);
  if (!answer?.ok || turn !== asked) return;
  const same = [...answer.data.left, ...answer.data.right].every(([kind]) => kind === "same");
  byId("rv-same").hidden = !same;
  byId("rv-diff").hidden = same;
  draw("rv-left", answer.data.left);
  draw("rv-right", answer.data.right);
}

/** Only the text is compared; the note of a rejection stands in the same form. */
function onInput({ target }) {
  if (target !== subject && target !== body) return;
  showPrimary();
  clearTimeout(typing);
  typing = setTimeout(compare, TYPING_MS);
}

// --- keys --------------------------------------------------------------------------------------

let armedAt = 0;

function arm(on) {
  armedAt = on ? Date.now() : 0;
  control("approve")?.classList.toggle("armed", on);
}

function openSheet(name, field) {
  const sheet = control(name);
  if (!sheet) return false;
  for (const other of document.querySelectorAll(".rv-pop[open]")) if (other !== sheet) other.open = false;
  sheet.open = true;
  sheet.querySelector(`.rv-sheet :is(${field})`).focus();
  return true;
}

/** J and K walk through the flagged places. */
function walk(step) {
  const marks = [...document.querySelectorAll(".rv mark[id]")];
  if (marks.length === 0) return false;
  const at = marks.indexOf(document.activeElement);
  const next = marks[at === -1 ? (step > 0 ? 0 : marks.length - 1) : (at + step + marks.length) % marks.length];
  next.focus();
  next.scrollIntoView({ block: "center" });
  return true;
}

function press(name) {
  const button = control(name);
  if (!button || button.disabled) return false;
  button.click();
  return true;
}

const keys = {
  a: () => control("approve") && !control("approve").disabled && held() && (arm(true), true),
  c: () => held() && press("check"),
  e: () => held() && openSheet("escalate", "select, button, p"),
  g: () => held() && openSheet("regenerate", "input"),
  r: () => held() && openSheet("reject", "input[type='radio']"),
  n: () => press("skip"),
  t: () => press("take"),
  j: () => walk(1),
  k: () => walk(-1),
  i: () => (body.focus(), true),
};

function chooseReason(key) {
  const radios = control("reject")?.open ? control("reject").querySelectorAll("input[type='radio']") : [];
  const radio = radios[Number(key) - 1];
  if (!radio) return false;
  radio.checked = true;
  radio.focus();
  return true;
}

function closeSheet() {
  const open = document.querySelector(".rv-pop[open]");
  if (!open) return false;
  open.open = false;
  open.querySelector("summary").focus();
  return true;
}

const isText = (node) => node.matches?.("textarea, select, input:not([type='radio'])");

function onKey(event) {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (!closeSheet() && isText(event.target)) event.target.blur();
    arm(false);
    return;
  }
  if (isText(event.target) || lease.dataset.keys === "off") return;
  const armed = armedAt && Date.now() - armedAt < ARMED_MS;
  if (event.key === "Enter" && armed) {
    event.preventDefault();
    arm(false);
    control("approve").click();
    return;
  }
  if (event.key !== "Shift") arm(false);
  const done = /^[1-9]$/.test(event.key) ? chooseReason(event.key) : keys[event.key.toLowerCase()]?.();
  if (done) event.preventDefault();
}

// --- start -------------------------------------------------------------------------------------

/** Decisions have forms of their own, so that Enter there saves no text; what stands in the editor goes along. */
function carryText({ target, formData }) {
  if (target === form) return;
  for (const name of ["subject", "body", "base_subject", "base_body"]) formData.set(name, form.elements[name].value);
}

function onSubmit(event) {
  if (leaving) {
    event.preventDefault(); // the second of two clicks
    return;
  }
  if (event.target.id === "rv-skip" && typed() && !window.confirm(lease.dataset.skipTyped)) {
    event.preventDefault();
    return;
  }
  leaving = true;
  // a comparison that comes after the decision would ask for an item that has left the queue
  clearTimeout(typing);
}

document.addEventListener("keydown", onKey);
document.addEventListener("submit", onSubmit);
for (const other of document.querySelectorAll("form[id^='rv-']")) other.addEventListener("formdata", carryText);
form.addEventListener("input", onInput);
// Enter in the subject must not decide anything
subject.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
for (const kind of ["pointerdown", "keydown", "scroll"]) {
  document.addEventListener(kind, onActivity, { passive: true, capture: true });
}
setInterval(beat, HEARTBEAT_MS);
setInterval(look, 1000);
setInterval(() => armedAt && Date.now() - armedAt >= ARMED_MS && arm(false), 250);
document.addEventListener("visibilitychange", beat);
window.addEventListener("pagehide", release);
// back from the next item: the lease was given away
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
showPrimary();
watch(lease.dataset.heldUrl, () => [lease.dataset.item], told);
