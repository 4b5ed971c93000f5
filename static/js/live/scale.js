// Temperatures as leads/temperature.py has them. What is kept per lead is its `base`: log2(heat / the heat that
// shows as 50) at the landmark. It does not change with time, so comparing two bases is comparing two leads.

const STEPS_PER_DOUBLING = 4096;
const LOWEST_DOUBLING = -8;
const HEAT_UNIT_BITS = 16;
/** In place of a level: a rule leaves the lead out of the ranking. */
export const EXCLUDED = 0xffff;

export class Scale {
  /** From the hello message; times in ms, the half-life in seconds. */
  constructor({ at, landmark, half_life: halfLife, scale_heat: scaleHeat, bands }) {
    this.landmark = landmark;
    this.halfLifeMs = halfLife * 1000;
    this.unit = HEAT_UNIT_BITS + Math.log2(scaleHeat);
    this.bands = Object.entries(bands).sort((one, other) => other[1] - one[1]);
    this.clockOffset = at - Date.now();
  }

  /** The server's time, whatever this computer's clock says. */
  now() {
    return Date.now() + this.clockOffset;
  }

  halfLives(at) {
    return (at - this.landmark) / this.halfLifeMs;
  }

  baseOfLevel(level, at) {
    if (level === 0 || level === EXCLUDED) return -Infinity;
    return level / STEPS_PER_DOUBLING + LOWEST_DOUBLING + this.halfLives(at);
  }

  /** From a row's data-rank, which may be "-inf". */
  baseOfRank(rank) {
    return rank > 0 ? Math.log2(rank) - this.unit : -Infinity;
  }

  /** The lowest base that shows at least this temperature now. */
  baseFor(temperature) {
    return temperature > 0 ? Math.log2(-Math.log2(1 - temperature / 100)) + this.halfLives(this.now()) : -Infinity;
  }

  /** 0 to 100 */
  temperature(base, at = this.now()) {
    return 100 * (1 - 2 ** -(2 ** (base - this.halfLives(at))));
  }

  band(temperature) {
    return this.bands.find(([, threshold]) => temperature >= threshold)?.[0] ?? "cold";
  }
}
