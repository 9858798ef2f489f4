/** Timers by name: a new one of a name replaces the old. `parts` brings `setTimeout` and `clearTimeout`. */
export class Timers {
  constructor(parts) {
    this.parts = parts;
    this.ids = new Map();
  }

  soon(name, milliseconds, action) {
    this.cancel(name);
    const id = this.parts.setTimeout(() => {
      this.ids.delete(name);
      action();
    }, milliseconds);
    this.ids.set(name, id);
  }

  has = (name) => this.ids.has(name);

  cancel(name) {
    this.parts.clearTimeout(this.ids.get(name));
    this.ids.delete(name);
  }

  cancelAll() {
    for (const name of [...this.ids.keys()]) this.cancel(name);
  }
}
