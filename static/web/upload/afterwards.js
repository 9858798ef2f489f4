// What becomes of an upload once all its bytes are there: it is checked, becomes an item, and the item is prepared.
import { isWatchable, State, stateOfItem } from "./states.js";

const CALM_MS = 1000;

/**
 * Keeps entries up to date with the site. `parts`: `site` (site.js), `follow(topic, handler, options)` of the realtime line,
 * `later(action, ms)`; `changed(entry)` is called after every change, `settled(entry)` when nothing more will come.
 */
export class Afterwards {
  constructor(parts) {
    this.parts = parts;
    this.leaves = new Map();
    this.waiting = new Set();
  }

  /** All bytes are there: ask what became of them, and go on asking when something happens. */
  async look(entry) {
    if (!entry.id) return;
    try {
      const upload = await this.parts.site.readUpload(entry.id);
      await this.#take(entry, upload);
    } catch (trouble) {
      if (trouble.gone) this.#fail(entry, trouble, false);
      else this.#soon(entry, 10);
    }
    this.parts.changed(entry);
  }

  forget(entry) {
    this.leaves.get(entry)?.();
    this.leaves.delete(entry);
  }

  /** Gives the item the title that was said here. */
  async rename(entry) {
    entry.titleWaits = false;
    try {
      entry.item = await this.parts.site.renameItem(entry.itemId, entry.title);
      entry.title = entry.item.title;
    } catch (trouble) {
      entry.titleTrouble = trouble.message;
    }
  }

  async #take(entry, upload) {
    if (upload.state === "failed" || upload.state === "expired") {
      const message = upload.error?.message ?? "This upload was not finished in time.";
      this.#fail(entry, { message }, false);
    } else if (upload.item_id) {
      Object.assign(entry, { itemId: upload.item_id, jobId: upload.job_id });
      this.#follow(entry);
      if (entry.titleWaits) await this.rename(entry);
      await this.#readItem(entry);
    } else {
      entry.state = State.CHECKING;
    }
  }

  #follow(entry) {
    if (this.leaves.has(entry)) return;
    const look = () => this.#soon(entry);
    const hear = (message) => (message.type === "job.progress" ? this.#progressed(entry, message) : look());
    this.leaves.set(entry, this.parts.follow(`item:${entry.itemId}`, hear, { joined: look, poll: look }));
  }

  /** Of the job itself; its parts have progress of their own. */
  #progressed(entry, { job, stage, done, total }) {
    if (job !== entry.jobId) return;
    if (stage) entry.stage = stage;
    if (total > 0) entry.percent = Math.floor((done * 100) / total);
    this.parts.changed(entry);
  }

  async #readItem(entry) {
    const item = await this.parts.site.readItem(entry.itemId);
    const before = entry.state;
    entry.item = item;
    entry.state = stateOfItem(item);
    if (!entry.titleWaits && !entry.titleTrouble) entry.title = item.title;
    if (entry.state === State.FAILED)
      this.#fail(entry, { message: item.trouble || "It could not be prepared." }, false);
    if (entry.state === State.READY && before !== State.READY) this.parts.settled(entry);
    if (isWatchable(item)) entry.trouble = null;
  }

  #fail(entry, trouble, resumable) {
    entry.state = State.FAILED;
    entry.trouble = trouble;
    entry.resumable = resumable;
    this.parts.settled(entry);
  }

  /** At most one question a second and entry, however much happens. */
  #soon(entry, times = 1) {
    if (this.waiting.has(entry)) return;
    this.waiting.add(entry);
    this.parts.later(() => {
      this.waiting.delete(entry);
      this.look(entry);
    }, CALM_MS * times);
  }
}
