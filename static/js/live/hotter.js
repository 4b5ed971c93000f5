// The pill "3 leads became hotter": rows never move by themselves, this says that they would.
import { tableQuery, tableUrl } from "../address.js";
import { t } from "../texts.js";
import { rowsOnScreen } from "./rows.js";

const ASK_AFTER_MS = 1500;
const ASK_AGAIN_AFTER_MS = 6000;
const MOST_ASKED = 200;
/** A lead that the filter keeps out is not asked about again for a while. */
const FORGET_AFTER_MS = 600000;
/** A frame's level is rounded; a row's rank is not. */
const ROUNDING = 2 / 4096;

export class Hotter {
  values = null;
  #refresh;
  #waiting = new Set();
  #belongs = new Set();
  #refused = new Map();
  #timer = 0;

  /** `refresh` loads the page's rows anew. */
  constructor(refresh) {
    this.#refresh = refresh;
  }

  /** Called after each change: [[id, base], …]. */
  consider(leads) {
    if (!sortedByTemperature()) return;
    const { floor, ceiling } = this.#page();
    for (const [id, base] of leads) {
      if (document.getElementById(`lead-${id}`)) continue;
      if (base > floor && base <= ceiling && !this.#isRefused(id)) this.#waiting.add(id);
      else this.#belongs.delete(id);
    }
    this.#askLater(ASK_AFTER_MS);
    this.show();
  }

  /** New rows are on screen. */
  reset() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#waiting.clear();
    this.#belongs.clear();
    this.show();
  }

  show() {
    const n = sortedByTemperature() ? this.#belongs.size + this.#outOfOrder() : 0;
    const pill = document.getElementById("hotter");
    if (n === 0) pill?.remove();
    else (pill ?? this.#newPill()).lastChild.replaceWith(t("hotter", { n }));
  }

  /** Between which bases a lead would be on this page. */
  #page() {
    const bases = rowsOnScreen().map((row) => this.values.ofRow(row));
    const wanted = this.values.scale.baseFor(Number(tableQuery().get("min_t")));
    return {
      floor: document.querySelector('#work a[rel="next"]') ? Math.max(wanted, Math.min(...bases)) : wanted,
      ceiling: document.querySelector('#work a[rel="prev"]') ? Math.max(...bases) : Infinity,
    };
  }

  /** Rows that are warmer than one above them. */
  #outOfOrder() {
    let lowest = Infinity;
    let count = 0;
    for (const row of rowsOnScreen()) {
      const base = this.values.ofRow(row);
      if (base > lowest + ROUNDING) count += 1;
      lowest = Math.min(lowest, base);
    }
    return count;
  }

  #askLater(ms) {
    if (this.#waiting.size && !this.#timer) this.#timer = setTimeout(() => this.#ask(), ms);
  }

  /** Only the server knows which leads the page's filter lets through. */
  async #ask() {
    const ids = document.hidden ? [] : [...this.#waiting].slice(-MOST_ASKED);
    if (ids.length) {
      const found = await matching(ids);
      for (const id of ids) this.#learn(id, found);
      this.show();
    }
    this.#timer = 0;
    this.#askLater(ASK_AGAIN_AFTER_MS);
  }

  #learn(id, found) {
    if (!this.#waiting.delete(id) || !found) return; // new rows came in the meantime, or no answer
    if (found.has(id)) this.#belongs.add(id);
    else this.#refused.set(id, Date.now());
  }

  #isRefused(id) {
    return Date.now() - (this.#refused.get(id) ?? 0) < FORGET_AFTER_MS;
  }

  #newPill() {
    const pill = document.createElement("button");
    pill.id = "hotter";
    pill.type = "button";
    pill.className = "pill";
    pill.dataset.key = ".";
    const arrow = document.createElement("span");
    arrow.ariaHidden = "true";
    arrow.textContent = "↑";
    pill.append(arrow, "");
    pill.addEventListener("click", this.#refresh);
    document.querySelector("#work .views")?.append(pill);
    return pill;
  }
}

const sortedByTemperature = () => document.querySelector('.leads th.c-t[aria-sort="descending"]') !== null;

/** Which of these leads belong to the table at this address; null where the server could not say. */
async function matching(ids) {
  const query = tableQuery();
  query.set("ids", ids.join(","));
  const { pathname } = new URL(tableUrl(), location.origin);
  try {
    const answer = await fetch(`${pathname}live/?${query}`, { headers: { Accept: "application/json" } });
    return answer.ok && !answer.redirected ? new Set((await answer.json()).ids) : null;
  } catch {
    return null; // offline: the socket says so, and what was missed comes again after the reconnect
  }
}
