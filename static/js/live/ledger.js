// Whether anything is missing: the epoch, the last number of each team, the last moment that is surely complete.
// It knows no socket and no page. Every answer is "fine", "gap" (ask for what was missed) or "reload".

export class Ledger {
  epoch = null;
  /** Server time in ms up to which nothing is missing. */
  completeUntil = 0;
  #seq = new Map();
  #gap = false;
  #gapSinceAsked = false;

  /** A (new) connection: something may always have been missed before it. */
  hello({ epoch, seq }) {
    const known = this.epoch === null || this.epoch === epoch;
    this.epoch = epoch;
    this.#seq = new Map(seq);
    this.#gap = true;
    return known ? "gap" : "reload";
  }

  frame({ epoch, team, seq, at }) {
    if (epoch !== this.epoch) return "reload";
    const last = this.#seq.get(team) ?? 0;
    if (seq > last) this.#seq.set(team, seq); // late and doubled frames bring nothing that is not newer elsewhere
    return this.#moved(seq > last + 1, at);
  }

  /** The numbers as the pump knows them: shows that the very last frame was lost. */
  beat({ epoch, seq, at }) {
    if (epoch !== this.epoch) return "reload";
    let lost = false;
    for (const [team, number] of seq) {
      if (number <= (this.#seq.get(team) ?? 0)) continue;
      this.#seq.set(team, number);
      lost = true;
    }
    return this.#moved(lost, at);
  }

  /** From when on to ask. */
  asks() {
    this.#gapSinceAsked = false;
    return this.completeUntil;
  }

  /** The answer to "what have I missed": complete up to its own time, unless more was lost after the question. */
  resynced({ epoch, seq, at }) {
    if (epoch !== this.epoch) return "reload";
    for (const [team, number] of seq) this.#seq.set(team, Math.max(number, this.#seq.get(team) ?? 0));
    if (this.#gapSinceAsked) return "gap";
    this.#gap = false;
    this.completeUntil = Math.max(at, this.completeUntil);
    return "fine";
  }

  /** The page was loaded anew, after this moment. */
  reloaded(at) {
    this.#gap = false;
    this.completeUntil = at;
  }

  get missing() {
    return this.#gap;
  }

  #moved(lost, at) {
    this.#gap ||= lost;
    this.#gapSinceAsked ||= lost;
    if (!this.#gap) this.completeUntil = Math.max(at, this.completeUntil);
    return lost ? "gap" : "fine";
  }
}
