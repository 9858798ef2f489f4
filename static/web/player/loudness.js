// How loud it is: what somebody chose, times the item's gain. Quieter is done with the volume of the element; louder needs
// Web Audio, which is only used where it cannot silence what plays.
import { recall, remember } from "./preferences.js";

const MOST_DB = 12;
const WORTH_DB = 0.5;

/** The factor of a gain in decibels; 1 for what is no number, bounded upwards. */
export function factor(db) {
  return Number.isFinite(db) ? 10 ** (Math.min(MOST_DB, db) / 20) : 1;
}

/** Apple's browsers stop sound that runs through Web Audio when the screen goes dark. */
function isApple(agent = navigator.userAgent) {
  return /iPhone|iPad|Macintosh.*Version\/[\d.]+ Safari/.test(agent);
}

export class Loudness extends EventTarget {
  constructor(video, { volume, muted }) {
    super();
    Object.assign(this, { video, volume, gain: 1, on: recall().even });
    video.muted = muted;
    this.#apply();
    video.addEventListener("volumechange", () => this.dispatchEvent(new Event("change")));
  }

  get muted() {
    return this.video.muted;
  }

  set muted(muted) {
    this.video.muted = muted;
    remember({ muted });
  }

  /** From 0 to 1, as somebody chose it. Choosing one ends the silence. */
  choose(volume) {
    this.volume = Math.min(1, Math.max(0, volume));
    this.muted = false;
    remember({ volume: this.volume });
    this.#apply();
    this.dispatchEvent(new Event("change"));
  }

  /** The gain of what is loaded now, in dB. */
  even(db) {
    this.gain = factor(db);
    this.#apply();
  }

  switch(on) {
    this.on = on;
    remember({ even: on });
    this.#apply();
  }

  /** Called when something plays by a person's hand: only then may Web Audio begin. */
  async wake() {
    if (this.context || !this.on || this.gain < factor(WORTH_DB) || !globalThis.AudioContext || isApple()) return;
    if (!this.video.src.startsWith("blob:") && !this.video.srcObject) return; // a file from elsewhere would fall silent
    this.context = new AudioContext();
    await this.context.resume().catch(() => {});
    if (this.context.state !== "running") {
      await this.context.close();
      this.context = undefined;
      return;
    }
    this.#connect();
  }

  #connect() {
    const { context } = this;
    this.amplifier = context.createGain();
    const limiter = new DynamicsCompressorNode(context, { threshold: -1.5, knee: 0, ratio: 20, attack: 0.002 });
    context.createMediaElementSource(this.video).connect(this.amplifier).connect(limiter).connect(context.destination);
    context.addEventListener("statechange", () => this.#keepRunning());
    this.video.addEventListener("play", () => this.#keepRunning());
    this.#apply();
  }

  #keepRunning() {
    if (this.context.state !== "running" && !this.video.paused) this.context.resume().catch(() => {});
  }

  #apply() {
    const gain = this.on ? this.gain : 1;
    this.video.volume = this.volume * Math.min(1, gain);
    if (this.amplifier) this.amplifier.gain.value = Math.max(1, gain);
  }
}
