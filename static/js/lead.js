// The lead page: fresh when its lead moves; a form that was stored is emptied, a refused one keeps every letter.

const CALM_MS = 1000;
let refreshing = 0;

function onStored({ detail }) {
  const form = detail.ctx?.sourceElement;
  if (!(form instanceof HTMLFormElement) || !form.matches("form.call, form.note")) return;
  form.reset();
  for (const menu of form.querySelectorAll("details[open]")) menu.open = false;
}

/** The number at once, its reasons and the timeline a moment later. What is being typed stays. */
function onLeads({ detail }) {
  const hero = document.querySelector(".hero[data-lead]");
  const news = detail.leads.find(({ id }) => id === Number(hero?.dataset.lead));
  if (!news) return;
  hero.querySelector(".v").textContent = Math.floor(news.t);
  hero.dataset.b = news.band;
  clearTimeout(refreshing);
  refreshing = setTimeout(refresh, CALM_MS);
}

function refresh() {
  window.htmx.ajax("GET", location.pathname, { source: document.body, target: "#lead", swap: "innerMorph" });
}

document.addEventListener("htmx:after:swap", onStored);
document.addEventListener("sd:leads", onLeads);
document.addEventListener("sd:resync", refresh);
