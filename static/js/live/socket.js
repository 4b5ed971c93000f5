// The connection: opened again with growing, scattered pauses; given up for dead when it falls silent.
import { decode } from "./decode.js";

// leads/live/consumer.py knows the same numbers
const SIGN_IN = 4401;
const COME_BACK = 4409;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30000;
const SIGNED_OUT_PAUSE_MS = 60000;
const SILENT_BEATS = 3;
const LOOK_EVERY_MS = 1000;

export class Socket {
  #url;
  #on;
  #ws = null;
  #timer = 0;
  #failures = 0;
  #heardAt = 0;
  #beatMs = 5000;

  /** `on` has message(decoded), down(othersMaySee): whether the rights of this person have changed. */
  constructor(url, on) {
    this.#url = url;
    this.#on = on;
  }

  start() {
    this.#open();
    setInterval(() => this.#look(), LOOK_EVERY_MS);
    window.addEventListener("online", () => this.#wake());
    window.addEventListener("pageshow", () => this.#wake());
    document.addEventListener("visibilitychange", () => !document.hidden && this.#wake());
    // an open socket would keep the page out of the back-forward cache
    window.addEventListener("pagehide", () => this.#close());
  }

  send(message) {
    if (this.#ws?.readyState === WebSocket.OPEN) this.#ws.send(JSON.stringify(message));
  }

  beatEvery(seconds) {
    this.#beatMs = seconds * 1000;
  }

  /** Whatever was agreed on before is void: begin again, scattered over `withinMs`. */
  reopen(withinMs = 0) {
    this.#close();
    this.#later(Math.random() * withinMs);
  }

  #open() {
    clearTimeout(this.#timer);
    const ws = new WebSocket(this.#url);
    ws.binaryType = "arraybuffer";
    this.#ws = ws;
    this.#heardAt = Date.now();
    ws.onmessage = ({ data }) => ws === this.#ws && this.#hear(data);
    ws.onclose = ({ code }) => ws === this.#ws && this.#lost(code);
  }

  #hear(data) {
    let message;
    try {
      message = decode(data);
    } catch {
      this.#fail();
      return;
    }
    // that the server answers, or a colleague does something, proves little: only what the pump sends does
    if (message.kind === "beat" || message.kind === "leads") {
      this.#heardAt = Date.now();
      this.#failures = 0;
    }
    this.#on.message(message);
  }

  #lost(code) {
    this.#ws = null;
    this.#on.down(code === COME_BACK || code === SIGN_IN);
    if (code === COME_BACK) this.#later(Math.random() * 1000);
    else if (code === SIGN_IN) this.#later(SIGNED_OUT_PAUSE_MS);
    else this.#later(this.#pause());
  }

  #fail() {
    this.#close();
    this.#later(this.#pause());
  }

  #close() {
    clearTimeout(this.#timer);
    const ws = this.#ws;
    this.#ws = null;
    if (!ws) return;
    ws.close();
    this.#on.down(false);
  }

  #pause() {
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures);
    this.#failures += 1;
    return longest * (0.5 + Math.random() / 2);
  }

  #later(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), ms);
  }

  /** A half-open connection, a computer that slept, a pump that died: all are just silent. */
  #look() {
    if (this.#ws && Date.now() - this.#heardAt > SILENT_BEATS * this.#beatMs) this.#fail();
  }

  #wake() {
    if (!this.#ws) {
      this.#failures = 0;
      this.#open();
    } else this.#look();
  }
}
