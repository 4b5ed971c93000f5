// The draft panel and the list of drafts follow what happens: live frames, or slow questions where there are none.
import { offerByHand, put } from "./clipboard.js";
import { recount } from "./counts.js";
import { postJson } from "./csrf.js";
import { redraw } from "./redraw.js";
import { t } from "./texts.js";
import { toast } from "./toast.js";

const GATHER_MS = 60;
const LIST_GATHER_MS = 800;
const COUNT_GATHER_MS = 1200;
const LIVE_POLL_FACTOR = 5;

const panel = () => document.getElementById("draft-panel");
const list = () => document.getElementById("drafts");
const timers = new Map();
let askedAt = Date.now();

function soon(name, ms, run) {
  if (timers.has(name)) return;
  timers.set(
    name,
    setTimeout(() => {
      timers.delete(name);
      run();
    }, ms),
  );
}

function drawPanel() {
  const node = panel();
  // what a person is typing is not taken away; the server tells of a conflict when it is saved
  if (!node || node.dataset.kind === "editing") return;
  askedAt = Date.now();
  redraw(node.dataset.url, node.parentElement);
}

function drawList() {
  const node = list();
  const url = node?.querySelector("[data-drafts-url]")?.dataset.draftsUrl;
  if (url) redraw(url, node);
}

function drawCounts() {
  const url = document.querySelector("[data-counts-url]")?.dataset.countsUrl;
  if (url) recount(url);
}

function refresh() {
  soon("panel", GATHER_MS, drawPanel);
  soon("list", LIST_GATHER_MS, drawList);
  soon("counts", COUNT_GATHER_MS, drawCounts);
}

function onDraft({ detail }) {
  // without a lead it is news of all drafts: other rules are in force
  const shown = detail.lead && panel()?.dataset.lead === String(detail.lead);
  if (shown || !detail.lead) soon("panel", GATHER_MS, drawPanel);
  // a mail that has gone out stands in the history beside the panel
  if (shown && detail.state === "sent") document.dispatchEvent(new CustomEvent("sd:lead", { detail: { id: detail.lead } }));
  soon("list", LIST_GATHER_MS, drawList);
  soon("counts", COUNT_GATHER_MS, drawCounts);
}

const isLive = () => document.getElementById("live")?.dataset.s === "live";

function poll() {
  const seconds = Number(panel()?.dataset.poll ?? 0) * (isLive() ? LIVE_POLL_FACTOR : 1);
  if (seconds && !document.hidden && Date.now() - askedAt >= seconds * 1000) drawPanel();
}

// --- a mail that goes out in some seconds ------------------------------------------------------

let countdown = null;

function tick() {
  const node = document.querySelector("#draft-panel .outgoing[data-left]");
  if (!node) {
    countdown = null;
    return;
  }
  // a redraw brings the server's own count
  if (countdown?.node !== node || countdown.left !== node.dataset.left) {
    countdown = { node, left: node.dataset.left, until: performance.now() + 1000 * Number(node.dataset.left) };
  }
  const seconds = Math.ceil((countdown.until - performance.now()) / 1000);
  const words = seconds > 0 ? node.dataset.words.replace("{n}", seconds) : node.dataset.then;
  const shown = node.querySelector("span");
  if (shown.textContent !== words) shown.textContent = words;
}

// --- the mail program --------------------------------------------------------------------------

async function openMail(button) {
  button.setAttribute("aria-busy", "true");
  const { mailUrl, undoUrl, said, saidCopied } = button.dataset;
  const answer = postJson(mailUrl, { channel: "mail_app" });
  try {
    const { mailto, mailto_has_body: whole, body } = await answer;
    // what does not fit into an address goes to the clipboard
    if (!whole) await put(answer.then((handed) => handed.body)).catch(() => offerByHand(body));
    location.href = mailto;
    toast(whole ? said : saidCopied, undoUrl ? { undo: undoUrl } : {});
  } catch (error) {
    toast(error.status ? error.message || t("failed") : t("copy_failed"), { tone: "danger" });
  } finally {
    button.removeAttribute("aria-busy");
    refresh();
  }
}

function onClick(event) {
  const button = event.target.closest("[data-mail-url]");
  if (button && button.getAttribute("aria-busy") !== "true") openMail(button);
}

function onCopied({ detail }) {
  for (const warning of detail.warnings ?? []) toast(warning);
  refresh();
}

// --- the fact behind a phrase: Escape takes it away, leaving the phrase brings it back ----------

function onFactKey(event) {
  const phrase = event.key === "Escape" && document.querySelector(".mail u[data-fact]:is(:hover, :focus-visible):not(.quiet)");
  if (!phrase) return;
  event.stopPropagation();
  event.preventDefault();
  phrase.classList.add("quiet");
  for (const left of ["blur", "pointerleave"]) phrase.addEventListener(left, () => phrase.classList.remove("quiet"), { once: true });
}

document.addEventListener("keydown", onFactKey, true);
document.addEventListener("sd:draft", onDraft);
document.addEventListener("sd:lead", refresh);
document.addEventListener("sd:resync", refresh);
document.addEventListener("sd:copied", onCopied);
document.addEventListener("sd:copy-failed", refresh);
document.addEventListener("click", onClick);
// without this script the form itself claims the draft and shows the text on a page
document.addEventListener("submit", (event) => event.target.matches("[data-by-script]") && event.preventDefault(), true);
document.addEventListener("visibilitychange", () => !document.hidden && panel()?.dataset.poll && refresh());
setInterval(poll, 1000);
setInterval(tick, 250);
