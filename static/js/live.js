// Live screens: values onto rows, draft stages to whoever listens, nothing lost without being noticed.
// Events on document: sd:leads {at, leads: [{id, t, band}]}, sd:draft {id, lead, state, …}, and sd:resync when
// something may have been missed: whoever shows live things of other kinds asks the server again.
import { tableUrl } from "./address.js";
import { Hotter } from "./live/hotter.js";
import { Ledger } from "./live/ledger.js";
import { flashLargest, meet, paint, rowOf, rowsOnScreen, start as startRows } from "./live/rows.js";
import { EXCLUDED, Scale } from "./live/scale.js";
import { leadColumns } from "./live/decode.js";
import { Socket } from "./live/socket.js";
import { Standing } from "./live/standing.js";
import { Values } from "./live/values.js";

const COOLING_MS = 60000;
const ANSWER_WITHIN_MS = 4000;
const SCATTER_MS = 2000;

const ledger = new Ledger();
const standing = new Standing(() => location.reload());
const socket = new Socket(`${location.protocol.replace("http", "ws")}//${location.host}/ws/live/`, { message, down });
let scale = null;
let values = null;
let hotter = null;
let acknowledging = { every: 10000, share: 0, at: 0 };
let asked = 0;
let swaps = 0;
/** Rows of another epoch are on screen. */
let outdated = false;
/** Whether anybody publishes: an answering server alone does not make a page live. */
let pumping = false;

// --- rows --------------------------------------------------------------------------------------

/** The same rows again, as the server has them now; false if they did not come. */
async function refresh() {
  const before = swaps;
  await window.htmx.ajax("GET", tableUrl(), { source: document.body, target: "#work", swap: "innerMorph" });
  return swaps > before;
}

function repaint() {
  return rowsOnScreen()
    .map((row) => paint(row, scale.temperature(values.ofRow(row)), scale))
    .filter(Boolean);
}

/** [[id, level], …] as of `at`; cells flash, rows stay. */
function apply(leads, at) {
  const news = leads
    .map(([id, level]) => [id, scale.baseOfLevel(level, at), level === EXCLUDED])
    .filter(([id, base]) => values.take(id, base, at));
  const shown = news.map(([id, , excluded]) => ({ row: rowOf(id), excluded })).filter(({ row }) => row);
  const isAsBefore = ({ row, excluded }) => excluded === !row.dataset.rank;
  // a row that gains or loses its number gets other words and another place: the server writes it
  if (!shown.every(isAsBefore)) refresh();
  const rows = shown.filter((one) => !one.excluded && isAsBefore(one)).map(({ row }) => row);
  flashLargest(rows.map((row) => paint(row, scale.temperature(values.ofRow(row)), scale)).filter(Boolean));
  hotter.consider(news);
  const detail = news.map(([id, base]) => {
    const t = scale.temperature(base);
    return { id, t, band: scale.band(t) };
  });
  document.dispatchEvent(new CustomEvent("sd:leads", { detail: { at, leads: detail } }));
}

function onSwap({ detail }) {
  const target = detail.ctx?.target;
  const fresh = target?.id === "work";
  if (fresh) swaps += 1;
  if (!scale || target?.closest?.("#panel")) return;
  rowsOnScreen().forEach(meet);
  repaint();
  if (fresh) hotter.reset();
  standing.show();
}

// --- what was missed ---------------------------------------------------------------------------

function ask() {
  socket.send({ resync: Math.floor(ledger.asks()) });
  clearTimeout(asked);
  asked = setTimeout(() => {
    standing.broken(ledger.completeUntil);
    ask();
  }, ANSWER_WITHIN_MS);
}

function complete() {
  clearTimeout(asked);
  if (pumping) standing.live();
  else standing.broken(ledger.completeUntil);
}

/** The numbers shown belong to other rules, or too many are missing. `at`: server time before the request. */
async function reload(at) {
  clearTimeout(asked);
  outdated = true;
  if (document.getElementById("work") && !(await refresh())) {
    standing.broken(ledger.completeUntil);
    asked = setTimeout(() => reload(scale.now()), ANSWER_WITHIN_MS);
    return;
  }
  outdated = false;
  ledger.reloaded(at);
  document.dispatchEvent(new CustomEvent("sd:resync"));
  complete();
}

function settle(verdict) {
  if (verdict === "gap") ask();
  if (verdict === "reload") {
    standing.broken(ledger.completeUntil);
    socket.reopen(SCATTER_MS); // the scale comes with the hello
  }
}

// --- messages ----------------------------------------------------------------------------------

/** Server time at which the page's rows were read. */
function pageMadeAt(now) {
  const [row] = rowsOnScreen();
  return (row && Date.parse(row.dataset.at)) || now - performance.now();
}

const on = {
  hello(hello) {
    const first = scale === null;
    scale = new Scale(hello);
    socket.beatEvery(hello.beat);
    pumping = hello.pumping;
    acknowledging = { every: hello.acknowledge_every * 1000, share: hello.sample, at: 0 };
    const verdict = ledger.hello(hello);
    const otherRules = first && Number(document.getElementById("tb")?.dataset.epoch ?? hello.rules) !== hello.rules;
    if (first || verdict === "reload") values = new Values(scale);
    values.scale = scale;
    hotter ??= new Hotter(refresh);
    hotter.values = values;
    if (first) {
      ledger.completeUntil = pageMadeAt(hello.at);
      rowsOnScreen().forEach(meet);
    } else document.dispatchEvent(new CustomEvent("sd:resync"));
    if (outdated || otherRules || verdict === "reload") reload(hello.at);
    else ask();
  },

  resync(answer) {
    if (answer.reload) {
      reload(scale.now());
      return;
    }
    const verdict = ledger.resynced(answer);
    if (verdict !== "reload") apply(leadColumns(answer.ids, answer.levels), answer.at);
    if (verdict === "fine") complete();
    else settle(verdict);
  },

  leads(frame) {
    const verdict = ledger.frame(frame);
    if (verdict !== "reload") apply(frame.leads, frame.at);
    settle(verdict);
    if (frame.traced || Math.random() < acknowledging.share) acknowledgeLeads(`${frame.team}.${frame.seq}`);
  },

  beat(beat) {
    socket.send({ beat: beat.at });
    pumping = true;
    const verdict = ledger.beat(beat);
    if (verdict !== "fine") settle(verdict);
    else if (!ledger.missing) complete();
  },

  /** Somebody edited leads of a team; without ids: many. */
  rows(detail) {
    document.dispatchEvent(new CustomEvent("sd:rows", { detail }));
  },

  draft({ ack, ...detail }) {
    document.dispatchEvent(new CustomEvent("sd:draft", { detail }));
    onScreen(() => socket.send({ ack }));
  },
};

function message(decoded) {
  if (decoded.kind === "hello" || scale) on[decoded.kind]?.(decoded);
}

function down() {
  clearTimeout(asked);
  standing.broken(ledger.completeUntil);
}

/** After the browser has painted; never in a tab that nobody sees. */
function onScreen(then) {
  if (!document.hidden) requestAnimationFrame(() => setTimeout(then));
}

function acknowledgeLeads(name) {
  const now = Date.now();
  if (now - acknowledging.at < acknowledging.every) return;
  onScreen(() => {
    acknowledging.at = now;
    socket.send({ ack: name });
  });
}

startRows();
document.addEventListener("htmx:after:swap", onSwap);
setInterval(() => scale && !document.hidden && (repaint(), hotter.show()), COOLING_MS);
document.addEventListener("visibilitychange", () => scale && !document.hidden && repaint());
socket.start();
