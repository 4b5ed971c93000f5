// A lead on its own page or in the panel beside the table: fresh when it moves. What a person types or unfolds stays;
// a form that was stored is emptied, a refused one keeps every letter.
import { hasFault, start as showFaults } from "./faults.js";
import { isTouched } from "./parking.js";
import { redraw } from "./redraw.js";
import { start as honourSecondPress } from "./second_press.js";
import { t } from "./texts.js";

const CALM_MS = 1000;
/** leads/timeline.py knows the same number. */
const PAGE_EVENTS = 20;
let refreshing = 0;
let swapping = null;

const root = () => document.querySelector("#lead, #panel:not([hidden])");

function fold(details) {
  const within = details.contains(document.activeElement);
  details.open = false;
  if (within) details.querySelector("summary").focus();
}

function onStored({ detail }) {
  // a refusal comes as a swap of nothing
  if (detail.ctx?.swap === "none") return;
  const form = detail.ctx?.sourceElement;
  if (!(form instanceof HTMLFormElement) || !form.matches("form.call, form.adjust, form[data-clear]")) return;
  form.reset();
  if (form.matches(".adjust, .deal-form")) fold(form.closest("details"));
  for (const menu of form.querySelectorAll("details[open]")) menu.open = false;
}

/** The number at once, its reasons and the timeline a moment later. */
function onLeads({ detail }) {
  const hero = root()?.querySelector(".hero[data-lead]");
  const news = detail.leads.find(({ id }) => id === Number(hero?.dataset.lead));
  if (!news) return;
  // a lead that a rule leaves out shows no number
  if (!("excluded" in hero.dataset)) {
    hero.querySelector(".v").textContent = Math.floor(news.t);
    hero.querySelector(".band").textContent = t(`band_${news.band}`);
    hero.dataset.b = news.band;
  }
  clearTimeout(refreshing);
  refreshing = setTimeout(refresh, CALM_MS);
}

function refresh() {
  const node = root();
  // in the panel another lead may be on its way
  if (!node || node.inert) return;
  const url = node.id === "lead" ? location.pathname + location.search : node.querySelector("[data-lead-url]")?.dataset.leadUrl;
  if (url) redraw(withEvents(url), node);
}

/** As many events as the timeline has by now: nobody is thrown back to its beginning. */
function withEvents(address) {
  const shown = document.querySelectorAll("#timeline > li:not(.day, .older)").length;
  if (shown <= PAGE_EVENTS) return address;
  const url = new URL(address, location.origin);
  url.searchParams.set("events", shown);
  return url.pathname + url.search;
}

function onRequest({ detail: { ctx } }) {
  if (ctx.request.method === "POST" && inLead(ctx.sourceElement)) ctx.request.action = withEvents(ctx.request.action);
}

/** Somebody edited leads of a team, as the socket tells; without ids: many. */
function onRows({ target, detail }) {
  const shown = Number(root()?.querySelector("[data-lead]")?.dataset.lead);
  if (target === document && shown && (detail.ids ?? [shown]).map(Number).includes(shown)) refresh();
}

const inLead = (node) => node.closest?.("#lead, #panel");

/** What a toast took back, what was edited in the table, a mail that went out: the answer was not swapped in here. */
function onLead({ target }) {
  if (!inLead(target) || target.closest("#draft")) refresh();
}

const isBegun = (form) => isTouched(form) || hasFault(form);

/** A morph takes over what the server says, but not over what a person has begun. */
const keeping = {
  htmx_before_morph_node: (node) => !(node instanceof HTMLFormElement && node !== swapping && inLead(node) && isBegun(node)),
  htmx_before_morph_attr: (node, { attrName }) => !(attrName === "open" && node instanceof HTMLDetailsElement && inLead(node)),
};

/** An entry of the history that this page cannot draw: the table that it was opened beside. */
function onTraverse(event) {
  if (!document.getElementById("lead") || event.detail.path.split("?")[0] === document.getElementById("lead").dataset.url) return;
  event.preventDefault();
  location.reload();
}

showFaults();
honourSecondPress();
window.htmx.registerExtension("sd-keep", keeping);
document.addEventListener("htmx:before:swap", ({ detail }) => {
  swapping = detail.ctx?.sourceElement;
});
document.addEventListener("htmx:config:request", onRequest);
document.addEventListener("htmx:before:history:restore", onTraverse);
document.addEventListener("htmx:after:swap", onStored);
document.addEventListener("sd:lead", onLead);
document.addEventListener("sd:leads", onLeads);
document.addEventListener("sd:unparked", refresh);
document.addEventListener("sd:rows", onRows);
document.addEventListener("sd:resync", refresh);
