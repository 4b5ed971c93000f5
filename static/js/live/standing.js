// What the person is told about the connection: the badge in the top bar, and a bar above the table when stale.
import { setLive } from "../badge.js";
import { released } from "../press.js";
import { t } from "../texts.js";

const STALE_AFTER_MS = 12000;

export class Standing {
  #timer = 0;
  #reload;
  #since = null;

  /** `reload` is what the bar's button does. */
  constructor(reload) {
    this.#reload = reload;
  }

  live() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#since = null;
    setLive("live");
    this.#settle();
  }

  /** `since`: server time in ms up to which all is shown. Goes from reconnecting to stale by itself. */
  broken(since) {
    if (this.#timer || this.#since) return;
    setLive("reconnecting");
    this.#timer = setTimeout(() => {
      this.#since = new Date(since || Date.now());
      this.show();
    }, STALE_AFTER_MS);
  }

  /** Again after a swap, which takes the bar away. */
  show() {
    if (!this.#since) return;
    setLive("stale", this.#since);
    this.#settle();
  }

  /** The bar moves the whole table. */
  async #settle() {
    await released();
    const bar = document.getElementById("stale");
    if (!this.#since) bar?.remove();
    else if (!bar) document.querySelector("#work .wrap")?.before(this.#bar());
  }

  #bar() {
    const bar = document.createElement("div");
    bar.id = "stale";
    bar.className = "alertbar";
    bar.setAttribute("role", "alert");
    const words = document.createElement("span");
    words.textContent = t("stale", { time: this.#clock() });
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = t("reload");
    button.addEventListener("click", this.#reload);
    const gap = document.createElement("span");
    gap.className = "grow";
    bar.append(words, gap, button);
    return bar;
  }

  #clock() {
    const { lang, dataset } = document.documentElement;
    const shape = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: dataset.tz || undefined };
    return this.#since.toLocaleTimeString(lang, shape);
  }
}
