// Where somebody stopped: kept in this browser for visitors, told to the site for people, every ten seconds and whenever
// it matters. What could not be sent is sent with the next one.
import { csrfToken } from "../shell/csrf.js";

const KEY = "bandstand.positions";
const EVERY_MS = 10_000;
const SETTLED_MS = 1500;
const KEPT = 200;

function readAll() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

/** The newest `most` of `{id: {ms, at}}`. */
export function newest(all, most = KEPT) {
  const rows = Object.entries(all).filter(([, row]) => Number.isFinite(row?.ms) && Number.isFinite(row?.at));
  return Object.fromEntries(rows.sort(([, a], [, b]) => b.at - a.at).slice(0, most));
}

function keepHere(id, ms) {
  try {
    localStorage.setItem(KEY, JSON.stringify(newest({ ...readAll(), [id]: { ms, at: Date.now() } })));
  } catch {
    // Storage is switched off: the next visit begins at the beginning.
  }
}

function randomName() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Positions {
  constructor() {
    Object.assign(this, { device: randomName(), seq: 0, unsent: new Map(), here: new Set() });
  }

  /** Called once the engine is there, which asks for positions itself. */
  follow(engine) {
    this.engine = engine;
    const { video } = engine;
    for (const type of ["pause", "ended"]) video.addEventListener(type, () => this.beat());
    video.addEventListener("seeked", () => this.#soon());
    video.addEventListener("playing", () => this.#begin());
    engine.addEventListener("leaving", () => this.beat());
    addEventListener("pagehide", () => this.beat({ leaving: true }));
    document.addEventListener("visibilitychange", () => document.hidden && this.beat({ leaving: true }));
    addEventListener("online", () => this.#sendAll());
  }

  #begin() {
    clearInterval(this.clock);
    this.clock = setInterval(() => !this.engine.video.paused && this.beat(), EVERY_MS);
    this.beat();
  }

  /** Many jumps in a row are told as one. */
  #soon() {
    clearTimeout(this.jump);
    this.jump = setTimeout(() => this.beat(), SETTLED_MS);
  }

  get signedIn() {
    return Boolean(document.body.dataset.person);
  }

  /** Where to go on, in milliseconds: what this page knows is newer than what the site said when it was asked. */
  resumeOf(item, told) {
    if (this.signedIn && !this.here.has(item.id)) return told;
    return readAll()[item.id]?.ms ?? told;
  }

  beat({ leaving = false } = {}) {
    const { engine } = this;
    const { item, video } = engine;
    if (!item || !engine.started || video.readyState < 1) return;
    const ms = Math.round(video.currentTime * 1000);
    this.here.add(item.id);
    keepHere(item.id, ms);
    if (!this.signedIn) return;
    const told = { position_ms: ms, at: new Date().toISOString(), device: this.device, seq: ++this.seq };
    if (engine.duration) told.duration_ms = Math.round(engine.duration * 1000);
    if (video.ended) told.ended = true;
    this.unsent.set(item.position, told);
    if (leaving) this.#sendLast();
    else this.#sendAll();
  }

  #sendAll() {
    for (const [address, told] of this.unsent) this.#send(address, told);
  }

  async #send(address, told) {
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "X-CSRFToken": csrfToken(), "Content-Type": "application/json" },
        body: JSON.stringify(told),
        credentials: "same-origin",
        keepalive: true,
      });
      if (answer.status >= 500 || answer.status === 429) return;
    } catch {
      return; // no connection: it goes with the next one
    }
    if (this.unsent.get(address) === told) this.unsent.delete(address);
  }

  /** The page goes away: only a beacon outlives it, and it carries no header. */
  #sendLast() {
    for (const [address, told] of this.unsent) {
      const form = new URLSearchParams({ ...told, csrfmiddlewaretoken: csrfToken() });
      if (navigator.sendBeacon(address, form)) this.unsent.delete(address);
    }
  }
}
