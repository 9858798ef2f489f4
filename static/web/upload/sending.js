// The transfers that run now. One browser sends one upload in one tab only: whoever sends it holds its lock.
import { idIn, metadataOf } from "./entry.js";
import { State } from "./states.js";

/** Refusals that the same file would meet again. */
const FINAL = new Set([400, 415]);

export class Sending {
  /** `parts` as in uploads.js; `freed(entry)` is called when an entry no longer holds its place. */
  constructor(parts, { changed, keep, arrived, freed }) {
    this.parts = parts;
    Object.assign(this, { changed, keep, arrived, freed });
    this.runs = new Map();
  }

  async start(entry) {
    entry.state = State.SENDING;
    entry.speed.rest(entry.offset, this.parts.now());
    const run = { transfer: null, release: null, over: false };
    this.runs.set(entry, run);
    if (entry.id && !(await this.#hold(entry, run))) return this.#isElsewhere(entry);
    if (run.over) return undefined;
    const { file, url } = entry;
    run.transfer = this.parts.transfer({ file, url, metadata: metadataOf(entry), on: this.#hearing(entry, run) });
    return undefined;
  }

  stop(entry) {
    const run = this.runs.get(entry);
    if (!run) return;
    this.runs.delete(entry);
    run.over = true;
    run.transfer?.stop();
    run.release?.();
  }

  /** The network is back. */
  hurry() {
    for (const [entry, run] of this.runs) if (entry.state === State.LOST) run.transfer?.hurry();
  }

  async #hold(entry, run) {
    run.release = await this.parts.locks.hold(entry.id);
    if (run.over) run.release?.();
    return run.over || Boolean(run.release);
  }

  #isElsewhere(entry) {
    this.runs.delete(entry);
    entry.state = State.ELSEWHERE;
    this.freed(entry);
  }

  #hearing(entry, run) {
    return {
      begun: (url) => this.#begun(entry, run, url),
      moved: (bytes) => this.#moved(entry, bytes),
      waits: (why) => this.#waits(entry, why),
      arrived: () => this.#arrived(entry),
      failed: (trouble) => this.#failed(entry, trouble),
    };
  }

  async #begun(entry, run, url) {
    const isNew = !entry.id;
    Object.assign(entry, { url, id: idIn(url) });
    if (!isNew) return;
    this.keep(entry);
    await this.#hold(entry, run);
  }

  #moved(entry, bytes) {
    entry.state = State.SENDING;
    entry.offset = bytes;
    entry.speed.note(bytes, this.parts.now());
    this.changed();
  }

  #waits(entry, why) {
    Object.assign(entry, { state: State.LOST, why });
    entry.speed.rest(entry.offset, this.parts.now());
    this.changed();
  }

  #arrived(entry) {
    this.stop(entry);
    Object.assign(entry, { state: State.CHECKING, offset: entry.size });
    this.freed(entry);
    this.arrived(entry);
  }

  #failed(entry, trouble) {
    this.stop(entry);
    entry.trouble = trouble;
    if (trouble.unreadable) Object.assign(entry, { state: State.UNHELD, file: null, handle: null });
    else Object.assign(entry, { state: State.FAILED, resumable: !FINAL.has(trouble.status) });
    this.freed(entry);
  }
}
