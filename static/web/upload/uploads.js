// The uploads of this page: which run, what became of them. It outlives every navigation; pages and the tray are its views.
import { Afterwards } from "./afterwards.js";
import { fromFile, fromSite } from "./entry.js";
import { fileOf } from "./held.js";
import { refusal } from "./picking.js";
import { Sending } from "./sending.js";
import {
  canPause,
  canResume,
  canRetry,
  isMoving,
  isOpen,
  isOver,
  nextToSend,
  State,
  sameFile,
  waitingFor,
} from "./states.js";

const WAITS_FOR_NEWS = new Set([State.UNHELD, State.ELSEWHERE, State.CHECKING, State.PREPARING]);

/** `parts`: see index.js. Views call `watch(listener)` and then read `entries`. */
export class Uploads {
  constructor(parts) {
    this.parts = parts;
    this.entries = [];
    this.listeners = new Set();
    const changed = () => this.changed();
    this.afterwards = new Afterwards({ ...parts, changed, settled: (entry) => this.#settle(entry) });
    this.sending = new Sending(parts, {
      changed,
      keep: (entry) => this.#keep(entry),
      arrived: (entry) => this.afterwards.look(entry),
      freed: () => this.#pump(),
    });
  }

  /** Calls at every change; returns a function that ends it. */
  watch(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed() {
    for (const listener of this.listeners) listener(this);
  }

  find = (key) => this.entries.find((entry) => entry.key === key);

  // What people do

  /** Files that somebody has chosen: new ones, and those that an unfinished upload waits for. */
  add(files) {
    for (const { file, handle } of files) {
      const known = waitingFor(this.entries, file);
      if (known) this.#give(known, file, handle);
      else this.entries.push(this.#fresh({ file, handle }));
    }
    this.#pump();
  }

  pause(entry) {
    if (!canPause(entry)) return;
    this.sending.stop(entry);
    entry.state = State.PAUSED;
    this.#pump();
  }

  /** After a pause, or once more after a failure. */
  resume(entry) {
    if (!canResume(entry) && !canRetry(entry)) return;
    if (entry.trouble?.gone) Object.assign(entry, { url: null, id: null, offset: 0 });
    entry.trouble = null;
    entry.state = entry.file ? State.QUEUED : State.UNHELD;
    this.#pump();
  }

  pauseAll() {
    for (const entry of this.entries.filter(canPause).reverse()) this.pause(entry);
  }

  resumeAll() {
    for (const entry of this.entries.filter((one) => canResume(one) || canRetry(one))) this.resume(entry);
  }

  /** Takes it off the list; bytes that the site has of it already are thrown away there, too. */
  async remove(entry) {
    this.sending.stop(entry);
    this.entries = this.entries.filter((one) => one !== entry);
    this.afterwards.forget(entry);
    if (entry.id) this.parts.held.drop(entry.id);
    this.#pump();
    if (isOpen(entry) && entry.url) await this.parts.site.terminate(entry.url);
  }

  clearOver() {
    for (const entry of this.entries.filter(isOver)) this.remove(entry);
  }

  async rename(entry, title) {
    Object.assign(entry, { title: title.trim(), titleTrouble: "", titleWaits: true });
    if (entry.itemId) await this.afterwards.rename(entry);
    else this.#keep(entry);
    this.changed();
  }

  /** Goes on by the file that this browser remembers; within a click it may ask. False where somebody must choose it. */
  async goOn(entry) {
    const file = entry.handle ? await fileOf(entry.handle, { ask: true }) : null;
    return Boolean(file) && this.give(entry, file, entry.handle);
  }

  /** The same file, chosen again; false for another one. */
  give(entry, file, handle) {
    if (!sameFile(file, entry)) return false;
    this.#give(entry, file, handle);
    this.#pump();
    return true;
  }

  // What the site and this browser remember

  /** Lists what waits from earlier or from elsewhere, and goes on with what this browser still can. */
  async restore() {
    const [unfinished, records] = await Promise.all([this.parts.site.unfinished(), this.parts.held.all()]);
    const known = new Set(this.entries.map((entry) => entry.id));
    const fresh = unfinished.filter((upload) => !known.has(upload.id));
    await Promise.all(fresh.map((upload) => this.#reopen(upload, records)));
    const open = new Set(unfinished.map((upload) => upload.id));
    const ended = records.filter((record) => !open.has(record.id) && !known.has(record.id));
    await Promise.all(ended.map((record) => this.#showEnded(record)));
    this.#pump();
  }

  /** Something happened to an upload of this person, here or elsewhere. */
  heard({ type, id }) {
    if (type === "resync") this.lookAgain();
    const entry = type === "upload.changed" ? this.entries.find((one) => one.id === id) : null;
    if (entry && WAITS_FOR_NEWS.has(entry.state)) this.#lookAt(entry);
  }

  /** Something may have happened that was not heard. */
  lookAgain() {
    for (const entry of this.entries) if (entry.id && WAITS_FOR_NEWS.has(entry.state)) this.#lookAt(entry);
  }

  // Inside

  #fresh(one) {
    const entry = fromFile(one);
    const reason = refusal(one.file);
    if (reason) Object.assign(entry, { state: State.FAILED, trouble: { message: reason }, resumable: false });
    return entry;
  }

  #give(entry, file, handle) {
    Object.assign(entry, { file, handle: handle ?? entry.handle, state: State.QUEUED, trouble: null });
    this.#keep(entry);
  }

  async #reopen(upload, records) {
    const record = records.find((one) => one.id === upload.id);
    const entry = fromSite(upload, record);
    this.entries.push(entry);
    const file = entry.handle ? await fileOf(entry.handle) : null;
    if (await this.parts.locks.isHeld(entry.id)) entry.state = State.ELSEWHERE;
    else if (sameFile(file, entry)) Object.assign(entry, { file, state: State.QUEUED });
  }

  /** All its bytes came before the page was loaded anew: what becomes of them is still shown, a waiting title still said. */
  async #showEnded(record) {
    const upload = await this.parts.site.readUpload(record.id).catch((trouble) => trouble);
    if (upload.gone) return this.parts.held.drop(record.id);
    if (upload instanceof Error) return undefined; // the site is away: it is remembered until it is back
    const entry = Object.assign(fromSite(upload, record), { state: State.CHECKING });
    this.entries.push(entry);
    return this.afterwards.look(entry);
  }

  /** Another browser has sent some of it, or all. */
  async #lookAt(entry) {
    const upload = await this.parts.site.readUpload(entry.id).catch(() => null);
    if (!upload || isMoving(entry)) return;
    if (upload.state === "receiving") entry.offset = upload.offset;
    else {
      if (isOpen(entry)) Object.assign(entry, { state: State.CHECKING, offset: entry.size });
      await this.afterwards.look(entry);
    }
    this.changed();
  }

  #pump() {
    for (const entry of nextToSend(this.entries)) this.sending.start(entry);
    this.changed();
  }

  #settle(entry) {
    if (entry.id) this.parts.held.drop(entry.id);
    if (isOver(entry)) this.afterwards.forget(entry);
  }

  #keep(entry) {
    if (!entry.id) return;
    const { id, handle, title, titleWaits } = entry;
    this.parts.held.keep({ id, handle, title, titleWaits });
  }
}
