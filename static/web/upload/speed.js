// How fast bytes move, and how long the rest takes: smoothed, so that people can read the figures.

const MEMORY_S = 6;
const SHORTEST_S = 0.25;

/** An exponential mean of the last seconds. Times are milliseconds, `bytesPerSecond` is null before anything is known. */
export class Speed {
  bytesPerSecond = null;
  #offset = null;
  #at = 0;

  /** Where the transfer is now. A step back (a piece is sent again) only sets a new beginning. */
  note(offset, at) {
    const seconds = (at - this.#at) / 1000;
    const moved = offset - this.#offset;
    if (this.#offset === null || moved < 0) this.rest(offset, at);
    if (this.#offset === null || moved < 0 || seconds < SHORTEST_S) return;
    const rate = moved / seconds;
    const weight = 1 - Math.exp(-seconds / MEMORY_S);
    this.bytesPerSecond =
      this.bytesPerSecond === null ? rate : this.bytesPerSecond + weight * (rate - this.bytesPerSecond);
    this.rest(offset, at);
  }

  /** A pause: the time that passes now counts for nothing. */
  rest(offset, at) {
    this.#offset = offset;
    this.#at = at;
  }

  /** Null where nobody can say. */
  secondsFor(bytes) {
    return this.bytesPerSecond > 0 ? bytes / this.bytesPerSecond : null;
  }
}
