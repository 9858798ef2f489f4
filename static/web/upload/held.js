// What this browser remembers of unfinished uploads: the file's handle, so that a mere reload goes on at once, and a title
// that its item does not have yet. Without storage (private windows) nothing is remembered and the page asks for the file.

const NAME = "bandstand.uploads";
const TABLE = "uploads";

function open(factory) {
  return new Promise((resolve, reject) => {
    const asked = factory.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE, { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("Another page holds the storage."));
  });
}

const done = (asked) =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

/** Records are `{id, person, handle, title, titleWaits}`, by upload id. */
export class Held {
  constructor(person, factory = globalThis.indexedDB) {
    this.person = person;
    this.ready = factory ? open(factory).catch(() => null) : Promise.resolve(null);
  }

  async all() {
    const records = (await this.#ask("readonly", (table) => table.getAll())) ?? [];
    return records.filter((record) => record.person === this.person);
  }

  keep(record) {
    return this.#ask("readwrite", (table) => table.put({ ...record, person: this.person }));
  }

  drop(id) {
    return this.#ask("readwrite", (table) => table.delete(id));
  }

  async #ask(mode, action) {
    const base = await this.ready;
    if (!base) return null;
    try {
      return await done(action(base.transaction(TABLE, mode).objectStore(TABLE)));
    } catch {
      return null; // full, or a handle that this browser cannot keep: the page asks for the file then
    }
  }
}

/** The file behind a handle, if the browser may read it without asking; `ask` within a click lets it ask. */
export async function fileOf(handle, { ask = false } = {}) {
  try {
    let allowed = (await handle.queryPermission?.({ mode: "read" })) ?? "granted";
    if (allowed !== "granted" && ask) allowed = await handle.requestPermission({ mode: "read" });
    return allowed === "granted" ? await handle.getFile() : null;
  } catch {
    return null; // moved, deleted, or the question was refused
  }
}
