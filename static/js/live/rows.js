// Temperatures on screen: every `.temp` cell of a row that names its lead. Rows never move by themselves.
import { t } from "../texts.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST_FLASHES = 8;
const FLASH_POINTS = 2;
const ARROW_POINTS = 2;
const FLASH_MS = 2100;

/** Lead id → what the page showed when it first showed the lead: the ground of the little arrow. */
const grounds = new Map();
const GROUND_MS = 24 * 3600 * 1000;

export const rowOf = (id) => document.getElementById(`lead-${id}`);

export const rowsOnScreen = () => [...document.querySelectorAll("tr[data-rank]")];

function element(name, className, text = "") {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}

function rect(className) {
  const node = document.createElementNS(SVG, "rect");
  node.setAttribute("class", className);
  node.setAttribute("width", "100");
  node.setAttribute("height", "5");
  return node;
}

/** As templates/leads/_temperature.html, for a row that showed a dash. */
function newCell() {
  const cell = element("div", "temp");
  const bar = document.createElementNS(SVG, "svg");
  bar.setAttribute("viewBox", "0 0 100 5");
  bar.setAttribute("preserveAspectRatio", "none");
  bar.setAttribute("aria-hidden", "true");
  bar.append(rect("tr"), rect("fg"));
  cell.append(element("span", "v", "0"), bar, element("span", "w"));
  return cell;
}

function cellOf(row) {
  const found = row.querySelector(".temp");
  if (found) return found;
  const cell = newCell();
  row.querySelector("td.t")?.replaceChildren(cell);
  return cell;
}

const shownIn = (cell) => Number(cell.querySelector(".v").textContent);

function groundOf(row, cell) {
  const known = grounds.get(row.id);
  if (known && Date.now() - known.since < GROUND_MS) return known.shown;
  const arrow = cell.querySelector(".d");
  const points = arrow ? Number(arrow.textContent.replace(/\D/g, "")) : 0;
  const shown = shownIn(cell) - (arrow?.classList.contains("dn") ? -points : points);
  grounds.set(row.id, { shown, since: Date.now() });
  return shown;
}

function paintArrow(cell, delta) {
  cell.querySelector(".d")?.remove();
  if (Math.abs(delta) < ARROW_POINTS) return;
  const up = delta > 0;
  const arrow = element("span", `d ${up ? "up" : "dn"}`);
  const sign = element("span", "", up ? "↑" : "↓");
  sign.ariaHidden = "true";
  arrow.append(sign, String(Math.abs(delta)), element("span", "visually-hidden", t(up ? "up" : "down")));
  cell.append(arrow);
}

/** Remembers what a row shows now; a row that comes back from the server gets its arrow again. */
export function meet(row) {
  const cell = row.querySelector(".temp");
  if (cell) paintArrow(cell, shownIn(cell) - groundOf(row, cell));
}

/** Shows a temperature; {row, change, crossed} if anything on screen changed. */
export function paint(row, temperature, scale) {
  const cell = cellOf(row);
  const ground = groundOf(row, cell);
  const shown = Math.floor(temperature);
  const before = shownIn(cell);
  const band = scale.band(temperature);
  const crossed = cell.dataset.b !== band;
  if (shown === before && !crossed) return null;
  cell.querySelector(".v").textContent = shown;
  cell.querySelector(".fg").setAttribute("width", shown);
  cell.dataset.b = band;
  cell.querySelector(".w").textContent = t(`band_${band}`);
  paintArrow(cell, shown - ground);
  return { row, change: shown - before, crossed };
}

function flash({ row, change }) {
  const cell = row.querySelector("td.t, .day-t");
  if (!cell) return;
  cell.classList.remove("fl-up", "fl-dn");
  cell.getBoundingClientRect(); // lets a flash that still runs begin again
  cell.classList.add(change < 0 ? "fl-dn" : "fl-up");
  clearTimeout(cell.flashTimer);
  // without animation (reduced motion) no animationend comes
  cell.flashTimer = setTimeout(() => cell.classList.remove("fl-up", "fl-dn"), FLASH_MS);
}

/** At most eight cells, the largest changes; none while nobody looks. */
export function flashLargest(changes) {
  if (document.hidden) return;
  changes
    .filter(({ change, crossed }) => crossed || Math.abs(change) >= FLASH_POINTS)
    .sort((one, other) => Math.abs(other.change) - Math.abs(one.change))
    .slice(0, MOST_FLASHES)
    .forEach(flash);
}

export function start() {
  document.addEventListener("animationend", ({ target }) => {
    if (target.matches?.(".fl-up, .fl-dn")) target.classList.remove("fl-up", "fl-dn");
  });
}
