// My day: temperatures change in place; rows come, go and move only when nobody has a hand on them.
import { recount } from "./counts.js";
import { flashLargest, paint } from "./live/rows.js";
import { released } from "./press.js";
import { t } from "./texts.js";

const GATHER_MS = 1500;
/** News of leads come all the time: the sections are asked for this often at most. */
const LEAST_PAUSE_MS = 10000;
const CLOCK_MS = 60000;
const HAND_MS = 4000;

const root = document.getElementById("day");
let timer = 0;
let askedAt = Date.now();
let turn = 0;
let touchedAt = 0;

const rows = (within = root) => [...within.querySelectorAll(".day-line")];
const shape = (within) => rows(within).map((row) => row.id).join(" ");

/** The fragment as the server has it now; null if it did not come or was overtaken. */
async function ask() {
  const mine = (turn += 1);
  askedAt = Date.now();
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial", Accept: "text/html" };
  const url = root.querySelector("[data-day-url]").dataset.dayUrl;
  const response = await fetch(url, { headers, cache: "no-store" }).catch(() => null);
  const login = response?.headers.get("HX-Redirect");
  if (login) location.assign(login);
  if (response?.status !== 200 || response.redirected) return null;
  const text = await response.text();
  // the same rows may be higher than they were
  await released();
  return mine === turn ? text : null;
}

async function show(text) {
  document.getElementById("day-news")?.remove();
  await window.htmx.swap({ text, target: root, swap: "innerMorph", sourceElement: root, push: "false" });
}

/** A person reads, points or types here: rows stay where they are. */
function handIsOn() {
  return !document.hidden && (Date.now() - touchedAt < HAND_MS || root.contains(document.activeElement) || root.matches(":hover"));
}

function offer() {
  if (document.getElementById("day-news")) return;
  const pill = document.createElement("button");
  pill.id = "day-news";
  pill.type = "button";
  pill.className = "pill";
  pill.dataset.key = ".";
  pill.textContent = `↻ ${t("day_news")}`;
  pill.addEventListener("click", () => refresh(true));
  root.before(pill);
}

async function refresh(byHand = false) {
  const text = await ask();
  if (text === null) return;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  if (byHand || shape(fresh) === shape() || !handIsOn()) await show(text);
  else offer();
}

function soon(ms = GATHER_MS, byHand = false) {
  if (byHand) {
    clearTimeout(timer);
    timer = 0;
  }
  if (timer || (document.hidden && !byHand)) return;
  timer = setTimeout(() => {
    timer = 0;
    refresh(byHand);
  }, ms);
}

function onLeads({ detail }) {
  const news = new Map(detail.leads.map((lead) => [String(lead.id), lead]));
  const concerned = rows().filter((row) => news.has(row.dataset.lead) && "ranked" in row.dataset);
  const painted = concerned.map((row) => {
    const { t: temperature, band } = news.get(row.dataset.lead);
    return paint(row, temperature, { band: () => band });
  });
  flashLargest(painted.filter(Boolean));
  const somebodyIsHot = detail.leads.some(({ band }) => band === "hot");
  if (concerned.length || somebodyIsHot) soon(Math.max(GATHER_MS, askedAt + LEAST_PAUSE_MS - Date.now()));
}

/** Copied, marked as sent, either taken back: an own step takes effect wherever the hand is. */
function onOwnStep() {
  soon(0, true);
  const url = root.querySelector("[data-counts-url]")?.dataset.countsUrl;
  if (url) recount(url);
}

for (const name of ["pointerdown", "wheel", "keydown", "touchmove"]) {
  root.addEventListener(name, () => (touchedAt = Date.now()), { passive: true });
}
document.addEventListener("sd:leads", onLeads);
document.addEventListener("sd:draft", () => soon());
document.addEventListener("sd:rows", () => soon());
document.addEventListener("sd:resync", ({ detail }) => (detail?.all ? soon(0, true) : soon()));
for (const name of ["sd:copied", "sd:copy-failed", "sd:lead"]) document.addEventListener(name, onOwnStep);
// without this script the form itself claims the draft and shows the text on a page
document.addEventListener("submit", (event) => event.target.matches("[data-by-script]") && event.preventDefault(), true);
// nobody has looked meanwhile: whatever moved may move now
document.addEventListener("visibilitychange", () => !document.hidden && soon(0, true));
setInterval(() => !document.hidden && soon(0), CLOCK_MS);
