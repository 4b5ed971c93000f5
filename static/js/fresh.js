// Rows on the screen as the server has them now: after an edit of many, an undo, an edit by somebody else.

const PAUSE_MS = 250;
const SCATTER_MS = 700;
const waiting = new Set();
let timer = 0;

/** What the server must know to draw a row with the columns of the table on the screen. */
export function columns() {
  const query = new URLSearchParams({ table: document.getElementById("tb").dataset.query });
  if (document.querySelector(".leads th.c-p")) query.set("win", "1");
  return query.toString();
}

const onScreen = () => [...document.querySelectorAll("#tb tr[data-id]")].map((row) => row.dataset.id);

function fetchRows() {
  const ids = onScreen().filter((id) => waiting.has(id));
  waiting.clear();
  if (!ids.length) return;
  const url = `${document.getElementById("bulk").dataset.rows}?ids=${ids.join(",")}&${columns()}`;
  window.htmx.ajax("GET", url, { source: document.body, swap: "none" });
}

/** The rows of these leads, or all; bursts become one request. */
export function refreshRows(ids = onScreen(), later = 0) {
  for (const id of ids) waiting.add(String(id));
  clearTimeout(timer);
  timer = setTimeout(fetchRows, PAUSE_MS + later);
}

export function start() {
  document.addEventListener("sd:edited", () => refreshRows());
  // many screens hear of it at once
  document.addEventListener("sd:rows", ({ detail }) => refreshRows(detail.ids ?? undefined, Math.random() * SCATTER_MS));
}
