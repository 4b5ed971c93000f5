// The lead page: fresh when its lead moves; a form that was stored is emptied, a refused one keeps every letter.

const CALM_MS = 1000;
let refreshing = 0;

function onStored({ detail }) {
  // a refusal comes as a swap of nothing
  if (detail.ctx?.swap === "none") return;
  const form = detail.ctx?.sourceElement;
  if (!(form instanceof HTMLFormElement) || !form.matches("form.call, form.note, form.adjust")) return;
  form.reset();
  if (form.matches(".adjust")) form.closest("details").open = false;
  for (const menu of form.querySelectorAll("details[open]")) menu.open = false;
}

/** The number at once, its reasons and the timeline a moment later. What is being typed stays. */
function onLeads({ detail }) {
  const hero = document.querySelector(".hero[data-lead]");
  const news = detail.leads.find(({ id }) => id === Number(hero?.dataset.lead));
  if (!news) return;
  // a lead that a rule leaves out shows no number
  if (!("excluded" in hero.dataset)) {
    hero.querySelector(".v").textContent = Math.floor(news.t);
    hero.dataset.b = news.band;
  }
  clearTimeout(refreshing);
  refreshing = setTimeout(refresh, CALM_MS);
}

function refresh() {
  window.htmx.ajax("GET", location.pathname + location.search, { source: document.body, target: "#lead", swap: "innerMorph" });
}

/** What a toast took back comes without a swap: its request has the whole page as its source. */
function onLead({ target }) {
  if (target === document.body) refresh();
}

document.addEventListener("htmx:after:swap", onStored);
document.addEventListener("sd:lead", onLead);
document.addEventListener("sd:leads", onLeads);
document.addEventListener("sd:resync", refresh);
