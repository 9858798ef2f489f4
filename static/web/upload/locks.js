// One tab of a browser sends an upload: the Web Lock of its id says which. Without Web Locks (a site without TLS on another
// machine) every tab may; the site itself then refuses the second with 423.

const nameOf = (id) => `bandstand:upload:${id}`;
const nothing = () => {};

export class Locks {
  constructor(locks = globalThis.navigator?.locks) {
    this.locks = locks;
  }

  /** A function that lets go; null where another tab holds it. */
  hold(id) {
    if (!this.locks) return Promise.resolve(nothing);
    return new Promise((resolve) => {
      this.locks.request(nameOf(id), { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(null);
        return new Promise((release) => resolve(release));
      });
    });
  }

  async isHeld(id) {
    const all = await this.locks?.query();
    return Boolean(all?.held.some((lock) => lock.name === nameOf(id)));
  }
}
