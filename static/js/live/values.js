// The newest known value of each lead, from frames and from rows. A value is a base (see scale.js) as of `at`, ms.

const MOST = 20000;

export class Values {
  #newest = new Map();

  constructor(scale) {
    this.scale = scale;
  }

  /** False where something newer is known already. */
  take(id, base, at) {
    if ((this.#newest.get(id)?.at ?? 0) > at) return false;
    this.#newest.delete(id); // re-inserted at the end: the map forgets the longest unchanged
    this.#newest.set(id, { base, at });
    if (this.#newest.size > MOST) this.#newest.delete(this.#newest.keys().next().value);
    return true;
  }

  /** A row holds what the server knew at `data-at`; a frame may have come since. */
  ofRow(row) {
    const known = this.#newest.get(Number(row.dataset.id));
    const fromServer = Date.parse(row.dataset.at) || 0;
    return known && known.at > fromServer ? known.base : this.scale.baseOfRank(Number(row.dataset.rank));
  }
}
