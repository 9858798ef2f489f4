/**
 * What one page follows, and where it is in each topic. `wire` brings the messages: the page's own line, or the one that
 * all tabs share. It has `follow(topic, since)` and `leave(topic)`, and is given `onmessage` and `onpoll`.
 */
export class Topics {
  constructor(wire) {
    this.wire = wire;
    this.places = new Map();
    wire.onmessage = (message) => this.receive(message);
    wire.onpoll = () => this.poll();
  }

  /** Returns a function that ends it. See `live()` for what a handler gets. */
  follow(topic, handler, { since = null, poll = null, joined = null } = {}) {
    const known = this.places.get(topic);
    const place = known ?? { seq: since, here: false, handlers: new Map() };
    const key = {};
    place.handlers.set(key, { handler, poll, joined });
    if (!known) {
      this.places.set(topic, place);
      this.wire.follow(topic, since);
    } else if (place.here) queueMicrotask(() => joined?.());
    return () => this.#leave(topic, place, key);
  }

  /** Where this page is: what a new line begins with. */
  get sinces() {
    return [...this.places].map(([topic, place]) => [topic, place.seq]);
  }

  poll() {
    for (const [, { poll }] of this.#handlers()) poll?.();
  }

  receive(message) {
    const { topic } = message;
    const place = this.places.get(topic);
    if (!place) return;
    if (message.op === "following") this.#join(place, message.seq);
    else if (message.op === "resync") {
      place.seq = message.seq;
      this.#deliver(place, { topic, type: "resync", seq: message.seq });
    } else if (message.op === "refused") {
      this.#deliver(place, { topic, type: "refused", code: message.code });
      this.places.delete(topic);
    } else if (message.seq === undefined) this.#deliver(place, message);
    else this.#take(topic, place, message);
  }

  #join(place, seq) {
    const first = !place.here;
    const unknown = place.seq === null;
    place.here = true;
    place.seq ??= seq;
    if (first && unknown) for (const { joined } of [...place.handlers.values()]) joined?.();
  }

  /** Numbers have no gaps. Where there is one, another tab was further when it took the line over: read on from here. */
  #take(topic, place, message) {
    if (place.seq !== null && message.seq <= place.seq) return;
    if (place.seq !== null && message.seq > place.seq + 1) {
      this.wire.follow(topic, place.seq);
      return;
    }
    place.seq = message.seq;
    this.#deliver(place, message);
  }

  #deliver(place, message) {
    for (const { handler } of [...place.handlers.values()]) handler(message);
  }

  *#handlers() {
    for (const place of [...this.places.values()]) yield* [...place.handlers];
  }

  #leave(topic, place, key) {
    place.handlers.delete(key);
    if (place.handlers.size || this.places.get(topic) !== place) return;
    this.places.delete(topic);
    this.wire.leave(topic);
  }
}
